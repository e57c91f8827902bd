# SPDX-License-Identifier: GPL-2.0-or-later
"""The messages of one Call-ID that belong together in time, and whether they may have another half elsewhere.

A group is closed where nothing outside of what was captured can change a figure of it any more: what it says is
counted, and it is forgotten. Whatever is in doubt stays open and is kept, so no rule here decides a figure.
"""

import heapq

from .coverage import OVER_NS, RINGING_NS, SESSION_NS, SETUP_NS
from .messages import RESPONSE

# They have no answer of their own, or nothing is begun by them.
FOLLOWING = ("ACK", "CANCEL", "PRACK")


class _Request:
    __slots__ = ("told", "seen", "initial", "rings", "final", "first", "last", "contents")

    def __init__(self, time):
        # By something else than an ICMP error, which says nothing of whether it is here.
        self.told = False
        self.seen = self.initial = self.rings = self.final = False
        self.first = self.last = time
        self.contents = Contents()


class Contents:
    """Messages, and what their records say in the form that a tally takes."""
    __slots__ = ("messages", "entries")

    def __init__(self):
        self.messages = []
        self.entries = []


class Group:
    __slots__ = ("call_id", "first", "last", "entries", "frames", "calls", "capture", "cause", "told", "_requests", "_sessions", "_ended", "_current",
                 "_order", "_size", "_shed_at")
    SHED_AT = 64

    def __init__(self, call_id, time, capture):
        self.call_id = call_id
        # Name of the one that it began in.
        self.capture = capture
        # What the call came to so far; None: there is no call.
        self.cause = None
        # The record that says so in the end.
        self.told = None
        self.first = self.last = time
        # Of none of its messages.
        self.entries = []
        self.frames = set()
        # Numbers of calls in the capture.
        self.calls = set()
        self._requests = {}
        self._sessions = set()
        self._ended = set()
        self._current = None
        # Number of the newest message, and how many there are.
        self._order = self._size = 0
        self._shed_at = self.SHED_AT

    def add(self, record, message):
        self._order += 1
        self._size += 1
        self.frames.add(record["frame"])
        self.first, self.last = min(self.first, message.time), max(self.last, message.time)
        method, code = record["method"], record["code"]
        request = self._requests.setdefault((
            "INVITE" if method == "ACK" else method, record["cseq"], record["from_tag"]), _Request(message.time))
        request.first, request.last = min(request.first, message.time), max(request.last, message.time)
        request.contents.messages.append((self._order, message))
        self._current = request
        if message.error is not None:
            return
        request.told = True
        tags = frozenset((record["from_tag"], record["to_tag"]))
        if method == "ACK":
            return
        if code is None:
            request.seen = True
            request.initial = request.initial or not record["to_tag"]
            if method == "BYE":
                self._ended.add(tags)
        else:
            request.rings = request.rings or 100 < code < 200
            request.final = request.final or code >= 200
            if method == "INVITE" and code // 100 == 2 and (request.initial or not request.seen):
                self._sessions.add(tags)
            elif method == "BYE":
                self._ended.add(tags)

    def add_entry(self, entry, of_message):
        (self._current.contents.entries if of_message else self.entries).append(entry)

    @property
    def messages(self):
        """In the order in which they came."""
        return [message for _, message in sorted((numbered for request in self._requests.values()
                                                  for numbered in request.contents.messages),
                                                 key=lambda numbered: numbered[0])]

    def all_entries(self):
        yield from self.entries
        for request in self._requests.values():
            yield from request.contents.entries

    def shed(self, is_inside):
        """Takes out the requests within a session that are over by themselves, such as those that keep it alive, and
        returns what they say; is_inside(first, last) tells whether nothing else of such a one can come."""
        shed = []
        for key, request in list(self._requests.items()):
            if (key[0] not in ("BYE", *FOLLOWING) and request.seen and not request.initial and request.final and
                    is_inside(request.first, request.last)):
                shed += request.contents.entries
                self._size -= len(request.contents.messages)
                del self._requests[key]
        if self._requests:
            self.first = min(request.first for request in self._requests.values())
            self.last = max(request.last for request in self._requests.values())
        self._shed_at = max(self.SHED_AT, 2 * self._size)
        return shed

    def is_long(self):
        return self._size > self._shed_at

    def is_empty(self):
        return not self._requests

    def _invites(self):
        return [request for (method, _, _), request in self._requests.items() if method == "INVITE" and request.told]

    def begins_before(self):
        """Is it the second half of a call?"""
        invites = self._invites()
        return not any(request.initial for request in invites) and (
            bool(self._ended) or any(not request.seen for request in invites))

    def goes_on(self):
        """Is it the first half of a call, which had not come to its end?"""
        invites = self._invites()
        return any(request.initial for request in invites) and (
            bool(self._sessions - self._ended) or any(request.seen and not request.final for request in invites))

    def initial_invites(self):
        """The messages that begin a call, on every hop."""
        return [message for (method, _, _), request in self._requests.items() if method == "INVITE" and request.initial
                for _, message in request.contents.messages
                if message.error is None and not message.data.startswith(RESPONSE)]

    def waits(self):
        """Is there a request without a final response?"""
        return any(request.seen and not request.final for request in self._requests.values())

    def before(self):
        """How long before its first message something may have come that changes its figures, in ns."""
        longest = OVER_NS
        if self._ended and not any(request.initial for request in self._invites()):
            longest = SESSION_NS
        elif any(request.told and not request.seen for (method, _, _), request in self._requests.items()
                 if method in ("INVITE", *FOLLOWING)):
            longest = RINGING_NS
        return longest

    def reaches_back(self):
        """The same for what it belongs to: a request within a session is over by itself, and yet one of that session."""
        within = any(request.seen and not request.initial for request in self._requests.values())
        return SESSION_NS if within and not any(request.initial for request in self._invites()) else self.before()

    def after(self):
        """The same behind its last one."""
        if self._sessions - self._ended:
            return SESSION_NS
        waiting = [request for request in self._invites() if (request.seen or request.rings) and not request.final]
        return RINGING_NS if any(request.rings for request in waiting) else SETUP_NS if waiting else OVER_NS


class Groups:
    """The groups of one capture, as its messages come; take_closed(group) is called with each
    that closes, take_shed(entries) with what another one sheds."""

    def __init__(self, take_closed, take_shed, coverage=None):
        self._take_closed = take_closed
        self._take_shed = take_shed
        # None until the end: all in one span, of which only the beginning is known.
        self._coverage = coverage
        self._active = {}
        # They may have another half before the capture, and it matters no more what comes.
        self._kept = {}
        self._due = []
        self._first = None
        self._times = (None, None)

    def take(self, record, message, capture):
        """The group that the message is one of."""
        call_id, time = record["call_id"], message.time
        self._tick(time)
        group = self._active.get(call_id)
        # The first is the least that it can be.
        if group and time - group.last > OVER_NS and time - group.last > group.after():
            self._settle(group)
            group = None
        if not group and not _begins(record) and self._kept.get(call_id):
            group = self._kept[call_id][-1]
        if not group:
            group = self._active[call_id] = Group(call_id, time, capture)
            heapq.heappush(self._due, (time + OVER_NS, call_id))
        group.add(record, message)
        if group.is_long():
            self._shed(group, time)
        return group

    def by_frame(self):
        """Frame -> group of it that waits for an answer, of those that are still here."""
        found = {}
        for group in self.all():
            for frame in group.frames:
                if frame not in found or group.waits():
                    found[frame] = group
        return found

    def end(self, coverage):
        """The groups that are open, in order; all others are closed by then."""
        self._coverage = coverage
        remaining = list(self.all())
        self._active, self._kept, self._due = {}, {}, []
        for group in remaining:
            self._shed(group)
        still_open = [group for group in remaining if not group.is_empty() and not self._close(group)]
        return sorted(still_open, key=lambda group: (group.messages[0].time, group.call_id))

    def all(self):
        for groups in self._kept.values():
            yield from groups
        yield from self._active.values()

    def _tick(self, time):
        """Time goes on as far as two messages say."""
        self._first = time if self._first is None else self._first
        self._times = (self._times[1], time)
        now = time if self._times[0] is None else min(self._times)
        while self._due and self._due[0][0] < now:
            _, call_id = heapq.heappop(self._due)
            group = self._active.get(call_id)
            if group:
                due = group.last + group.after()
                if due < now:
                    self._settle(group)
                else:
                    heapq.heappush(self._due, (due, call_id))

    def _settle(self, group):
        del self._active[group.call_id]
        if not self._close(group):
            self._kept.setdefault(group.call_id, []).append(group)

    def _shed(self, group, now=None):
        self._take_shed(group.shed(lambda first, last: self._is_inside(first, last, OVER_NS, OVER_NS, now)))

    def _close(self, group):
        closed = self._is_inside(group.first, group.last, group.before(), group.after())
        if closed:
            self._take_closed(group)
        return closed

    def _is_inside(self, first, last, before, after, now=None):
        if self._coverage is None:
            return first - self._first > before and (now is None or now - last > after)
        return self._coverage.is_inside(first, last, before, after) and (now is None or now - last > after)


def _begins(record):
    """Does something begin with it that goes on without what was before? An INVITE goes on with its call."""
    return (record["record"] == "message" and record["code"] is None and
            record["method"] not in (*FOLLOWING, "INVITE"))
