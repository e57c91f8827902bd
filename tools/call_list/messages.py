# SPDX-License-Identifier: GPL-2.0-or-later
"""The messages of a call and its legs, out of tshark's PDML, which keeps several messages of a frame apart."""

import re
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree import ElementTree

from shared.captures import what_went_wrong
from shared.problem import Problem

# A sender may put characters into a message that no XML may hold, and tshark writes them as they are (XML 1.0, 2.2).
NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
REPLACEMENT = "\ufffd"
# A message that was captured twice, and not sent again: T1 of a retransmission is 500 ms.
CAPTURED_TWICE = Decimal("0.005")
# RFC 3551 6: codecs that need no rtpmap.
STATIC_CODECS = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "13": "CN", "15": "G728", "18": "G729",
                 "26": "JPEG", "31": "H261", "34": "H263"}


@dataclass
class Message:
    frame: int
    time: Decimal
    source: tuple
    destination: tuple
    call: int
    # "INVITE" or "180 Ringing".
    title: str
    # What its copies have in common.
    identity: tuple
    # "PCMU PCMA 192.0.2.1:6000", one for each m= line.
    media: list = field(default_factory=list)
    # The times of its retransmissions.
    again: list = field(default_factory=list)


def filter_of(calls):
    return " || ".join(f"sipcall.number == {call['call']}" for call in calls)


def read_messages(tshark, name, file, calls):
    """Those of the calls, in the order of the capture; each once, with the times at which it was sent again."""
    numbers = {call["call_id"]: call["call"] for call in calls}
    messages = []
    with tempfile.TemporaryFile() as errors:
        # In two passes, and with a filter, so that numbers are the same as in the list for frames before the INVITE too.
        with tshark.reading(["-2", "-Y", filter_of(calls), "-T", "pdml"], file, errors) as process:
            for packet in _packets(process.stdout):
                messages += _messages_of(packet, numbers)
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode != 0 and not messages:
        raise Problem(f"{name}: {what_went_wrong(process.returncode, complaints, 'drawn')}")
    return _folded(messages)


def _packets(lines):
    """One element after the other, and never all of them."""
    parser = ElementTree.XMLPullParser(["end"])
    for line in lines:
        parser.feed(NO_XML.sub(REPLACEMENT, line.decode("utf-8", "replace")))
        for _, element in parser.read_events():
            if element.tag == "packet":
                yield element
                element.clear()


def _messages_of(packet, numbers):
    frame, time, ends = 0, Decimal(0), [["", ""], ["", ""]]
    for proto in packet.iterfind("proto"):
        name = proto.get("name")
        if name == "geninfo":
            frame = int(proto.find("field[@name='num']").get("show"))
            time = Decimal(proto.find("field[@name='timestamp']").get("value"))
        elif name in ("ip", "ipv6", "udp", "tcp", "sctp"):
            _read_ends(proto, name, ends)
        elif name == "sip":
            call = numbers.get(_shown(proto, "sip.Call-ID"))
            if call:
                yield _message(proto, frame, time, ends, call)


def _read_ends(proto, name, ends):
    """Of tunnels the innermost counts, as it comes last."""
    part, names = (0, ("src", "dst")) if name.startswith("ip") else (1, ("srcport", "dstport"))
    for end, suffix in zip(ends, names):
        found = proto.find(f"field[@name='{name}.{suffix}']")
        if found is not None:
            end[part] = found.get("show")


def _shown(proto, name):
    found = next((each for each in proto.iter("field") if each.get("name") == name), None)
    return None if found is None else found.get("show")


def _message(proto, frame, time, ends, call):
    code = _shown(proto, "sip.Status-Code")
    cseq = _shown(proto, "sip.CSeq") or ""
    title = _shown(proto, "sip.Method") or cseq.partition(" ")[2]
    if code:
        phrase = (_shown(proto, "sip.Status-Line") or "").split(" ", 2)[2:]
        title = f"{code} {phrase[0] if phrase else ''}".strip()
    source, destination = map(tuple, ends)
    identity = (call, title, cseq, source, destination, _shown(proto, "sip.Via.branch"), _shown(proto, "sip.to.tag"),
                _shown(proto, "sip.RSeq"))
    return Message(frame, time, source, destination, call, title, identity, _media(proto))


def _media(proto):
    """SDP in short: codecs and where to, a line for each medium (RFC 8866)."""
    address, media = "", []
    for line in proto.iter("field"):
        name, shown = line.get("name"), line.get("show") or ""
        if name == "sdp.connection_info":
            address = shown.split(" ")[-1]
            if media:
                media[-1]["address"] = address
        elif name == "sdp.media" and len(parts := shown.split(" ")) > 3:
            media.append({"kind": parts[0], "port": parts[1], "address": address,
                          "codecs": {number: STATIC_CODECS.get(number, number) for number in parts[3:]}})
        elif name == "sdp.media_attr" and media and shown.startswith("rtpmap:"):
            number, _, codec = shown.removeprefix("rtpmap:").partition(" ")
            if number in media[-1]["codecs"]:
                media[-1]["codecs"][number] = codec.partition("/")[0]
    return [_medium(each) for each in media]


def _medium(medium):
    codecs = " ".join(codec for codec in medium["codecs"].values() if codec != "telephone-event")
    kind = "" if medium["kind"] == "audio" else medium["kind"] + " "
    where = "refused" if medium["port"] == "0" else f"{medium['address']}:{medium['port']}"
    return f"{kind}{codecs} {where}"


def _folded(messages):
    first = {}
    for message in messages:
        known = first.setdefault(message.identity, message)
        if known is not message and message.time - max([known.time, *known.again]) > CAPTURED_TWICE:
            known.again.append(message.time)
    return list(first.values())
