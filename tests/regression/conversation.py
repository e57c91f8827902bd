# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversations as a ladder of lines, for what no stack here would send.

Each line is (seconds, direction, start line, header lines). ">" goes from Alice,
who calls, to Bob; "<" from Bob to Alice. What is not said is as in an ordinary
call: branch, tags, Call-ID, and CSeq by the method of the request.
"""

from packets import ALICE, BOB, tcp, udp

USUAL = {"Via": "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKone", "From": "<sip:alice@example.com>;tag=a",
         "To": "<sip:bob@example.com>;tag=b", "Call-ID": "call@192.0.2.1", "CSeq": "1 INVITE"}


def message(start_line, *headers):
    """A message with the usual headers; "Name: value" replaces or adds one, "no Name" removes it."""
    lines = dict(USUAL)
    if not start_line.startswith("SIP/"):
        method = start_line.partition(" ")[0]
        lines["CSeq"] = f"1 {method}"
        if method == "INVITE":
            lines["To"] = "<sip:bob@example.com>"
    extra = []
    for header in headers:
        name, colon, value = header.partition(": ")
        if not colon:
            del lines[header.removeprefix("no ")]
        elif name in lines:
            lines[name] = value
        else:
            extra.append(header)
    all_lines = [start_line, *(f"{name}: {value}" for name, value in lines.items()), *extra,
                 "Content-Length: 0", "", ""]
    return "\r\n".join(all_lines).encode()


def ladder(*lines, transport="udp", alice_port=5060, bob_port=5060):
    """(seconds, packet) pairs for write_capture()."""
    packets = []
    sequences = {">": 1, "<": 1}
    for seconds, direction, start_line, *headers in lines:
        payload = message(start_line, *headers)
        ends = {"source": ALICE, "destination": BOB, "source_port": alice_port, "port": bob_port}
        if direction == "<":
            ends = {"source": BOB, "destination": ALICE, "source_port": bob_port, "port": alice_port}
        if transport == "tcp":
            packets.append((seconds, tcp(payload, sequence=sequences[direction], **ends)))
            sequences[direction] += len(payload)
        else:
            packets.append((seconds, udp(payload, **ends)))
    return packets


INVITE = "INVITE sip:bob@example.com SIP/2.0"
ACK = "ACK sip:bob@example.com SIP/2.0"
BYE = "BYE sip:bob@example.com SIP/2.0"
CANCEL = "CANCEL sip:bob@example.com SIP/2.0"
PRACK = "PRACK sip:bob@example.com SIP/2.0"
BUSY = "SIP/2.0 486 Busy Here"
RELIABLE = ("Require: 100rel", "Contact: <sip:b@192.0.2.2>")
OWN_BRANCH = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtwo"
OPTIONS = "OPTIONS sip:bob@example.com SIP/2.0"
# Something of the same capture that happens long afterwards, so that it is known to run on.
LATER = (400, "<", "SIP/2.0 100 Trying", "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKlater", "Call-ID: later",
         "CSeq: 9 INVITE")
