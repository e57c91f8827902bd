# SPDX-License-Identifier: GPL-2.0-or-later
"""The calls of the page: which have a row, and what their ladders are drawn of."""

import json
from collections import Counter
from dataclasses import dataclass, field

from call_list.calls import read_calls
from call_list.messages import read_messages
from shared.captures import open_capture
from shared.problem import Problem
from shared.streams import called
from shared.text import printable, valid_unicode

# The page stays readable, and below 3 MB with all that is in it.
ROWS_MAX = 2000
LADDERS_BYTES_MAX = 1_600_000
ORDER = ("failed", "unknown", "not taken", "open", "answered")
# What a row and its search need; a sender's words are long at will.
TEXT_MAX = 80


@dataclass
class PageCalls:
    """Of all captures; rows are those that the page lists, the failed first."""
    outcomes: Counter = field(default_factory=Counter)
    # (cause, explanation of the first one) -> calls that failed for it.
    causes: Counter = field(default_factory=Counter)
    explanations: dict = field(default_factory=dict)
    first: float | None = None
    last: float | None = None
    rows: list = field(default_factory=list)
    without_ladder: int = 0

    @property
    def count(self):
        return self.outcomes.total()

    @property
    def left_out(self):
        return self.count - len(self.rows)


def read_page_calls(tshark, captures, text):
    """What can be read of them: what cannot is in the report already. text is a display filter or empty."""
    page, found = PageCalls(), []
    for capture in captures:
        try:
            with open_capture(capture) as private, tshark.readable(private) as file:
                calls = read_calls(tshark, capture, file, text)
        except (OSError, Problem):
            continue
        found += [(capture, call) for call in calls.by_number.values()]
    for _, call in found:
        _count(page, call)
    found.sort(key=lambda pair: ORDER.index(pair[1]["outcome"]))
    chosen = found[:ROWS_MAX]
    ladders = _read_ladders(tshark, captures, chosen)
    room = LADDERS_BYTES_MAX
    for capture, call in chosen:
        ladder = ladders.get((capture, call["call"]), [])
        room -= len(json.dumps(ladder))
        page.without_ladder += room < 0
        page.rows.append(_row(capture, call, ladder if room >= 0 else []))
    return page


def _count(page, call):
    page.outcomes[call["outcome"]] += 1
    time = float(call["time"])
    page.first = time if page.first is None else min(page.first, time)
    page.last = time if page.last is None else max(page.last, time)
    if call["outcome"] == "failed" and call["cause"]:
        page.causes[call["cause"]] += 1
        page.explanations.setdefault(call["cause"], call["explanation"])


def _read_ladders(tshark, captures, chosen):
    """(capture, call) -> its messages, as lists."""
    ladders = {}
    for capture in dict.fromkeys(captures):
        calls = [call for name, call in chosen if name == capture]
        if not calls:
            continue
        try:
            with open_capture(capture) as private, tshark.readable(private) as file:
                messages = read_messages(tshark, capture, file, calls)
        except (OSError, Problem):
            continue
        for message in messages:
            ladders.setdefault((capture, message.call), []).append(_told(message))
    return ladders


def _told(message):
    ends = [f"{address}:{port}" if ":" not in address else f"[{address}]:{port}"
            for address, port in (message.source, message.destination)]
    again = float(message.again[-1]) if message.again else None
    return [message.frame, float(message.time), *ends, printable(message.title),
            len(message.again) + 1, again, [printable(medium)[:TEXT_MAX] for medium in message.media]]


def _seconds(value):
    return None if value is None else round(float(value), 3)


def _row(capture, call, ladder):
    def text(name):
        return printable(call[name] or "")[:TEXT_MAX]

    return {"capture": printable(valid_unicode(called(capture))), "number": call["call"], "begun": float(call["time"]),
            "caller": text("caller") or text("caller_name"), "callee": text("callee") or text("callee_name"),
            "outcome": call["outcome"], "result": call["result"], "code": call["final_code"],
            "ring": _seconds(call["ring_time"]), "talk": _seconds(call["duration"]), "ended": call["ended_by"] or "",
            "leg": call["leg_of"], "joined": call["joined"] or "", "explanation": printable(call["explanation"] or ""),
            "ladder": ladder}
