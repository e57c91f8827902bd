# SPDX-License-Identifier: GPL-2.0-or-later
"""Input made to do harm: no crash, no fault of the plugin, work that grows as the input does.

tools/hostile measures the same scenes at their full size.
"""

import shutil
import sys

import pytest
from wireshark import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools" / "lib" / "hostile"))

import measure  # noqa: E402
from scenes import SCENES  # noqa: E402

# tshark alone takes a second or less for each; what grows by the square takes minutes.
SECONDS_MORE_MAX = 10
MEGABYTES_MORE_MAX = 64
SCALE = 0.1
CASES = [pytest.param(name, mode, id=f"{name}: {' '.join(mode)}")
         for name in SCENES for mode in (("-V",), ("-q", "-z", "expert"))
         if SCENES[name].size * SCALE <= 20000 or mode != ("-V",)]


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_costs_little(wireshark, name, mode):
    scene = SCENES[name]
    capture = measure.make(wireshark, name, scene, max(scene.counted, int(scene.size * SCALE)))
    without = measure.cost(wireshark, capture, mode, plugin=False)
    with_plugin = measure.cost(wireshark, capture, mode)
    assert with_plugin.faults == []
    assert with_plugin.seconds - without.seconds < SECONDS_MORE_MAX
    assert with_plugin.megabytes - without.megabytes < MEGABYTES_MORE_MAX


@pytest.mark.parametrize("line", [
    "[Malformed Packet: SIPRESP]", "[Dissector bug, protocol SIPRESP: packet-sipresp.c:1: failed assertion]",
    "** (tshark:1) 00:00:00 [Epan WARNING] -- Dissector bug, protocol SIPRESP, in packet 2: ...",
    "==1==ERROR: AddressSanitizer: heap-buffer-overflow", "plugin/sip_text.c:1:2: runtime error: null pointer"])
def test_faults_of_the_plugin_are_seen(tmp_path, line):
    """Guards against a search through the output that finds nothing whatever happens."""
    for text in (line, f"SIP\n\n{line}\nSIPRESP\n"):
        (tmp_path / "output").write_text(text)
        assert measure.faults_in(tmp_path / "output") == [line]


@pytest.mark.parametrize("line", [
    "[Malformed Packet: SIP]", "[Dissector bug, protocol MIME multipart: ./epan/packet.c:869]",
    "SIP Response: 200 OK, Success", "    [Note: SIPRESP]"])
def test_faults_of_others_are_none(line):
    assert not measure.is_our_fault(line)


def test_valgrind_counts(wireshark):
    """Guards against a tools/hostile that counts nothing: the compiler renames functions, and a tshark that hands its
    command line over does no work."""
    if not shutil.which("valgrind"):
        pytest.skip("there is no valgrind; apt-get install valgrind")
    capture = measure.make(wireshark, "forks of one INVITE", SCENES["forks of one INVITE"], 20)
    assert 20 * 1000 < measure.instructions(wireshark, capture, ("-q", "-z", "expert")) < 20 * 1_000_000


def test_more_findings_than_wireshark_has_room_for(wireshark):
    """Wireshark keeps 5,000 taps of a frame; what is beyond them is its loss, and no fault of the plugin."""
    scene = SCENES["responses in one frame"]
    capture = measure.make(wireshark, "responses in one frame", scene, 5000)
    found = wireshark.field(capture, "sip.class", "-Y", "sip.class")
    assert found == {1: ["5"] * 5000}
    # Wireshark's own taps may take all the room; no fault of ours is to show, which run() looks for.
    wireshark.run("tshark", "-n", "-r", capture, "-q", "-z", "expert")
    fewer = measure.make(wireshark, "responses in one frame", scene, 500)
    assert "SIPRESP" in wireshark.run("tshark", "-n", "-r", fewer, "-q", "-z", "expert").stdout


def test_a_frame_with_too_many_responses_says_so(wireshark):
    """Wireshark 4.6 takes 50,000 items that lie no further in a packet for a loop of the dissector without end."""
    capture = measure.make(wireshark, "responses in one frame", SCENES["responses in one frame"], 5000)
    titles = [line for line in wireshark.tshark(capture, "-V").splitlines() if line.startswith("SIP Response: ")]
    brief = [title.endswith("(no notes: too many responses in this frame)") for title in titles]
    assert len(titles) == 5000
    assert 100 < brief.index(True) < 2000 and all(brief[brief.index(True):])


@pytest.mark.parametrize("most", [50, 500, 1500, 2500, 5000])
def test_a_tree_that_is_full_is_no_fault_of_the_plugin(wireshark, most):
    """Wireshark gives up the dissector that adds one item too many, whoever added those before."""
    capture = measure.make(wireshark, "responses in one frame", SCENES["responses in one frame"], 100)
    output = wireshark.run("tshark", "-n", "-r", capture, "-o", f"gui.max_tree_items:{most}", "-V", faults=False)
    assert [line for line in (output.stdout + output.stderr).splitlines() if measure.is_our_fault(line)] == []
