# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as one CSV table (RFC 4180); the first column says what a row is."""

import csv
import io

from shared.text import printable

from . import breakdown, figures
from .partial import sorted_kinds
from .rows import percent_text
from .tally import class_of

COLUMNS = ("row", "class", "code", "phrase", "method", "name", "count", "of", "percent",
           "minimum", "mean", "percentile_95", "maximum", "unit", "by", "key")
# In quotation marks they are text as any other (RFC 4180 2).
KEPT = "\t\r\n"
# A spreadsheet takes a cell that begins so for a formula.
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_form(report):
    """Undefined ratios are "undefined"; of what is in no table "various" stands for phrases or methods. What strangers
    chose has an apostrophe before it where a spreadsheet would compute it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(_rows(report))
    return text.getvalue()


def _rows(report):
    tally, tables = report.tally, report.tables
    for name, problem in report.captures:
        yield {"row": "problem" if problem else "capture", "name": _text(name), "phrase": _text(problem or "")}
    for setting in report.settings:
        yield {"row": "setting", "name": _text(setting)}
    for reason, number in sorted(report.not_judged.items()):
        yield {"row": "not judged", "name": _text(reason), "count": number, "of": report.not_judged.of}
    for kind, number in sorted_kinds(tally):
        yield {"row": "response", "class": class_of(kind.code), "code": kind.code,
               "phrase": "various" if kind.phrase is None else _text(kind.phrase or tables.phrases.get(kind.code, "")),
               "method": "various" if kind.method is None else _text(kind.method), "count": number}
    for outcome in sorted(tally.calls):
        yield {"row": "outcome", "name": _text(outcome), "count": tally.calls[outcome]}
    for ratio in figures.ratios(tally, tables):
        yield {"row": "ratio", **_ratio(ratio)}
    for delay in figures.delays(tally, tables):
        yield {"row": "delay", **_delay(delay)}
    yield from _breakdown_rows(report)


def _breakdown_rows(report):
    """One row for each figure of each row of the tables; by and key say which row it is."""
    for dimension in report.part.labels.dimensions:
        for row in breakdown.rows(report, dimension):
            if isinstance(row, int):
                continue
            common = {"by": dimension, "key": _text(row.name)}
            yield {"row": "by calls", **common, "count": row.calls}
            for ratio in map(row.ratios.get, breakdown.RATIOS):
                yield {"row": "by ratio", **common, **_ratio(ratio)}
            for delay in map(row.delays.get, breakdown.DELAYS):
                yield {"row": "by delay", **common, **_delay(delay)}
            if row.failure:
                yield {"row": "by failure", **common, "name": _text(row.failure[0]), "count": row.failure[1]}


def _ratio(ratio):
    return {"name": ratio.name, "count": ratio.count, "of": ratio.of, "percent": percent_text(ratio.percent)}


def _delay(delay):
    least, mean, percentile, greatest = (value or "" for value in delay.values())
    return {"name": delay.row["name"], "count": delay.count, "minimum": least, "mean": mean,
            "percentile_95": percentile, "maximum": greatest, "unit": delay.row["unit"]}


def _text(text):
    """What a stranger chose, so that it neither computes nor acts on the terminal that shows the table."""
    text = printable(text, KEPT)
    return f"'{text}" if text.startswith(BEGINS_FORMULA) else text
