# SPDX-License-Identifier: GPL-2.0-or-later
"""What sipresp-gate and sipresp-report go by: settings of their own, what is named, and what they say of it."""

import os
import re
import struct

import pytest
from gate import PROGRAM as GATE
from gate import WARNING
from packets import response, tcp, write_capture
from reports import CAPTURES
from reports import PROGRAM as REPORT

SPLIT_AT = 200
ON_PURPOSE = {"tcp.desegment_tcp_streams: FALSE\n": "preferences", "sip\n": "disabled_protos"}
UNNAMED = "1 capture, 1 frame with responses: no findings; clean, status 0"
DECRYPTION_SECRETS = 0x0000000A


def split_response(folder):
    """A response in two segments, in which no rule is broken that is not broken in a half of it."""
    headers = [f"Subject: {'x' * 300}", 'WWW-Authenticate: Digest realm="x"']
    message = response("SIP/2.0 401 Unauthorized", "REGISTER", headers)
    write_capture(folder / "split.pcap", [tcp(message[:SPLIT_AT]), tcp(message[SPLIT_AT:], sequence=1 + SPLIT_AT)])
    return "split.pcap"


def user_settings(folder, profile=None):
    """A home whose owner has turned off what most captures need; the folder has everything there open to all."""
    place = folder / "home" / ".config" / "wireshark"
    place = place / "profiles" / profile if profile else place
    place.mkdir(parents=True)
    for content, name in ON_PURPOSE.items():
        (place / name).write_text(content)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return folder / "home"


@pytest.mark.parametrize("as_user", [False, True], ids=["as-is", "as-nobody"])
def test_the_settings_of_the_user_change_no_verdict(gate, wireshark, commands_of_everybody, as_user):
    """Guards against a verdict that differs between root and a user, or by the preferences of whoever asks."""
    capture = split_response(gate.folder)
    result = gate.start(capture, prefix=wireshark.prefix if as_user else (), HOME=user_settings(gate.folder),
                        program=commands_of_everybody / "sipresp-gate")
    assert (result.returncode, result.stdout) == (0, UNNAMED + "\n"), result


def test_the_settings_of_the_user_change_no_report(tool, wireshark, commands_of_everybody):
    capture = split_response(tool.folder)
    home = user_settings(tool.folder)
    said = tool.report(capture, HOME=home, prefix=wireshark.prefix, program=commands_of_everybody / "sipresp-report")
    assert said.startswith(b"1 SIP response in 1 capture")


def test_a_profile_that_is_named_is_used_and_said(gate, tool):
    """Also as root, whose tshark runs as another user, who may not enter the home of root."""
    capture = split_response(gate.folder)
    home = user_settings(gate.folder, "mine")
    home.chmod(0o700)
    status, lines = gate.judge("--profile", "mine", capture, HOME=home)
    assert (status, lines[-1]) == (3, "1 capture, 0 frames with responses, judged with --profile mine: "
                                      "1 capture with nothing to judge; nothing to judge, status 3")
    report = tool.report("--profile", "mine", capture, HOME=home).decode()
    assert report.startswith("0 SIP responses in 1 capture") and "\nRead with: --profile mine\n" in report
    assert gate.judge(capture, HOME=home) == (0, [UNNAMED])


def test_the_profile_outside_all_profiles(gate):
    capture = split_response(gate.folder)
    assert gate.judge("--profile", "Default", capture, HOME=user_settings(gate.folder))[0] == 3


def test_a_preference_that_is_named_is_used_and_said(gate, tool):
    capture = split_response(gate.folder)
    off = ("--set", "tcp.desegment_tcp_streams:FALSE", "--set", "tcp.relative_sequence_numbers:TRUE")
    assert gate.judge("--require", "tcp.reassembled_in", capture)[0] == 0
    status, lines = gate.judge("--require", "tcp.reassembled_in", *off, capture)
    assert status == 1
    assert ", judged with --set tcp.desegment_tcp_streams:FALSE, --set tcp.relative_sequence_numbers:TRUE: " in lines[-1]
    assert tool.json(*off, capture)["settings"] == [
        "--set tcp.desegment_tcp_streams:FALSE", "--set tcp.relative_sequence_numbers:TRUE"]


@pytest.mark.parametrize("way", [[], ["--parallel"]], ids=["here", "parallel"])
def test_what_is_named_reaches_every_tshark(tool, way):
    """Guards against jobs of parallel that read with other settings, and {2} in a value taken for a place."""
    capture = split_response(tool.folder)
    report = tool.json(*way, "--set", "sip.display_raw_text:FALSE", "--set", "tcp.desegment_tcp_streams:FALSE",
                       "--filter", "sip.class in {2} || !tcp.reassembled_in", capture)
    whole = tool.json(*way, capture)
    assert report["settings"] and report["by_code"] != [] and whole["settings"] == []
    assert report["captures"] == whole["captures"] == [{"name": capture, "problem": None}]


def test_merged_reports_name_what_each_was_read_with(tool):
    for name, options in (("one", []), ("two", ["--set", "tcp.desegment_tcp_streams:TRUE"])):
        (tool.folder / name).write_bytes(tool.form("json", *options, CAPTURES / "busy.pcapng"))
    assert tool.json("--merge", "one", "two")["settings"] == ["--set tcp.desegment_tcp_streams:TRUE"]
    for form, said in (("csv", "setting,,,,,'--set tcp."), ("html", "Read with <code>--set tcp.")):
        assert said in tool.form(form, "--merge", "two").decode()


def take_keys(source, capture, keys):
    """Writes the capture without the keys that it holds, and these beside it."""
    data, at, kept, found = source.read_bytes(), 0, b"", b""
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == DECRYPTION_SECRETS:
            found += data[at + 16:at + 16 + struct.unpack_from("<I", data, at + 12)[0]]
        else:
            kept += data[at:at + length]
        at += length
    assert found
    capture.write_bytes(kept)
    keys.write_bytes(found)
    keys.chmod(0o600)


def test_keys_for_tls(gate, tool):
    """Guards against a root whose tshark may not read the keys, and against keys that lie open while it runs."""
    take_keys(CAPTURES / "tls.pcapng", gate.folder / "tls.pcapng", gate.folder / "it's keys=1")
    assert gate.judge("tls.pcapng")[0] == 3
    status, lines = gate.judge("--keylog", "it's keys=1", "tls.pcapng")
    assert status == 0 and ", judged with --keylog it's keys=1: " in lines[-1]
    assert tool.json("--keylog", "it's keys=1", "--parallel", "tls.pcapng")["responses"] > 0


REFUSED = {
    "--set 'tcp' is no preference with a value; write it as in: ": ["--set", "tcp"],
    "--set sipresp.Check:FALSE would change what this tool itself sets": ["--set", "sipresp.Check:FALSE"],
    "--set no.such:1: unknown preference; tshark -G currentprefs lists what there is": ["--set", "no.such:1"],
    "there is no profile 'absent' in ": ["--profile", "absent"],
    "--profile '../x' is no name of a profile": ["--profile", "../x"],
    "--profile '' is no name of a profile": ["--profile", ""],
    "--keylog absent cannot be read: No such file or directory; name a file of TLS keys": ["--keylog", "absent"],
    "--keylog pipe cannot be read: it is no regular file": ["--keylog", "pipe"],
    "--keylog names no file": ["--keylog", ""],
}


@pytest.mark.parametrize("program", [GATE, REPORT], ids=["gate", "report"])
@pytest.mark.parametrize("sentence, options", REFUSED.items(), ids=range(len(REFUSED)))
def test_settings_that_there_are_not(gate, tool, program, sentence, options):
    os.mkfifo(gate.folder / "pipe")
    refusal = gate.refusal if program == GATE else tool.refusal
    assert sentence in refusal(*options, gate.capture("clean"))


def test_the_verdict_names_every_configuration_it_read(gate):
    """Guards against a file beside a stranger's capture that silences the gate without a word."""
    for place in ("here", "there", "bare"):
        (gate.folder / place).mkdir()
        gate.capture("warning", f"{place}/warning.pcap")
    (gate.folder / "here" / "sipresp-gate.toml").write_text('allow = ["401-www-authenticate"]\n')
    (gate.folder / "there" / "sipresp-gate.toml").write_text('fail-on = "error"\n')
    captures = [f"{place}/warning.pcap" for place in ("here", "there", "bare")]
    status, lines = gate.judge(*captures)
    assert (status, len(lines)) == (1, 2)
    assert lines[-1] == ("3 captures, 3 frames with responses, judged with here/sipresp-gate.toml, "
                         "there/sipresp-gate.toml: 1 warning, 1 finding below --fail-on; findings, status 1")
    status, lines = gate.judge("--no-config", *captures)
    assert status == 1 and lines == [f"{capture}:2: {WARNING}" for capture in captures] + [
        "3 captures, 3 frames with responses: 3 warnings; findings, status 1"]
    gate.judge("--junit", "out.xml", "--set", "tcp.desegment_tcp_streams:TRUE", *captures)
    assert re.findall('<testcase [^>]*name="(.*?)"', (gate.folder / "out.xml").read_text()) == [
        "findings, judged with here/sipresp-gate.toml, --set tcp.desegment_tcp_streams:TRUE",
        "findings, judged with there/sipresp-gate.toml, --set tcp.desegment_tcp_streams:TRUE",
        "findings, judged with --set tcp.desegment_tcp_streams:TRUE"]
    _, lines = gate.judge("--config", "there/sipresp-gate.toml", *captures)
    assert ", judged with there/sipresp-gate.toml: " in lines[-1]


def test_the_command_line_beats_the_file(gate):
    """Guards against a file that allows what nobody who calls the gate allows."""
    (gate.folder / "sipresp-gate.toml").write_text('allow = ["401-www-authenticate"]\nfail-on = "error"\n')
    capture = gate.capture("warning")
    assert gate.judge(capture)[0] == 0
    assert gate.judge("--allow", "405-allow", capture)[0] == 0
    assert gate.judge("--allow", "405-allow", "--fail-on", "warning", capture)[0] == 1
    assert gate.judge("--fail-on", "warning", capture)[0] == 0
    assert "--config names a file and --no-config reads none" in gate.refusal(
        "--config", "sipresp-gate.toml", "--no-config", capture)


def write_long(path):
    path.write_bytes(b"# nothing\n" * 200_000)


BAD_FILES = {
    "pipe": (os.mkfifo, "cannot be read: it is no regular file; "),
    "device": (lambda path: path.symlink_to("/dev/zero"), "cannot be read: it is no regular file; "),
    "folder": (os.mkdir, "cannot be read: it is a folder; "),
    "long": (write_long, "has more than 65536 bytes; "),
    "deep": (lambda path: path.write_text("allow = " + "[" * 50_000), "is nested too deep; "),
    "deepest": (lambda path: path.write_text("allow = " + "[" * 100_000), "has more than 65536 bytes; "),
    "tables": (lambda path: path.write_text("a" + ".a" * 30_000 + " = 1"), "is nested too deep; "),
    "quoted": (lambda path: path.write_text(("'a'." * 15_000) + "a = 1"), "is nested too deep; "),
    "binary": (lambda path: path.write_bytes(b"\xff\xfe"), "is no TOML: "),
}


@pytest.mark.parametrize("named", [False, True], ids=["beside", "named"])
@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_configuration_that_is_none(gate, kind, named):
    """Guards against a gate that waits for a pipe for ever, fills the memory, or ends with status 1, as for findings."""
    make, fault = BAD_FILES[kind]
    make(gate.folder / "sipresp-gate.toml")
    sentence = gate.refusal(*(["--config", "sipresp-gate.toml"] if named else []), gate.capture("clean"))
    assert fault in sentence and "sipresp-gate.toml" in sentence and "Traceback" not in sentence
    assert named or gate.judge("--no-config", "clean.pcap")[0] == 0


def test_points_in_filters_and_comments_are_no_nesting(gate):
    filters = ", ".join(['"sip.class == 6 && sip.Call-ID contains \\"x.y\\""', "'sip.class == 6'"] * 100)
    (gate.folder / "sipresp-gate.toml").write_text(f"# {'.' * 500}\nfail-if = [{filters}]\n")
    assert gate.judge(gate.capture("clean"))[0] == 0
