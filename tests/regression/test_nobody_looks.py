# SPDX-License-Identifier: GPL-2.0-or-later
"""What nobody can look at is not worked out, and what somebody may look at later is.

Guards against a tshark that prints a line a packet and follows calls that it never tells of; and against Wireshark taken for
such a tshark: it reads a capture without trees, too, and shows the calls when somebody clicks.
"""

import shutil
import sys

import pytest
from wireshark import REPOSITORY

for folder in ("hostile", "bench"):
    sys.path.insert(0, str(REPOSITORY / "tools" / "lib" / folder))

import measure  # noqa: E402
import ordinary  # noqa: E402

PACKETS = 200
# Some 400 instructions a packet to see that nothing is asked, some thousand to learn a message; more where lines are counted.
TIMES_AS_MUCH = 5


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    capture = tmp_path_factory.mktemp("calls") / "calls-to-count.pcap"
    ordinary.write(capture, PACKETS)
    return capture


@pytest.fixture(scope="module")
def lines_alone(wireshark, calls):
    return instructions(wireshark, calls)


def instructions(wireshark, calls, *mode):
    if not shutil.which("valgrind"):
        pytest.skip("there is no valgrind; apt-get install valgrind")
    return measure.instructions(wireshark, wireshark.staged(calls), mode)


@pytest.mark.parametrize("mode", [
    ("-q", "-z", "conv,udp"),       # neither columns nor trees: as Wireshark and sharkd read a capture
    ("-z", "flow,any,network"),     # a tap asks for columns: as Wireshark does while such a window is open
], ids=" ".join)
def test_calls_are_followed_where_frames_may_be_looked_at_later_alone(wireshark, calls, lines_alone, mode):
    assert instructions(wireshark, calls, *mode) > TIMES_AS_MUCH * lines_alone > 0
