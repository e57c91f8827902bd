# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-calls: the list, the ladder, one call as a capture of its own."""

import csv
import io
import json
import os
import pty
import subprocess

import pytest
from conversation import ACK, BUSY, BYE, INVITE, LATER, ladder
from packets import ALICE, BOB
from test_sipcall import MIDDLE, SESSION, leg
from wireshark import REPOSITORY, TIMEOUT_SECONDS

PROGRAM = REPOSITORY / "commands" / "sipresp-calls"
OK, RINGING = "SIP/2.0 200 OK", "SIP/2.0 180 Ringing"


def other(name, *lines):
    """The lines as a call of its own."""
    via = f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{name}"
    return [(seconds, direction, start, f"Call-ID: {name}", via, *headers) for seconds, direction, start, *headers in lines]


CALLS = [
    *other("answered", (0, ">", INVITE), (0.5, "<", RINGING), (3, "<", OK), (3.1, ">", ACK)),
    (33, ">", BYE, "Call-ID: answered", "CSeq: 2 BYE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKbye"),
    *other("busy", (40, ">", INVITE, "From: <sip:carol@example.com>;tag=a"), (41, "<", BUSY), (41.1, ">", ACK)),
    *other("lost", (50, ">", INVITE), (50.5, ">", INVITE), (51.5, ">", INVITE)),
    *other("down", (60, ">", INVITE, "To: <sip:dave@example.com>"), (60.1, "<", "SIP/2.0 500 Server Internal Error"), (60.2, ">", ACK)),
    LATER, (401, *LATER[1:])]


class CallsTool:
    def __init__(self, folder, wireshark):
        self.folder = folder
        folder.chmod(0o755)
        self.environment = wireshark.of_commands(folder)

    def start(self, *arguments, **changes):
        result = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, env={**self.environment, **changes},
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        assert b"Traceback" not in result.stderr, result.stderr.decode()
        return result

    def lines(self, *arguments):
        result = self.start(*arguments)
        assert result.returncode == 0, result.stderr.decode()
        return result.stdout.decode().splitlines()

    def json(self, *arguments):
        return json.loads("\n".join(self.lines(*arguments, "--format", "json")))

    def refusal(self, *arguments):
        result = self.start(*arguments)
        assert (result.returncode, result.stdout) == (2, b""), result
        line, = [line for line in result.stderr.decode().splitlines() if "running tshark as" not in line]
        return line.removeprefix("sipresp-calls: ")

    def on_terminal(self, *arguments, columns, **changes):
        """What a terminal of that width is told."""
        leader, follower = pty.openpty()
        with subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder, stdin=follower, stdout=follower,
                              stderr=subprocess.DEVNULL,
                              env={**self.environment, "COLUMNS": str(columns), "TERM": "xterm", **changes}) as process:
            os.close(follower)
            told = b""
            while True:
                try:
                    part = os.read(leader, 65536)
                except OSError:
                    break
                if not part:
                    break
                told += part
            os.close(leader)
            assert process.wait() == 0
        return told.decode().replace("\r\n", "\n").splitlines()


@pytest.fixture
def tool(tmp_path, wireshark):
    return CallsTool(tmp_path, wireshark)


@pytest.fixture
def calls(make_capture):
    return make_capture(ladder(*CALLS))


def test_one_line_a_call(tool, calls):
    heading, *rows, total = tool.lines(calls)
    assert heading.split() == ["Call", "Begun", "Caller", "Callee", "Result", "Ring", "s", "Talk", "s", "Ended", "by", "What", "happened"]
    assert [row.split()[:1] + row.split()[2:5] for row in rows] == [
        ["1", "alice", "bob", "answered"], ["2", "carol", "bob", "busy"], ["3", "alice", "bob", "never"],
        ["4", "alice", "dave", "server"]]
    assert rows[0].split()[5:8] == ["2.5", "30.0", "caller"]
    assert all(len(row.split()) > 9 for row in rows)
    assert total == "4 calls: 1 answered, 1 not taken, 2 failed"


@pytest.mark.parametrize("options, numbers", [
    (["--failed"], [3, 4]), (["--outcome", "busy"], [2]), (["--outcome", "not taken"], [2]), (["--from", "CARO"], [2]),
    (["--to", "dave"], [4]), (["--number", "3"], [3]), (["--from", "alice", "--outcome", "answered"], [1]), (["--from", "x"], []),
])
def test_choices(tool, calls, options, numbers):
    assert [call["call"] for call in tool.json(calls, *options)] == numbers


def test_programs_get_all_of_it(tool, calls):
    first = tool.json(calls)[0]
    assert {name: first[name] for name in ("call_id", "outcome", "final_code", "setup_time", "duration", "ended_by", "leg_of")} == {
        "call_id": "answered", "outcome": "answered", "final_code": 200, "setup_time": 3.0, "duration": 30.0,
        "ended_by": "caller", "leg_of": None}
    rows = list(csv.DictReader(io.StringIO("\n".join(tool.lines(calls, "--format", "csv")))))
    assert [(row["call"], row["result"], row["capture"]) for row in rows][1] == ("2", "busy", str(calls))


def test_several_captures_stand_under_their_names(tool, calls, make_capture):
    none = make_capture(ladder((0, ">", "OPTIONS sip:bob@example.com SIP/2.0")))
    lines = tool.lines(calls, none)
    assert lines[0] == str(calls)
    assert lines[-1] == "0 calls"
    assert str(none) in lines


def test_a_terminal_has_colours_and_a_width(tool, calls):
    """Guards against rows that wrap, and against colours where somebody wants none."""
    shown = tool.on_terminal(calls, columns=80)
    plain = tool.on_terminal(calls, columns=80, NO_COLOR="1")
    assert any("\x1b[31;1m" in line for line in shown)
    assert not any("\x1b" in line for line in plain)
    assert all(len(line) <= 80 for line in plain[:-1])
    assert not any("\x1b" in line for line in tool.lines(calls))


def test_a_ladder(tool, calls):
    lines = tool.lines(calls, "--ladder", "3")
    assert lines[0].startswith("Call ")
    head = next(place for place, line in enumerate(lines) if line.split() == ["192.0.2.1", "192.0.2.2"])
    arrow, = (line for line in lines[head:] if "INVITE" in line)
    assert arrow.split()[:2] == ["0.000", "9"]
    assert "INVITE x 3" in arrow
    assert arrow.endswith(">|")
    assert lines[-1].split("|")[1].strip() == "again until 1.500 s"


def test_directions_of_arrows(tool, calls):
    arrows = [line.split("|")[1] for line in tool.lines(calls, "--ladder", "2") if "<-" in line or "->" in line]
    assert [(arrow.strip("<->").strip(), arrow[0] == "<") for arrow in arrows] == [
        ("INVITE", False), ("486 Busy Here", True), ("ACK", False)]


def test_both_legs_are_drawn_side_by_side(tool, make_capture):
    packets = [*leg("one", 0, ALICE, MIDDLE, f"Session-ID: {SESSION}", answers=[(2, OK)]),
               *leg("two", 0.1, MIDDLE, BOB, f"Session-ID: {SESSION}", answers=[(1.8, OK)])]
    capture = make_capture(sorted(packets, key=lambda packet: packet[0]))
    for number in (1, 2):
        lines = tool.lines(capture, "--ladder", number)
        assert "192.0.2.1 192.0.2.3 192.0.2.2".split() in [line.split() for line in lines]
        arrows = [line for line in lines if "->" in line or "<-" in line]
        assert [arrow.split("[")[1][0] for arrow in arrows] == ["1", "2", "2", "1"]
    assert [call["call"] for call in tool.json(capture, "--number", "2")] == [1, 2]


def test_a_host_that_calls_itself_is_told_by_its_ports(tool):
    lines = tool.lines(REPOSITORY / "captures" / "basic-call.pcapng", "--ladder", "1")
    assert any("->|" in line for line in lines)
    assert any("PCMU" in line for line in lines)


def test_a_call_is_saved(tool, calls, wireshark):
    saved = tool.folder / "one.pcap"
    assert tool.lines(calls, "--save", "2", saved) == []
    saved.chmod(0o644)
    assert [call["call_id"] for call in tool.json(saved)] == ["busy"]
    assert len(wireshark.field(saved, "sip.Call-ID")) == 3


def test_hostile_text_never_reaches_the_terminal(tool, make_capture):
    evil = 'From: "\x1b]0;x\x07\u202eevil" <sip:=cmd\x9b1m\u2066@example.com>;tag=a'
    capture = make_capture(ladder((0, ">", INVITE, evil), (1, "<", "SIP/2.0 486 \x1b[2J\u202eBusy", evil), (1.1, ">", ACK, evil)))
    for options in ([], ["--ladder", "1"], ["--format", "csv"], ["--format", "json"]):
        told = tool.start(capture, *options)
        assert told.returncode == 0
        text = told.stdout.decode()
        assert not {character for character in text if not character.isprintable()} - {"\n", "\r"}, text
    assert tool.lines(capture, "--format", "csv")[1].split(",")[4].startswith("'=")


@pytest.mark.parametrize("arguments, sentence", [
    ([], "no capture is named"), (["{calls}", "--number", "9"], "has no call 9: it has calls 1 to 4"),
    (["{calls}", "--ladder", "x"], "--ladder is 'x'"), (["{calls}", "--outcome", "bad"], "--outcome is 'bad'"),
    (["{calls}", "{calls}", "--ladder", "1"], "of one capture, and 2 are named"), (["{calls}", "--save", "1"], "--save 1 needs"),
    (["{calls}", "--save", "1", "/no/such/folder/x"], "cannot be written"), (["{calls}", "--format", "x"], "--format is 'x'"),
    (["{calls}", "--bad"], "option --bad not recognized"), (["no.pcap", "--ladder", "1"], "no.pcap cannot be read"),
])
def test_refusals_are_one_sentence(tool, calls, arguments, sentence):
    assert sentence in tool.refusal(*(argument.replace("{calls}", str(calls)) for argument in arguments))


def test_what_cannot_be_read_is_said_and_the_rest_listed(tool, calls):
    cut = tool.folder / "cut.pcap"
    cut.write_bytes(calls.read_bytes()[:-30])
    result = tool.start("missing.pcap", cut)
    assert result.returncode == 2
    assert b"missing.pcap: it cannot be read" in result.stderr
    assert b"cut short" in result.stderr
    assert b"4 calls" in result.stdout
