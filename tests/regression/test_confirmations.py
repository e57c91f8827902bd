# SPDX-License-Identifier: GPL-2.0-or-later
"""What an ACK, a PRACK and a BYE say of the responses before them."""

import pytest
from conversation import ACK, BUSY, BYE, INVITE, LATER, OPTIONS, OWN_BRANCH, PRACK, RELIABLE, ladder, message
from packets import ALICE, BOB, udp

PROXY = bytes([192, 0, 2, 3])


def test_reliable_provisional_responses(follow):
    found = follow((0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 7", *RELIABLE),
                   (0.2, ">", PRACK, "RAck: 7 1 INVITE", "CSeq: 2 PRACK", OWN_BRANCH),
                   (0.3, "<", "SIP/2.0 183 Session Progress", "RSeq: 8", *RELIABLE))
    assert (found[2]["reliable"], found[2]["prack_in"]) == ("1", "3")
    assert "prack_in" not in found[4]
    assert "retransmission" not in found[4]


@pytest.mark.parametrize("prack", [
    ["RAck: 6 1 INVITE"], ["RAck: 7 2 INVITE"], ["RAck: 7 1 INVITE", "From: <sip:alice@example.com>;tag=other"],
    ["RAck: 7 1 INVITE", "To: <sip:bob@example.com>;tag=other"]])
def test_a_prack_of_another_response_confirms_nothing(follow, prack):
    """RFC 3262 3: RSeq, CSeq number and dialog name the response."""
    found = follow((0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 7", *RELIABLE),
                   (0.2, ">", PRACK, *prack, "CSeq: 2 PRACK", OWN_BRANCH))
    assert "prack_in" not in found[2]


def test_an_ack_of_another_caller_acknowledges_nothing(follow):
    found = follow((0, ">", INVITE), (0.1, "<", "SIP/2.0 200 OK"),
                   (0.2, ">", ACK, "From: <sip:alice@example.com>;tag=other", OWN_BRANCH))
    assert "ack_in" not in found[2]


def test_an_ack_that_fits_no_fork_is_held_against_the_last_one(rules_broken):
    third_branch = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKthree"
    broken = rules_broken((0, ">", INVITE), (0, ">", INVITE, OWN_BRANCH),
                          (0.1, "<", "SIP/2.0 200 OK"), (0.1, "<", "SIP/2.0 200 OK", OWN_BRANCH, "To: <sip:b@c>;tag=y"),
                          (0.2, ">", ACK, "To: <sip:b@c>;tag=z", third_branch))
    assert broken == [(4, "ack-other-to-tag", "warning")]


FORKED = [(0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing", "To: <sip:b@c>;tag=x", "Contact: <sip:b@192.0.2.2>"),
          (0.2, "<", "SIP/2.0 180 Ringing", "To: <sip:b@c>;tag=y", "Contact: <sip:b@192.0.2.3>"),
          (0.3, "<", "SIP/2.0 200 OK", "To: <sip:b@c>;tag=y"), (0.4, "<", "SIP/2.0 200 OK", "To: <sip:b@c>;tag=x"),
          (0.5, ">", ACK, OWN_BRANCH, "To: <sip:b@c>;tag=x"), (0.6, ">", ACK, OWN_BRANCH, "To: <sip:b@c>;tag=y")]


def test_forks(follow, rules_broken):
    """Two 2xx with different To tags are legal, and each has its own ACK."""
    found = follow(*FORKED)
    assert (found[2]["final_in"], found[3]["final_in"]) == ("5", "4")
    assert (found[4]["ack_in"], found[5]["ack_in"]) == ("7", "6")
    assert rules_broken(*FORKED) == []


def test_a_bye_explains_a_487_as_well(rules_broken):
    assert rules_broken((0, ">", INVITE), (0.05, "<", "SIP/2.0 180 Ringing"),
                        (0.1, ">", BYE, "CSeq: 2 BYE", OWN_BRANCH), (0.15, "<", "SIP/2.0 487 Request Terminated")) == []


def test_an_ack_of_a_2xx_with_another_cseq_number(rules_broken):
    """It has a branch of its own, so that it is found by its call (RFC 3261 13.2.2.4)."""
    call = [(0, ">", INVITE), (0.1, "<", "SIP/2.0 200 OK")]
    assert rules_broken(*call, (0.2, ">", ACK, OWN_BRANCH, "CSeq: 2 ACK")) == [(2, "ack-other-cseq", "warning")]
    assert rules_broken(*call, (0.2, ">", ACK, OWN_BRANCH, "CSeq: 2 ACK", "To: <sip:b@c>;tag=other")) == []
    assert rules_broken(*call, (0.2, ">", ACK, OWN_BRANCH), (0.3, ">", ACK, OWN_BRANCH, "CSeq: 2 ACK")) == []


@pytest.mark.parametrize(("end", "is_found"), [(32.1, True), (32.099, False)])
def test_an_ack_may_come_until_64_times_t1(wireshark, make_capture, end, is_found):
    """RFC 3261 13.3.1.4: nothing is said while the capture is too short to show whether the ACK came."""
    copies = [(second, "<", BUSY) for second in (0.1, 0.6, 1.6)]
    capture = make_capture(ladder((0, ">", INVITE), *copies, (end, *LATER[1:])))
    rules = [finding[1] for finding in wireshark.findings(capture, "-2")]
    assert ("final-unacknowledged" in rules) == is_found


def test_an_ack_of_a_2xx_may_bypass_proxies(wireshark, make_capture):
    """RFC 3261 13.2.2.4: the INVITE between other hosts is acknowledged, on every hop."""
    def send(source, destination, *lines):
        return udp(message(*lines), source=source, destination=destination)

    packets = [send(ALICE, PROXY, INVITE), send(PROXY, BOB, INVITE, OWN_BRANCH),
               send(BOB, PROXY, "SIP/2.0 200 OK", OWN_BRANCH), send(PROXY, ALICE, "SIP/2.0 200 OK"),
               send(ALICE, BOB, ACK, "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKthree")]
    found = wireshark.annotations(make_capture(packets), "-2")
    assert [fields["sipresp.ack_in"] for fields in found] == ["5", "5"]


def test_a_bye_of_another_call_explains_no_487(rules_broken):
    """One Call-ID, other tags: another dialog."""
    assert rules_broken((0, ">", INVITE), (0.05, "<", "SIP/2.0 180 Ringing"),
                        (0.1, ">", BYE, "CSeq: 2 BYE", OWN_BRANCH, "From: <sip:alice@example.com>;tag=x",
                         "To: <sip:bob@example.com>;tag=y"),
                        (0.15, "<", "SIP/2.0 487 Request Terminated")) == [(4, "487-unexplained", "chat")]


def test_every_fork_counts_its_reliable_responses(rules_broken):
    """RFC 3262 3: each fork begins with a number of its own."""
    forks = [("To: <sip:b@c>;tag=x", *RELIABLE), ("To: <sip:b@c>;tag=y", *RELIABLE)]
    call = [(0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 5", *forks[0]),
            (0.2, "<", "SIP/2.0 183 Session Progress", "RSeq: 70", *forks[1])]
    assert rules_broken(*call, (0.3, "<", "SIP/2.0 180 Ringing", "RSeq: 6", *forks[0])) == []
    assert rules_broken(*call, (0.3, "<", "SIP/2.0 180 Ringing", "RSeq: 71", *forks[0])) == [
        (4, "rseq-order", "warning")]


def test_a_cut_final_response_hides_no_rseq(wireshark, make_capture):
    """Only provisional responses have one that counts: what is told of another fork does not depend on it."""
    fork = ("To: <sip:b@c>;tag=y", *RELIABLE)
    capture = make_capture(ladder(
        (0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 200 OK", "Subject: " + 300 * "x"),
        (0.15, "<", "SIP/2.0 183 Session Progress", "RSeq: 5", *fork),
        (0.18, "<", "SIP/2.0 180 Ringing", "RSeq: 7", *fork)), snap_length=450)
    assert (4, "rseq-order") in [finding[:2] for finding in wireshark.findings(capture, "-2")]


@pytest.mark.parametrize(("rseq", "is_found"), [(1, False), (2**31 - 1, False), (2**31, True)])
def test_the_first_rseq_is_below_2_to_the_31(rules_broken, rseq, is_found):
    """RFC 3262 3"""
    broken = rules_broken((0, ">", INVITE, "Supported: 100rel"),
                          (0.1, "<", "SIP/2.0 183 Session Progress", f"RSeq: {rseq}", *RELIABLE))
    assert broken == ([(2, "rseq-order", "warning")] if is_found else [])


@pytest.mark.parametrize(("response", "headers"), [
    ("SIP/2.0 183 Session Progress", RELIABLE[1:]), ("SIP/2.0 200 OK", RELIABLE)])
def test_a_prack_confirms_only_reliable_provisional_responses(follow, response, headers):
    """RFC 3262 3: RSeq says nothing without Require: 100rel, and nothing in a final answer."""
    found = follow((0, ">", INVITE, "Supported: 100rel"), (0.1, "<", response, "RSeq: 7", *headers),
                   (0.2, ">", PRACK, "RAck: 7 1 INVITE", "CSeq: 2 PRACK", OWN_BRANCH))
    assert not {"prack_in", "ack_in"} & set(found[2])


def test_only_a_prack_confirms_provisional_responses(follow):
    found = follow((0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 Session Progress", "RSeq: 7", *RELIABLE),
                   (0.2, ">", OPTIONS, "RAck: 7 1 INVITE", "CSeq: 2 OPTIONS", OWN_BRANCH))
    assert "prack_in" not in found[2]
