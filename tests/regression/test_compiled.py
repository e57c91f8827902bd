# SPDX-License-Identifier: GPL-2.0-or-later
"""What the compiler made of the module."""

import platform
import subprocess

import pytest

PREFETCH = {"x86_64": "prefetch", "aarch64": "prfm"}


def instructions_of(wireshark):
    module, = wireshark.plugins.rglob("sipresp.so")
    return subprocess.run(["objdump", "-d", "--no-show-raw-insn", module], capture_output=True, text=True, check=True).stdout


def test_memory_is_asked_for_what_will_be_looked_up(wireshark):
    """Guards against a request to memory that is in the source alone: GCC leaves out calls of a function that does nothing
    else."""
    machine = platform.machine()
    if machine not in PREFETCH:
        pytest.skip(f"it is not known here how {machine} asks memory")
    # The message, its call, way, request, the request before; and whether it was captured twice.
    assert instructions_of(wireshark).count(PREFETCH[machine]) >= 6


def test_messages_are_not_cleared_by_an_instruction_that_begins_slowly(wireshark):
    """Guards against "rep stos" for a message, its identity and the like: GCC's choice where it knows the size, which takes
    forty cycles to begin, four times a message. There were 20; on ways that it takes for seldom taken GCC 15 keeps three."""
    if platform.machine() != "x86_64":
        pytest.skip(f"{platform.machine()} has no such instruction")
    assert instructions_of(wireshark).count("rep stos") < 8
