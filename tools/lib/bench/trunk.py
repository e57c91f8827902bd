# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between two servers, port to port, written as bytes, each with ids of its own; sipp would take hours for millions."""

import os

from conversation import message
from packets import ALICE, BOB, udp, write_capture

HERE, THERE = "Contact: <sip:alice@192.0.2.1>", "Contact: <sip:bob@192.0.2.2>"
ABLE = ("Allow: INVITE, ACK, CANCEL, BYE", "Supported: replaces")
HOPS = "Max-Forwards: 70"
# A call as RFC 3261 wants it (8.1.1, 12.1, 13.2.1, 13.3.1.4), and nothing more: direction, start line, CSeq, branch, and the
# headers besides those that each message has.
LADDER = ((">", "INVITE sip:bob@example.com SIP/2.0", "1 INVITE", "a", HOPS, HERE, *ABLE),
          ("<", "SIP/2.0 180 Ringing", "1 INVITE", "a", THERE),
          ("<", "SIP/2.0 200 OK", "1 INVITE", "a", THERE, *ABLE),
          (">", "ACK sip:bob@192.0.2.2 SIP/2.0", "1 ACK", "b", HOPS),
          (">", "BYE sip:bob@192.0.2.2 SIP/2.0", "2 BYE", "c", HOPS),
          ("<", "SIP/2.0 200 OK", "2 BYE", "c"))
CALL_PACKETS = len(LADDER)
TRANSACTIONS_PER_CALL, RESPONSES_PER_CALL = 2, 3    # INVITE and BYE; 180, 200 and 200


def packet_of(direction, start_line, cseq, branch, *headers):
    """######## stands for the number of the call."""
    text = message(start_line, f"CSeq: {cseq}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{branch}-########",
                   "Call-ID: ########@192.0.2.1", "From: <sip:alice@example.com>;tag=a########", *headers)
    ends = {"source": ALICE, "destination": BOB} if direction == ">" else {"source": BOB, "destination": ALICE}
    return udp(text, **ends)


def write(path, packets):
    """One packet each millisecond."""
    templates = [packet_of(*step) for step in LADDER]
    write_capture(path, ((number / 1000, templates[number % CALL_PACKETS].replace(b"########", b"%08d" % (number // CALL_PACKETS)))
                         for number in range(packets)))
    os.chmod(path, 0o644)
    return path
