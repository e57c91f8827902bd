# SPDX-License-Identifier: GPL-2.0-or-later
"""Every rule by a response that breaks it and one that keeps it (rules.toml)."""

import re
import tomllib
from pathlib import Path

import pytest
from conversation import ACK, INVITE, OWN_BRANCH, ladder
from merged import ALL_CAPTURES, OTHERS
from packets import icmp_port_unreachable, response, tcp, udp
from wireshark import REPOSITORY

CASES = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
RULES = {row["id"]: row for row in
         tomllib.loads((REPOSITORY / "tables" / "rules.toml").read_text(encoding="utf-8"))["rule"]
         if row["asks"] != "transaction"}
METHODS = [row["name"] for row in
           tomllib.loads((REPOSITORY / "tables" / "methods.toml").read_text(encoding="utf-8"))["method"]]
USUAL = ["Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "From: <sip:alice@example.com>;tag=1",
         "To: <sip:bob@example.com>;tag=2", "Call-ID: 1@192.0.2.1"]
COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id"}
FIELD_OF = {"header": "header_missing", "one_header": "header_missing", "no_header": "header_forbidden",
            "body": "body", "no_body": "body", "never": "code_for_method",
            "registered_code": "code_unregistered", "code_in_range": "code_out_of_range"}


def message_of(lines):
    status_line, *rest = lines
    body = ""
    if rest and rest[-1].startswith("body "):
        rest[-1], body = f"Content-Type: {rest[-1].removeprefix('body ')}", "content"
    elif rest and rest[-1] == "body":
        rest, body = rest[:-1], "content"
    given = {line.partition(":")[0].lower() for line in rest} | \
            {line.removeprefix("no ").lower() for line in rest if line.startswith("no ")}
    given |= {COMPACT.get(name, name) for name in given}
    usual = [line for line in USUAL if line.partition(":")[0].lower() not in given]
    headers = [line for line in [*usual, *rest] if not line.startswith("no ")]
    return "\r\n".join([status_line, *headers, f"Content-Length: {len(body)}", "", body]).encode()


@pytest.fixture(scope="module")
def capture(make_capture):
    """Frame 2n + 1 breaks the n-th rule and frame 2n + 2 keeps it."""
    return make_capture([udp(message_of(case[key])) for case in CASES.values() for key in ("breaks", "keeps")])


@pytest.fixture(scope="module")
def found(wireshark, capture):
    return wireshark.findings(capture)


def test_every_rule_has_its_case():
    assert list(CASES) == list(RULES)


@pytest.mark.parametrize("rule", CASES)
def test_rule(found, rule):
    frame = 2 * list(CASES).index(rule) + 1
    row = RULES[rule]
    broken = [item for item in found if item[:2] == (frame, rule)]
    assert len(broken) == 1, [item for item in found if item[0] == frame]
    _, _, field, severity, text = broken[0]
    assert field == FIELD_OF[row["asks"]]
    assert f"{severity}: {text.partition('. ')[0]}" == CASES[rule]["says"]
    rfc, section = row["reference"].rsplit(" ", 1)
    assert text.endswith(f". {row['follows']}. {row['text']} [{rfc} section {section}]")
    assert [item for item in found if item[:2] == (frame + 1, rule)] == []


REINVITE = (0, ">", INVITE, "To: <sip:bob@example.com>;tag=b")


@pytest.mark.parametrize(("lines", "count"), [
    ([(0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing")], 1), ([(0.1, "<", "SIP/2.0 180 Ringing")], 1),
    ([REINVITE, (0.1, "<", "SIP/2.0 180 Ringing")], 0)], ids=["new call", "request unseen", "re-INVITE"])
def test_only_what_begins_a_dialog_makes_an_early_one(wireshark, make_capture, lines, count):
    """Guards against a missing Contact in a 180 to a re-INVITE, which makes no dialog (RFC 3261 12.1)."""
    found = wireshark.findings(make_capture(ladder(*lines)))
    assert [rule for _, rule, *_ in found].count("early-dialog-contact") == count


@pytest.mark.parametrize(("answer", "acknowledgement", "reference"), [
    ("SIP/2.0 200 OK", [OWN_BRANCH, "CSeq: 2 ACK"], "RFC 3261 section 13.2.2.4"),
    ("SIP/2.0 486 Busy Here", ["CSeq: 2 ACK"], "RFC 3261 section 17.1.1.3"),
    ("SIP/2.0 486 Busy Here", ["To: <sip:bob@example.com>;tag=c"], "RFC 3261 section 17.1.1.3")])
def test_the_ack_of_a_2xx_has_rules_of_its_own(wireshark, make_capture, answer, acknowledgement, reference):
    """Guards against the section on the ACK of a refusal cited for that of a 2xx, which that section leaves out."""
    lines = [(0, ">", INVITE), (0.1, "<", answer, "Contact: <sip:b@192.0.2.2>"), (0.2, ">", ACK, *acknowledgement)]
    texts = [text for _, rule, *_, text in wireshark.findings(make_capture(ladder(*lines)), "-2")
             if rule.startswith("ack-other")]
    assert len(texts) == 1 and texts[0].endswith(f"[{reference}]")


def test_what_rules_are_not_about(wireshark, make_capture):
    """Guards against a rule that reaches over to methods which its row leaves out."""
    spared = {rule: case["spares"] for rule, case in CASES.items() if "spares" in case}
    found = wireshark.findings(make_capture([udp(message_of(lines)) for lines in spared.values()]))
    assert [(frame, rule) for frame, rule, *_ in found if list(spared)[frame - 1] == rule] == []


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
def test_expert_tap_lists_the_same(wireshark, capture, found, passes):
    """tshark -z expert builds no tree, so the messages are found another way."""
    listed = wireshark.tshark(capture, "-q", "-z", "expert", *passes)
    rows = re.findall(r"^ +(\d+) +Protocol +SIPRESP +(.*)$", listed, re.M)
    expected = {}
    for *_, text in found:
        expected[text] = expected.get(text, 0) + 1
    assert {text: int(count) for count, text in rows} == expected


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
def test_filter_lists_the_same(wireshark, capture, found, passes):
    values = wireshark.field(capture, "sipresp.check", "-Y", "sipresp.check", *passes)
    assert [(frame, rule) for frame, rules in values.items() for rule in rules] == [item[:2] for item in found]


@pytest.mark.parametrize("display_filter", [
    "sipresp.check.header_missing", '_ws.expert.message contains "405 to REFER lacks"', '_ws.expert.severity >= "Warning"',
    'sipresp.check == "405-allow"'])
def test_every_way_to_filter_on_a_finding(wireshark, make_capture, display_filter):
    """Guards against findings that are left out because the field asked for is another one of theirs."""
    capture = make_capture([udp(message_of(CASES["405-allow"][key])) for key in ("keeps", "breaks")])
    # Lines, not -T fields, for which tshark would build the whole tree whatever is asked for.
    lines = wireshark.tshark(capture, "-Y", display_filter).splitlines()
    assert [line.split()[0] for line in lines] == ["2"]


def test_expert_column(wireshark, make_capture):
    """A column builds no tree either."""
    capture = make_capture([udp(message_of(CASES["405-allow"][key])) for key in ("keeps", "breaks")])
    for columns, lines in (('"No.","%m","Expert","%a"', [["1"], ["2", "Warning"]]),
                           ('"Expert","%a","No.","%m"', [["1"], ["Warning", "2"]])):
        output = wireshark.tshark(capture, "-o", f"gui.column.format:{columns}")
        assert [line.split() for line in output.splitlines()] == lines


def test_checks_can_be_switched_off(wireshark, capture):
    assert wireshark.findings(capture, "-o", "sipresp.check:FALSE") == []


def test_rules_can_be_left_out(wireshark, capture, found):
    left = wireshark.findings(capture, "-o", "sipresp.ignored_rules:405-allow, register-date")
    assert left == [item for item in found if item[1] not in ("405-allow", "register-date")]


def test_every_rule_can_be_left_out(wireshark, capture):
    """Guards against one at an end of the table that cannot."""
    assert not wireshark.findings(capture, "-o", f"sipresp.ignored_rules:{','.join(CASES)}")


def test_an_unknown_rule_to_leave_out_is_named(wireshark, capture):
    result = wireshark.run("tshark", "-r", capture, "-o", "sipresp.ignored_rules:no-such-rule", check=False)
    assert 'there is no rule "no-such-rule" to leave out' in result.stderr


def test_not_a_word_about_what_was_cut(wireshark, make_capture):
    message = message_of(["SIP/2.0 405 Method Not Allowed", "CSeq: 1 REFER"])
    whole = 42 + len(message)
    for snap_length in (whole - 1, whole - 3, whole - 30, 80):
        assert wireshark.findings(make_capture([udp(message)], snap_length=snap_length)) == []
    assert wireshark.findings(make_capture([udp(message)], snap_length=whole)) != []


def test_not_a_word_about_what_is_quoted_or_damaged(wireshark, make_capture):
    broken = message_of(["SIP/2.0 405 Method Not Allowed", "CSeq: 1 REFER"])
    damaged = [broken.replace(b"Call-ID:", b"Call\xffID:"), broken.replace(b"Via:", b"Via"),
               broken.replace(b"alice", b"al\0ce"), broken.replace(b"Content-Length: 0", b"Content-Length: 9")]
    packets = [icmp_port_unreachable(udp(broken)), *(udp(message) for message in damaged)]
    assert wireshark.findings(make_capture(packets)) == []


def test_every_message_of_a_segment_is_judged(wireshark, make_capture):
    """By tap and by node: each with its own headers, empty lines between them included."""
    first, second = (response(f"SIP/2.0 {line}", method, [header]) for line, method, header in
                     (("405 Method Not Allowed", "REFER", "Subject: a"), ("401 Unauthorized", "REGISTER", "Date: b")))
    capture = make_capture([tcp(first + second + first)])
    rules = [item[1] for item in wireshark.findings(capture)]
    assert rules == ["405-allow", "401-www-authenticate", "405-allow"]
    listed = wireshark.tshark(capture, "-q", "-z", "expert")
    assert re.findall(r"(\d+) +Protocol +SIPRESP +(\d+)", listed) == [("2", "405"), ("1", "401")]


@pytest.mark.parametrize("count", range(1, 10))
def test_every_message_of_a_segment_is_found_by_tap(wireshark, make_capture, count):
    """Guards against a search for the last of them that is one off."""
    capture = make_capture([tcp(response("SIP/2.0 405 Method Not Allowed", "REFER") * count)])
    listed = wireshark.tshark(capture, "-q", "-z", "expert")
    assert re.findall(r"(\d+) +Protocol +SIPRESP +405 to REFER lacks Allow", listed) == [str(count)]


def test_nothing_to_do_at_all(wireshark, capture):
    """No tree, no checks, nothing to follow: nothing is read, and nothing goes wrong."""
    assert "405 Method Not Allowed" in wireshark.tshark(capture, "-o", "sipresp.follow:FALSE")


# Warnings over ordinary traffic, each looked at: the sender does break the rule, and that matters to the call.
BROKEN_IN_THE_WILD = {
    ("zeek+zeek--testing_btest_Traces_sip_invalid-content-length.pcap", "invite-2xx-contact"):
        ([2], "a hand-made 200 to INVITE without Contact"),
}


# Captures that show a fault on purpose.
BROKEN_ON_PURPOSE = {"lost-ack.pcapng": "final-unacknowledged", "private-contact.pcapng": "final-unacknowledged"}


@pytest.mark.parametrize("path", ALL_CAPTURES, ids=lambda path: path.name)
def test_ordinary_traffic_makes_no_warning(wireshark, path):
    grave = {(path.name, frame, rule) for frame, rule, _, severity, _ in wireshark.findings(path, "-2")
             if severity in ("warning", "error") and BROKEN_ON_PURPOSE.get(path.name) != rule}
    assert grave == {(name, frame, rule) for (name, rule), (frames, _) in BROKEN_IN_THE_WILD.items()
                     for frame in frames if name == path.name}


@pytest.mark.skipif(not OTHERS.is_dir(), reason="the captures made by others are not beside the project")
def test_the_wild_is_there():
    assert all((OTHERS / name).exists() for name, *_ in BROKEN_IN_THE_WILD)


def test_texts_of_findings_are_few_whatever_comes(wireshark, make_capture):
    """Wireshark compares the text of each finding with all others: a new text a message makes tshark -z expert
    take time by the square of the messages."""
    made_up = [udp(response("SIP/2.0 799 x", f"MADEUP{number}")) for number in range(200)]
    output = wireshark.tshark(make_capture(made_up), "-q", "-z", "expert")
    found = [line for line in output.splitlines() if "SIPRESP  799 to " in line]
    assert found and all(line.split()[0] == "200" and "799 to an unregistered method" in line for line in found)


def test_texts_are_few_whatever_codes_methods_and_delays_come(wireshark, make_capture):
    """Each of them is for the sender to choose, and together they made a text for each of 96,000 responses."""
    lines = []
    for number in range(1500):
        own = (f"Call-ID: {number}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}",
               f"CSeq: 1 {METHODS[number % len(METHODS)]}")
        lines += [(number, ">", f"{METHODS[number % len(METHODS)]} sip:bob@example.com SIP/2.0", *own),
                  (number + 0.21 + number / 1900, "<", f"SIP/2.0 {300 + number * 7 % 700} Odd", *own)]
    capture = make_capture(sorted(ladder(*lines), key=lambda line: line[0]))
    listed = wireshark.tshark(capture, "-q", "-z", "expert")
    texts = re.findall(r"^ +(\d+) +Protocol +SIPRESP +(.*)$", listed, re.M)
    assert 256 <= len(texts) < 500
    assert any(re.match(r"[3-9]xx breaks this rule too\. .* \[RFC", text) for _, text in texts)
    found = wireshark.findings(capture)
    assert sum(int(count) for count, _ in texts) == len(found)
    assert {text for *_, text in found} == {text for _, text in texts}
