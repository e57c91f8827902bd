# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the JSON Lines of "tshark -z sipresp,records" (docs/records.md) into a tally."""

import json

# As in Wireshark.
NS_MAX = 2**63 - 1


class BadRecord(Exception):
    """A line that is no record: its number."""


def nanoseconds(text):
    """A decimal number with nine digits after the point, as a whole number."""
    whole, _, digits = text.partition(".")
    if len(digits) != 9:
        raise ValueError(text)
    number = int(whole + digits)
    if abs(number) > NS_MAX:
        raise ValueError(text)
    return number


_DECODER = json.JSONDecoder(parse_float=nanoseconds)
STEPS = frozenset(("invite", "alerted", "invite_final", "bye", "bye_final", "register", "register_final"))


def add_records(tally, lines):
    """Adds each record to the tally; lines are bytes. Raises BadRecord at the first that is none."""
    for number, line in enumerate(lines, 1):
        try:
            record = _DECODER.decode(line.decode("utf-8", "replace"))
            kind = record["record"]
            if kind == "response":
                tally.add_response(record)
                if "not_judged" in record:
                    tally.judged[record["not_judged"]] += 1
            elif kind in STEPS:
                tally.add_step(record)
            # A plugin of later days may have more kinds.
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise BadRecord(number) from None
