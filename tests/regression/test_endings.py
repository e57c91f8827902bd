# SPDX-License-Identifier: GPL-2.0-or-later
"""How sipresp-gate and sipresp-report end where they cannot go on: on a signal, after a time, nowhere to write."""

import os
import shutil
import signal
import subprocess
import time

import pytest
from gate import PROGRAM as GATE
from reports import CAPTURES, response_record
from reports import PROGRAM as REPORT
from test_gate_refusals import fake_tshark

WITHIN_SECONDS = 2
START_SECONDS = 20
# What it says of a capture is in its bytes 24 and on; of the one that says "hang" it never comes to an end.
JUDGING = """
say=$(dd bs=1 skip=24 count=4 status=none)
[ "$say" != hang ] || { sh -c 'echo $$ >>started; exec sleep 600'; exit; }
printf '<pdml>\\n<packet><field name="num" show="7"/><proto name="sipresp">'
printf '<field name="sipresp.check" show="rule-a"><field name="_ws.expert.message" show="401. Text [RFC 1]"/>'
printf '<field name="_ws.expert.severity" show="6291456"/></field></proto></packet>\\n</pdml>\\n'
printf 'Protocol Hierarchy Statistics\\nFilter: sip.class || sipresp.check\\n\\nframe  frames:1 bytes:9\\n=====\\n'
"""
COUNTING = """
say=$(dd bs=1 skip=24 count=4 status=none)
[ "$say" != hang ] || { sh -c 'echo $$ >>started; exec sleep 600'; exit; }
cat records
echo =====
"""


def captures_of(gate, *kinds):
    for number, kind in enumerate(kinds):
        (gate.folder / f"{number}.pcap").write_bytes(bytes(24) + kind.encode())
    (gate.folder / "tmp").mkdir()
    (gate.folder / "started").touch()
    (gate.folder / "started").chmod(0o666)
    (gate.folder / "records").write_text(response_record(1))
    return [f"{number}.pcap" for number in range(len(kinds))]


def is_alive(number):
    try:
        return b"\nState:\tZ" not in open(f"/proc/{number}/status", "rb").read()
    except OSError:
        return False


def interrupted(gate, number, hanging, *command, path):
    """(status, output) of a tool that gets the signal, it alone, when so many of its tsharks hang."""
    environment = {**gate.environment, "PATH": path, "TMPDIR": str(gate.folder / "tmp")}
    # Whoever runs the tests may ignore a signal, as nohup does, and hand that down.
    with subprocess.Popen(["env", "--default-signal", *command], cwd=gate.folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + START_SECONDS
        while len(started := (gate.folder / "started").read_text().split()) < hanging and time.monotonic() < end:
            time.sleep(0.05)
        assert len(started) == hanging
        # What is done beside the one that hangs is done.
        time.sleep(1)
        process.send_signal(number)
        sent = time.monotonic()
        said = process.communicate(timeout=60)
        assert time.monotonic() - sent < WITHIN_SECONDS
    assert [number for number in started if is_alive(number)] == []
    assert os.listdir(gate.folder / "tmp") == []
    return process.returncode, *said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_gate_and_all_that_it_started(gate, number):
    """Guards against temporary folders and tsharks that are left, and against a verdict that is lost with them."""
    captures = captures_of(gate, "good", "hang", "good", "good")
    status, out, said = interrupted(gate, number, 1, GATE, "--junit", "out.xml", *captures,
                                    path=fake_tshark(gate, JUDGING))
    assert status == 128 + number
    finding = "warning: 401: Text [rule-a, RFC 1]"
    lines = out.splitlines()
    # A machine with one processor reads one at a time, and goes no further than the one that hangs.
    judged = (0, 2) if len(os.sched_getaffinity(0)) > 1 else (0,)
    assert {f"{capture}.pcap:7: {finding}" for capture in judged} <= set(lines) and "1.pcap" not in out
    assert lines[-1].startswith("4 captures, ") and lines[-1].endswith(
        f" not judged; ended before all was judged, status {128 + number}")
    assert said.endswith(f"sipresp-gate: ended by {number.name}; what was judged by then is reported\n")
    assert "<error type=\"not-judged\"" in (gate.folder / "out.xml").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_report_and_all_that_it_started(tool, number):
    captures = captures_of(tool, "good", "hang", "good")
    status, out, said = interrupted(tool, number, 1, REPORT, "--jobs", "2", *captures, path=fake_tshark(tool, COUNTING))
    assert status == 128 + number
    assert out.startswith("2 SIP responses in 3 captures") and f"1.pcap: not read, since {number.name} ended the " in out
    assert said.endswith(f"sipresp-report: ended by {number.name}; 2 of 3 captures were read by then\n")


def test_a_signal_ends_the_jobs_of_parallel(tool):
    """Guards against jobs that live on, each with its tshark: parallel waits for them at the first signal."""
    captures = captures_of(tool, "hang", "hang")
    status, out, said = interrupted(tool, signal.SIGTERM, 2, REPORT, "--parallel", "-j", "2", *captures,
                                    path=fake_tshark(tool, COUNTING))
    assert (status, out) == (128 + signal.SIGTERM, "")
    assert said.endswith("sipresp-report: ended by SIGTERM; 0 of 2 captures were read by then\n")


def test_a_signal_that_is_ignored_from_the_start_stays_ignored(gate):
    """As nohup has it for SIGHUP."""
    script = f'trap "" HUP; "$1" --version; exec /usr/bin/python3 -c "{PROBE}"'
    result = subprocess.run(["sh", "-c", script, "sh", GATE], cwd=gate.folder, env=gate.environment, capture_output=True, text=True,
                            check=True)
    assert result.stdout.splitlines()[1:] == ["ignored"]


PROBE = f"""
import os, signal, sys
sys.path.insert(0, '{GATE.parent}')
from shared.interruption import interruptible
with interruptible():
    os.kill(os.getpid(), signal.SIGHUP)
print('ignored')
"""


# The signal comes when the first file of the folder is removed.
REMOVING = f"""
import os, signal, sys
sys.path.insert(0, '{GATE.parent}')
from shared.interruption import Interrupted, interruptible, temporary_folder
unlink = os.unlink
def interrupt(*arguments, **options):
    os.kill(os.getpid(), signal.SIGTERM)
    unlink(*arguments, **options)
try:
    with interruptible(), temporary_folder('x') as folder:
        (folder / 'one').touch()
        (folder / 'two').touch()
        os.unlink = interrupt
except Interrupted as interrupted:
    print(interrupted.name, folder.exists())
"""


def test_a_signal_while_a_folder_is_removed_leaves_none(gate):
    result = subprocess.run(["/usr/bin/python3", "-c", REMOVING], env={**gate.environment, "TMPDIR": str(gate.folder)},
                            capture_output=True, text=True, check=False)
    assert result.stdout == "SIGTERM False\n", result.stderr


# What a finalizer of io raises goes nowhere, and before Python 3.13 nobody is told.
SWALLOWED = f"""
import io, os, signal, sys, time
sys.path.insert(0, '{GATE.parent}')
from shared.tool import Tool
class Interrupting(io.RawIOBase):
    def close(self):
        os.kill(os.getpid(), signal.SIGTERM)
class Command:
    asks_help = asks_version = False
def work(command):
    Interrupting()
    print("swallowed", flush=True)
    time.sleep(600)
sys.exit(Tool("tool").run(Command, "", work))
"""


def test_a_signal_that_python_swallows_ends_the_tool():
    """Guards against a sipresp-watch that hears no signal any more, since one fell into the end of a file."""
    result = subprocess.run(["/usr/bin/python3", "-c", SWALLOWED], capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (128 + signal.SIGTERM, "swallowed\n")
    assert result.stderr.endswith("tool: ended by SIGTERM\n")


def test_a_tshark_that_hangs_is_ended(gate):
    """And whatever it started, and what others said counts."""
    captures = captures_of(gate, "good", "hang")
    status, lines = gate.judge("--timeout", "1", *captures, PATH=fake_tshark(gate, JUDGING))
    assert status == 2
    assert lines[0] == "0.pcap:7: warning: 401: Text [rule-a, RFC 1]"
    assert lines[1] == ("1.pcap: could not judge: tshark did not come to its end within 1 second; "
                        "give it more by --timeout, or see what tshark -r says about it")
    assert [number for number in (gate.folder / "started").read_text().split() if is_alive(number)] == []


def test_a_tshark_that_hangs_before_it_lists_its_plugins(gate):
    (gate.folder / "bin").mkdir()
    (gate.folder / "bin" / "tshark").write_text("#!/bin/sh\nsleep 600\n")
    for path in (gate.folder / "bin" / "tshark", gate.folder):
        path.chmod(0o755)
    path = f"{gate.folder / 'bin'}:{os.environ['PATH']}"
    sentence = gate.refusal("--timeout", "1", gate.capture("clean"), PATH=path)
    assert "tshark -G plugins does not end within 1 s" in sentence


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "1e3", "1000001", "9" * 5000], ids=range(7))
def test_a_time_that_there_is_not(gate, text):
    assert "; it takes a number of seconds from 1 to 1000000" in gate.refusal("--timeout", text, gate.capture("clean"))


BUSY = str(CAPTURES / "busy.pcapng")
FULL = "No space left on device"
STREAMS = {
    ">/dev/full": FULL,
    ">&-": "standard output is closed",
    "2>&-": "standard error is closed",
    "2>/dev/full": "",
    ">&- 2>&-": "",
    "--help >/dev/full": FULL,
    "--version >/dev/full": FULL,
}


@pytest.mark.parametrize("program", [GATE, REPORT], ids=["gate", "report"])
@pytest.mark.parametrize("streams", STREAMS)
def test_nowhere_to_write(gate, program, streams):
    """Guards against an error of Python's, whose status 1 means findings, and against 0 for a verdict that is lost."""
    # A capture that is not there makes sure that something is to be said.
    absent = "absent.pcap" if streams == "2>/dev/full" else ""
    result = subprocess.run(["sh", "-c", f'"$@" {absent} {streams}', "sh", program, BUSY], cwd=gate.folder, env=gate.environment,
                            capture_output=True, text=True, check=False)
    assert result.returncode == 2, result
    said = [line for line in (result.stdout + result.stderr).splitlines()
            if line.startswith("sipresp-") and "running tshark as" not in line]
    assert len(said) == bool(STREAMS[streams]) and STREAMS[streams] in "".join(said), result


@pytest.mark.parametrize("program", [GATE, REPORT], ids=["gate", "report"])
def test_closed_standard_input_is_no_matter(gate, program):
    result = subprocess.run(["sh", "-c", '"$@" <&-', "sh", program, BUSY], cwd=gate.folder, env=gate.environment,
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0, result


@pytest.mark.parametrize("program", [GATE, REPORT], ids=["gate", "report"])
def test_an_old_python_is_no_finding(program):
    script = f"import runpy, sys; sys.version_info = (3, 9); runpy.run_path('{program}', run_name='__main__')"
    result = subprocess.run(["/usr/bin/python3", "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 2 and "Python 3.11 or newer is needed" in result.stderr


@pytest.mark.parametrize("module", ["gate", "reporting"])
def test_an_error_that_nobody_foresaw_is_no_finding(gate, module):
    tools = shutil.copytree(GATE.parent, gate.folder / "commands")
    usage = tools / module / "usage.py"
    usage.write_text("class Odd:\n    def __str__(self):\n        raise KeyError(7)\n\n\nUSAGE = Odd()\n")
    program = tools / ("sipresp-gate" if module == "gate" else "sipresp-report")
    result = subprocess.run([program, "--help"], env=gate.environment, capture_output=True, text=True, check=False)
    assert result.returncode == 2 and result.stderr.count("\n") == 1
    assert ": an error that nobody foresaw: " in result.stderr


def test_records_that_are_nested_deep(tool):
    (tool.folder / "records").write_text(response_record(1) + "[" * 100_000 + "\n")
    result = tool.start("--records", "records")
    assert result.returncode == 2 and result.stdout.startswith(b"1 SIP response in 1 capture")
    assert tool.said(result)[0].startswith("records: its line 2 is no record, ")


@pytest.mark.parametrize("said", ["exit 0", "echo"], ids=["silent", "blank"])
def test_a_tshark_that_is_silent_is_no_report(tool, said):
    """Guards against a page of zeros, and status 0, for a tshark that did nothing."""
    sentence = tool.refusal(BUSY, PATH=fake_tshark(tool, said))
    assert sentence == (f"{BUSY}: tshark says nothing of it, though it ended with status 0; "
                        "see what tshark -r says about it")


@pytest.mark.parametrize("form", ["text", "csv", "html"])
def test_of_nothing_there_is_no_report(tool, form):
    """Guards against a page of zeros; JSON says it of each capture, for what merges them."""
    options = ["--format", form, "--chart-js", "chart.js", "--output", "out"]
    assert tool.refusal(*options, "nosuch.pcap") == (
        "nosuch.pcap: it cannot be read: No such file or directory; correct its path")
    assert not (tool.folder / "out").exists()
