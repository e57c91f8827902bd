# SPDX-License-Identifier: GPL-2.0-or-later
"""What responses and unanswered requests are said to have meant: each row of tables/explanations.toml in a conversation
that shows it, and beside one that looks like it. All conversations are in one capture: to start tshark is what costs."""

import re
import shlex
import tomllib

import pytest
from conversation import LATER, ladder
from packets import ALICE, BOB, request, response, tcp, udp, write_capture
from explanation_scenes import TABLES, read_scenes

TABLE = tomllib.loads((TABLES / "explanations.toml").read_text(encoding="utf-8"))
ROWS = [row["id"] for row in TABLE["explanation"]]
SCENES = read_scenes()
FIELDS = [f"{protocol}.{name}" for protocol in ("sipresp", "sipreq") for name in ("cause", "explanation", "evidence")]
# The second pass knows the whole capture.
KNOWS_ALL = ("-2", "-R", "frame")


@pytest.fixture(scope="module")
def capture(wireshark):
    path = wireshark.stage / "scenes.pcap"
    write_capture(path, [packet for scene in SCENES for packet in scene.packets])
    path.chmod(0o644)
    return path


def explained(wireshark, capture, *arguments):
    """Frame -> (cause, sentence, evidence), of the response or the request in it."""
    columns = [word for name in ["frame.number", *FIELDS] for word in ("-e", name)]
    printed = wireshark.tshark(capture, *arguments, "-T", "fields", "-E", "separator=/t", "-E", "quote=n", *columns)
    found = {}
    for line in printed.splitlines():
        frame, *values = line.split("\t")
        cause, sentence, evidence = values[:3] if values[0] else values[3:]
        found[int(frame)] = (cause, sentence, [int(number) for number in evidence.split(",") if number])
    return found


@pytest.fixture(scope="module")
def found(wireshark, capture):
    return explained(wireshark, capture, *KNOWS_ALL)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_scenes_are_explained(found, capture, scene):
    alone = (f"see it alone: tshark -n -r {capture} -2 -R frame -Y {shlex.quote(f'frame.number >= {scene.frame(0)}')} "
             f"-c {scene.frame(len(scene.packets) - 1)}")
    for line, cause, words in scene.expectations():
        told, sentence, evidence = found[scene.frame(line)]
        where = f"{scene.name}, line {line}: {sentence!r}; {alone}"
        assert told == ("" if cause == "never" else cause), where
        assert re.search(words, sentence), where
        assert {int(frame) for frame in re.findall(r"frame (\d+)", sentence)} <= set(evidence), where
        assert all(scene.frame(0) <= frame < scene.frame(len(scene.packets)) for frame in evidence), where


def test_every_row_has_a_scene_and_one_beside_it():
    """Guards against a row that nobody ever saw, or one that no case was held against that is another."""
    shown = {cause for scene in SCENES for _, cause, _ in scene.expectations()}
    beside = {row for scene in SCENES for row in scene.beside}
    assert sorted(set(ROWS) - shown) == [] and sorted(shown - set(ROWS) - {"never"}) == []
    assert sorted(beside - set(ROWS)) == []
    assert [(scene.name, row) for scene in SCENES for row in scene.beside
            if row in {cause for _, cause, _ in scene.expectations()}] == []
    # What the code alone tells needs none.
    assert [row["id"] for row in TABLE["explanation"] if (row.get("when") or row.get("methods")) and row["id"] not in beside] == []


def test_a_reset_is_of_tcp(wireshark, make_capture):
    """Guards against a request over UDP that a connection of the same ports is said to have taken along."""
    invite, later = ladder((0, ">", "INVITE sip:b@example.com SIP/2.0"), LATER)
    capture = make_capture([invite, (0.1, tcp(b"", source_port=5060, port=5060, flags=0x14)), later])
    assert explained(wireshark, capture, *KNOWS_ALL)[1][0] == "asked-once"


# What a second pass knows, and a first one cannot yet.
EARLIER = {("challenged and accepted", 1): "challenged", ("redirected and followed", 1): "redirected-to",
           ("a call that the caller ends", 2): "answered-after-ringing", ("the ACK is lost", 1): "answered",
           ("another server answers, the third", 1): "server-busy", ("both hang up", 5): "both-hung-up",
           ("408 of the far end", 6): "timeout-behind", ("given up while it rang", 7): "given-up-ringing",
           ("given up while it rang", 6): "cancelled", ("wrong password", 3): "credentials-refused"}


def test_one_pass_knows_the_past_alone(wireshark, capture):
    """Guards against a claim in one pass that only the rest of the capture can bear out."""
    found = explained(wireshark, capture)
    frames = {(scene.name, line): scene.frame(line) for scene in SCENES for line, *_ in scene.expectations()}
    assert {place: found[frames[place]][0] for place in EARLIER} == EARLIER
    assert not any(re.search("never|ack-missing|abandoned", cause) for cause, *_ in found.values())
    assert all(frame < number for number, (*_, evidence) in found.items() for frame in evidence)


def test_sharkd_knows_all(wireshark, capture, found):
    """As the window does: the second time a frame is looked at the whole capture is known. sharkd does not look when it
    loads."""
    causes = ["challenge-accepted", "connection-reset", "ack-missing", "refused-by-network"]
    requests = [("frames", {"filter": f'sipresp.cause == "{cause}" || sipreq.cause == "{cause}"'}) for cause in causes]
    _, *shown = wireshark.sharkd(capture, ("frames", {"filter": "sip"}), *requests)
    for cause, frames in zip(causes, shown):
        assert [frame["num"] for frame in frames] == [number for number, (told, *_) in found.items() if told == cause], cause


ACTS = "a\x1b[31m\u202eb\u2066\u2028\x7f\x9b"
LONG = 3000 * "x"
# Each a place in a sentence where a sender's own text comes to stand.
HOSTILE = {
    "phrase": (f"SIP/2.0 404 {ACTS}{LONG}",),
    "vendor's phrase": (f"SIP/2.0 499 {ACTS}{LONG}",),
    "reason": ("SIP/2.0 480 Temporarily Unavailable", f'Reason: Q.850;cause=16;text="{ACTS}{LONG}", {ACTS};text="{LONG}"'),
    "warning": ("SIP/2.0 488 Not Acceptable Here", f'Warning: 304 {ACTS} "{ACTS}{LONG}\xe9\xff"'),
    "contact": ("SIP/2.0 302 Moved Temporarily", f"Contact: <sip:{ACTS}{LONG}@example.com>"),
    "contact without end": ("SIP/2.0 302 Moved Temporarily", f'Contact: "{LONG}'),
    "unsupported": ("SIP/2.0 420 Bad Extension", f"Unsupported: {ACTS}{LONG}"),
    "wide characters": (f"SIP/2.0 404 {400 * chr(0x1F600)}", f'Warning: 399 a "{400 * chr(0xFFFF)}"', f"Reason: SIP;text={ACTS}"),
    "all at once": (f"SIP/2.0 420 {LONG}", f"Unsupported: {LONG}", f'Warning: 399 a "{LONG}"', f'Reason: SIP;cause=1;text="{LONG}"'),
    "numbers": ("SIP/2.0 503 Service Unavailable", "Retry-After: 99999999999999999999", "Reason: Q.850;cause=-1"),
}


def test_no_sender_writes_what_it_likes(wireshark, make_capture):
    """Guards against texts of others that are long, that a terminal obeys, or that turn the direction of writing."""
    packets = []
    for number, lines in enumerate(HOSTILE.values()):
        own = (f"Call-ID: {number}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}")
        body = f"v=0\r\nm=audio 1 x {ACTS}{LONG}\r\n"
        packets += ladder((number, ">", "INVITE sip:b@example.com SIP/2.0", *own), (number + 0.1, "<", *lines, *own))
        refused = request("INVITE", (f"User-Agent: {ACTS}",), body).replace(b"776asdhds", b"%d" % number)
        packets += [(number + 0.2, udp(refused, source=ALICE, destination=BOB)),
                    (number + 0.3, udp(response("SIP/2.0 488 x").replace(b"776asdhds", b"%d" % number)))]
    found = explained(wireshark, make_capture(packets), *KNOWS_ALL)
    sentences = [sentence for _, sentence, _ in found.values()]
    assert len(sentences) == 4 * len(HOSTILE) and all(sentences)
    for sentence in sentences:
        assert len(sentence) <= 256 and sentence.isprintable(), ascii(sentence)
