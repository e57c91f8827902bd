# SPDX-License-Identifier: GPL-2.0-or-later
"""What the charts of the page draw: numbers, with the words for axes and legend."""

from datetime import datetime, timedelta

from .bins import MS, SECOND, TimeBins, delay_bin_names, next_width
from .rows import class_label, outcome_rows

BARS_MAX = 120
CLASSES = (1, 2, 3, 4, 5, 6, None)
EPOCH = datetime(1970, 1, 1)


def chart_data(report):
    return {"overTime": _over_time(report), "outcomes": [list(row) for row in outcome_rows(report)],
            "delays": _delays(report)}


def _series(numbers, places, tables):
    """A row for each class that there is; numbers has (place, class) -> count."""
    return [{"class": "none" if digit is None else str(digit), "label": class_label(digit, tables),
             "data": [numbers.get((place, digit), 0) for place in places]}
            for digit in CLASSES if any(key[1] == digit for key in numbers)]


def _over_time(report):
    source = report.tally.over_time
    bins = TimeBins(source.width, source.counts)
    if bins.span() is None:
        return {"labels": [], "series": [], "x": "Time", "y": "Responses"}
    while bins.span()[1] - bins.span()[0] >= BARS_MAX:
        bins.widen(next_width(bins.width))
    first, last = bins.span()
    times = [EPOCH + timedelta(microseconds=start * bins.width // 1000) for start in range(first, last + 1)]
    one_day = times[0].date() == times[-1].date()
    day = f", {times[0].date()}" if one_day else ""
    return {"labels": [_clock(time, bins.width, one_day) for time in times],
            "series": _series(bins.counts, range(first, last + 1), report.tables),
            "x": f"Time (UTC{day})", "y": f"Responses in {_width_text(bins.width)}"}


def _clock(time, width, one_day):
    if width >= 86400 * SECOND:
        return f"{time.date()}"
    clock = time.strftime("%H:%M" if width >= 60 * SECOND else "%H:%M:%S")
    if width < SECOND:
        clock += f".{time.microsecond // 1000:03}"
    return clock if one_day else f"{time.date()} {clock}"


def _width_text(width):
    for size, unit in ((86400 * SECOND, "d"), (3600 * SECOND, "h"), (60 * SECOND, "min"), (SECOND, "s")):
        if width >= size and width % size == 0:
            return f"{width // size} {unit}"
    return f"{width // MS} ms"


def _delays(report):
    numbers = {(place, digit): number for (digit, place), number in report.tally.by_delay.items()}
    names = delay_bin_names()
    places = {place for place, _ in numbers}
    shown = range(min(places), max(places) + 1) if places else ()
    # In two lines, so that there is room for each.
    labels = [names[place].replace(" to ", "\n to ").replace(" and ", "\n and ").split("\n") for place in shown]
    return {"labels": labels, "series": _series(numbers, shown, report.tables),
            "x": "Time since the first copy of the request", "y": "Responses, first copies"}
