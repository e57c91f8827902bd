# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-gate as CI systems meet it: installed, by the jobs of ci/, its reports, its manual, its price."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from gate import PROGRAM
from wireshark import REPOSITORY

SCHEMA = Path(__file__).parent / "junit.xsd"
CI = REPOSITORY / "ci"
MOST_COST = 1.2
# Runs a program of Python and notes the processor seconds that it took itself and that its processes took.
MEASURE = """
import atexit, resource, runpy, sys
def note(path):
    took = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    with open(path, "w") as file:
        print(*(usage.ru_utime + usage.ru_stime for usage in took), file=file)
atexit.register(note, sys.argv.pop(2))
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
MEASURED_CAPTURES = int(os.environ.get("SIPRESP_GATE_CAPTURES", "12"))


def check_schema(path):
    result = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", SCHEMA, path],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def cases(path):
    """{(capture, case): kind of result} of a JUnit file."""
    return {(case.get("classname"), case.get("name")): case[0].tag if len(case) else "passed"
            for case in ElementTree.parse(path).iter("testcase")}


def test_junit_has_a_case_for_each_capture_and_expectation(gate):
    """Guards against a report that a CI system refuses, and against a failure that it shows as passed."""
    gate.judge("--junit", "out.xml", "--require", "sip.class == 5", "--fail-if", 'sip contains "<&\x1b\'\n"',
               *map(gate.capture, ("clean", "warning", "empty", "failed")), "absent\x02.pcap")
    check_schema(gate.folder / "out.xml")
    found = cases(gate.folder / "out.xml")
    assert [found[name, "findings"] for name in
            ("clean.pcap", "warning.pcap", "empty.pcap", "failed.pcap", "absent\\x02.pcap")] == [
        "passed", "failure", "error", "passed", "error"]
    assert found["clean.pcap", "--require 'sip.class == 5'"] == "failure"
    assert found["failed.pcap", "--require 'sip.class == 5'"] == "passed"
    assert found["absent\\x02.pcap", "--require 'sip.class == 5'"] == "error"
    root = ElementTree.parse(gate.folder / "out.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("15", "4", "4")


@pytest.mark.parametrize("kind, status", [("clean", 0), ("warning", 1), ("empty", 3)])
def test_junit_agrees_with_the_exit_status(gate, kind, status):
    assert gate.judge("--junit", "out.xml", gate.capture(kind))[0] == status
    check_schema(gate.folder / "out.xml")
    assert list(cases(gate.folder / "out.xml").values()) == [{0: "passed", 1: "failure", 3: "error"}[status]]


def job_commands(name):
    """The shell commands of a job that start the gate."""
    text = (CI / name).read_text(encoding="utf-8")
    return re.findall(r"^ *(?:run:|-) (sipresp-gate .*)$", text, re.M)


def test_every_ci_system_runs_the_same_command():
    assert job_commands("github.yml") == job_commands("gitlab.yml") and len(job_commands("github.yml")) == 1


def test_the_job_runs_with_what_is_installed(gate, installed):
    """Guards against a job that works from the source tree only."""
    command, = job_commands("github.yml")
    program = next(installed.rglob("bin/sipresp-gate"))
    (gate.folder / "captures").mkdir()
    for capture, status in (("busy", 0), ("every-code", 1)):
        shutil.copy(REPOSITORY / "captures" / f"{capture}.pcapng", gate.folder / "captures")
        assert gate.start("-c", command, program="/bin/sh",
                          PATH=f"{program.parent}:{os.environ['PATH']}").returncode == status
        check_schema(gate.folder / "sipresp.xml")


def test_the_jobs_keep_the_report_of_a_failed_gate():
    assert "if: always()" in (CI / "github.yml").read_text(encoding="utf-8")
    assert "when: always" in (CI / "gitlab.yml").read_text(encoding="utf-8")


def test_the_image_is_of_debian_and_runs_as_nobody_special():
    lines = (CI / "Containerfile").read_text(encoding="utf-8").splitlines()
    steps = [line for line in lines if re.match(r"[A-Z]+ ", line)]
    assert [step for step in steps if step.startswith("FROM")] == [
        "FROM debian:bookworm-slim AS build", "FROM debian:bookworm-slim"]
    assert [step for step in steps if step.startswith("USER")] == ["USER gate"]
    assert not any(step.startswith("RUN") for step in steps[steps.index("USER gate"):])


def test_help_and_manual_have_every_option(gate, installed):
    help_text = gate.start("--help").stdout
    options = set(re.findall(r"^  (?:-h, )?(--[a-z-]+)", help_text, re.M))
    manual = next(installed.rglob("man1/sipresp-gate.1")).read_text(encoding="utf-8").replace("\\-", "-")
    described = set(re.findall(r"^\.(?:B|BI|BR) .*?(--[a-z-]+)", manual.partition(".SH OPTIONS")[2]
                               .partition(".SH OUTPUT")[0], re.M)) - {"--"}
    assert described == options
    sources = (REPOSITORY / "commands" / "gate" / "settings.py").read_text(encoding="utf-8")
    known = re.search(r"LONG_OPTIONS = \[(.*?)\]", sources, re.S)[1]
    assert {f"--{name}" for name in re.findall(r'"([a-z-]+)=?"', known)} == options


def test_the_examples_of_the_help_run(gate):
    (gate.folder / "captures").mkdir()
    for name in ("call.pcapng", "captures/call.pcapng"):
        shutil.copy(REPOSITORY / "captures" / "basic-call.pcapng", gate.folder / name)
    text = gate.start("--help").stdout.replace("\\\n", "")
    examples = re.findall(r"^    sipresp-gate (.*)$", text, re.M)
    # A run, which test_gate_run.py has, takes a command that is here.
    examples = [example for example in examples if "--run" not in example]
    assert len(examples) == 4
    for example in examples:
        arguments = [word.replace("*", "call") for word in shlex.split(example)]
        assert gate.judge(*arguments)[0] == 0, example


def test_the_version_is_that_of_the_plugin(gate):
    version = re.search(r"project\(sipresp VERSION (\S+)", (REPOSITORY / "CMakeLists.txt").read_text())[1]
    assert gate.start("--version").stdout == f"sipresp-gate {version}\n"


@pytest.fixture
def counting_tshark(wireshark):
    """A folder for PATH, whose tshark notes each start in the file starts and is then the real one."""
    folder = wireshark.stage / "counting"
    folder.mkdir()
    (folder / "tshark").write_text(f'#!/bin/sh\necho >>"{folder}/starts"\nexec "{shutil.which("tshark")}" "$@"\n')
    (folder / "starts").touch()
    for path, mode in ((folder, 0o755), (folder / "tshark", 0o755), (folder / "starts", 0o666)):
        path.chmod(mode)
    return folder


def test_the_gate_costs_little_more_than_tshark(gate, counting_tshark):
    """Guards against a second run of tshark for each capture, and against a gate that itself takes long.

    Its own processor time is held against that of its own tsharks: what slows a shared machine slows both.
    Asking for the plugin is one run more.
    """
    for number in range(MEASURED_CAPTURES):
        shutil.copy(REPOSITORY / "captures" / "basic-call.pcapng", gate.folder / f"{number}.pcapng")
    measured = gate.folder / "measured"
    # A tshark that starts as everybody's does.
    del gate.environment["WIRESHARK_DATA_DIR"]
    arguments = ["--require", "sip.class == 2", "--fail-if", "sip.class == 6",
                 *(f"{number}.pcapng" for number in range(MEASURED_CAPTURES))]
    result = gate.start("-c", MEASURE, PROGRAM, measured, *arguments, program=sys.executable,
                        PATH=f"{counting_tshark}:{os.environ['PATH']}")
    assert result.returncode == 0, result.stderr
    assert len((counting_tshark / "starts").read_text().splitlines()) == MEASURED_CAPTURES + 1
    itself, tsharks = map(float, measured.read_text().split())
    assert 1 + itself / tsharks <= MOST_COST, (itself, tsharks)
