# SPDX-License-Identifier: GPL-2.0-or-later
"""The list as text: columns that fit the terminal, the explanation in what is left."""

import unicodedata
from collections import Counter
from datetime import datetime, timezone

from shared.text import counted, printable

from .colours import in_colour

# Heading, least and greatest width; numbers stand at the right.
COLUMNS = (("Call", 4, 10, True), ("Begun", 8, 12, False), ("Caller", 8, 32, False), ("Callee", 8, 32, False),
           ("Result", 8, 27, False), ("Ring s", 6, 10, True), ("Talk s", 6, 10, True), ("Ended by", 8, 8, False))
REST_MIN = 24
RESULT = 4


def table(calls, width, colours):
    """width 0: nothing is cut."""
    rows = [_cells(call) for call in calls]
    widths = _widths(rows, width)
    rest = max(width - sum(widths) - 2 * len(widths), REST_MIN) if width else 0
    yield _line([heading for heading, *_ in COLUMNS], widths) + "  What happened"
    for call, cells in zip(calls, rows):
        shown = [_fit(cell, size, right) for cell, size, (*_, right) in zip(cells, widths, COLUMNS)]
        shown[RESULT] = in_colour(shown[RESULT], call["outcome"], colours)
        explanation = printable(_what_happened(call))
        yield "  ".join(shown) + "  " + (_cut(explanation, rest) if rest else explanation)
    counts = Counter(call["outcome"] for call in calls)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("answered", "not taken", "failed", "open", "unknown")
                     if counts[outcome])
    yield f"{counted(len(calls), 'call')}{': ' + told if told else ''}"


def _cells(call):
    begun = datetime.fromtimestamp(float(call["time"]), timezone.utc).strftime("%H:%M:%S") if call["time"] >= 0 else "-"
    return [str(call["call"]), begun, _party(call, "caller"), _party(call, "callee"),
            printable(call["result"] or call["outcome"]), _seconds(call["ring_time"]), _seconds(call["duration"]),
            call["ended_by"] or "-"]


def _party(call, who):
    return printable(call[who] or call[f"{who}_name"] or "-")


def _what_happened(call):
    leg = f"[leg of {call['leg_of']} by {call['joined']}] " if call["leg_of"] else \
        f"[{call['joined']}] " if call["joined"] else ""
    return leg + (call["explanation"] or "")


def _seconds(value):
    return "-" if value is None else f"{value:.1f}"


def _widths(rows, width):
    """As wide as what stands there; on a terminal names give way first."""
    widths = [min(max([len(heading), *(_width(row[place]) for row in rows)]), most if width else 1000)
              for place, (heading, _, most, _) in enumerate(COLUMNS)]
    over = sum(widths) + 2 * len(widths) + REST_MIN - width if width else 0
    for place in (RESULT, 2, 3):
        less = min(max(over, 0), max(widths[place] - COLUMNS[place][1], 0))
        widths[place] -= less
        over -= less
    return widths


def _line(cells, widths):
    return "  ".join(_fit(cell, size, right) for cell, size, (*_, right) in zip(cells, widths, COLUMNS))


def _width(text):
    """Columns on a terminal."""
    return sum(0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
               for character in text)


def _cut(text, width):
    if _width(text) <= width:
        return text
    while _width(text) > width - 3:
        text = text[:-1]
    return text + "..."


def _fit(text, width, right):
    text = _cut(text, width)
    padding = " " * (width - _width(text))
    return padding + text if right else text + padding
