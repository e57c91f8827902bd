# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a finished file once, and counts what is over by then."""

from functools import partial

from reporting.coverage import SESSION_NS, Span
from reporting.joining import join
from reporting.runs import read_part
from shared.captures import TEXT, looks_like_text, open_capture, remedy
from shared.problem import Problem

READ, DAMAGED, BROKEN = "read", "damaged", "broken"
# A tshark that is ended by a signal, for want of memory maybe, may come to its end the next time.
TRIES = 2
# More is not kept open: that is what a hundred calls a second have, of which each lasts five minutes.
OPEN_MESSAGES_MAX = 200_000


class Reader:
    """Reads files, of which each goes on with what is open at the end of those before it."""

    def __init__(self, tshark):
        self._tshark = tshark
        self._read = partial(read_part, tshark, "")

    def read(self, path, part):
        """(Part with what is open now and what is over, result, what is wrong with the file or nothing). The part that
        is given is of no use afterwards; FileNotFoundError where the file has gone."""
        found, problem = self._part_of(path, part)
        if problem and not found.holds_responses() and not found.groups:
            return part, BROKEN, problem
        part.merge(found)
        part.spans = _one_span(part.spans)
        # Also where nothing is joined: with the longer span more of it is over.
        if part.groups:
            join(part, self._read)
        if part.open_messages() > OPEN_MESSAGES_MAX:
            _close_oldest(part, self._read)
        # It is not told by captures here.
        part.captures = []
        return part, DAMAGED if problem else READ, problem

    def _part_of(self, path, before):
        for tries in range(TRIES, 0, -1):
            part = before.another()
            try:
                with open_capture(path) as private, self._tshark.readable(private) as file:
                    problem = self._read(file, part)
                    if not problem and not part.holds_responses() and looks_like_text(file):
                        problem = TEXT
            except FileNotFoundError:
                raise
            except OSError as error:
                problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
            if not problem or "ended by signal" not in problem:
                break
        return part, problem or ""


def _one_span(spans):
    """From long ago to the last packet: what is missing before the first file and between two does not come any more,
    so no call waits for it."""
    if not spans:
        return []
    return [Span(-2 * SESSION_NS, tuple(sorted(time for span in spans for time in span.newest)[-2:]))]


def _close_oldest(part, read):
    """Counts the calls of which nothing came for longest as they are, until half of what may be open is left."""
    part.groups.sort(key=lambda group: max(message.time for message in group.messages))
    oldest = part.another()
    left = part.open_messages()
    while left > OPEN_MESSAGES_MAX // 2:
        group = part.groups.pop(0)
        left -= len(group.messages)
        oldest.groups.append(group)
    first = min(message.time for group in oldest.groups for message in group.messages)
    last = max(message.time for group in oldest.groups for message in group.messages)
    # All is inside of this.
    oldest.spans = [Span(first - 2 * SESSION_NS, (last + 2 * SESSION_NS,) * 2)]
    oldest.is_joined = False
    join(oldest, read)
    part.closed.merge(oldest.closed)
    part.closed_breakdown.merge(oldest.closed_breakdown)
    if oldest.groups:
        raise Problem("calls that were open for long cannot be closed; report this")
    # How many are up is told of those that are left.
    join(part, read)
