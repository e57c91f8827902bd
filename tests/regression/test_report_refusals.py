# SPDX-License-Identifier: GPL-2.0-or-later
"""Exit status 2 of sipresp-report: what could not be read, each with the sentence that helps."""

import json
import os

import pytest
from reports import CAPTURES, response_record

from reporting import html_form
from shared.problem import Problem

AS_ROOT = os.getuid() == 0
BUSY = str(CAPTURES / "busy.pcapng")
MISUSES = {
    "no capture is named; name at least one": [],
    "option --formt not recognized; sipresp-report --help lists the options": ["--formt", "csv", BUSY],
    "a file whose name begins with '-' goes after '--'": ["-x.pcap"],
    "--format is 'xml'; it takes one of text, json, csv, html": ["--format", "xml", BUSY],
    "--jobs is '0'; it takes a number from 1 to 1000": ["-j", "0", BUSY],
    "--filter is empty; write one as in: ": ["--filter", " ", BUSY],
    "--output names no file": ["--output", "", BUSY],
    "--records and --merge are for different files": ["--records", "--merge", "x"],
    "--merge reads no captures, so --filter has nothing to work on": ["--merge", "--filter", "sip", "x"],
    "--records reads no captures, so --parallel, --sshlogin, --retries or --resume has nothing to work on":
        ["--records", "--sshlogin", ":", "x"],
    "--shard is '0/3'; it takes which part of how many": ["--shard", "0/3", BUSY],
    "--shard is '4/3'; it takes which part of how many": ["--shard", "4/3", BUSY],
    "--retries is '0'; it takes a number from 1 to 100": ["--retries", "0", BUSY],
    "--by is 'shoe'; it takes one of peer, hour": ["--by", "shoe", BUSY],
    "--peers names the rows of --by peer; give that too": ["--peers", "x", BUSY],
    "--peers absent cannot be read: No such file or directory": ["--by", "peer", "--peers", "absent", BUSY],
    "--resume records/x cannot be written: Not a directory": ["--resume", "records/x", BUSY],
    "--transfer copies captures to other hosts; name these with --sshlogin": ["--transfer", BUSY],
    "--chart-js absent.js cannot be read; name the file chart.min.js":
        ["--format", "html", "--chart-js", "absent.js", BUSY],
    "records is no Chart.js for a script element":
        ["--format", "html", "--chart-js", "records", "--records", "records"],
    "--output absent/x cannot be written: No such file or directory": ["--output", "absent/x", "--records", "records"],
}


@pytest.mark.parametrize("sentence, arguments", MISUSES.items(), ids=range(len(MISUSES)))
def test_misuse(tool, sentence, arguments):
    (tool.folder / "records").write_text(response_record(1))
    assert sentence in tool.refusal(*arguments)


@pytest.mark.parametrize("way", [[], ["--parallel"]], ids=["here", "parallel"])
def test_no_display_filter(tool, way):
    assert "--filter 'sip.klass' is no display filter: " in tool.refusal(*way, "--filter", "sip.klass", BUSY)


def test_captures_that_cannot_be_read_do_not_keep_others_from_being_counted(tool):
    """Guards against one bad file that ends it all, and against one that is left out without a word."""
    whole = (CAPTURES / "busy.pcapng").read_bytes()
    (tool.folder / "whole").write_bytes(whole)
    (tool.folder / "cut").write_bytes(whole[:-9])
    (tool.folder / "nothing").touch()
    (tool.folder / "junk").write_bytes(b"not a capture\n" * 100)
    (tool.folder / "a folder").mkdir()
    os.mkfifo(tool.folder / "pipe")
    names = ["absent", "whole", "a folder", "nothing", "pipe", "junk", "cut"]
    result = tool.start("--format", "json", *names)
    assert result.returncode == 2
    report = json.loads(result.stdout)
    problems = {row["name"]: row["problem"] for row in report["captures"]}
    assert problems.pop("whole") is None and report["responses"] >= 3
    assert problems.pop("cut").startswith("it is cut short in the middle of a packet, and what came after could not be ")
    assert problems.pop("junk") == "it is no capture file that tshark knows; name a pcap or pcapng file"
    assert all(problem.startswith("it cannot be read: ") for problem in problems.values())
    said = tool.said(result)
    assert said[0] == "a folder: it cannot be read: it is a folder; name the files themselves, each a pcap or pcapng"
    assert said[-1] == ("6 captures of 7 not read, or not to the end; what could be read is in the report")
    (tool.folder / "partial").write_bytes(result.stdout)
    merged = tool.start("--merge", "partial")
    assert merged.returncode == 2 and b"\nNot read, or not to the end:\na folder: it cannot be read" in merged.stdout


def test_records_that_end_in_the_middle(tool):
    (tool.folder / "records").write_text(response_record(1) + response_record(2)[:50])
    result = tool.start("--records", "records", "absent")
    assert result.returncode == 2 and result.stdout.startswith(b"1 SIP response in 2 captures")
    assert tool.said(result)[:2] == [
        "absent: it cannot be read: No such file or directory; correct its path",
        "records: its line 2 is no record, and what came after could not be counted; "
        "make it anew with tshark -q -z sipresp,records"]


def change(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("spoil, sentence", [
    (lambda text: text[:-20], "it is no JSON; name files that --format json wrote"),
    (lambda text: "[]", "it is no report of sipresp"),
    (lambda text: "[" * 100_000, "it is no JSON"),
    (lambda text: change(text, '"sipresp_report": 3', '"sipresp_report": 2'), "it has format 2 and this tool knows 3"),
    (lambda text: change(text, '"INVITE", 1]', '"INVITE", -1]'), "it is damaged (Bad: -1 is below 0)"),
    (lambda text: change(text, '"INVITE", 1]', '"INVITE", 7]'), "it is damaged (Bad: kinds do not add up"),
    (lambda text: change(text, '"time_bin_ns": 1000000', '"time_bin_ns": 3'), "it is damaged (Bad: time_bin_ns is no "),
    (lambda text: change(text, '[1700000000100, 2, 1]', '[1e400, 2, 1]'), "it is damaged ("),
    (lambda text: change(text, '[1700000000100, 2, 1]', f'[{10**30}, 2, 1]'), "it is damaged (Bad: there is no time"),
    (lambda text: change(text, '"by_delay"', '"by_deley"'), "it is damaged (KeyError"),
    (lambda text: change(text, '"unread": []', '"unread": [["ftp", null, 1, null, 2]]'), "it is damaged (Bad: unread has "),
    (lambda text: change(text, '"name": "records"', '"name": "\\ud800"'), "it is damaged (UnicodeEncodeError"),
    (lambda text: change(text, '"gaps": []', '"gaps": [[1, "udp", "x", 1, "192.0.2.1", 1, null, null, true, true, null]]'),
     "it is damaged (ValueError"),
    (lambda text: change(text, '"spans": []', '"spans": [[5]]'), "it is damaged (Bad: spans has"),
    (lambda text: change(text, '"by": {}', '"by": {"shoe": []}'), "it is damaged (Bad: by has a table"),
    (lambda text: change(text, '"groups": []', '"groups": [["x", 1, 1, [], "", [[1, "udp", null, 1, null, 1, null, null, '
                                               'false, true, "!"]]]]'), "it is damaged (Error"),
], ids=range(16))
def test_a_bad_partial_report(tool, spoil, sentence):
    """Guards against a traceback, and against a sum that is wrong without a word."""
    (tool.folder / "records").write_text(response_record(1))
    text = tool.form("json", "--records", "records").decode()
    (tool.folder / "good").write_text(text)
    (tool.folder / "bad").write_text(spoil(text))
    assert tool.refusal("--merge", "good", "bad").startswith(f"bad: {sentence}")


def test_reports_of_different_filters_do_not_merge(tool):
    (tool.folder / "records").write_text(response_record(1))
    text = tool.form("json", "--records", "records").decode()
    (tool.folder / "one").write_text(text)
    (tool.folder / "other").write_text(change(text, '"filter": ""', '"filter": "sip"'))
    assert tool.refusal("--merge", "one", "other") == ("other: it was made with --filter 'sip' and those before it "
                                                       "with ''; merge reports of one filter")


def test_no_tshark(tool):
    sentence = tool.refusal(BUSY, PATH=tool.folder, prefix=["/usr/bin/python3"])
    assert sentence == "there is no tshark in PATH; install it, on Debian: apt-get install tshark"


def test_no_parallel(tool):
    (tool.folder / "parallel").write_text("#!/bin/sh\necho this is the one of moreutils\n")
    (tool.folder / "parallel").chmod(0o755)
    sentence = tool.refusal("--parallel", BUSY, PATH=f"{tool.folder}:{os.environ['PATH']}")
    assert sentence == "there is no GNU parallel in PATH; install it, on Debian: apt-get install parallel"


def test_plugin_not_installed(tool):
    (tool.folder / "plugins").mkdir()
    sentence = tool.refusal(BUSY, WIRESHARK_PLUGIN_DIR=tool.folder / "plugins")
    assert sentence.startswith("tshark does not load the plugin sipresp; install it")


def test_plugin_from_before_the_records(tool):
    """A tshark that answers as the real one does for a statistic that nobody registered."""
    (tool.folder / "tshark").write_text(
        '#!/bin/sh\n[ "$1" != -G ] || { printf "sipresp.so\\t0.1.0\\tdissector\\t/x\\n"; exit; }\n'
        'echo "tshark: Invalid -z argument \\"sipresp,records\\"; it must be one of:" >&2; exit 1\n')
    (tool.folder / "tshark").chmod(0o755)
    tool.folder.chmod(0o755)
    sentence = tool.refusal(BUSY, PATH=f"{tool.folder}:{os.environ['PATH']}")
    assert sentence == ("the plugin sipresp that tshark loads does not know -z sipresp,messages yet; "
                        "install sipresp anew, from where this tool is")


def test_no_charting_library(monkeypatch):
    monkeypatch.setattr(html_form, "LIBRARIES", ("/nowhere/chart.min.js",))
    with pytest.raises(Problem, match="--format html needs Chart.js, which is not here; install it, on Debian: "
                                      "apt-get install libjs-chart.js, or name its file with --chart-js"):
        html_form.Page("")


def test_a_host_that_cannot_be_reached(tool):
    """Its captures are named; guards against a report that looks whole without them."""
    (tool.folder / "ssh").write_text("#!/bin/sh\necho 'ssh: no route to host' >&2; exit 255\n")
    (tool.folder / "ssh").chmod(0o755)
    sentence = tool.refusal(BUSY, "--sshlogin", "1/nowhere.invalid", PATH=f"{tool.folder}:{os.environ['PATH']}")
    assert sentence == "no capture could be read: ssh: no route to host"


@pytest.mark.skipif(not AS_ROOT, reason="only root has captures that others may not read")
def test_a_capture_of_somebody_else(tool, wireshark, commands_of_everybody):
    (tool.folder / "private.pcap").write_bytes((CAPTURES / "busy.pcapng").read_bytes())
    (tool.folder / "private.pcap").chmod(0o600)
    tool.folder.chmod(0o755)
    result = wireshark.run(commands_of_everybody / "sipresp-report", tool.folder / "private.pcap", check=False)
    assert result.returncode == 2
    assert "it cannot be read: Permission denied; change its permissions, or run as its owner" in result.stderr
