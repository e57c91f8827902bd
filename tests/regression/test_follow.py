# SPDX-License-Identifier: GPL-2.0-or-later
"""What a response answers, how long it took, what became of it."""

import re

import expectations
import pytest
from conversation import ACK, BUSY, BYE, CANCEL, INVITE, LATER, OPTIONS, OWN_BRANCH, PRACK, RELIABLE, ladder
from packets import ALICE, BOB, icmp_port_unreachable, request, response, tcp, udp


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call(follow, transport):
    found = follow((0, ">", INVITE), (0.1, "<", "SIP/2.0 100 Trying", "To: <sip:bob@example.com>"),
                   (0.3, "<", "SIP/2.0 180 Ringing"), (2, "<", "SIP/2.0 200 OK"), (2.1, ">", ACK, OWN_BRANCH),
                   (5, ">", BYE, "CSeq: 2 BYE", OWN_BRANCH), (5.25, "<", "SIP/2.0 200 OK", "CSeq: 2 BYE", OWN_BRANCH),
                   transport=transport, alice_port=40000)
    assert {frame: fields["request_in"] for frame, fields in found.items()} == {
        2: "1", 3: "1", 4: "1", 7: "6"}
    assert [fields["delay"] for fields in found.values()] == [
        "0.100000000", "0.300000000", "2.000000000", "0.250000000"]
    assert (found[2]["final_in"], found[3]["final_in"], found[4]["ack_in"]) == ("4", "4", "5")
    assert [fields["outcome"] for fields in found.values()] == ["1", "1", "2", "0"]
    assert [fields["reliable"] for fields in found.values()] == ["0", "0", "2", "3"]
    assert [fields["ack_expected"] for fields in found.values()] == [False, False, True, False]


def test_repetitions(follow):
    """A repeated request keeps its first time; a repeated response names its first copy."""
    found = follow((0, ">", INVITE), (0.5, ">", INVITE), (0.6, "<", "SIP/2.0 486 Busy Here"),
                   (1.1, "<", "SIP/2.0 486 Busy Here"), (2.1, "<", "SIP/2.0 486 Busy Here"), (2.2, ">", ACK))
    assert [(fields["request_in"], fields["delay"], fields.get("retransmission"), fields.get("retransmission_of"),
             fields["ack_in"]) for fields in found.values()] == [
        ("1", "0.600000000", None, None, "6"), ("1", "1.100000000", "1", "3", "6"),
        ("1", "2.100000000", "2", "3", "6")]


def test_another_branch_is_another_transaction(follow):
    """Guards against matching by Call-ID and CSeq alone, which confuses forks and both sides of a proxy."""
    found = follow((0, ">", INVITE), (0.1, ">", INVITE, OWN_BRANCH), (0.2, "<", "SIP/2.0 486 Busy Here"),
                   (0.3, "<", "SIP/2.0 603 Decline", OWN_BRANCH))
    assert [fields["request_in"] for fields in found.values()] == ["1", "2"]


def test_other_ports_are_another_transaction(wireshark, make_capture):
    packets = ladder((0, ">", INVITE), (0.2, "<", "SIP/2.0 486 Busy Here")) + ladder(
        (0.1, ">", INVITE), (0.3, "<", "SIP/2.0 486 Busy Here"), alice_port=5070)
    found = wireshark.annotations(make_capture(sorted(packets)), "-2")
    assert [fields["sipresp.request_in"] for fields in found] == ["1", "2"]
    assert all("sipresp.retransmission" not in fields for fields in found)


def test_a_response_to_another_port_than_the_request_came_from(wireshark, make_capture):
    """RFC 3261 18.2.2: it goes to the port of the Via."""
    packets = ladder((0, ">", INVITE), alice_port=49152) + ladder((0.2, "<", "SIP/2.0 486 Busy Here"))
    found, = wireshark.annotations(make_capture(packets), "-2")
    assert found["sipresp.request_in"] == "1"


def test_a_response_to_a_port_that_no_request_came_from(wireshark, make_capture):
    """Several are as near: it belongs to the newest."""
    packets = [*ladder((0, ">", INVITE), alice_port=49152), *ladder((0.1, ">", INVITE), alice_port=49153),
               *ladder((0.2, "<", BUSY))]
    found, = wireshark.annotations(make_capture(packets), "-2")
    assert found["sipresp.request_in"] == "2"


def test_branches_without_the_magic_cookie(follow):
    """RFC 2543: not unique, so Call-ID, From tag and CSeq number belong to the key."""
    old = "Via: SIP/2.0/UDP 192.0.2.1;branch=1"
    found = follow((0, ">", INVITE, old), (0.1, ">", INVITE, old, "Call-ID: other"),
                   (0.2, "<", "SIP/2.0 486 Busy Here", old, "Call-ID: other"), (0.3, "<", "SIP/2.0 486 Busy Here", old))
    assert [fields["request_in"] for fields in found.values()] == ["2", "1"]


def test_a_reinvite_speaks_of_no_call(follow):
    found = follow((0, ">", INVITE, "To: <sip:bob@example.com>;tag=b"), (0.1, "<", "SIP/2.0 488 Not Acceptable Here"))
    assert found[2]["outcome"] == "0"


def test_without_the_request_there_is_no_outcome(follow):
    found = follow((0, "<", "SIP/2.0 486 Busy Here"))
    assert not {"outcome", "request_in", "delay"} & set(found[1])


RULE_CASES = {
    "first-response-late": (
        [(0, ">", INVITE), (0.25, "<", BUSY)], [(2, "note")],
        [(0, ">", INVITE), (0.2, "<", BUSY)]),
    "first-response-after-repeat": (
        [(0, ">", INVITE), (0.5, ">", INVITE), (0.6, "<", BUSY)], [(3, "note")],
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.5, ">", INVITE), (0.6, "<", BUSY)]),
    "ack-without-final": (
        [(0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing"), (0.2, ">", ACK)], [(2, "note")],
        [(0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing"), (0.2, "<", BUSY), (0.3, ">", ACK)]),
    "final-unacknowledged": (
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.6, "<", BUSY), (1.6, "<", BUSY), LATER],
        [(2, "warning"), (3, "warning"), (4, "warning")],
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.6, "<", BUSY), (1.6, "<", BUSY), (30, ">", ACK), LATER]),
    "final-ack-unseen": (
        [(0, ">", INVITE), (0.1, "<", BUSY), (1.1, "<", BUSY), LATER], [(2, "note"), (3, "note")],
        [(0, ">", INVITE), (0.1, "<", BUSY), (1.1, "<", BUSY), (1.2, ">", ACK), LATER]),
    "ack-other-to-tag": (
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.2, ">", ACK, "To: <sip:b@c>;tag=other")], [(2, "warning")],
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.2, ">", ACK)]),
    "ack-other-cseq": (
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.2, ">", ACK, "CSeq: 2 ACK")], [(2, "warning")],
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.2, ">", ACK)]),
    "second-final": (
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.2, "<", "SIP/2.0 200 OK")], [(3, "warning")],
        [(0, ">", INVITE), (0.1, "<", BUSY), (0.2, "<", BUSY)]),
    "reliable-unconfirmed": (
        [(0, ">", INVITE, "Supported: 100rel"),
         *((0.1 + n, "<", "SIP/2.0 183 Session Progress", "RSeq: 1", *RELIABLE) for n in range(3)), LATER],
        [(2, "warning"), (3, "warning"), (4, "warning")],
        [(0, ">", INVITE, "Supported: 100rel"),
         *((0.1 + n, "<", "SIP/2.0 183 Session Progress", "RSeq: 1", *RELIABLE) for n in range(3)),
         (4, ">", PRACK, "RAck: 1 1 INVITE", "CSeq: 2 PRACK", OWN_BRANCH), LATER]),
    "rseq-order": (
        [(0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 5", *RELIABLE),
         (0.2, "<", "SIP/2.0 180 Ringing", "RSeq: 7", *RELIABLE)], [(3, "warning")],
        [(0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 5", *RELIABLE),
         (0.2, "<", "SIP/2.0 180 Ringing", "RSeq: 6", *RELIABLE)]),
    "rseq-not-offered": (
        [(0, ">", INVITE, "Supported: timer"), (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 5", *RELIABLE)],
        [(2, "warning")],
        [(0, ">", INVITE, "Supported: timer", "Require: 100rel"),
         (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 5", *RELIABLE)]),
    "reliable-required": (
        [(0, ">", INVITE, "Require: 100rel"), (0.1, "<", "SIP/2.0 180 Ringing")], [(2, "warning")],
        [(0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 180 Ringing")]),
    "reliable-before-prack": (
        [(0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 x", "RSeq: 5", *RELIABLE),
         (0.2, "<", "SIP/2.0 180 Ringing", "RSeq: 6", *RELIABLE),
         (0.3, ">", PRACK, "RAck: 5 1 INVITE", "CSeq: 2 PRACK", OWN_BRANCH)], [(3, "warning")],
        [(0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 x", "RSeq: 5", *RELIABLE),
         (0.2, "<", "SIP/2.0 180 Ringing", "RSeq: 6", *RELIABLE)]),
    "100-non-invite-early": (
        [(0, ">", OPTIONS), (0.1, "<", "SIP/2.0 100 Trying", "CSeq: 1 OPTIONS")], [(2, "note")],
        [(0, ">", OPTIONS), (3.5, "<", "SIP/2.0 100 Trying", "CSeq: 1 OPTIONS")]),
    "199-not-offered": (
        [(0, ">", INVITE), (0.1, "<", "SIP/2.0 199 Early Dialog Terminated", "Reason: SIP;cause=486")],
        [(2, "note")],
        [(0, ">", INVITE, "Supported: timer, 199"),
         (0.1, "<", "SIP/2.0 199 Early Dialog Terminated", "Reason: SIP;cause=486")]),
    "487-unexplained": (
        [(0, ">", INVITE), (0.1, "<", "SIP/2.0 487 Request Terminated")], [(2, "chat")],
        [(0, ">", INVITE), (0.05, ">", CANCEL), (0.1, "<", "SIP/2.0 487 Request Terminated")]),
    "request-unseen": (
        [(0, ">", OPTIONS), (60, "<", "SIP/2.0 200 OK", "CSeq: 3 BYE", OWN_BRANCH)], [(2, "note")],
        [(0, ">", OPTIONS), (20, "<", "SIP/2.0 200 OK", "CSeq: 3 BYE", OWN_BRANCH)]),
}


def test_every_transaction_rule_has_its_case():
    source = (expectations.REPOSITORY / "tables" / "rules.toml").read_text(encoding="utf-8")
    rows = [block for block in source.split("[[rule]]") if 'asks = "transaction"' in block]
    assert [re.search(r'id = "([^"]+)"', row)[1] for row in rows] == list(RULE_CASES)


@pytest.mark.parametrize("rule", RULE_CASES)
def test_transaction_rule(rules_broken, rule):
    breaks, expected, keeps = RULE_CASES[rule]
    assert [(frame, severity) for frame, found, severity in rules_broken(*breaks) if found == rule] == expected
    assert [found for _, found, _ in rules_broken(*keeps) if found == rule] == []


@pytest.mark.parametrize(("request_line", "cseq", "first", "second", "broken"), [
    (INVITE, "1 INVITE", "486 Busy Here", "603 Decline", True), (INVITE, "1 INVITE", "486 Busy Here", "200 OK", False),
    (INVITE, "1 INVITE", "200 OK", "200 OK", False), (INVITE, "1 INVITE", "200 OK", "486 Busy Here", True),
    (OPTIONS, "1 OPTIONS", "200 OK", "200 OK", True)])
def test_which_forks_may_both_answer(rules_broken, request_line, cseq, first, second, broken):
    """RFC 3261 16.7: one or more 2xx to an INVITE, also behind a refusal; one final response to all others."""
    found = rules_broken((0, ">", request_line), (0.1, "<", f"SIP/2.0 {first}", f"CSeq: {cseq}"),
                         (0.15, "<", f"SIP/2.0 {second}", f"CSeq: {cseq}", "To: <sip:b@c>;tag=other"))
    assert [frame for frame, rule, _ in found if rule == "second-final"] == ([3] if broken else [])


def test_100_over_tcp_is_right_at_any_time(rules_broken):
    assert rules_broken((0, ">", OPTIONS), (0.1, "<", "SIP/2.0 100 Trying", "CSeq: 1 OPTIONS"),
                        transport="tcp", alice_port=40000) == []


def test_a_repeated_tcp_segment_is_no_sip_retransmission(wireshark, make_capture):
    invite, busy = ladder((0, ">", INVITE), (0.1, "<", BUSY), transport="tcp", alice_port=40000)
    capture = make_capture([invite, busy, (0.2, busy[1])])
    for arguments in (["-2"], [], ["-o", "tcp.analyze_sequence_numbers:FALSE"]):
        found = wireshark.annotations(capture, *arguments)
        before = {fields["frame"]: fields.get("sipresp.captured_before") for fields in found}
        # Where Wireshark analyzes sequence numbers, it does not dissect the segment again.
        assert before[2] is None and before.get(3, "2") == "2"
        assert all("sipresp.retransmission" not in fields for fields in found)


CUT = [(0, ">", INVITE, "Supported: 100rel, 199"),
       (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 5", *RELIABLE),
       (0.15, "<", "SIP/2.0 183 Session Progress", "Subject: " + 80 * "x", "RSeq: 6", *RELIABLE),
       (0.2, "<", "SIP/2.0 183 In order", "RSeq: 7", *RELIABLE), (0.3, "<", BUSY), (0.4, ">", ACK)]


def test_a_snap_length_that_leaves_the_five_headers(wireshark, make_capture):
    """What was cut off is not held to be missing: neither an offer of 100rel nor an RSeq in between."""
    capture = make_capture(ladder(*CUT), snap_length=319)
    found = wireshark.annotations(capture, "-2")
    assert [fields["sipresp.request_in"] for fields in found] == ["1"] * 4
    assert ["sipresp.reliable" in fields for fields in found] == [True, False, True, True]
    assert found[3]["sipresp.ack_in"] == "6"
    assert wireshark.findings(capture, "-2") == []
    assert "sipresp" not in wireshark.tshark(capture, "-q", "-z", "expert").lower()


def test_a_response_without_a_call_id_is_not_told_what_the_next_one_is(follow):
    """Guards against the record of a later frame being taken for that of one that could not be learned."""
    found = follow((0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing", "no Call-ID"), (0.2, "<", BUSY))
    assert found[3]["request_in"] == "1"
    assert "request_in" not in found[2]


@pytest.mark.parametrize(("response", "reliable"), [
    ("SIP/2.0 486 Busy Here", "2"), ("SIP/2.0 180 Ringing", None)])
def test_how_a_response_is_delivered_may_be_cut_off(wireshark, make_capture, response, reliable):
    """RSeq may stand where the snap length left nothing; of a final response the code says it all."""
    found, = wireshark.annotations(make_capture(ladder((0, "<", response, LONG)), snap_length=319))
    assert found.get("sipresp.reliable") == reliable


def test_a_code_that_is_none_answers_nothing(rules_broken):
    """A 799 is no final answer, so that the 486 behind it is no second one."""
    assert rules_broken((0, ">", INVITE), (0.1, "<", "SIP/2.0 799 What"), (0.15, "<", BUSY), (0.2, ">", ACK)) == []


LONG = "Subject: " + 300 * "x"
CUT_CALL = [(0, ">", INVITE, LONG), (0.1, "<", "SIP/2.0 100 Trying"), (0.2, "<", "SIP/2.0 180 Ringing", "Contact: <sip:b@192.0.2.2>"),
            (0.6, "<", "SIP/2.0 200 OK", LONG, "Contact: <sip:b@192.0.2.2>"), (0.7, ">", ACK, OWN_BRANCH),
            (1, ">", BYE, "CSeq: 2 BYE", OWN_BRANCH), (1.1, "<", "SIP/2.0 200 OK", "CSeq: 2 BYE", OWN_BRANCH)]


@pytest.mark.parametrize("snap_length", range(60, 420, 24))
def test_what_was_cut_off_is_held_against_nobody(wireshark, make_capture, snap_length):
    """Guards against an ACK that seems to acknowledge a 180, since its 200 was too long to be captured whole."""
    capture = make_capture(ladder(*CUT_CALL), snap_length=snap_length)
    assert wireshark.findings(capture, "-2") == []
    assert "SIPRESP" not in wireshark.tshark(capture, "-q", "-z", "expert")


def test_a_cut_message_behind_a_response_is_held_against_nobody(wireshark, make_capture):
    """Guards against a second pass that judges before it comes to what was cut off."""
    long_via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKone;" + 300 * "x"
    capture = make_capture(ladder((0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing", "Contact: <sip:b@c>"),
                                  (0.2, "<", "SIP/2.0 200 OK", long_via), (0.3, ">", ACK)), snap_length=319)
    assert wireshark.findings(capture, "-2") == []


LATE = ladder((0, ">", INVITE), (1, "<", BUSY), transport="tcp", alice_port=40000)
NOTHING_IS_CUT = {
    "a message without a Call-ID": [(0.5, udp(response().replace(b"Call-ID", b"X-Call-ID")))],
    "a long datagram that is no SIP": [(0.5, udp(bytes(3000), port=9, source_port=9))],
    "what is no SIP on its port": [(0.5, udp(b"no message of SIP, and whole"))],
    "a part of a message": [(0.5, tcp(response()[:200], port=40001)), (0.6, tcp(response()[200:], sequence=201, port=40001))],
}


@pytest.mark.parametrize("between", NOTHING_IS_CUT)
def test_what_hides_no_message_keeps_no_finding_back(wireshark, make_capture, between):
    capture = make_capture([LATE[0], *NOTHING_IS_CUT[between], LATE[1]], snap_length=1500)
    assert "first-response-late" in [finding[1] for finding in wireshark.findings(capture, "-2")]
    assert "came as the first response" in wireshark.tshark(capture, "-q", "-z", "expert")


def test_what_icmp_quotes_changes_nothing(wireshark, make_capture):
    invite, busy = ladder((0, ">", INVITE), (0.2, "<", BUSY))
    capture = make_capture([invite, (0.1, icmp_port_unreachable(busy[1])), busy])
    found = [fields for fields in wireshark.annotations(capture, "-2") if fields["frame"] == 3]
    assert found[0]["sipresp.request_in"] == "1"
    assert "sipresp.retransmission" not in found[0]


def test_what_a_read_filter_hides_is_not_told(wireshark, make_capture):
    """A read filter gives the number of a frame that it drops to the next one."""
    capture = make_capture(ladder((0, ">", INVITE), (0.1, "<", BUSY), (0.2, ">", ACK)))
    found, = wireshark.annotations(capture, "-2", "-R", "sip.class")
    assert found["sip.class"] == "4"
    assert "sipresp.request_in" not in found
    found, = wireshark.annotations(capture, "-2", "-R", "sip")
    assert (found["sipresp.request_in"], found["sipresp.ack_in"]) == ("1", "3")
    capture = make_capture(ladder((0, ">", INVITE), (0.1, "<", "SIP/2.0 100 Trying"), (0.2, "<", BUSY)))
    found, = wireshark.annotations(capture, "-2", "-R", "!(sip.Status-Code == 100)")
    assert found["sip.class"] == "4"
    assert not {"sipresp.request_in", "sipresp.delay"} & set(found)


def test_following_can_be_switched_off(follow):
    found = follow((0, ">", INVITE), (0.25, "<", BUSY), arguments=("-2", "-o", "sipresp.follow:FALSE"))
    assert not {"request_in", "delay", "check"} & set(found[2])


def test_two_passes_without_a_filter(wireshark, make_capture):
    """The first pass of tshark -2 shows nothing then, unless the preference asks for trees."""
    capture = make_capture(ladder((0, ">", INVITE), (0.1, "<", BUSY), (0.2, ">", ACK)))
    fields = ["-T", "fields", "-e", "sipresp.request_in", "-e", "sipresp.ack_in"]
    assert wireshark.tshark(capture, "-2", *fields).splitlines()[1].split() == ["1"]
    forward = wireshark.tshark(capture, "-2", "-o", "sipresp.forward_links:TRUE", *fields)
    assert forward.splitlines()[1].split() == ["1", "3"]


def test_sharkd(wireshark, make_capture):
    """sharkd sees frames in any order; it tells what it can know and nothing wrong."""
    capture = wireshark.staged(make_capture(ladder((0, ">", INVITE), (0.1, "<", BUSY), (0.2, ">", ACK))))
    wanted = [("frame", {"frame": frame, "proto": True}) for frame in (2, 1, 3)]
    plain = str(wireshark.sharkd(capture, *wanted))
    assert "sipresp.code == 486" in plain
    assert "ACK in" not in plain
    forward = str(wireshark.sharkd(capture, *wanted, before=[
        ("setconf", {"name": "sipresp.forward_links", "value": "TRUE"})]))
    assert "Request in: 1" in forward
    assert "ACK in: 3" in forward


@pytest.mark.parametrize("capture", [pytest.param(path, id=path.stem) for path in expectations.capture_files()])
def test_expert_tap_and_filter_agree_on_transactions(wireshark, capture):
    """By tap without a tree and by node: the same transactions are found. Guards against two ways that differ."""
    listed = wireshark.tshark(capture, "-q", "-z", "expert")
    by_tap = sum(int(count) for count in re.findall(r"^ +(\d+) +Protocol +SIPRESP", listed, re.M))
    assert by_tap == len(wireshark.findings(capture))


def test_a_million_of_one_call_id_stays_linear(wireshark, make_capture):
    """A hostile Call-ID must not make each ACK search all INVITEs: 20,000 are done in no time."""
    invite, ack = ladder((0, ">", INVITE), (0, ">", ACK, OWN_BRANCH))
    packets = []
    for number in range(20_000):
        branch = b"z9hG4bK%08d" % number
        packets.append((0, udp(invite[1][28:].replace(b"z9hG4bKone", branch), source=ALICE, destination=BOB)))
        packets.append((0, ack[1]))
    wireshark.tshark(make_capture(packets), "-q", "-z", "expert")


@pytest.mark.parametrize("length", [10, 400, 505, 600, 5000])
def test_long_branches_and_call_ids_are_told_apart(follow, length):
    """Guards against keys that are cut where they become long: what differs stands at the end."""
    lines = [(0.1 * number, *line, f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{'x' * length}{number % 2}",
              f"Call-ID: {'y' * length}{number % 2}")
             for number, line in enumerate([(">", INVITE), (">", INVITE), ("<", BUSY), ("<", BUSY)])]
    found = follow(*lines)
    assert [found[frame]["request_in"] for frame in (3, 4)] == ["1", "2"]


def test_delays_and_copies_are_told_in_few_texts(wireshark, make_capture):
    """As in test_rules.py: a late answer to each of many INVITEs, and a call that is answered again and again."""
    lines = []
    for number in range(100):
        own = (f"Call-ID: {number}@192.0.2.1", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}")
        lines += [(number, ">", INVITE, *own), (number + 2 + number / 2000, "<", "SIP/2.0 486 Busy Here", *own)]
    lines += [(300 + number, "<", "SIP/2.0 486 Busy Here", *own) for number in range(100)]
    exactly = ("Call-ID: exactly@192.0.2.1", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKexactly")
    lines += [(500, ">", INVITE, *exactly), (501, "<", "SIP/2.0 486 Busy Here", *exactly)]
    for after in (0.3, 32, 33, 101):
        own = (f"Call-ID: {after}s@192.0.2.1", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{after}s")
        lines += [(502, ">", INVITE, *own), (502 + after, "<", "SIP/2.0 486 Busy Here", *own)]
    capture = make_capture(ladder(*sorted(lines, key=lambda line: line[0])))
    output = wireshark.tshark(capture, "-q", "-z", "expert")
    told = re.findall(r"^ +(\d+) .*as the first response after (.*?)\. ", output, re.M)
    assert sorted(told) == [("1", "more than 1 s"), ("1", "more than 16 s"), ("1", "more than 200 ms"),
                            ("1", "more than 500 ms"), ("2", "more than 32 s"), ("99", "more than 2 s")]
    # What was measured is in the field.
    shown = wireshark.field(capture, "sipresp.delay", "-Y", "sipresp.delay > 32.5 && sipresp.delay < 34")
    assert list(shown.values()) == [["33.000000000"]]
    assert [line.split()[0] for line in output.splitlines() if "was sent more than 20 times" in line] == ["81"]


def test_a_body_that_is_cut_hides_nothing(wireshark, make_capture):
    """Only what cannot be learned makes findings about transactions uncertain; here the headers are all there."""
    packets = [(0, udp(request("INVITE", body="x" * 900), source=ALICE, destination=BOB)),
               (1, udp(response("SIP/2.0 486 Busy Here")))]
    for options in ({}, {"snap_length": 800}):
        rules = [finding[1] for finding in wireshark.findings(make_capture(packets, **options))]
        assert "first-response-late" in rules


@pytest.mark.parametrize(("cseq", "after", "is_found"), [
    ("3 BYE", 32, False), ("3 BYE", 32.000001, True), ("3 INVITE", 200, False), ("3 INVITE", 200.000001, True)])
@pytest.mark.parametrize("start", [0, 1_700_000_000])
def test_how_long_an_unseen_request_may_be_pending(wireshark, make_capture, cseq, after, is_found, start):
    """RFC 3261 17.1.2.2 and 16.6 step 11. Clocks that were never set begin at the epoch."""
    packets = ladder((0, ">", OPTIONS), (after, "<", "SIP/2.0 486 Busy Here", f"CSeq: {cseq}", OWN_BRANCH))
    rules = [finding[1] for finding in wireshark.findings(make_capture(packets, start=start), "-2")]
    assert ("request-unseen" in rules) == is_found
