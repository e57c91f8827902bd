# SPDX-License-Identifier: GPL-2.0-or-later
"""Interleaved calls of real stacks, compared with what one of them logged."""

import os
import shutil
import subprocess
import sys

import pytest
from wireshark import REPOSITORY

NEEDED = ("sipp", "tcpdump", "ip", "unshare")


def reason_to_skip():
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing:
        return f"{missing[0]} is not installed: apt-get install sip-tester tcpdump iproute2"
    if os.geteuid() != 0:
        return "a network namespace of its own needs root"
    if subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "true"], capture_output=True,
                      check=False).returncode != 0:
        return "this machine gives no network namespace"
    return None


def test_requests_delays_and_acks_are_those_of_the_log():
    """Guards against transactions mixed up when many are under way at once; tools/compare_calls alone plays 10,000."""
    reason = reason_to_skip()
    if reason:
        pytest.skip(reason)
    build = os.environ.get("SIPRESP_BUILD_DIR", REPOSITORY / "build")
    result = subprocess.run([sys.executable, REPOSITORY / "tools/compare_calls", "--calls", "300", "--rate", "100",
                             "--build", build], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("300 calls of 300, ")
    assert result.stdout.endswith("0 differences in request, delay or ACK\n")
