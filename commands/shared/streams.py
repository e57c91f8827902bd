# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that come as a stream: standard input, and what is kept of one so that it can be read again."""

import functools
import os
import stat
import sys
import tempfile
from contextlib import contextmanager

from .problem import Problem

COPIED_AT_ONCE = 1 << 20
# How a command line names it, and what is said of it.
STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "standard input"


def standard_input():
    """Standard input as an open file, and whether it is a file that can be read again."""
    mode = 0 if sys.stdin is None else os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        raise Problem("standard input is no capture; let one come by a pipe, as in: ssh host tcpdump -U -w - | "
                      "sipresp-annotate -")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0), stat.S_ISREG(mode)


@functools.cache
def kept_standard_input():
    """All of it, as a file that can be read again; whoever reads it begins with seek(0)."""
    stream, again = standard_input()
    return stream if again else _keep(stream, tempfile.TemporaryFile())


@contextmanager
def kept(stream):
    """All that comes of a stream, as a file that can be read again; tshark needs that to look at it twice."""
    with tempfile.TemporaryFile() as file:
        # What none but its owner may read is copied for the user nobody, as any other capture.
        yield _keep(stream, file)


def _keep(stream, file):
    while part := stream.read(COPIED_AT_ONCE):
        file.write(part)
    file.flush()
    file.seek(0)
    return file


def refuse_standard_input_twice(captures):
    if captures.count(STANDARD_INPUT) > 1:
        raise Problem("standard input comes once; name '-' once")


def called(capture):
    """What is said of a capture."""
    return STANDARD_INPUT_NAME if capture == STANDARD_INPUT else capture
