# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters do what they say, by number, by name and by text."""

import re

import expectations
import pytest
from merged import Merged
from packets import response, udp

STATUS_LINES = [
    ("SIP/2.0 100 Trying", "INVITE"), ("SIP/2.0 200 OK", "INVITE"), ("SIP/2.0 302 Moved Temporarily", "INVITE"),
    ("SIP/2.0 401 Unauthorized", "REGISTER"), ("SIP/2.0 486 Busy Here", "INVITE"),
    ("SIP/2.0 503 Service Unavailable", "BYE"), ("SIP/2.0 603 Network Blocked", "INVITE"),
    ("SIP/2.0 700 Odd", "INVITE"), ("SIP/2.0 499 Own", "INVITE"),
]


@pytest.fixture(scope="module")
def capture(make_capture):
    return make_capture([udp(response(line, method)) for line, method in STATUS_LINES])


@pytest.mark.parametrize(("display_filter", "frames"), [
    ("sip.class", [1, 2, 3, 4, 5, 6, 7, 9]),
    ('sip.class == "Client Error"', [4, 5, 9]),
    ('sip.class == "Global Failure"', [7]),
    ("sip.class == 4", [4, 5, 9]),
    ("sip.class >= 4", [4, 5, 6, 7, 9]),
    ('sipresp.note contains "registrar"', [4]),
    ('sipresp.method == "BYE"', [6]),
    ("sipresp.code == 486", [5]),
    ("sipresp.phrase_differs", [7]),
    ('sipresp.registration == "unregistered"', [9]),
    ("sipresp.treated_as == 400", [9]),
    ("sipresp.isup_cause == 17", [5]),
    ("sipresp.final", [2, 3, 4, 5, 6, 7, 9]),
    ("sip.class && !sipresp.final", [1]),
    ('sipresp.reference contains "RFC 3261"', [1, 2, 3, 4, 5, 6, 7]),
    ("sipresp && !sip.class", [8]),
])
@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
def test_filter(wireshark, capture, display_filter, frames, passes):
    output = wireshark.tshark(capture, *passes, "-Y", display_filter, "-T", "fields", "-e", "frame.number")
    assert [int(line) for line in output.split()] == frames


def test_each_field_is_found_where_it_alone_is_asked_for(wireshark, tmp_path):
    """What nobody asks for is not worked out. Guards against a field that is there only if another one is asked for, too."""
    rows = (line.split("\t") for line in wireshark.run("tshark", "-G", "fields").stdout.splitlines())
    names = [row[2] for row in rows if row[0] in "FP" and re.match(r"(sip\.class|sipresp|sipreq|sipcall)\b", row[2])]
    merged = Merged(tmp_path, expectations.capture_files())
    whole = wireshark.tshark(merged.path, "-T", "fields", *(word for name in ["frame.number", *names] for word in ("-e", name)))
    table = [line.split("\t") for line in whole.splitlines()]
    shown = {name: [row[0] for row in table if row[place]] for place, name in enumerate(names, 1)}
    found = {name: wireshark.tshark(merged.path, "-Y", name, "-o", 'gui.column.format:"No.","%m"').split() for name in names}
    assert found == shown
    assert sum(map(bool, found.values())) >= 60
