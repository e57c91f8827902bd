# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-gate --run: captures, runs a command, and judges both."""

import json
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from conversation import INVITE, message
from gate import PROGRAM, Gate
from loopback import ANSWERED, ASKED, own_loopback, require_capturing, talk
from packets import response
from test_gate_ci import cases, check_schema

FAILED = ("<", response("SIP/2.0 401 Unauthorized", "REGISTER"))
PREFIX = own_loopback()
PATIENCE_SECONDS = 60


class Runs(Gate):
    def run(self, command, *options, **changes):
        """(exit status, lines on standard output, what the gate itself says)."""
        result = self.start("--interface", "lo", *options, "--run", "--", *command, prefix=PREFIX, **changes)
        assert "Traceback" not in result.stderr, result.stderr
        return result.returncode, result.stdout.splitlines(), result.stderr

    def begin(self, command, *options):
        """The running gate, once the command has made the file "begun"."""
        process = subprocess.Popen([*PREFIX, PROGRAM, "--interface", "lo", *options, "--run", "--", *command],
                                   cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for(self.folder / "begun")
        return process


def wait_for(path):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        assert time.monotonic() < deadline, f"there is no {path}"
        time.sleep(0.1)


@pytest.fixture(scope="module", autouse=True)
def _rights():
    require_capturing(PREFIX)


@pytest.fixture
def gate(tmp_path, wireshark):
    return Runs(tmp_path, wireshark)


@pytest.fixture
def temporary(gate, wireshark):
    """Where the gate makes what nobody named, for tshark to read as whoever it runs as."""
    folder = Path(tempfile.mkdtemp(dir=wireshark.stage))
    folder.chmod(0o755)
    gate.environment["TMPDIR"] = str(folder)
    return folder


@pytest.mark.parametrize("script, ends, status", [
    ((ASKED, ANSWERED), 0, 0), ((ASKED, ANSWERED), 3, 1), ((ASKED, FAILED), 0, 1), ((), 0, 3), ((), 1, 1)],
    ids=["clean", "command-failed", "finding", "nothing", "nothing-and-failed"])
def test_the_worse_of_both_verdicts_counts(gate, script, ends, status):
    """Guards against a test run that is green since one of the two was."""
    found, lines, _ = gate.run(talk(gate.folder / "talk.py", *script, status=ends), "--settle", "0", "--keep", "kept.pcapng",
                               "--junit", "out.xml", "--json", "out.json")
    assert found == status, lines
    said = [line for line in lines if line.endswith(f": error: the command ended with status {ends} [run]")]
    assert len(said) == (ends != 0)
    check_schema(gate.folder / "out.xml")
    result, = [result for (_, title), result in cases(gate.folder / "out.xml").items()
               if title == "the command ends with status 0"]
    assert result == ("failure" if ends else "passed")
    rows = [json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]
    assert len([row for row in rows if row["rule"] == "run"]) == (ends != 0)


def test_what_is_kept_can_be_judged_again(gate, temporary):
    """The frames are named by the file that is there; without --keep by the interface, and no file is left."""
    command = talk(gate.folder / "talk.py", FAILED)
    _, lines, _ = gate.run(command, "--settle", "0", "--keep", "kept.pcapng")
    assert lines[0].startswith("kept.pcapng:1: warning: 401 Unauthorized to REGISTER lacks WWW-Authenticate")
    assert gate.judge("kept.pcapng")[1] == lines
    _, lines, _ = gate.run(command, "--settle", "0")
    assert lines[0].startswith("lo:1: warning: 401 Unauthorized to REGISTER")
    assert not list(temporary.iterdir())


def late(gate, seconds):
    """A command whose last response comes so long after it has ended."""
    asks = talk(gate.folder / "asks.py", (">", message(INVITE)), status=0)
    answers = talk(gate.folder / "answers.py", seconds, ("<", message("SIP/2.0 486 Busy Here")))
    script = gate.folder / "late.sh"
    script.write_text(f"{asks[0]} {asks[1]}\n{answers[0]} {answers[1]} </dev/null >/dev/null 2>&1 &\n")
    return ["sh", script]


def test_what_is_open_is_waited_for(gate):
    """Guards against a verdict on a call whose end is on its way."""
    status, lines, _ = gate.run(late(gate, 2.5), "--settle", "30", "--require", "sip.Status-Code == 486")
    assert status == 0, lines


def test_not_longer_than_settle(gate):
    status, lines, _ = gate.run(late(gate, 15.0), "--settle", "1", "--require", "sip.Status-Code == 486", "--allow-empty")
    assert status == 1
    assert "sh: remark: 1 request still open 1 s after the command ended (--settle)" in lines


def test_the_last_packets_are_in_the_capture(gate):
    """Guards against a dumpcap that is ended before the kernel gave it what came last."""
    command = talk(gate.folder / "talk.py", *[ASKED, ANSWERED] * 200)
    _, lines, _ = gate.run(command, "--settle", "0")
    assert lines[-1].startswith("1 capture, 200 frames with responses")


LEAVES = """
trap '' TERM
python3 talk.py
touch begun
(trap '' TERM; while :; do echo >alive; sleep 0.1; done) &
while :; do sleep 0.1; done
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_and_keeps_the_capture(gate, number):
    """Also what the command started and what hears no SIGTERM; and the capture is whole."""
    talk(gate.folder / "talk.py", ASKED, ANSWERED)
    (gate.folder / "command.sh").write_text(LEAVES)
    process = gate.begin(["sh", "command.sh"], "--keep", "kept.pcapng")
    time.sleep(1)
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 128 + number
    assert "sipresp-gate: the command was ended, and the capture is kept as kept.pcapng\n" in said
    assert f"sipresp-gate: ended by {signal.Signals(number).name}\n" in said
    (gate.folder / "alive").unlink(missing_ok=True)
    time.sleep(0.5)
    assert not (gate.folder / "alive").exists()
    assert gate.judge("kept.pcapng", "--require", "sip.class == 2")[0] == 0


def test_a_capture_that_nobody_asked_for_is_kept_where_it_cannot_be_had_again(gate, temporary):
    talk(gate.folder / "talk.py", ASKED, ANSWERED)
    (gate.folder / "command.sh").write_text(LEAVES)
    process = gate.begin(["sh", "command.sh"])
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    kept, = temporary.glob("sipresp-run-*.pcapng")
    assert f"the capture is kept as {kept}\n" in said
    assert gate.judge(kept)[0] == 0


def fake_dumpcap(gate, script):
    folder = gate.folder / "bin"
    folder.mkdir()
    (folder / "dumpcap").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "dumpcap").chmod(0o755)
    return f"{folder}:{gate.environment['PATH']}"


REFUSALS = {
    "there is no interface nowhere; dumpcap -D lists them": (["--interface", "nowhere"], ["true"]),
    "absent cannot be started: No such file or directory; correct what stands behind --": ([], ["absent"]),
    "--keep absent/x.pcapng cannot be written: No such file or directory": (["--keep", "absent/x.pcapng"], ["true"]),
    "--settle is 'long'; it takes a number of seconds from 0": (["--settle", "long"], ["true"]),
    "--run has no command behind --": ([], []),
    "clean.pcap is named and --run makes a capture": (["clean.pcap"], ["true"]),
}


@pytest.mark.parametrize("sentence, words", REFUSALS.items(), ids=range(len(REFUSALS)))
def test_what_cannot_be_run(gate, temporary, sentence, words):
    options, command = words
    said = gate.refusal("--interface", "lo", *options, "--run", "--", *command, prefix=PREFIX)
    assert said.startswith(sentence)
    assert not [*gate.folder.iterdir(), *temporary.iterdir()]


def test_options_of_a_run_need_each_other(gate):
    assert gate.refusal("--run", "--", "true").startswith("--run needs to know where to capture; name it")
    assert gate.refusal("--keep", "x", "clean.pcap").startswith("--keep is for a test run; say which by --run")
    assert gate.refusal("--interface", "lo", "--run", "true").startswith("--run is the last option, and the command stands ")


@pytest.mark.parametrize("said, sentence", [
    ("dumpcap: You do not have permission to capture on device", "to record on lo takes rights that this user has not; "),
    ("dumpcap: The interface went down.", "dumpcap does not record on lo: The interface went down; see what dumpcap -i lo ")])
def test_without_rights_there_is_one_sentence(gate, said, sentence):
    path = fake_dumpcap(gate, f"echo '{said}' >&2; exit 1")
    refusal = gate.refusal("--interface", "lo", "--run", "--", "touch", "run", PATH=path)
    assert refusal.startswith(sentence)
    assert not (gate.folder / "run").exists()


def test_dumpcap_that_ends_in_the_middle(gate):
    """Guards against a verdict on the first half of a run."""
    path = fake_dumpcap(gate, 'shift 4; cp clean.pcap "$1"; echo "File: x" >&2; sleep 1; echo "dumpcap: no space" >&2; exit 1')
    gate.capture("clean")
    status, lines, _ = gate.run(["sleep", "2"], "--settle", "0", PATH=path)
    assert status == 2
    assert lines[0].startswith("sleep: could not judge: dumpcap ended with status 1 in the middle: dumpcap does not record on lo: no space; ")


def test_packets_that_dumpcap_lost_are_told(gate):
    path = fake_dumpcap(gate, """shift 4; cp clean.pcap "$1"; echo "File: x" >&2
trap "echo \\"Packets received/dropped on interface 'lo': 9/4 (pcap:4/dumpcap:0)\\" >&2; exit 0" INT; while :; do sleep 0.1; done""")
    gate.capture("clean")
    status, lines, _ = gate.run(["true"], "--settle", "0", PATH=path)
    assert status == 0
    assert "true: remark: dumpcap lost 4 packets, and what is not there may have been in them" in lines
