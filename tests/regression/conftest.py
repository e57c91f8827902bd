# SPDX-License-Identifier: GPL-2.0-or-later
"""One Wireshark for all tests, and captures made of messages."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "lib" / "tables"))

from conversation import ladder  # noqa: E402
from gate import Gate  # noqa: E402
from merged import ALL_CAPTURES, Merged  # noqa: E402
from packets import udp, write_capture  # noqa: E402
from reports import ReportTool  # noqa: E402
from wireshark import REPOSITORY, Wireshark, one_at_a_time  # noqa: E402


# Those that wait for files, hosts and browsers more than they reckon: others fill that time, and none is left over at the end.
WAITING = ("test_watch.py", "test_watch_prometheus.py", "test_gate_run.py", "test_report_hosts.py", "test_recording.py",
           "test_compare_calls.py", "test_report_page.py")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in WAITING)


# Whoever puts the tests in the background of a shell has them ignore Ctrl-C, and what they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def wireshark(tmp_path_factory):
    build = os.environ.get("SIPRESP_BUILD_DIR", REPOSITORY / "build")
    base = tmp_path_factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own below the one that they share.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    installed = Wireshark(tmp_path_factory.mktemp("wireshark"), build, shared / "printed")
    yield installed
    installed.end()


@pytest.fixture(scope="session")
def make_capture(wireshark):
    """Writes packets as a capture that tshark can read; returns its path."""
    numbers = itertools.count(1)

    def make(packets, **options):
        path = wireshark.stage / f"made-{next(numbers)}.pcap"
        write_capture(path, packets, **options)
        path.chmod(0o644)
        return path

    return make


@pytest.fixture(scope="session")
def merged(wireshark):
    """Every capture that there is."""
    return Merged(wireshark.stage, ALL_CAPTURES)


@pytest.fixture
def annotate(wireshark, make_capture):
    """Messages in, each in a UDP datagram; annotations out."""

    def run(*messages, **options):
        return wireshark.annotations(make_capture([udp(message) for message in messages], **options))

    return run


@pytest.fixture
def follow(wireshark, make_capture):
    """Lines of a ladder in; by frame the transaction's fields of the response out."""
    def run(*lines, arguments=("-2",), **options):
        found = wireshark.annotations(make_capture(ladder(*lines, **options)), *arguments)
        return {annotation["frame"]: {key.removeprefix("sipresp."): value for key, value in annotation.items()}
                for annotation in found}
    return run


@pytest.fixture
def rules_broken(wireshark, make_capture):
    """Lines of a ladder in; (frame, rule, severity) of what the transactions break out."""
    def run(*lines, **options):
        capture = make_capture(ladder(*lines, **options))
        return [(frame, rule, severity) for frame, rule, field, severity, _ in wireshark.findings(capture, "-2")
                if field == "transaction"]
    return run


@pytest.fixture(scope="session")
def commands_of_everybody(wireshark):
    """The folder of the commands where other users may read it: the tree may lie in a home that only its owner enters."""
    copy = wireshark.stage / "sipresp"
    for name in ("commands", "tables"):
        shutil.copytree(REPOSITORY / name, copy / name)
    subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
    return copy / "commands"


@pytest.fixture(scope="session")
def installed(wireshark):
    """Where `cmake --install` puts things, below a folder that all processes of the tests share."""
    folder = wireshark.printed.parent / "installed"
    with one_at_a_time(wireshark.build):
        if not folder.exists():
            subprocess.run(["cmake", "--install", wireshark.build], env={**os.environ, "DESTDIR": str(folder)},
                           stdout=subprocess.DEVNULL, check=True)
    return folder


@pytest.fixture
def gate(tmp_path, wireshark):
    """sipresp-gate, in a folder of its own."""
    return Gate(tmp_path, wireshark)


@pytest.fixture
def tool(tmp_path, wireshark):
    """sipresp-report, in the same."""
    return ReportTool(tmp_path, wireshark)
