# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: judges all captures, several at once, and reports them in the order given."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from shared import VERSION
from shared.problem import Problem
from shared.rules import rules_text
from shared.text import printable
from shared.tshark import prepared_tshark

from .findings import Status, Verdict, worst
from .judge import judge
from .junit import junit_xml
from .report import TextReport, json_lines
from .settings import read_command_line
from .usage import USAGE

INTERRUPTED = 130


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    try:
        return _run(read_command_line(arguments))
    except Problem as problem:
        say(problem)
        return Status.NOT_JUDGED
    except KeyboardInterrupt:
        return INTERRUPTED


def say(what):
    print(f"sipresp-gate: {printable(str(what))}", file=sys.stderr, flush=True)


def _run(command):
    if command.asks_help or command.asks_version:
        print(USAGE if command.asks_help else f"sipresp-gate {VERSION}", end="" if command.asks_help else "\n")
        return Status.CLEAN
    if command.asks_rules:
        sys.stdout.write(rules_text())
        return Status.CLEAN
    settings = [command.settings_of(capture) for capture in command.captures]
    report = TextReport(len(command.captures))
    with prepared_tshark() as tshark:
        if tshark.notice:
            say(tshark.notice)
        verdicts, problem = _judge_all(tshark, list(zip(command.captures, settings)), report)
    if problem:
        report.end_progress()
        say(problem)
    status = Status.NOT_JUDGED if problem else worst(verdict.status for verdict in verdicts)
    written = [_write(command.junit, "junit", lambda: junit_xml(verdicts)),
               _write(command.json, "json", lambda: "".join(json_lines(verdicts)).encode())]
    if not all(written):
        status = Status.NOT_JUDGED
    report.finish(verdicts, status)
    return status


def _judge_all(tshark, captures, report):
    """Every verdict, each shown as soon as those before it are; and why none can be had, if so."""
    workers = len(os.sched_getaffinity(0))
    verdicts = []
    with ThreadPoolExecutor(workers) as pool:
        plugin = pool.submit(tshark.require_plugin, "sipresp-gate")
        futures = [pool.submit(judge, tshark, *capture) for capture in captures]
        try:
            plugin.result()
            for future in futures:
                future.add_done_callback(lambda _: report.progress())
            for future in futures:
                verdicts.append(future.result())
                report.show(verdicts[-1])
        except Problem as problem:
            pool.shutdown(cancel_futures=True)
            left = captures[len(verdicts):]
            return verdicts + [Verdict(*capture, problem=str(problem)) for capture in left], str(problem)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    report.end_progress()
    return verdicts, ""


def _write(path, option, content):
    """Whether the file of an option, if there is one, was written."""
    if not path:
        return True
    try:
        with open(path, "wb") as file:
            file.write(content())
    except OSError as error:
        say(f"--{option} {path} cannot be written: {error.strerror}; name a file in a folder that you may write to")
        return False
    return True
