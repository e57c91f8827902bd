# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: captures to a tally, and that to the form asked for."""

import os
import sys
from pathlib import Path

from shared import VERSION
from shared.problem import Problem
from shared.text import counted, printable, valid_unicode
from shared.tshark import prepared_tshark

from .command_line import read_command_line
from .csv_form import csv_form
from .html_form import Page
from .partial import json_form
from .progress import Progress
from .report import Report
from .runs import merge_partials, tally_captures, tally_records
from .spread import spread_captures
from .tables import read_tables
from .text_form import text_form
from .usage import USAGE

DONE = 0
NOT_ALL_READ = 2
INTERRUPTED = 130


def main(program, arguments):
    """The exit status; program is the file that was started."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        return _run(program, read_command_line(arguments))
    except Problem as problem:
        say(problem)
        return NOT_ALL_READ
    except KeyboardInterrupt:
        return INTERRUPTED


def say(what):
    print(f"sipresp-report: {printable(str(what))}", file=sys.stderr, flush=True)


def _run(program, command):
    if command.asks_help or command.asks_version:
        print(USAGE if command.asks_help else f"sipresp-report {VERSION}\n", end="")
        return DONE
    # What is missing for the page is said before an hour of reading captures.
    forms = {"text": text_form, "json": json_form, "csv": csv_form}
    form = Page(command.chart_js).form if command.format == "html" else forms[command.format]
    report = _make_report(program, command)
    _write(command.output, form(report).encode("utf-8"))
    problems = [(name, problem) for name, problem in report.tally.captures if problem]
    for name, problem in problems:
        say(f"{name}: {problem}")
    if problems:
        say(f"{counted(len(problems), 'capture')} of {len(report.tally.captures)} not read, or not to the end; "
            "what could be read is in the report")
    return NOT_ALL_READ if problems else DONE


def _make_report(program, command):
    tables = read_tables()
    progress = Progress(len(command.files), "file" if command.merge or command.records else "capture")
    text = valid_unicode(command.filter)
    try:
        if command.merge:
            tally, text = merge_partials(command.files, tables, progress)
        elif command.records:
            tally = tally_records(command.files, tables, progress)
        elif command.parallel:
            tally = spread_captures(program, command, tables, progress)
        else:
            with prepared_tshark() as tshark:
                if tshark.notice:
                    say(tshark.notice)
                tally = tally_captures(tshark, command.files, command.filter, tables,
                                       command.jobs or len(os.sched_getaffinity(0)), progress)
    finally:
        progress.end()
    return Report(tally.finish(), tables, text)


def _write(name, content):
    """Standard output may be a pipe whose reader, such as head, goes away."""
    if name:
        try:
            Path(name).write_bytes(content)
        except OSError as error:
            raise Problem(f"--output {name} cannot be written: {error.strerror}; "
                          "name a file in a folder that you may write to") from None
        return
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise Problem(f"the report cannot be written: {error.strerror}; "
                      "make room, or name a file with --output") from None
