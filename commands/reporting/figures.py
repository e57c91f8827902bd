# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of RFC 6076, made of a tally as tables/metrics.toml says."""

from array import array
from dataclasses import dataclass

from .tables import Codes

PERCENTILE = 95
# ns in a unit, and the digits that tshark -z sipresp_metrics,tree shows of it.
UNITS = {"ms": (1_000_000, 3), "s": (1_000_000_000, 6)}


def request_of(row):
    """The request that a ratio counts."""
    return "register" if row["of"] == "register" else "invite"


@dataclass
class Ratio:
    row: dict
    merged: bool
    count: int
    of: int

    @property
    def name(self):
        request = request_of(self.row).upper()
        return f"{self.row['name']}, {f'challenged {request}s merged' if self.merged else f'every {request}'}"

    @property
    def percent(self):
        """None where it is undefined (RFC 6076 section 4)."""
        return 100 * self.count / self.of if self.of > 0 else None


@dataclass
class Delay:
    row: dict
    ns: array

    @property
    def count(self):
        return len(self.ns)

    def values(self):
        """Minimum, mean, percentile by nearest rank and maximum as text in the unit; None where nothing is."""
        if not self.ns:
            return [None] * 4
        rank = -(-PERCENTILE * len(self.ns) // 100)
        size, digits = UNITS[self.row["unit"]]
        return [f"{ns / size:.{digits}f}" for ns in
                (self.ns[0], sum(self.ns) / len(self.ns), self.ns[rank - 1], self.ns[-1])]


def ratios(tally, tables):
    """Each ratio twice: with every INVITE, and with challenged ones merged."""
    return [_ratio(tally, tables, row, merged) for row in tables.ratios for merged in (False, True)]


def _ratio(tally, tables, row, merged):
    of = _number(tally, row["of"])
    if "less" in row:
        of -= _number(tally, "invite_final", Codes(row["less"]))
    if merged:
        of -= sum(number for step, number in tally.steps.items()
                  if step.name == request_of(row) and step.after in tables.challenges)
    return Ratio(row, merged, _number(tally, row["counts"], Codes(row["codes"])), of)


def _number(tally, name, codes=Codes("")):
    return sum(number for step, number in tally.steps.items()
               if step.name == name and step.counted and step.code in codes)


def delays(tally, tables):
    return [Delay(row, _delays(tally, row)) for row in tables.delays]


def _delays(tally, row):
    codes = Codes(row.get("codes", ""))
    found = [ns for (name, code), ns in tally.delays.items() if name == row["step"] and code in codes]
    if len(found) == 1:
        return found[0]
    return array("q", sorted(value for ns in found for value in ns))
