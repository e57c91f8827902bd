# SPDX-License-Identifier: GPL-2.0-or-later
"""A test run: captures, runs a command, and waits for what is open; the capture is judged like any other then."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reporting.part import Part
from reporting.runs import read_part
from shared.captures import ending, open_capture
from shared.dumpcap import Dumpcap
from shared.interruption import Interrupted
from shared.problem import Problem
from shared.text import counted

from .expectations import Ended
from .findings import Verdict
from .limits import tables
from .settings import Settings

# How long a packet may be on its way through the kernel and dumpcap.
ON_ITS_WAY_SECONDS = 1.0
POLL_SECONDS = 0.5
# A command has so long to tidy up, before it is killed.
TIDYING_SECONDS = 5


@contextmanager
def recording_of(command, say):
    """The Recording of a command line, or None where it has no test run. Its capture is gone afterwards, unless it was
    asked for, or a signal has ended it all: nobody can have the same once more."""
    if not command.run:
        yield None
        return
    with _place(command.keep) as path:
        recording = Recording(command.interface, command.run, command.settle, command.keep, path)
        try:
            yield recording
        except Interrupted:
            recording.interrupted = True
            raise
        finally:
            if recording.interrupted and os.path.exists(path) and os.path.getsize(path):
                say(f"the command was ended, and the capture is kept as {command.keep or path}")
            elif not command.keep:
                # dumpcap takes away what it could not begin.
                Path(path).unlink(missing_ok=True)


@contextmanager
def _place(keep):
    """The path of a capture, where there is an empty file."""
    if not keep:
        number, path = tempfile.mkstemp(prefix="sipresp-run-", suffix=".pcapng")
    else:
        path = os.path.abspath(keep)
        try:
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        except OSError as error:
            raise Problem(f"--keep {keep} cannot be written: {error.strerror}; "
                          "name a file in a folder that you may write to") from None
    os.close(number)
    yield path


@dataclass
class Recording:
    """The capture of a test run, and whatever there is to be said of its making."""
    interface: str
    command: tuple
    settle: float
    keep: str
    path: str
    # Whether a signal ended it, or the judging after it.
    interrupted: bool = False

    @property
    def name(self):
        """What its frames are named by; a file that is gone afterwards helps nobody."""
        return self.keep or self.interface

    def record(self, tshark):
        """[the verdict on the command], which has run then. When a signal ends it, the command is ended too."""
        # Before the command runs, which may take an hour.
        tshark.require_plugin("sipresp-gate")
        verdict = Verdict(self.command[0], Settings(), is_capture=False)
        dumpcap = Dumpcap(self.interface, ["-w", self.path])
        try:
            status = self._run()
            self._settle(tshark, verdict)
            verdict.problem = dumpcap.why_ended()
        finally:
            dumpcap.stop()
        if dumpcap.dropped:
            verdict.remarks.append(f"dumpcap lost {counted(dumpcap.dropped, 'packet')}, and what is not there may "
                                   "have been in them")
        ended = Ended("run", ending(status))
        ended.met = status == 0
        verdict.expectations.append(ended)
        return [verdict]

    def _run(self):
        sys.stdout.flush()
        try:
            # In a session of its own, so that all that it starts can be ended with it, and that it may still use the
            # terminal, whose Ctrl-C comes to the gate alone.
            process = subprocess.Popen(self.command, start_new_session=True)
        except OSError as error:
            raise Problem(f"{self.command[0]} cannot be started: {error.strerror}; "
                          "correct what stands behind --") from None
        try:
            return process.wait()
        except Interrupted:
            _end(process)
            raise

    def _settle(self, tshark, verdict):
        deadline = time.monotonic() + self.settle
        time.sleep(ON_ITS_WAY_SECONDS)
        while (waiting := self._open(tshark)) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        if waiting:
            verdict.remarks.append(f"{' and '.join(waiting)} still open {self.settle:g} s after the command ended "
                                   "(--settle)")

    def _open(self, tshark):
        """What the capture, so far, has begun and not ended, each as words. tshark may find it cut in the middle of a
        packet, and says what comes before."""
        part = Part(tables())
        with open_capture(self.path) as private, tshark.readable(private) as file:
            read_part(tshark, "", file, part)
        tally = part.total()
        requests = sum(number for (_, state), number in tally.unanswered.items() if state == "open")
        begun = sum(number for step, number in tally.steps.items()
                    if step.name == "invite_final" and step.counted and step.code in range(200, 300))
        sessions = begun - len(tally.delays.get(("bye", None), ()))
        return [counted(number, noun) for number, noun in ((requests, "request"), (sessions, "session")) if number > 0]


def _end(process):
    """Ends the session of a command. Its number is not given away as long as it was not waited for."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        os.killpg(process.pid, number)
        deadline = time.monotonic() + TIDYING_SECONDS
        while time.monotonic() < deadline and not _has_ended(process):
            time.sleep(0.05)
    process.wait()


def _has_ended(process):
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
