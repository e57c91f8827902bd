# SPDX-License-Identifier: GPL-2.0-or-later
"""A report: a finished tally and what the forms need beside it."""

from dataclasses import dataclass

from .tables import Tables
from .tally import Tally


@dataclass
class Report:
    tally: Tally
    tables: Tables
    filter: str
