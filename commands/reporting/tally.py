# SPDX-License-Identifier: GPL-2.0-or-later
"""What captures hold, as counts and delays that add up exactly.

Nothing is kept of a single response. What grows with the capture are the delays of the steps of
sessions, eight bytes each, for a percentile needs them all.
"""

import heapq
import zlib
from array import array
from collections import Counter
from typing import NamedTuple

from .bins import TimeBins, delay_bin

# A capture can make up phrases and methods at will.
FREE_KINDS_MAX = 4096
NAME_LENGTH_MAX = 200


class Kind(NamedTuple):
    """Responses that are counted together. None for phrase or method: various, of which there were too many."""
    code: int
    differs: bool
    phrase: str | None
    method: str | None


class Step(NamedTuple):
    """Steps of sessions that are counted together, as in docs/records.md."""
    name: str
    code: int | None
    after: int | None
    counted: bool


def class_of(code):
    return code // 100 if 100 <= code <= 699 else None


def short(name):
    return name if len(name) <= NAME_LENGTH_MAX else name[:NAME_LENGTH_MAX] + "..."


class Tally:
    """The sum over any number of captures."""

    def __init__(self, tables):
        self._tables = tables
        self.responses = Counter()
        self.sent_again = 0
        # Responses that were captured once more, and are in nothing else here.
        self.captured_twice = 0
        # Why it was not judged, or None -> responses of which that is known.
        self.judged = Counter()
        # (method, what came of it) -> requests without a final response.
        self.unanswered = Counter()
        self.calls = Counter()
        self.steps = Counter()
        # (step, code) -> ns; and those of steps whose place another one took, until finish() takes them off.
        self.delays = {}
        self._withdrawn = {}
        self.over_time = TimeBins()
        # (class, place of the bin) -> first copies of responses.
        self.by_delay = Counter()
        self._free_kinds = set()

    def kind_of(self, record):
        """The kind of a response."""
        code = record["code"]
        own = record["phrase_differs"] or (code not in self._tables.phrases and record["phrase"] != "")
        return Kind(code, record["phrase_differs"], short(record["phrase"]) if own else "", short(record["method"]))

    def add_copy(self):
        self.captured_twice += 1

    def add_judgement(self, not_judged):
        self.judged[not_judged] += 1

    def add_response(self, kind, time, repetition, delay):
        self.count_kind(kind, 1)
        class_digit = class_of(kind.code)
        if repetition:
            self.sent_again += 1
        elif delay is not None:
            self.by_delay[class_digit, delay_bin(delay)] += 1
        self.over_time.add(time, class_digit)

    def change_call(self, before, outcome):
        """A call comes to this outcome, after another one or None."""
        self.calls[short(outcome)] += 1
        if before is not None:
            self.calls[short(before)] -= 1

    def add_unanswered(self, method, state):
        self.unanswered[short(method or ""), short(state)] += 1

    def add_step(self, step, delay):
        self.steps[step] += 1
        if delay is not None:
            self.delays.setdefault((step.name, step.code), array("q")).append(delay)

    def withdraw_step(self, step, delay):
        """Another one took its place."""
        self.steps[step] -= 1
        if delay is not None:
            self._withdrawn.setdefault((step.name, step.code), array("q")).append(delay)

    def count_kind(self, kind, number):
        self.responses[kind] += number
        if self._is_free(kind) and kind not in self._free_kinds:
            self._free_kinds.add(kind)
            if len(self._free_kinds) > 2 * FREE_KINDS_MAX:
                self._drop_free_kinds()

    def merge(self, other):
        """Adds the other one."""
        for kind, number in other.responses.items():
            self.count_kind(kind, number)
        self.sent_again += other.sent_again
        self.captured_twice += other.captured_twice
        for mine, theirs in ((self.judged, other.judged), (self.unanswered, other.unanswered),
                             (self.calls, other.calls), (self.steps, other.steps)):
            mine.update(theirs)
        for mine, theirs in ((self.delays, other.delays), (self._withdrawn, other._withdrawn)):
            for key, delays in theirs.items():
                mine.setdefault(key, array("q")).extend(delays)
        self.over_time.merge(other.over_time)
        self.by_delay.update(other.by_delay)

    def _is_free(self, kind):
        """Whether a capture made up something of it."""
        return bool(kind.phrase) or bool(kind.method) and kind.method not in self._tables.methods

    def _drop_free_kinds(self):
        """Keeps those whose checksums are least, which are the same in whatever order they came."""
        kept = set(heapq.nsmallest(FREE_KINDS_MAX, self._free_kinds, key=_checksum))
        for kind in self._free_kinds - kept:
            common = kind._replace(phrase=None if kind.phrase else "",
                                   method=kind.method if kind.method in self._tables.methods else None)
            self.responses[common] += self.responses.pop(kind)
        self._free_kinds = kept

    def finish(self):
        """Brings the tally into the form that is the same however its captures were split."""
        if len(self._free_kinds) > FREE_KINDS_MAX:
            self._drop_free_kinds()
        for counts in (self.calls, self.steps):
            for key in [key for key, number in counts.items() if number == 0]:
                del counts[key]
        for key, delays in list(self.delays.items()):
            self.delays[key] = without(sorted(delays), sorted(self._withdrawn.pop(key, ())))
            if not self.delays[key]:
                del self.delays[key]
        return self


def without(delays, withdrawn):
    """What is left of sorted delays; each of the withdrawn ones is among them."""
    left, place = array("q"), 0
    for delay in delays:
        if place < len(withdrawn) and withdrawn[place] == delay:
            place += 1
        else:
            left.append(delay)
    return left


def _checksum(kind):
    return zlib.crc32(repr(kind).encode("utf-8", "backslashreplace")), kind.code, kind.phrase or "", kind.method or ""
