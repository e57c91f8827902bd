# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: judges all captures, several at once, and reports them in the order given."""

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reporting.joining import join
from reporting.part import Part
from reporting.runs import read_part
from shared.interruption import Interrupted
from shared.problem import Problem
from shared.rules import rules_text
from shared.stage import prepared_tshark
from shared.streams import STANDARD_INPUT, STANDARD_INPUT_NAME
from shared.tool import Tool, write_out

from .compare import Tolerance, read_before
from .findings import Status, Verdict, worst
from .judge import NOT_JUDGED_FIELD, judge
from .junit import junit_xml
from .limits import tables
from .report import ENDINGS, TextReport, json_lines
from .run import recording_of
from .settings import read_command_line
from .usage import USAGE


def main(arguments):
    tool = Tool("sipresp-gate")
    return tool.run(lambda: read_command_line(arguments), USAGE, lambda command: _run(tool, command))


def _run(tool, command):
    if command.asks_rules:
        write_out(rules_text())
        return Status.CLEAN
    with recording_of(command, tool.say) as recording:
        return _judge(tool, command, recording)


def _judge(tool, command, recording):
    """The exit status; recording is the Recording of a test run, or None."""
    captures = ([(recording.path, command.settings_of(command.keep))] if recording else
                [(capture, command.settings_of(capture)) for capture in command.captures])
    before = read_before(command.compare) if command.compare else None
    tolerance = functools.reduce(Tolerance.changed, command.tolerance, Tolerance())
    report = TextReport(len(captures))
    names = {recording.path: recording.name} if recording else {STANDARD_INPUT: STANDARD_INPUT_NAME}
    run = Run(captures, report, Part(tables()) if before else None, names)
    with prepared_tshark(command.wireshark, tool.say, command.timeout) as tshark:
        beside = recording.record(tshark) if recording else []
        run.judge_all(tshark)
    report.progress.end()
    if run.problem:
        tool.say(run.problem)
    verdicts = run.verdicts + beside
    for verdict in beside:
        report.show(verdict)
    if before and not run.problem and not run.interrupted:
        is_part = any(verdict.problem for verdict in verdicts)
        verdicts.append(before.compare(run.total.total(), tolerance, is_part))
        report.show(verdicts[-1])
    status = Status.NOT_JUDGED if run.problem else worst(verdict.status for verdict in verdicts)
    ending = ENDINGS[status]
    if run.interrupted:
        if recording:
            recording.interrupted = True
        tool.say(f"ended by {run.interrupted.name}; what was judged by then is reported")
        status, ending = run.interrupted.status, "ended before all was judged"
    problems = [_write(command.junit, "junit", lambda: junit_xml(verdicts, command.wireshark.named())),
                _write(command.json, "json", lambda: "".join(json_lines(verdicts)).encode())]
    if any(problems) and not run.interrupted:
        status, ending = Status.NOT_JUDGED, ENDINGS[Status.NOT_JUDGED]
    report.finish(verdicts, _judged_with(command, captures), ending, status)
    for problem in filter(None, [*problems, report.problem]):
        tool.say(problem)
    return Status.NOT_JUDGED if report.problem else status


def _judged_with(command, captures):
    """What decides beside the captures and the options about findings: files and settings of Wireshark."""
    return [*dict.fromkeys(settings.config for _, settings in captures if settings.config), *command.wireshark.named()]


class Run:
    """The judging of all captures, and how far it came."""

    def __init__(self, captures, report, total, names):
        self._captures = captures
        self._report = report
        # What a capture is called that is not called by its path.
        self._names = names
        # The Part of all captures, if anything is to be made of it.
        self.total = total
        # By the number of the capture.
        self._verdicts = {}
        # Why none can be had for the rest.
        self.problem = ""
        # By which signal it was ended.
        self.interrupted = None

    @property
    def verdicts(self):
        return [self._verdicts[number] for number in sorted(self._verdicts)]

    def judge_all(self, tshark):
        """Every verdict, each shown as soon as those before it are."""
        try:
            with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
                try:
                    self._judge(tshark, pool)
                except BaseException:
                    tshark.end()
                    pool.shutdown(cancel_futures=True)
                    raise
        except Problem as problem:
            self._leave(str(problem))
            self.problem = str(problem)
        except Interrupted as interrupted:
            self._leave(f"{interrupted.name} ended the gate before it was judged")
            self.interrupted = interrupted

    def _judge(self, tshark, pool):
        tells_not_judged = self._tells_not_judged(tshark)
        self._report.progress.follow(tshark.shares)
        futures = [pool.submit(judge, tshark, tells_not_judged, *capture, self.total is not None) for capture in self._captures]
        for future in futures:
            future.add_done_callback(lambda _: self._report.progress.step())
        try:
            for number, future in enumerate(futures):
                self._add(number, future)
            if self.total is not None and not self.total.is_joined:
                # Several may be pieces of one.
                join(self.total, functools.partial(read_part, tshark, ""))
        except Interrupted:
            # Those that are at their end, though one before them is not.
            for number, future in enumerate(futures):
                if number not in self._verdicts and future.done() and not future.exception():
                    self._add(number, future)
            raise

    def _add(self, number, future):
        verdict = self._verdicts[number] = future.result()
        if self.total is not None:
            self.total.merge(verdict.part)
        verdict.capture = self._names.get(verdict.capture, verdict.capture)
        # It may be large, and there may be thousands.
        verdict.part = None
        self._report.show(verdict)

    def _leave(self, problem):
        """A verdict for each capture that has none."""
        for number, capture in enumerate(self._captures):
            path, settings = capture
            self._verdicts.setdefault(number, Verdict(self._names.get(path, path), settings, problem=problem))

    def _tells_not_judged(self, tshark):
        """Whether the plugin has the field. It is looked for in its file, since to ask tshark takes as long as to judge
        a capture."""
        plugin = tshark.require_plugin("sipresp-gate")
        try:
            tells = NOT_JUDGED_FIELD.encode() in Path(plugin).read_bytes()
        except OSError:
            tells = False
        if not tells and any(settings.require_complete for _, settings in self._captures):
            raise Problem("the plugin sipresp that tshark loads does not tell which responses it could not judge, as "
                          "--require-complete needs; install sipresp anew, from where this tool is")
        return tells


def _write(path, option, content):
    """Why the file of an option, if there is one, was not written, or nothing."""
    if not path:
        return ""
    try:
        with open(path, "wb") as file:
            file.write(content())
    except OSError as error:
        return f"--{option} {path} cannot be written: {error.strerror}; name a file in a folder that you may write to"
    return ""
