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


class _Small:
    """Small numbers by great ones, a byte each; 0 where nothing was put."""
    BITS = 6

    def __init__(self):
        self._chunks = {}

    def swap(self, place, number):
        """Puts the number there, and returns the one before."""
        chunk = self._chunks.setdefault(place >> self.BITS, bytearray(1 << self.BITS))
        inside = place & (1 << self.BITS) - 1
        before, chunk[inside] = chunk[inside], number
        return before

    def get(self, place):
        chunk = self._chunks.get(place >> self.BITS)
        return chunk[place & (1 << self.BITS) - 1] if chunk else 0


class _Reader:
    """The records of one capture, which know of each other."""
    OUTCOMES_MAX = 255

    def __init__(self, tally):
        self._tally = tally
        self._names = [None]
        self._outcomes = _Small()
        self._steps = _Small()

    def add(self, record):
        kind = record["record"]
        if kind == "response":
            self._tally.add_response(record)
        elif kind in STEPS:
            self._add_step(record)
        elif kind == "unanswered":
            self._tally.add_unanswered(record)
        # A plugin of later days may have more kinds.
        if record.get("call_outcome") is not None:
            self._change_call(record["call"], record["call_outcome"])

    def _change_call(self, call, outcome):
        if outcome not in self._names:
            if len(self._names) > self.OUTCOMES_MAX:
                raise ValueError(outcome)
            self._names.append(outcome)
        before = self._outcomes.swap(call, self._names.index(outcome))
        self._tally.change_call(self._names[before], outcome)

    def _add_step(self, record):
        before = record.get("instead")
        known = before is not None and self._steps.get(before["frame"])
        self._tally.add_step(record, before if known else None)
        self._steps.swap(record["frame"], 1)


def add_records(tally, lines):
    """Adds each record of a capture to the tally; lines are bytes. Raises BadRecord at the first that is none."""
    reader = _Reader(tally)
    for number, line in enumerate(lines, 1):
        try:
            reader.add(_DECODER.decode(line.decode("utf-8", "replace")))
        except (ValueError, KeyError, TypeError, OverflowError, AttributeError, RecursionError):
            raise BadRecord(number) from None
