# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows that text and page show."""

import re
from dataclasses import dataclass

from shared.text import counted, printable

from . import breakdown
from .partial import sorted_kinds
from .tally import class_of

EVERY_PEER = "A call counts for every peer that its INVITE went through. Challenged INVITEs are merged."
UNREAD = (("tls", "of port 5061, SIP over TLS,", "the keys (--keylog) and the handshake"),
          ("websocket", "with SIP over WebSocket", "the handshake"))
# Sorts behind the classes 1 to 6.
NO_CLASS = 9
METHOD, PHRASE = 0, 1


@dataclass
class CodeRow:
    """A class (level 0), a code of it, a phrase of that on the wire, or a method of one of these two."""
    level: int
    label: str
    count: int
    # Of the row that it belongs to.
    percent: float
    class_digit: int | None


def class_label(class_digit, tables):
    return "Outside 100 to 699" if class_digit is None else f"{class_digit}xx {tables.classes[class_digit]}"


def code_rows(report):
    """Class, code, phrase and method as in tshark -z sipresp,tree, but in the order of the codes."""
    counts = {}
    for kind, number in sorted_kinds(report.tally):
        for path in _paths(kind):
            counts[path] = counts.get(path, 0) + number
    total = sum(report.tally.responses.values())
    return [CodeRow(len(path) - 1, _label(path, report.tables), counts[path],
                    100 * counts[path] / counts.get(path[:-1], total), class_of(path[1]) if path[1:] else _digit(path))
            for path in sorted(counts)]


def _paths(kind):
    """What a response of this kind counts for; every part of a path is a tuple that sorts."""
    path = ((class_of(kind.code) or NO_CLASS,),)
    yield path
    path += (kind.code,)
    yield path
    if kind.phrase != "":
        path += ((PHRASE, kind.phrase is None, kind.phrase or ""),)
        yield path
    yield path + ((METHOD, kind.method is None, kind.method or ""),)


def _digit(path):
    return None if path[0][0] == NO_CLASS else path[0][0]


def _label(path, tables):
    if len(path) == 1:
        return class_label(_digit(path), tables)
    code = path[1]
    if len(path) == 2:
        return f"{code:03} {tables.phrases[code]}" if code in tables.phrases else f"{code:03}"
    kind, various, name = path[-1]
    if kind == PHRASE:
        return "Sent with other phrases" if various else f'{code:03} sent as "{printable(name)}"'
    return "Other methods" if various else printable(name) or "No method"


def outcome_rows(report):
    """(outcome, calls, percent) of each that there is, in the order of the table."""
    calls = report.tally.calls
    order = {name: place for place, name in enumerate(report.tables.outcomes)}
    total = sum(calls.values())
    return [(name, calls[name], 100 * calls[name] / total)
            for name in sorted(calls, key=lambda name: (order.get(name, len(order)), name))]


def breakdown_head(dimension):
    return (f"By {dimension}", "Calls", "SER %", "SEER %", "ASR %", "PDD s, mean", "95th perc.", "SDT s, mean",
            "Most frequent failure")


def breakdown_rows(report, dimension):
    """The cells below that heading."""
    for row in breakdown.rows(report, dimension):
        if isinstance(row, int):
            yield f"({counted(row, dimension)} without calls)", *[""] * 8
            continue
        pdd, sdt = (row.delays[name].values() for name in breakdown.DELAYS)
        failure = f"{row.failure[0]} ({row.failure[1]})" if row.failure else "-"
        yield (row.name, str(row.calls), *(percent_text(row.ratios[name].percent) for name in breakdown.RATIOS),
               pdd[1] or "-", pdd[2] or "-", sdt[1] or "-", failure)


def heading(report):
    captures, responses = len(report.captures), sum(report.tally.responses.values())
    return (f"{counted(responses, 'SIP response')} in {counted(captures, 'capture')}, "
            f"{report.tally.sent_again} of them sent again")


def remarks(report):
    """Sentences on what the counts leave out."""
    tally = report.tally
    if report.part.begun_before:
        yield f"{counted(report.part.begun_before, 'call')} began before the first capture, or where there is none."
    if report.part.still_up:
        yield f"{counted(report.part.still_up, 'call')} had not ended at the end of the last one."
    for over, name, takes in UNREAD:
        if number := report.part.unread_over(over):
            yield (f"From {counted(number, 'TCP connection')} {name} no message could be read in one capture or more; "
                   f"that takes {takes}.")
    if tally.captured_twice:
        yield f"{counted(tally.captured_twice, 'response')} captured twice, which count once."
    for (method, state), number in sorted(tally.unanswered.items()):
        yield f"{counted(number, 'request')} ({printable(method) or 'of an unregistered method'}): {printable(state)}."


def percent_text(percent):
    return "undefined" if percent is None else f"{percent:.2f}"


def making(row):
    """How a figure is made, with its source."""
    source = re.sub(r"^(RFC \d+) ", r"\1 section ", row["source"])
    return f"{row['title']}: {row.get('formula') or row['text']} [{source}]"
