# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures on their way to tshark, and why one cannot be read."""

import os
import stat

from .streams import STANDARD_INPUT, kept_standard_input
from .text import lines_of

CUT_SHORT = "cut short in the middle of a packet"
DAMAGED = "damaged or corrupt"
TEXT = "it is a text file, and no SIP response is in it; name a pcap or pcapng file"
SILENT = "tshark says nothing of it, though it ended with status 0; see what tshark -r says about it"
TEXT_LOOKED_AT = 4096


def open_capture(capture):
    """The capture as a file that tshark gets as its standard input; "-" is our own."""
    file = _standard_input() if capture == STANDARD_INPUT else open_regular(capture)
    # tshark takes a file of no bytes for a capture of no packets; it is what a failed recording leaves.
    if os.fstat(file.fileno()).st_size == 0:
        file.close()
        raise OSError(0, "it is empty")
    return file


def _standard_input():
    kept = kept_standard_input()
    kept.seek(0)
    return os.fdopen(os.dup(kept.fileno()), "rb", buffering=0)


def open_regular(path):
    """The file, without buffer; OSError for what never ends or holds up whoever opens it."""
    # A named pipe without a writer would hold up whoever opens it to read.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    fault = "it is a folder" if stat.S_ISDIR(mode) else "" if stat.S_ISREG(mode) else "it is no regular file"
    if fault:
        os.close(descriptor)
        raise OSError(0, fault)
    return os.fdopen(descriptor, "rb", buffering=0)


def looks_like_text(file):
    """tshark takes some texts, JSON for one, for a capture of one packet. A capture that is worth its name has zeros in
    its first bytes, but for some forms that are text themselves, so this is asked where nothing was found."""
    begin = os.pread(file.fileno(), TEXT_LOOKED_AT, 0)
    return b"\0" not in begin and all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in begin)


def remedy(error):
    """What to do about a capture that open_capture() did not open."""
    if isinstance(error, FileNotFoundError):
        return "correct its path"
    if isinstance(error, PermissionError):
        return "change its permissions, or run as its owner"
    return "see to that first" if error.errno else "name the files themselves, each a pcap or pcapng"


def what_went_wrong(status, complaints, done):
    """Why tshark did not read a capture to its end; done is what could not be done with the rest of it."""
    last = last_line(complaints).removeprefix("tshark: ").replace('The file "/dev/stdin"', "it").rstrip(".")
    if CUT_SHORT in complaints:
        return (f"it is {CUT_SHORT}, and what came after could not be {done}; "
                "record it anew, or let the recorder end before the file is taken")
    if DAMAGED in complaints:
        return f"it is {DAMAGED}, and what came after could not be {done}: {last.strip('()')}; record it anew"
    if "isn't a capture file" in complaints:
        return "it is no capture file that tshark knows; name a pcap or pcapng file"
    return f"tshark {ending(status)}: {last}; see what tshark -r says about it"


def last_line(complaints):
    """What tshark says last under its own name; of a wrong filter or option it shows more below that."""
    lines = lines_of(complaints.strip())
    return ([line for line in lines if line.startswith("tshark: ")] or lines or ["it says nothing"])[-1]


def ending(status):
    """How a process ended, by its return code."""
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
