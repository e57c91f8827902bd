# SPDX-License-Identifier: GPL-2.0-or-later
"""What is counted: numbers by name and labels, which only grow.

Only what is over is counted (reporting.part), so nothing has to be taken back; and where a number came out smaller
after all, the greater one stays what is shown until it is reached again.
"""

from bisect import bisect_left
from collections import Counter

from reporting import figures
from reporting.bins import DELAY_LIMITS, SECOND
from reporting.breakdown import RATIOS
from reporting.messages import UNREAD_OVER
from reporting.tally import Tally, class_of

# Sets of labels of one name; a capture can make up what becomes a label, and each is kept for ever.
LABELS_MAX = 1000
# Peers without a name.
PEERS_MAX = 200
OTHER = "other"
# ns; sessions last longer than what stands before them.
BUCKETS = [*DELAY_LIMITS, *(factor * SECOND for factor in (1000, 2000, 5000, 10000, 20000))]


class Counters:
    def __init__(self, numbers=(), named=()):
        """numbers: rows as numbers() has them. named: the peers that have names."""
        self._named = frozenset(named)
        # (name, labels) -> what was counted, and what is shown of it.
        self._counted = Counter()
        self._shown = {}
        self._sizes = Counter()
        for name, labels, counted, shown in numbers:
            key = name, tuple(labels)
            self._counted[key], self._shown[key] = counted, shown
            self._sizes[name] += 1
        self._peers = {labels[0] for name, labels in self._shown if name == "peer_calls"} - self._named

    def numbers(self):
        return [[name, list(labels), self._counted[name, labels], shown]
                for (name, labels), shown in sorted(self._shown.items())]

    def shown(self, name):
        """{labels: number}"""
        return {labels: shown for (found, labels), shown in self._shown.items() if found == name}

    def add(self, name, labels, number):
        key = name, labels
        if key not in self._shown:
            if labels and self._sizes[name] >= LABELS_MAX and not name.startswith("peer_"):
                key = name, (OTHER,) * len(labels)
            self._sizes[name] += key not in self._shown
        self._counted[key] += number
        self._shown[key] = max(self._shown.get(key, 0), self._counted[key])

    def begin(self, tables):
        """Lets those be there from the start that can be named: Prometheus knows no rate of what appears with its first
        number."""
        for outcome in tables.outcomes:
            self.add("calls", (outcome,), 0)
        for over in UNREAD_OVER:
            self.add("unread", (over,), 0)
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

    def add_unread(self, connections):
        for connection in connections:
            self.add("unread", (connection.over,), 1)

    def add_breakdown(self, breakdown, tables):
        """Adds what is over by cause and by peer."""
        for (dimension, key), tally in breakdown.tallies.items():
            if dimension == "cause":
                self.add("causes", (key,), tally.calls.total())
                continue
            peer = self._peer(key)
            for cause, number in tally.calls.items():
                self.add("peer_calls", (peer, cause), number)
            for ratio in figures.ratios(tally, tables):
                if ratio.merged and ratio.row["id"] in RATIOS:
                    labels = peer, ratio.row["id"].upper()
                    self.add("peer_counted", labels, ratio.count)
                    self.add("peer_attempts", labels, ratio.of)

    def _peer(self, name):
        """The label of a peer: no capture fills the memory of Prometheus with addresses."""
        if name in self._named or name in self._peers:
            return name
        if len(self._peers) >= PEERS_MAX:
            return OTHER
        self._peers.add(name)
        return name

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
