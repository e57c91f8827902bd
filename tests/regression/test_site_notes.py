# SPDX-License-Identifier: GPL-2.0-or-later
"""The user table of site notes: shown where they belong, refused with a reason where they are wrong."""

import os
import shutil

import pytest
from packets import request, response, udp

NOTES = [
    '"486","","","Call the desk"',
    '"486","INVITE","","Busy on INVITE only"',
    '"499","","Queue Full","Carrier X sends it at night"',
    '"498","BYE","Late Hangup",""',
]
STATUS_LINES = [
    ("SIP/2.0 486 Busy Here", "INVITE"), ("SIP/2.0 486 Busy Here", "BYE"), ("SIP/2.0 499 Odd", "INVITE"),
    ("SIP/2.0 498 Odd", "BYE"), ("SIP/2.0 498 Odd", "INVITE"), ("SIP/2.0 200 OK", "INVITE"),
    ("SIP/2.0 700 Odd", "INVITE"), ("SIP/2.0 099 Odd", "INVITE"),
]


def settings(*rows):
    return [word for row in rows for word in ("-o", f"uat:sipresp_notes:{row}")]


def site_notes(annotation):
    return [note for note in annotation.get("sipresp.note", []) if note.endswith(" [site]")]


@pytest.fixture(scope="module")
def capture(make_capture):
    return make_capture([udp(response(line, method)) for line, method in STATUS_LINES])


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-pass"])
def test_notes_stand_behind_those_of_the_tables(wireshark, capture, passes):
    plain = wireshark.annotations(capture, *passes)
    noted = wireshark.annotations(capture, *passes, *settings(*NOTES))
    assert [site_notes(annotation) for annotation in noted] == [
        ["Call the desk [site]", "Busy on INVITE only [site]"], ["Call the desk [site]"],
        ["Carrier X sends it at night [site]"], [], [], [], [], []]
    for before, after in zip(plain, noted, strict=True):
        notes = after.get("sipresp.note", [])
        assert notes[:len(notes) - len(site_notes(after))] == before.get("sipresp.note", [])


def test_phrase_of_a_code_that_the_tables_do_not_have(wireshark, capture):
    found = wireshark.annotations(capture, *settings(*NOTES))
    assert [annotation.get("sipresp.phrase") for annotation in found] == [
        "Busy Here", "Busy Here", "Queue Full", "Late Hangup", None, "OK", None, None]
    assert found[2]["title"].startswith("SIP Response: 499 Queue Full [site], Client Error, handled as 400: ")
    assert found[2]["sipresp.registration"] == "4"
    assert found[2]["sipresp.treated_as"] == "400"
    assert found[4]["title"].startswith("SIP Response: 498 (not registered), Client Error, handled as 400: ")
    assert found[4]["sipresp.registration"] == "5"


def test_notes_can_be_filtered_on(wireshark, capture):
    output = wireshark.tshark(capture, *settings(*NOTES), "-Y", 'sipresp.note contains "[site]"',
                              "-T", "fields", "-e", "frame.number")
    assert output.split() == ["1", "2", "3"]


def test_reported_responses_have_them_too(wireshark, make_capture):
    notify = request("NOTIFY", ["Content-Type: message/sipfrag"], "SIP/2.0 486 Busy Here\r\n")
    found, = wireshark.annotations(make_capture([udp(notify)]), *settings(NOTES[0]))
    assert site_notes(found) == ["Call the desk [site]"]


def test_six_hundred_codes_keep_their_own(wireshark, make_capture):
    """Guards against an index that is off by one at either end."""
    codes = [code for code in range(100, 700)]
    capture = make_capture([udp(response(f"SIP/2.0 {code} Odd")) for code in codes])
    notes = [f'"{code}","","","Note of {code}"' for code in reversed(codes)]
    found = wireshark.annotations(capture, *settings(*notes))
    assert [site_notes(annotation) for annotation in found] == [[f"Note of {code} [site]"] for code in codes]


@pytest.mark.parametrize(("row", "reason"), [
    ('"99","","","x"', "Status code 99 is outside 100 to 699; give the three digits of a SIP status code."),
    ('"700","","","x"', "Status code 700 is outside 100 to 699"),
    ('"486","INVIT","","x"', 'Method "INVIT" for code 486 is no registered SIP method; write it in capitals'),
    ('"486","invite","","x"', 'Method "invite" for code 486 is no registered SIP method'),
    ('"486","","",""', "Code 486 has neither a phrase nor a note; give one of them, or remove the row."),
    ('"486","","Occupied",""', 'Code 486 has the phrase "Busy Here" already; leave the phrase empty'),
    ('"486","","","\\xff"', "The text for code 486 is not UTF-8"),
    ('"abc","","","x"', "Invalid value"),
])
def test_wrong_rows_are_refused_with_a_reason(wireshark, capture, row, reason):
    result = wireshark.run("tshark", "-r", wireshark.staged(capture), *settings(row), check=False)
    assert result.returncode != 0
    assert reason in result.stderr


@pytest.fixture
def profile(wireshark):
    """A profile with a sipresp_notes file of that content; returns its name."""
    folder = wireshark.home / ".config/wireshark/profiles/site"

    def make(content):
        folder.mkdir(parents=True)
        (folder / "sipresp_notes").write_text(content, encoding="utf-8")
        if os.getuid() == 0:
            for place in (folder, *folder.parents[:3]):
                shutil.chown(place, "nobody")
        return folder.name

    yield make
    shutil.rmtree(folder)


def test_file_of_the_profile(wireshark, capture, profile):
    name = profile("\n".join(NOTES) + "\n")
    found = wireshark.annotations(capture, "-C", name)
    assert site_notes(found[2]) == ["Carrier X sends it at night [site]"]


def test_wrong_row_in_the_file_is_told_with_its_table(wireshark, capture, profile):
    name = profile(NOTES[0] + "\n" + '"486","","",""\n')
    result = wireshark.run("tshark", "-C", name, "-r", wireshark.staged(capture), check=False)
    assert "'SIP response notes of this site': Code 486 has neither a phrase nor a note" in result.stderr
