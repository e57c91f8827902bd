# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-explain: what went wrong, how often, and where."""

import json
import subprocess
from pathlib import Path

import pytest
from conversation import ACK, BUSY, INVITE, ladder
from explanation_scenes import read_scenes
from packets import response, tcp, udp, write_capture
from reports import CAPTURES
from wireshark import REPOSITORY, TIMEOUT_SECONDS

PROGRAM = REPOSITORY / "commands" / "sipresp-explain"
NOT_FOUND = "SIP/2.0 404 Not Found"


class Explain:
    """The tool in a folder that only its owner may enter."""

    def __init__(self, folder, wireshark):
        self.folder = folder
        self.folder.chmod(0o700)
        self._environment = wireshark.of_commands(folder)

    def start(self, *arguments, stdin=subprocess.DEVNULL, **changes):
        """(exit status, standard output, the sentences on standard error without that for root)."""
        result = subprocess.run([PROGRAM, *arguments], cwd=self.folder, stdin=stdin, capture_output=True, text=True,
                                check=False, timeout=TIMEOUT_SECONDS, env={**self._environment, **changes})
        lines = result.stderr.splitlines()
        assert all(line.startswith("sipresp-explain: ") for line in lines), lines
        return result.returncode, result.stdout, [line.removeprefix("sipresp-explain: ") for line in lines
                                                  if "running tshark as" not in line]

    def told(self, *arguments):
        """The causes of one capture, {id: (requests, frames)} in order, and how many requests of each worth."""
        status, text, said = self.start("--format", "json", *arguments)
        assert (status, said) == (0, [])
        capture, = json.loads(text)
        return {cause["cause"]: (cause["requests"], cause["frames"]) for cause in capture["causes"]}, capture["requests"]


# What went wrong in the recorded captures; nothing in those that are not named.
FAILED = {
    "busy": {"rejected": 1, "busy": 1},
    "busy-trunk": {"server-busy-for": 1},
    "cancel-487": {"given-up-ringing": 1},
    "codec-488": {"offer-refused": 1},
    "dead-phone": {"timeout-next-hop-silent": 1},
    "figures": {"busy": 3, "given-up-ringing": 2, "server-busy": 1},
    "icmp-refused": {"refused-by-network": 1},
    "lost-ack": {"ack-missing": 1},
    "lost-ack-busy": {"busy": 1},
    "private-contact": {"ack-missing-contact": 1},
    "wrong-password": {"credentials-refused": 1},
}


@pytest.fixture
def explain(tmp_path, wireshark):
    return Explain(tmp_path, wireshark)


def call(number, final):
    """An INVITE that is refused; a second apart from others."""
    own = (f"Call-ID: {number}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}")
    return [(number, ">", INVITE, *own), (number + 0.1, "<", final, *own), (number + 0.2, ">", ACK, *own)]


def test_a_capture_in_plain_words(explain):
    assert explain.start(CAPTURES / "lost-ack.pcapng") == (0, f"""\
{CAPTURES}/lost-ack.pcapng: 1 request went wrong

    1 x The ACK never came, though the 2xx was sent 11 times: it did not reach the client, or the ACK did not come back
        frame 1
        sipresp.cause == "ack-missing" || sipreq.cause == "ack-missing"

Besides, 1 request that went well; --all tells of them
""", [])


def test_each_failed_call_of_the_captures_and_no_other(explain):
    """Guards against a call that went well and is called failed, and against the reverse."""
    captures = [path for path in CAPTURES.glob("*.pcapng") if path.stem != "every-code"]
    status, text, said = explain.start("--format", "json", *map(str, captures))
    found = {Path(capture["file"]).stem: {cause["cause"]: cause["requests"] for cause in capture["causes"]}
             for capture in json.loads(text)}
    assert (status, said) == (0, [])
    assert {name: causes for name, causes in found.items() if causes} == FAILED


def test_each_scene_counts_as_who_called_would_call_it(explain):
    """Guards against a cause that is counted as what it is not: how many requests went wrong is what users read first. A
    scene says what its conversation came to for who sent the request, and not what the table has."""
    scenes = read_scenes()
    write_capture(explain.folder / "scenes.pcap", [packet for scene in scenes for packet in scene.packets])
    _, text, _ = explain.start("--all", "--format", "json", "scenes.pcap")
    capture, = json.loads(text)
    counted = {(scene.name, cause["cause"]): cause["worth"] for cause in capture["causes"] for scene in scenes
               if any(scene.frame(0) <= frame < scene.frame(len(scene.packets)) for frame in cause["frames"])}
    said = {(scene.name, cause): worth for scene in scenes for cause, worth in scene.worths().items()}
    assert {place: counted.get(place) for place in said} == said
    assert sorted({cause for _, cause in counted} - {cause for _, cause in said}) == []


def test_the_most_frequent_comes_first(explain):
    lines = [line for number, final in enumerate([BUSY, NOT_FOUND, NOT_FOUND, BUSY, NOT_FOUND], 1)
             for line in call(number, final)]
    write_capture(explain.folder / "five.pcap", ladder(*lines))
    causes, requests = explain.told("five.pcap")
    assert list(causes.items()) == [("not-found", (3, [4, 7, 13])), ("busy", (2, [1, 10]))]
    assert requests == {"failed": 5, "open": 0, "harmless": 0, "well": 0}
    assert "    3 x " in explain.start("five.pcap")[1].split("\n\n")[1]


def test_the_filter_shows_the_messages(explain, wireshark):
    _, text, _ = explain.start("--format", "json", CAPTURES / "busy.pcapng")
    cause = json.loads(text)[0]["causes"][-1]
    found = wireshark.field(CAPTURES / "busy.pcapng", "sipresp.code", "-2", "-Y", cause["filter"])
    assert list(found) == [3, 4] and cause["frames"] == [3]


def test_a_request_counts_once_on_all_its_hops(explain):
    """Guards against a call that failed as often as it was seen: here it is one on two hops, with its BYE."""
    causes, requests = explain.told("--all", CAPTURES / "proxy-both-sides.pcapng")
    assert requests == {"failed": 0, "open": 0, "harmless": 0, "well": 2}, causes
    assert all(count == 1 for count, _ in causes.values())


def test_all_tells_the_rest_too(explain):
    _, text, _ = explain.start("--all", CAPTURES / "invite-auth.pcapng")
    assert text.startswith(f"{CAPTURES}/invite-auth.pcapng: nothing went wrong\n")
    assert [line for line in text.splitlines() if line.endswith(":")] == ["Usual steps, no failure:", "What went well:"]
    assert "Besides" not in text


def test_several_messages_of_a_frame(explain):
    """Guards against two failures that count as one since they share a frame."""
    refusals = [response(line, "MESSAGE") for line in (NOT_FOUND, "SIP/2.0 404 Nobody")]
    write_capture(explain.folder / "two.pcap", [tcp(b"".join(refusals))])
    causes, _ = explain.told("two.pcap")
    assert [count for count, _ in causes.values()] == [2]


def test_several_captures(explain):
    write_capture(explain.folder / "none.pcap", [udp(b"no SIP")])
    status, text, said = explain.start("none.pcap", "gone.pcap", CAPTURES / "busy.pcapng")
    first, *_ = text.split("\n\n")
    assert first == ("none.pcap: nothing to explain: the capture holds no SIP request or final response, or none that "
                     "passes the filter")
    assert f"{CAPTURES}/busy.pcapng: 2 requests went wrong\n" in text
    assert (status, said) == (2, ["gone.pcap: it cannot be read: No such file or directory; correct its path"])


def test_of_a_cut_capture_what_can_be_read(explain):
    (explain.folder / "cut.pcapng").write_bytes((CAPTURES / "busy.pcapng").read_bytes()[:-9])
    status, text, said = explain.start("cut.pcapng")
    assert status == 2 and text.startswith("cut.pcapng: 2 requests went wrong\n")
    assert said == ["cut.pcapng: it is cut short in the middle of a packet, and what came after could not be explained; "
                    "record it anew, or let the recorder end before the file is taken"]


@pytest.mark.parametrize("pipe", [False, True], ids=["file", "pipe"])
def test_standard_input(explain, pipe):
    with open(CAPTURES / "busy.pcapng", "rb") as file:
        cat = subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE) if pipe else None
        status, text, said = explain.start("-", stdin=cat.stdout if cat else file)
    assert (status, said) == (0, []) and text.startswith("standard input: 2 requests went wrong\n")


def test_nothing_that_acts_reaches_the_terminal(explain):
    write_capture(explain.folder / "acting.pcap", ladder(*call(1, "SIP/2.0 486 a\x9b31mb\x7fc\x1b[31md\u202ee\u2028f")))
    _, text, _ = explain.start("acting.pcap")
    assert all(line.isprintable() for line in text.split("\n")) and "the server says" in text


REFUSED = {
    (): "no capture is named; name at least one, as in: sipresp-explain call.pcapng, '-' for standard input, or an "
        "interface with -i",
    ("-",): "standard input is no capture; let one come by a pipe, as in: ssh host tcpdump -U -w - | sipresp-annotate -",
    ("-", "-"): "standard input comes once; name '-' once",
    ("-i", "lo", "a.pcap"): "-i records and the captures are there already; name one or the other",
    ("-f", "udp", "a.pcap"): "-f is for recording; name an interface with -i, or leave it out",
    ("-i", ""): "-i is empty; write what it is to be, or leave it out",
    ("--seconds", "x", "-i", "lo"): "--seconds is 'x'; it takes a number from 1 to 1000000",
    ("--format", "csv", "a.pcap"): "--format is 'csv'; it takes one of text, json",
    ("--filter", "sip.klass", str(CAPTURES / "busy.pcapng")):
        "--filter 'sip.klass' is no display filter: ",
    ("--set", "sipresp.klass:1", str(CAPTURES / "busy.pcapng")): "--set sipresp.klass:1: ",
    ("--nothing",): "option --nothing not recognized; ",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_cannot_be_done_is_said_in_one_sentence(explain, arguments):
    status, text, said = explain.start(*arguments)
    assert (status, text, len(said)) == (2, "", 1) and said[0].startswith(REFUSED[arguments]), said


def test_a_text_is_no_capture(explain):
    (explain.folder / "json").write_text('{"a": 1}\n')
    assert explain.start("json") == (2, "", ["json: it is a text file, and no SIP response is in it; name a pcap or "
                                            "pcapng file"])
