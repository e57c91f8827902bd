# SPDX-License-Identifier: GPL-2.0-or-later
"""What sipresp-watch takes while it reads ordinary calls, a file of a minute after the other."""

import itertools
import os
import signal
import time
from dataclasses import dataclass

import ordinary
from failure import CaptureFailure
from runs import memory_of_process
from watching import Watching, end

# A minute of them is read in a few seconds, on a busy machine in some tens.
PATIENCE = 600
MILLIONS = 1e6
READ = "sipresp_watch_files_total", "result=read"


@dataclass(frozen=True)
class Sample:
    files: int
    resident: float         # MiB
    peak: float             # MiB, so far
    state: float            # MB of the file that is kept
    open_calls: int
    own: float              # processor seconds of the watch itself, so far
    tshark: float           # and of what it started


def measure(wireshark, work, files):
    """Has one watch read as many files; a Sample behind each."""
    folder = work / "watched"
    folder.mkdir()
    watching = Watching(folder, wireshark)
    # With all that tshark reads at start: the tests go without some of it.
    del watching.environment["WIRESHARK_DATA_DIR"]
    state = folder / "state"
    watch = watching.start("--textfile", watching.textfile, "--state", state, "--poll", "1")
    try:
        return [read_one(watching, watch, state, number, minute)
                for number, minute in enumerate(itertools.islice(ordinary.minutes(), files), 1)]
    finally:
        end(watch, signal.SIGTERM)


def read_one(watching, watch, state, number, minute):
    name = f"{number:04}.pcap"
    watching.write(name, minute)
    deadline = time.monotonic() + PATIENCE
    while (metrics := read_metrics(watching)).get(READ, 0) < number:
        if watch.poll() is not None or time.monotonic() > deadline:
            raise CaptureFailure(f"sipresp-watch did not read {name} within {PATIENCE} s, or ended")
        time.sleep(0.2)
    (watching.folder / name).unlink()
    memory, (own, started) = memory_of_process(watch.pid), seconds_of(watch.pid)
    return Sample(number, memory["VmRSS"], memory["VmHWM"], state.stat().st_size / MILLIONS,
                  int(metrics["sipresp_open_calls", ""]), own, started)


def read_metrics(watching):
    return watching.metrics() if watching.textfile.exists() else {}


def seconds_of(process):
    """Of the process itself, and of those that it started and that ended (proc(5): utime, stime, cutime, cstime)."""
    with open(f"/proc/{process}/stat", encoding="ascii") as file:
        behind_name = file.read().rpartition(")")[2].split()
    ticks = [int(field) / os.sysconf("SC_CLK_TCK") for field in behind_name[11:15]]
    return sum(ticks[:2]), sum(ticks[2:])
