# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile 'SIP responses': its columns, colours and buttons work in this Wireshark."""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from packets import ALICE, BOB, IP_UDP, ipv4, request, response, udp
from wireshark import REPOSITORY

PROFILE = REPOSITORY / "profile" / "SIP responses"
COLUMNS = ["No.", "Time", "Source", "Destination", "Class", "Code", "Phrase", "Outcome", "Delay", "Info"]
# WCAG 2.1 asks for this contrast of text that is easily read.
ENHANCED_CONTRAST = 7.0
IP_HEADER_LENGTH = 20
CONTACT = "Contact: <sip:bob@192.0.2.2>"


def out_of_dialog(method):
    return request(method).replace(b";tag=a6c85cf", b"")


# The rule that colours it, the message, and a number for each transaction.
MESSAGES = [
    ("SIP broken rule", response("SIP/2.0 420 Bad Extension"), 1),
    ("SIP request", request(), 2),
    ("SIP 1xx Provisional", response("SIP/2.0 180 Ringing", headers=[CONTACT]), 3),
    ("SIP 2xx Success", response("SIP/2.0 200 OK", "BYE"), 4),
    ("SIP 3xx Redirection", response("SIP/2.0 302 Moved Temporarily", headers=[CONTACT]), 5),
    ("SIP challenge", response("SIP/2.0 401 Unauthorized", "REGISTER", ["WWW-Authenticate: Digest realm=x"]), 6),
    ("SIP request", out_of_dialog("INVITE"), 7),
    ("SIP request", out_of_dialog("CANCEL"), 7),
    ("SIP call cancelled", response("SIP/2.0 487 Request Terminated"), 7),
    ("SIP request", out_of_dialog("INVITE"), 8),
    ("SIP call busy", response("SIP/2.0 486 Busy Here"), 8),
    ("SIP 4xx Client Error", response("SIP/2.0 404 Not Found"), 9),
    ("SIP 5xx Server Error", response("SIP/2.0 503 Service Unavailable"), 10),
    ("SIP 6xx Global Failure", response("SIP/2.0 603 Decline"), 11),
]
NAMES = [name for name, _, _ in MESSAGES]


def one_capture(make_capture):
    """All messages, as packets of the transactions that they belong to."""
    packets = []
    for _, message, number in MESSAGES:
        message = message.replace(b"z9hG4bK776asdhds", f"z9hG4bK{number}".encode())
        message = message.replace(b"a84b4c76e66710", f"call-{number}".encode())
        ends = (BOB, ALICE) if message.startswith(b"SIP/2.0") else (ALICE, BOB)
        packets.append(ipv4(IP_UDP, udp(message)[IP_HEADER_LENGTH:], *ends))
    return make_capture(packets)


def colour_rules():
    """Name to filter, background and foreground, in the order of the file."""
    lines = (PROFILE / "colorfilters").read_text(encoding="utf-8").splitlines()
    rules = [re.fullmatch(r"@(.+)@(.+)@\[([\d,]+)\]\[([\d,]+)\]", line) for line in lines if not line.startswith("#")]
    return {rule[1]: (rule[2], *([int(part) for part in rule[place].split(",")] for place in (3, 4)))
            for rule in rules}


def buttons():
    lines = (PROFILE / "dfilter_buttons").read_text(encoding="utf-8").splitlines()
    return {match[1]: match[2] for line in lines
            if (match := re.fullmatch(r'"TRUE","([^"]+)","([^"]+)","[^"]*"', line))}


def luminance(colour):
    """Relative luminance as WCAG 2.1 defines it, of 16-bit red, green and blue."""
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
              for part in (value / 65535 for value in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def as_hex(colour):
    return "#" + "".join(f"{value >> 8:02x}" for value in colour)


@pytest.fixture(scope="module")
def listed(wireshark, make_capture):
    """What the packet list shows with the profile: headings, and the packets as XML."""
    folder = wireshark.home / ".config" / "wireshark" / "profiles" / PROFILE.name
    shutil.copytree(PROFILE, folder)
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "nobody", str(wireshark.home)], check=True)
    capture = one_capture(make_capture)
    result = wireshark.run("tshark", "-n", "-C", PROFILE.name, "-r", capture, "--color", "-T", "psml")
    assert result.stderr == ""
    root = ElementTree.fromstring(result.stdout)
    return [section.text for section in root.find("structure")], root.findall("packet")


def test_columns(listed):
    headings, packets = listed
    assert headings == COLUMNS
    cells = {name: [section.text for section in packet] for name, packet in zip(NAMES, packets, strict=True)}
    assert cells["SIP request"][4:9] == [None] * 5
    assert cells["SIP challenge"][4:7] == ["Client Error", "401", "Unauthorized"]
    assert cells["SIP call cancelled"][4:8] == ["Client Error", "487", "Request Terminated", "cancelled"]
    assert float(cells["SIP call busy"][8]) > 0
    assert cells["SIP 6xx Global Failure"][4:7] == ["Global Failure", "603", "Decline"]


def test_each_class_has_its_colours(listed):
    shown = [(packet.get("background"), packet.get("foreground")) for packet in listed[1]]
    rules = colour_rules()
    assert shown == [tuple(as_hex(colour) for colour in rules[name][1:]) for name in NAMES]
    assert len(set(shown)) == len(set(NAMES)) == len(rules)


@pytest.mark.parametrize("name", colour_rules())
def test_colours_are_readable(name):
    _, background, foreground = colour_rules()[name]
    light, dark = sorted((luminance(background), luminance(foreground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= ENHANCED_CONTRAST


@pytest.mark.parametrize(("label", "names"), [
    ("Responses", [name for name in NAMES if name != "SIP request"]),
    ("Failures", ["SIP broken rule", "SIP call cancelled", "SIP call busy", "SIP 4xx Client Error",
                  "SIP 5xx Server Error", "SIP 6xx Global Failure"]),
    ("Challenges", ["SIP challenge"]),
    ("Findings", ["SIP broken rule"]),
])
def test_buttons(wireshark, make_capture, label, names):
    capture = one_capture(make_capture)
    output = wireshark.tshark(capture, "-Y", buttons()[label], "-T", "fields", "-e", "frame.number")
    assert [NAMES[int(number) - 1] for number in output.split()] == names


def test_every_button_is_tried():
    assert set(buttons()) == {"Responses", "Failures", "Challenges", "Findings"}
