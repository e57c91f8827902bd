# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs sipresp-gate as a process, and makes captures of each kind of verdict."""

import os
import subprocess

from packets import request, response, tcp, udp, write_capture
from wireshark import REPOSITORY, TIMEOUT_SECONDS

PROGRAM = REPOSITORY / "commands" / "sipresp-gate"
AS_ROOT = os.getuid() == 0
CHALLENGE = response("SIP/2.0 401 Unauthorized", "REGISTER")
ANSWER = response("SIP/2.0 200 OK", "MESSAGE")
CAPTURES = {
    "clean": [udp(request("MESSAGE")), udp(ANSWER)],
    "note": [udp(response("SIP/2.0 202 Accepted", "REFER", ["Contact: <sip:bob@192.0.2.2>"]))],
    "warning": [udp(request("REGISTER")), udp(CHALLENGE)],
    "error": [udp(response("SIP/2.0 799 What", "MESSAGE"))],
    "failed": [udp(ANSWER), udp(response("SIP/2.0 503 Service Unavailable", "MESSAGE"))],
    "empty": [udp(request("MESSAGE"))],
    "several": [tcp(CHALLENGE + ANSWER + response("SIP/2.0 405 Method Not Allowed", "REFER"))],
}
WARNING = ("warning: 401 Unauthorized to REGISTER lacks WWW-Authenticate "
           "[401-www-authenticate, RFC 3261 22.2]")


class Gate:
    """The gate with its captures in a folder that only its owner may enter."""

    def __init__(self, folder, wireshark):
        self.folder = folder
        self.folder.chmod(0o700)
        self.environment = wireshark.of_commands(folder)

    def capture(self, kind, name=None):
        path = self.folder / (name or f"{kind}.pcap")
        write_capture(path, CAPTURES[kind])
        path.chmod(0o600)
        return path.name

    def start(self, *arguments, prefix=(), program=PROGRAM, **changes):
        environment = {**self.environment, **{key: str(value) for key, value in changes.items()}}
        return subprocess.run([*prefix, program, *arguments], cwd=self.folder, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
                              timeout=TIMEOUT_SECONDS, check=False)

    def judge(self, *arguments, **changes):
        """(exit status, lines on standard output), and not a word of Python's on standard error."""
        result = self.start(*arguments, **changes)
        assert "Traceback" not in result.stderr, result.stderr
        return result.returncode, result.stdout.splitlines()

    def refusal(self, *arguments, **changes):
        """The sentence about what keeps every capture from being judged."""
        result = self.start(*arguments, **changes)
        assert result.returncode == 2, result
        said = [line for line in result.stderr.splitlines() if "running tshark as" not in line]
        assert len(said) == 1 and said[0].startswith("sipresp-gate: "), result.stderr
        return said[0].removeprefix("sipresp-gate: ")
