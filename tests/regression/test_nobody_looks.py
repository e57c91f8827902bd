# SPDX-License-Identifier: GPL-2.0-or-later
"""What nobody can look at is not worked out, and what somebody may look at later is.

Guards against a tshark that prints a line a packet and follows calls that it never tells of; and against Wireshark taken for
such a tshark: it reads a capture without trees, too, and shows the calls when somebody clicks.
"""

import os
import shutil
import sys

import pytest
from wireshark import REPOSITORY

for folder in ("hostile", "bench"):
    sys.path.insert(0, str(REPOSITORY / "tools" / "lib" / folder))

import measure  # noqa: E402
import ordinary  # noqa: E402

PACKETS = 200
# To be called at all and to see that nothing is asked takes some 400 a packet, to learn a message some thousand.
NOTHING_LEARNED, LEARNED = 700 * PACKETS, 2000 * PACKETS


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    capture = tmp_path_factory.mktemp("calls") / "calls-to-count.pcap"
    ordinary.write(capture, PACKETS)
    return capture


@pytest.fixture(autouse=True)
def own_tshark(wireshark, monkeypatch):
    if not shutil.which("valgrind"):
        pytest.skip("there is no valgrind; apt-get install valgrind")
    monkeypatch.setattr(wireshark, "path", os.environ["PATH"])


def test_lines_alone_follow_nothing(wireshark, calls):
    assert measure.instructions(wireshark, wireshark.staged(calls), ()) < NOTHING_LEARNED


@pytest.mark.parametrize("mode", [
    ("-q", "-z", "conv,udp"),       # neither columns nor trees: as Wireshark and sharkd read a capture
    ("-z", "flow,any,network"),     # a tap asks for columns: as Wireshark does while such a window is open
], ids=" ".join)
def test_what_may_be_looked_at_later_is_followed(wireshark, calls, mode):
    assert measure.instructions(wireshark, wireshark.staged(calls), mode) > LEARNED
