# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts dumpcap, which captures by rights of its own; no tool here has any."""

import re
import signal
import subprocess
import threading
from collections import deque

from .captures import ending
from .problem import Problem

LINES_KEPT = 50
# It waits for this many seconds at most until it has opened the interface, or has written what it has.
PATIENCE_SECONDS = 20
# What it says once packets are on their way into the file.
BEGINS = "File: "
DROPPED = re.compile(r"Packets received/dropped on interface .*: \d+/(\d+) ")
RIGHTS = ("; let root run dpkg-reconfigure wireshark-common, which gives the right to the group wireshark, and "
          "usermod -a -G wireshark with your name")


class Dumpcap:
    """A dumpcap that captures; raises Problem where it does not."""

    def __init__(self, interface, arguments):
        self._interface = interface
        self._said = deque(maxlen=LINES_KEPT)
        self._begun = threading.Event()
        try:
            # In a group of its own: a terminal's Ctrl-C is for the tool, which lets it write what it has.
            self._process = subprocess.Popen(["dumpcap", "-q", "-i", interface, *arguments], stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, process_group=0)
        except FileNotFoundError:
            raise Problem("there is no dumpcap in PATH; install it, on Debian: apt-get install wireshark-common") from None
        except PermissionError:
            raise Problem(f"dumpcap may not be started by this user{RIGHTS}") from None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._begun.wait(PATIENCE_SECONDS)
        except BaseException:
            self.stop()
            raise
        if not self.captures:
            self.stop()
            raise Problem(f"dumpcap does not capture on {interface}: {self._reason()}")

    @property
    def captures(self):
        return self._begun.is_set() and self._process.poll() is None

    @property
    def dropped(self):
        """Packets that it lost, of which it tells when it ends."""
        found = [DROPPED.match(line) for line in self._said]
        return sum(int(match[1]) for match in found if match)

    def why_ended(self):
        """Why it captures no more though nobody stopped it, or nothing."""
        if self.captures:
            return ""
        self._reader.join()
        return f"dumpcap {ending(self._process.returncode)} in the middle: {self._reason()}"

    def stop(self):
        """Ends it; what it captured is in its file then."""
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
                    self._begun.set()
        # Nobody is to wait for what does not come.
        self._begun.set()

    def _reason(self):
        lines = [line for line in self._said if line]
        own = [line.removeprefix("dumpcap: ").rstrip(".") for line in lines if line.startswith("dumpcap: ")]
        if any("permission" in line or "cap_set_proc" in line for line in own):
            return f"this user may not{RIGHTS}"
        detail = next((line for line in lines if line.startswith("(")), "")
        reason = " ".join(filter(None, [own[-1] if own else lines[-1] if lines else "it says nothing", detail]))
        return f"{reason}; see what dumpcap -i {self._interface} says, and dumpcap -D for the interfaces"
