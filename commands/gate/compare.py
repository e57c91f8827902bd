# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the figures of all captures of a run against those of an earlier report (sipresp-report --format json)."""

import json
import re
from dataclasses import dataclass

from shared.captures import open_regular, remedy
from shared.problem import Problem

from .expectations import Compared
from .findings import Verdict
from .limits import MERGED, SECONDS, Measured, delay_value, ratio_value
from .settings import Settings

# The mean of a few delays says little of any of them, and their greatest is one call.
STATISTIC = "p95"
TOLERANCE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?(%|ms|s)")


@dataclass(frozen=True)
class Tolerance:
    """How much worse a figure may be: a ratio by so many of a hundred, a time by the part of it or by the seconds,
    whichever is more."""
    percent: float = 5.0
    # A time of less is a matter of the machine and not of SIP.
    seconds: float = 0.01

    def changed(self, text):
        """This one with what --tolerance says."""
        number = TOLERANCE.fullmatch(text)
        if not number:
            raise Problem(f"--tolerance is {text!r}; it takes a percentage or a time, as in: 5% or 10ms")
        if number[2] == "%":
            return Tolerance(float(number[1]), self.seconds)
        return Tolerance(self.percent, float(number[1]) / SECONDS[number[2]])

    def ratio_is_worse(self, now, before, better):
        return (before - now if better == "higher" else now - before) > self.percent

    def time_is_worse(self, now, before):
        return now - before > max(self.seconds, before * self.percent / 100)


@dataclass(frozen=True)
class Before:
    """The figures of an earlier report: (id, statistic) -> the value in percent or seconds."""
    path: str
    values: dict

    def compare(self, tally, tolerance, is_part):
        """A verdict, with an expectation for each figure that both have and of which one is better; without where the
        tally is of a part of the captures, whose figures are others."""
        verdict = Verdict(self.path, Settings(), is_capture=False)
        if is_part:
            verdict.remarks.append("it is not compared with, since not every capture was judged to its end")
            return verdict
        measured = Measured(tally)
        for (name, statistic), ratio in measured.ratios.items():
            if statistic == MERGED:
                self._add(verdict, (name, statistic), ratio.row, ratio_value(name.upper(), ratio), "%",
                          tolerance.ratio_is_worse)
        for name, delay in measured.delays.items():
            self._add(verdict, (name, STATISTIC), delay.row,
                      delay_value(f"{name.upper()}.{STATISTIC}", delay, STATISTIC), "s",
                      lambda now, before, _: tolerance.time_is_worse(now, before))
        return verdict

    def _add(self, verdict, key, row, measured, unit, is_worse):
        now, said = measured
        before = self.values.get(key)
        if "better" not in row or before is None:
            return
        figure = key[0].upper() + ("" if key[1] == MERGED else f".{key[1]}")
        if now is None:
            verdict.remarks.append(f"{figure} cannot be compared: {said}")
            return
        was = f"{before:.2f} %" if unit == "%" else f"{before * SECONDS[row['unit']]:g} {row['unit']}"
        compared = Compared("compare", figure, now, before, unit, f"{said} and was {was} before")
        compared.met = not is_worse(now, before, row["better"])
        verdict.expectations.append(compared)


def read_before(path):
    """What --compare names; raises Problem where it is no report."""
    try:
        with open_regular(path) as file:
            document = json.loads(file.read())
        if document["filter"]:
            raise Problem(f"--compare {path} was made with --filter {document['filter']!r}, and the gate counts all "
                          "frames; name a report without")
        return Before(path, dict([*_ratios(document["ratios"]), *_delays(document["delays"])]))
    except OSError as error:
        raise Problem(f"--compare {path} cannot be read: {error.strerror}; {remedy(error)}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Problem(f"--compare {path} is no report of sipresp; name one that sipresp-report --format json "
                      "wrote") from None


def _ratios(rows):
    return [((row["id"], MERGED), float(row["percent"])) for row in rows
            if row["merged"] and row["percent"] is not None]


def _delays(rows):
    return [((row["id"], STATISTIC), float(row["percentile_95"]) / SECONDS[row["unit"]]) for row in rows
            if row["percentile_95"] is not None]
