# SPDX-License-Identifier: GPL-2.0-or-later
"""The limits of --max and --min: on how many frames match a filter, or on a figure of tables/metrics.toml."""

import re
from dataclasses import dataclass
from functools import cache

from reporting import figures
from reporting.tables import read_tables
from shared.problem import Problem
from shared.text import counted

# No display filter is in capitals alone.
FIGURE = re.compile(r"([A-Z][A-Z_]*)(?:\.(\w*))?")
NUMBER = re.compile(r"(\d{1,12}(?:\.\d{1,9})?) ?(%|ms|s|)")
# As figures.Delay.values() has them.
STATISTICS = ("min", "mean", "p95", "max")
# Challenged requests are merged with those that follow the challenge, unless every one is asked for.
MERGED, EVERY = "merged", "every"
SECONDS = {"ms": 1000, "s": 1}
tables = cache(read_tables)


@dataclass(frozen=True)
class Limit:
    """One limit; bound is in the unit: "%", "s" or "frames"."""
    kind: str
    subject: str
    text: str
    bound: float
    unit: str
    # (id in the table, statistic), or nothing for a filter.
    figure: tuple = ()

    @property
    def title(self):
        return f"{self.subject if self.figure else repr_of(self.subject)} {self.text}"


def repr_of(text):
    return f"'{text}'"


def read_limit(kind, subject, text, where):
    """A Limit of what the user wrote; where it stands begins the sentence about one that is none."""
    number = NUMBER.fullmatch(text)
    if not number:
        raise Problem(f"{where} has the limit {text!r}; it takes a number of frames, a percentage, or for a time "
                      "a number of seconds, as in: 3, 1%, 2s or 150ms")
    unit = number[2]
    bound = float(number[1]) / SECONDS.get(unit, 1)
    figure = _figure(subject, where)
    if not figure:
        if unit not in ("", "%"):
            raise Problem(f"{where} limits by the time {text} how many frames match a display filter; it takes "
                          "a number of frames or a percentage")
        return Limit(kind, subject, text, bound, unit or "frames")
    if figure[1] in STATISTICS:
        if unit not in SECONDS:
            raise Problem(f"{where} has the limit {text!r}, and {subject} is a time; write it as in: 2s or 150ms")
        return Limit(kind, subject, text, bound, "s", figure)
    if unit in SECONDS:
        raise Problem(f"{where} has the limit {text!r}, and {subject} is a ratio; write it as in: 95 or 99.5%")
    return Limit(kind, subject, text, bound, "%", figure)


def _figure(subject, where):
    """(id, statistic) of what is written like a figure, or nothing."""
    written = FIGURE.fullmatch(subject)
    if not written:
        return ()
    name, statistic = written[1].lower(), written[2]
    ratios, delays = ([row["id"] for row in rows] for rows in (tables().ratios, tables().delays))
    if name in ratios and statistic in (None, EVERY):
        return name, statistic or MERGED
    if name in delays and statistic in STATISTICS:
        return name, statistic
    if name in ratios:
        raise Problem(f"{where} has the figure {subject}; write {written[1]}, or {written[1]}.{EVERY} to count challenged "
                      "requests too")
    if name in delays:
        raise Problem(f"{where} has the figure {subject}; write which of its values: "
                      f"{', '.join(f'{written[1]}.{name}' for name in STATISTICS)}")
    raise Problem(f"{where} has {subject!r}, which is no figure; the ratios are {', '.join(ratios).upper()}, the times "
                  f"{', '.join(delays).upper()}")


class Measured:
    """All figures of a finished tally."""

    def __init__(self, tally):
        self.ratios = {(ratio.row["id"], EVERY if not ratio.merged else MERGED): ratio
                       for ratio in figures.ratios(tally, tables())}
        self.delays = {delay.row["id"]: delay for delay in figures.delays(tally, tables())}

    def value(self, limit):
        """(value in the unit of the limit, in words); None where nothing is there that it could be made of."""
        name, statistic = limit.figure
        if limit.figure in self.ratios:
            return ratio_value(limit.subject, self.ratios[limit.figure])
        return delay_value(limit.subject, self.delays[name], statistic)


def ratio_value(name, ratio):
    if ratio.percent is None:
        return None, f"there is no {figures.request_of(ratio.row).upper()} that it could be made of"
    return ratio.percent, f"{name} is {ratio.percent:.2f} % ({ratio.count} of {ratio.of})"


def delay_value(name, delay, statistic):
    text = delay.values()[STATISTICS.index(statistic)]
    if text is None:
        return None, f"there is no {delay.row['title']} in it"
    unit = delay.row["unit"]
    return float(text) / SECONDS[unit], f"{name} is {text} {unit} (of {counted(delay.count, 'value')})"


def frames_value(limit, matching, responses):
    """The same of a filter: how many frames match, or how many of those with responses."""
    if limit.unit == "frames":
        return matching, f"{counted(matching, 'frame')} match{'es' if matching == 1 else ''}"
    if not responses:
        return None, "there is no frame with a response"
    percent = 100 * matching / responses
    return percent, f"{percent:.2f} % of the frames with responses match ({matching} of {responses})"
