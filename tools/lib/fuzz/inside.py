# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged SIP inside of whole protocols: tunnels in tunnels, TURN, SCTP, WebSocket, TLS, TCP in any order, IPv6 fragments."""

import struct

from damage import damage_message
from packets import (
    ALICE,
    BOB,
    SIP_PORT,
    apart,
    ethernet,
    ETHERTYPE_TRANSPARENT,
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

LINES = ["SIP/2.0 100 Trying", "SIP/2.0 183 Session Progress", "SIP/2.0 200 OK", "SIP/2.0 302 Moved Temporarily",
         "SIP/2.0 407 Proxy Authentication Required", "SIP/2.0 486 Busy Here", "SIP/2.0 503 Service Unavailable"]
METHODS = ["INVITE", "ACK", "BYE", "PRACK", "CANCEL", "REGISTER", "NOTIFY"]
TUNNELS = [gre, lambda packet: gre(ethernet(packet), ETHERTYPE_TRANSPARENT), ip_in_ip, vxlan, gtpu]
HOSTS = 50
SIPS_PORT = 5061


def message(numbers):
    headers = numbers.sample(["Contact: <sip:bob@192.0.2.2>", "RSeq: 7", "RAck: 7 314159 INVITE", "Require: 100rel",
                              "Retry-After: 30", "Content-Type: message/sip", "Reason: Q.850;cause=17", "Warning: 304 a \"b\"",
                              "Proxy-Authenticate: Digest realm=\"x\", nonce=\"y\", stale=true"], 3)
    body = response("SIP/2.0 486 Busy Here").decode() if "Content-Type: message/sip" in headers else ""
    whole = (response(numbers.choice(LINES), numbers.choice(METHODS), headers, body) if numbers.randrange(2)
             else request(numbers.choice(METHODS), headers, body))
    return damage_message(whole, numbers)


def segments(numbers):
    """A TCP stream of a few messages, cut anywhere, and sent in another order, twice, or not at all."""
    stream = b"".join(message(numbers) for _ in range(numbers.randint(1, 6)))
    cuts = sorted(numbers.randrange(len(stream)) for _ in range(numbers.randint(0, 6)))
    packets = [tcp(stream[low:high], sequence=1 + low) for low, high in zip([0, *cuts], [*cuts, len(stream)], strict=True)
               if low < high]
    if packets and numbers.randrange(3) == 0:
        packets.append(numbers.choice(packets))
    if numbers.randrange(3) == 0:
        numbers.shuffle(packets)
    return packets[numbers.randrange(2) if len(packets) > 2 else 0:]


def over_tls(numbers, tls):
    """A connection, with the records cut anywhere by TCP."""
    port = numbers.randrange(30000, 60000)
    ends = ({"source_port": SIPS_PORT, "port": port, "source": BOB, "destination": ALICE},
            {"source_port": port, "port": SIPS_PORT, "source": ALICE, "destination": BOB})
    sequences = [1, 1]
    sent = ((numbers.randrange(2) == 0, message(numbers)) for _ in range(numbers.randint(1, 6)))
    for by_client, flight in tls.flights(sent):
        cut = numbers.randrange(len(flight)) if numbers.randrange(4) == 0 else 0
        for part in filter(None, (flight[:cut], flight[cut:])):
            yield tcp(part, sequence=sequences[by_client], **ends[by_client])
            sequences[by_client] += len(part)


def datagrams(numbers, tls):
    """One packet or a few, whatever carries SIP."""
    one = message(numbers)
    kinds = [lambda: [udp(one)], lambda: segments(numbers), lambda: [sctp(one, message(numbers))], lambda: [turn(one)],
             lambda: [turn_channel(one)], lambda: websocket(one, message(numbers)), lambda: [icmp_port_unreachable(udp(one))],
             lambda: [udp(one, source=ALICE, destination=BOB)], lambda: over_tls(numbers, tls)]
    return numbers.choice(kinds)()


def packets(numbers, count, tls):
    """So many conversations, each between hosts of its own, or of some that spoke before."""
    found = []
    for _ in range(count):
        if numbers.randrange(10) == 0:
            one = message(numbers)
            found += ipv6_fragments(struct.pack("!HHHH", SIP_PORT, SIP_PORT, 8 + len(one), 0) + one)
            continue
        around = numbers.choices(TUNNELS, k=numbers.choice((0, 0, 1, 2, 3)))
        host = numbers.randrange(HOSTS)
        for packet in datagrams(numbers, tls):
            for tunnel in around:
                packet = tunnel(packet)
            found.append(apart(qinq(packet) if numbers.randrange(8) == 0 else packet, host))
    return found
