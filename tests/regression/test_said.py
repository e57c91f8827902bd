# SPDX-License-Identifier: GPL-2.0-or-later
"""What the sender says itself, in Reason, Warning and Retry-After, beats what the tables guess."""

import pytest
from c_text import long_reference
from packets import request, response, udp
from test_tables import rows

# RFC 3261 20.43 and RFC 5630 5.3: all that the registry has.
REGISTERED_WARNINGS = [*range(300, 308), 330, 331, 370, 380, 381, 399]
BUSY = "SIP/2.0 503 Service Unavailable"


@pytest.fixture
def said(wireshark, make_capture):
    """Header lines of one response to INVITE in; fields of ours out, each a list."""
    names = [f"sipresp.{name}" for name in (
        "reason", "reason.protocol", "reason.cause", "reason.text", "warning", "warning.code", "warning.agent",
        "warning.text", "warning.meaning", "retry_after", "isup_cause")]

    def run(*headers, start=BUSY):
        capture = make_capture([udp(response(start, headers=headers))])
        fields = [word for name in names for word in ("-e", name)]
        values = wireshark.tshark(capture, "-T", "fields", "-E", "aggregator=|", *fields).rstrip("\n").split("\t")
        return {name.removeprefix("sipresp."): value.split("|") for name, value in zip(names, values, strict=True)
                if value}
    return run


@pytest.fixture
def shown(wireshark, make_capture):
    """Header lines in; the lines of the tree that have these words out."""
    def run(*headers, words, start=BUSY):
        tree = wireshark.tshark(make_capture([udp(response(start, headers=headers))]), "-V", "-O", "sipresp")
        return [line.strip() for line in tree.splitlines() if words in line]
    return run


def test_a_busy_trunk(said, shown):
    """Reason and Warning of a gateway stand beside what its code could mean."""
    headers = ['Reason: Q.850;cause=34;text="No circuit"',
               'Warning: 399 gw.example.com "All channels of trunk group 12 busy, \\"sorry\\""', "Retry-After: 30 (night)"]
    assert said(*headers) == {
        "reason": ["Q.850 34 No circuit/channel available: No circuit"], "reason.protocol": ["Q.850"],
        "reason.cause": ["34"], "reason.text": ["No circuit"],
        "warning": ['399 Miscellaneous warning, from gw.example.com: All channels of trunk group 12 busy, "sorry"'],
        "warning.code": ["399"], "warning.agent": ["gw.example.com"],
        "warning.text": ['All channels of trunk group 12 busy, "sorry"'],
        "warning.meaning": ["For people alone: the text says what it is about, and no program may act on it "
                            "[RFC 3261 section 20.43]"],
        "retry_after": ["30"], "isup_cause": ["41"]}
    assert shown(*headers, words="cause:") == [
        "[Usual mapping to ISUP cause: Temporary failure (41); the Reason says another, which counts: "
        "34 (No circuit/channel available)]"]
    assert shown(*headers, words="Cause:") == ["Cause: No circuit/channel available (34)"]
    assert shown(*headers, words="Retry after") == ["Retry after: 30 s (night)"]


def test_a_reason_that_agrees_with_the_usual_mapping(shown):
    assert shown("Reason: q.850; cause=41", words="ISUP cause") == [
        "[Usual mapping to ISUP cause: Temporary failure (41), as the Reason says]"]
    assert shown("Reason: SIP;cause=503", words="ISUP cause") == ["[Usual mapping to ISUP cause: Temporary failure (41)]"]


def test_every_row_of_warnings_and_causes(said):
    """The expectation is worked out from the tables, not by the C under test."""
    warnings, causes = rows("warnings.toml", "warning"), rows("isup-causes.toml", "cause")
    assert [row["code"] for row in warnings] == REGISTERED_WARNINGS
    found = said(*(f"Warning: {row['code']} a" for row in warnings))
    assert found["warning"] == [f"{row['code']} {row['name']}, from a" for row in warnings]
    assert found["warning.meaning"] == [f"{row['meaning']} [{long_reference(row['source'])}]" for row in warnings]
    reasons = [reason for at in range(0, len(causes), 16)
               for reason in said(*(f"Reason: Q.850;cause={row['value']}" for row in causes[at:at + 16]))["reason"]]
    assert reasons == [f"Q.850 {row['value']} {row['name']}" for row in causes]


def test_several_reasons_and_warnings(said):
    found = said('Reason: SIP;cause=600;text="a, b"', 'Reason: preemption;cause=1, Q.850',
                 'Warning: 304 a "no video", 305 b "no, codec"')
    assert found["reason"] == ["SIP 600 Busy Everywhere: a, b", "preemption 1", "Q.850"]
    assert found["reason.cause"] == ["600", "1"]
    assert found["warning.code"] == ["304", "305"]


@pytest.mark.parametrize("header", ["Reason:", "Reason: ,", "Warning: ", "Retry-After: soon", "Retry-After:",
                                    "X-Reason: SIP;cause=200", "Retry-After: Mon, 01 Jan 2001 00:00:00 GMT"])
def test_nothing_is_made_of_nothing(said, header):
    assert list(said(header)) == ["isup_cause"]


@pytest.mark.parametrize(("header", "field", "value"), [
    ("Reason: ;cause=16", "reason", "16"),
    ("Reason: q.850 ; cause = 16", "reason.protocol", "Q.850"),
    ("Reason: SIP;cause=999", "reason", "SIP 999"),
    ("Reason: Q.850;cause=1x;text=bare", "reason", "Q.850: bare"),
    ("Warning: words alone", "warning", "words alone"),
    ("Warning: 392 a:5060 \"Noisy feedback\"", "warning", "392, from a:5060: Noisy feedback"),
    ("Warning: 399", "warning", "399 Miscellaneous warning"),
])
def test_broken_values_are_shown_as_far_as_they_go(said, header, field, value):
    assert said(header)[field] == [value]


@pytest.mark.parametrize(("header", "field"), [
    ('Reason: SIP;cause=603;text="{}"', "reason.text"), ('Reason: {}', "reason.protocol"), ('Reason: {}', "reason"),
    ('Warning: 399 a "{}"', "warning.text"), ('Warning: 399 {} "b"', "warning.agent"), ('Warning: {}', "warning"),
])
def test_no_text_is_long_or_has_control_characters(said, header, field):
    """Guards against an escape sequence or a kilobyte of a sender's in a column or a terminal."""
    value, = said(header.format("x\x1b[31m\u202e\u0085\udcff" + "y" * 2000))[field]
    assert len(value) == 256 and value.endswith("yyy\u2026")
    assert "x\ufffd[31m\ufffd\ufffd\ufffdyy" in value
    assert value.isprintable()


def test_a_flood_of_values_is_cut(said):
    """Guards against more items than Wireshark takes in a frame."""
    assert len(said("Reason: " + "a," * 5000, "Warning: " + "399," * 5000)["reason"]) == 16


def test_requests_have_none(wireshark, make_capture):
    capture = make_capture([udp(request("CANCEL", ['Reason: SIP;cause=200;text="Call completed elsewhere"']))])
    assert wireshark.tshark(capture, "-Y", "sipresp.reason") == ""


def test_filters(wireshark, make_capture):
    """Guards against a field that is there only where its parent is asked for."""
    capture = make_capture([udp(response(BUSY, headers=['Reason: Q.850;cause=34', 'Warning: 399 a "b"'])),
                            udp(response(BUSY, headers=["Retry-After: 9"]))])
    for wanted, frames in (("sipresp.reason.cause == 34", [1]), ("sipresp.warning.code == 399", [1]),
                           ('sipresp.warning.text == "b"', [1]), ("sipresp.retry_after < 10", [2]),
                           ('sipresp.reason.protocol == "Q.850"', [1])):
        assert list(wireshark.field(capture, "sipresp.code", "-Y", wanted)) == frames, wanted
