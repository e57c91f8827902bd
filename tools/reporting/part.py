# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of a report: what is over in its captures, counted, and what may have another half elsewhere, as messages."""

from collections import defaultdict
from dataclasses import dataclass

from .messages import hosts_of
from .tally import Tally


@dataclass
class OpenGroup:
    """Messages of one Call-ID; before and after are how long, in ns, something may have come that goes with them."""
    call_id: str
    before: int
    after: int
    messages: list


class Gaps:
    """Messages that the snap length cut so short that only their ends are known: they may have hidden what is needed
    to judge a response. Of those without a message that is open between them one does."""
    PRUNED_AT = 10_000

    def __init__(self, messages=()):
        self._messages = list(messages)
        self._next = self.PRUNED_AT

    def __iter__(self):
        return iter(self._messages)

    def add(self, message):
        self._messages.append(message._replace(ip_id=None, sequence=None, cut=True, counts=True, data=None))

    def prune(self, groups):
        times = defaultdict(list)
        for group in groups:
            for message in group.messages:
                times[hosts_of(message)].append((message.time, 1, None))
        for gap in self._messages:
            times[hosts_of(gap)].append((gap.time, 0, gap))
        self._messages = []
        for items in times.values():
            items.sort(key=lambda item: item[:2])
            self._messages += [one[2] for one, after in zip(items, [*items[1:], None])
                               if one[2] and (after is None or after[2] is None)]
        self._messages.sort(key=lambda gap: (gap.time, gap.source or "", gap.destination or ""))


class Part:
    """Of any number of captures. What is open in several of them has to be joined before it is counted."""

    def __init__(self, tables):
        self.tables = tables
        # (name, why it was not read to its end or None) of each capture.
        self.captures = []
        self.closed = Tally(tables)
        self.opened = Tally(tables)
        self.groups = []
        self.gaps = Gaps()
        self.spans = []
        self.begun_before = 0
        self.still_up = 0
        self.is_joined = True

    def close(self, group):
        _count(group, self.closed)

    def keep(self, groups):
        for group in groups:
            _count(group, self.opened)
            self.begun_before += group.begins_before()
            self.still_up += group.goes_on()
            self.groups.append(OpenGroup(group.call_id, group.before(), group.after(), group.messages))
        self.gaps.prune(self.groups)

    def merge(self, other):
        """Adds the other one, which is of no use afterwards."""
        alone = not (self.spans or self.groups) or not (other.spans or other.groups)
        self.captures += other.captures
        self.closed.merge(other.closed)
        # Until it is joined, as if there were no two halves of anything.
        self.opened.merge(other.opened)
        self.begun_before += other.begun_before
        self.still_up += other.still_up
        self.groups += other.groups
        self.gaps = Gaps((*self.gaps, *other.gaps))
        self.spans += other.spans
        self.is_joined = self.is_joined and other.is_joined and alone or not self.groups

    def holds_responses(self):
        return bool(self.closed.responses or self.opened.responses)

    def open_messages(self):
        return sum(len(group.messages) for group in self.groups)

    def total(self):
        """The tally of all of it."""
        total = Tally(self.tables)
        total.merge(self.closed)
        total.merge(self.opened)
        return total.finish()


def _count(group, tally):
    for function, *arguments in group.entries:
        function(tally, *arguments)
