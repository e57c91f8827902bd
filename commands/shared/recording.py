# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that come while they are read: what dumpcap records on an interface."""

import signal
import subprocess
import tempfile
from contextlib import contextmanager

from .dumpcap import start_dumpcap, why_not_recorded
from .problem import Problem

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


def seconds_of(text):
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LONGEST_SECONDS:
        raise Problem(f"--seconds is {text!r}; it takes a number from 1 to {LONGEST_SECONDS}")
    return int(text)
