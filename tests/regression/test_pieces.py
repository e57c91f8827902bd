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
import struct
import subprocess

import pytest
from conversation import ACK, BUSY, BYE, INVITE, OPTIONS, ladder, message
from packets import ethernet, icmp_error, ipv6, tcp, udp, write_capture
from reports import CAPTURES
from traffic import Exchange

from reporting.breakdown import Labels
from reporting.part import Part
from reporting.partial import json_form
from reporting.records import add_records
from reporting.report import Report
from reporting.runs import Joiner, merge_partials, tally_captures
from reporting.tables import read_tables
from shared.progress import Progress
from shared.wireshark_settings import WiresharkSettings

TABLES = read_tables()

CUTS = int(os.environ.get("SIPRESP_CUTS", "0"))
SEED = int(os.environ.get("SIPRESP_SEED", "1"))
# What is encrypted, or begins with a handshake, cannot be read from the middle on (docs/report.md).
NOT_IN_PIECES = ("tls", "websocket")
NAMES = sorted(path.stem for path in CAPTURES.glob("*.pcapng") if path.stem not in NOT_IN_PIECES)
# Without SIPRESP_CUTS one cut of some of them: each start of tshark takes its time.
SOME = ("figures", "tcp-several-in-segment", "two-forks-200")
EXCHANGES = {"hour-udp": {}, "hour-tcp": {"transport": "tcp"}, "hour-cut": {"snap_length": 260}}
GAPS = "hour-gaps"
# The server resets connections of the same ports, and the network refuses what is sent to nobody.
REFUSED = "refused"
BY = "peer,hour,day,caller-prefix,cause"


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory):
    """An hour of calls, with a sender's INVITE of every fate in it, so that most are over long before the edges."""
    folder = tmp_path_factory.mktemp("exchanges")
    for seed, (name, how) in enumerate(EXCHANGES.items()):
        packets = Exchange(seed, 3600, 150, how.get("transport", "udp")).packets()
        write_capture(folder / name, packets, how.get("snap_length"))
    cut = random.Random(1)
    write_capture(folder / GAPS, [(*packet, 100) if cut.random() < 0.1 else packet
                                  for packet in Exchange(1, 3600, 150).packets()])
    write_capture(folder / REFUSED, refused())
    return folder


def refused():
    """Calls that get a TCP reset or an ICMP error in place of an answer, or beside one."""
    def call(number, begun, *more):
        own = (f"Call-ID: {number}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}")
        return [(begun + time, way, line, *own) for time, way, line in ((0, ">", INVITE), *more)]

    over_tcp = [*call(1, 0), *call(2, 20), *call(3, 300, (1, "<", "SIP/2.0 180 Ringing")), *call(4, 340),
                *call(5, 900, (1, "<", BUSY), (1.1, ">", ACK))]
    resets = [(time, tcp(b"", 1, 5060, 40000, 0x14)) for time in (0.1, 0.2, 50, 70, 331, 373, 901.2)]
    over_udp = ladder(*call(6, 1000, (0.5, ">", INVITE)), *call(7, 1002, (3, "<", "SIP/2.0 180 Ringing"), (9, "<", BUSY)),
                      *call(8, 1200), (1500, ">", OPTIONS))
    errors = [(over_udp[place][0] + 0.1, icmp_error(ethernet(over_udp[place][1])[14:], 3, code))
              for place, code in ((0, 3), (1, 3), (2, 1), (5, 3))]
    here, there = (bytes(15) + bytes([number]) for number in (1, 2))
    invite = message(INVITE, "Call-ID: 9", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK9")
    sent = ipv6(17, struct.pack("!HHHH", 5060, 5060, 8 + len(invite), 0) + invite, here, there)
    over_ipv6 = [(1250, sent), (1250.1, icmp_error(ethernet(sent)[14:], 1, 4, source=there, destination=here))]
    # A piece that lasts no longer than that is not missed.
    noise = [(time, udp(b"\x80\0noise", 40000, 40002)) for time in range(90, 1500, 90)]
    return sorted([*ladder(*over_tcp, transport="tcp", alice_port=40000), *resets, *over_udp, *errors, *over_ipv6, *noise],
                  key=lambda packet: packet[0])


@pytest.fixture
def joiner(tool, monkeypatch):
    """Reads captures and joins what is open in them, as sipresp-report does, in this process: to start Python and to ask
    for the plugin takes longer than to read a piece."""
    for name, value in tool.environment.items():
        monkeypatch.setenv(name, value)
    with Joiner(WiresharkSettings(), lambda _: None) as joiner:
        yield joiner


class Cutter:
    """Reports of pieces of one capture, each made once."""

    def __init__(self, tool, capture, wireshark, joiner=None):
        self._tool = tool
        self._capture = capture
        self._joiner = joiner
        self.places = places_to_cut(wireshark, capture)
        self.report = functools.cache(self._report)

    def file(self, first, last):
        name = self._tool.folder / f"{first}-{last}.pcapng"
        subprocess.run(["editcap", "-r", self._capture, name, f"{first}-{last}"], check=True, capture_output=True)
        return name

    def _report(self, first, last):
        total = Part(TABLES, Labels(tuple(BY.split(","))))
        tally_captures(total, self._joiner, [str(self.file(first, last))], "", 1, Progress(1, "capture"))
        return self._written(f"{first}-{last}.json", total)

    def merge(self, files, name="merged.json"):
        total, _, _ = merge_partials(files, TABLES, Progress(len(files), "file"), self._joiner.take_next)
        self._joiner.join(total)
        return self._written(name, total)

    def _written(self, name, total):
        (self._tool.folder / name).write_text(json_form(Report(total, total.total(), TABLES, "")))
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


@pytest.mark.parametrize("name", [*(NAMES if CUTS else SOME), *EXCHANGES, REFUSED])
def test_pieces_make_the_whole(tool, wireshark, exchanges, joiner, name):
    """Reports of pieces, merged in any order, at once or in groups; guards against halves of calls that count as two
    calls, or as failures."""
    numbers = random.Random(f"{SEED} {name}")
    capture = exchanges / name if name in (*EXCHANGES, REFUSED) else CAPTURES / f"{name}.pcapng"
    cutter = Cutter(tool, capture, wireshark, joiner)
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


def test_pieces_that_are_joined_before_all_are_read(tool, wireshark, exchanges, joiner, monkeypatch):
    """In the order of time, whatever the order that they are named in: guards against a half of a call that counts as a
    call, since the piece with its other half comes later."""
    cutter = Cutter(tool, exchanges / "hour-udp", wireshark, joiner)
    last = cutter.places[-1]
    edges = [*range(0, last, last // 30), last]
    files = [cutter.report(before + 1, after) for before, after in zip(edges, edges[1:])]
    monkeypatch.setattr("reporting.runs.IN_ORDER_MAX", 100)
    whole, merged = (without_captures(neutral(name.read_bytes())) for name in (
        cutter.report(1, last), cutter.merge([*files[::2], *files[1::2]])))
    assert merged == whole


def neutral(report):
    """Without the names of pieces, which a call has that began in one."""
    return re.sub(rb'"[^"]*/\d+-\d+\.pcapng"', b'"x"', report)


def test_one_run_over_pieces(tool, wireshark, exchanges):
    """In one run, here and with GNU parallel, in any form; and each in a run of its own, merged later."""
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
    (tool.folder / "whole").write_bytes(tool.form("json", "--by", BY, whole))
    for number, piece in enumerate(pieces):
        (tool.folder / f"piece{number}").write_bytes(tool.form("json", "--by", BY, piece))
    merged = tool.form("json", "--merge", *(f"piece{number}" for number in reversed(range(len(pieces)))))
    assert without_captures(neutral(merged)) == without_captures(neutral((tool.folder / "whole").read_bytes()))


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


OVER_TLS = ("From 1 TCP connection of port 5061, SIP over TLS, no message could be read in one capture or more; that takes the "
            "keys (--keylog) and the handshake.")
OVER_WEBSOCKET = ("From 1 TCP connection with SIP over WebSocket no message could be read in one capture or more; that takes the "
                  "handshake.")


def write_those(path, capture, display_filter):
    path.write_bytes(subprocess.run(["tshark", "-r", capture, "-Y", display_filter, "-w", "-"], check=True,
                                    capture_output=True).stdout)
    return path


@pytest.mark.parametrize("name, sentence", {"tls": OVER_TLS, "websocket": OVER_WEBSOCKET}.items())
def test_a_connection_that_cannot_be_read_from_the_middle_is_said(tool, wireshark, name, sentence):
    """Guards against a report over such a piece that looks like one of a capture without SIP."""
    whole = CAPTURES / f"{name}.pcapng"
    places = places_to_cut(wireshark, whole)
    # editcap of Wireshark 4.0 writes no keys of TLS.
    first, second = (write_those(tool.folder / number, whole, f"frame.number {which} {places[len(places) // 2]}")
                     for number, which in (("first", "<="), ("second", ">")))
    assert "no message could be read" not in tool.report(whole).decode()
    assert sentence in tool.report(second).decode()
    one_run = tool.form("json", second, first)
    for piece in (first, second):
        (tool.folder / f"{piece.stem}.json").write_bytes(tool.form("json", piece))
    merged = tool.form("json", "--merge", f"{second.stem}.json", f"{first.stem}.json")
    assert without_captures(merged) == without_captures(one_run)
    assert json.loads(merged)["unread_connections"] == {"tls": 0, "websocket": 0, name: 1}
    assert sentence in tool.form("text", first, second).decode()


def test_what_was_read_later_and_what_is_no_sip_is_not_said(tool):
    """A connection gives its message where a second segment completes it, and another one of WebSocket has no SIP."""
    ok = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n"
    write_capture(tool.folder / "capture", [
        (0, tcp(b"\x81\x05hello", 1, 8081, 40000)), (1, tcp(b"\x81" + bytes([len(ok)]) + ok, 1, 8082, 40001)),
        (2, tcp(b"\x81\xfe\x01", 1, 8083, 40002)), (3, tcp(ok[:40], 1, 5061, 40003)), (4, tcp(ok[40:], 41, 5061, 40003))])
    report = tool.json("capture")
    assert report["unread_connections"] == {"tls": 0, "websocket": 1}


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


def beside(lines, monkeypatch, pruned_at):
    """Gaps and resets that are kept of a capture, and how many there were at most while it was read."""
    monkeypatch.setattr("reporting.beside._Beside.PRUNED_AT", pruned_at)
    part = Part(TABLES)
    most = 0

    def watched():
        nonlocal most
        for line in lines:
            yield line.encode()
            most = max(most, len([*part.gaps, *part.resets]))

    add_records(part, watched())
    return [*part.gaps, *part.resets], most


@pytest.mark.parametrize("name", [GAPS, REFUSED])
def test_gaps_and_resets_are_forgotten_while_a_capture_is_read(wireshark, exchanges, monkeypatch, name):
    """The same are left as where all are kept to the end: guards against memory for each message that was cut, and against
    one forgotten that is about what is open."""
    lines = wireshark.tshark(exchanges / name, "-q", "-z", "sipresp,messages", "-z", "sipresp,records").splitlines()
    kept, most = beside(lines, monkeypatch, 10**9)
    soon, fewer = beside(lines, monkeypatch, 2)
    assert soon == kept and (fewer < most or name == REFUSED) and kept, (fewer, most)


def test_a_filter_over_pieces(tool, wireshark, exchanges):
    cutter = Cutter(tool, exchanges / "hour-udp", wireshark)
    pieces = [cutter.file(*piece) for piece in ranges(cutter.places, random.Random(6))]
    text = ["--filter", "ip.addr == 198.51.100.7"]
    whole, parts = tool.json(*text, exchanges / "hour-udp"), tool.json(*text, *pieces)
    for name in ("responses", "by_code", "ratios", "delays", "captured_twice"):
        assert whole[name] == parts[name]
    assert 0 < whole["responses"] < 100
