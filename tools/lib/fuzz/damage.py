# SPDX-License-Identifier: GPL-2.0-or-later
"""Damage to what stands around the packets in a pcapng file, and to SIP before it is put into other protocols."""

import struct

INTERFACE, PACKET = 1, 6
HEAD = 8
# Offsets in a block, and their lengths: what a recorder or a broken disk may write there.
INTERFACE_FIELDS = {"link type": (8, 2), "snap length": (12, 4), "option": (16, 4), "option's value": (20, 8)}
PACKET_FIELDS = {"interface": (8, 4), "time, upper half": (12, 4), "time, lower half": (16, 4), "captured length": (20, 4),
                 "length": (24, 4)}
EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
# Link types that have dissectors of their own: none, raw IP, Linux cooked, IEEE 802.11, exported PDUs, and one that there is not.
LINKS = (0, 101, 113, 276, 105, 252, 228, 65000)


def blocks(data):
    """(type, offset, length) of each."""
    at = 0
    while at + HEAD <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if length < 12 or at + length > len(data):
            return
        yield kind, at, length
        at += length


def damage_file(data, numbers):
    """The bytes of the file with one to five things wrong outside of the packets."""
    data = bytearray(data)
    places = list(blocks(data))
    for _ in range(numbers.randint(1, 5)):
        kind, at, length = numbers.choice([place for place in places if place[0] in (INTERFACE, PACKET)])
        what = numbers.randrange(8)
        if what == 0:
            struct.pack_into("<I", data, at + 4, numbers.choice((length + 4, length - 4, *EDGES)))
        elif what == 1:
            struct.pack_into("<I", data, at, numbers.choice((2, 3, 4, 5, 0x0A0D0D0A, 0xBAD)))
        else:
            fields = INTERFACE_FIELDS if kind == INTERFACE else PACKET_FIELDS
            name = numbers.choice(list(fields))
            offset, size = fields[name]
            if at + offset + size <= len(data):
                edges = LINKS if name == "link type" else (*EDGES, numbers.randrange(1 << 32))
                value = numbers.choice(edges)
                data[at + offset:at + offset + size] = (value & (256 ** size - 1)).to_bytes(size, "little")
    if numbers.randrange(3) == 0:
        del data[numbers.randrange(len(data)):]
    return bytes(data)


def damage_message(message, numbers):
    """SIP with a few bytes changed, doubled or gone."""
    message = bytearray(message)
    for _ in range(numbers.choice((0, 1, 1, 2, 5, 20))):
        at, length = numbers.randrange(len(message)), numbers.choice((1, 1, 2, 8, 40))
        what = numbers.randrange(4)
        if what == 0:
            message[at] = numbers.randrange(256)
        elif what == 1:
            message[at:at + length] = b""
        elif what == 2:
            message[at:at] = message[at:at + length]
        else:
            message[at:at] = numbers.choice((b"\r\n", b"\r\n\r\n", b"SIP/2.0 200 OK\r\n", b"\0", b"\xff", b"Content-Length: 5\r\n"))
        if not message:
            return b"\r\n"
    return bytes(message)
