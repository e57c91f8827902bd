# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark over a hostile capture, with the plugin or without, and says what that cost."""

import os
import re
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "regression"))

from packets import write_capture  # noqa: E402
from wireshark import FAULT_SIGNS  # noqa: E402

Cost = namedtuple("Cost", "seconds megabytes faults")
WITHOUT = ("--disable-protocol", "sipresp", "-o", "sipresp.follow:FALSE")
# What tshark -Y asks for is only there with the plugin.
FILTER_WITHOUT = {"sipresp.check": "sip.Status-Code"}
TIMEOUT_SECONDS = 1800


def make(wireshark, name, scene, size):
    """The scene as a capture that tshark may read."""
    path = wireshark.stage / f"{re.sub('[^a-z]+', '-', name.lower())}-{size}.pcap"
    if not path.exists():
        write_capture(path, scene.make(size), link=scene.link)
        path.chmod(0o644)
    return path


def _command(wireshark, capture, mode, plugin):
    if not plugin:
        mode = (*(FILTER_WITHOUT.get(word, word) for word in mode), *WITHOUT)
    return [*wireshark.prefix, "tshark", "-n", "-r", str(capture), *mode]


def cost(wireshark, capture, mode, plugin=True):
    """Seconds of processor time and the largest memory of one run; faults are those of the plugin."""
    output = wireshark.stage / "output"
    with open(output, "wb") as file:
        process = subprocess.Popen(_command(wireshark, capture, mode, plugin), stdout=file,
                                   stderr=subprocess.STDOUT, env=wireshark.environment())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_bytes().decode("utf-8", "replace")
    faults = [f"tshark ended with {process.returncode}"] if process.returncode else []
    faults += [line for line in text.splitlines() if is_our_fault(line)]
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, faults)


def is_our_fault(line):
    if "SIPRESP" in line and re.search(r"Malformed|Dissector bug|Exception", line):
        return True
    return "bug" not in line and any(sign in line for sign in FAULT_SIGNS)


def instructions(wireshark, capture, mode):
    """Those that tshark spends in the plugin, and in what the plugin calls, as valgrind counts them."""
    counts = wireshark.home / "callgrind.out"
    command = _command(wireshark, capture, mode, True)
    at = command.index("tshark")
    command[at:at] = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=dissect_sipresp",
                      f"--callgrind-out-file={counts}"]
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                            env=wireshark.environment(), timeout=TIMEOUT_SECONDS)
    found = re.search(r"^summary: (\d+)$", counts.read_text(encoding="utf-8"), re.M) if counts.exists() else None
    if result.returncode or not found:
        raise RuntimeError(f"valgrind could not count: {result.stderr.decode('utf-8', 'replace')[-2000:]}")
    return int(found[1])
