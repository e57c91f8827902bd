# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: captures to a tally, and that to the form asked for."""

import os
import sys
from collections import Counter
from pathlib import Path

from shared.interruption import Interrupted
from shared.problem import Problem
from shared.progress import Progress
from shared.text import counted, valid_unicode
from shared.tool import Tool, write

from .breakdown import Labels, read_peers
from .command_line import read_command_line
from .csv_form import csv_form
from .html_form import Page
from .page_calls import read_page_calls
from .partial import json_form
from .part import Part
from .report import Report
from .runs import Joiner, merge_partials, tally_captures, tally_records
from .spread import spread_captures
from .tables import read_tables
from .text_form import text_form
from .usage import USAGE

DONE = 0
NOT_ALL_READ = 2


def main(program, arguments):
    """The exit status; program is the file that was started."""
    tool = Tool("sipresp-report")
    return tool.run(lambda: read_command_line(arguments), USAGE, lambda command: _run(tool, program, command))


def _run(tool, program, command):
    # What is missing for the page is said before an hour of reading captures.
    forms = {"text": text_form, "json": json_form, "csv": csv_form}
    form = Page(command.chart_js).form if command.format == "html" else forms[command.format]
    report, interrupted = _make_report(tool, program, command)
    problems = [(name, problem) for name, problem in report.captures if problem]
    # Of nothing there is no table to show; JSON is for programs, and says of each capture what kept it from being read.
    nothing = len(problems) == len(report.captures) and not report.tally.responses and not report.tally.steps
    if not nothing or command.format == "json":
        _write(command.output, form(report).encode("utf-8"))
    if interrupted:
        read = len(report.captures) - len(problems)
        tool.say(f"ended by {interrupted.name}; {read} of {counted(len(report.captures), 'capture')} "
                 f"{'was' if read == 1 else 'were'} read by then")
        return interrupted.status
    for name, problem in problems:
        tool.say(f"{name}: {problem}")
    if problems and not nothing:
        tool.say(f"{counted(len(problems), 'capture')} of {len(report.captures)} not read, or not to the end; "
                 "what could be read is in the report")
    incomplete = _why_incomplete(report) if command.require_complete else ""
    if incomplete:
        tool.say(incomplete)
    return NOT_ALL_READ if problems or incomplete else DONE


def _why_incomplete(report):
    if report.unknown:
        return (f"of {counted(report.unknown, 'response')} it is not known whether they were judged, as "
                "--require-complete needs; install sipresp anew, from where this tool is, and make their records again")
    return f"{report.not_judged}; record whole packets, all of them" if report.not_judged else ""


def _make_report(tool, program, command):
    """The report of what could be read, and the Interrupted that ended the reading, if one did."""
    tables = read_tables()
    progress = Progress(len(command.files), "file" if command.merge or command.records else "capture")
    text, settings = valid_unicode(command.filter), tuple(map(valid_unicode, command.wireshark.named()))
    labels = Labels(command.by, read_peers(command.peers) if command.peers else None)
    total, interrupted, calls = Part(tables, labels), None, None
    try:
        if command.records:
            total = tally_records(command.files, tables, progress)
        else:
            with Joiner(command.wireshark, tool.say) as joiner:
                if command.merge:
                    total, text, settings = merge_partials(command.files, tables, progress, joiner.take_next)
                elif command.parallel:
                    total = spread_captures(program, command, total, progress, joiner.take)
                else:
                    tally_captures(total, joiner, command.files, command.filter,
                                   command.jobs or len(os.sched_getaffinity(0)), progress)
                joiner.join(total)
                if command.format == "html" and not command.merge and not command.parallel:
                    calls = read_page_calls(joiner.tshark, command.files, command.filter)
    except Interrupted as caught:
        interrupted = caught
        missing = Counter(map(valid_unicode, command.files)) - Counter(name for name, _ in total.captures)
        total.captures += [(name, f"not read, since {caught.name} ended the report") for name in missing.elements()]
    finally:
        progress.end()
    total.captures.sort(key=lambda capture: (capture[0], capture[1] or ""))
    return Report(total, total.total(), tables, text, settings, calls), interrupted


def _write(name, content):
    if name:
        try:
            Path(name).write_bytes(content)
        except OSError as error:
            raise Problem(f"--output {name} cannot be written: {error.strerror}; "
                          "name a file in a folder that you may write to") from None
        return
    # Standard output may be a pipe whose reader, such as head, goes away.
    error = write(sys.stdout.buffer, content)
    if error and not isinstance(error, BrokenPipeError):
        raise Problem(f"the report cannot be written: {error.strerror}; "
                      "make room, or name a file with --output")
