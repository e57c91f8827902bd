# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile 'SIP responses': its columns, colours and buttons work in this Wireshark."""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from packets import request, response, udp
from wireshark import REPOSITORY

PROFILE = REPOSITORY / "profile" / "SIP responses"
COLUMNS = ["No.", "Time", "Source", "Destination", "Class", "Code", "Phrase", "Info"]
# WCAG 2.1 asks for this contrast of text that is easily read.
ENHANCED_CONTRAST = 7.0
CONTACT = "Contact: <sip:bob@192.0.2.2>"
MESSAGES = {
    "SIP broken rule": response("SIP/2.0 420 Bad Extension"),
    "SIP request": request(),
    "SIP 1xx Provisional": response("SIP/2.0 180 Ringing", headers=[CONTACT]),
    "SIP 2xx Success": response("SIP/2.0 200 OK", "BYE"),
    "SIP 3xx Redirection": response("SIP/2.0 302 Moved Temporarily", headers=[CONTACT]),
    "SIP challenge": response("SIP/2.0 401 Unauthorized", "REGISTER", ["WWW-Authenticate: Digest realm=x"]),
    "SIP 4xx Client Error": response("SIP/2.0 486 Busy Here"),
    "SIP 5xx Server Error": response("SIP/2.0 503 Service Unavailable"),
    "SIP 6xx Global Failure": response("SIP/2.0 603 Decline"),
}


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
    capture = make_capture([udp(message) for message in MESSAGES.values()])
    result = wireshark.run("tshark", "-n", "-C", PROFILE.name, "-r", capture, "--color", "-T", "psml")
    assert result.stderr == ""
    root = ElementTree.fromstring(result.stdout)
    return [section.text for section in root.find("structure")], root.findall("packet")


def test_columns(listed):
    headings, packets = listed
    assert headings == COLUMNS
    cells = [[section.text for section in packet] for packet in packets]
    assert cells[1][4:7] == [None, None, None]
    assert cells[5][4:7] == ["Client Error", "401", "Unauthorized"]
    assert [row[4] for row in cells] == ["Client Error", None, "Provisional", "Success", "Redirection",
                                         "Client Error", "Client Error", "Server Error", "Global Failure"]


def test_each_class_has_its_colours(listed):
    shown = [(packet.get("background"), packet.get("foreground")) for packet in listed[1]]
    rules = colour_rules()
    assert shown == [tuple(as_hex(colour) for colour in rules[name][1:]) for name in MESSAGES]
    assert len(set(shown)) == len(MESSAGES)


@pytest.mark.parametrize("name", colour_rules())
def test_colours_are_readable(name):
    _, background, foreground = colour_rules()[name]
    light, dark = sorted((luminance(background), luminance(foreground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= ENHANCED_CONTRAST


@pytest.mark.parametrize(("label", "names"), [
    ("Responses", [name for name in MESSAGES if name != "SIP request"]),
    ("Failures", ["SIP broken rule", "SIP 4xx Client Error", "SIP 5xx Server Error", "SIP 6xx Global Failure"]),
    ("Challenges", ["SIP challenge"]),
    ("Findings", ["SIP broken rule"]),
])
def test_buttons(wireshark, make_capture, label, names):
    capture = make_capture([udp(message) for message in MESSAGES.values()])
    output = wireshark.tshark(capture, "-Y", buttons()[label], "-T", "fields", "-e", "frame.number")
    assert [list(MESSAGES)[int(number) - 1] for number in output.split()] == names


def test_every_button_is_tried():
    assert set(buttons()) == {"Responses", "Failures", "Challenges", "Findings"}
