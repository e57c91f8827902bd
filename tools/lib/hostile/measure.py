# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark over a hostile capture, with the plugin or without, and says what that cost."""

import mmap
import os
import re
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests" / "regression"))

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


# What wait() tells of a child's memory begins with that of the process that started it, so a small one does.
STARTER = """import resource, subprocess, sys
status = subprocess.call(sys.argv[2:], stdout=open(sys.argv[1], "wb"), stderr=subprocess.STDOUT)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(status, used.ru_utime + used.ru_stime, used.ru_maxrss)"""


def cost(wireshark, capture, mode, plugin=True):
    """Seconds of processor time and the largest memory of one run; faults are those of the plugin."""
    output = wireshark.stage / "output"
    result = subprocess.run([sys.executable, "-c", STARTER, output, *_command(wireshark, capture, mode, plugin)],
                            capture_output=True, text=True, check=True, env=wireshark.environment(),
                            timeout=TIMEOUT_SECONDS)
    status, seconds, kilobytes = result.stdout.split()
    faults = [f"tshark ended with {status}"] if status != "0" else []
    faults += faults_in(output)
    return Cost(float(seconds), int(kilobytes) / 1024, faults)


def faults_in(path):
    """The lines of a file that tell of a fault of the plugin."""
    return [line for line in dict.fromkeys(_suspected_lines(path)) if is_our_fault(line)]


def _suspected_lines(path):
    """Those that have what is_our_fault() looks for: to look at each takes longer than tshark needs to print them."""
    if path.stat().st_size == 0:
        return
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as output:
        for sign in ("SIPRESP", *FAULT_SIGNS):
            at = output.find(sign.encode())
            while at >= 0:
                begin, end = output.rfind(b"\n", 0, at) + 1, output.find(b"\n", at)
                yield output[begin:end if end >= 0 else len(output)].decode("utf-8", "replace")
                at = output.find(sign.encode(), end) if end >= 0 else -1


def is_our_fault(line):
    if "SIPRESP" in line and re.search(r"Malformed|Dissector bug|Exception", line):
        return True
    return "bug" not in line and any(sign in line for sign in FAULT_SIGNS)


def instructions(wireshark, capture, mode):
    """Those that tshark spends in the plugin, and in what the plugin calls, as valgrind counts them."""
    counts = wireshark.home / "callgrind.out"
    command = _command(wireshark, capture, mode, True)
    at = command.index("tshark")
    # A tshark that waits would be handed the command line, and valgrind would count what hands it over.
    environment = {**wireshark.environment(), "PATH": os.environ["PATH"]}
    # The compiler gives a function that it moves a longer name.
    command[at:at] = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=dissect_sipresp*",
                      f"--callgrind-out-file={counts}"]
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                            env=environment, timeout=TIMEOUT_SECONDS)
    found = re.search(r"^summary: (\d+)$", counts.read_text(encoding="utf-8"), re.M) if counts.exists() else None
    if result.returncode or not found:
        raise RuntimeError(f"valgrind could not count: {result.stderr.decode('utf-8', 'replace')[-2000:]}")
    return int(found[1])
