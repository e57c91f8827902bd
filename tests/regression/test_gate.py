# SPDX-License-Identifier: GPL-2.0-or-later
"""What sipresp-gate makes of captures it can judge: every option, every exit status but 2."""

import itertools
import json
import os
import pty
import subprocess

import pytest
from gate import AS_ROOT, CAPTURES, PROGRAM, WARNING
from packets import ALICE, BOB, IP_UDP, ipv4, request, response, udp, write_capture
from wireshark import REPOSITORY


def test_clean(gate):
    status, lines = gate.judge(gate.capture("clean"))
    assert (status, lines) == (0, ["1 capture, 1 frame with responses: no findings; clean, status 0"])


def test_a_finding_names_file_frame_rule_and_reference(gate):
    status, lines = gate.judge(gate.capture("warning"))
    assert lines == [f"warning.pcap:2: {WARNING}",
                     "1 capture, 1 frame with responses: 1 warning; findings, status 1"]
    assert status == 1


def test_responses_of_one_frame_are_kept_apart(gate):
    """Guards against the phrase of one response beside the fault of another."""
    _, lines = gate.judge(gate.capture("several"))
    assert [line.partition(" [")[0] for line in lines[:-1]] == [
        "several.pcap:1: warning: 401 Unauthorized to REGISTER lacks WWW-Authenticate",
        "several.pcap:1: warning: 405 Method Not Allowed to REFER lacks Allow"]


def test_a_fault_of_a_transaction(gate):
    """Guards against a pattern for messages that knows only what responses lack or have."""
    asked = ipv4(IP_UDP, udp(request("MESSAGE"))[20:], ALICE, BOB)
    write_capture(gate.folder / "early.pcap", [asked, udp(response("SIP/2.0 100 Trying", "MESSAGE"))])
    _, lines = gate.judge("--fail-on", "note", "early.pcap")
    assert lines[:-1] == ["early.pcap:2: note: 100 Trying to MESSAGE came within 3.5 s "
                          "[100-non-invite-early, RFC 4320 4.1]"]


def test_what_only_the_end_of_the_capture_tells(gate):
    """Guards against one pass, in which no answer is known to be left without its ACK."""
    capture = REPOSITORY / "captures" / "lost-ack.pcapng"
    status, lines = gate.judge("--fail-if", "sipresp.code == 180 && sipresp.final_in", capture)
    assert status == 1
    assert (f"{capture}:4: warning: 200 OK to INVITE was sent 11 times [final-unacknowledged, RFC 3261 13.2.2.4] "
            "x 11, first in frame 4") in lines
    assert f"{capture}:3: error: SIP/2.0 180 Ringing matches " in "\n".join(lines)


def test_a_method_that_nobody_registered_is_named(gate):
    """Guards against a message that Wireshark ends early, so that the reference behind it is lost."""
    write_capture(gate.folder / "long.pcap", [udp(response("SIP/2.0 799 What", "A" * 300))])
    status, lines = gate.judge("long.pcap")
    assert status == 1
    assert lines[0] == (f"long.pcap:1: error: 799 to {'A' * 300}: No receiver can make anything of it. A status code is three digits from 100 to 699 "
                        "[code-out-of-range, RFC 3261 7.2]")


@pytest.mark.parametrize("level, statuses", [
    ("note", {"clean": 0, "note": 1, "warning": 1, "error": 1}),
    ("warning", {"clean": 0, "note": 0, "warning": 1, "error": 1}),
    ("error", {"clean": 0, "note": 0, "warning": 0, "error": 1})])
def test_fail_on(gate, level, statuses):
    captures = [gate.capture(kind) for kind in statuses]
    status, lines = gate.judge("--fail-on", level, *captures)
    assert status == 1
    assert [line.partition(".")[0] for line in lines[:-1]] == [kind for kind, status in statuses.items() if status]


def test_findings_below_the_threshold_are_counted(gate):
    status, lines = gate.judge(gate.capture("note"))
    assert (status, lines) == (0, ["1 capture, 1 frame with responses: 1 finding below --fail-on; clean, status 0"])


def test_allow(gate):
    assert gate.judge("--allow", "401-www-authenticate", gate.capture("warning"))[0] == 0
    assert gate.judge("--allow", "405-allow", gate.capture("warning"))[0] == 1


def test_fail_if(gate):
    capture = gate.capture("failed")
    status, lines = gate.judge("--fail-if", "sip.class >= 5", "--fail-if", "sip.class == 2", capture)
    assert status == 1
    assert lines[:-1] == [
        "failed.pcap:2: error: SIP/2.0 503 Service Unavailable matches --fail-if 'sip.class >= 5' [fail-if]",
        "failed.pcap:1: error: SIP/2.0 200 OK matches --fail-if 'sip.class == 2' [fail-if]"]
    assert gate.judge("--fail-if", "sip.class == 6", capture)[0] == 0


def test_require(gate):
    captures = [gate.capture("clean"), gate.capture("failed")]
    status, lines = gate.judge("--require", "sip.class == 5", "--require", "sip.class == 2", *captures)
    assert status == 1
    assert lines == ["clean.pcap: error: no frame matches --require 'sip.class == 5' [require]",
                     "2 captures, 3 frames with responses: 1 expectation not met; findings, status 1"]
    assert gate.judge("--require", "sip.class == 2", *captures)[0] == 0


@pytest.mark.parametrize("text", [
    "sip.class in {2, 5}", "-frame.number == -1", 'sip contains "a\nb" || sip.class',
    'sip contains "$(exit 1)`exit 1`;|" || sip.class'])
def test_filters_are_data(gate, text):
    """Guards against a filter cut at a comma, taken for an option, or read by a shell."""
    status, lines = gate.judge("--require", text, "--fail-if", text, gate.capture("clean"))
    assert status == 1
    assert lines[-2].endswith(" [fail-if]") and not any("[require]" in line for line in lines)


def test_a_filter_cannot_reach_into_another(gate):
    """Guards against filters pasted together: this one would turn round the one before it."""
    assert "is no display filter" in gate.refusal("--fail-if", "sip) || (sip", gate.capture("clean"))


def test_nothing_to_judge(gate):
    status, lines = gate.judge(gate.capture("empty"))
    assert status == 3
    assert lines[0].startswith("empty.pcap: nothing to judge: it holds no SIP response; ")
    assert gate.judge("--allow-empty", gate.capture("empty"))[0] == 0
    assert gate.judge("--require", "sip.class", "--allow-empty", gate.capture("empty"))[0] == 1


@pytest.mark.parametrize("kinds, expected", [
    ("clean warning empty absent", 2), ("clean warning empty", 1), ("clean empty", 3), ("empty absent", 2),
    ("absent warning", 2)])
def test_the_worst_of_several_counts(gate, kinds, expected):
    captures = [gate.capture(kind) if kind in CAPTURES else f"{kind}.pcap" for kind in kinds.split()]
    assert gate.judge(*captures)[0] == expected


def test_config_beside_the_capture_holds_for_that_folder(gate):
    (gate.folder / "here").mkdir()
    (gate.folder / "there").mkdir()
    (gate.folder / "here" / "sipresp-gate.toml").write_text('require = ["sip.class == 6"]\nallow-empty = true\n')
    captures = [gate.capture("clean", f"{place}/clean.pcap") and f"{place}/clean.pcap" for place in ("here", "there")]
    status, lines = gate.judge(*captures)
    assert status == 1
    assert [line.partition(":")[0] for line in lines[:-1]] == ["here/clean.pcap"]


def test_config_named_and_command_line_over_it(gate):
    (gate.folder / "rules.toml").write_text('fail-if = ["sip.class == 6"]\nrequire = []\nfail-on = "note"\n'
                                            'allow = ["401-www-authenticate"]\nallow-empty = true\n')
    (gate.folder / "sipresp-gate.toml").write_text('fail-if = ["frame"]\n')
    captures = [gate.capture(kind) for kind in ("warning", "note", "empty")]
    assert gate.judge("--config", "rules.toml", *captures)[0] == 1
    assert gate.judge("--config", "rules.toml", "--fail-on", "warning", *captures)[0] == 0
    assert gate.judge("--config", "rules.toml", "--allow", "202-refer",
                      "--allow", "401-www-authenticate", *captures)[0] == 0
    # Not added to the list of the file, which may be that of whoever sent the capture.
    assert gate.judge("--config", "rules.toml", "--allow", "202-refer", *captures)[0] == 1
    assert gate.judge("--config", "rules.toml", "--fail-on", "error", "--fail-if", "sip", *captures)[0] == 1


HOSTILE_NAMES = ["it's \"quoted\".pcap", "two\nlines: error: x.pcap", "-r.pcap", "--help", "./-",
                 "$(touch x);.pcap", "\x1b[31mred.pcap", "ümlaut ☎.pcap", b"\xff\xfe.pcap"]


def test_hostile_file_names(gate):
    """Guards against a name taken for an option, for a second line of output, or by a shell."""
    names = [os.fsdecode(name) for name in HOSTILE_NAMES]
    for name in names:
        gate.capture("warning", name)
    status, lines = gate.judge("--json", "out.json", "--junit", "out.xml", "--fail-if", "sip.class", "--", *names)
    assert status == 1 and len(lines) == 2 * len(names) + 1, lines
    assert all(line.isprintable() for line in lines)
    shown = [line.removesuffix(f":2: {WARNING}") for line in lines[:-1:2]]
    assert shown == ["it's \"quoted\".pcap", "two\\nlines: error: x.pcap", "-r.pcap", "--help", "./-",
                     "$(touch x);.pcap", "\\x1b[31mred.pcap", "ümlaut ☎.pcap", "\\xff\\xfe.pcap"]
    said = [json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]
    assert [row["file"] for row in said if row["severity"] == "warning"] == names[:-1] + ["\\xff\\xfe.pcap"]
    assert {path.name for path in gate.folder.iterdir()} == {*map(os.path.basename, names), "out.json", "out.xml"}


def test_json_has_every_finding(gate):
    gate.judge("--json", "out.json", "--require", "sip.class == 6", gate.capture("note"), gate.capture("warning"))
    rows = [json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]
    assert [(row["file"], row["frame"], row["severity"], row["rule"], row["fails"]) for row in rows
            if row["severity"] != "chat"] == [
        ("note.pcap", 1, "note", "202-refer", False), ("note.pcap", None, "error", "require", True),
        ("warning.pcap", 2, "warning", "401-www-authenticate", True), ("warning.pcap", None, "error", "require", True)]
    warning = next(row for row in rows if row["severity"] == "warning")
    assert (warning["code"], warning["method"], warning["reference"]) == ("401", "REGISTER", "RFC 3261 22.2")
    assert warning["text"] == "401 Unauthorized to REGISTER lacks WWW-Authenticate"
    assert rows[1]["filter"] == "sip.class == 6"


def on_terminal(gate, *arguments, **changes):
    """All output of the gate whose standard output and error are a terminal."""
    try:
        leader, follower = pty.openpty()
    except OSError as error:
        pytest.skip(f"this system has no pseudo-terminals: {error}")
    environment = {**gate.environment, "TERM": "xterm", **changes}
    process = subprocess.Popen([PROGRAM, *arguments], cwd=gate.folder, env=environment, stdin=subprocess.DEVNULL,
                               stdout=follower, stderr=follower)
    os.close(follower)
    shown = b""
    try:
        for _ in itertools.count():
            shown += os.read(leader, 65536)
    except OSError:  # Linux says so when the last writer is gone.
        os.close(leader)
    assert process.wait() == 1
    return shown.decode()


def test_colours_and_progress_on_a_terminal_only(gate):
    captures = [gate.capture("warning"), gate.capture("clean")]
    shown = on_terminal(gate, *captures)
    assert "\x1b[1;35mwarning\x1b[0m" in shown and "1 of 2 captures" in shown
    without = on_terminal(gate, *captures, NO_COLOR="1")
    assert "\x1b[1;35m" not in without and "1 of 2 captures" in without
    piped = gate.start(*captures)
    assert "\x1b" not in piped.stdout + piped.stderr and "of 2 captures" not in piped.stdout + piped.stderr


def test_a_reader_that_goes_away_does_not_change_the_verdict(gate):
    """Guards against a broken pipe that ends as a traceback and another status."""
    gate.capture("warning")
    script = '{ "$1" warning.pcap; echo $? >status; } | true'
    subprocess.run(["sh", "-c", script, "sh", PROGRAM], cwd=gate.folder, env=gate.environment, stderr=subprocess.DEVNULL, check=True)
    assert (gate.folder / "status").read_text() == "1\n"


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_root_says_whom_tshark_runs_as_and_others_need_not(gate, wireshark, commands_of_everybody):
    gate.capture("clean")
    said = gate.start("clean.pcap").stderr
    assert said == "sipresp-gate: running tshark as user nobody with the plugin of WIRESHARK_PLUGIN_DIR\n"
    gate.folder.chmod(0o755)
    (gate.folder / "clean.pcap").chmod(0o644)
    result = wireshark.run(commands_of_everybody / "sipresp-gate", gate.folder / "clean.pcap")
    assert (result.returncode, result.stderr) == (0, "")
