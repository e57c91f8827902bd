# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes small captures of messages that no stack here would send."""

import itertools
import struct

ALICE, BOB = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
ETHERTYPE_IPV4 = 0x0800
IP_ICMP, IP_IPIP, IP_TCP, IP_UDP, IP_GRE, IP_SCTP = 1, 4, 6, 17, 47, 132
SIP_PORT = 5060
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


def tcp(payload, sequence=1, source_port=SIP_PORT, port=40000, **ends):
    header = struct.pack("!HHIIBBHHH", source_port, port, sequence, 1, 0x50, 0x18, 65535, 0, 0)
    return ipv4(IP_TCP, header + payload, **ends)


def sctp(payload):
    padded = payload + b"\0" * (-len(payload) % 4)
    chunk = struct.pack("!BBHIHHI", 0, 3, 16 + len(payload), 1, 0, 0, 0) + padded
    return ipv4(IP_SCTP, struct.pack("!HHII", SIP_PORT, SIP_PORT, 1, 0) + chunk)


def gre(inner):
    return ipv4(IP_GRE, struct.pack("!HH", 0, ETHERTYPE_IPV4) + inner)


def ip_in_ip(inner):
    return ipv4(IP_IPIP, inner)


def icmp_port_unreachable(quoted):
    return ipv4(IP_ICMP, struct.pack("!BBHI", 3, 3, 0, 0) + quoted)


def ethernet(packet):
    return bytes(12) + struct.pack("!H", ETHERTYPE_IPV4) + packet


def exported(payload, dissector="sip.tcp"):
    """A frame of LINK_EXPORTED: bytes for one dissector, which may be more than an IP packet holds."""
    options = [(12, dissector.encode()), (20, BOB), (21, ALICE), (24, struct.pack("!I", 2)),
               (25, struct.pack("!I", SIP_PORT)), (26, struct.pack("!I", 40000)), (0, b"")]
    return b"".join(struct.pack("!HH", tag, len(value)) + value for tag, value in options) + payload


def write_capture(path, packets, snap_length=None, link=LINK_ETHERNET, start=1_700_000_000):
    """Writes packets as a pcap, 10 ms apart, or (seconds after start, packet) pairs; snap_length cuts each frame.
    Those of LINK_ETHERNET are IP packets."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        for number, packet in enumerate(packets):
            time, packet = packet if isinstance(packet, tuple) else (number / 100, packet)
            frame = ethernet(packet) if link == LINK_ETHERNET else packet
            captured = frame[:snap_length]
            microseconds = round(time * 1_000_000)
            file.write(struct.pack("<IIII", start + microseconds // 1_000_000,
                                   microseconds % 1_000_000, len(captured), len(frame)))
            file.write(captured)
    return path
