# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures on their way to tshark, and why one cannot be read."""

import os
import stat

from .tshark import ending

CUT_SHORT = "cut short in the middle of a packet"
DAMAGED = "damaged or corrupt"


def open_capture(capture):
    """The capture as a file that tshark gets as its standard input."""
    # A named pipe without a writer would hold up whoever opens it to read.
    descriptor = os.open(capture, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    file = os.fstat(descriptor)
    # tshark takes a file of no bytes for a capture of no packets; it is what a failed recording leaves.
    fault = ("it is a folder" if stat.S_ISDIR(file.st_mode) else
             "it is no regular file" if not stat.S_ISREG(file.st_mode) else
             "it is empty" if file.st_size == 0 else "")
    if fault:
        os.close(descriptor)
        raise OSError(0, fault)
    return os.fdopen(descriptor, "rb", buffering=0)


def remedy(error):
    """What to do about a capture that open_capture() did not open."""
    if isinstance(error, FileNotFoundError):
        return "correct its path"
    if isinstance(error, PermissionError):
        return "change its permissions, or run as its owner"
    return "see to that first" if error.errno else "name the files themselves, each a pcap or pcapng"


def what_went_wrong(status, complaints, done):
    """Why tshark did not read a capture to its end; done is what could not be done with the rest of it."""
    last = (complaints.strip().splitlines() or ["it says nothing"])[-1].removeprefix("tshark: ")
    last = last.replace('The file "/dev/stdin"', "it").rstrip(".")
    if CUT_SHORT in complaints:
        return (f"it is {CUT_SHORT}, and what came after could not be {done}; "
                "record it anew, or let the recorder end before the file is taken")
    if DAMAGED in complaints:
        return f"it is {DAMAGED}, and what came after could not be {done}: {last.strip('()')}; record it anew"
    if "isn't a capture file" in complaints:
        return "it is no capture file that tshark knows; name a pcap or pcapng file"
    return f"tshark {ending(status)}: {last}; see what tshark -r says about it"
