# SPDX-License-Identifier: GPL-2.0-or-later
"""sip.class is there and equal in every pass and front end.

Guards against a post-dissector whose fields are lost on a later pass, and
against one that stops at the first of several messages in a frame.
"""

import functools
import json
import re

import expectations
import pytest
from merged import ALL_CAPTURES, OTHERS_CAPTURES, alone

CLASS_NAMES = {"Provisional": 1, "Success": 2, "Redirection": 3, "Client Error": 4, "Server Error": 5,
               "Global Failure": 6}


def of_fields(output, frames):
    """Frame, interface, and the values of one field."""
    for row in (line.split("\t") for line in output.splitlines()):
        for value in row[2].split("|") if row[2] else []:
            yield frames(row), int(value[0])


def of_text(output, _):
    frame = 0
    for line in output.splitlines():
        if found := re.match(r"Frame (\d+): ", line):
            frame = int(found[1])
        # Other protocols have classes of their own.
        elif found := re.fullmatch(rf" +Class: ({'|'.join(CLASS_NAMES)}) \(\d\)", line):
            yield frame, CLASS_NAMES[found[1]]


def of_json(output, _):
    found = []

    def collect(pairs):
        found.extend(int(value) for key, value in pairs if key == "sip.class")
        # A packet is complete when this is called for it.
        if any(key == "_index" for key, _ in pairs):
            packets.append(found.copy())
            found.clear()
        return dict(pairs)

    packets = []
    json.loads(output, object_pairs_hook=collect)
    return [(frame, digit) for frame, digits in enumerate(packets, 1) for digit in digits]


def of_ek(output, _):
    for frame, line in enumerate(output.splitlines()[1::2], 1):
        for values in re.findall(r'"sipresp_sip_class":\s*(\[[^\]]*\]|"\d")', line):
            yield from ((frame, int(digit)) for digit in re.findall(r"\d", values))


def fields(name):
    return ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", "-e", "frame.number", "-e",
            "frame.interface_id", "-e", name]


WAYS = {
    "fields": (fields("sip.class"), of_fields),
    "fields, filtered": (["-Y", "sip.class", *fields("sip.class")], of_fields),
    "fields, filtered by value": (["-Y", "sip.class >= 1 && sip.class <= 6", *fields("sip.class")], of_fields),
    "fields, two passes": (["-2", *fields("sip.class")], of_fields),
    "fields, two passes, filtered": (["-2", "-Y", "sip.class", *fields("sip.class")], of_fields),
    "text": (["-V"], of_text),
    "text, two passes": (["-2", "-V"], of_text),
    "json": (["-T", "json", "-J", "sipresp"], of_json),
    "json, two passes": (["-2", "-T", "json", "-J", "sipresp"], of_json),
    "ek": (["-T", "ek"], of_ek),
}
STATUS_CODES = ["-Y", "sip.Status-Code", *fields("sip.Status-Code")]


@pytest.fixture(scope="module")
def classes(wireshark, merged):
    """What a way of reading finds, by capture: (frame, class) pairs. Each way is gone once for all captures."""
    @functools.cache
    def of(*arguments, read):
        output = wireshark.tshark(merged.path, *arguments)
        return merged.by_capture(read(output, lambda row: int(row[0])))
    return of


@pytest.fixture(scope="module")
def by_code(classes):
    """What sip.class must be: the first digit of each of Wireshark's own status codes."""
    return classes(*STATUS_CODES, read=of_fields)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("capture", ALL_CAPTURES, ids=lambda path: path.name)
def test_as_many_classes_as_status_codes(classes, by_code, capture, way):
    arguments, read = WAYS[way]
    assert classes(*arguments, read=read)[capture] == by_code[capture], alone(capture, arguments)


@pytest.mark.parametrize("capture", expectations.capture_files(), ids=lambda path: path.name)
def test_the_captures_have_status_codes(by_code, capture):
    """Guards against nothing that equals nothing."""
    assert by_code[capture]


def test_a_read_filter(wireshark, merged):
    """It numbers the frames anew, and may drop those that tell Wireshark of a WebSocket."""
    def found(name):
        arguments = ["-2", "-R", name, *fields(name)]
        return list(of_fields(wireshark.tshark(merged.path, *arguments), lambda row: tuple(row[:2])))

    classes = found("sip.class")
    assert classes and classes == found("sip.Status-Code")


@pytest.fixture(scope="module")
def in_sharkd(wireshark, merged, by_code):
    """The frames that sharkd lists, and the classes in its tree of each, by capture."""
    frames = sorted({frame + before for capture, before in zip(merged.captures, merged.before, strict=True)
                     for frame, _ in by_code[capture]})
    listed, *trees = wireshark.sharkd(merged.path, ("frames", {"filter": "sip.class"}),
                                      *(("frame", {"frame": frame, "proto": True}) for frame in frames))
    digits = [(frame, int(digit)) for frame, tree in zip(frames, trees, strict=True)
              for digit in re.findall(r'"sip\.class == (\d)"', json.dumps(tree))]
    return merged.by_capture((row["num"], None) for row in listed), merged.by_capture(digits)


@pytest.mark.parametrize("capture", ALL_CAPTURES, ids=lambda path: path.name)
def test_sharkd(in_sharkd, by_code, capture):
    listed, found = in_sharkd
    assert found[capture] == by_code[capture]
    assert [frame for frame, _ in listed[capture]] == list(dict(by_code[capture]))


@pytest.mark.skipif(not OTHERS_CAPTURES, reason="the captures made by others are not beside the project")
def test_captures_made_by_others_are_tried():
    assert len(OTHERS_CAPTURES) >= 13
