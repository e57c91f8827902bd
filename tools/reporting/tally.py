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
# Of a final response whose request was not seen.
UNKNOWN_OUTCOME = "unknown"


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
        # (name, why it was not read to its end or None) of each capture.
        self.captures = []
        self.responses = Counter()
        self.sent_again = 0
        # Why it was not judged, or None -> responses of which that is known.
        self.judged = Counter()
        self.calls = Counter()
        self.steps = Counter()
        # (step, code) -> ns.
        self.delays = {}
        self.over_time = TimeBins()
        # (class, place of the bin) -> first copies of responses.
        self.by_delay = Counter()
        self._free_kinds = set()

    def add_response(self, record):
        code = record["code"]
        own = record["phrase_differs"] or (code not in self._tables.phrases and record["phrase"] != "")
        kind = Kind(code, record["phrase_differs"], short(record["phrase"]) if own else "", short(record["method"]))
        self.count_kind(kind, 1)
        class_digit = class_of(code)
        if record["repetition"]:
            self.sent_again += 1
        elif record["delay"] is not None:
            self.by_delay[class_digit, delay_bin(record["delay"])] += 1
        if record["ends_call"]:
            self.calls[record["outcome"] or UNKNOWN_OUTCOME] += 1
        self.over_time.add(record["time"], class_digit)

    def add_step(self, record):
        step = Step(record["record"], record["code"], record["after"], record["counted"])
        self.steps[step] += 1
        if record["delay"] is not None:
            self._delays_of(step.name, step.code).append(record["delay"])

    def count_kind(self, kind, number):
        self.responses[kind] += number
        if self._is_free(kind) and kind not in self._free_kinds:
            self._free_kinds.add(kind)
            if len(self._free_kinds) > 2 * FREE_KINDS_MAX:
                self._drop_free_kinds()

    def merge(self, other):
        """Adds the other one, which is of no use afterwards."""
        self.captures += other.captures
        for kind, number in other.responses.items():
            self.count_kind(kind, number)
        self.sent_again += other.sent_again
        self.judged.update(other.judged)
        self.calls.update(other.calls)
        self.steps.update(other.steps)
        for key, delays in other.delays.items():
            self._delays_of(*key).extend(delays)
        self.over_time.merge(other.over_time)
        self.by_delay.update(other.by_delay)

    def _delays_of(self, name, code):
        return self.delays.setdefault((name, code), array("q"))

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
        self.captures.sort(key=lambda capture: (capture[0], capture[1] or ""))
        for key, delays in self.delays.items():
            self.delays[key] = array("q", sorted(delays))
        return self


def _checksum(kind):
    return zlib.crc32(repr(kind).encode("utf-8", "backslashreplace")), kind.code, kind.phrase or "", kind.method or ""
