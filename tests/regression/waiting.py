# SPDX-License-Identifier: GPL-2.0-or-later
"""A tshark that has registered its dissectors and waits for command lines, for that is nearly all of a short run's time.

Each command line has a process of its own, with the same main() as any tshark, so nothing is left of the one before.
test_waiting.py sees that it says what a fresh one says. With SIPRESP_FRESH_TSHARK=1 in the environment there is none.
"""

import os
import signal
import socket
import struct
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
COMPILE = ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1"]
# As in the source, with room to spare.
LONGEST, MOST_WORDS = 150_000, 900


class WaitingTshark:
    def __init__(self, folder, prefix, environment, seconds):
        library = Path(folder) / "waiting.so"
        subprocess.run([*COMPILE, "-o", library, SOURCE], check=True)
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ours.settimeout(seconds)
        with theirs:
            self._process = subprocess.Popen(
                [*prefix, "tshark"], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                env={**environment, "LD_PRELOAD": str(library), "SIPRESP_WAITING": str(theirs.fileno())})
        # Another Wireshark may begin in another way.
        self.waits = self._ours.recv(4) != b""

    def takes(self, words):
        """Scripts are read while dissectors are registered."""
        return (self.waits and len(words) < MOST_WORDS and sum(map(len, words)) < LONGEST
                and not any(word.startswith("-X") for word in words))

    def run(self, words, stdin):
        """As subprocess.run() of tshark with these words."""
        command = b"".join(word.encode("utf-8", "surrogateescape") + b"\0" for word in ["tshark", *words])
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            given.write(stdin.encode())
            given.seek(0)
            socket.send_fds(self._ours, [command], [file.fileno() for file in (given, output, errors)])
            child, status = self._number(), None
            try:
                status = self._number()
            finally:
                if status is None:
                    os.kill(child, signal.SIGKILL)
            return subprocess.CompletedProcess(words, os.waitstatus_to_exitcode(status), *map(_text, (output, errors)))

    def _number(self):
        answer = self._ours.recv(4)
        assert answer, f"the tshark that waits for command lines is gone; {SOURCE.name} is its source"
        return struct.unpack("i", answer)[0]

    def end(self):
        self._ours.close()
        self._process.wait()


def _text(file):
    file.seek(0)
    return file.read().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
