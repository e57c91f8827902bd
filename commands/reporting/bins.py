# SPDX-License-Identifier: GPL-2.0-or-later
"""Responses over time and by delay, in bins that add up whatever order captures come in.

All in ns. A tally holds so many bins of time at most; the width is the least that lets it, so it follows
from the times alone and not from how they were split over captures.
"""

from bisect import bisect_right
from collections import Counter
from itertools import count

MS = 1_000_000
SECOND = 1000 * MS
BINS_MAX = 1000


def _widths():
    """Each divides the next, so that bins can be put together."""
    yield from (factor * MS for factor in (1, 2, 10, 20, 100, 200))
    yield from (factor * SECOND for factor in (1, 2, 10, 20, 60, 120, 600, 1200, 3600, 7200, 21600, 43200, 86400))
    for power in count():
        yield 7 * 86400 * SECOND * 2**power


def next_width(width):
    """The next greater one."""
    return next(other for other in _widths() if other > width)


def is_width(width):
    return isinstance(width, int) and width > 0 and next(other for other in _widths() if other >= width) == width


class TimeBins:
    """How many responses of each class in each stretch of time."""

    def __init__(self, width=MS, counts=()):
        self.width = width
        # (start in units of the width, class) -> responses; the starts apart, since their number is bounded.
        self.counts = Counter(dict(counts))
        self._starts = {start for start, _ in self.counts}

    def add(self, time, class_digit):
        start = time // self.width
        self.counts[start, class_digit] += 1
        if start not in self._starts:
            self._starts.add(start)
            self._fit()

    def merge(self, other):
        """Both get the greater width of the two; other is left in it."""
        width = max(self.width, other.width)
        self.widen(width)
        other.widen(width)
        self.counts.update(other.counts)
        self._starts |= other._starts
        self._fit()

    def widen(self, width):
        if width > self.width:
            factor = width // self.width
            wider = Counter()
            for (start, class_digit), number in self.counts.items():
                wider[start // factor, class_digit] += number
            self.__init__(width, wider)

    def span(self):
        """First and last start, in units of the width; None of nothing."""
        return (min(self._starts), max(self._starts)) if self._starts else None

    def _fit(self):
        while len(self._starts) > BINS_MAX:
            self.widen(next_width(self.width))


# The first bin is all below 1 ms, clocks that were set back included; the last has no end.
DELAY_LIMITS = [factor * 10**power for power in range(6, 12) for factor in (1, 2, 5)]


def delay_bin(delay):
    """Place of the bin: bin n reaches up to, and does not hold, DELAY_LIMITS[n]."""
    return bisect_right(DELAY_LIMITS, delay)


def delay_bin_names():
    edges = [_duration(limit) for limit in DELAY_LIMITS]
    return [f"below {edges[0]}", *(f"{low} to {high}" for low, high in zip(edges, edges[1:])), f"{edges[-1]} and more"]


def _duration(ns):
    return f"{ns // SECOND} s" if ns >= SECOND else f"{ns // MS} ms"
