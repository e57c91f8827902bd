# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a capture back with plain tshark and says what is missing in it."""

import os
import re
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from failure import CaptureFailure

PROJECT = Path(__file__).resolve().parents[2]


def tshark(*arguments):
    result = subprocess.run(["tshark", "-n", *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        raise CaptureFailure(f"tshark could not read {arguments[1]}: {result.stderr.strip()}; "
                             "run the capture again, and look at the tools' versions if it stays")
    return result.stdout


def messages(path):
    """Every SIP message in the capture, as "180 INVITE" for a response and "INVITE" for a request."""
    kinds = []
    for layer in ET.fromstring(tshark("-r", path, "-Y", "sip", "-T", "pdml")).iterfind(".//proto[@name='sip']"):
        shown = {field.get("name"): field.get("show") for field in layer.iter("field")}
        method = shown.get("sip.CSeq.method")
        if method is None:
            continue  # a continuation: the rest of a message which another frame shows whole
        code = shown.get("sip.Status-Code")
        kinds.append(f"{code} {method}" if code else method)
    return Counter(kinds)


def check(path, expected, proofs):
    """Raise CaptureFailure unless the capture holds what it is for, and nothing which should not be there."""
    found, wanted = messages(path), Counter(expected)
    missing = [f"{count - found[kind]} x {kind}" for kind, count in wanted.items() if found[kind] < count]
    surplus = [kind for kind in found if kind not in wanted]
    missing += [f"a frame matching {proof!r}" for proof in proofs if not tshark("-r", path, "-Y", proof)]
    if tshark("-r", path, "-Y", "_ws.malformed || icmp || icmpv6"):
        surplus.append("a malformed or ICMP frame")
    surplus += private_words(path)
    if missing or surplus:
        raise CaptureFailure("the recording " + " and ".join(
            ([f"lacks {', '.join(missing)}"] if missing else []) +
            ([f"should not hold {', '.join(surplus)}"] if surplus else [])) +
            "; the old capture is kept, mend the scene in tools/captures.d")


def private_words(path):
    """Names of this machine in the file: nobody else can make sense of them."""
    content = path.read_bytes()
    words = {os.uname().nodename, str(PROJECT), str(Path.home()), "/tmp/"}
    return [f"the private word {word!r}" for word in sorted(words)
            if re.search(rb"(?<![\w.-])" + re.escape(word.encode()) + rb"(?![\w-])", content)]
