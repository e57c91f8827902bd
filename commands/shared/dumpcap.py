# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts dumpcap, which captures by rights of its own; no tool here needs any."""

import re
import signal
import subprocess
import threading
from collections import deque

from .captures import ending
from .problem import Problem
from .text import lines_of

LINES_KEPT = 50
# It waits for this many seconds at most until it has opened the interface, or has written what it has.
PATIENCE_SECONDS = 20
# What it says once packets are on their way into the file.
BEGINS = "File: "
DROPPED = re.compile(r"Packets received/dropped on interface .*: \d+/(\d+) ")
RIGHTS = ("run as root, or let dumpcap have them (on Debian: dpkg-reconfigure wireshark-common, and a place in the "
          "group wireshark)")


def start_dumpcap(interface, arguments, **streams):
    """A running dumpcap; raises Problem where there is none."""
    try:
        # In a group of its own, since a terminal's Ctrl-C is for the tool, which lets it write what it has.
        return subprocess.Popen(["dumpcap", "-q", "-i", interface, *arguments], stdin=subprocess.DEVNULL, process_group=0,
                                **streams)
    except FileNotFoundError:
        raise Problem("there is no dumpcap in PATH; install it, on Debian: apt-get install wireshark-common") from None
    except PermissionError:
        raise Problem(f"to record on {interface} takes dumpcap, which this user may not start; {RIGHTS}") from None


def why_not_recorded(interface, said, status, option):
    """A sentence of what dumpcap said before it ended with that status; option is the one that has its filter."""
    if "ermission" in said or "cap_set_proc" in said:
        return f"to record on {interface} takes rights that this user has not; {RIGHTS}"
    if "no device named" in said or "No such device" in said:
        return f"there is no interface {interface}; dumpcap -D lists them"
    if "capture filter" in said:
        return f"{option} is no capture filter that libpcap knows; see pcap-filter(7)"
    own = [line for line in lines_of(said) if line.startswith("dumpcap: ")] or [ending(status)]
    return (f"dumpcap does not record on {interface}: {own[-1].removeprefix('dumpcap: ').rstrip('.')}; "
            f"see what dumpcap -i {interface} says about it")


class Dumpcap:
    """A dumpcap that writes files; raises Problem where it does not begin."""

    def __init__(self, interface, arguments):
        self._interface = interface
        self._said = deque(maxlen=LINES_KEPT)
        # It has begun, or ended.
        self._told = threading.Event()
        self._has_begun = False
        self._process = start_dumpcap(interface, arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, daemon=True)
        try:
            self._reader.start()
            self._told.wait(PATIENCE_SECONDS)
        except BaseException:
            self.stop()
            raise
        if not self.is_at_work:
            self.stop()
            raise Problem(self._reason())

    @property
    def is_at_work(self):
        return self._has_begun and self._process.poll() is None

    @property
    def dropped(self):
        """Packets that it lost, of which it tells when it ends."""
        found = [DROPPED.match(line) for line in self._said]
        return sum(int(match[1]) for match in found if match)

    def why_ended(self):
        """Why it records no more though nobody stopped it, or nothing."""
        if self.is_at_work:
            return ""
        self._reader.join()
        return f"dumpcap {ending(self._process.returncode)} in the middle: {self._reason()}"

    def stop(self):
        """Ends it; what it recorded is in its file then."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()

    def _read(self):
        with self._process.stderr as lines:
            for line in lines:
                self._said.append(line.decode("utf-8", "replace").rstrip())
                if self._said[-1].startswith(BEGINS):
                    self._has_begun = True
                    self._told.set()
        self._told.set()

    def _reason(self):
        return why_not_recorded(self._interface, "\n".join(self._said), self._process.returncode, "--capture-filter")
