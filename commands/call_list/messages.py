# SPDX-License-Identifier: GPL-2.0-or-later
"""The messages of calls, as "tshark -z sipresp,messages" tells them; each once, with the times it was sent again."""

import base64
import json
import re
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal

from shared.captures import what_went_wrong
from shared.problem import Problem

STATISTIC = "sipresp,messages"
KIND = b'{"record":"message"'
# RFC 3551 6: codecs that need no rtpmap.
STATIC_CODECS = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "13": "CN", "15": "G728", "18": "G729",
                 "26": "JPEG", "31": "H261", "34": "H263"}
BRANCH = re.compile(rb"branch=([^;,\s]*)", re.I)
RSEQ = re.compile(rb"^RSeq\s*:\s*(\d+)", re.I | re.M)
PHRASE_MAX = 60


@dataclass
class Message:
    frame: int
    time: Decimal
    # (address, port)
    source: tuple
    destination: tuple
    call: int
    # "INVITE" or "180 Ringing".
    title: str
    # "PCMU PCMA 192.0.2.1:6000", one for each m= line.
    media: list
    # The times of its retransmissions.
    again: list = field(default_factory=list)


def read_messages(tshark, name, file, calls):
    """Those of the calls, in the order of the capture."""
    numbers = {call["call_id"]: call["call"] for call in calls}
    known = {}
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(["-q", "-z", STATISTIC], file, errors) as process:
            for line in process.stdout:
                if line.startswith(KIND):
                    _take(json.loads(line.decode("utf-8", "replace"), parse_float=Decimal), numbers, known)
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode != 0 and not known:
        raise Problem(f"{name}: {what_went_wrong(process.returncode, complaints, 'drawn')}")
    return list(known.values())


def _take(record, numbers, known):
    """A message that was captured twice was sent once."""
    call = numbers.get(record["call_id"])
    if not call or record["captured_before"]:
        return
    data = base64.b64decode(record["bytes"])
    head, _, body = data.partition(b"\r\n\r\n")
    source, destination = ((record[end] or "?", record[f"{end}_port"]) for end in ("source", "destination"))
    title = _title(record, head)
    identity = (call, title, record["method"], record["cseq"], record["from_tag"], record["to_tag"], source, destination,
                *(found and found[1] for found in (BRANCH.search(head), RSEQ.search(head))))
    if identity in known:
        known[identity].again.append(record["time"])
    else:
        known[identity] = Message(record["frame"], record["time"], source, destination, call, title, media_of(body))


def _title(record, head):
    if not record["code"]:
        return record["method"]
    words = head.partition(b"\r\n")[0].decode("utf-8", "replace").split(" ", 2)
    return f"{record['code']:03d} {words[2][:PHRASE_MAX] if len(words) > 2 else ''}".strip()


def media_of(body):
    """SDP in short: codecs and where to, a line for each medium (RFC 8866)."""
    address, media = "", []
    for line in body.decode("utf-8", "replace").splitlines():
        kind, value = line[:2], line[2:].strip()
        if kind == "c=":
            address = value.split(" ")[-1]
            if media:
                media[-1]["address"] = address
        elif kind == "m=" and len(parts := value.split(" ")) > 3:
            media.append({"kind": parts[0], "port": parts[1].partition("/")[0], "address": address,
                          "codecs": {number: STATIC_CODECS.get(number, number) for number in parts[3:]}})
        elif value.startswith("rtpmap:") and kind == "a=" and media:
            number, _, codec = value.removeprefix("rtpmap:").partition(" ")
            if number in media[-1]["codecs"]:
                media[-1]["codecs"][number] = codec.partition("/")[0]
    return [_medium(each) for each in media]


def _medium(medium):
    codecs = " ".join(codec for codec in medium["codecs"].values() if codec != "telephone-event")
    kind = "" if medium["kind"] == "audio" else medium["kind"] + " "
    where = "refused" if medium["port"] == "0" else f"{medium['address']}:{medium['port']}"
    return f"{kind}{codecs} {where}"
