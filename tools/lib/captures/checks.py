# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a capture back with plain tshark and says what is missing in it."""

import os
import re
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from failure import CaptureFailure

PROJECT = Path(__file__).resolve().parents[3]


def tshark(*arguments):
    """What tshark prints, without looking up names."""
    result = subprocess.run(["tshark", "-n", *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        raise CaptureFailure(f"tshark could not read {arguments[1]}: {result.stderr.strip()}; "
                             "run the capture again, and look at the tools' versions if it stays")
    return result.stdout


@dataclass(frozen=True)
class Message:
    method: str
    code: str  # empty for a request
    branch: str

    def kind(self):
        return f"{self.code} {self.method}" if self.code else self.method


def messages(path):
    """Every SIP message in the capture."""
    found = []
    packets = ET.fromstring(tshark("-r", path, "-Y", "sip", "-T", "pdml"))
    for layer in packets.iterfind(".//proto[@name='sip']"):
        shown = {}
        for field in layer.iter("field"):
            shown.setdefault(field.get("name"), field.get("show"))
        # A layer without CSeq is a continuation: another frame shows the whole message.
        if "sip.CSeq.method" in shown:
            found.append(Message(shown["sip.CSeq.method"], shown.get("sip.Status-Code", ""),
                                 shown.get("sip.Via.branch", "")))
    return found


def broken_transactions(found):
    """What a scenario file gets wrong most easily: CANCEL, and ACK to a failure, keep the INVITE's branch."""
    invites = {message.branch for message in found if message.kind() == "INVITE"}
    acked = {message.branch for message in found if message.kind() == "ACK"}
    for message in found:
        if not message.branch:
            yield f"a {message.kind()} without a branch in its Via"
        if message.kind() == "CANCEL" and message.branch not in invites:
            yield "a CANCEL whose branch is no INVITE's"
        if message.method == "INVITE" and message.code >= "3" and message.branch not in acked:
            yield f"a {message.code} to an INVITE with no ACK on its branch"


def check(path, expected, proofs):
    """Raise CaptureFailure unless the capture holds what it is for, and nothing which should not be there."""
    all_messages = messages(path)
    found, wanted = Counter(message.kind() for message in all_messages), Counter(expected)
    missing = [f"{count - found[kind]} x {kind}" for kind, count in wanted.items() if found[kind] < count]
    surplus = [kind for kind in found if kind not in wanted]
    missing += [f"a frame matching {proof!r}" for proof in proofs if not tshark("-r", path, "-Y", proof)]
    if tshark("-r", path, "-Y", "_ws.malformed" if "icmp" in proofs else "_ws.malformed || icmp || icmpv6"):
        surplus.append("a malformed or ICMP frame")
    surplus += [*broken_transactions(all_messages), *private_words(path)]
    if missing or surplus:
        raise CaptureFailure("the recording " + " and ".join(
            ([f"lacks {', '.join(missing)}"] if missing else []) +
            ([f"should not hold {', '.join(surplus)}"] if surplus else [])) +
            "; the old capture is kept, mend the scene in tools/lib/captures")


def private_words(path):
    """Names of this machine in the file: nobody else can make sense of them."""
    content = path.read_bytes()
    words = {os.uname().nodename, str(PROJECT), str(Path.home()), "/tmp/"}
    return [f"the private word {word!r}" for word in sorted(words)
            if re.search(rb"(?<![\w.-])" + re.escape(word.encode()) + rb"(?![\w-])", content)]
