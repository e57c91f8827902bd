# SPDX-License-Identifier: GPL-2.0-or-later
"""As many sip.class as sip.Status-Code, and as many responses counted, in every pass and wherever SIP stands."""

import gzip
import struct
from decimal import Decimal
from typing import NamedTuple

import pytest
from counting import Count
from packets import (
    ALICE,
    BOB,
    ETHERTYPE_TRANSPARENT,
    IP_IPIP,
    IP_UDP,
    SIP_PORT,
    TURN_DATA,
    apart,
    ethernet,
    gre,
    gtpu,
    icmp_error,
    icmp_port_unreachable,
    ip_in_ip,
    ipv6,
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
COUNTS = [([], None), ([], "frame.number > 0"), (["-2"], "frame.number > 0"), (["-V"], None)]
START = 1_700_000_000
SHOWN = ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", "-e", "frame.time_epoch", "-e", "sip.class", "-e",
         "sip.Status-Code"]


class Case(NamedTuple):
    """shown: the classes of all that Wireshark shows; received: the codes of those that somebody got."""
    packets: list
    shown: list
    received: list
    snap_length: int | None = None


def in_body(message, of=request, **options):
    return of(headers=["Content-Type: message/sip"], body=message.decode(), **options)


def in_multipart(*messages):
    parts = "".join(f"--limit\r\nContent-Type: message/sip\r\n\r\n{message.decode()}\r\n" for message in messages)
    return request("NOTIFY", ["Content-Type: multipart/mixed;boundary=limit"], parts + "--limit--\r\n")


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


HERE, THERE = bytes(15) + b"\1", bytes(15) + b"\2"


def over_ipv6(protocol, payload):
    """The packet alone, as an error quotes it."""
    return ethernet(ipv6(protocol, payload, source=HERE, destination=THERE))[14:]


def icmpv6(quoted):
    return icmp_error(quoted, 1, 4, source=THERE, destination=HERE)


# Nobody received these, whatever is tapped of the headers of IP around them.
QUOTED = {
    "an ICMP error": icmp_port_unreachable(udp(BUSY)),
    "an ICMP error, from a tunnel": icmp_port_unreachable(gre(udp(BUSY))),
    "an ICMP error, in a tunnel": vxlan(icmp_port_unreachable(udp(BUSY))),
    "an ICMPv6 error": icmpv6(over_ipv6(IP_UDP, udp(BUSY)[20:])),
    "an ICMPv6 error, with IPv4 inside": icmpv6(over_ipv6(IP_IPIP, udp(BUSY))),
    "an ICMPv6 error, in a tunnel over IPv4": vxlan(icmpv6(over_ipv6(IP_UDP, udp(BUSY)[20:]))),
}


TWO = {"sctp": [sctp(BUSY, DECLINE)], "turn": [turn(BUSY), turn_channel(DECLINE)]}


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


# Wireshark shows a message/sip body as SIP, so it has its class; nobody received it, so that it counts nowhere. Guards
# too against messages behind such a body that are lost without a tree.
REPORTED = {
    "compressed": ([tcp(packed(BUSY) + DECLINE)], ["4", "6"], [603]),
    "request": ([udp(in_body(BUSY, method="NOTIFY"))], ["4"], []),
    "response": ([udp(in_body(BUSY, response))], ["2", "4"], [200]),
    "multipart": ([udp(in_multipart(BUSY, DECLINE))], ["4", "6"], []),
    "turn": ([turn(in_body(BUSY, response))], ["2", "4"], [200]),
    "first of a segment": ([tcp(in_body(BUSY, response) + DECLINE)], ["2", "4", "6"], [200, 603]),
    "many of a segment": ([tcp((in_body(BUSY, response) + DECLINE * 3) * 3)], ["2", "4", "6", "6", "6"] * 3,
                          [200, 603, 603, 603] * 3),
    # Guards against a body that is gone over where taps are counted by doubling.
    "every number between": ([tcp(b"".join(in_body(BUSY, response) + DECLINE * number for number in range(1, 9)))],
                             [one for number in range(1, 9) for one in ["2", "4", *["6"] * number]],
                             [one for number in range(1, 9) for one in [200, *[603] * number]]),
}


@pytest.mark.parametrize(("packets", "shown", "received"), REPORTED.values(), ids=list(REPORTED))
def test_in_the_body_of_a_message(wireshark, make_capture, packets, shown, received):
    found = wireshark.annotations(make_capture(packets))
    assert [one["sip.class"] for one in found] == shown
    assert [int(one["sipresp.code"]) for one in found if not one.get("sipresp.reported")] == received


def test_a_reported_response_is_not_judged(wireshark, make_capture):
    """A 405 without Allow, which nobody sent here."""
    broken = response("SIP/2.0 405 Method Not Allowed", "REFER")
    assert wireshark.findings(make_capture([udp(broken)]))
    assert wireshark.findings(make_capture([udp(in_body(broken, method="NOTIFY"))])) == []


# What Wireshark takes for a continuation.
CONTINUATIONS = {
    "no blank behind the code": "SIP/2.0 301",
    "no capital letters": "sip/2.0 301 Moved Permanently",
    "another version": "SIP/3.0 301 Moved Permanently",
    "two blanks": "SIP/2.0  301 Moved Permanently",
}


def test_versions_that_the_user_takes_for_sip(wireshark, make_capture):
    capture = make_capture([tcp(response("sip/2.0 301 Moved Permanently"))])
    loose = ["-o", "sip.strict_sip_version:FALSE"]
    assert wireshark.field(capture, "sip.class", *loose) == wireshark.field(capture, "sip.class", "-2", *loose) == {
        1: ["3"]}
    assert [record["code"] for record in Count(wireshark, capture, *loose).responses] == [301]


# Guards against messages of a TCP segment that are lost without a tree.
ODD_LENGTHS = ["Content-Length: 0\r\nContent-Length: 0", "Content-Length: -1", "Content-Length: 0x10",
               "Content-Length: +0", "Content-Length: 0000000000", "Content-Length: 2147483648",
               "Content-Length: 4294967294", "Content-Length:", "Content-Length: 0 0"]


def behind_odd_length(line):
    first = response("SIP/2.0 100 Trying").replace(b"Content-Length: 0", line.encode())
    return tcp(first + BUSY + DECLINE)


LONG = response("SIP/2.0 200 OK", headers=["Subject: " + "x" * 300])
LONG_INVITE = request("INVITE", headers=["Subject: " + "x" * 300])
# Without a tree Wireshark taps no message that the snap length cut. Guards against a report of 0 responses.
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


CASES = {
    **{f"inside {name}": Case(packets, ["4"], [486]) for name, packets in INSIDE.items()},
    **{f"two in {name}": Case(packets, ["4", "6"], [486, 603]) for name, packets in TWO.items()},
    **{f"reported, {name}": Case(*case) for name, case in REPORTED.items()},
    **{f"quoted in {name}": Case([packet], ["4"], []) for name, packet in QUOTED.items()},
    **{f"{name}, alone": Case([tcp(response(line))], [], []) for name, line in CONTINUATIONS.items()},
    **{f"{name}, between others": Case([tcp(BUSY + response(line) + DECLINE)], ["4"], [486])
       for name, line in CONTINUATIONS.items()},
    **{line.replace("\r\n", ", "): Case([behind_odd_length(line)], ["1", "4", "6"], [100, 486, 603])
       for line in ODD_LENGTHS},
    **{f"cut, {name}": Case(*case, snap_length=340 if "report" in name else 200) for name, case in CUT.items()},
}


def case_of(time):
    """Each has a second of its own: a read filter numbers the frames anew, and leaves the time."""
    return list(CASES)[int(float(time)) - START]


def read_all(wireshark, capture, shown, counted):
    """Adds (number of the way, sip.class, sip.Status-Code) and (number of the count, record) to those of the cases."""
    for way, arguments in enumerate(WAYS):
        for row in wireshark.tshark(capture, *arguments, *SHOWN).splitlines():
            time, *values = row.split("\t")
            shown[case_of(time)].append((way, *values))
    for way, (arguments, condition) in enumerate(COUNTS):
        count = Count(wireshark, capture, *arguments, filter=condition)
        assert count.nodes["SIP responses",] == len(count.responses), (arguments, condition)
        for record in count.responses:
            counted[case_of(record["time"])].append((way, record))


@pytest.fixture(scope="module")
def found(wireshark, make_capture, request):
    """By case, what each of the ways shows and each of the counts has. The cases that are asked for stand in one
    capture, so that tools/test -k with the name of one shows it alone."""
    asked = {item.callspec.params["name"] for item in request.session.items if item.originalname == "test_counts"}
    shown = {name: [] for name in CASES}
    counted = {name: [] for name in CASES}
    for snap_length in {case.snap_length for case in CASES.values()}:
        packets = [(number + at / 100, apart(packet, number)) for number, (name, case) in enumerate(CASES.items())
                   if name in asked and case.snap_length == snap_length for at, packet in enumerate(case.packets)]
        read_all(wireshark, make_capture(packets, snap_length=snap_length), shown, counted)
    return shown, counted


@pytest.mark.parametrize("name", CASES)
def test_counts(found, name):
    shown, counted = (by_case[name] for by_case in found)
    case = CASES[name]
    for way, arguments in enumerate(WAYS):
        classes, codes = ([value for row in shown if row[0] == way for value in row[place].split("|") if value]
                          for place in (1, 2))
        assert [code[0] for code in codes] == classes == case.shown, arguments
    for way, arguments in enumerate(COUNTS):
        records = [record for at, record in counted if at == way]
        assert [record["code"] for record in records] == case.received, arguments
        if case.snap_length:
            assert {record["not_judged"] for record in records} <= {"cut"}


def test_a_cut_call_is_followed_in_every_pass(wireshark, make_capture):
    """Request and response alike are found, where the snap length leaves what tells their transaction."""
    invite = udp(request("INVITE", body="x" * 900), source=ALICE, destination=BOB)
    busy = udp(response("SIP/2.0 486 Busy Here", body="x" * 900))
    capture = make_capture([(0, invite), (0.5, busy)], snap_length=600)
    plain, tree = Count(wireshark, capture), Count(wireshark, capture, "-V")
    assert (plain.records, plain.nodes) == (tree.records, tree.nodes)
    assert [(record["delay"], record["not_judged"]) for record in plain.responses] == [(Decimal("0.5"), "cut")]
