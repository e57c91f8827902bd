# SPDX-License-Identifier: GPL-2.0-or-later
"""Every capture of the project against its reviewed expectation."""

import expectations
import pytest
from test_tables import expected_fields

CAPTURES = [pytest.param(path, id=path.stem) for path in expectations.capture_files()]


@pytest.mark.parametrize("capture", CAPTURES)
def test_annotations_are_as_reviewed(wireshark, capture):
    assert expectations.of_this_response(wireshark.annotations(capture, "-2")) == expectations.read(capture)


@pytest.mark.parametrize("capture", CAPTURES)
def test_the_rest_is_what_the_tables_say(wireshark, capture):
    for annotation in wireshark.annotations(capture, "-2"):
        said = expected_fields(int(annotation["sipresp.code"]), annotation.get("sipresp.method"),
                               annotation["sipresp.phrase_received"])
        # Nobody sent a response that another message tells of.
        if annotation.get("sipresp.reported"):
            del said["sip.class"]
        assert ({key: value for key, value in annotation.items() if key in expectations.OF_THE_TABLES}
                == {key: value for key, value in said.items() if key in expectations.OF_THE_TABLES}), annotation["frame"]
        expected = {"2": True, None: None}.get(annotation.get("sipresp.reliable"), False)
        assert annotation.get("sipresp.ack_expected") == expected, annotation["frame"]
        if "sipresp.delay" in annotation:
            assert annotation["sipresp.delay_shown"] == f"{float(annotation['sipresp.delay']):.3f}"


@pytest.mark.parametrize("capture", CAPTURES)
def test_one_pass_says_the_same_but_for_what_comes_later(wireshark, capture):
    """A late ACK makes what one pass says of the frames before it incomplete, never wrong."""
    expected = expectations.as_one_pass_sees(expectations.read(capture))
    found = expectations.of_this_response(wireshark.annotations(capture))
    assert expectations.as_one_pass_sees(found) == expected


@pytest.mark.parametrize("capture", CAPTURES)
def test_expectation_is_not_empty(capture):
    """Guards against an expectation rewritten while the plugin was not loaded."""
    assert expectations.read(capture)


def test_every_expectation_has_its_capture():
    stems = {path.stem for path in expectations.capture_files()}
    assert {path.stem for path in expectations.EXPECTED.glob("*.toml")} == stems


def test_catalogue_tells_of_every_capture():
    catalogue = (expectations.CAPTURES / "README.md").read_text(encoding="utf-8")
    missing = [path.name for path in expectations.capture_files() if path.stem not in catalogue]
    assert missing == []
