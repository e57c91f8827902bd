# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts together what is open in several captures: all its messages are read again, as one capture, by one tshark."""

import os
import tempfile
from bisect import bisect_left, bisect_right
from collections import defaultdict

from shared.problem import Problem

from .coverage import OVER_NS, Coverage
from .messages import MS, RESPONSE, CopyFinder, in_order, write_capture

# Beyond that it is joined before more of it comes, so that memory does not grow with the number of captures; and beyond
# twice of what is left then, so that the same messages are not read again and again. Of captures that come in the order
# of time none is missing by then that comes later.
OPEN_MESSAGES_MAX = 200_000
IN_ORDER_MAX = 50_000
# T1: what is swapped by more than that was not captured at one place.
DISORDER_NS = 500 * MS


class _Chain:
    """Groups that are one call in several captures."""

    def __init__(self, group):
        self.groups = [group]
        self.before, self.after = group.before, group.after
        self.coverage = Coverage(group.spans)
        self._times = sorted(message.time for message in group.messages)

    def waits_until(self):
        return self._times[-1] + max(self.after, OVER_NS)

    def takes(self, group, belong):
        """Is the group a piece of the same call? Not one that was captured at the same time elsewhere."""
        times = [message.time for message in group.messages]
        first, last = min(times), max(times)
        coverage = Coverage(group.spans)
        if _overlap(self.coverage, coverage) and bisect_right(self._times, last) > bisect_left(self._times, first):
            return False
        behind = bisect_right(self._times, first)
        ahead = bisect_left(self._times, last)
        if not (behind and belong(first - self._times[behind - 1], self.after, group.before)
                or ahead < len(self._times) and belong(self._times[ahead] - last, group.after, self.before)):
            return False
        self.groups.append(group)
        self.before, self.after = max(self.before, group.before), max(self.after, group.after)
        self._times = sorted(self._times + times)
        self.coverage = Coverage(self.coverage.spans + coverage.spans)
        return True


def _overlap(one, other):
    """Two pieces of a capture have at most a few messages in disorder in common."""
    common, shorter = one.overlap(other)
    return common > min(DISORDER_NS, shorter // 2)


def _wait_for_each_other(apart, after, before):
    return OVER_NS < min(after, before) >= apart


def _are_near(apart, _after, _before):
    return apart <= OVER_NS


def _chains(groups):
    """Call-ID -> chains."""
    chains, waiting = defaultdict(list), defaultdict(list)
    for group in sorted(groups, key=lambda group: (group.messages[0].time, group.capture)):
        # A Call-ID may come again and again, and those that wait no longer need not be looked at.
        candidates = [chain for chain in waiting[group.call_id] if chain.waits_until() >= group.messages[0].time]
        if not any(chain.takes(group, how) for how in (_wait_for_each_other, _are_near)
                   for chain in reversed(candidates)):
            candidates.append(_Chain(group))
            chains[group.call_id].append(candidates[-1])
        waiting[group.call_id] = candidates
    return chains


def join(part, read):
    """Makes the part as if its captures had been one. read(file, part, **how) reads a capture into a part, and returns
    what went wrong, or None."""
    coverage = Coverage(part.spans)
    lists, known = [[(gap, 0) for gap in part.gaps]], {}
    for call_id, chains in _chains(part.groups).items():
        for number, chain in enumerate(chains):
            known[f"{call_id}~{number}" if number else call_id] = call_id, coverage.around(chain.coverage), chain.groups[0].capture
            lists.append(list(in_order([[(message, number) for message in group.messages] for group in chain.groups])))
    # Behind a request of the same time.
    lists.append(sorted(((reset, 0) for reset in part.resets), key=lambda item: item[0].time))
    messages = list(_without_copies(in_order(lists), part))
    joined = part.another()
    with tempfile.TemporaryFile() as file:
        write_capture(file, messages, coverage.ticks())
        file.flush()
        file.seek(0)
        os.fchmod(file.fileno(), 0o644)
        problem = read(file, joined, coverage=coverage, kept=[message for message, _ in messages],
                       capture_of=lambda call_id: known[call_id][2] if call_id in known else "")
    if problem:
        raise Problem(f"what is open at the edges of the captures could not be joined: {problem}")
    for group in joined.groups:
        if group.call_id in known:
            group.call_id, group.spans, _ = known[group.call_id]
    part.closed.merge(joined.closed)
    part.closed_breakdown.merge(joined.closed_breakdown)
    part.opened_breakdown = joined.opened_breakdown
    part.opened, part.groups, part.spans = joined.opened, joined.groups, coverage.spans
    part.begun_before, part.still_up = joined.begun_before, joined.still_up
    part.prune(part.groups, part.spans)
    part.is_joined = True


def _without_copies(messages, part):
    finder = CopyFinder()
    for message, number in messages:
        if message.data and message.data.startswith(RESPONSE) and finder.is_copy(message, number):
            # A segment of TCP that comes again is no response to Wireshark where it sees both.
            part.closed.captured_twice += message.counts and message.sequence is None
        else:
            yield message, number
