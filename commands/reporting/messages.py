# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages as "tshark -z sipresp,messages" tells them, and as a capture that tshark reads again.

What lies at the edges of a piece of a capture is kept as messages: no second model of calls is needed to put the
pieces together, and whatever the plugin comes to say of a message, it says of it then too.
"""

import base64
import heapq
import ipaddress
import re
import struct
from functools import lru_cache
from typing import NamedTuple

MS = 1_000_000
SECOND = 1000 * MS
COPY_NS = 5 * MS
SAME_PACKET_NS = 500 * MS
SAME_SEGMENT_NS = 200 * SECOND
TRANSPORTS = ("udp", "tcp", "sctp", "other")
# EXP_PDU_TAG_PORT_TYPE of Wireshark.
PORT_TYPES = {"udp": 3, "tcp": 2, "sctp": 1, "other": 0}
LINK_EXPORTED = 252
# "SIP/2.", as base64.
RESPONSE = "U0lQLzIu"
# In place of an ICMP error, which has 16 bits: TCP was reset.
RESET = 1 << 16


class Message(NamedTuple):
    """One message, or one of which only the ends are known, since the snap length cut it: data is None. Or what became
    of one without SIP: an ICMP error that quotes it, or a reset of TCP."""
    time: int
    transport: str
    source: str | None
    source_port: int
    destination: str | None
    destination_port: int
    ip_id: int | None
    # Number behind the bytes of its TCP segment.
    sequence: int | None
    cut: bool
    # The filter holds for it, so that it counts.
    counts: bool
    # Base64, as it was told and as it is kept.
    data: str | None
    # Type << 8 | code of the ICMP error, whose ends these are but for the ports; RESET; None of a message.
    error: int | None = None


@lru_cache(1 << 16)
def packed_address(text):
    """Raises ValueError for what is none."""
    return ipaddress.ip_address(text).packed


def message_of(record, counts):
    return Message(record["time"], record["transport"], record["source"], record["source_port"], record["destination"],
                   record["destination_port"], record.get("ip_id"), record.get("sequence"), record.get("cut", True),
                   counts, record.get("bytes"), record.get("error"))


def reset_of(record):
    return message_of(record, True)._replace(cut=False, error=RESET)


class Unread(NamedTuple):
    """A TCP connection that carried SIP, over TLS or WebSocket, of which a capture gave no message."""
    over: str
    # The same in both directions and in all captures.
    address: str | None
    port: int
    other_address: str | None
    other_port: int


UNREAD_OVER = ("tls", "websocket")


def unread_of(record):
    ends = sorted(((record["source"], record["source_port"]), (record["destination"], record["destination_port"])), key=str)
    return Unread(record["over"], *ends[0], *ends[1])


def has_ip(message):
    """Are both ends hosts of one version of IP?"""
    return None not in (message.source, message.destination) and len(packed_address(message.source)) == len(
        packed_address(message.destination))


def hosts_of(message):
    """The same in both directions."""
    return frozenset((message.source, message.destination))


class CopyFinder:
    """Tells a message that was captured before, where Wireshark sees no IP packet or TCP segment of it any more."""

    def __init__(self):
        self._seen = {}

    def is_copy(self, message, number):
        """number: of the call among those of its Call-ID."""
        key = (number, message.data, message.source, message.source_port, message.destination, message.destination_port)
        first = self._seen.setdefault(key, message)
        if first is message:
            return False
        apart = abs(message.time - first.time)
        if message.sequence is not None and first.sequence is not None:
            same = message.sequence == first.sequence and apart < SAME_SEGMENT_NS
        else:
            same = message.sequence == first.sequence and (
                apart <= COPY_NS or message.ip_id == first.ip_id is not None and apart < SAME_PACKET_NS)
        if not same:
            self._seen[key] = message
        return same


_CALL_ID = re.compile(rb"(?im)^(?:call-id|i)[ \t]*:[ \t]*[^\r\n]*")
_BRANCH = re.compile(rb"(?is)^(.*?\n(?:via|v)[ \t]*:[^\r\n]*?;[ \t]*branch[ \t]*=[ \t]*[^;,\s]*)")


def told_apart(data, number):
    """The bytes of a message whose Call-ID another call had before: with a Call-ID and a branch of its own."""
    mark = b"~%d" % number
    data = _CALL_ID.sub(lambda found: found[0].rstrip() + mark, data, count=1)
    return _BRANCH.sub(lambda found: found[1] + mark, data, count=1)


def _block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)


def _packet(time, frame, cut):
    time = max(time, 0)
    return _block(6, struct.pack("<IIIII", 0, time >> 32 & 0xFFFFFFFF, time & 0xFFFFFFFF, len(frame), len(frame) + cut)
                  + frame)


def _exported(dissector, tags, data):
    tags = [(12, dissector), *tags, (0, b"")]
    return b"".join(struct.pack("!HH", tag, len(value) + -len(value) % 4) + value + b"\0" * (-len(value) % 4)
                    for tag, value in tags) + data


def _ends(message):
    for text, places in ((message.source, (20, 22)), (message.destination, (21, 23))):
        if text is not None:
            packed = packed_address(text)
            yield places[len(packed) > 4], packed
    yield 24, struct.pack("!I", PORT_TYPES[message.transport])
    yield 25, struct.pack("!I", message.source_port)
    yield 26, struct.pack("!I", message.destination_port)


def _ip(source, destination, protocol, payload):
    if len(source) == 4:
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0, source, destination) + payload
    return struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, 64, source, destination) + payload


# An ICMP error quotes far less.
QUOTED_MAX = 60_000


def without_sip(message, data):
    """The packet that resets TCP, or the ICMP error that quotes the data of a UDP datagram."""
    source, destination = packed_address(message.source), packed_address(message.destination)
    ports = struct.pack("!HH", message.source_port & 0xFFFF, message.destination_port & 0xFFFF)
    dissector = b"ip" if len(source) == 4 else b"ipv6"
    if message.error == RESET:
        # RFC 9293 3.1: a header of five words with the flag RST.
        return _exported(dissector, [], _ip(source, destination, 6, ports + struct.pack("!IIBBHHH", 0, 0, 5 << 4, 4, 0, 0, 0)))
    data = data[:QUOTED_MAX]
    quoted = _ip(destination, source, 17, ports + struct.pack("!HH", 8 + len(data), 0) + data)
    error = struct.pack("!HHI", message.error, 0, 0) + quoted
    return _exported(dissector, [], _ip(source, destination, 1 if len(source) == 4 else 58, error))


# Wireshark takes it for SIP, and there is too little of it to be read.
GAP = b"OPTIONS sip:cut SIP/2.0\r\nVia: "


def write_capture(file, messages, ticks):
    """A pcapng of (message, number of the call among those of its Call-ID) pairs, a frame each, in their order; behind
    them a frame without SIP for each of the times."""
    file.write(_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    file.write(_block(1, struct.pack("<HHI", LINK_EXPORTED, 0, 0) + struct.pack("<HHBxxx", 9, 1, 9) + bytes(4)))
    for message, number in messages:
        data = GAP if message.data is None else base64.b64decode(message.data)
        if number:
            data = told_apart(data, number)
        if message.error is None:
            frame = _exported(b"sip.tcp" if message.transport == "tcp" else b"sip", _ends(message), data)
        else:
            frame = without_sip(message, data)
        file.write(_packet(message.time, frame, message.cut))
    for time in ticks:
        file.write(_packet(time, _exported(b"data", [], b"\0"), False))


def in_order(lists):
    """The items of all lists by the time of their first member; each list stays in its own order."""
    if len(lists) == 1:
        return iter(lists[0])
    return heapq.merge(*lists, key=lambda item: item[0].time)
