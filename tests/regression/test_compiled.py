# SPDX-License-Identifier: GPL-2.0-or-later
"""What the compiler made of the module."""

import platform
import subprocess

import pytest

PREFETCH = {"x86_64": "prefetch", "aarch64": "prfm"}


def test_memory_is_asked_for_what_will_be_looked_up(wireshark):
    """Guards against a request to memory that is in the source alone: GCC leaves out calls of a function that does nothing
    else."""
    machine = platform.machine()
    if machine not in PREFETCH:
        pytest.skip(f"it is not known here how {machine} asks memory")
    module, = wireshark.plugins.rglob("sipresp.so")
    code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", module], capture_output=True, text=True, check=True).stdout
    # The message, its call, way, request, the request before; and whether it was captured twice.
    assert code.count(PREFETCH[machine]) >= 6
