# SPDX-License-Identifier: GPL-2.0-or-later
"""The profiles 'SIP responses': their columns, colours and buttons work in this Wireshark."""

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from packets import ALICE, BOB, IP_UDP, ipv4, request, response, udp
from wireshark import REPOSITORY

LIGHT = REPOSITORY / "profile" / "SIP responses"
DARK = REPOSITORY / "profile" / "SIP responses (dark)"
PROFILES = [LIGHT, DARK]
COLUMNS = ["No.", "Time", "Source", "Destination", "Method", "Class", "Code", "Phrase", "Outcome", "Delay", "Finding",
           "From", "To"]
# WCAG 2.1 asks for this contrast of text that is easily read.
ENHANCED_CONTRAST = 7.0
# Relative luminance: what is darker lights up no dark room, what is lighter is no dark row.
DARK_AT_MOST, PALE_AT_LEAST = 0.1, 0.6
LOUD = ("SIP registration refused", "SIP call failed")
IP_HEADER_LENGTH = 20
CONTACT = "Contact: <sip:bob@192.0.2.2>"

# The rule that colours it, the method, and the response; an INVITE that begins a call stands before it.
RESPONSES = [
    ("SIP registration refused", "REGISTER", "403 Forbidden", []),
    ("SIP call failed", "INVITE", "404 Not Found", []),
    ("SIP call failed", "INVITE", "503 Service Unavailable", []),
    ("SIP call blocked", "INVITE", "603 Network Blocked", []),
    ("SIP call not taken", "INVITE", "486 Busy Here", []),
    ("SIP call not taken", "INVITE", "603 Decline", []),
    ("SIP call cancelled", "INVITE", "487 Request Terminated", []),
    ("SIP challenge", "INVITE", "407 Proxy Authentication Required", ["Proxy-Authenticate: Digest realm=x"]),
    ("SIP challenge", "REGISTER", "401 Unauthorized", ["WWW-Authenticate: Digest realm=x"]),
    ("SIP request failed", "BYE", "481 Call/Transaction Does Not Exist", []),
    ("SIP call redirected", "INVITE", "302 Moved Temporarily", [CONTACT]),
    ("SIP call answered", "INVITE", "200 OK", [CONTACT]),
    ("SIP request done", "BYE", "200 OK", []),
    ("SIP progress", "INVITE", "180 Ringing", [CONTACT]),
]


def messages():
    """(rule, message, number of its transaction), each response without a fault and with one."""
    made = []
    for rule, method, line, headers in RESPONSES:
        for body, ending in (("", ""), ("x", ", finding")):
            number = len(made)
            if method == "INVITE":
                made.append(("SIP request", request().replace(b";tag=a6c85cf", b""), number))
            # A body without its type breaks calls, whatever the response.
            made.append((rule + ending, response(f"SIP/2.0 {line}", method, headers, body), number))
    return made


MESSAGES = messages()
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


def colour_rules(profile):
    """Name to filter, background and foreground, in the order of the file."""
    lines = (profile / "colorfilters").read_text(encoding="utf-8").splitlines()
    rules = [re.fullmatch(r"@(.+)@(.+)@\[([\d,]+)\]\[([\d,]+)\]", line) for line in lines if not line.startswith("#")]
    return {rule[1]: (rule[2], *([int(part) for part in rule[place].split(",")] for place in (3, 4)))
            for rule in rules}


EVERY_COLOUR = [pytest.param(profile, name, id=f"{profile.name}-{name}") for profile in PROFILES
                for name in colour_rules(profile)]


def buttons():
    lines = (LIGHT / "dfilter_buttons").read_text(encoding="utf-8").splitlines()
    return {match[1]: match[2].replace(r"\x22", '"') for line in lines
            if (match := re.fullmatch(r'"TRUE","([^"]+)","([^"]+)","[^"]*"', line))}


def luminance(colour):
    """Relative luminance as WCAG 2.1 defines it, of 16-bit red, green and blue."""
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
              for part in (value / 65535 for value in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def as_hex(colour):
    return "#" + "".join(f"{value >> 8:02x}" for value in colour)


@pytest.fixture(scope="module", params=PROFILES, ids=lambda profile: profile.name)
def listed(request, wireshark, make_capture):
    """What the packet list shows with a profile as it is installed: headings, packets as XML, its colour rules."""
    build = os.environ.get("SIPRESP_BUILD_DIR", REPOSITORY / "build")
    name = request.param.name
    shutil.copytree(f"{build}/profiles/{name}", wireshark.home / ".config" / "wireshark" / "profiles" / name)
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "nobody", str(wireshark.home)], check=True)
    capture = one_capture(make_capture)
    result = wireshark.run("tshark", "-n", "-C", name, "-r", capture, "--color", "-T", "psml")
    assert result.stderr == ""
    root = ElementTree.fromstring(result.stdout)
    return [section.text for section in root.find("structure")], root.findall("packet"), colour_rules(request.param)


def test_columns(listed):
    headings, packets, _ = listed
    assert headings == COLUMNS
    cells = {name: dict(zip(headings, (section.text for section in packet), strict=True))
             for name, packet in zip(NAMES, packets, strict=True)}
    asked = cells["SIP request"]
    assert [asked[name] for name in COLUMNS[4:]] == ["INVITE", *[None] * 6, "sip:alice@example.com", "sip:bob@example.com"]
    refused = cells["SIP call blocked, finding"]
    assert [refused[name] for name in COLUMNS[4:]] == [
        "INVITE", "Global Failure", "603", "Network Blocked", "blocked", "0.010", "body-content-type", "sip:alice@example.com",
        "sip:bob@example.com"]
    assert cells["SIP call answered"]["Finding"] == "invite-2xx-capabilities"


def test_the_ground_says_what_became_of_the_call(listed):
    """Guards against a finding whose colour hides that the call failed."""
    _, packets, rules = listed
    shown = [(packet.get("background"), packet.get("foreground")) for packet in packets]
    assert shown == [tuple(as_hex(colour) for colour in rules[name][1:]) for name in NAMES]
    assert set(NAMES) == set(rules)
    for name, (_, background, foreground) in rules.items():
        if name.endswith(", finding"):
            plain = rules[name.removesuffix(", finding")]
            assert background == plain[1] and foreground != plain[2]
    assert len({as_hex(rule[1]) for name, rule in rules.items() if "finding" not in name}) == len(rules) // 2 + 1


@pytest.mark.parametrize(("profile", "name"), EVERY_COLOUR)
def test_colours_are_readable(profile, name):
    _, background, foreground = colour_rules(profile)[name]
    light, dark = sorted((luminance(background), luminance(foreground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= ENHANCED_CONTRAST


@pytest.mark.parametrize(("profile", "name"), EVERY_COLOUR)
def test_only_what_failed_is_loud(profile, name):
    """Guards against a row of the dark variant that is not dark, and against a challenge as loud as a failed call."""
    ground = colour_rules(profile)[name][1]
    if name.startswith(LOUD) or profile == DARK:
        assert luminance(ground) <= DARK_AT_MOST
    else:
        assert luminance(ground) >= PALE_AT_LEAST
    saturation = (max(ground) - min(ground)) / 65535
    assert (saturation > 0.4) == name.startswith(LOUD)


@pytest.mark.parametrize("label", ["Responses", "Failures", "Challenges", "Findings"])
def test_buttons(wireshark, make_capture, label):
    capture = one_capture(make_capture)
    output = wireshark.tshark(capture, "-Y", buttons()[label], "-T", "fields", "-e", "frame.number")
    found = {NAMES[int(number) - 1] for number in output.split()}
    assert found == {
        "Responses": {name for name in NAMES if name != "SIP request"},
        "Failures": {name for name in NAMES if name.startswith(LOUD)},
        "Challenges": {"SIP challenge", "SIP challenge, finding"},
        "Findings": {name for name in NAMES if name.endswith(", finding")} | {"SIP call answered",
                                                                              "SIP call cancelled"},
    }[label]


def test_every_button_is_tried():
    assert set(buttons()) == {"Responses", "Failures", "Challenges", "Findings"}


def test_a_call_whose_invite_was_not_captured_can_fail(wireshark, make_capture):
    """Guards against failures that only show where the capture began in time."""
    capture = make_capture([udp(response("SIP/2.0 503 Service Unavailable")), udp(response("SIP/2.0 486 Busy Here")),
                            udp(response("SIP/2.0 407 Proxy Authentication Required"))])
    output = wireshark.tshark(capture, "-Y", buttons()["Failures"], "-T", "fields", "-e", "frame.number")
    assert output.split() == ["1"]
