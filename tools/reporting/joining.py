# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts together what is open in several captures: all its messages are read again, as one capture, by one tshark."""

import os
import tempfile
from bisect import bisect_left, bisect_right
from collections import defaultdict

from shared.problem import Problem

from .coverage import OVER_NS, Coverage
from .messages import COPY_NS, CopyFinder, in_order, write_capture
from .part import Part

# Beyond that it is joined before more of it comes, so that memory does not grow with the number of captures.
OPEN_MESSAGES_MAX = 200_000
# "SIP/2.", as base64.
RESPONSE = "U0lQLzIu"


class _Chain:
    """Groups that are one call in several captures."""

    def __init__(self, group):
        self.groups = [group]
        self.before, self.after = group.before, group.after
        self._times = sorted(message.time for message in group.messages)

    def takes(self, group):
        """Is the group a piece of the same call? One that was captured at two places has messages of both in turn."""
        times = [message.time for message in group.messages]
        first, last = min(times), max(times)
        if bisect_left(self._times, last - COPY_NS) > bisect_right(self._times, first + COPY_NS):
            return False
        behind = bisect_right(self._times, first)
        ahead = bisect_left(self._times, last)
        if not (behind and _is_near(first - self._times[behind - 1], self.after, group.before)
                or ahead < len(self._times) and _is_near(self._times[ahead] - last, group.after, self.before)):
            return False
        self.groups.append(group)
        self.before, self.after = max(self.before, group.before), max(self.after, group.after)
        self._times = sorted(self._times + times)
        return True


def _is_near(apart, after, before):
    """The first half waits for more, and the second one for what came before."""
    return apart <= OVER_NS or apart <= min(after, before)


def _chains(groups):
    """Call-ID -> chains."""
    chains = defaultdict(list)
    for group in sorted(groups, key=lambda group: group.messages[0].time):
        known = chains[group.call_id]
        if not any(chain.takes(group) for chain in reversed(known)):
            known.append(_Chain(group))
    return chains


def join(part, read):
    """Makes the part as if its captures had been one. read(file, part, **how) reads a capture into a part, and returns
    what went wrong, or None."""
    coverage = Coverage(part.spans)
    lists, call_ids = [[(gap, 0) for gap in part.gaps]], {}
    for call_id, chains in _chains(part.groups).items():
        for number, chain in enumerate(chains):
            call_ids[f"{call_id}~{number}" if number else call_id] = call_id
            lists.append(list(in_order([[(message, number) for message in group.messages] for group in chain.groups])))
    messages = list(_without_copies(in_order(lists), part))
    joined = Part(part.tables)
    with tempfile.TemporaryFile() as file:
        write_capture(file, messages, coverage.ticks())
        file.flush()
        file.seek(0)
        os.fchmod(file.fileno(), 0o644)
        problem = read(file, joined, coverage=coverage, kept=[message for message, _ in messages])
    if problem:
        raise Problem(f"what is open at the edges of the captures could not be joined: {problem}")
    for group in joined.groups:
        group.call_id = call_ids.get(group.call_id, group.call_id)
    part.closed.merge(joined.closed)
    part.opened, part.groups, part.spans = joined.opened, joined.groups, coverage.spans
    part.begun_before, part.still_up = joined.begun_before, joined.still_up
    part.gaps.prune(part.groups)
    part.is_joined = True


def _without_copies(messages, part):
    finder = CopyFinder()
    for message, number in messages:
        if message.data and message.data.startswith(RESPONSE) and finder.is_copy(message):
            part.closed.captured_twice += message.counts
        else:
            yield message, number
