# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals that end a tool, as an exception, so that whoever started a process or made a folder sees to it."""

import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """The tool is to end; no error of a capture or of a thread."""

    def __init__(self, number):
        super().__init__(number)
        self.name = signal.Signals(number).name
        # As a shell has it for a program that a signal ended.
        self.status = 128 + number


@contextmanager
def interruptible():
    """The first of the signals raises Interrupted in the main thread. Those after it are not heard, so that nothing
    comes between the tool and its tidying up."""
    def interrupt(number, _):
        for other in heard:
            signal.signal(other, signal.SIG_IGN)
        raise Interrupted(number)

    # nohup, and a shell for what runs in the background, have some of them not heard from the start.
    heard = {number: signal.getsignal(number) for number in SIGNALS
             if signal.getsignal(number) != signal.SIG_IGN}
    for number in heard:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in heard.items():
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
