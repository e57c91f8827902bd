# SPDX-License-Identifier: GPL-2.0-or-later
"""What -z sipresp,tree and -z sipresp,records count, against what the fields say."""

import csv
import json
import shutil
import subprocess
from collections import Counter
from decimal import Decimal

import expectations
import pytest
from conversation import INVITE, ladder
from counting import Count, figures, is_close, outcomes, standing
from merged import ALL_CAPTURES, alone
from packets import icmp_port_unreachable, response, udp
from wireshark import REPOSITORY

RECORDS = ["-q", "-z", "sipresp,records"]
SENT_AGAIN = "Of these, sent again"
RECEIVED = "!icmp && !icmpv6"
CLASS_NAMES = {1: "1xx Provisional", 2: "2xx Success", 3: "3xx Redirection", 4: "4xx Client Error",
               5: "5xx Server Error", 6: "6xx Global Failure"}
COMMANDS = ("sipresp,records", "sipresp,tree", "sipresp_metrics,tree")
# A filter makes tshark build trees, which is another way to the messages.
OTHER_WAYS = [(["-2"], None), ([], "frame.number > 0"), (["-2", "-Y", "sip"], "frame.number > 0")]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_alone_says_the_same(wireshark, command):
    """Guards against a command that counts only while another one listens too."""
    capture = expectations.CAPTURES / "figures.pcapng"
    together = wireshark.tshark(capture, "-q", *(word for name in COMMANDS for word in ("-z", name)))
    alone = wireshark.tshark(capture, "-q", "-z", command).strip()
    assert alone.count("\n") > 5
    if command == "sipresp,records":
        assert alone.splitlines() == [line for line in together.splitlines() if line.startswith("{")]
    else:
        assert alone in together


def responses(nodes):
    return {path[1:]: count for path, count in nodes.items()
            if path[0] == "SIP responses" and len(path) > 1 and path[1] != SENT_AGAIN}


def label(annotation):
    """The path of nodes that an annotation is counted under, without its method."""
    code = int(annotation["sipresp.code"])
    phrase = annotation.get("sipresp.phrase")
    path = [CLASS_NAMES[code // 100], f"{code} {phrase}" if phrase else str(code)]
    if "sipresp.phrase_differs" in annotation:
        path.append(f'{code} sent as "{annotation["sipresp.phrase_received"]}"')
    return path


def annotations_of_responses(wireshark, capture):
    return [annotation for annotation in wireshark.annotations(capture, "-Y", f"sip.class && {RECEIVED}")
            if "sip.class" in annotation]


def by_path(annotations):
    expected = Counter()
    for annotation in annotations:
        path = [*label(annotation), annotation.get("sipresp.method", "No method")]
        expected.update(tuple(path[:depth]) for depth in range(1, len(path) + 1))
    return expected


@pytest.fixture(scope="module")
def annotated(wireshark, merged):
    """The annotations of all responses, by capture."""
    return merged.by_capture((annotation["frame"], annotation)
                             for annotation in annotations_of_responses(wireshark, merged.path))


@pytest.fixture(scope="module")
def counted(wireshark, merged):
    return Count(wireshark, merged.path)


@pytest.fixture(scope="module")
def counted_otherwise(wireshark, merged):
    return [Count(wireshark, merged.path, *arguments, filter=condition) for arguments, condition in OTHER_WAYS]


@pytest.mark.parametrize("capture", ALL_CAPTURES, ids=lambda path: path.name)
def test_records_are_those_of_the_fields(merged, counted, annotated, capture):
    """Guards against messages left out, and phrases, codes or methods that are not those which came."""
    records = merged.by_capture((record["frame"], record) for record in counted.responses)[capture]
    for (frame, record), (number, annotation) in zip(records, annotated[capture], strict=True):
        assert (frame, record["class"], record["code"], record["method"], record["phrase"]) == (
            number, int(annotation["sip.class"]), int(annotation["sipresp.code"]),
            annotation.get("sipresp.method", ""), annotation["sipresp.phrase_received"]), alone(capture, RECORDS)
        delay = annotation.get("sipresp.delay")
        assert record["delay"] == (None if delay is None else Decimal(delay))
        assert record["repetition"] in (None, int(annotation.get("sipresp.retransmission", 0)))


def test_counts_are_those_of_the_fields(counted, annotated):
    """Guards against phrases, codes or methods that are folded into others."""
    sent = [annotation for found in annotated.values() for _, annotation in found
            if "sipresp.captured_before" not in annotation]
    assert responses(counted.nodes) == by_path(sent)
    assert counted.nodes["SIP responses",] == len(sent)


@pytest.mark.parametrize("capture", ALL_CAPTURES, ids=lambda path: path.name)
def test_every_way_records_the_same(merged, counted, counted_otherwise, capture):
    """Guards against messages that are found only with a tree, or only without one."""
    def of(count):
        return merged.by_capture((record["frame"], record) for record in count.records)[capture]

    for other in counted_otherwise:
        assert of(other) == of(counted), alone(capture, RECORDS)


def test_every_way_counts_the_same(counted, counted_otherwise):
    """Guards against figures of the table that are not those which the records give."""
    for other in counted_otherwise:
        assert (other.nodes, other.metrics) == (counted.nodes, counted.metrics)
    assert {path[1]: number for path, number in counted.nodes.items()
            if path[0].startswith("Calls") and len(path) > 1 and number} == outcomes(counted.records)
    assert is_close(counted.metrics, figures(counted.records))


def test_repetitions_are_messages_and_no_calls(wireshark):
    nodes = Count(wireshark, expectations.CAPTURES / "lost-ack.pcapng").nodes
    assert nodes["SIP responses", "2xx Success", "200 OK", "INVITE"] == 11
    assert nodes["SIP responses", SENT_AGAIN] == 10
    assert nodes["Calls by outcome",] == 1


def test_another_phrase_counts_apart(wireshark, make_capture):
    """603 "Network Blocked" is no 603 "Decline", though both are 603."""
    phrases = ["Decline", "Network Blocked", "decline", "", "Network Blocked"]
    capture = make_capture([udp(response(f"SIP/2.0 603 {phrase}")) for phrase in phrases])
    of_603 = ("6xx Global Failure", "603 Decline")
    assert responses(Count(wireshark, capture).nodes) == {
        of_603[:1]: 5, of_603: 5, (*of_603, "INVITE"): 3, (*of_603, '603 sent as "Network Blocked"'): 2,
        (*of_603, '603 sent as "Network Blocked"', "INVITE"): 2}


def test_a_reserved_code_has_a_phrase_too(wireshark, make_capture):
    capture = make_capture([udp(response("SIP/2.0 402 Insert Coin"))])
    assert '402 sent as "Insert Coin"' in [path[-1] for path in responses(Count(wireshark, capture).nodes)]


def test_unregistered_codes_keep_their_number(wireshark, make_capture):
    codes = [299, 499, 498, 799, 99]
    capture = make_capture([udp(response(f"SIP/2.0 {code:03} Odd")) for code in codes])
    count = Count(wireshark, capture)
    assert {path for path in responses(count.nodes) if len(path) == 2} == {
        ("2xx Success", "299"), ("4xx Client Error", "499"), ("4xx Client Error", "498"),
        ("Outside 100 to 699", "799"), ("Outside 100 to 699", "099")}
    assert [(record["class"], record["code"]) for record in count.records] == [
        (2, 299), (4, 499), (4, 498), (None, 799), (None, 99)]


def test_invented_phrases_and_methods_make_no_endless_tree(wireshark, make_capture):
    """A capture can hold a million phrases; the tree has 256 of them, and 16 methods, and tells of the rest."""
    capture = make_capture([udp(response(f"SIP/2.0 486 Busy {number}", f"METHOD{number}")) for number in range(1000)])
    nodes = responses(Count(wireshark, capture).nodes)
    sent_as = {path: count for path, count in nodes.items() if len(path) == 3}
    assert len(sent_as) == 257
    assert sent_as["4xx Client Error", "486 Busy Here", "Sent with other phrases"] == 744
    assert len({path[3] for path in nodes if len(path) == 4}) == 17
    assert len(nodes) < 600


def test_odd_bytes_of_a_phrase(wireshark, make_capture):
    """Guards against output that a phrase could forge: a line break, an escape, no UTF-8, a long text."""
    capture = make_capture([udp(response("SIP/2.0 486 a\x1b[31m\\\"b\udcff")), udp(response("SIP/2.0 487 " + "\u00e9" * 500))])
    count = Count(wireshark, capture)
    first, second = count.records
    assert first["phrase"] == "a\x1b[31m\\\"b\ufffd"
    assert second["phrase"] == "\u00e9" * 500
    paths = [path[-1] for path in responses(count.nodes) if len(path) == 3]
    assert '487 sent as "' + "\u00e9" * 60 + '..."' in paths
    assert not any("\x1b" in path for path in paths)


def test_nobody_received_what_an_error_quotes(wireshark, make_capture):
    capture = make_capture([udp(response()), icmp_port_unreachable(udp(response()))])
    count = Count(wireshark, capture)
    assert count.nodes["SIP responses",] == len(count.records) == 1


def test_filters_pick_frames(wireshark):
    capture = expectations.CAPTURES / "proxy-both-sides.pcapng"
    expected = [frame for frame, digits in
                wireshark.field(capture, "sip.class", "-Y", "sip.class && ip.src == 127.0.0.3").items() for _ in digits]
    count = Count(wireshark, capture, filter="ip.src == 127.0.0.3")
    assert [record["frame"] for record in count.responses] == expected
    assert 0 < count.nodes["SIP responses",] == len(expected)


@pytest.mark.parametrize("command", ["sipresp,records", "sipresp,tree", "sipresp_metrics,tree"])
def test_a_wrong_filter_is_said(wireshark, command):
    capture = expectations.CAPTURES / "basic-call.pcapng"
    result = wireshark.run("tshark", "-r", wireshark.staged(capture), "-q", "-z", f"{command},no.such.field",
                           check=False)
    assert "no.such.field" in result.stderr
    if command == "sipresp,records":
        assert result.returncode != 0 and result.stdout == ""


def test_following_switched_off(wireshark):
    """Messages still count; what only following knows is null, not 0."""
    capture = expectations.CAPTURES / "basic-call.pcapng"
    count = Count(wireshark, capture, "-o", "sipresp.follow:FALSE")
    assert [(record["code"], record["outcome"], record["delay"], record["repetition"]) for record in count.records] == [
        (100, None, None, None), (180, None, None, None), (200, None, None, None), (200, "not a call", None, None)]
    assert count.nodes["SIP responses",] == 4 and count.nodes["Calls by outcome",] == 0


def test_following_goes_on_after_a_part_of_a_message(wireshark):
    """A segment with half a message has no message in it; without a tree that looked like a hidden one."""
    capture = expectations.CAPTURES / "tcp-several-in-segment.pcapng"
    assert +outcomes(Count(wireshark, capture).records) == {"answered": 3}


def test_other_plugins_can_include_the_header(tmp_path):
    source = tmp_path / "other.c"
    source.write_text('#include "sipresp_tap.h"\nint f(const sipresp_response *r) { return r->code; }\n')
    subprocess.run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I",
                    REPOSITORY / "plugin", source], check=True)


def test_sipp_counted_the_same_calls(wireshark):
    """What each sipp says of its calls in its own statistics, against the outcomes of their responses."""
    capture = expectations.CAPTURES / "figures.pcapng"
    with capture.with_suffix(".csv").open(encoding="utf-8") as file:
        calls = {row["caller"]: int(row["successful"]) for row in csv.DictReader(file, delimiter=";")}
    records = Count(wireshark, capture).records
    assert Counter(record["after"] for record in records if record["record"] == "invite") == {None: 17, 407: 2}
    steps = Counter((record["record"], record["code"]) for record in standing(records))
    assert steps["invite_final", 200] == calls["uac_call.xml"] + calls["uac_auth_call.xml"] == 10
    assert steps["invite_final", 407] == calls["uac_auth_call.xml"] == 2
    assert steps["invite_final", 486] == calls["uac_busy.xml"] == 3
    assert steps["invite_final", 487] == calls["uac_cancel.xml"] == 2
    assert steps["invite_final", 503] == calls["uac_unavailable.xml"] == 1
    assert steps["register_final", 200] == calls["uac_register.xml"] == 2
    # A challenged call sends two INVITEs, and the one that nobody heard has no answer.
    assert steps["invite", None] == sum(calls.values()) - calls["uac_register.xml"] + calls["uac_auth_call.xml"] == 19


def test_memory_does_not_grow_with_the_responses(wireshark, make_capture):
    """Ten times the responses to the same calls: the tree stays as it is."""
    run = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    packets = ladder((0, ">", INVITE), *((1, "<", "SIP/2.0 180 Ringing"),) * 3000)
    growth = []
    # A path, so that it is a tshark of our own, whose memory is ours to measure.
    tshark = shutil.which("tshark")
    for command in ("sip,stat", "sipresp,tree"):
        sizes = []
        for many in (1, 10):
            capture = make_capture(packets[:1] + packets[1:] * many)
            output = wireshark.run("/usr/bin/python3", "-c", run, tshark, "-n", "-o", "sipresp.follow:FALSE",
                                   "-r", capture, "-q", "-z", command).stdout
            sizes.append(int(json.loads(output)))
        growth.append(sizes[1] - sizes[0])
    assert growth[1] - growth[0] < 1000, "kilobytes, for 27,000 responses more"


def test_no_delay_at_all_has_no_sign(wireshark, make_capture):
    output = wireshark.tshark(make_capture(ladder((1, ">", INVITE), (1, "<", "SIP/2.0 486 Busy Here"))),
                              "-q", "-z", "sipresp,records")
    assert '"delay":0.000000000' in output


def test_records_that_could_not_be_written(wireshark):
    """Guards against status 0 with a part of the records, or with none of them."""
    capture = wireshark.staged(expectations.CAPTURES / "figures.pcapng")
    for where in ("/dev/full", "&-"):
        result = wireshark.run("sh", "-c", f'exec tshark -r "$1" -q -z sipresp,records >{where}', "sh", capture,
                               check=False)
        assert result.returncode > 0, where
        assert result.stderr.count("-z sipresp,records: the records could not all be written: ") == 1, where
        assert result.stderr.rstrip().endswith("; direct the standard output to where there is room for them."), where
    result = wireshark.run("sh", "-c", 'tshark -r "$1" -q -z sipresp,records | head -n 1', "sh", capture)
    assert (result.stdout.count("\n"), result.stderr) == (1, "")


HARMFUL = [*range(0x01, 0x0A), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F,
           *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF]


def test_nothing_that_a_terminal_obeys_is_printed(wireshark, make_capture):
    """Guards against senders that move the cursor, turn the writing, or make lines of their own."""
    sent = [(f'a{chr(code)}b "\\</c> Ж', f"M{chr(code) if code > 0x20 else ''}") for code in HARMFUL]
    capture = make_capture([udp(response(f"SIP/2.0 486 {phrase}", method)) for phrase, method in sent])
    output = wireshark.tshark(capture, "-q", "-z", "sipresp,records", "-z", "sipresp,tree")
    assert [f"{code:04X}" for code in HARMFUL if chr(code) in output] == []
    records = [json.loads(line) for line in output.split("\n") if line.startswith("{")]
    assert [(record["phrase"], record["method"]) for record in records] == sent
    assert output.count('486 sent as "a') == len(HARMFUL)
