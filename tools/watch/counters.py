# SPDX-License-Identifier: GPL-2.0-or-later
"""What is counted: numbers by name and labels, which only grow.

Only what is over is counted (reporting.part), so nothing has to be taken back; and where a number came out smaller
after all, the greater one stays what is shown until it is reached again.
"""

from bisect import bisect_left
from collections import Counter

from reporting import figures
from reporting.bins import DELAY_LIMITS, SECOND
from reporting.tally import Tally, class_of

# Sets of labels of one name; a capture can make up what becomes a label, and each is kept for ever.
LABELS_MAX = 1000
OTHER = "other"
# ns; sessions last longer than what stands before them.
BUCKETS = [*DELAY_LIMITS, *(factor * SECOND for factor in (1000, 2000, 5000, 10000, 20000))]


class Counters:
    def __init__(self, numbers=()):
        """numbers: rows as numbers() has them."""
        # (name, labels) -> what was counted, and what is shown of it.
        self._counted = Counter()
        self._shown = {}
        self._sizes = Counter()
        for name, labels, counted, shown in numbers:
            key = name, tuple(labels)
            self._counted[key], self._shown[key] = counted, shown
            self._sizes[name] += 1

    def numbers(self):
        return [[name, list(labels), self._counted[name, labels], shown]
                for (name, labels), shown in sorted(self._shown.items())]

    def shown(self, name):
        """{labels: number}"""
        return {labels: shown for (found, labels), shown in self._shown.items() if found == name}

    def add(self, name, labels, number):
        key = name, labels
        if key not in self._shown:
            if labels and self._sizes[name] >= LABELS_MAX:
                key = name, (OTHER,) * len(labels)
            self._sizes[name] += key not in self._shown
        self._counted[key] += number
        self._shown[key] = max(self._shown.get(key, 0), self._counted[key])

    def begin(self, tables):
        """Lets those be there from the start that can be named: Prometheus knows no rate of what appears with its first
        number."""
        for outcome in tables.outcomes:
            self.add("calls", (outcome,), 0)
        self.add_tally(Tally(tables), tables)

    def add_tally(self, tally, tables):
        """Adds what is over; the tally is finished."""
        for kind, number in tally.responses.items():
            self.add("responses", _labels_of(kind, tables), number)
        for name, number in (("sent_again", tally.sent_again), ("captured_twice", tally.captured_twice)):
            self.add(name, (), number)
        for reason, number in tally.judged.items():
            if reason is not None:
                self.add("not_judged", (reason,), number)
        for (method, state), number in tally.unanswered.items():
            self.add("unanswered", (method if method in tables.methods else OTHER, state), number)
        for outcome, number in tally.calls.items():
            self.add("calls", (outcome,), number)
        for ratio in figures.ratios(tally, tables):
            labels = ratio.row["id"].upper(), "merged" if ratio.merged else "every"
            self.add("counted", labels, ratio.count)
            self.add("attempts", labels, ratio.of)
        for delay in figures.delays(tally, tables):
            self._add_delays(delay)

    def _add_delays(self, delay):
        labels = (delay.row["id"].upper(),)
        places = Counter(bisect_left(BUCKETS, ns) for ns in delay.ns)
        for place in range(len(BUCKETS) + 1):
            self.add("delays", (*labels, str(place)), places[place])
        self.add("delays_ns", labels, sum(delay.ns))


def _labels_of(kind, tables):
    """(class, code, method), none of which a sender can make up."""
    digit = class_of(kind.code)
    return (f"{digit}xx" if digit else OTHER, str(kind.code) if kind.code in tables.phrases else OTHER,
            kind.method if kind.method in tables.methods else OTHER)
