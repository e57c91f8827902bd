# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of a report: what is over in its captures, counted, and what may have another half elsewhere, as messages."""

from dataclasses import dataclass

from .beside import Gaps, Resets
from .breakdown import Breakdown, EndedCall, Labels
from .coverage import Coverage
from .tally import Tally


@dataclass
class OpenGroup:
    """Messages of one Call-ID; before and after are how long, in ns, something may have come that goes with them, and
    spans those of the captures that have them."""
    call_id: str
    before: int
    after: int
    spans: list
    # Name of the one that it began in.
    capture: str
    messages: list


class Part:
    """Of any number of captures. What is open in several of them has to be joined before it is counted."""

    def __init__(self, tables, labels=Labels()):
        self.tables = tables
        self.labels = labels
        # (name, why it was not read to its end or None) of each capture.
        self.captures = []
        self.closed = Tally(tables)
        self.opened = Tally(tables)
        self.closed_breakdown = Breakdown(tables)
        self.opened_breakdown = Breakdown(tables)
        self.groups = []
        self.gaps = Gaps()
        self.resets = Resets()
        self.spans = []
        # TCP connections (Unread) of which a capture or more gave no message.
        self.unread = set()
        self.begun_before = 0
        self.still_up = 0
        self.is_joined = True

    def another(self):
        """An empty part of the same report."""
        return Part(self.tables, self.labels)

    def close(self, group):
        """Returns the EndedCall that is to be counted when it is known what caused it, or None."""
        _count(group.all_entries(), self.closed)
        return self._ended_call(group)

    def _ended_call(self, group):
        if not self.labels.dimensions or group.cause is None:
            return None
        call = EndedCall(group, self.labels)
        if group.told:
            call.take_cause(group.told)
        return call

    def shed(self, entries):
        _count(entries, self.closed)

    def keep(self, groups, spans):
        for group in groups:
            _count(group.all_entries(), self.opened)
            call = self._ended_call(group)
            if call:
                self.opened_breakdown.count(call)
            self.begun_before += group.begins_before()
            self.still_up += group.goes_on()
            self.groups.append(OpenGroup(group.call_id, group.reaches_back(), group.after(), spans, group.capture,
                                         group.messages))
        self.prune(self.groups, spans)

    def prune(self, groups, spans):
        """Forgets what was kept in case that it is about what is open."""
        first_of = Coverage(spans).first_of
        self.gaps.prune(groups, first_of)
        self.resets.prune(groups, first_of)

    def rename(self, name):
        """Gives its only capture the name that it has here."""
        self.captures = [(name, self.captures[0][1])]
        for group in self.groups:
            group.capture = name
        self.closed_breakdown.rename("capture", name)

    def merge(self, other):
        """Adds the other one, which is of no use afterwards."""
        alone = not (self.spans or self.groups) or not (other.spans or other.groups)
        self.captures += other.captures
        self.closed.merge(other.closed)
        # Until it is joined, as if there were no two halves of anything.
        self.opened.merge(other.opened)
        self.closed_breakdown.merge(other.closed_breakdown)
        self.opened_breakdown.merge(other.opened_breakdown)
        self.unread |= other.unread
        self.begun_before += other.begun_before
        self.still_up += other.still_up
        self.groups += other.groups
        self.gaps.merge(other.gaps)
        self.resets.merge(other.resets)
        self.spans += other.spans
        self.is_joined = self.is_joined and other.is_joined and alone or not self.groups

    def unread_over(self, over):
        """How many of them carried SIP over that."""
        return sum(unread.over == over for unread in self.unread)

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

    def total_breakdown(self):
        total = Breakdown(self.tables)
        total.merge(self.closed_breakdown)
        total.merge(self.opened_breakdown)
        return total.finish()


def _count(entries, tally):
    for function, *arguments in entries:
        function(tally, *arguments)
