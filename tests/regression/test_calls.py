# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls on ordinary captures: hops unseen, forks, other servers, copies, disorder, cuts. Each scene stands beside
one that looks like it and is something else."""

import struct

import pytest
from conversation import ACK, BUSY, BYE, CANCEL, INVITE, LATER, OPTIONS, RELIABLE, ladder, message
from counting import Count, outcomes
from packets import ALICE, BOB, ethernet, gre, ip_in_ip, response, tcp, udp
from test_metrics import ratios, times

PROXY, CAROL, SECOND = bytes([192, 0, 2, 3]), bytes([192, 0, 2, 4]), bytes([192, 0, 2, 5])
OK = "SIP/2.0 200 OK"


class Wire:
    """Messages between hosts, over one transport: a TCP connection goes on with the sequence number it has reached."""

    def __init__(self, transport):
        self.transport, self.sequences, self.packets = transport, {}, []

    def send(self, seconds, source, destination, *lines, ports=(5060, 5060)):
        payload = message(*lines)
        ends = {"source": source, "destination": destination, "source_port": ports[0], "port": ports[1]}
        if self.transport == "udp":
            self.packets.append((seconds, udp(payload, **ends)))
            return
        key = (source, destination, ports)
        sequence = self.sequences.setdefault(key, 1)
        self.packets.append((seconds, tcp(payload, sequence=sequence, **ends)))
        self.sequences[key] += len(payload)


def via(branch, host="192.0.2.3"):
    return f"Via: SIP/2.0/UDP {host};branch=z9hG4bK{branch}"


def tag(name):
    return f"To: <sip:bob@example.com>;tag={name}"


@pytest.fixture(params=["udp", "tcp"])
def wire(request):
    return Wire(request.param)


@pytest.fixture
def figures(wireshark, make_capture):
    """The metrics of packets, the same in one pass, in two, and from sharkd."""
    def count(packets):
        capture = make_capture(sorted(packets, key=lambda item: item[0]))
        one = Count(wireshark, capture)
        two = Count(wireshark, capture, "-2", filter="frame.number > 0")
        assert (one.records, one.metrics, one.nodes) == (two.records, two.metrics, two.nodes)
        reply, = wireshark.sharkd(capture, ("tap", {"tap0": "nstat:sipresp_metrics,tree"}))
        shown = {row[0]: row[1:9] for part in reply["taps"][0]["tables"] for row in part["i"]}
        assert shown == one.metrics
        return one
    return count


def fork(wire, first, second):
    """A proxy rings two phones; the first hop is not captured. Returns the packets of a call that the second ends."""
    wire.send(0, PROXY, BOB, INVITE, via("bob"))
    wire.send(0.01, PROXY, CAROL, INVITE, via("carol"))
    wire.send(0.5, BOB, PROXY, "SIP/2.0 180 Ringing", via("bob"), tag("b"))
    wire.send(0.6, CAROL, PROXY, "SIP/2.0 180 Ringing", via("carol"), tag("c"))
    wire.send(2, BOB, PROXY, first, via("bob"), tag("b"))
    wire.send(2.1, PROXY, BOB, ACK, via("bob"), tag("b"))
    wire.send(3, CAROL, PROXY, second, via("carol"), tag("c"))
    wire.send(3.1, PROXY, CAROL, ACK, via("ack"), tag("c"))
    wire.send(9, PROXY, CAROL, BYE, via("bye"), tag("c"), "CSeq: 2 BYE")
    wire.send(9.1, CAROL, PROXY, OK, via("bye"), tag("c"), "CSeq: 2 BYE")
    return wire.packets


def test_a_fork_whose_second_phone_answers(figures, wire):
    """Guards against SER 0/1 and SCR 1/1 for the same call: the request is one on both hops, and any 2xx is its final
    response (RFC 3261 16.7 step 6)."""
    count = figures(fork(wire, BUSY, OK))
    assert ratios(count.metrics, "SER")[0] == ratios(count.metrics, "SCR")[0] == ["1", "1", "100.00"]
    assert times(count.metrics, "SDT") == ["1", *["6.000000"] * 4]
    assert +outcomes(count.records) == {"answered": 1}


def test_a_fork_that_nobody_takes(figures, wire):
    count = figures(fork(wire, BUSY, "SIP/2.0 480 Temporarily Unavailable"))
    assert ratios(count.metrics, "SER")[0] == ratios(count.metrics, "SCR")[0] == ["0", "1", "0.00"]
    assert +outcomes(count.records) == {"busy": 1}


def failover(wire, first_answers, second_is_tried):
    wire.send(0, ALICE, BOB, INVITE, via("one"))
    if first_answers:
        wire.send(0.2, BOB, ALICE, "SIP/2.0 503 Service Unavailable", via("one"), tag("x"))
        wire.send(0.3, ALICE, BOB, ACK, via("one"), tag("x"))
    if second_is_tried:
        wire.send(1, ALICE, SECOND, INVITE, via("two"))
        wire.send(2, SECOND, ALICE, OK, via("two"), tag("y"))
        wire.send(2.1, ALICE, SECOND, ACK, via("ack"), tag("y"))
    return wire.packets


@pytest.mark.parametrize("first_answers", [True, False])
def test_failover_to_another_server(figures, wire, first_answers):
    """RFC 3263 4.3: the same request, with a new branch. Guards against a request that counts as failed for its first server."""
    count = figures(failover(wire, first_answers, True))
    assert ratios(count.metrics, "SER")[0] == ["1", "1", "100.00"]
    assert ratios(count.metrics, "ISA")[0] == ["0", "1", "0.00"]
    assert [times(count.metrics, name)[0] for name in ("SRD, successful", "SRD, failed")] == ["1", "0"]


def test_503_where_no_other_server_is_tried(figures, wire):
    count = figures(failover(wire, True, False))
    assert ratios(count.metrics, "ISA")[0] == ["1", "1", "100.00"]
    assert +outcomes(count.records) == {"server failure": 1}


@pytest.mark.parametrize(("branch", "request_in"), [("one", "1"), ("another", None)])
def test_a_response_from_another_address_of_the_server(wireshark, make_capture, wire, branch, request_in):
    """RFC 3261 17.1.3 asks for branch and method, not for addresses: several addresses of one server, NAT, SCTP."""
    wire.send(0, ALICE, BOB, INVITE, via("one"))
    wire.send(0.1, SECOND, ALICE, BUSY, via(branch))
    for arguments in ([], ["-2"]):
        found, = wireshark.annotations(make_capture(wire.packets), *arguments)
        assert found.get("sipresp.request_in") == request_in


@pytest.mark.parametrize("proxy_forwards", [True, False])
def test_all_on_one_address(wireshark, make_capture, proxy_forwards):
    """Guards against an ACK of the other hop that hides a missing one: ports tell hops apart as addresses do."""
    wire, host = Wire("udp"), ALICE
    phone, proxy, other = 5061, 5060, 5062
    wire.send(0, host, host, INVITE, via("one"), ports=(phone, proxy))
    wire.send(0.01, host, host, INVITE, via("two"), ports=(proxy, other))
    for seconds in (1, 1.5, 2.5, 4.5):
        wire.send(seconds, host, host, OK, via("two"), ports=(other, proxy))
        if seconds == 1:
            wire.send(1.01, host, host, OK, via("one"), ports=(proxy, phone))
            wire.send(1.02, host, host, ACK, via("ack"), ports=(phone, proxy))
            if proxy_forwards:
                wire.send(1.03, host, host, ACK, via("ack2"), ports=(proxy, other))
    capture = make_capture(wire.packets + ladder(LATER))
    broken = [(frame, rule) for frame, rule, *_ in wireshark.findings(capture, "-2") if rule.startswith("final-")]
    assert broken == ([] if proxy_forwards else [(3, "final-unacknowledged"), (6, "final-unacknowledged"),
                                                 (7, "final-unacknowledged"), (8, "final-unacknowledged")])


TWICE = {"on any": lambda packet: packet, "in a tunnel": gre, "IP in IP": ip_in_ip}


@pytest.mark.parametrize("how", TWICE)
def test_what_was_captured_twice_was_sent_once(wireshark, make_capture, how):
    """Guards against copies that count as retransmissions, and a warning that an INVITE had to be sent again."""
    call = ladder((0, ">", INVITE), (0.3, "<", "SIP/2.0 180 Ringing", "Contact: <sip:b@c>"), (1, "<", OK), (1.1, ">", ACK),
                  (2, ">", BYE, "CSeq: 2 BYE"), (2.1, "<", OK, "CSeq: 2 BYE"))
    packets = [item for seconds, packet in call for item in ((seconds, packet), (seconds + 0.0002, TWICE[how](packet)))]
    capture = make_capture(packets)
    for arguments in ([], ["-2"]):
        found = wireshark.annotations(capture, *arguments)
        assert [fields.get("sipresp.captured_before") for fields in found] == [None, "3", None, "5", None, "11"]
        assert all("sipresp.retransmission" not in fields for fields in found)
        assert [fields["sipresp.request_in"] for fields in found] == ["1"] * 4 + ["9"] * 2
    assert {rule for _, rule, *_ in wireshark.findings(capture, "-2")} <= {
        "first-response-late", "invite-2xx-capabilities", "invite-2xx-contact"}
    assert all(frame % 2 for frame, *_ in wireshark.findings(capture, "-2"))
    count = Count(wireshark, capture)
    assert ratios(count.metrics, "SER")[0] == ["1", "1", "100.00"]
    assert count.nodes["SIP responses",] == count.nodes["Captured twice, and not counted above",] == 3


@pytest.mark.parametrize(("apart", "ip_ids", "twice"), [(0.004, (7, 8), True), (0.02, (7, 7), True), (0.02, (7, 8), False),
                                                        (0.499, (7, 7), True), (0.5, (7, 7), False), (0.02, (0, 0), False)])
def test_when_the_same_bytes_are_a_copy(wireshark, make_capture, apart, ip_ids, twice):
    """Within a few milliseconds; or, before T1, where the IP packet is the same one."""
    payload, ends = message(BUSY), {"source": BOB, "destination": ALICE}
    invite = ladder((0, ">", INVITE))
    copies = []
    for seconds, ip_id in zip((0.1, 0.1 + apart), ip_ids):
        packet = bytearray(udp(payload, **ends))
        packet[4:6] = struct.pack("!H", ip_id)
        packet[10:12] = bytes(2)
        copies.append((seconds, bytes(packet)))
    _, second = wireshark.annotations(make_capture(invite + copies), "-o", "ip.check_checksum:FALSE")
    assert second.get("sipresp.captured_before") == ("2" if twice else None)
    assert second.get("sipresp.retransmission") == (None if twice else "1")


def test_another_message_is_no_copy(follow):
    """The same bytes but one, in the same millisecond."""
    found = follow((0, ">", INVITE), (0.1, "<", BUSY), (0.1001, "<", BUSY, "Server: x"))
    assert "captured_before" not in found[3]
    assert found[3]["retransmission"] == "1"


def test_two_copies_of_a_request_in_one_segment_are_one_request(wireshark, make_capture):
    """Guards against two INVITEs where a client had sent one again before TCP sent the first."""
    payload = message(INVITE)
    packets = [tcp(payload + payload, source=ALICE, destination=BOB, source_port=40000, port=5060)]
    count = Count(wireshark, make_capture(packets))
    assert [record["record"] for record in count.records] == ["call", "invite", "call_end", "unanswered"]


@pytest.mark.parametrize("reinvites", [1, 80])
def test_a_long_call_with_many_reinvites(figures, reinvites):
    """Guards against a search that ends before it comes to the INVITE that began the call."""
    lines = [(0, ">", INVITE), (1, "<", OK), (1.1, ">", ACK)]
    for number in range(2, 2 + reinvites):
        own = (via(number, "192.0.2.1"), f"CSeq: {number} INVITE", tag("b"))
        lines += [(600 * number, ">", INVITE, *own), (600 * number + 1, "<", OK, *own),
                  (600 * number + 1.1, ">", ACK, via(f"ack{number}", "192.0.2.1"), f"CSeq: {number} ACK")]
    bye = (via("bye", "192.0.2.1"), "CSeq: 500 BYE")
    lines += [(60001, ">", BYE, *bye), (60001.5, "<", OK, *bye)]
    count = figures(ladder(*lines))
    assert ratios(count.metrics, "SCR")[0] == ["1", "1", "100.00"]
    assert times(count.metrics, "SDT") == ["1", *["60000.000000"] * 4]


@pytest.mark.parametrize(("later", "credentials", "after", "delay"), [
    (0.5, "yes", 401, "750.000"), (0.5, None, None, "250.000"), (7200, "yes", None, "250.000")])
def test_what_a_challenged_register_is_sent_again_as(figures, later, credentials, after, delay):
    """Guards against a registration delay of two hours: the clock runs on only where the client answers the challenge,
    while a transaction lives."""
    headers = lambda cseq: ("no To", "To: <sip:a@example.com>", f"CSeq: {cseq} REGISTER", via(cseq, "192.0.2.1"))
    register = "REGISTER sip:example.com SIP/2.0"
    sent = (f'Authorization: Digest username="{credentials}"',) if credentials else ()
    count = figures(ladder((0, ">", register, *headers(1)), (0.25, "<", "SIP/2.0 401 Unauthorized", *headers(1)),
                           (later, ">", register, *headers(2), *sent), (later + 0.25, "<", OK, *headers(2))))
    assert [record["after"] for record in count.records if record["record"] == "register"] == [None, after]
    assert times(count.metrics, "RRD") == ["1", *[delay] * 4]


def swap(lines, one, other):
    lines[one], lines[other] = lines[other], lines[one]
    return lines


@pytest.mark.parametrize("apart", [0.0002, 0.4])
def test_an_ack_that_stands_before_its_200_in_the_file(wireshark, make_capture, apart):
    """Two queues of a network card: the times are right. Guards against an ACK that seems to have no final response."""
    packets = ladder((0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing", "Contact: <sip:b@c>"), (1, "<", OK),
                     (1 + apart, ">", ACK, via("ack", "192.0.2.1")))
    capture = make_capture(swap(packets, 2, 3))
    assert wireshark.annotations(capture, "-2")[1]["sipresp.ack_in"] == "3"
    assert "ack-without-final" not in [rule for _, rule, *_ in wireshark.findings(capture, "-2")]


def test_an_ack_long_before_its_200(wireshark, make_capture):
    """The same order, and the times agree with it."""
    packets = ladder((0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing", "Contact: <sip:b@c>"),
                     (1, ">", ACK, via("ack", "192.0.2.1")), (2, "<", OK))
    capture = make_capture(packets)
    assert (2, "ack-without-final") in [finding[:2] for finding in wireshark.findings(capture, "-2")]
    assert "sipresp.ack_in" not in wireshark.annotations(capture, "-2")[1]


@pytest.mark.parametrize(("second", "broken"), [(0.1998, []), (0.3, [(4, "rseq-order")])])
def test_two_reliable_responses_in_the_wrong_order_of_the_file(wireshark, make_capture, second, broken):
    packets = ladder((0, ">", INVITE, "Supported: 100rel"), (0.1, "<", "SIP/2.0 183 a", "RSeq: 5", *RELIABLE),
                     (0.2, "<", "SIP/2.0 183 c", "RSeq: 7", *RELIABLE), (second, "<", "SIP/2.0 183 b", "RSeq: 6", *RELIABLE))
    found = [finding[:2] for finding in wireshark.findings(make_capture(packets), "-2") if finding[1] == "rseq-order"]
    assert found == (broken and [(3, "rseq-order"), *broken])


def test_a_response_that_stands_before_its_request_in_the_file(figures, wireshark, make_capture):
    packets = ladder((0, ">", OPTIONS), (0.01, ">", INVITE), (0.0102, "<", "SIP/2.0 100 Trying"), (1, "<", BUSY))
    capture = make_capture(swap(packets, 1, 2))
    found = wireshark.annotations(capture, "-2")
    assert [(fields["sipresp.request_in"], fields["sipresp.delay"]) for fields in found] == [
        ("3", "0.000200000"), ("3", "0.990000000")]


@pytest.mark.parametrize(("times_behind", "is_found"), [((10**9,), False), ((400, 401), True)])
def test_a_time_that_lies_alone_in_the_future_moves_nothing(wireshark, make_capture, times_behind, is_found):
    """Guards against warnings on calls that one broken timestamp seems to have ended."""
    unanswered = [(0, ">", INVITE), (0.1, "<", BUSY), (0.6, "<", BUSY), (1.6, "<", BUSY)]
    behind = [(seconds, *LATER[1:]) for seconds in times_behind] + ([] if is_found else [(2, *LATER[1:])])
    rules = [rule for _, rule, *_ in wireshark.findings(make_capture(ladder(*unanswered, *behind)), "-2")]
    assert ("final-unacknowledged" in rules) == is_found


def pcapng(packets):
    """A capture whose clock counts whole seconds (if_tsresol 0): (seconds, IP packet) pairs, seconds up to 2^64."""
    def block(kind, body):
        size = 12 + len(body)
        return struct.pack("<II", kind, size) + body + struct.pack("<I", size)

    def option(code, value):
        return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)

    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
              block(1, struct.pack("<HHI", 1, 0, 0) + option(9, b"\0") + option(0, b""))]
    for seconds, packet in packets:
        frame = ethernet(packet)
        blocks.append(block(6, struct.pack("<IIIII", 0, seconds >> 32, seconds & 0xFFFFFFFF, len(frame), len(frame))
                            + frame + bytes(-len(frame) % 4)))
    return b"".join(blocks)


@pytest.mark.parametrize("far", [2**62, 2**63 - 1, 5 * 10**9])
def test_times_beyond_the_range(wireshark, far):
    """Guards against an overflow of seconds * 10^9, which is undefined; the sanitizers end the process there."""
    path = wireshark.stage / f"far-{far}.pcapng"
    invite, busy, other = (packet for _, packet in ladder((0, ">", INVITE), (0, "<", BUSY), (0, "<", "SIP/2.0 180 x")))
    path.write_bytes(pcapng([(1_700_000_000, invite), (far, other), (1_700_000_001, busy), (far, udp(b"x", port=9))]))
    path.chmod(0o644)
    # Not sipresp,tree: Wireshark's own trees of statistics, such as plen,tree, crash on such times.
    wireshark.tshark(path, "-V", "-2", "-q", "-z", "sipresp,records", "-z", "sipresp_metrics,tree")
    found = wireshark.annotations(path)
    assert found[1]["sipresp.delay"] == "1.000000000"


CUT_AWAY = "X-Long: " + 400 * "x"


@pytest.mark.parametrize(("ends", "judged"), [((CAROL, SECOND), True), ((ALICE, BOB), False)])
def test_a_cut_message_silences_only_its_own_hosts(wireshark, make_capture, ends, judged):
    """Guards against one cut message that makes the whole capture look clean, without a word."""
    late = ladder((0, ">", INVITE), (1, "<", BUSY))
    lines = message(BUSY, CUT_AWAY)
    # The Call-ID of the cut one lies behind what was captured.
    payload = lines.replace(b"Call-ID: call@192.0.2.1\r\n", b"").replace(b"Content-Length", b"Call-ID: c\r\nContent-Length")
    capture = make_capture([late[0], (0.5, udp(payload, source=ends[1], destination=ends[0])), late[1]], snap_length=400)
    found = wireshark.annotations(capture, "-2")[-1]
    rules = [rule for frame, rule, *_ in wireshark.findings(capture, "-2") if frame == 3]
    assert ("first-response-late" in rules) == judged
    assert found.get("sipresp.not_judged") == (None if judged else "gap")
    record = Count(wireshark, capture).responses[-1]
    assert record["not_judged"] == (None if judged else "gap")


def test_a_cut_response_says_that_it_was_not_judged(wireshark, make_capture):
    capture = make_capture(ladder((0, ">", INVITE), (1, "<", BUSY, CUT_AWAY)), snap_length=400)
    found, = wireshark.annotations(capture, "-2")
    assert found["sipresp.not_judged"] == "cut"


UNANSWERED = {
    "never answered": ([(0, ">", INVITE), (0.5, ">", INVITE), (32.1, *LATER[1:]), (40, *LATER[1:])], "never answered"),
    "open": ([(0, ">", INVITE), (0.5, ">", INVITE), (31.9, *LATER[1:]), (31.95, *LATER[1:])], "open"),
    "it rings": ([(0, ">", INVITE), (1, "<", "SIP/2.0 180 Ringing"), (200, *LATER[1:]), (200.5, *LATER[1:])], "open"),
    "it rang": ([(0, ">", INVITE), (1, "<", "SIP/2.0 180 Ringing"), (201.1, *LATER[1:]), (202, *LATER[1:])], "never answered"),
    "an ACK shows the answer": ([(0, ">", INVITE), (1, ">", ACK, via("ack", "192.0.2.1")), (400, *LATER[1:]),
                                 (401, *LATER[1:])], "final response not captured"),
    "a BYE shows the answer": ([(0, ">", INVITE), (9, ">", BYE, "CSeq: 2 BYE", via("bye", "192.0.2.1")), (400, *LATER[1:]),
                                (401, *LATER[1:])], "final response not captured"),
}


@pytest.mark.parametrize("scene", UNANSWERED)
def test_no_call_is_invisible(figures, scene):
    """RFC 3261 17.1.1.2: 64*T1, and where it rings Timer C; before that nobody can say."""
    lines, outcome = UNANSWERED[scene]
    count = figures(ladder(*lines))
    assert +outcomes(count.records) == {outcome: 1}
    assert [record["state"] for record in count.records
            if record["record"] == "unanswered" and record["method"] == "INVITE"] == [outcome]


def test_a_call_that_is_challenged_and_answered_is_one_call(figures):
    second = (via("two", "192.0.2.1"), "CSeq: 2 INVITE")
    count = figures(ladder(
        (0, ">", INVITE), (0.1, "<", "SIP/2.0 407 Proxy Authentication Required"), (0.2, ">", ACK),
        (0.3, ">", INVITE, *second, "Proxy-Authorization: Digest x"), (1, "<", OK, *second)))
    assert +outcomes(count.records) == {"answered": 1}
    assert count.nodes["Calls by outcome",] == 1


def test_a_cancel_from_another_port(wireshark, make_capture):
    packets = [*ladder((0, ">", INVITE), (0.1, "<", "SIP/2.0 100 Trying")), *ladder((1, ">", CANCEL), alice_port=5099),
               *ladder((1.1, "<", "SIP/2.0 487 Request Terminated"))]
    assert "487-unexplained" not in [rule for _, rule, *_ in wireshark.findings(make_capture(packets), "-2")]


@pytest.mark.parametrize(("line", "headers", "reliable"), [
    ("SIP/2.0 100 Trying", ("RSeq: 1", *RELIABLE), "0"), ("SIP/2.0 183 Session Progress", ("RSeq: 1",), "0"),
    ("SIP/2.0 183 Session Progress", ("RSeq: 1", *RELIABLE), "1")])
def test_what_waits_for_a_prack(follow, line, headers, reliable):
    """RFC 3262 3: RSeq and Require: 100rel, and never a 100."""
    assert follow((0, ">", INVITE, "Supported: 100rel"), (0.1, "<", line, *headers))[2]["reliable"] == reliable


LENGTHS = ["Content-Length: 0;a", "l: +0", "l: abc", "Content-Length: 00000000000", "l: 9\r\nl: 0", "l: -1", "l: 0x10", "l:"]


@pytest.mark.parametrize("length", LENGTHS)
def test_messages_end_at_the_same_place_with_and_without_a_tree(wireshark, make_capture, length):
    """Guards against messages of a segment that only one of both ways finds."""
    one = response().replace(b"Content-Length: 0", length.encode())
    capture = make_capture([tcp(one + response("SIP/2.0 486 Busy Here") + response("SIP/2.0 487 x"))])
    codes = wireshark.field(capture, "sip.Status-Code")[1]
    assert wireshark.field(capture, "sipresp.code")[1] == codes
    assert [str(record["code"]) for record in Count(wireshark, capture).responses] == codes
