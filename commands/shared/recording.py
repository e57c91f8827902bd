# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that come while they are read: what dumpcap records on an interface, and standard input."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager

from .dumpcap import start_dumpcap, why_not_recorded
from .problem import Problem
from .tshark import COPIED_AT_ONCE

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)
LONGEST_SECONDS = 1_000_000


class Recording:
    """dumpcap at work, as whoever started the tool: it has rights of its own, and needs no more."""

    def __init__(self, interface, process, errors):
        self._interface = interface
        self._process = process
        self._errors = errors
        # The packets, as they come.
        self.stream = process.stdout

    def end(self):
        """Ends it; what was recorded by then comes all the same."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def check(self):
        """Waits for its end; raises Problem where it could not record."""
        self.stream.close()
        if self._process.wait() == 0:
            return
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace")
        raise Problem(why_not_recorded(self._interface, said, self._process.returncode, "-f"))


@contextmanager
def recording(interface, capture_filter="", seconds=0):
    """A Recording that ends by itself after the seconds, if there are some, and by the first Ctrl-C."""
    arguments = ["-w", "-"]
    arguments += ["-f", capture_filter] if capture_filter else []
    arguments += ["-a", f"duration:{seconds}"] if seconds else []
    with tempfile.TemporaryFile() as errors:
        process = start_dumpcap(interface, arguments, stdout=subprocess.PIPE, stderr=errors)
        running = Recording(interface, process, errors)
        before = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
        for number, handler in before.items():
            if handler != signal.SIG_IGN:
                signal.signal(number, lambda *_: running.end())
        try:
            yield running
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            running.end()
            process.stdout.close()
            process.wait()


@contextmanager
def kept(stream):
    """All that comes of a stream, as a file that can be read again; tshark needs that to look at it twice."""
    with tempfile.TemporaryFile() as file:
        while part := stream.read(COPIED_AT_ONCE):
            file.write(part)
        file.flush()
        file.seek(0)
        # What none but its owner may read is copied for the user nobody, as any other capture.
        yield file


def standard_input():
    """Standard input as an open file, and whether it is a file that can be read again."""
    mode = 0 if sys.stdin is None else os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        raise Problem("standard input is no capture; let one come by a pipe, as in: ssh host tcpdump -U -w - | "
                      "sipresp-annotate -")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0), stat.S_ISREG(mode)


def seconds_of(text):
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LONGEST_SECONDS:
        raise Problem(f"--seconds is {text!r}; it takes a number from 1 to {LONGEST_SECONDS}")
    return int(text)
