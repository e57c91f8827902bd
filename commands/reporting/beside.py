# SPDX-License-Identifier: GPL-2.0-or-later
"""What lies beside the messages that are open and may be about them: gaps, and resets of TCP. Kept is what is near to
one of them, or may be to one of another capture."""

from bisect import bisect_left
from collections import defaultdict

from .coverage import OVER_NS
from .messages import RESPONSE, hosts_of


class _Beside:
    """Messages without SIP, which add() takes in the order of the capture."""
    PRUNED_AT = 10_000

    def __init__(self, messages=()):
        self._messages = list(messages)
        self._next = self.PRUNED_AT

    def __iter__(self):
        return iter(self._messages)

    def add(self, message):
        self._messages.append(message)

    def merge(self, other):
        self._messages += other

    def are_many(self):
        return len(self._messages) > self._next

    def prune_older(self, groups):
        """While more comes: what is newer than that may be about a message that stands behind it in the capture."""
        # Time goes on as far as two of them say.
        newest = min(message.time for message in self._messages[-2:]) - OVER_NS
        first = min(message.time for message in self._messages)
        newer = [message for message in self._messages if message.time > newest]
        self._messages = [message for message in self._messages if message.time <= newest]
        self.prune(groups, lambda _: first)
        self._messages += newer
        self._next = max(self.PRUNED_AT, 2 * len(self._messages))


class Gaps(_Beside):
    """Messages that the snap length cut so short that only their ends are known: they may have hidden what is needed
    to judge a response. Of those without a message that is open between them one does."""

    def add(self, message):
        super().add(message._replace(ip_id=None, sequence=None, cut=True, counts=True, data=None))

    def prune(self, groups, _first_of):
        times = defaultdict(list)
        if self._messages:
            for message in (message for group in groups for message in group.messages):
                times[hosts_of(message)].append((message.time, 1, None))
        for gap in self._messages:
            times[hosts_of(gap)].append((gap.time, 0, gap))
        self._messages = []
        for items in times.values():
            items.sort(key=lambda item: item[:2])
            self._messages += [one[2] for one, after in zip(items, [*items[1:], None])
                               if one[2] and (after is None or after[2] is None)]
        self._messages.sort(key=lambda gap: (gap.time, gap.source or "", gap.destination or ""))


class Resets(_Beside):
    """Resets of TCP, each of which may tell what became of a request that waited for an answer."""

    def prune(self, groups, first_of):
        """first_of(time) is the beginning of what was captured at that time: a request may lie before it."""
        requests = defaultdict(list)
        if self._messages:
            for message in (message for group in groups for message in group.messages):
                if message.transport == "tcp" and message.data and not message.data.startswith(RESPONSE):
                    requests[_ends(message)].append(message.time)
        for times in requests.values():
            times.sort()
        self._messages = [reset for reset in self._messages if reset.time - first_of(reset.time) <= OVER_NS or
                          _is_near(reset.time, requests.get(_ends_back(reset), ()))]
        self._messages.sort(key=lambda reset: (reset.time, _ends(reset)))


def _is_near(time, times):
    place = bisect_left(times, time - OVER_NS)
    return place < len(times) and times[place] <= time + OVER_NS


def _ends(message):
    return message.source, message.source_port, message.destination, message.destination_port


def _ends_back(message):
    return message.destination, message.destination_port, message.source, message.source_port
