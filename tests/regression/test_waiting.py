# SPDX-License-Identifier: GPL-2.0-or-later
"""The tshark that waits for command lines, which most tests ask, says what a fresh one says."""

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
    capture = wireshark.staged(CAPTURE)

    def run():
        result = wireshark.run("tshark", "-n", "-r", capture, *words, check=False)
        # When it was printed.
        return result.returncode, re.sub('time="[^"]*"', "", result.stdout, count=1), result.stderr

    twice = [run(), run()]
    monkeypatch.setenv("SIPRESP_FRESH_TSHARK", "1")
    assert twice == [run()] * 2

