# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters do what they say, by number, by name and by text."""

import pytest
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
