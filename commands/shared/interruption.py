# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals that end a tool, as an exception, so that whoever started a process or made a folder sees to it."""

import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The time after which what was raised and swallowed is raised again.
AGAIN_SECONDS = 0.1


class Interrupted(BaseException):
    """The tool is to end; no error of a capture or of a thread. Whoever takes it holds it: as long as it exists no other
    is raised. One that is gone before the tool has ended was swallowed, as the finalizer of an io object does without a
    word, and comes once more."""

    def __init__(self, number, gone):
        super().__init__(number)
        self.name = signal.Signals(number).name
        # As a shell has it for a program that a signal ended.
        self.status = 128 + number
        self._gone = gone

    def __del__(self):
        self._gone()


@contextmanager
def interruptible():
    """The first of the signals raises Interrupted in the main thread. Those after it are not heard, so that nothing
    comes between the tool and its tidying up."""
    first = None

    def interrupt(number, _):
        nonlocal first
        first = number
        for other in heard:
            signal.signal(other, signal.SIG_IGN)
        raise Interrupted(number, gone)

    def gone():
        if not over:
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)

    over = False
    # nohup, and a shell for what runs in the background, have some of them not heard from the start.
    heard = {number: signal.getsignal(number) for number in SIGNALS
             if signal.getsignal(number) != signal.SIG_IGN}
    alarm = signal.signal(signal.SIGALRM, lambda *_: interrupt(first, None))
    for number in heard:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in {**heard, signal.SIGALRM: alarm}.items():
            signal.signal(number, handler)


@contextmanager
def temporary_folder(prefix):
    """A folder that is gone at the end, also where a signal comes while it is removed: that one waits."""
    folder = tempfile.TemporaryDirectory(prefix=prefix)
    try:
        yield Path(folder.name)
    finally:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            folder.cleanup()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
