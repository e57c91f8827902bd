# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as one page that loads nothing: Chart.js, styles and data are inside it."""

import base64
import hashlib
import json
from html import escape
from pathlib import Path

from shared.problem import Problem
from shared.text import printable

from . import figures
from .chart_data import chart_data
from .html_calls import call_facts, call_section, sortable_heading
from .partial import OBSERVED
from .rows import breakdown_head, breakdown_rows, code_rows, heading, making, outcome_rows, percent_text, remarks

HERE = Path(__file__).resolve().parent
PACKAGE = "libjs-chart.js"
# Where Debian's package and npm's have it.
LIBRARIES = ("/usr/share/javascript/chart.js/chart.min.js", "/usr/share/nodejs/chart.js/dist/chart.min.js")
SCRIPTS = ("page_tables.js", "page_calls.js", "page.js")
CHARTS = (("over-time", "Responses over time"), ("outcomes", "Calls by outcome"),
          ("delays", "Time from the request to its response"))


class Page:
    """Made before captures are read, so that a missing library is told at once."""

    def __init__(self, library):
        self._library = _read_library(library)

    def form(self, report):
        scripts = [self._library, *((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)]
        style = (HERE / "page.css").read_text(encoding="utf-8")
        policy = (f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {_hash(style)}")
        title = "SIP responses"
        # Nothing in a script element ends it but "</"; in JSON that can be written otherwise.
        data = json.dumps({**chart_data(report), "calls": report.calls.rows if report.calls else []},
                          separators=(",", ":")).replace("<", "\\u003c")
        return "\n".join([
            "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}</title>", f"<style>{style}</style>", "</head>", "<body>", "<main>", f"<h1>{title}</h1>",
            *_introduction(report), *call_facts(report.calls), *_charts(), *call_section(report.calls), *_ratios(report), *_delays(report),
            *_outcomes(report), *_responses(report), *_breakdowns(report), *_captures(report), "</main>",
            f'<script type="application/json" id="data">{data}</script>',
            *(f"<script>{script}</script>" for script in scripts), "</body>", "</html>"]) + "\n"


def _read_library(name):
    paths = [name] if name else LIBRARIES
    for path in map(Path, paths):
        try:
            # An element would end at this, wherever in a script it stands.
            text = path.read_text(encoding="utf-8").replace("</script", "<\\/script")
        except (OSError, UnicodeDecodeError):
            continue
        if "Chart.js v" not in text[:500]:
            raise Problem(f"{path} is no Chart.js for a script element; name the file chart.min.js or "
                          "chart.umd.js of version 3 or 4")
        return text
    if name:
        raise Problem(f"--chart-js {name} cannot be read; name the file chart.min.js or chart.umd.js of Chart.js")
    raise Problem(f"--format html needs Chart.js, which is not here; install it, on Debian: apt-get install {PACKAGE}, "
                  "or name its file with --chart-js")


def _hash(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"


def _introduction(report):
    yield f"<p>{heading(report)}. {OBSERVED}</p>"
    for remark in remarks(report):
        yield f"<p>{escape(remark)}</p>"
    if report.filter:
        yield f"<p>Only frames that match <code>{escape(printable(report.filter))}</code></p>"
    if report.settings:
        yield f"<p>Read with <code>{escape(', '.join(map(printable, report.settings)))}</code></p>"
    if report.not_judged:
        yield f"<p>{escape(printable(str(report.not_judged)))}.</p>"
    if not report.tally.responses:
        yield "<p>There is no SIP response to draw.</p>"
    yield "<noscript><p>The charts need JavaScript; the tables below have the same numbers.</p></noscript>"


def _charts():
    for name, title in CHARTS:
        yield (f'<section><h2>{title}</h2><div class="chart"><canvas id="{name}" role="img" '
               f'aria-label="Chart: {title}; the tables below have the numbers"></canvas></div></section>')


def _table(title, head, rows, words=(0,), sortable=False):
    """A table; words are the columns that are no numbers. A row of one name has its place in the first order only."""
    def cells(row, tag):
        return "".join(f'<{tag}{"" if place in words else " class=number"}>{text}</{tag}>'
                       for place, text in enumerate(row))

    heading = sortable_heading(head, words) if sortable else f"<tr>{cells(head, 'th')}</tr>"
    return [f"<section><h2>{title}</h2>", f'<div class="table"><table{" class=sortable" if sortable else ""}>',
            f"<thead>{heading}</thead>", "<tbody>",
            *(f"<tr{'' if any(row[1:]) else ' class=gap'}>{cells(row, 'td')}</tr>" for row in rows), "</tbody>",
            "</table></div></section>"]


def _responses(report):
    def label(row):
        mark = "none" if row.class_digit is None else row.class_digit
        swatch = f'<span class="swatch class-{mark}"></span>' if row.level == 0 else ""
        return f'<span class="level-{row.level}">{swatch}{escape(row.label)}</span>'

    return _table("Responses", ("Class, code, phrase, method", "Count", "Percent of the above"),
                  [(label(row), row.count, percent_text(row.percent)) for row in code_rows(report)])


def _outcomes(report):
    return _table("Calls by outcome", ("Outcome", "Calls", "Percent"),
                  [(escape(printable(name)), number, percent_text(percent))
                   for name, number, percent in outcome_rows(report)])


def _ratios(report):
    rows = [(escape(ratio.name), ratio.count, ratio.of, percent_text(ratio.percent),
             f'<span class="making">{escape(making(ratio.row))}</span>')
            for ratio in figures.ratios(report.tally, report.tables)]
    return _table("Ratios", ("Figure", "Count", "Of", "Percent", "How it is made"), rows, words=(0, 4))


def _delays(report):
    rows = [(escape(delay.row["name"]), delay.count, *(value or "-" for value in delay.values()), delay.row["unit"],
             f'<span class="making">{escape(making(delay.row))}</span>')
            for delay in figures.delays(report.tally, report.tables)]
    return _table("Times, 95th percentile by nearest rank",
                  ("Figure", "Count", "Minimum", "Mean", "95th perc.", "Maximum", "Unit", "How it is made"), rows,
                  words=(0, 6, 7))


def _breakdowns(report):
    for dimension in report.part.labels.dimensions:
        head = breakdown_head(dimension)
        yield from _table(head[0], head, [[escape(printable(cell)) for cell in cells]
                                          for cells in breakdown_rows(report, dimension)],
                          words=(0, len(head) - 1), sortable=True)


def _captures(report):
    return _table("Captures", ("Name", "Read"),
                  [(escape(printable(name)), escape(printable(problem)) if problem else "to the end")
                   for name, problem in report.captures], words=(0, 1))
