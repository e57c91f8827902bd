# SPDX-License-Identifier: GPL-2.0-or-later
"""As many sip.class as sip.Status-Code, and as many responses counted, in every pass and wherever SIP stands."""

import gzip
import struct
from decimal import Decimal

import pytest
from counting import Count
from packets import (
    ALICE,
    BOB,
    ETHERTYPE_TRANSPARENT,
    SIP_PORT,
    TURN_DATA,
    ethernet,
    gre,
    gtpu,
    icmp_port_unreachable,
    ip_in_ip,
    ipv6_fragments,
    qinq,
    request,
    response,
    sctp,
    tcp,
    turn,
    turn_channel,
    udp,
    vxlan,
    websocket,
)

BUSY, DECLINE = response("SIP/2.0 486 Busy Here"), response("SIP/2.0 603 Decline")
# What makes tshark build trees, or none in the first pass.
WAYS = [[], ["-2"], ["-Y", "sip.class"], ["-2", "-R", "sip.class"]]


def in_body(message, of=request, **options):
    return of(headers=["Content-Type: message/sip"], body=message.decode(), **options)


def in_multipart(*messages):
    parts = "".join(f"--limit\r\nContent-Type: message/sip\r\n\r\n{message.decode()}\r\n" for message in messages)
    return request("NOTIFY", ["Content-Type: multipart/mixed;boundary=limit"], parts + "--limit--\r\n")


def check_counts(wireshark, capture, shown, received):
    """shown: the classes of all that Wireshark shows; received: the codes of those that somebody got."""
    for way in WAYS:
        if "-R" in way and not shown:
            continue
        classes = [digit for digits in wireshark.field(capture, "sip.class", *way).values() for digit in digits]
        codes = [code for codes in wireshark.field(capture, "sip.Status-Code", *way).values() for code in codes]
        assert [code[0] for code in codes] == classes == shown, way
    for arguments, condition in (([], None), ([], "frame.number > 0"), (["-2"], "frame.number > 0"), (["-V"], None)):
        count = Count(wireshark, capture, *arguments, filter=condition)
        assert [record["code"] for record in count.responses] == received, (arguments, condition)
        assert count.nodes["SIP responses",] == len(received), (arguments, condition)


INSIDE = {
    "qinq": [qinq(udp(BUSY))],
    "gre": [gre(udp(BUSY))],
    "gre with ethernet": [gre(ethernet(udp(BUSY)), ETHERTYPE_TRANSPARENT)],
    "ipip": [ip_in_ip(udp(BUSY))],
    "vxlan": [vxlan(udp(BUSY))],
    "gtp-u": [gtpu(udp(BUSY))],
    "ipv6 fragments": list(ipv6_fragments(struct.pack("!HHHH", SIP_PORT, SIP_PORT, 8 + len(BUSY), 0) + BUSY)),
    "turn send": [turn(BUSY)],
    "turn data": [turn(BUSY, TURN_DATA)],
}


@pytest.mark.parametrize("packets", INSIDE.values(), ids=list(INSIDE))
def test_one_inside_of_another_protocol(wireshark, make_capture, packets):
    check_counts(wireshark, make_capture(packets), ["4"], [486])


@pytest.mark.parametrize("packets", [[sctp(BUSY, DECLINE)], [turn(BUSY), turn_channel(DECLINE)]], ids=["sctp", "turn"])
def test_two(wireshark, make_capture, packets):
    check_counts(wireshark, make_capture(packets), ["4", "6"], [486, 603])


def test_websocket(wireshark, make_capture):
    """A read filter drops the handshake, and then Wireshark knows of no SIP."""
    capture = make_capture(websocket(BUSY, DECLINE))
    assert wireshark.field(capture, "sip.class", "-Y", "sip") == {3: ["4", "6"]}
    assert [record["code"] for record in Count(wireshark, capture).responses] == [486, 603]


def packed(message):
    """A request with the message in its body, compressed."""
    head = request("NOTIFY", ["Content-Type: message/sip", "Content-Encoding: gzip"]).partition(b"Content-Length")[0]
    body = gzip.compress(message)
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


REPORTED = {
    "compressed": ([tcp(packed(BUSY) + DECLINE)], ["4", "6"], [603]),
    "request": ([udp(in_body(BUSY, method="NOTIFY"))], ["4"], []),
    "response": ([udp(in_body(BUSY, response))], ["2", "4"], [200]),
    "multipart": ([udp(in_multipart(BUSY, DECLINE))], ["4", "6"], []),
    "turn": ([turn(in_body(BUSY, response))], ["2", "4"], [200]),
    "first of a segment": ([tcp(in_body(BUSY, response) + DECLINE)], ["2", "4", "6"], [200, 603]),
    "many of a segment": ([tcp((in_body(BUSY, response) + DECLINE * 3) * 3)], ["2", "4", "6", "6", "6"] * 3,
                          [200, 603, 603, 603] * 3),
}


@pytest.mark.parametrize(("packets", "shown", "received"), REPORTED.values(), ids=list(REPORTED))
def test_in_the_body_of_a_message(wireshark, make_capture, packets, shown, received):
    """Wireshark shows a message/sip body as SIP, so it has its class; nobody received it, so that it counts nowhere.
    Guards too against messages behind such a body that are lost without a tree."""
    capture = make_capture(packets)
    check_counts(wireshark, capture, shown, received)
    found = wireshark.annotations(capture)
    assert [one["sip.class"] for one in found] == shown
    assert [int(one["sipresp.code"]) for one in found if not one.get("sipresp.reported")] == received


def test_a_reported_response_is_not_judged(wireshark, make_capture):
    """A 405 without Allow, which nobody sent here."""
    broken = response("SIP/2.0 405 Method Not Allowed", "REFER")
    assert wireshark.findings(make_capture([udp(broken)]))
    assert wireshark.findings(make_capture([udp(in_body(broken, method="NOTIFY"))])) == []


def test_quoted_in_an_icmp_error(wireshark, make_capture):
    capture = make_capture([icmp_port_unreachable(udp(BUSY))])
    check_counts(wireshark, capture, ["4"], [])


CONTINUATIONS = {
    "no blank behind the code": "SIP/2.0 301",
    "no capital letters": "sip/2.0 301 Moved Permanently",
    "another version": "SIP/3.0 301 Moved Permanently",
    "two blanks": "SIP/2.0  301 Moved Permanently",
}


@pytest.mark.parametrize("line", CONTINUATIONS.values(), ids=list(CONTINUATIONS))
def test_what_wireshark_takes_for_a_continuation(wireshark, make_capture, line):
    check_counts(wireshark, make_capture([tcp(response(line))]), [], [])
    check_counts(wireshark, make_capture([tcp(BUSY + response(line) + DECLINE)]), ["4"], [486])


def test_versions_that_the_user_takes_for_sip(wireshark, make_capture):
    capture = make_capture([tcp(response("sip/2.0 301 Moved Permanently"))])
    loose = ["-o", "sip.strict_sip_version:FALSE"]
    assert wireshark.field(capture, "sip.class", *loose) == wireshark.field(capture, "sip.class", "-2", *loose) == {
        1: ["3"]}
    assert [record["code"] for record in Count(wireshark, capture, *loose).responses] == [301]


ODD_LENGTHS = ["Content-Length: 0\r\nContent-Length: 0", "Content-Length: -1", "Content-Length: 0x10",
               "Content-Length: +0", "Content-Length: 0000000000", "Content-Length: 2147483648",
               "Content-Length: 4294967294", "Content-Length:", "Content-Length: 0 0"]


@pytest.mark.parametrize("line", ODD_LENGTHS)
def test_odd_content_lengths_over_tcp(wireshark, make_capture, line):
    """Guards against messages of a segment that are lost without a tree."""
    first = response("SIP/2.0 100 Trying").replace(b"Content-Length: 0", line.encode())
    check_counts(wireshark, make_capture([tcp(first + BUSY + DECLINE)]), ["1", "4", "6"], [100, 486, 603])


LONG = response("SIP/2.0 200 OK", headers=["Subject: " + "x" * 300])
LONG_INVITE = request("INVITE", headers=["Subject: " + "x" * 300])
CUT = {
    "udp": ([udp(LONG)] * 20, ["2"] * 20, [200] * 20),
    "in the body": ([udp(response(body="x" * 300))], ["2"], [200]),
    "tcp": ([tcp(LONG, sequence=1 + number * len(LONG)) for number in range(3)], ["2"] * 3, [200] * 3),
    "of a request": ([udp(LONG_INVITE)], [], []),
    "gtp-u": ([gtpu(udp(LONG))], ["2"], [200]),
    "a report of another": ([udp(request("NOTIFY", ["Content-Type: message/sipfrag"],
                                         "SIP/2.0 200 OK\r\n" + "x" * 300))], [], []),
    "the middle of a message": ([tcp(b"SIP/2.0 has\r\nSIP/2.0 200 OK\r\n" + bytes(400))], [], []),
}


@pytest.mark.parametrize(("packets", "shown", "received"), CUT.values(), ids=list(CUT))
def test_cut_by_the_snap_length(wireshark, make_capture, packets, shown, received):
    """Without a tree Wireshark taps no message that is cut. Guards against a report of 0 responses."""
    capture = make_capture(packets, snap_length=340 if "NOTIFY" in str(packets[0]) else 200)
    check_counts(wireshark, capture, shown, received)
    assert [record["not_judged"] for record in Count(wireshark, capture).responses] == ["cut"] * len(received)


def test_a_cut_call_is_followed_in_every_pass(wireshark, make_capture):
    """Request and response alike are found, where the snap length leaves what tells their transaction."""
    invite = udp(request("INVITE", body="x" * 900), source=ALICE, destination=BOB)
    busy = udp(response("SIP/2.0 486 Busy Here", body="x" * 900))
    capture = make_capture([(0, invite), (0.5, busy)], snap_length=600)
    plain, tree = Count(wireshark, capture), Count(wireshark, capture, "-V")
    assert (plain.records, plain.nodes) == (tree.records, tree.nodes)
    assert [(record["delay"], record["not_judged"]) for record in plain.responses] == [(Decimal("0.5"), "cut")]
