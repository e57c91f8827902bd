# SPDX-License-Identifier: GPL-2.0-or-later
"""sip.class is there and equal in every pass and front end.

Guards against a post-dissector whose fields are lost on a later pass, and
against one that stops at the first of several messages in a frame.
"""

import json
import re

import expectations
import pytest
from wireshark import REPOSITORY

OTHERS = REPOSITORY.parent / "shared" / "captures"
OTHERS_CAPTURES = sorted(path for path in OTHERS.glob("*") if path.suffix in (".pcap", ".pcapng", ".cap"))
CAPTURES = [pytest.param(path, id=path.name) for path in [*expectations.capture_files(), *OTHERS_CAPTURES]]
CLASS_NAMES = {"Provisional": 1, "Success": 2, "Redirection": 3, "Client Error": 4, "Server Error": 5,
               "Global Failure": 6}


@pytest.fixture(scope="module")
def classes_by_code(wireshark):
    """What sip.class must be: the first digit of each of Wireshark's own status codes."""
    def of(capture, *arguments):
        codes = wireshark.field(capture, "sip.Status-Code", *(arguments or ["-Y", "sip.Status-Code"]))
        return {frame: [int(code) // 100 for code in values] for frame, values in codes.items()}
    return of


def numbers(frames):
    return {frame: [int(value) for value in values] for frame, values in frames.items() if values}


@pytest.mark.parametrize("arguments", [
    ["-Y", "sip.class"], ["-2", "-Y", "sip.class"], ["-2", "-R", "sip.class"], [], ["-2"],
    ["-Y", "sip.class >= 1 && sip.class <= 6"]], ids=" ".join)
@pytest.mark.parametrize("capture", CAPTURES)
def test_fields(wireshark, classes_by_code, capture, arguments):
    found = numbers(wireshark.field(capture, "sip.class", *arguments))
    if "-R" in arguments:
        # A read filter numbers the frames anew, and may drop those that tell Wireshark of a WebSocket.
        assert found == classes_by_code(capture, "-2", "-R", "sip.Status-Code")
    else:
        assert found == classes_by_code(capture)


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
@pytest.mark.parametrize("capture", CAPTURES)
def test_text(wireshark, classes_by_code, capture, passes):
    text = wireshark.tshark(capture, "-V", *passes)
    found = [CLASS_NAMES[name] for name in re.findall(r"^    Class: ([A-Za-z ]+) \(\d\)$", text, re.M)]
    assert found == [digit for frame in classes_by_code(capture).values() for digit in frame]


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
@pytest.mark.parametrize("capture", CAPTURES)
def test_json(wireshark, classes_by_code, capture, passes):
    found = []

    def collect(pairs):
        found.extend(int(value) for key, value in pairs if key == "sip.class")
        return dict(pairs)

    json.loads(wireshark.tshark(capture, "-T", "json", "-J", "sipresp", *passes), object_pairs_hook=collect)
    assert found == [digit for frame in classes_by_code(capture).values() for digit in frame]


@pytest.mark.parametrize("capture", CAPTURES)
def test_ek(wireshark, classes_by_code, capture):
    text = wireshark.tshark(capture, "-T", "ek")
    found = []
    for values in re.findall(r'"sipresp_sip_class":\s*(\[[^\]]*\]|"\d")', text):
        found += [int(digit) for digit in re.findall(r"\d", values)]
    assert found == [digit for frame in classes_by_code(capture).values() for digit in frame]


@pytest.mark.parametrize("capture", CAPTURES)
def test_sharkd(wireshark, classes_by_code, capture):
    expected = classes_by_code(capture)
    asked = [("frames", {"filter": "sip.class"})]
    asked += [("frame", {"frame": frame, "proto": True}) for frame in expected]
    listed, *frames = wireshark.sharkd(capture, *asked)
    assert [row["num"] for row in listed] == list(expected)
    for wanted, frame in zip(expected.values(), frames, strict=True):
        assert [int(digit) for digit in re.findall(r'"sip\.class == (\d)"', json.dumps(frame))] == wanted


@pytest.mark.skipif(not OTHERS_CAPTURES, reason="the captures made by others are not beside the project")
def test_captures_made_by_others_are_tried():
    assert len(OTHERS_CAPTURES) >= 13
