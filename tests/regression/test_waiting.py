# SPDX-License-Identifier: GPL-2.0-or-later
"""The tshark that waits for command lines, which most tests ask, says what a fresh one says."""

import os
import re

import expectations
import pytest

CAPTURE = expectations.CAPTURES / "forked.pcapng"
WORDS = [["-T", "pdml"], ["-2", "-V", "-x"], ["-T", "json", "-J", "sipresp"], ["-q", "-z", "sipresp,tree", "-z", "expert"],
         ["-2", "-R", "sip", "-Y", "sipresp.final"], ["-o", "sipresp.follow:FALSE", "-V"], ["-Y", "no.such.field"],
         ["-o", "no.such:preference"], ["-T", "fields", "-e", "sipresp.title", "sip.Status-Code"], ["--no-such-option"]]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_it_says_what_a_fresh_one_says(wireshark, monkeypatch, words):
    """Guards against what is left of the command line before, and against tests that try something else than tshark."""
    if not wireshark.has_one_waiting():
        pytest.skip("no tshark waits here, so that each test starts its own; waiting.py says when")
    capture = wireshark.staged(CAPTURE)

    def run():
        result = wireshark.run("tshark", "-n", "-r", capture, *words, check=False)
        # When it was printed.
        return result.returncode, re.sub('time="[^"]*"', "", result.stdout, count=1), result.stderr

    with monkeypatch.context() as changes:
        environment = {**wireshark.environment(), "SIPRESP_NO_FRESH_TSHARK": "1"}
        changes.setattr(wireshark, "environment", lambda: dict(environment))
        twice = [run(), run()]
    monkeypatch.setattr(wireshark, "path", os.environ["PATH"])
    assert twice == [run()] * 2
