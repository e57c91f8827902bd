# SPDX-License-Identifier: GPL-2.0-or-later
"""A loopback of its own for a test that captures, and who talks there; else tests that run at once hear each other."""

import os
import shutil
import subprocess
import sys

import pytest
from packets import request, response

# SIOCSIFFLAGS with IFF_UP, then the program.
UP = """
import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""
TALK = """
import socket, sys, time
alice, bob = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
for end in (alice, bob):
    end.bind(("127.0.0.1", 0))
for sender, message in {script!r}:
    if isinstance(message, float):
        time.sleep(message)
    else:
        (alice if sender == ">" else bob).sendto(message, (bob if sender == ">" else alice).getsockname())
sys.exit({status})
"""
ASKED, ANSWERED = (">", request("MESSAGE")), ("<", response("SIP/2.0 200 OK", "MESSAGE"))


def own_loopback():
    """The words before a program that give it a loopback of its own, where that can be had."""
    prefix = ["unshare", "--net", sys.executable, "-c", UP]
    possible = os.getuid() == 0 and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    return prefix if possible else []


def require_capturing(prefix):
    """Skips where dumpcap has no rights."""
    if not shutil.which("dumpcap"):
        pytest.skip("there is no dumpcap; apt-get install wireshark-common")
    result = subprocess.run([*prefix, "dumpcap", "-q", "-i", "lo", "-a", "duration:1", "-w", os.devnull],
                            capture_output=True, text=True, check=False)
    if result.returncode:
        pytest.skip(f"dumpcap may not capture here: {result.stderr.strip()[:200]}")


def talk(path, *script, status=0):
    """A script of Python that says these things on loopback, waits where there is a number, and ends with that status."""
    path.write_text(TALK.format(script=[(item, item) if isinstance(item, float) else item for item in script],
                                status=status))
    return [sys.executable, path]
