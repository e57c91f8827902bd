# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes small captures of messages that no stack here would send."""

import itertools
import struct
from operator import xor

ALICE, BOB = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_VLAN, ETHERTYPE_IPV6, ETHERTYPE_QINQ, ETHERTYPE_TRANSPARENT = 0x8100, 0x86DD, 0x88A8, 0x6558
IP_ICMP, IP_IPIP, IP_TCP, IP_UDP, IP_FRAGMENT, IP_GRE, IP_ICMPV6, IP_SCTP = 1, 4, 6, 17, 44, 47, 58, 132
SIP_PORT, TURN_PORT, VXLAN_PORT, GTPU_PORT = 5060, 3478, 4789, 2152
TURN_SEND, TURN_DATA = 0x0016, 0x0017
LINK_ETHERNET, LINK_EXPORTED = 1, 252


_ip_ids = itertools.count()


def response(start="SIP/2.0 200 OK", method="INVITE", headers=(), body="", end="\r\n"):
    """A response with the headers that every response carries, as bytes."""
    lines = [start,
             "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776asdhds",
             "From: Alice <sip:alice@example.com>;tag=1928301774",
             "To: Bob <sip:bob@example.com>;tag=a6c85cf",
             "Call-ID: a84b4c76e66710@192.0.2.1",
             f"CSeq: 314159 {method}",
             *headers,
             f"Content-Length: {len(body.encode())}"]
    return (end.join(lines) + end + end + body).encode("utf-8", "surrogateescape")


def request(method="INVITE", headers=(), body=""):
    return response(f"{method} sip:bob@example.com SIP/2.0", method, headers, body)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, payload, source=BOB, destination=ALICE, ip_id=None):
    """Each packet has an identification of its own, unless one is given: a copy of a packet has that of the first."""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload),
                         next(_ip_ids) % 65535 + 1 if ip_id is None else ip_id, 0, 64, protocol, 0, source, destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def udp(payload, source_port=SIP_PORT, port=SIP_PORT, **ends):
    return ipv4(IP_UDP, struct.pack("!HHHH", source_port, port, 8 + len(payload), 0) + payload, **ends)


def tcp(payload, sequence=1, source_port=SIP_PORT, port=40000, flags=0x18, **ends):
    header = struct.pack("!HHIIBBHHH", source_port, port, sequence, 1, 0x50, flags, 65535, 0, 0)
    return ipv4(IP_TCP, header + payload, **ends)


def sctp(*payloads):
    """One chunk each."""
    chunks = b"".join(struct.pack("!BBHIHHI", 0, 3, 16 + len(payload), 1 + number, 0, number, 0) + payload
                      + b"\0" * (-len(payload) % 4) for number, payload in enumerate(payloads))
    return ipv4(IP_SCTP, struct.pack("!HHII", SIP_PORT, SIP_PORT, 1, 0) + chunks)


def gre(inner, ethertype=ETHERTYPE_IPV4):
    return ipv4(IP_GRE, struct.pack("!HH", 0, ethertype) + inner)


def ip_in_ip(inner):
    return ipv4(IP_IPIP, inner)


def turn(message, kind=TURN_SEND):
    """RFC 8656 11: the indication by which a client sends through its relay, or gets what came there."""
    peer = struct.pack("!HHBBH4s", 0x0012, 8, 0, 1, SIP_PORT ^ 0x2112, bytes(map(xor, BOB, b"\x21\x12\xa4\x42")))
    data = struct.pack("!HH", 0x0013, len(message)) + message + b"\0" * (-len(message) % 4)
    head = struct.pack("!HHI12s", kind, len(peer + data), 0x2112A442, b"transaction.")
    ports = (40000, TURN_PORT) if kind == TURN_SEND else (TURN_PORT, 40000)
    return udp(head + peer + data, *ports)


def turn_channel(message):
    return udp(struct.pack("!HH", 0x4001, len(message)) + message + b"\0" * (-len(message) % 4), 40000, TURN_PORT)


def vxlan(inner):
    return udp(struct.pack("!II", 8 << 24, 77 << 8) + ethernet(inner), 50000, VXLAN_PORT)


def gtpu(inner):
    return udp(struct.pack("!BBHI", 0x30, 0xFF, len(inner), 99) + inner, GTPU_PORT, GTPU_PORT)


def websocket(*messages):
    """RFC 7118: the handshake, and a segment of frames."""
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n"
    asked, said = (f"{line}\r\n{upgrade}{own}\r\n\r\n".encode()
                   for line, own in (("GET / HTTP/1.1", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
                                     ("HTTP/1.1 101 Switching Protocols",
                                      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")))
    frames = b"".join(struct.pack("!BBH", 0x81, 126, len(message)) + message for message in messages)
    server = {"source_port": 80, "port": 40000}
    return [tcp(asked, source_port=40000, port=80, source=ALICE, destination=BOB), tcp(said, **server),
            tcp(frames, sequence=1 + len(said), **server)]


def ipv6_fragments(datagram):
    """Two Ethernet frames of a UDP datagram."""
    cut = len(datagram) // 16 * 8
    for offset, more, part in ((0, 1, datagram[:cut]), (cut, 0, datagram[cut:])):
        payload = struct.pack("!BBHI", IP_UDP, 0, offset | more, 7) + part
        yield Frame(ETHERTYPE_IPV6, struct.pack("!IHBB16s16s", 6 << 28, len(payload), IP_FRAGMENT, 64,
                                                bytes(15) + b"\1", bytes(15) + b"\2") + payload)


def qinq(packet):
    return Frame(ETHERTYPE_QINQ, struct.pack("!HHHH", 5, ETHERTYPE_VLAN, 6, ETHERTYPE_IPV4) + packet)


def ipv6(protocol, payload, source, destination):
    return Frame(ETHERTYPE_IPV6, struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, 64, source, destination)
                 + payload)


def icmp_error(quoted, kind, code, **ends):
    """An error of the version of IP that it quotes a packet of."""
    error = struct.pack("!BBHI", kind, code, 0, 0) + quoted
    return ipv6(IP_ICMPV6, error, **ends) if quoted[0] >> 4 == 6 else ipv4(IP_ICMP, error, **ends)


def icmp_port_unreachable(quoted):
    return icmp_error(quoted, 3, 3)


class Frame:
    """An Ethernet frame of another kind than IPv4."""

    def __init__(self, ethertype, payload):
        self.bytes = bytes(12) + struct.pack("!H", ethertype) + payload


def ethernet(packet):
    return packet.bytes if isinstance(packet, Frame) else Frame(ETHERTYPE_IPV4, packet).bytes


def apart(packet, number):
    """The packet between hosts of its own, up to 255 of them, so that it can stand in one capture with others."""
    frame = ethernet(packet).replace(ALICE[:3], bytes([10, number, 2]))
    return Frame(int.from_bytes(frame[12:14], "big"), frame[14:])


def exported(payload, dissector="sip.tcp"):
    """A frame of LINK_EXPORTED: bytes for one dissector, which may be more than an IP packet holds."""
    options = [(12, dissector.encode()), (20, BOB), (21, ALICE), (24, struct.pack("!I", 2)),
               (25, struct.pack("!I", SIP_PORT)), (26, struct.pack("!I", 40000)), (0, b"")]
    return b"".join(struct.pack("!HH", tag, len(value)) + value for tag, value in options) + payload


def write_capture(path, packets, snap_length=None, link=LINK_ETHERNET, start=1_700_000_000):
    """Writes packets as a pcap, 10 ms apart, or (seconds after start, packet) pairs, or these with a snap length of their
    own behind; snap_length cuts each frame. Those of LINK_ETHERNET are IP packets, or frames."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        for number, packet in enumerate(packets):
            time, packet, *own = packet if isinstance(packet, tuple) else (number / 100, packet)
            frame = ethernet(packet) if link == LINK_ETHERNET else packet
            captured = frame[:own[0] if own else snap_length]
            microseconds = round(time * 1_000_000)
            file.write(struct.pack("<IIII", start + microseconds // 1_000_000,
                                   microseconds % 1_000_000, len(captured), len(frame)))
            file.write(captured)
    return path
