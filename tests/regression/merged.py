# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures one behind the other in one file: starting tshark takes longer than reading any of them."""

import bisect
import shlex
import subprocess

import expectations
from wireshark import REPOSITORY

OTHERS = REPOSITORY.parent / "shared" / "captures"
OTHERS_CAPTURES = sorted(path for path in OTHERS.glob("*") if path.suffix in (".pcap", ".pcapng", ".cap"))
ALL_CAPTURES = [*expectations.capture_files(), *OTHERS_CAPTURES]


def alone(capture, arguments):
    """The command that shows a failing case without the captures before it."""
    return f"see it alone: tshark -n -r {shlex.quote(str(capture))} {shlex.join(arguments)}"


class Merged:
    """Read once for all of them; what is found belongs to one of them by its frame."""

    def __init__(self, stage, captures):
        self.captures = list(captures)
        self.path = stage / "merged.pcapng"
        # An interface for each that a capture has, so that a read filter, which numbers frames anew, leaves a sign.
        subprocess.run(["mergecap", "-a", "-I", "none", "-w", self.path, *self.captures], check=True)
        self.path.chmod(0o644)
        counted = subprocess.run(["capinfos", "-T", "-r", "-M", "-c", *self.captures], check=True,
                                 capture_output=True, text=True).stdout.splitlines()
        sizes = [int(line.rpartition("\t")[2]) for line in counted]
        self.before = [sum(sizes[:number]) for number in range(len(sizes))]

    def place(self, frame):
        """The capture of a frame, and its number there."""
        number = bisect.bisect_left(self.before, frame) - 1
        return self.captures[number], frame - self.before[number]

    def by_capture(self, frames):
        """(frame, value) pairs in; by capture the pairs with the frame's number there out."""
        found = {capture: [] for capture in self.captures}
        for frame, value in frames:
            capture, number = self.place(frame)
            found[capture].append((number, value))
        return found
