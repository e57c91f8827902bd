# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the JSON Lines of "tshark -z sipresp,records" (docs/records.md), with those of "-z sipresp,messages" among
them, into a part of a report."""

import json

from .coverage import Coverage, span_of_clock
from .groups import Groups
from .messages import has_ip, message_of, reset_of, unread_of
from .tally import Step, Tally

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


class Reader:
    """The records of one capture, which know of each other."""
    OUTCOMES_MAX = 255

    def __init__(self, part, coverage=None, kept=None, filtered=False, capture_of=lambda _: ""):
        """coverage: what the capture covers, where it does not say so itself. kept: the messages that its frames hold,
        of what was captured before; else the messages that come are kept, and of a filtered capture it is told which
        of them count. capture_of(Call-ID): the name of the capture."""
        self._part = part
        self._names = [None]
        self._outcomes = _Small()
        self._steps = _Small()
        self._groups = Groups(self._close, part.shed, coverage)
        self._capture_of = capture_of
        self._coverage = coverage
        self._kept = kept
        self._filtered = filtered
        self._matched = None
        # What the records that follow are of.
        self._frame = None
        self._group = None
        self._counts = True
        self._group_of_call = {}
        # Number of the call -> what waits for what caused it.
        self._ended = {}
        self._groups_of_frame = None

    def add(self, record):
        kind = record["record"]
        if kind == "response":
            self._add_response(record)
        elif kind in STEPS:
            self._add_step(record)
        elif kind == "message":
            self._begin_message(record)
        elif kind == "icmp":
            self._add_refusal(record)
        elif kind == "call_end":
            self._end_call(record)
        elif kind == "unanswered":
            self._add_unanswered(record)
        elif kind == "matched":
            self._matched = record["frame"], record["place"]
        elif kind == "gap":
            self._add_gap(record)
        elif kind == "reset":
            self._add_reset(record)
        elif kind == "unread" and self._kept is None:
            self._part.unread.add(unread_of(record))
        elif kind == "clock" and self._coverage is None:
            span = span_of_clock(record)
            self._part.spans += [span] if span else []
        # A plugin of later days may have more kinds.
        if record.get("call_outcome") is not None:
            self._change_call(record)

    def end(self):
        coverage = self._coverage or Coverage(self._part.spans)
        still_open = self._groups.end(coverage)
        for ended in self._ended.values():
            self._part.closed_breakdown.count(ended)
        self._part.keep(still_open, coverage.spans)

    def _close(self, group):
        for call in group.calls:
            del self._group_of_call[call]
        ended = self._part.close(group)
        if ended and (group.told or not group.calls):
            self._part.closed_breakdown.count(ended)
        elif ended:
            # That of several is told which the model of calls has for one, and these are few.
            self._ended[max(group.calls)] = ended

    def _end_call(self, record):
        call = record["call"]
        if call in self._group_of_call:
            self._group_of_call[call].told = record
        elif call in self._ended:
            self._ended[call].take_cause(record)

    def _begin_message(self, record):
        self._frame, self._group = record["frame"], None
        if self._kept:
            message = self._kept[record["frame"] - 1]
        else:
            message = message_of(record, not self._filtered or self._matched == (record["frame"], record["place"]))
        self._counts = message.counts
        if record["call_id"] is not None and not (record["code"] and record["captured_before"]):
            self._group = self._groups.take(record, message, self._capture_of(record["call_id"]))

    def _add_refusal(self, record):
        """It says nothing by itself, and goes with its request where that is in another capture."""
        if self._kept or has_ip(message_of(record, True)):
            self._begin_message(record)

    def _add_gap(self, record):
        self._keep_beside(self._part.gaps, message_of(record, True))

    def _add_reset(self, record):
        reset = reset_of(record)
        if has_ip(reset):
            self._keep_beside(self._part.resets, reset)

    def _keep_beside(self, messages, message):
        if self._kept is None:
            messages.add(message)
            if messages.are_many():
                messages.prune_older(self._groups.all())

    def _add(self, group, *entry):
        if group:
            group.add_entry(entry, group is self._group)
        else:
            entry[0](self._part.closed, *entry[1:])

    def _is_left_out(self, record):
        """Records of a filtered capture come filtered, but for those of messages that are read again."""
        return self._kept and not (self._frame == record["frame"] and self._counts)

    def _add_response(self, record):
        if self._is_left_out(record):
            return
        if record.get("captured_before") is not None:
            self._add(self._group, Tally.add_copy)
            return
        if "not_judged" in record:
            self._add(self._group, Tally.add_judgement, record["not_judged"])
        self._add(self._group, Tally.add_response, self._part.closed.kind_of(record), record["time"],
                  record["repetition"], record["delay"])

    def _change_call(self, record):
        call, outcome = record["call"], record["call_outcome"]
        told_here = self._frame == record["frame"]
        if not told_here:
            self._group = None
        group = self._group if told_here else self._group_of_call.get(call)
        if self._kept and not (self._counts if told_here else self._outcomes.get(call)):
            return
        if outcome not in self._names:
            if len(self._names) > self.OUTCOMES_MAX:
                raise ValueError(outcome)
            self._names.append(outcome)
        before = self._outcomes.swap(call, self._names.index(outcome))
        if group:
            group.calls.add(call)
            group.cause = outcome
            self._group_of_call[call] = group
        self._add(group, Tally.change_call, self._names[before], outcome)

    def _add_step(self, record):
        if self._is_left_out(record):
            return
        before = record.get("instead")
        name = record["record"]
        self._add(self._group, Tally.add_step, Step(name, record["code"], record["after"], record["counted"]),
                  record["delay"])
        if before is not None and self._steps.get(before["frame"]):
            self._add(self._group, Tally.withdraw_step, Step(name, before["code"], None, before["counted"]),
                      before["delay"])
        self._steps.swap(record["frame"], 1)

    def _add_unanswered(self, record):
        if self._kept and not self._kept[record["frame"] - 1].counts:
            return
        if self._groups_of_frame is None:
            self._group, self._groups_of_frame = None, self._groups.by_frame()
        self._add(self._groups_of_frame.get(record["frame"]), Tally.add_unanswered, record["method"], record["state"])


def add_records(part, lines, **how):
    """Adds each record of a capture to the part; lines are bytes. Raises BadRecord at the first that is none."""
    reader = Reader(part, **how)
    try:
        for number, line in enumerate(lines, 1):
            try:
                reader.add(_DECODER.decode(line.decode("utf-8", "replace")))
            except (ValueError, KeyError, TypeError, OverflowError, AttributeError, RecursionError):
                raise BadRecord(number) from None
    finally:
        reader.end()
