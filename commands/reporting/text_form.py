# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as plain text."""

from shared.text import printable

from . import figures
from .partial import OBSERVED
from .rows import EVERY_PEER, breakdown_head, breakdown_rows, code_rows, heading, making, outcome_rows, percent_text, remarks


def text_form(report):
    lines = [f"{heading(report)}.", OBSERVED, *remarks(report)]
    if report.filter:
        lines.append(f"Only frames that match: {printable(report.filter)}")
    if report.settings:
        lines.append(f"Read with: {', '.join(map(printable, report.settings))}")
    if report.not_judged:
        lines.append(f"{printable(str(report.not_judged))}.")
    lines += _responses(report) + _outcomes(report) + _ratios(report) + _delays(report)
    for dimension in report.part.labels.dimensions:
        lines += _breakdown(report, dimension)
    lines += _problems(report)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _table(rows, left):
    """Rows as lines, the first a heading; left are the columns that are aligned to the left."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) if place in left else text.rjust(width)
                      for place, (text, width) in enumerate(zip(row, widths))) for row in rows]


def _responses(report):
    rows = [("Responses", "Count", "Percent of the above")]
    rows += [("  " * row.level + row.label, str(row.count), percent_text(row.percent)) for row in code_rows(report)]
    return ["", *_table(rows, {0})]


def _outcomes(report):
    rows = [("Calls by outcome", "Count", "Percent")]
    rows += [(printable(name), str(number), percent_text(percent)) for name, number, percent in outcome_rows(report)]
    return ["", *_table(rows, {0})]


def _ratios(report):
    rows = [("Ratios", "Count", "Of", "Percent", "How it is made")]
    rows += [(ratio.name, str(ratio.count), str(ratio.of), percent_text(ratio.percent), making(ratio.row))
             for ratio in figures.ratios(report.tally, report.tables)]
    return ["", *_table(rows, {0, 4})]


def _delays(report):
    rows = [("Times", "Count", "Minimum", "Mean", "95th perc.", "Maximum", "Unit", "How it is made")]
    rows += [(delay.row["name"], str(delay.count), *(value or "-" for value in delay.values()), delay.row["unit"],
              making(delay.row)) for delay in figures.delays(report.tally, report.tables)]
    return ["", *_table(rows, {0, 6, 7}), "The 95th percentile is the nearest rank."]


def _breakdown(report, dimension):
    rows = [breakdown_head(dimension)]
    rows += [tuple(printable(cell) for cell in cells) for cells in breakdown_rows(report, dimension)]
    return ["", *_table(rows, {0, len(rows[0]) - 1}), *([EVERY_PEER] if dimension == "peer" else [])]


def _problems(report):
    found = [f"{printable(name)}: {printable(problem)}" for name, problem in report.captures if problem]
    return ["", "Not read, or not to the end:", *found] if found else []
