# SPDX-License-Identifier: GPL-2.0-or-later
"""Responses that the plugin saw and could not judge are counted, said, and with --require-complete no clean capture.

tshark is a stand-in that knows sipresp.not_judged, and its records have not_judged.
"""

import json
import os

import pytest
from conversation import ACK, INVITE, ladder
from reports import CAPTURES, response_record

BUSY = str(CAPTURES / "busy.pcapng")
# Three frames with five responses: two cut, one behind a gap, two judged, one of these with a finding.
PDML = """<pdml>
<packet><field name="num" show="1"/>
<proto name="sipresp"><field name="sipresp.not_judged" show="cut"/></proto>
<proto name="sipresp"><field name="sipresp.not_judged" show="gap"/></proto></packet>
<packet><field name="num" show="2"/><proto name="sipresp">
<field name="sipresp.check" show="rule-a"><field name="_ws.expert.message" show="401. Text [RFC 1]"/>
<field name="_ws.expert.severity" show="4194304"/></field></proto></packet>
<packet><field name="num" show="3"/><proto name="sipresp"><field name="sipresp.not_judged" show="cut"/></proto></packet>
</pdml>
Protocol Hierarchy Statistics
Filter: sip.class || sipresp.check || sipresp.not_judged

frame  frames:3 bytes:9
=====
"""
LAYERS = [{"sip_class": ["4", "4"], "sipresp_not_judged": ["cut", "gap"]}, {"sip_class": ["4", "4"]},
          {"sipresp_not_judged": ["cut"]}]
SENTENCE = "3 of 5 responses were not judged: 2 cut, 1 behind a gap"
STAND_IN = """#!/bin/sh
[ "$1" != -G ] || { printf "sipresp.so\\t0.1.0\\tdissector\\t%s\\n" "$PWD/module.so"; exit; }
case "$*" in
*pdml*'sipresp.check || sipresp.not_judged'* | *'sipresp.check || sipresp.not_judged'*pdml*) cat pdml ;;
*' ek '*'sipresp.not_judged'*) cat ek ;;
*sipresp,records*) cat records; echo ===== ;;
*) exit 1 ;;
esac
"""


def record(number, reason):
    return response_record(number).replace("}", f', "not_judged": {json.dumps(reason)}}}')


def stand_in(folder, knows=True):
    """A PATH whose tshark is the stand-in; its plugin has the field or has not."""
    (folder / "bin").mkdir()
    (folder / "bin" / "tshark").write_text(STAND_IN)
    (folder / "pdml").write_text(PDML)
    (folder / "ek").write_text("".join('{"index":{}}\n' + json.dumps({"timestamp": "1", "layers": row}) + "\n"
                                       for row in LAYERS))
    (folder / "module.so").write_bytes(b"\x7fELF\0sipresp.check\0" + (b"sipresp.not_judged\0" if knows else b""))
    (folder / "records").write_text("".join(record(*row) for row in enumerate(["cut", "gap", None, None, "cut"], 1)))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    return f"{folder / 'bin'}:{os.environ['PATH']}"


def test_the_verdict_says_how_many_were_not_judged(gate):
    """Guards against a clean verdict on responses whose headers a snap length cut."""
    status, lines = gate.judge(BUSY, PATH=stand_in(gate.folder))
    assert (status, lines) == (0, [f"{BUSY}: remark: {SENTENCE}",
                                   "1 capture, 3 frames with responses: 1 finding below --fail-on; clean, status 0"])


@pytest.mark.parametrize("way", ["option", "file"])
def test_the_gate_can_require_that_all_are_judged(gate, way):
    (gate.folder / "rules.toml").write_text("require-complete = true\n")
    options = ["--require-complete"] if way == "option" else ["--config", "rules.toml"]
    status, lines = gate.judge(*options, "--junit", "out.xml", BUSY, PATH=stand_in(gate.folder))
    assert (status, lines[0]) == (2, f"{BUSY}: could not judge: {SENTENCE}")
    assert lines[1].endswith(": 1 finding below --fail-on, 1 capture not judged; could not judge, status 2")
    assert f'<error type="not-judged" message="{SENTENCE}"' in (gate.folder / "out.xml").read_text()


def test_a_plugin_that_does_not_tell_is_no_complete_verdict(gate):
    sentence = gate.refusal("--require-complete", BUSY, PATH=stand_in(gate.folder, knows=False))
    assert sentence.startswith("the plugin sipresp that tshark loads does not tell which responses it could not judge, ")


def test_the_report_says_how_many_were_not_judged(tool):
    path = stand_in(tool.folder)
    assert f"\n{SENTENCE}.\n" in tool.report(BUSY, PATH=path).decode()
    result = tool.start("--require-complete", BUSY, PATH=path)
    assert (result.returncode, tool.said(result)) == (2, [f"{SENTENCE}; record whole packets, all of them"])
    assert result.stdout.startswith(b"5 SIP responses in 1 capture")


@pytest.mark.parametrize("form, said", [("html", f"<p>{SENTENCE}.</p>"), ("csv", "\nnot judged,,,,,gap,1,5,"),
                                        ("json", '"not_judged": {"cut": 2, "gap": 1}')])
def test_every_form_has_it_and_merged_reports_add_it_up(tool, form, said):
    stand_in(tool.folder)
    (tool.folder / "part").write_bytes(tool.form("json", "--records", "records"))
    whole = tool.form(form, "--records", "records").decode()
    assert said in whole and tool.form(form, "--merge", "part").decode() == whole
    assert json.loads(tool.form("json", "--merge", "part", "part"))["not_judged"] == {"cut": 4, "gap": 2}


def test_records_that_do_not_tell_are_no_complete_report(tool):
    (tool.folder / "records").write_text(record(1, None) + response_record(2).replace(',"not_judged":null', ""))
    result = tool.start("--require-complete", "--records", "records")
    assert result.returncode == 2
    assert tool.said(result)[0].startswith("of 1 response it is not known whether they were judged, as ")
    (tool.folder / "records").write_text(record(1, None) + record(2, None))
    assert tool.start("--require-complete", "--records", "records").returncode == 0


def test_a_capture_that_the_snap_length_cut(gate, make_capture):
    """The plugin itself, and no stand-in: a 486 whose headers are cut is no clean capture."""
    capture = make_capture(ladder((0, ">", INVITE), (1, "<", "SIP/2.0 486 Busy Here", "X-Long: " + 400 * "x"), (1.1, ">", ACK)),
                           snap_length=400)
    assert gate.judge(str(capture))[0] == 0
    status, lines = gate.judge("--require-complete", str(capture))
    assert status == 2
    assert any("1 of 1 response was not judged: 1 cut" in line for line in lines)
