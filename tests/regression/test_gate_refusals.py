# SPDX-License-Identifier: GPL-2.0-or-later
"""Exit status 2 of sipresp-gate: what cannot be judged, each with the sentence that helps."""

import json
import os
import shutil

import pytest
from gate import AS_ROOT, WARNING
from wireshark import REPOSITORY

MISUSES = {
    "no capture is named; name at least one": [],
    "option --fail-iff not recognized; sipresp-gate --help lists the options": ["--fail-iff", "sip", "clean.pcap"],
    "a capture whose name begins with '-' goes after '--'": ["-clean.pcap"],
    "--fail-on is 'fatal'; it takes one of note, warning, error": ["--fail-on", "fatal", "clean.pcap"],
    "--require has an empty display filter": ["--require", " ", "clean.pcap"],
    "--allow has 'a,b', which is no rule id": ["--allow", "a,b", "clean.pcap"],
    "--allow no-such-rule: the plugin has no such rule": ["--allow", "no-such-rule", "clean.pcap"],
    "--require 'sip.klass' is no display filter: ":
        ["--fail-if", "sip", "--require", "sip.klass", "clean.pcap", "empty.pcap"],
    "there is no configuration file absent.toml": ["--config", "absent.toml", "clean.pcap"],
    "the configuration file clean.pcap is no TOML": ["--config", "clean.pcap", "clean.pcap"],
    "the configuration file . cannot be read: it is a folder": ["--config", ".", "clean.pcap"],
    "key.toml: fail_if is no key; the keys are fail-if, require, fail-on, allow, allow-empty":
        ["--config", "key.toml", "clean.pcap"],
    "list.toml: allow is no list of strings": ["--config", "list.toml", "clean.pcap"],
    "truth.toml: allow-empty is 'yes'; it takes true or false": ["--config", "truth.toml", "clean.pcap"],
    "null.toml: fail-if has a display filter with a null character": ["--config", "null.toml", "clean.pcap"],
    "--junit absent/out.xml cannot be written: No such file or directory":
        ["--junit", "absent/out.xml", "clean.pcap"],
    "--json names no file; give the path of one": ["--json", "", "clean.pcap"],
}


@pytest.mark.parametrize("sentence, arguments", MISUSES.items(), ids=range(len(MISUSES)))
def test_misuse(gate, sentence, arguments):
    gate.capture("clean")
    gate.capture("empty")
    for name, text in (("key", "fail_if = []"), ("list", "allow = '405-allow'"), ("truth", "allow-empty = 'yes'"),
                       ("null", 'fail-if = ["\\u0000"]')):
        (gate.folder / f"{name}.toml").write_text(text)
    assert sentence in gate.refusal(*arguments)


def unreadable_files(folder):
    (folder / "a folder").mkdir()
    (folder / "nothing").touch()
    (folder / "junk").write_bytes(b"not a capture\n" * 100)
    os.mkfifo(folder / "pipe")
    return {"absent": "it cannot be read: No such file or directory; correct its path",
            "a folder": "it cannot be read: it is a folder; name the files themselves",
            "pipe": "it cannot be read: it is no regular file; name the files themselves",
            "nothing": "it cannot be read: it is empty; name the files themselves",
            "junk": "it is no capture file that tshark knows; name a pcap or pcapng file"}


def test_unreadable_captures_do_not_keep_others_from_being_judged(gate):
    """Guards against a pipe that is waited for, and against one bad file that ends it all."""
    sentences = unreadable_files(gate.folder)
    status, lines = gate.judge(*sentences, gate.capture("warning"))
    assert status == 2
    for line, (name, sentence) in zip(lines, sentences.items()):
        assert line.startswith(f"{name}: could not judge: {sentence}"), lines
    assert lines[-2:] == [f"warning.pcap:2: {WARNING}", "6 captures, 1 frame with responses: 1 warning, "
                          "5 captures not judged; could not judge, status 2"]


def test_a_text_is_no_capture_without_responses(gate):
    """tshark takes JSON for a capture of one packet. Guards against a verdict on it, clean with --allow-empty."""
    (gate.folder / "report.json").write_text('{"a": 1}\n')
    status, lines = gate.judge("--allow-empty", "report.json")
    assert status == 2
    assert lines[0] == ("report.json: could not judge: it is a text file, and no SIP response is in it; "
                        "name a pcap or pcapng file")


def test_a_cut_capture_shows_what_it_has_and_decides_no_more(gate):
    """Guards against a verdict on frames that were not there to be seen."""
    gate.capture("warning")
    whole = (gate.folder / "warning.pcap").read_bytes()
    (gate.folder / "cut.pcap").write_bytes(whole + whole[24:-9])
    status, lines = gate.judge("cut.pcap", "--require", "sip.class == 4", "--require", "sip.class == 6",
                               "--fail-if", "sip.class == 5", "--junit", "out.xml")
    assert status == 2
    assert lines[:-1] == [f"cut.pcap:2: {WARNING}", "cut.pcap: could not judge: it is cut short in the middle of a "
                          "packet, and what came after could not be judged; record it anew, or let the recorder "
                          "end before the file is taken"]
    assert (gate.folder / "out.xml").read_text().count("<error ") == 3


def test_a_corrupt_capture(gate):
    """A block whose two lengths differ: tshark ends there and has judged what comes before."""
    data = bytearray((REPOSITORY / "captures" / "busy.pcapng").read_bytes())
    data[-4:] = b"\0\0\0\x10"
    (gate.folder / "busy.pcapng").write_bytes(data)
    status, lines = gate.judge("busy.pcapng")
    assert status == 2
    assert lines[0].startswith("busy.pcapng: could not judge: it is damaged or corrupt, and what came after "), lines
    assert "1 capture, 3 frames with responses: 1 capture not judged" in lines[1]


def test_plugin_not_installed(gate):
    (gate.folder / "plugins").mkdir()
    sentence = gate.refusal(gate.capture("clean"), WIRESHARK_PLUGIN_DIR=gate.folder / "plugins")
    assert sentence.startswith("tshark does not load the plugin sipresp; install it")


def plugin_copy(gate, wireshark):
    """A copy of the plugin, to be spoilt."""
    copied = shutil.copytree(wireshark.plugins, gate.folder / "plugins")
    return copied, next(copied.rglob("sipresp.so"))


def test_plugin_that_does_not_load(gate, wireshark):
    """Guards against a build that goes green since tshark goes on without the plugin."""
    folder, plugin = plugin_copy(gate, wireshark)
    plugin.write_bytes(b"no plugin")
    sentence = gate.refusal(gate.capture("clean"), WIRESHARK_PLUGIN_DIR=folder)
    assert sentence.startswith("the plugin is there but tshark does not load it (")
    assert sentence.endswith("install the sipresp that was built for this Wireshark")


def test_plugin_of_another_version(gate, wireshark):
    folder, plugin = plugin_copy(gate, wireshark)
    plugin.write_bytes(plugin.read_bytes().replace(b"0.1.0\0", b"0.0.9\0"))
    assert gate.refusal(gate.capture("clean"), "--junit", "out.xml", WIRESHARK_PLUGIN_DIR=folder) == (
        "tshark loads the plugin sipresp in version 0.0.9 and this is sipresp-gate 0.1.0; "
        "install both from the same package")
    assert '<error type="not-judged"' in (gate.folder / "out.xml").read_text()


def test_no_tshark(gate):
    sentence = gate.refusal(gate.capture("clean"), PATH=gate.folder)
    assert sentence == "there is no tshark in PATH; install it, on Debian: apt-get install tshark"


def fake_tshark(gate, judging):
    """A tshark that lists the plugin, and for a capture does what it is told."""
    (gate.folder / "bin").mkdir(exist_ok=True)
    (gate.folder / "bin" / "tshark").write_text(
        '#!/bin/sh\n[ "$1" != -G ] || { printf "sipresp.so\\t0.1.0\\tdissector\\t/x\\n"; exit; }\n' + judging)
    (gate.folder / "bin" / "tshark").chmod(0o755)
    gate.folder.chmod(0o755)  # nobody has to find the fake one
    return f"{gate.folder / 'bin'}:{os.environ['PATH']}"


@pytest.mark.parametrize("judging, sentence", [
    ("kill -SEGV $$", "tshark was ended by signal 11"),
    ("exit 0", "tshark ended with status 0: it says nothing"),
    ("echo '<pdml></wrong>'", "the answer of tshark is not to be understood"),
    ("echo 'tshark: out of memory' >&2; exit 1", "tshark ended with status 1: out of memory"),
    ("printf '<pdml>\\n</pdml>\\n'", "the statistics of tshark are not to be understood")],
    ids=["crash", "silent", "no-xml", "status", "no-statistics"])
def test_tshark_that_fails_is_no_clean_capture(gate, judging, sentence):
    status, lines = gate.judge(gate.capture("clean"), "--require", "sip", PATH=fake_tshark(gate, judging))
    assert status == 2
    assert lines[0].startswith(f"clean.pcap: could not judge: {sentence}"), lines


FIVE_HUNDRED = 500
ANSWERS = """sleep 0.0$(($$ % 5))
frame=$(dd bs=1 skip=24 count=4 status=none | od -An -tu4)
printf '<pdml>\\n<packet><field name="num" show="%d"/><proto name="sipresp">' $frame
printf '<field name="sipresp.check" show="rule-a"><field name="_ws.expert.message" show="401. Text [RFC 1]"/>'
printf '<field name="_ws.expert.severity" show="6291456"/></field></proto></packet>\\n</pdml>\\n'
printf 'Protocol Hierarchy Statistics\\nFilter: sip.class || sipresp.check\\n\\nframe  frames:1 bytes:9\\n=====\\n'
"""


def test_five_hundred_captures_stay_in_order_with_few_open_files(gate):
    """Guards against results in the order of their making, and against a file left open for each capture.

    tshark is a fake one that says what stands in the capture, since the real one takes minutes for so many.
    """
    names = [f"{number}.pcap" for number in range(FIVE_HUNDRED)]
    for number, name in enumerate(names):
        (gate.folder / name).write_bytes(bytes(24) + (1_700_000_000 + number).to_bytes(4, "little"))
    status, lines = gate.judge("--json", "out.json", *names, PATH=fake_tshark(gate, ANSWERS),
                               prefix=["prlimit", "--nofile=40"])
    assert status == 1
    assert lines[:-1] == [f"{number}.pcap:{1_700_000_000 + number}: warning: 401: Text [rule-a, RFC 1]"
                          for number in range(FIVE_HUNDRED)]
    assert lines[-1] == "500 captures, 500 frames with responses: 500 warnings; findings, status 1"
    assert len([json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]) == FIVE_HUNDRED


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_a_capture_of_somebody_else(gate, wireshark, commands_of_everybody):
    gate.capture("clean")
    gate.folder.chmod(0o755)
    result = wireshark.run(commands_of_everybody / "sipresp-gate", gate.folder / "clean.pcap", check=False)
    assert result.returncode == 2
    assert "it cannot be read: Permission denied; change its permissions, or run as its owner" in result.stdout


@pytest.mark.skipif(not AS_ROOT, reason="only root can lose the right to become another user")
def test_root_that_may_not_become_nobody(gate):
    """A container without the capability to change users: the system-wide plugin, and a word about it."""
    result = gate.start(gate.capture("clean"), prefix=["setpriv", "--bounding-set=-setuid,-setgid"])
    assert result.stderr.startswith("sipresp-gate: running tshark as root with the system-wide plugin, since ")
