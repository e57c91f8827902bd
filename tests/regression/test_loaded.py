# SPDX-License-Identifier: GPL-2.0-or-later
"""Guards against a plugin that does not load: tshark then works on, exit status 0."""

from packets import response, udp

FIELDS = {
    "sip.class": "FT_UINT8",
    "sipresp.class_meaning": "FT_STRING",
    "sipresp.code": "FT_UINT16",
    "sipresp.phrase": "FT_STRING",
    "sipresp.phrase_received": "FT_STRING",
    "sipresp.phrase_differs": "FT_BOOLEAN",
    "sipresp.method": "FT_STRING",
    "sipresp.registration": "FT_UINT8",
    "sipresp.treated_as": "FT_UINT16",
    "sipresp.reference": "FT_STRING",
    "sipresp.reference_url": "FT_STRING",
    "sipresp.note": "FT_STRING",
    "sipresp.isup_cause": "FT_UINT8",
    "sipresp.reason": "FT_STRING",
    "sipresp.reason.protocol": "FT_STRING",
    "sipresp.reason.cause": "FT_UINT32",
    "sipresp.reason.text": "FT_STRING",
    "sipresp.warning": "FT_STRING",
    "sipresp.warning.code": "FT_UINT16",
    "sipresp.warning.agent": "FT_STRING",
    "sipresp.warning.text": "FT_STRING",
    "sipresp.warning.meaning": "FT_STRING",
    "sipresp.retry_after": "FT_UINT32",
    "sipresp.final": "FT_BOOLEAN",
    "sipresp.reported": "FT_BOOLEAN",
    "sipresp.check": "FT_STRING",
    "sipresp.check.header_missing": "FT_NONE",
    "sipresp.check.header_forbidden": "FT_NONE",
    "sipresp.check.code_for_method": "FT_NONE",
    "sipresp.check.code_unregistered": "FT_NONE",
    "sipresp.check.code_out_of_range": "FT_NONE",
    "sipresp.check.body": "FT_NONE",
    "sipresp.check.transaction": "FT_NONE",
    "sipresp.outcome": "FT_UINT8",
    "sipresp.delay_shown": "FT_STRING",
    "sipresp.reliable": "FT_UINT8",
    "sipresp.ack_expected": "FT_BOOLEAN",
    "sipresp.request_in": "FT_FRAMENUM",
    "sipresp.delay": "FT_RELATIVE_TIME",
    "sipresp.retransmission": "FT_UINT32",
    "sipresp.retransmission_of": "FT_FRAMENUM",
    "sipresp.final_in": "FT_FRAMENUM",
    "sipresp.ack_in": "FT_FRAMENUM",
    "sipresp.prack_in": "FT_FRAMENUM",
}


def test_plugin_is_loaded(wireshark):
    plugins = wireshark.run("tshark", "-G", "plugins").stdout
    assert any(line.startswith("sipresp.so") for line in plugins.splitlines()), plugins


def test_fields_have_their_public_names_types_and_blurbs(wireshark):
    rows = [line.split("\t") for line in wireshark.run("tshark", "-G", "fields").stdout.splitlines()]
    ours = {row[2]: row for row in rows if row[0] == "F" and row[4] == "sipresp"}
    assert {name: ours[name][3] for name in FIELDS} == FIELDS
    without = [name for name, row in ours.items() if not row[7] and not name.startswith("sipresp.check.")]
    assert without == []


def test_the_layers_of_a_frame_are_what_they_are_without_us(wireshark, make_capture):
    """Guards against sipresp among the protocols of every frame; Wireshark's own tests of sharkd found it there."""
    for payload, innermost in (udp(b"no SIP", 4000, 4001), "udp"), (udp(response("SIP/2.0 200 OK", "MESSAGE")), "sip"):
        analysed, = wireshark.sharkd(make_capture([payload]), ("analyse", {}))
        assert innermost in analysed["protocols"]
        assert not {"sipresp", "sipreq", "sipcall"} & set(analysed["protocols"])


def test_whoever_switches_it_off_sees_nothing_of_it(wireshark, make_capture):
    """Guards against a post-dissector that Wireshark calls whether its protocol is enabled or not."""
    capture = make_capture([udp(response("SIP/2.0 200 OK", "MESSAGE"))])
    assert "Registered phrase" in wireshark.tshark(capture, "-V")
    assert "Registered phrase" not in wireshark.tshark(capture, "--disable-protocol", "sipresp", "-V")
