# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever bytes come: no crash, no false statement, nothing lost."""

import xml.etree.ElementTree as ElementTree

import pytest
from counting import Count
from packets import gre, icmp_port_unreachable, ip_in_ip, request, response, sctp, tcp, udp

BIG_CODE = "SIP/2.0 4294967301 better not break the receiver"


def codes(annotations):
    return [annotation.get("sipresp.code") for annotation in annotations]


def test_empty_phrase(annotate):
    """RFC 4475 3.1.1.13; the phrase is free text and none is no other phrase."""
    found, = annotate(response("SIP/2.0 480 "))
    assert found["sipresp.phrase_received"] == ""
    assert found["sip.class"] == "4"
    assert "sipresp.phrase_differs" not in found


def test_utf8_phrase(annotate):
    phrase = "= 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e \u0434\u0435\u0432\u044f\u043d\u043e\u0441\u0442\u043e"
    found, = annotate(response(f"SIP/2.0 200 {phrase}"))
    assert found["sipresp.phrase_received"] == phrase
    assert found["sipresp.phrase_differs"] is True
    assert found["title"].startswith('SIP Response: 200 OK (sent as "= 2**3')


def test_utf8_method(annotate):
    """A method is a token, but what came is shown as it came."""
    found, = annotate(response(method="MÄH"))
    assert found["sipresp.method"] == "MÄH"


def test_phrase_that_is_no_utf8(annotate):
    found, = annotate(response("SIP/2.0 200 \udcff\udcfe\udc80"))
    assert found["sip.class"] == "2"


def test_phrase_in_other_case_is_the_same(annotate):
    found, = annotate(response("SIP/2.0 404 NOT FOUND"))
    assert "sipresp.phrase_differs" not in found


def test_code_too_long_for_any_number(wireshark, make_capture):
    """RFC 4475 3.1.2.19. Wireshark calls it a continuation; over TCP there is a SIP layer to read."""
    found, = wireshark.annotations(make_capture([tcp(response(BIG_CODE))]))
    assert found["title"] == "SIP Response: 4294967301 is not a status code"
    assert "sipresp.code" not in found
    assert "sip.class" not in found


def test_no_space_behind_the_code(wireshark, make_capture):
    """RFC 3261 25.1 asks for one. To Wireshark that is a continuation without a Status-Code, so it has no class."""
    found, = wireshark.annotations(make_capture([tcp(response("SIP/2.0 480"))]))
    assert found["title"].startswith("SIP Response: 480 Temporarily Unavailable, Client Error: ")
    assert found["sipresp.code"] == "480"
    assert "sip.class" not in found


def test_no_headers_at_all(annotate):
    found, = annotate(b"SIP/2.0 200 OK\r\n\r\n")
    assert found["sip.class"] == "2"
    assert "sipresp.method" not in found


@pytest.mark.parametrize("message", [b"", b"\0", b"\r\n\r\n", b"\xff" * 40, b"SIP/2.0", b"SIP/2.0 200",
                                     b"SIP/2.0 2", request()])
def test_nothing_to_annotate(annotate, message):
    assert annotate(message) == []


def test_line_ends_of_every_kind(annotate):
    found = annotate(*(response("SIP/2.0 486 Busy Here", end=end) for end in ("\r\n", "\n")))
    assert codes(found) == ["486", "486"]
    assert [annotation["sipresp.method"] for annotation in found] == ["INVITE", "INVITE"]


def test_three_thousand_responses_in_one_segment(wireshark, make_capture):
    """Guards against a walk that starts anew for each message."""
    capture = make_capture([tcp(b"SIP/2.0 200 \r\nl:0\r\n\r\n" * 3000)])
    values = wireshark.field(capture, "sip.class", "-Y", "sip.class")
    assert values == {1: ["2"] * 3000}


def test_messages_of_a_segment_keep_their_own_bytes(wireshark, make_capture):
    segment = (response("SIP/2.0 100 Trying") + request("BYE") + response("SIP/2.0 180 Ringing", "UPDATE")
               + response("SIP/2.0 486 Busy Here", "INVITE"))
    found = wireshark.annotations(make_capture([tcp(segment)]))
    assert [(a["sipresp.code"], a["sipresp.phrase_received"], a["sipresp.method"]) for a in found] == [
        ("100", "Trying", "INVITE"), ("180", "Ringing", "UPDATE"), ("486", "Busy Here", "INVITE")]


def test_message_over_several_segments(wireshark, make_capture):
    message = response("SIP/2.0 183 Session Progress", body="v=0\r\n" * 100)
    parts = [message[at:at + 150] for at in range(0, len(message), 150)]
    packets = [tcp(part, sequence=1 + 150 * number) for number, part in enumerate(parts)]
    found = wireshark.annotations(make_capture(packets))
    assert codes(found) == ["183"]
    assert found[0]["frame"] == len(parts)


@pytest.mark.parametrize("snap_length", range(42, 120, 3))
def test_cut_by_the_snap_length(annotate, wireshark, snap_length):
    """A phrase that was cut is not another phrase, and a code that was cut is not a wrong one."""
    for found in annotate(response("SIP/2.0 603 Decline"), snap_length=snap_length):
        assert found["sipresp.code"] == "603"
        assert "sipresp.phrase_differs" not in found


@pytest.mark.parametrize("wrap", [gre, ip_in_ip, lambda packet: gre(gre(packet))], ids=["gre", "ipip", "gre-gre"])
def test_tunnels(wireshark, make_capture, wrap):
    assert codes(wireshark.annotations(make_capture([wrap(udp(response()))]))) == ["200"]


def test_sctp(wireshark, make_capture):
    assert codes(wireshark.annotations(make_capture([sctp(response("SIP/2.0 503 Service Unavailable"))]))) == ["503"]


def test_quoted_in_an_icmp_error(wireshark, make_capture):
    """Wireshark shows it as a SIP layer, at the top (4.0) or below ICMP (4.6): it has its class like any."""
    capture = make_capture([icmp_port_unreachable(udp(response("SIP/2.0 404 Not Found")))])
    shown = ElementTree.fromstring(wireshark.tshark(capture, "-T", "pdml")).findall("packet//proto[@name='sip']")
    assert codes(wireshark.annotations(capture)) == ["404"] * len(shown)


def test_report_in_a_multipart_body(annotate):
    body = ("--limit\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 603 Decline\r\n--limit\r\n"
            "Content-Type: message/sipfrag\r\n\r\nSIP/2.0 499 Odd\r\n--limit--\r\n")
    found = annotate(request("NOTIFY", ["Content-Type: multipart/mixed;boundary=limit"], body))
    assert codes(found) == ["603", "499"]
    assert [annotation["title"] for annotation in found] == [
        "SIP Response reported: 603 Decline, Global Failure",
        "SIP Response reported: 499 (not registered), Client Error, handled as 400"]
    for annotation in found:
        assert annotation["sipresp.reported"] is True
        assert "sip.class" not in annotation


def test_report_without_a_status_line(annotate):
    assert annotate(request("NOTIFY", ["Content-Type: message/sipfrag"], "To: Bob <sip:bob@example.com>")) == []


def test_a_reported_response_says_nothing_of_its_delivery(annotate):
    """It was sent elsewhere: here nobody waits for its ACK."""
    reported, = annotate(request("NOTIFY", ["Content-Type: message/sipfrag"], "SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n"))
    assert reported["sipresp.method"] == "INVITE"
    assert not {"sipresp.outcome", "sipresp.reliable", "sipresp.ack_expected"} & reported.keys()


def test_captures_without_sip(wireshark, make_capture):
    packets = [udp(b"\x12\x34" + bytes(30), source_port=53, port=53), tcp(b"GET / HTTP/1.1\r\n\r\n", port=80)]
    assert wireshark.annotations(make_capture(packets)) == []
    assert wireshark.annotations(make_capture([])) == []


def test_the_end_of_one_message_and_another_in_a_segment(wireshark, make_capture):
    """The first lies in what Wireshark has put together, the second in the frame: its place there ends no other."""
    first = response("SIP/2.0 486 Busy Here", headers=["Content-Type: text/plain"], body="x" * 300)
    stream, cut = first + response("SIP/2.0 405 Method Not Allowed", "REFER"), len(first) - 20
    capture = make_capture([tcp(stream[:cut]), tcp(stream[cut:], sequence=1 + cut)])
    found = wireshark.annotations(capture)
    assert [(one["frame"], one["sipresp.code"], one["sipresp.method"]) for one in found] == [
        (2, "486", "INVITE"), (2, "405", "REFER")]
    assert [record["code"] for record in Count(wireshark, capture).responses] == [486, 405]
