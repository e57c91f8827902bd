# SPDX-License-Identifier: GPL-2.0-or-later
"""What every tool does at its two ends: its streams are looked at first, and no error leaves it as a status that means
something else."""

import os
import sys

from . import VERSION
from .interruption import Interrupted, interruptible
from .problem import Problem
from .text import printable

DONE = 0
# Could not be done; 1, with which Python ends after an error, means findings to whoever reads the gate's status.
NOT_DONE = 2


class Tool:
    """A tool by its name, which stands before all that it says of itself."""

    def __init__(self, name):
        self._name = name
        self._mute = False

    def run(self, read, usage, work):
        """The exit status of work(command), or of what kept it from having one; command is what read() makes of the command
        line. Help and version are given here."""
        if self._refuses_streams():
            return NOT_DONE
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="backslashreplace")
        try:
            with interruptible():
                status = self._answer(read(), usage, work)
        except Interrupted as interrupted:
            self.say(f"ended by {interrupted.name}")
            return interrupted.status
        except Problem as problem:
            self.say(problem)
            return NOT_DONE
        except OSError as error:
            self.say(f"{error.filename or 'a file or a process'}: {error.strerror or error}; see to that first")
            return NOT_DONE
        except Exception as error:
            self.say(f"an error that nobody foresaw: {type(error).__name__}: {error}; report it, with what was named")
            return NOT_DONE
        return NOT_DONE if self._mute else status

    def _answer(self, command, usage, work):
        if command.asks_help or command.asks_version:
            write_out(usage if command.asks_help else f"{self._name} {VERSION}\n")
            return DONE
        return work(command)

    def say(self, what):
        """A sentence on standard error; where that cannot be written, the tool ends with status 2 for it."""
        error = write(sys.stderr, f"{self._name}: {printable(str(what))}\n")
        self._mute = self._mute or not (error is None or isinstance(error, BrokenPipeError))

    def _refuses_streams(self):
        closed = [name for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr))
                  if stream is None]
        # The number of a closed stream would be that of the next file that is opened.
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(number)
        if len(closed) == 1:
            write(sys.stderr or sys.stdout, f"{self._name}: {closed[0]} is closed, and what is said there would be "
                                            "lost; leave it open, or let it go to a file\n")
        return bool(closed)


def write(stream, text):
    """The error with which the text could not be written, or None; what is written after that goes nowhere."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # What is left in the stream would be tried again at the end, and give a status of Python's own.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None


def write_out(text, stream=None):
    """What was asked for on standard output; a reader that goes away, such as head, has what it wanted."""
    error = write(stream or sys.stdout, text)
    if error and not isinstance(error, BrokenPipeError):
        raise Problem(f"standard output cannot be written: {error.strerror}; make room, or let it go elsewhere")
