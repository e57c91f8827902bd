# SPDX-License-Identifier: GPL-2.0-or-later
"""The module is built so that a defect in it is hard to use; cmake/hardening.cmake."""

import platform
import subprocess

import pytest

SANITIZED = "The sanitizers watch over the memory of this build, so it has no other guards."


@pytest.fixture(scope="module")
def module(wireshark):
    found, = wireshark.plugins.rglob("sipresp.so")
    return found


@pytest.fixture(scope="module")
def readelf(module):
    def run(what):
        return subprocess.run(["readelf", "--wide", what, module], capture_output=True, text=True, check=True).stdout
    return run


@pytest.fixture(scope="module")
def guarded(readelf):
    if "__asan_" in readelf("--dyn-syms"):
        pytest.skip(SANITIZED)


def test_tables_of_functions_cannot_be_written(readelf):
    """Guards against a module that binds late: its jump table stays writable then."""
    assert "GNU_RELRO" in readelf("--segments")
    assert "BIND_NOW" in readelf("--dynamic")


def test_stack_cannot_be_run(readelf):
    stack, = (line.split() for line in readelf("--segments").splitlines() if "GNU_STACK" in line)
    assert "E" not in "".join(stack[6:-1])


def test_no_memory_can_be_both_written_and_run(readelf):
    loaded = [line.split() for line in readelf("--segments").splitlines() if line.split()[:1] == ["LOAD"]]
    assert loaded
    assert [line for line in loaded if {"W", "E"} <= set("".join(line[6:-1]))] == []


def test_libraries_come_from_nowhere_else(readelf):
    """Guards against a path of the build machine from which anybody could slip in a library."""
    assert "PATH" not in readelf("--dynamic")


@pytest.mark.usefixtures("guarded")
def test_overruns_on_the_stack_end_the_process(readelf):
    symbols = readelf("--dyn-syms")
    assert "__stack_chk_fail" in symbols
    assert "__snprintf_chk" in symbols


@pytest.mark.usefixtures("guarded")
@pytest.mark.skipif(platform.machine() != "x86_64", reason="Only x86-64 marks the targets of jumps in this way.")
def test_jumps_land_where_they_may(module):
    """Debian's start files are not marked, so that the module as a whole is not: look at a function."""
    code = subprocess.run(["objdump", "--disassemble=plugin_register", module], capture_output=True, text=True,
                          check=True).stdout
    assert "endbr64" in code


def test_only_what_wireshark_asks_for_is_visible(readelf):
    names = {line.split()[-1] for line in readelf("--dyn-syms").splitlines()
             if " GLOBAL " in line and " UND " not in line}
    assert names <= {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register",
                     "plugin_describe"}
