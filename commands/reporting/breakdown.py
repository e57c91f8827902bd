# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls by who, when, where and why: for each a tally of its own, of what a row shows."""

import base64
import ipaddress
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.captures import remedy
from shared.problem import Problem

from . import figures
from .messages import SECOND
from .tally import Tally, short

BY = ("peer", "hour", "day", "capture", "caller-prefix", "cause")
OF_TIME = {"hour": 3600 * SECOND, "day": 86400 * SECOND}
EPOCH = datetime(1970, 1, 1)
PREFIX_LENGTH = 4
# A capture can make up peers and callers at will.
ROWS_MAX = 10_000
OTHERS = "others"
NO_NUMBER = "no number"
_CALLER = re.compile(rb"(?im)^(?:from|f)[ \t]*:[^\r\n]*?\b(?:sips?|tel):(\+?)([0-9.()-]*)")
# What became of a call that did not fail.
NO_FAILURES = frozenset(("answered", "open"))


def read_peers(path):
    """Address -> name, of a file of lines "address name"."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise Problem(f"--peers {path} cannot be read: {error.strerror}; {remedy(error)}") from None
    except UnicodeDecodeError:
        raise Problem(f"--peers {path} is no text; it takes lines of an address and a name") from None
    peers = {}
    for number, line in enumerate(lines, 1):
        address, _, name = line.strip().partition(" ")
        if not address or address.startswith("#"):
            continue
        try:
            peers[str(ipaddress.ip_address(address))] = name.strip() or address
        except ValueError:
            raise Problem(f"--peers {path}, line {number}: {address!r} is no address; "
                          "write lines as in: 192.0.2.1 the trunk") from None
    return peers


class Labels:
    """Names the rows that a call counts in."""

    def __init__(self, dimensions=(), peers=None):
        self.dimensions = dimensions
        self._peers = peers or {}

    def of(self, group):
        """(dimension, key) pairs; a call counts for every peer that its INVITE went through. What caused it is told at the
        end: None."""
        invites = group.initial_invites()
        if not invites:
            return
        first = invites[0]
        for dimension in self.dimensions:
            if dimension == "peer":
                yield from (("peer", name) for name in self._peers_of(invites))
            elif dimension in OF_TIME:
                yield dimension, first.time // OF_TIME[dimension]
            elif dimension == "capture":
                yield dimension, group.capture
            elif dimension == "caller-prefix":
                yield dimension, _caller_prefix(first)
            else:
                yield dimension, None

    def _peers_of(self, invites):
        hosts = {host for invite in invites for host in (invite.source, invite.destination) if host is not None}
        named = {self._peers[host] for host in hosts if host in self._peers}
        return sorted(named or hosts)


def _caller_prefix(invite):
    found = _CALLER.search(base64.b64decode(invite.data))
    digits = found and re.sub(rb"\D", b"", found[2])
    return (found[1] + digits[:PREFIX_LENGTH]).decode() if digits else NO_NUMBER


class EndedCall:
    """What counts of a call, which waits for what caused it."""

    def __init__(self, group, labels):
        self.rows = list(labels.of(group))
        self.steps = [entry for entry in group.all_entries() if entry[0] in (Tally.add_step, Tally.withdraw_step)]
        self.cause, self.failed = group.cause, group.cause not in NO_FAILURES

    def take_cause(self, record):
        """What a record "call_end" says."""
        self.cause, self.failed = record["cause"] or self.cause, record["result"] not in NO_FAILURES


class Breakdown:
    """(dimension, key) -> tally of the calls that count there, by what caused them; and causes of those that failed."""

    def __init__(self, tables):
        self._tables = tables
        self.tallies = {}
        self.failures = defaultdict(Counter)

    def tally(self, dimension, key):
        if (dimension, key) not in self.tallies and len(self.tallies) >= ROWS_MAX and dimension not in OF_TIME:
            key = OTHERS
        return self.tallies.setdefault((dimension, key), Tally(self._tables))

    def count(self, call):
        cause = short(call.cause)
        for dimension, key in call.rows:
            key = cause if key is None else key
            tally = self.tally(dimension, key)
            tally.calls[cause] += 1
            self.failures[dimension, key][cause] += call.failed
            for function, *arguments in call.steps:
                function(tally, *arguments)

    def merge(self, other):
        for (dimension, key), tally in other.tallies.items():
            self.tally(dimension, key).merge(tally)
        for row, failures in other.failures.items():
            self.failures[row].update(failures)

    def rename(self, dimension, key):
        """Gives all rows of a table, which are one, another name."""
        for table in (self.tallies, self.failures):
            for row in [row for row in table if row[0] == dimension]:
                table[dimension, key] = table.pop(row)

    def finish(self):
        for tally in self.tallies.values():
            tally.finish()
        return self


@dataclass
class Row:
    name: str
    calls: int
    # By id, those of tables/metrics.toml.
    ratios: dict
    delays: dict
    # The most frequent one, and its calls; None where none failed.
    failure: tuple | None


RATIOS = ("ser", "seer", "asr")
DELAYS = ("pdd", "sdt")


def rows(report, dimension):
    """The rows of a table, each a Row or, for so many hours or days in a row without a call, their number."""
    found = {key: tally for (of, key), tally in report.breakdown.tallies.items() if of == dimension and tally.calls}
    if dimension in OF_TIME:
        before = None
        for key in sorted(found):
            if before is not None and key > before + 1:
                yield key - before - 1
            before = key
            yield _row(report, dimension, key, _time_name(key, dimension))
    else:
        order = sorted(found, key=lambda key: (key == OTHERS, -found[key].calls.total(), key))
        yield from (_row(report, dimension, key, key) for key in order)


def _time_name(key, dimension):
    time = EPOCH + timedelta(microseconds=key * OF_TIME[dimension] // 1000)
    return time.strftime("%Y-%m-%d" if dimension == "day" else "%Y-%m-%d %H:00")


def _row(report, dimension, key, name):
    tables, tally = report.tables, report.breakdown.tallies[dimension, key]
    failed = [(-number, cause) for cause, number in report.breakdown.failures[dimension, key].items() if number > 0]
    worst = min(failed, default=None)
    return Row(name, tally.calls.total(),
               {ratio.row["id"]: ratio for ratio in figures.ratios(tally, tables) if ratio.merged},
               {delay.row["id"]: delay for delay in figures.delays(tally, tables)}, worst and (worst[1], -worst[0]))
