# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured on is ordinary: a call that breaks rules, or whose responses have no request, costs what no call does."""

import sys

import pytest
from wireshark import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools" / "lib" / "bench"))

import ordinary  # noqa: E402
import trunk  # noqa: E402

FIELDS = ("sip.Status-Code", "sipresp.request_in", "sipresp.check", "sipcall.outcome", "sipcall.ended_by")
# Such traffic has calls that were answered without a 100.
LATE_WITHOUT_100 = "first-response-late"


@pytest.mark.parametrize(("write", "packets", "calls", "findings"), [
    (trunk.write, 600, 100, set()),
    (ordinary.write, 20_000, 300, {LATE_WITHOUT_100}),
])
def test_calls_are_answered_and_break_no_rule(wireshark, tmp_path, write, packets, calls, findings):
    capture = tmp_path / f"{write.__module__}.pcap"
    write(capture, packets)
    told = wireshark.tshark(capture, "-T", "fields", *(part for field in FIELDS for part in ("-e", field)))
    rows = [tuple(line.split("\t")) for line in told.splitlines()]
    assert len(rows) == packets
    ended = sum(row[3:] == ("1", "1") and row[0] == "200" for row in rows)
    assert ended >= calls
    assert [row for row in rows if row[0] and not row[1]] == []
    assert {check for row in rows for check in row[2].split(",") if check} == findings
