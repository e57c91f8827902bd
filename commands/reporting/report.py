# SPDX-License-Identifier: GPL-2.0-or-later
"""A report: a finished tally and what the forms need beside it."""

from dataclasses import dataclass
from functools import cached_property

from shared.incomplete import NotJudged

from .part import Part
from .tables import Tables
from .tally import Tally


@dataclass
class Report:
    # What is over, and what is open; and the sum of both.
    part: Part
    tally: Tally
    tables: Tables
    filter: str
    # The settings of Wireshark that were named, each as it was given.
    settings: tuple = ()
    # PageCalls of the page; None where nothing was read that has them.
    calls: object = None

    @cached_property
    def breakdown(self):
        return self.part.total_breakdown()

    @property
    def captures(self):
        return self.part.captures

    @property
    def not_judged(self):
        reasons = {reason: number for reason, number in self.tally.judged.items() if reason is not None}
        return NotJudged(reasons, self.tally.judged.total())

    @property
    def unknown(self):
        """Responses of which it is not known whether they were judged."""
        return self.tally.responses.total() - self.tally.judged.total()
