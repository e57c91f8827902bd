# SPDX-License-Identifier: GPL-2.0-or-later
"""What people and machines read: lines of text, and JSON Lines."""

import json
import os
import sys

from shared.progress import Progress
from shared.text import counted, printable, valid_unicode
from shared.tool import write

from .findings import SEVERITIES, Status
from .folding import folded, times

COLOURS = {"error": "31", "warning": "35", "note": "36", "could not judge": "31", "nothing to judge": "33",
           "remark": "36"}
ENDINGS = {Status.CLEAN: "clean", Status.FINDINGS: "findings", Status.NOT_JUDGED: "could not judge",
           Status.NOTHING_TO_JUDGE: "nothing to judge"}


class TextReport:
    """Lines on standard output; colours and progress only where a person looks on."""

    def __init__(self, total):
        # Why the verdict cannot be written, if so.
        self.problem = ""
        self._in_colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        # From the threads that judge; no line may start behind it.
        self.progress = Progress(total, "capture")

    def show(self, verdict):
        name = printable(verdict.capture)
        for place, severity, text in grave_lines(verdict):
            self._line(place, severity, text)
        for expectation in verdict.expectations:
            for frame, text in expectation.lines():
                self._line(placed(name, frame), "error", text)
        for remark in verdict.remarks:
            self._line(name, "remark", printable(remark))
        if verdict.problem or verdict.incomplete:
            self._line(name, "could not judge", printable(verdict.problem or verdict.incomplete))
        elif verdict.not_judged:
            self._line(name, "remark", str(verdict.not_judged))
        if verdict.empty:
            self._line(name, "nothing to judge", f"{verdict.empty}; name another capture, or say --allow-empty")

    def finish(self, verdicts, named, ending, status):
        self._write(f"{totals(verdicts, named)}; {ending}, status {status:d}\n")

    def _line(self, place, severity, text):
        if self._in_colour:
            severity = f"\x1b[1;{COLOURS[severity]}m{severity}\x1b[0m"
        self._write(f"{place}: {severity}: {text}\n")

    def _write(self, line):
        """A reader that goes away, such as head, does not change the verdict."""
        with self.progress.away():
            error = write(sys.stdout, line)
            if error and not isinstance(error, BrokenPipeError):
                self.problem = (f"the verdict cannot be written to standard output: {error.strerror}; "
                                "make room, or let it go elsewhere")


def finding_text(finding):
    return f"{printable(finding.text)} [{', '.join(filter(None, [finding.rule, finding.reference]))}]"


def placed(name, frame):
    return name if frame is None else f"{name}:{frame}"


def grave_lines(verdict):
    """(place, severity, text) of the findings that count; equal ones are one line."""
    for finding, count in folded(verdict.grave, lambda finding: finding.kind):
        yield (placed(printable(verdict.capture), finding.frame), finding.severity,
               finding_text(finding) + times(count, finding.frame))


def totals(verdicts, named):
    """One line; named is what the captures were judged with, other than what holds without a word."""
    captures = [verdict for verdict in verdicts if verdict.is_capture]
    graves = [finding.severity for verdict in verdicts for finding in verdict.grave]
    hidden = sum(len(verdict.findings) for verdict in verdicts) - len(graves)
    missed = sum(item.met is False for verdict in verdicts for item in verdict.expectations)
    parts = [counted(graves.count(severity), severity) for severity in reversed(SEVERITIES) if severity in graves]
    parts += [counted(missed, "expectation") + " not met"] if missed else []
    parts += [counted(hidden, "finding") + " below --fail-on"] if hidden else []
    for ending, count in (("not judged", sum(bool(verdict.problem or verdict.incomplete) for verdict in captures)),
                          ("with nothing to judge", sum(bool(verdict.empty) for verdict in captures))):
        parts += [f"{counted(count, 'capture')} {ending}"] if count else []
    responses = sum(verdict.responses for verdict in verdicts)
    judged_with = f", judged with {', '.join(map(printable, named))}" if named else ""
    return (f"{counted(len(captures), 'capture')}, {counted(responses, 'frame')} with responses{judged_with}: "
            + (", ".join(parts) or "no findings"))


def json_lines(verdicts):
    """One object a finding, those below --fail-on included and marked."""
    for verdict in verdicts:
        common = {"file": valid_unicode(verdict.capture)}
        for finding in verdict.findings:
            yield json.dumps({**common, "frame": finding.frame, "severity": finding.severity, "rule": finding.rule,
                              "text": finding.text, "explanation": finding.explanation,
                              "reference": finding.reference, "code": finding.code, "method": finding.method,
                              "fails": finding.grave(verdict.settings.fail_on)}) + "\n"
        for expectation in verdict.expectations:
            for frame, text in expectation.faults():
                yield json.dumps({**common, "frame": frame, "severity": "error", "rule": expectation.kind,
                                  **expectation.members(), "text": text, "fails": True}) + "\n"
