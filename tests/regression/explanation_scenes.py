# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversations as lines of text, each between hosts and with names of its own, so that many stand in one capture.

A line is "SECONDS FROM>TO WHAT OPTIONS | HEADER | HEADER => CAUSE (WORTH): WORDS":

    0.0 A>P INVITE                      a request
    0.1 P>A 486 SUBSCRIBE               a response; without a method to the INVITE
    0.2 P>A icmp 0 3/1                  an ICMP error, type and code, that quotes the packet of line 0
    0.3 P>A rst                         a TCP reset
    0.4 A>P copy 0                      the packet of line 0 once more

Hosts in upper case are public, in lower case private. Options: n (CSeq number, else 1), tag (of the To, else b, and
none in a first request), from (tag, else a), call, branch, uri, phrase ("_" for a blank), cut (bytes of the frame
that were captured), side=b (the callee is who asks), sdp (an offer). Headers WWW, PWWW, AUTH and PAUTH take realm and
nonce. {A} is the address of A, and #2 the frame of line 2. Behind "=>" stands what explains the message, what who sent
the request would call that (well, harmless, failed, open; once for each cause), and a pattern for what it says.
"""

import re
import struct
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from packets import ethernet, icmp_error, ipv6, tcp, udp
from wireshark import REPOSITORY

TABLES = REPOSITORY / "tables"
PHRASES = {row["code"]: row["phrase"] for row in
           tomllib.loads((TABLES / "responses.toml").read_text(encoding="utf-8"))["response"]}
SECONDS_APART = 1000
SDP = ("v=0\r\no=- 1 1 IN IP4 198.18.0.1\r\ns=-\r\nc=IN IP4 198.18.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18 101\r\n"
       "a=rtpmap:101 telephone-event/8000\r\nm=video 0 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n")
IN_DIALOG = {"BYE", "ACK", "PRACK", "UPDATE", "INFO"}
LINE = re.compile(r"(?P<seconds>[\d.]+) (?P<source>\w)>(?P<destination>\w) (?P<what>.*?)"
                  r"(?: => (?P<cause>[\w-]+)(?: \((?P<worth>\w+)\))?(?:: (?P<says>.*))?)?$")


@dataclass
class Scene:
    name: str
    lines: list
    number: int
    beside: list = field(default_factory=list)
    transport: str = "udp"
    ipv6: bool = False
    last: bool = False
    before: int = 0                 # packets of the scenes before it
    packets: list = field(default_factory=list)
    messages: list = field(default_factory=list)        # (source, destination, bytes) of those with SIP

    def host(self, letter):
        kind = 0xFD00 if letter.islower() else 0x2001
        if self.ipv6:
            return struct.pack("!8H", kind, 0xDB8, self.number, 0, 0, 0, 0, ord(letter))
        return bytes([10 if letter.islower() else 198, 18, self.number, ord(letter)])

    def address(self, letter):
        if self.ipv6:
            return f"{'fd00' if letter.islower() else '2001'}:db8:{self.number:x}::{ord(letter):x}"
        return ".".join(map(str, self.host(letter)))

    def filled(self, text):
        return re.sub(r"\{(\w)\}", lambda match: self.address(match[1]), text)

    def frame(self, line):
        return self.before + line + 1

    def expectations(self):
        """(line, cause, pattern for the words) of each line that says it."""
        for number, line in enumerate(self.lines):
            if line["cause"]:
                words = re.sub(r"#(\d+)", lambda match: str(self.frame(int(match[1]))), line["says"] or "")
                yield number, line["cause"], re.sub(r"\{(\w)\}", lambda match: re.escape(self.address(match[1])), words)

    def worths(self):
        """Cause -> worth, of the lines that have one."""
        return {line["cause"]: line["worth"] for line in self.lines if line["worth"]}


def read_scenes():
    path = Path(__file__).with_name("explanations.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["scene"]
    scenes = []
    for number, row in enumerate(sorted(rows, key=lambda row: row.get("last", False)), 1):
        lines = [LINE.match(line).groupdict() for line in row.pop("ladder").strip().splitlines()]
        scenes.append(Scene(lines=lines, number=number, **row))
        scenes[-1].packets = list(packets_of(scenes[-1]))
    for one, other in zip(scenes, scenes[1:]):
        other.before = one.before + len(one.packets)
    return scenes


def packets_of(scene):
    """(seconds, packet, captured bytes or None) of each line."""
    sent, sequences = [], {}
    for line in scene.lines:
        what, *headers = line["what"].split(" | ")
        words = what.split()
        options = dict(word.partition("=")[::2] for word in words[1:] if "=" in word)
        sent.append(_packet(scene, line, words, options, headers, sent, sequences))
        yield (SECONDS_APART * scene.number + float(line["seconds"]), sent[-1],
               int(options["cut"]) if "cut" in options else None)


def _packet(scene, line, words, options, headers, sent, sequences):
    source, destination = line["source"], line["destination"]
    ends = {"source": scene.host(source), "destination": scene.host(destination)}
    if words[0] == "copy":
        return sent[int(words[1])]
    if words[0] == "icmp":
        kind, code = map(int, words[2].split("/"))
        return icmp_error(ethernet(sent[int(words[1])])[14:], kind, code, **ends)
    if scene.transport == "udp":
        payload = _message(scene, source, destination, words, options, headers)
        if scene.ipv6:
            return ipv6(17, struct.pack("!HHHH", 5060, 5060, 8 + len(payload), 0) + payload, **ends)
        return udp(payload, **ends)
    payload = b"" if words[0] == "rst" else _message(scene, source, destination, words, options, headers)
    ports = (40000, 5060) if source == "A" else (5060, 40000)
    packet = tcp(payload, sequences.setdefault(source, 1), *ports, flags=0x14 if words[0] == "rst" else 0x18, **ends)
    sequences[source] += len(payload)
    return packet


def _message(scene, source, destination, words, options, headers):
    is_response = words[0].isdigit()
    named = [word for word in words[1:] if word.isupper()]
    method = named[0] if is_response and named else "INVITE" if is_response else words[0]
    client, server = (destination, source) if is_response else (source, destination)
    user = (client if method == "REGISTER" else "A").lower()
    callee = user if method == "REGISTER" else "b"
    number = scene.number
    tags = [options.get("from", "a"), options.get("tag", "b" if is_response or method in IN_DIALOG else "")]
    if words[0] in ("100", "CANCEL"):
        tags[1] = ""
    names = [user, callee]
    if options.get("side") == "b":
        names, tags = ["b", "a"], ["b", "a"]
    shared = "INVITE" if method in ("CANCEL", "ACK") else method
    branch = f"{number}-{options.get('call', '')}{options.get('n', 1)}{client}{server}{shared}{options.get('branch', '')}"
    vias = [f"SIP/2.0/{scene.transport.upper()} {_literal(scene, client)};branch=z9hG4bK{branch}"]
    if client in "PQ" and method != "CANCEL":
        vias.append(f"SIP/2.0/{scene.transport.upper()} {_literal(scene, 'A')};branch=z9hG4bK{number}-A{options.get('n', 1)}")
    phrase = options.get("phrase", PHRASES.get(int(words[0]), "x")).replace("_", " ") if is_response else ""
    uri = scene.filled(options.get("uri", f"sip:{callee}@example.com"))
    body = SDP if "sdp" in words else ""
    from_tag, to_tag = (f";tag={tag}" if tag else "" for tag in tags)
    lines = [f"SIP/2.0 {words[0]} {phrase}" if is_response else f"{method} {uri} SIP/2.0", *(f"Via: {via}" for via in vias),
             f"From: <sip:{names[0]}{number}@example.com>{from_tag}", f"To: <sip:{names[1]}{number}@example.com>{to_tag}",
             f"Call-ID: {number}-{options.get('call', 'one')}", f"CSeq: {options.get('n', 1)} {method}",
             *(_header(scene, header) for header in headers), *(["Content-Type: application/sdp"] if body else []),
             f"Content-Length: {len(body)}", "", body]
    payload = "\r\n".join(lines).encode("utf-8", "surrogateescape")
    scene.messages.append((source, destination, payload))
    return payload


def _literal(scene, letter):
    return f"[{scene.address(letter)}]" if scene.ipv6 else scene.address(letter)


def _header(scene, text):
    name, *words = text.strip().split()
    names = {"WWW": "WWW-Authenticate", "PWWW": "Proxy-Authenticate", "AUTH": "Authorization", "PAUTH": "Proxy-Authorization"}
    if name not in names:
        return scene.filled(text.strip())
    stale = ", stale=true" if "stale" in words else ""
    user = "" if "WWW" in name else 'username="u", '
    return f'{names[name]}: Digest {user}realm="{words[0]}", nonce="{words[1]}"{stale}'
