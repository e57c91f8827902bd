# SPDX-License-Identifier: GPL-2.0-or-later
"""The times that captures cover, which tell what of them may have another half elsewhere."""

from bisect import bisect_right
from typing import NamedTuple

from .messages import SECOND

# RFC 3261 17.1.1.2, 64*T1: nobody waits any longer for what is over.
OVER_NS = 32 * SECOND
# RFC 3261 16.6 step 11, Timer C: nor for a first word from an INVITE.
SETUP_NS = 200 * SECOND
RINGING_NS = 3600 * SECOND
SESSION_NS = 86400 * SECOND
# A piece that is missing between two others, and is no longer than this, is not missed.
JOIN_NS = SETUP_NS
SPANS_MAX = 1000


class Span(NamedTuple):
    """From the first frame of a capture, or of adjacent pieces, to the newest two, of which the last is the newest."""
    first: int
    newest: tuple

    @property
    def last(self):
        return self.newest[-1]

    @property
    def sure(self):
        """What another frame confirms: one alone may have a wrong clock."""
        return self.newest[0]


def span_of_clock(record):
    """What a record "clock" says; None of a capture without frames."""
    if not record["frames"]:
        return None
    newest = (record["last"],) if record["frames"] < 2 else (record["sure"], record["last"])
    return Span(record["first"], tuple(sorted(newest)))


def _joined(one, other):
    newest = sorted(one.newest + other.newest)[-2:]
    return Span(min(one.first, other.first), tuple(newest))


class Coverage:
    """Spans that do not overlap, in order."""

    def __init__(self, spans=()):
        self.spans = []
        for span in sorted(spans):
            if self.spans and span.first - self.spans[-1].last <= JOIN_NS:
                self.spans[-1] = _joined(self.spans[-1], span)
            else:
                self.spans.append(span)
        while len(self.spans) > SPANS_MAX:
            place = min(range(1, len(self.spans)), key=lambda place: (
                self.spans[place].first - self.spans[place - 1].last, place))
            self.spans[place - 1:place + 1] = [_joined(*self.spans[place - 1:place + 1])]
        self._firsts = [span.first for span in self.spans]

    def overlap(self, other):
        """How long both cover the same time, in ns, and how long the one does that covers less."""
        common = sum(max(0, min(one.last, two.last) - max(one.first, two.first))
                     for one in self.spans for two in other.spans)
        return common, min(sum(span.last - span.first for span in coverage.spans) for coverage in (self, other))

    def around(self, other):
        """The spans that hold those of the other one."""
        return sorted({self.spans[bisect_right(self._firsts, span.first) - 1] for span in other.spans})

    def first_of(self, time):
        """The beginning of the span that holds the time."""
        place = bisect_right(self._firsts, time) - 1
        return self._firsts[place] if place >= 0 else time

    def ticks(self):
        """The times of the newest frames of all."""
        return sorted(time for span in self.spans for time in span.newest)[-2:]

    def is_inside(self, first, last, before, after):
        """Does one span hold these two times, and so much before and after them?"""
        place = bisect_right(self._firsts, first) - 1
        if place < 0:
            return False
        span = self.spans[place]
        return first - span.first > before and span.sure - last > after
