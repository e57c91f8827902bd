# SPDX-License-Identifier: GPL-2.0-or-later
"""The messages of one Call-ID that belong together in time, and whether they may have another half elsewhere.

A group is closed where nothing outside of what was captured can change a figure of it any more: what it says is
counted, and it is forgotten. Whatever is in doubt stays open and is kept, so no rule here decides a figure.
"""

import heapq

from .coverage import OVER_NS, RINGING_NS, SESSION_NS, SETUP_NS, Coverage

# They have no answer of their own, or nothing is begun by them.
FOLLOWING = ("ACK", "CANCEL", "PRACK")


class _Request:
    __slots__ = ("seen", "initial", "rings", "final", "acknowledged")

    def __init__(self):
        self.seen = self.initial = self.rings = self.final = self.acknowledged = False


class Group:
    __slots__ = ("call_id", "first", "last", "messages", "entries", "frames", "calls", "_requests", "_sessions", "_ended")

    def __init__(self, call_id, time):
        self.call_id = call_id
        self.first = self.last = time
        self.messages = []
        # What its records say, in the form that a tally takes.
        self.entries = []
        self.frames = set()
        # Numbers of calls in the capture.
        self.calls = set()
        self._requests = {}
        self._sessions = set()
        self._ended = set()

    def add(self, record, message):
        self.messages.append(message)
        self.frames.add(record["frame"])
        self.first, self.last = min(self.first, message.time), max(self.last, message.time)
        method, code = record["method"], record["code"]
        request = self._requests.setdefault((
            "INVITE" if method == "ACK" else method, record["cseq"], record["from_tag"]), _Request())
        tags = frozenset((record["from_tag"], record["to_tag"]))
        if method == "ACK":
            request.acknowledged = True
        elif code is None:
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

    def _invites(self):
        return [request for (method, _, _), request in self._requests.items() if method == "INVITE"]

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

    def waits(self):
        """Is there a request without a final response?"""
        return any(request.seen and not request.final for request in self._requests.values())

    def before(self):
        """How long before its first message something may have come that changes its figures, in ns."""
        longest = OVER_NS
        if self._ended and not any(request.initial for request in self._invites()):
            longest = SESSION_NS
        elif any(not request.seen for (method, _, _), request in self._requests.items()
                 if method in ("INVITE", *FOLLOWING)):
            longest = RINGING_NS
        return longest

    def after(self):
        """The same behind its last one."""
        if self._sessions - self._ended:
            return SESSION_NS
        waiting = [request for request in self._invites() if request.seen and not request.final]
        return RINGING_NS if any(request.rings for request in waiting) else SETUP_NS if waiting else OVER_NS


class Groups:
    """The groups of one capture, as its messages come; take_closed(group) is called with each that closes."""

    def __init__(self, take_closed, coverage=None):
        self._take_closed = take_closed
        # None until the end: all in one span, of which only the beginning is known.
        self._coverage = coverage
        self._active = {}
        # They may have another half before the capture, and it matters no more what comes.
        self._kept = {}
        self._due = []
        self._first = None
        self._times = (None, None)

    def take(self, record, message):
        """The group that the message is one of."""
        call_id, time = record["call_id"], message.time
        self._tick(time)
        group = self._active.get(call_id)
        if group and time - group.last > group.after():
            self._settle(group)
            group = None
        if not group and not _begins(record) and self._kept.get(call_id):
            group = self._kept[call_id][-1]
        if not group:
            group = self._active[call_id] = Group(call_id, time)
            heapq.heappush(self._due, (time + OVER_NS, call_id))
        group.add(record, message)
        return group

    def by_frame(self):
        """Frame -> group of it that waits for an answer, of those that are still here."""
        found = {}
        for group in self._all():
            for frame in group.frames:
                if frame not in found or group.waits():
                    found[frame] = group
        return found

    def end(self, coverage):
        """The groups that are open, in order; all others are closed by then."""
        self._coverage = coverage
        remaining = list(self._all())
        self._active, self._kept, self._due = {}, {}, []
        still_open = [group for group in remaining if not self._close(group)]
        return sorted(still_open, key=lambda group: (group.messages[0].time, group.call_id))

    def _all(self):
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

    def _close(self, group):
        if self._coverage is None:
            closed = group.first - self._first > group.before()
        else:
            closed = self._coverage.is_inside(group.first, group.last, group.before(), group.after())
        if closed:
            self._take_closed(group)
        return closed


def _begins(record):
    """Does something begin with it that goes on without what was before? An INVITE goes on with its call."""
    return record["code"] is None and record["method"] not in (*FOLLOWING, "INVITE")
