# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-gate --max, --min, --compare: figures and shares with limits; and equal findings, which are one line."""

import json

import pytest
from conversation import ACK, BUSY, INVITE, ladder
from packets import response, udp, write_capture
from test_gate_ci import cases, check_schema
from wireshark import REPOSITORY

REPORT = REPOSITORY / "commands" / "sipresp-report"
FAILED = "SIP/2.0 503 Service Unavailable"
RINGING = "SIP/2.0 180 Ringing"


def call(number, final, ringing=1.5):
    """An INVITE that rings after so many seconds and gets that final response."""
    own = (f"Call-ID: {number}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}")
    start = 60 * number
    return [(start, ">", INVITE, *own), (start + ringing, "<", RINGING, *own), (start + 3, "<", final, *own),
            (start + 3.01, ">", ACK, *own)]


@pytest.fixture
def calls(gate):
    """Four calls: two busy, one answered by a failure, one by a 480. SEER 75 %, PDD 1.5 to 1.8 s."""
    lines = [line for number, final in enumerate((BUSY, BUSY, FAILED, "SIP/2.0 480 Temporarily Unavailable"))
             for line in call(number, final, 1.5 + number / 10)]
    write_capture(gate.folder / "calls.pcap", ladder(*lines))
    return "calls.pcap"


@pytest.mark.parametrize("limit, said", [
    (("--max", "sip.class == 5", "0"), "1 frame matches, above --max 'sip.class == 5' 0 [max]"),
    (("--max", "sip.class == 5", "1"), None),
    (("--max", "sip.class == 5", "10%"),
     "12.50 % of the frames with responses match (1 of 8), above --max 'sip.class == 5' 10% [max]"),
    (("--max", "sip.class == 5", "12.5%"), None),
    # A filter that requests match too is held against responses alone; else there would be more than 100 %.
    (("--max", "sip || sip.class", "99%"),
     "100.00 % of the frames with responses match (8 of 8), above --max 'sip || sip.class' 99% [max]"),
    (("--min", "sip.class == 2", "1"), "0 frames match, below --min 'sip.class == 2' 1 [min]"),
    (("--min", "SEER", "95"), "SEER is 75.00 % (3 of 4), below --min SEER 95 [min]"),
    (("--min", "SEER.every", "75%"), None),
    (("--max", "ISA", "10"), "ISA is 25.00 % (1 of 4), above --max ISA 10 [max]"),
    (("--max", "PDD.p95", "1700ms"), "PDD.p95 is 1.800000 s (of 4 values), above --max PDD.p95 1700ms [max]"),
    (("--max", "PDD.p95", "1.8s"), None),
    (("--max", "PDD.mean", "1.6s"), "PDD.mean is 1.650000 s (of 4 values), above --max PDD.mean 1.6s [max]")])
def test_a_limit(gate, calls, limit, said):
    """The line has the figure and the limit, and text, JUnit, JSON and the configuration file are of one opinion."""
    status, lines = gate.judge(*limit, "--json", "out.json", "--junit", "out.xml", calls)
    assert (status, lines[:-1]) == ((1, [f"calls.pcap: error: {said}"]) if said else (0, []))
    check_schema(gate.folder / "out.xml")
    (title, result), = [(title, result) for (_, title), result in cases(gate.folder / "out.xml").items() if "--" in title]
    assert title.replace("'", "") == " ".join(limit) and result == ("failure" if said else "passed")
    rows = [json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]
    assert [row["text"] for row in rows if row["rule"] == limit[0][2:]] == ([said] if said else [])
    (gate.folder / "sipresp-gate.toml").write_text(f'[{limit[0][2:]}]\n"{limit[1]}" = "{limit[2]}"\n')
    assert gate.judge(calls)[1][:-1] == lines[:-1]


def test_json_has_value_and_limit(gate, calls):
    gate.judge("--json", "out.json", "--max", "PDD.p95", "1s", "--max", "sip.class == 4", "5%", calls)
    rows = [json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]
    time, share = (row for row in rows if row["rule"] == "max")
    assert (time["figure"], time["value"], time["limit"], time["unit"]) == ("PDD.p95", 1.8, 1.0, "s")
    assert (share["filter"], share["value"], share["limit"], share["unit"]) == ("sip.class == 4", 37.5, 5.0, "%")


def test_of_one_thing_there_is_one_limit(gate, calls):
    """Guards against a limit of the file that the command line cannot loosen, and against one that it drops."""
    (gate.folder / "sipresp-gate.toml").write_text('min = { "SEER" = 95 }\nmax = { "ISA" = 1 }\n')
    _, lines = gate.judge("--min", "SEER", "70", calls)
    assert len(lines) == 2 and "above --max ISA 1 [max]" in lines[0]


def test_a_figure_of_nothing_is_neither_kept_nor_broken(gate):
    """Guards against a share of no calls that passes as 0 %, and against one that fails."""
    gate.capture("clean")
    status, lines = gate.judge("--min", "SEER", "95", "--max", "PDD.p95", "2s", "clean.pcap", "--junit", "out.xml")
    assert status == 3
    assert lines[0].startswith("clean.pcap: nothing to judge: PDD.p95 cannot be told of it: there is no Post Dial Delay in it; "
                               "SEER cannot be told of it: there is no INVITE that it could be made of; ")
    assert cases(gate.folder / "out.xml") == {("clean.pcap", "findings"): "passed", ("clean.pcap", "--min SEER 95"): "error",
                                              ("clean.pcap", "--max PDD.p95 2s"): "error"}
    assert gate.judge("--min", "SEER", "95", "--allow-empty", "clean.pcap")[0] == 0


def test_limits_are_not_held_against_a_part(gate, calls):
    """Guards against a figure of the first half of a capture."""
    whole = (gate.folder / calls).read_bytes()
    (gate.folder / "cut.pcap").write_bytes(whole[:-9])
    status, lines = gate.judge("--max", "ISA", "1", "--max", "sip.class == 5", "0", "cut.pcap")
    assert status == 2 and not any("[max]" in line for line in lines)


def test_the_gate_and_the_report_have_the_same_figures(gate):
    """Guards against figures that two passes make other ones of."""
    capture = REPOSITORY / "captures" / "figures.pcapng"
    report = json.loads(gate.start("--format", "json", capture, program=REPORT).stdout)
    ratios = {row["id"].upper(): row["percent"] for row in report["ratios"] if row["merged"]}
    for name, percent in ratios.items():
        status, lines = gate.judge("--max", name, "0.000001", "--no-config", capture)
        assert status == (1 if percent else 0)
        assert not percent or f"{name} is {percent:.2f} % (" in lines[0]


REFUSALS = {
    "--max takes two words, what is limited and the limit": ["--max", "sip"],
    "--min takes two words": ["--min=SEER", "95"],
    "--max has the limit 'many'; it takes a number of frames, a percentage": ["--max", "sip", "many"],
    "--max has the limit '-1'": ["--max", "sip", "-1"],
    "--max limits by the time 2s how many frames match": ["--max", "sip", "2s"],
    "--max has the limit '3', and PDD.p95 is a time": ["--max", "PDD.p95", "3"],
    "--min has the limit '2s', and SEER is a ratio": ["--min", "SEER", "2s"],
    "--max has the figure PDD; write which of its values: PDD.min, PDD.mean, PDD.p95, PDD.max": ["--max", "PDD", "2s"],
    "--min has the figure SEER.p95; write SEER, or SEER.every": ["--min", "SEER.p95", "2"],
    "--min has 'SEAR', which is no figure; the ratios are SER, SEER,": ["--min", "SEAR", "95"],
    "--max 'sip) || (sip' 1% is no display filter": ["--max", "sip) || (sip", "1%"],
    "--max has an empty display filter": ["--max", " ", "1"],
    "dotted.toml: max is no table of limits; write it as in: max = {": ["--config", "dotted.toml"],
    "truth.toml: min has for 'SEER' no limit": ["--config", "truth.toml"],
    "--compare absent.json cannot be read: No such file or directory; correct its path": ["--compare", "absent.json"],
    "--compare truth.toml is no report of sipresp; name one that": ["--compare", "truth.toml"],
    "--tolerance is '5'; it takes a percentage or a time": ["--tolerance", "5"],
}


@pytest.mark.parametrize("sentence, arguments", REFUSALS.items(), ids=range(len(REFUSALS)))
def test_what_is_no_limit(gate, sentence, arguments):
    gate.capture("clean")
    (gate.folder / "dotted.toml").write_text('max = { PDD.p95 = "2s" }\n')
    (gate.folder / "truth.toml").write_text("min = { SEER = true }\n")
    assert sentence in gate.refusal("clean.pcap", *arguments)


def test_what_looks_like_the_option_and_is_a_value(gate, calls):
    """Guards against words put together that belong to other options, or to a capture behind --."""
    assert "'--max' is no display filter" in gate.refusal("--require", "--max", calls)
    (gate.folder / "--max").write_bytes((gate.folder / calls).read_bytes())
    assert gate.judge("--max", "sip.class == 6", "0", "--", "--max", calls)[0] == 0


@pytest.fixture
def before(gate):
    """A report in which nothing failed."""
    lines = [line for number in range(4) for line in call(number, BUSY, 0.5)]
    write_capture(gate.folder / "before.pcap", ladder(*lines))
    result = gate.start("--format", "json", "-o", "before.json", "before.pcap", program=REPORT)
    assert result.returncode == 0, result.stderr
    return "before.json"


def test_compare(gate, calls, before):
    """Worse than before by more than the tolerance: both values are in the line. What got better is no fault."""
    status, lines = gate.judge("--compare", before, "--json", "out.json", "--junit", "out.xml", calls)
    assert status == 1
    assert lines[:-1] == [
        "before.json: error: SEER is 75.00 % (3 of 4) and was 100.00 % before [compare]",
        "before.json: error: ISA is 25.00 % (1 of 4) and was 0.00 % before [compare]",
        "before.json: error: SRD_FAILED.p95 is 1.800000 s (of 4 values) and was 0.5 s before [compare]",
        "before.json: error: PDD.p95 is 1.800000 s (of 4 values) and was 0.5 s before [compare]"]
    assert lines[-1].startswith("1 capture, 8 frames with responses: 4 expectations not met")
    rows = [json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]
    assert [(row["figure"], row["value"], row["before"]) for row in rows if row["rule"] == "compare"] == [
        ("SEER", 75, 100), ("ISA", 25, 0), ("SRD_FAILED.p95", 1.8, 0.5), ("PDD.p95", 1.8, 0.5)]
    check_schema(gate.folder / "out.xml")
    found = cases(gate.folder / "out.xml")
    assert found["before.json", "PDD.p95 is not worse than before"] == "failure"
    assert found["before.json", "SER is not worse than before"] == "passed"
    assert gate.judge("--compare", before, "before.pcap")[0] == 0


@pytest.mark.parametrize("tolerance, worse", [
    (["25%"], {"SRD_FAILED.p95", "PDD.p95"}), (["24%", "2s"], {"SEER", "ISA"}), (["25%", "1300ms"], set()),
    (["261%"], set()), (["2s"], {"SEER", "ISA"})])
def test_tolerance(gate, calls, before, tolerance, worse):
    arguments = [word for text in tolerance for word in ("--tolerance", text)]
    status, lines = gate.judge("--compare", before, *arguments, calls)
    assert {line.split()[2] for line in lines[:-1]} == worse
    assert status == (1 if worse else 0)


def test_compare_takes_all_captures_together(gate, before):
    """Guards against each of several captures being held against a report of all of them."""
    for number in range(4):
        write_capture(gate.folder / f"{number}.pcap", ladder(*call(number, FAILED if number else BUSY, 0.5)))
    _, lines = gate.judge("--compare", before, *(f"{number}.pcap" for number in range(4)))
    assert [line for line in lines if "SEER" in line] == [
        "before.json: error: SEER is 25.00 % (1 of 4) and was 100.00 % before [compare]"]


def test_what_cannot_be_compared_is_said(gate, before):
    gate.capture("clean")
    status, lines = gate.judge("--compare", before, "clean.pcap")
    assert status == 0
    assert "before.json: remark: SEER cannot be compared: there is no INVITE that it could be made of" in lines
    (gate.folder / "junk.pcap").write_bytes(b"junk" * 100)
    _, lines = gate.judge("--compare", before, "clean.pcap", "junk.pcap")
    assert "before.json: remark: it is not compared with, since not every capture was judged to its end" in lines


def test_a_report_of_another_count_is_no_measure(gate, calls):
    gate.start("--format", "json", "-o", "part.json", "--filter", "sip", calls, program=REPORT)
    assert "--compare part.json was made with --filter 'sip', and the gate counts all frames" in gate.refusal(
        "--compare", "part.json", calls)


def test_equal_findings_are_one_line(gate):
    """Guards against a thousand lines of one fault that hide another; JSON has each."""
    challenge, other = (response(text, "REGISTER") for text in ("SIP/2.0 401 Unauthorized", "SIP/2.0 407 Proxy"))
    packets = [udp(challenge) for _ in range(1000)]
    packets[500:500] = [udp(other), udp(other)]
    write_capture(gate.folder / "many.pcap", packets)
    status, lines = gate.judge("many.pcap", "--json", "out.json", "--junit", "out.xml", "--fail-if", "sip.Status-Code == 407")
    assert status == 1
    assert [line.partition("]")[2] for line in lines[:2]] == [" x 1000, first in frame 1", " x 2, first in frame 501"]
    assert lines[0].startswith("many.pcap:1: warning: 401 Unauthorized to REGISTER lacks WWW-Authenticate [")
    assert lines[2] == ("many.pcap:501: error: SIP/2.0 407 Proxy matches --fail-if 'sip.Status-Code == 407' [fail-if] "
                        "x 2, first in frame 501")
    assert lines[3].startswith("1 capture, 1002 frames with responses: 1002 warnings, 1 expectation not met"), lines
    rows = [json.loads(line) for line in (gate.folder / "out.json").read_text().splitlines()]
    assert len([row for row in rows if row["rule"] == "401-www-authenticate"]) == 1000
    assert len([row for row in rows if row["rule"] == "fail-if"]) == 2
    assert (gate.folder / "out.xml").read_text().count("401 Unauthorized to REGISTER") == 2


def test_the_table_says_which_is_better():
    """Every figure that can be judged says so in tables/metrics.toml; only of a session's length neither is better."""
    text = (REPOSITORY / "tables" / "metrics.toml").read_text(encoding="utf-8")
    without = [row.split('"')[1] for row in text.split("\n[[")[1:]
               if not row.startswith("code_set") and "\nbetter = " not in row]
    assert without == ["sdt"]
