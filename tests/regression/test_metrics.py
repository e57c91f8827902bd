# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of RFC 6076 against figures worked by hand."""

import counting
import expectations
import pytest
from conversation import ACK, BUSY, BYE, CANCEL, INVITE, LATER, ladder
from counting import Count, outcomes
from packets import udp

REGISTER = "REGISTER sip:example.com SIP/2.0"
NO_DELAY = ["-", "-", "-", "-"]


@pytest.fixture
def metrics(wireshark, make_capture):
    """Lines of a ladder in, the table of figures out."""
    return lambda *lines: Count(wireshark, make_capture(ladder(*lines))).metrics


def ratios(table, name):
    """Counted, of and per cent, for every INVITE and for challenged ones merged."""
    return table[f"{name}, every INVITE"][:3], table[f"{name}, challenged INVITEs merged"][:3]


def times(table, name):
    """Count, minimum, mean, 95th percentile and maximum."""
    cells = table[name]
    return [cells[0], *cells[3:7]]


def test_calls_whose_outcome_sipp_knows(wireshark):
    """captures/README.md: 8 + 2 answered, 2 of them challenged; 3 busy, 2 cancelled, one 503, one unheard:
    19 INVITEs, 17 with the challenged ones merged, 18 and 16 of them with a final response."""
    table = Count(wireshark, expectations.CAPTURES / "figures.pcapng").metrics
    assert ratios(table, "SER") == (["10", "19", "52.63"], ["10", "17", "58.82"])
    assert ratios(table, "SEER") == (["13", "19", "68.42"], ["13", "17", "76.47"])
    assert ratios(table, "ISA") == (["1", "19", "5.26"], ["1", "17", "5.88"])
    assert ratios(table, "SCR") == (["10", "19", "52.63"], ["10", "17", "58.82"])
    assert ratios(table, "ASR") == (["10", "18", "55.56"], ["10", "16", "62.50"])
    counts = {name: table[name][0] for name in ("RRD", "SRD, successful", "SRD, failed", "SDD", "SDT", "PDD")}
    assert counts == {"RRD": "2", "SRD, successful": "10", "SRD, failed": "6", "SDD": "10", "SDT": "10", "PDD": "12"}
    # The scenarios ring after 100 ms and talk for 300 ms.
    for name, low, high in (("SRD, successful", 0.1, 0.2), ("SRD, failed", 0.1, 0.2), ("PDD", 0.1, 0.2), ("SDT", 0.3, 0.4)):
        assert all(low <= float(cell) <= high for cell in times(table, name)[1:]), name


@pytest.mark.parametrize("silent", ["181 Call Is Being Forwarded", "182 Queued"])
def test_what_the_caller_does_not_hear_ends_no_post_dial_delay(metrics, silent):
    """Guards against a diverted call that seems to ring when it is only sent on."""
    table = metrics((0, ">", INVITE), (1, "<", f"SIP/2.0 {silent}"), (3, "<", "SIP/2.0 180 Ringing"),
                    (4, "<", "SIP/2.0 200 OK"), (4.1, ">", ACK))
    assert times(table, "PDD") == ["1", *["3.000000"] * 4]


def test_retransmissions_count_nothing_and_reset_no_clock(metrics):
    """RFC 6076 4: t1 is the first INVITE, and a repeated 200, INVITE or BYE is none."""
    table = metrics((0, ">", INVITE), (0.5, ">", INVITE), (0.6, "<", "SIP/2.0 100 Trying"),
                    (1.25, "<", "SIP/2.0 180 Ringing"), (3, "<", "SIP/2.0 200 OK"), (3.5, "<", "SIP/2.0 200 OK"),
                    (3.6, ">", ACK), (63, ">", BYE, "CSeq: 2 BYE"), (63.5, ">", BYE, "CSeq: 2 BYE"),
                    (63.75, "<", "SIP/2.0 200 OK", "CSeq: 2 BYE"), (64, "<", "SIP/2.0 200 OK", "CSeq: 2 BYE"))
    assert ratios(table, "SER")[0] == ["1", "1", "100.00"]
    assert times(table, "SRD, successful") == ["1", *["1.250000"] * 4]
    assert times(table, "PDD") == ["1", *["1.250000"] * 4]
    assert times(table, "SDT") == ["1", *["60.000000"] * 4]
    assert times(table, "SDD") == ["1", *["750.000"] * 4]


def test_the_clock_runs_through_a_challenge(metrics):
    """The 401 is no failure and no end: SRD begins with the first INVITE (RFC 6076 4.3)."""
    table = metrics((0, ">", INVITE), (0.25, "<", "SIP/2.0 407 Proxy Authentication Required"), (0.3, ">", ACK),
                    (1, ">", INVITE, "CSeq: 2 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtwo",
                     "Proxy-Authorization: Digest username=\"alice\""),
                    (2, "<", "SIP/2.0 486 Busy Here", "CSeq: 2 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtwo"))
    assert ratios(table, "SEER") == (["1", "2", "50.00"], ["1", "1", "100.00"])
    assert ratios(table, "ASR") == (["0", "2", "0.00"], ["0", "1", "0.00"])
    assert times(table, "SRD, failed") == ["1", *["2.000000"] * 4]
    assert times(table, "SRD, successful") == ["0", *NO_DELAY]


def test_a_redirected_call_is_taken_off(metrics):
    """SER and SEER divide by the INVITEs without those that got a 3xx; ISA by all (RFC 6076 4.6 to 4.8)."""
    table = metrics((0, ">", INVITE), (0.5, "<", "SIP/2.0 302 Moved Temporarily"), (0.6, ">", ACK),
                    (1, ">", INVITE.replace("bob", "bob.at.home"), "CSeq: 2 INVITE",
                     "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtwo"),
                    (2, "<", "SIP/2.0 200 OK", "CSeq: 2 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtwo"))
    assert ratios(table, "SER") == (["1", "1", "100.00"], ["1", "1", "100.00"])
    assert ratios(table, "ISA") == (["0", "2", "0.00"], ["0", "2", "0.00"])
    assert times(table, "SRD, successful") == ["1", *["2.000000"] * 4]


def test_nothing_to_divide_by_is_undefined(metrics):
    """RFC 6076 4: without a denominator there is no figure, and 0 would be a wrong one."""
    table = metrics((0, ">", REGISTER), (0.125, "<", "SIP/2.0 200 OK", "CSeq: 1 REGISTER"))
    for name in ("SER", "SEER", "ISA", "SCR", "ASR"):
        assert ratios(table, name) == (["0", "0", "undefined"], ["0", "0", "undefined"])


def test_registration_delay_has_the_challenge_inside(metrics):
    """And one that fails has none: only 200 ends it (RFC 6076 4.1)."""
    def register(second, cseq, code):
        headers = ("no To", "To: <sip:alice@example.com>", f"CSeq: {cseq} REGISTER",
                   f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{cseq}", "Authorization: Digest username=\"alice\"")
        return (second, ">", REGISTER, *headers), (second + 0.25, "<", f"SIP/2.0 {code} x", *headers)

    table = metrics(*register(0, 1, 401), *register(0.5, 2, 200), *register(60, 3, 403), *register(120, 4, 200))
    assert times(table, "RRD") == ["2", "250.000", "500.000", "750.000", "750.000"]
    assert [table[f"IRA, {which}"][:3] for which in ("every REGISTER", "challenged REGISTERs merged")] == [
        ["1", "4", "25.00"], ["1", "3", "33.33"]]


@pytest.mark.parametrize(("first", "second"), [("200 OK", "486 Busy Here"), ("486 Busy Here", "200 OK")])
def test_the_best_final_counts_and_no_other(metrics, first, second):
    """Whatever comes first: any 2xx, else the lowest class (RFC 3261 16.7 step 6); an INVITE succeeds or fails once."""
    table = metrics((0, ">", INVITE), (1, "<", f"SIP/2.0 {first}"),
                    (2, "<", f"SIP/2.0 {second}", "no To", "To: <sip:bob@example.com>;tag=c"))
    assert [table[name][0] for name in ("SRD, successful", "SRD, failed")] == ["1", "0"]


def test_unanswered_calls_count(metrics):
    table = metrics((0, ">", INVITE), (0.5, ">", INVITE), (1.5, ">", INVITE), (40, ">", CANCEL))
    assert ratios(table, "SER")[0] == ["0", "1", "0.00"]
    assert ratios(table, "ASR")[0] == ["0", "0", "undefined"]


def test_requests_in_a_dialog_are_no_attempts(metrics):
    """A re-INVITE has a To tag; its failure is no failed call."""
    table = metrics((0, ">", INVITE), (1, "<", "SIP/2.0 200 OK"), (1.1, ">", ACK),
                    (5, ">", INVITE, "To: <sip:bob@example.com>;tag=b", "CSeq: 2 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKre"),
                    (6, "<", "SIP/2.0 503 Service Unavailable", "CSeq: 2 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKre"))
    assert ratios(table, "SER")[0] == ["1", "1", "100.00"]
    assert ratios(table, "ISA")[0] == ["0", "1", "0.00"]


@pytest.mark.parametrize(("capture", "invites"), [("proxy-both-sides", "1"), ("proxy-407", "2"), ("forked", "1"),
                                                  ("two-forks-200", "1"), ("retransmitted-request", "1")])
def test_a_call_on_several_hops_counts_once(wireshark, capture, invites):
    """A proxy sends the INVITE on, and to several phones; the caller sent it once (RFC 6076 5.4)."""
    table = Count(wireshark, expectations.CAPTURES / f"{capture}.pcapng").metrics
    assert ratios(table, "SER")[0][:2] == ["1", invites]
    for name in ("SER", "SCR"):
        assert ratios(table, name)[1] == ["1", "1", "100.00"], name
    sessions = "2" if capture == "two-forks-200" else "1"
    assert [table[name][0] for name in ("SRD, successful", "SDT", "SDD")] == [sessions] * 3


def test_a_session_of_which_only_the_end_is_there(metrics):
    """Its BYE has a delay, but nobody knows how long it was or whether it was one of these INVITEs."""
    table = metrics((0, ">", BYE, "CSeq: 2 BYE"), (0.5, "<", "SIP/2.0 200 OK", "CSeq: 2 BYE"))
    assert times(table, "SDD")[0] == "1"
    assert times(table, "SDT") == ["0", *NO_DELAY]
    assert table["SCR, every INVITE"][:3] == ["0", "0", "undefined"]


def test_either_side_ends_a_session(metrics):
    ends = ("From: <sip:bob@example.com>;tag=b", "To: <sip:alice@example.com>;tag=a", "CSeq: 7 BYE",
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKbye")
    table = metrics((0, ">", INVITE), (1, "<", "SIP/2.0 200 OK"), (1.1, ">", ACK),
                    (31, "<", BYE, *ends), (31.5, ">", "SIP/2.0 200 OK", *ends))
    assert times(table, "SDT") == ["1", *["30.000000"] * 4]
    assert ratios(table, "SCR")[0] == ["1", "1", "100.00"]


def test_filters_beside_each_other_do_not_add_up(wireshark):
    """Wireshark has one table for all listeners of a kind."""
    capture = expectations.CAPTURES / "figures.pcapng"
    output = wireshark.tshark(capture, "-q", "-z", "sipresp_metrics,tree", "-z", "sipresp_metrics,tree,frame.number < 40",
                              "-z", "sipresp_metrics,tree,frame.number == 0")
    invites = sorted(int(table["SER, every INVITE"][1]) for table in counting.tables(output))
    assert invites[0] == 0 and 0 < invites[1] < invites[2] == 19


def test_said_once(wireshark):
    capture = expectations.CAPTURES / "basic-call.pcapng"
    output = wireshark.tshark(capture, "-q", "-z", "sipresp_metrics,tree")
    assert output.count("observed at the capture point") == 1
    assert "NER" not in output


def test_sharkd_gives_the_figures_each_time(wireshark, make_capture):
    """sharkd takes a table apart when it has given it, and may load another capture: neither must come to
    what the next request shows. A listener without a step has the table of all listeners."""
    figures, nothing = expectations.CAPTURES / "figures.pcapng", make_capture([udp(b"no SIP", port=9, source_port=9)])
    table = "nstat:sipresp_metrics,tree"
    once, twice = ("tap", {"tap0": table}), ("tap", {"tap0": table, "tap1": table})
    requests = [once, twice, ("load", {"file": str(nothing)}), once, once,
                ("load", {"file": str(wireshark.staged(figures))}), once]
    shown = [{row[0]: row[1:9] for part in tap["tables"] for row in part["i"]}
             for reply in wireshark.sharkd(figures, *requests) if "taps" in reply for tap in reply["taps"]]
    full, empty = (Count(wireshark, capture).metrics for capture in (figures, nothing))
    assert shown == [full, full, full, empty, empty, full]


@pytest.mark.parametrize("passes", [(), ("-2",)])
def test_a_call_whose_responses_stand_before_its_invite_in_the_file(wireshark, make_capture, passes):
    """They are told with the INVITE, the first one first; SRD ends with the 180 (RFC 6076 4.3). Guards against a call that is
    counted as open, and never rang."""
    capture = make_capture(ladder((0.02, "<", "SIP/2.0 180 Ringing"), (0.03, "<", BUSY), (0.01, ">", INVITE), (0.04, ">", ACK), LATER))
    count = Count(wireshark, capture, *passes)
    assert outcomes(count.records) == {"busy": 1}
    steps = [(record["record"], record["frame"], record["code"], str(record["delay"])) for record in count.records
             if record["record"] in ("alerted", "invite_final")]
    assert steps == [("alerted", 3, 180, "0.010000000"), ("invite_final", 3, 486, "0.010000000")]
