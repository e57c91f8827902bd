# SPDX-License-Identifier: GPL-2.0-or-later
"""The forms in which responses are shown, each out of what tshark is asked to print for it."""

import sys

from shared.fields import MARKER, MARKER_EDGE, arguments_of, rows_of
from shared.text import printable
from shared.tool import write_out

# tshark is to print another form than ours.
OTHER_FORMS = ("-T", "-V", "-O", "-P", "-S", "-x", "-z", "-q", "-w", "-e", "-G")
TITLE = "SIP Response"
ENDS = [[f"{protocol}.{end}" for protocol in ("ip", "ipv6")] + [f"{protocol}.{port}" for protocol in
        ("udp", "tcp", "sctp")] for end, port in (("src", "srcport"), ("dst", "dstport"))]
FIELDS = ["frame.number", "frame.time_relative", *ENDS[0], *ENDS[1], "sipresp.code", "sipresp.explanation",
          "sipresp.phrase_received"]
FINAL = 200


class Full:
    """The summary of each frame and our own items, out of tshark -P -O."""

    arguments = ("-P", "-O", "sipresp", "-z", MARKER)

    def __init__(self):
        self.shown = self.complete = False

    def show(self, output):
        between_frames, ours = True, False
        for line in output:
            text = line.decode("utf-8", "replace").removesuffix("\n")
            if self.complete or (between_frames and text.startswith(MARKER_EDGE)):
                self.complete = True
                continue
            if text and not text.startswith(" "):
                ours = text.startswith(TITLE)
            self.shown = self.shown or bool(text)
            if self.shown and (between_frames or ours or not text):
                write_out(printable(text) + "\n")
            between_frames = not text


class Brief:
    """One line a response."""

    arguments = arguments_of(FIELDS)

    def __init__(self):
        self.shown = self.complete = False

    def show(self, output):
        rows = rows_of(output, FIELDS)
        for row in rows:
            write_out("".join(f"{printable(text)}\n" for text in brief_lines(row)))
            self.shown = True
        self.complete = rows.complete


class PassedOn:
    """What tshark prints, as it is."""

    arguments = ()

    def __init__(self):
        self.shown = False
        self.complete = True

    def show(self, output):
        while part := output.read1():
            write_out(part, sys.stdout.buffer)
            self.shown = True


def brief_lines(values):
    """A frame may hold several responses. Their codes and phrases come in the same order, and so do explanations, which
    final responses have; where the numbers differ, nobody knows which belongs to which."""
    number, time = values[0][0], float(values[1][0])
    ends = " -> ".join(_end(values[2 + at:2 + at + len(ENDS[0])]) for at in (0, len(ENDS[0])))
    codes, explanations, phrases = values[-3:]
    finals = [code for code in codes if int(code) >= FINAL]
    explained = iter(explanations if len(explanations) == len(finals) else [""] * len(finals))
    # A phrase that is empty leaves nothing behind where it is alone.
    phrases = phrases if len(phrases) == len(codes) else [""] * len(codes)
    for code, phrase in zip(codes, phrases, strict=True):
        meant = next(explained) if int(code) >= FINAL else ""
        yield f"{number:>6} {time:11.6f}  {ends}  {code} {phrase}".rstrip() + (f"  {meant}" if meant else "")


def _end(values):
    """The address and port of the innermost headers, which are those of the message."""
    *addresses, udp, tcp, sctp = values
    address = next((found[-1] for found in reversed(addresses) if found), "?")
    port = next((found[-1] for found in (udp, tcp, sctp) if found), "")
    return f"[{address}]:{port}" if port and ":" in address else f"{address}:{port}" if port else address
