# SPDX-License-Identifier: GPL-2.0-or-later
"""The list as text: columns that fit the terminal, the explanation in what is left."""

import unicodedata
from collections import Counter
from datetime import datetime, timezone
from typing import NamedTuple

from shared.text import counted, printable

from .colours import in_colour



class Column(NamedTuple):
    heading: str
    # In characters.
    least: int
    most: int
    # Numbers stand at the right.
    right: bool
    # A narrow terminal does without it: the explanation tells it too.
    spared: bool


COLUMNS = (Column("Call", 4, 10, True, False), Column("Begun", 8, 12, False, False), Column("Caller", 8, 32, False, False),
           Column("Callee", 8, 32, False, False), Column("Result", 8, 27, False, False), Column("Ring s", 6, 10, True, True),
           Column("Talk s", 6, 10, True, False), Column("Ended by", 8, 8, False, True))
REST_MIN = 24
NARROW = 110
# Who gives way where there is no room.
GIVING = ("Result", "Caller", "Callee")


def table(calls, width, colours):
    """width 0: nothing is cut."""
    shown = [place for place, column in enumerate(COLUMNS) if not (0 < width < NARROW and column.spared)]
    columns = [COLUMNS[place] for place in shown]
    rows = [[cells[place] for place in shown] for cells in map(_cells, calls)]
    widths = _widths(columns, rows, width)
    rest = max(width - sum(widths) - 2 * len(widths), 0) if width else 0
    yield "  ".join([*_fitted(columns, [column.heading for column in columns], widths), "What happened"])
    for call, row in zip(calls, rows):
        cells = _fitted(columns, row, widths)
        result = next(place for place, column in enumerate(columns) if column.heading == "Result")
        cells[result] = in_colour(cells[result], call["outcome"], colours)
        explanation = printable(_what_happened(call))
        yield "  ".join([*cells, _cut(explanation, rest) if width else explanation])
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


def _widths(columns, rows, width):
    """As wide as what stands there; on a terminal names give way first."""
    widths = [min(max([len(column.heading), *(_width(row[place]) for row in rows)]), column.most if width else 1000)
              for place, column in enumerate(columns)]
    over = sum(widths) + 2 * len(widths) + REST_MIN - width if width else 0
    for place, column in enumerate(columns):
        if column.heading in GIVING:
            less = min(max(over, 0), max(widths[place] - column.least, 0))
            widths[place] -= less
            over -= less
    return widths


def _fitted(columns, cells, widths):
    return [_fit(cell, size, column.right) for column, cell, size in zip(columns, cells, widths)]


def _width(text):
    """Columns on a terminal."""
    return sum(0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
               for character in text)


def _cut(text, width):
    if _width(text) <= width:
        return text
    while text and _width(text) > width - 3:
        text = text[:-1]
    return text + "..."[:width]


def _fit(text, width, right):
    text = _cut(text, width)
    padding = " " * (width - _width(text))
    return padding + text if right else text + padding
