# SPDX-License-Identifier: GPL-2.0-or-later
"""Ordinary calls of many phones over many servers, written as bytes: INVITEs of some 900 bytes with an offer, each
call with hosts, ports, tags and media of its own, and as many of them at once as a busy trunk has."""

import heapq
import itertools
import os

from packets import udp, write_capture

# Two calls of three begin with a 100: 20 packets in 3 calls.
PACKETS_PER_CALL = 20 / 3
TRANSACTIONS_PER_CALL = 2       # INVITE and BYE
CALLS_PER_SECOND = 100
CLIENTS, SERVERS = 4000, 24
LONG = ("Max-Forwards: 70", "User-Agent: Ordinary Phone/4.2.1 (build 20231114)",
        "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, UPDATE, PRACK",
        "Supported: replaces, timer, path, outbound", "Session-Expires: 1800;refresher=uac")
# (seconds after the INVITE, from the client, start line, CSeq, has a body)
LADDER = ((0.0, True, "INVITE sip:{callee}@{server} SIP/2.0", "1 INVITE", True),
          (0.02, False, "SIP/2.0 100 Trying", "1 INVITE", False),
          (0.6, False, "SIP/2.0 180 Ringing", "1 INVITE", False),
          (4.0, False, "SIP/2.0 200 OK", "1 INVITE", True),
          (4.05, True, "ACK sip:{callee}@{server} SIP/2.0", "1 ACK", False),
          (34.0, True, "BYE sip:{callee}@{server} SIP/2.0", "2 BYE", False),
          (34.05, False, "SIP/2.0 200 OK", "2 BYE", False))


def address(number, net):
    return bytes([10, net, number >> 8 & 255, number & 255])


def text_of(packed):
    return ".".join(map(str, packed))


def offer(host, number):
    return (f"v=0\r\no=- {number} {number} IN IP4 {host}\r\ns=call\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
            f"m=audio {16384 + number * 2 % 32768} RTP/AVP 8 0 18 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:18 G729/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n")


def packet(number, step):
    """One packet of a call."""
    _, from_client, start, cseq, has_body = LADDER[step]
    client, server = address(number * 7919 % CLIENTS, 1), address(number * 31 % SERVERS, 2)
    port = 1024 + number * 101 % 60000
    caller, callee = f"+49301{number:07}", f"+49891{number * 13 % 10_000_000:07}"
    body = offer(text_of(client if from_client else server), number) if has_body else ""
    branch = f"z9hG4bK-{number:08x}-{'i' if 'INVITE' in cseq else cseq.replace(' ', '')}"
    to_tag = "" if start.startswith("INVITE") or " 100 " in start else f";tag=s{number:08x}"
    lines = [start.format(callee=callee, server=text_of(server)),
             f"Via: SIP/2.0/UDP {text_of(client)}:{port};rport;branch={branch}",
             f'From: "Caller {number}" <sip:{caller}@example.com>;tag=c{number:08x}',
             f"To: <sip:{callee}@example.com>{to_tag}",
             f"Call-ID: {number:032x}@{text_of(client)}", f"CSeq: {cseq}",
             f"Contact: <sip:{caller}@{text_of(client)}:{port}>" if from_client else f"Contact: <sip:{callee}@{text_of(server)}>",
             *(LONG if has_body else LONG[:1]), *(["Require: timer"] if has_body and not from_client else []),
             *(["Content-Type: application/sdp"] if has_body else []),
             f"Content-Length: {len(body)}", "", body]
    ends = {"source": client, "destination": server, "source_port": port, "port": 5060}
    if not from_client:
        ends = {"source": server, "destination": client, "source_port": 5060, "port": port}
    return udp("\r\n".join(lines).encode(), **ends)


def sent():
    """(seconds, packet, calls begun so far) of each packet, without end."""
    waiting, number = [], 0
    while True:
        begins = number / CALLS_PER_SECOND
        if not waiting or begins <= waiting[0][0]:
            for step, row in enumerate(LADDER):
                if step != 1 or number % 3:
                    heapq.heappush(waiting, (begins + row[0], number, step))
            number += 1
            continue
        seconds, call, step = heapq.heappop(waiting)
        yield seconds, packet(call, step), number


def minutes():
    """The (seconds, packet) pairs of each minute, without end."""
    timed = ((seconds, sip) for seconds, sip, _ in sent())
    return (pairs for _, pairs in itertools.groupby(timed, lambda pair: pair[0] // 60))


def write(path, packets):
    """Writes as many packets; returns how many calls they begin."""
    begun = 0

    def timed():
        nonlocal begun
        for seconds, sip, begun in itertools.islice(sent(), packets):
            yield seconds, sip

    write_capture(path, timed())
    os.chmod(path, 0o644)
    return begun
