# SPDX-License-Identifier: GPL-2.0-or-later
"""The report over pieces of a capture is byte for byte the report over the whole.

SIPRESP_CUTS says how often every capture is cut at random places, SIPRESP_SEED where. What other pieces a piece lies
between is not known while it is read; what is open at its edges comes with its report as messages, and is put together
by one tshark in the end.
"""

import functools
import json
import os
import random
import re
import subprocess

import pytest
from conversation import ACK, BYE, INVITE, OPTIONS, ladder
from packets import write_capture
from reports import CAPTURES
from traffic import Exchange

CUTS = int(os.environ.get("SIPRESP_CUTS", "0"))
SEED = int(os.environ.get("SIPRESP_SEED", "1"))
# What is encrypted, or begins with a handshake, cannot be read from the middle on; an ICMP error is no message that is
# kept, so a cause that rests on one of another piece is another (docs/report.md).
NOT_IN_PIECES = ("tls", "websocket", "icmp-refused")
NAMES = sorted(path.stem for path in CAPTURES.glob("*.pcapng") if path.stem not in NOT_IN_PIECES)
# Without SIPRESP_CUTS one cut of some of them: each start of tshark takes its time.
SOME = ("figures", "tcp-several-in-segment", "two-forks-200")
EXCHANGES = {"hour-udp": {}, "hour-tcp": {"transport": "tcp"}, "hour-cut": {"snap_length": 260}}
BY = "peer,hour,day,caller-prefix,cause"


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory):
    """An hour of calls, with a sender's INVITE of every fate in it, so that most are over long before the edges."""
    folder = tmp_path_factory.mktemp("exchanges")
    for seed, (name, how) in enumerate(EXCHANGES.items()):
        packets = Exchange(seed, 3600, 150, how.get("transport", "udp")).packets()
        write_capture(folder / name, packets, how.get("snap_length"))
    return folder


class Cutter:
    """Reports of pieces of one capture, each made once."""

    def __init__(self, tool, capture, wireshark):
        self._tool = tool
        self._capture = capture
        self.places = places_to_cut(wireshark, capture)
        self.report = functools.cache(self._report)

    def file(self, first, last):
        name = self._tool.folder / f"{first}-{last}.pcapng"
        subprocess.run(["editcap", "-r", self._capture, name, f"{first}-{last}"], check=True, capture_output=True)
        return name

    def _report(self, first, last):
        name = self._tool.folder / f"{first}-{last}.json"
        name.write_bytes(self._tool.report("--format", "json", "--by", BY, self.file(first, last)))
        return name

    def merge(self, files, name="merged.json"):
        (self._tool.folder / name).write_bytes(self._tool.report("--merge", "--format", "json", *files))
        return self._tool.folder / name


def places_to_cut(wireshark, capture):
    """Numbers of frames behind which no message of a TCP stream is cut in two, the last frame among them."""
    inside, last = set(), 0
    for line in wireshark.tshark(capture, "-T", "fields", "-e", "frame.number", "-e", "tcp.segment").splitlines():
        number, _, segments = line.partition("\t")
        last = int(number)
        if segments:
            inside |= set(range(min(map(int, segments.split(","))), last))
    return [place for place in range(1, last + 1) if place not in inside]


def without_captures(report):
    """Their number and their names are others, of course."""
    return re.sub(rb'"captures": \[.*?\n\],', b"", report, flags=re.S).replace(b'.json"', b'"')


def ranges(places, numbers):
    *possible, last = places
    cuts = sorted(numbers.sample(possible, min(len(possible), numbers.choice((1, 2, 3)))))
    return tuple(zip([1, *(cut + 1 for cut in cuts)], [*cuts, last]))


@pytest.mark.parametrize("name", [*(NAMES if CUTS else SOME), *EXCHANGES])
def test_pieces_make_the_whole(tool, wireshark, exchanges, name):
    """Reports of pieces, merged in any order, at once or in groups; guards against halves of calls that count as two
    calls, or as failures."""
    numbers = random.Random(f"{SEED} {name}")
    capture = exchanges / name if name in EXCHANGES else CAPTURES / f"{name}.pcapng"
    cutter = Cutter(tool, capture, wireshark)
    whole = without_captures(neutral(cutter.report(1, cutter.places[-1]).read_bytes()))
    # A capture of seven frames can be cut in 41 ways only.
    for place, pieces in enumerate(dict.fromkeys(ranges(cutter.places, numbers) for _ in range(CUTS or 1))):
        files = [cutter.report(*piece) for piece in pieces]
        if len(files) > 2 and place % 3 == 0:
            groups = [files[:2], files[2:]]
            for group in groups:
                numbers.shuffle(group)
            files = [cutter.merge(group, f"group{number}.json") for number, group in enumerate(groups)]
        numbers.shuffle(files)
        assert without_captures(neutral(cutter.merge(files).read_bytes())) == whole, pieces


def neutral(report):
    """Without the names of pieces, which a call has that began in one."""
    return re.sub(rb'"[^"]*/\d+-\d+\.pcapng"', b'"x"', report)


def test_one_run_over_pieces(tool, wireshark, exchanges):
    """In one run, here and with GNU parallel, in any form."""
    cutter = Cutter(tool, exchanges / "hour-udp", wireshark)
    pieces = [cutter.file(*piece) for piece in ranges(cutter.places, random.Random(5))]
    whole = cutter.file(1, cutter.places[-1])
    for form in ("text", "csv"):
        text = tool.form(form, "--by", BY, whole)
        for way in ([], ["--parallel"]):
            lines = tool.form(form, "--by", BY, *way, *reversed(pieces)).splitlines()
            kept = [line for line in lines if not line.startswith(b"capture,")]
            assert kept[1:] == [line for line in text.splitlines() if not line.startswith(b"capture,")][1:]
    assert b"began before the first capture" not in text


SETUP = [(0, ">", INVITE), (0.1, "<", "SIP/2.0 180 Ringing"), (2, "<", "SIP/2.0 200 OK"), (2.1, ">", ACK)]
ENDED = [(500, ">", BYE, "CSeq: 2 BYE"), (500.1, "<", "SIP/2.0 200 OK", "CSeq: 2 BYE")]


def test_what_has_no_other_half_is_said(tool):
    """Guards against a report that says nothing of the pieces it lacks."""
    write_capture(tool.folder / "first", ladder(*SETUP, (400, ">", OPTIONS, "Call-ID: more")))
    write_capture(tool.folder / "last", ladder(*ENDED, (900, ">", OPTIONS, "Call-ID: other")))
    assert "1 call had not ended at the end of the last one." in tool.report("first").decode()
    assert "1 call began before the first capture" in tool.report("last").decode()
    both = tool.report("last", "first").decode()
    assert "had not ended" not in both and "began before" not in both
    assert tool.json("first", "last")["delays"][4]["mean"] == 498.0


def test_the_same_capture_twice_is_no_piece_of_itself(tool):
    """What was captured at two places at the same time counts for each: guards against calls that vanish as copies."""
    packets = ladder(*SETUP, *ENDED)
    write_capture(tool.folder / "here", packets)
    write_capture(tool.folder / "there", [(time + 0.001, packet) for time, packet in packets])
    report = tool.json("here", "there")
    assert report["calls_by_outcome"] == {"answered": 2} and report["captured_twice"] == 0


def test_a_message_that_was_cut_is_a_gap(wireshark, make_capture):
    """Which one it was nobody can tell, so that what lies between its hosts is not judged."""
    capture = make_capture([(time, packet, *cut) for (time, packet), cut in zip(
        ladder((0, ">", INVITE), (1, "<", "SIP/2.0 486 Busy Here"), (2, ">", OPTIONS)), [(), (100,), ()], strict=True)])
    told = [json.loads(line) for line in wireshark.tshark(capture, "-q", "-z", "sipresp,messages").splitlines()]
    gap, = (line for line in told if line["record"] == "gap")
    assert gap["frame"] == 2
    assert gap["source"] == "192.0.2.2" and gap["destination"] == "192.0.2.1" and "bytes" not in gap


def test_call_ids_that_come_again(tool):
    """SIPp begins with the same Call-IDs each time: guards against calls of different days that become one."""
    for day in range(3):
        write_capture(tool.folder / f"day{day}", ladder(*SETUP, *ENDED), start=1_700_000_000 + day * 86400)
    report = tool.json("day2", "day0", "day1")
    assert report["calls_by_outcome"] == {"answered": 3} and report["delays"][4]["count"] == 3


def test_a_copy_on_the_other_side_of_the_seam(tool):
    """A packet that was captured twice is one, wherever the capture was cut."""
    packets = ladder(*SETUP)
    packets.insert(3, (2.2, packets[2][1]))
    write_capture(tool.folder / "whole", packets)
    write_capture(tool.folder / "first", packets[:3])
    write_capture(tool.folder / "last", packets[3:])
    assert tool.json("whole")["captured_twice"] == tool.json("first", "last")["captured_twice"] == 1


def test_a_segment_that_comes_again_on_the_other_side_of_the_seam(tool):
    """Guards against a retransmission of TCP, which Wireshark does not count in one capture, that counts in two."""
    capture = CAPTURES / "tcp-several-in-segment.pcapng"
    for name, frames in (("first", "1-15"), ("last", "16-41")):
        subprocess.run(["editcap", "-r", capture, tool.folder / name, frames], check=True, capture_output=True)
    whole, pieces = tool.json(capture), tool.json("last", "first")
    assert whole["captured_twice"] == pieces["captured_twice"] == 0
    assert whole["by_code"] == pieces["by_code"]


def test_memory_is_what_is_open(tool):
    """A report of an hour keeps what lies at its edges, and no more the longer it is."""
    sizes = []
    for seconds in (1800, 7200):
        write_capture(tool.folder / "x", Exchange(3, seconds, seconds // 20).packets())
        groups = tool.json("x")["open"]["groups"]
        sizes.append(sum(len(group[-1]) for group in groups if group[2] < 86400 * 10**9))
    assert sizes[1] < 1.5 * sizes[0], sizes


def test_a_filter_over_pieces(tool, wireshark, exchanges):
    cutter = Cutter(tool, exchanges / "hour-udp", wireshark)
    pieces = [cutter.file(*piece) for piece in ranges(cutter.places, random.Random(6))]
    text = ["--filter", "ip.addr == 198.51.100.7"]
    whole, parts = tool.json(*text, exchanges / "hour-udp"), tool.json(*text, *pieces)
    for name in ("responses", "by_code", "ratios", "delays", "captured_twice"):
        assert whole[name] == parts[name]
    assert 0 < whole["responses"] < 100
