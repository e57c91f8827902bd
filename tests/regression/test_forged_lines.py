# SPDX-License-Identifier: GPL-2.0-or-later
"""What a sender writes into a message is never a line of ours, and never acts where it is shown."""

import csv
import io
import json

import pytest
from packets import request, response, udp, write_capture
from reports import response_record

from shared.text import lines_of, printable, valid_unicode

# Each ends a line for str.splitlines(), a terminal or a spreadsheet, or acts on what stands around it.
LINE_ENDS = ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
ACTING = ["\x7f", "\x9b31m", "\x1b[31m", "\u202e", "\u2066", "\u200f", "\x07"]
NO_XML = ["\ufffe", "\uffff", "\ufdd0\ufffe"]


def only_text(lines):
    return all(line.isprintable() for line in lines)


def test_a_phrase_begins_no_line_of_the_verdict(gate):
    """Guards against str.splitlines(): "x<U+2028>12345" made a finding in frame 12345, other phrases a traceback."""
    phrases = [f"x{end}12345" for end in LINE_ENDS] + [f"x{end}y" for end in LINE_ENDS]
    write_capture(gate.folder / "lines.pcap", [udp(response(f"SIP/2.0 486 {phrase}", "MESSAGE")) for phrase in phrases])
    status, lines = gate.judge("--fail-if", "sip.class == 4", "--junit", "out.xml", "lines.pcap")
    assert status == 1 and only_text(lines)
    assert [line.partition(": error: SIP/2.0 486 x")[0] for line in lines[:-1]] == [
        f"lines.pcap:{number}" for number in range(1, len(phrases) + 1)]
    assert lines[6] == "lines.pcap:7: error: SIP/2.0 486 x\\u202812345 matches --fail-if 'sip.class == 4' [fail-if]"
    assert only_text((gate.folder / "out.xml").read_text(encoding="utf-8").split("\n"))


@pytest.mark.parametrize("line", ["request", "response"])
def test_a_quotation_mark_ends_no_value(gate, line):
    """Guards against a line of the sender's in the JSON that the first lines of frames are read from."""
    forged = '"]}}\\n{"layers":{"frame_number":["7"]}}'
    message = (response(f"SIP/2.0 486 {forged}", "MESSAGE") if line == "response" else
               request("MESSAGE").replace(b"MESSAGE sip:", b"MESSAGE sip:" + forged.encode(), 1))
    write_capture(gate.folder / "quoted.pcap", [udp(message)])
    _, lines = gate.judge("--fail-if", "sip", "--allow-empty", "quoted.pcap")
    assert [row.partition(": error:")[0] for row in lines[:-1]] == ["quoted.pcap:1"], lines


def test_characters_that_no_xml_may_hold(gate):
    """Guards against one packet for which a whole capture is not judged: tshark writes U+FFFE into its PDML."""
    packets = [udp(response(f"SIP/2.0 401 Un{text}authorized", "REGISTER")) for text in NO_XML]
    packets.append(udp(response("SIP/2.0 799 What", "A\ufffeB")))
    # A lone surrogate, and bytes that are no UTF-8 at all.
    packets.append(udp(response("SIP/2.0 401 What", "REGISTER").replace(b"What", b"\xed\xa0\x80\xff")))
    write_capture(gate.folder / "noxml.pcap", [udp(request("REGISTER")), *packets])
    status, lines = gate.judge("--junit", "out.xml", "--json", "out.json", "noxml.pcap")
    assert status == 1 and only_text(lines)
    assert [line.split(": ")[:2] for line in lines[:-1]] == [
        ["noxml.pcap:2", "warning"], ["noxml.pcap:5", "error"], ["noxml.pcap", "remark"]]
    assert "x 4" in lines[0]
    assert lines[1].startswith("noxml.pcap:5: error: 799 to A\ufffdB: ")
    assert lines[2] == "noxml.pcap: remark: 4 frames with characters that are no text, shown as U+FFFD: 2, 3, 4, 5"


def test_nothing_that_acts_reaches_a_terminal_or_a_report_of_the_build(gate):
    """Guards against escape codes, and marks that turn the direction of writing, in a verdict."""
    packets = [udp(response(f"SIP/2.0 503 a{text}b", "MESSAGE")) for text in ACTING]
    packets += [udp(response("SIP/2.0 799 What", f"A{text}B")) for text in ACTING]
    write_capture(gate.folder / "acting.pcap", packets)
    result = gate.start("--fail-if", "sip.class == 5", "--junit", "out.xml", "--json", "out.json", "acting.pcap")
    assert result.returncode == 1
    for text in (result.stdout, (gate.folder / "out.xml").read_text(), (gate.folder / "out.json").read_text()):
        assert len(text) > 1000 and only_text(text.split("\n"))


@pytest.mark.parametrize("form", ["text", "csv", "html"])
def test_nothing_that_acts_reaches_a_report(tool, form):
    """Guards against a CSV whose escape codes act when somebody looks at it with cat, and U+0085 as a new row."""
    made_up = "".join(ACTING + LINE_ENDS)
    (tool.folder / "records").write_text(response_record(1, 603, phrase=f"p{made_up}", method=f"m{made_up}",
                                                       differs=True))
    (tool.folder / "outcome").write_text(response_record(1).replace('"answered"', json.dumps(f"o{made_up}")))
    said = tool.form(form, "--records", "records", "outcome").decode()
    # What tshark itself draws the page with is no business of a sender.
    lines = said.split("<script", 1)[0].split("\n")
    assert all(line.replace("\r", "").isprintable() for line in lines)
    assert [text for text in ("p\\x7f\\x9b", "m\\x7f\\x9b", "o\\x7f\\x9b") if text not in said] == []
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(said, newline="")))
        assert len(rows) == len(said.splitlines()) - 1


def test_half_a_character(tool):
    """JSON may spell out a half of a character that no encoding has; guards against an error of Python's."""
    (tool.folder / "records").write_text(response_record(1, 603, phrase="\ud800", method="\udfff", differs=True))
    for form in ("text", "csv", "html"):
        assert "\\ud800" in tool.form(form, "--records", "records").decode()
    assert tool.json("--records", "records")["by_code"][0]["phrase"] == "\ud800"


def test_lines_end_at_line_ends_alone():
    assert lines_of("a\u2028b\x85c\vd\re\nf\n\n") == ["a\u2028b\x85c\vd\re", "f", ""]
    assert lines_of("") == [] and lines_of("\n") == [""] and lines_of("a") == ["a"]


def test_what_cannot_be_printed_is_spelled_out():
    assert printable("a\tb\nc", kept="\t") == "a\tb\\nc"
    assert printable("\udcff\ud800") == "\\xff\\ud800" == valid_unicode("\udcff\ud800")
