# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory of tshark while it reads calls as they come in: minute by minute, with the plugin and without."""

import json
import subprocess
import tempfile
import time

import traffic
from failure import CaptureFailure
from runs import AT_REST, LOADED, Runner, memory_of_process
from wireshark import Wireshark

CALLS_A_SECOND = 200
RESULT = "live.json"
PATIENCE = 60


def measure(work, build, minutes):
    """Rows of (seconds, calls that began, MiB of each of AT_REST)."""
    traffic.inside("live", work, "--minutes", str(minutes), "--build", str(build))
    return json.loads((work / RESULT).read_text(encoding="utf-8"))


def play(stage, build, minutes):
    """Inside the namespace: two sipp that call for so long, and one tshark of each kind that reads along."""
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(Wireshark(folder, build))
        readers = [start_reader(stage, runner, name) for name in AT_REST]
        calls = CALLS_A_SECOND * 60 * minutes
        callee, caller = traffic.start_calls(stage, calls, CALLS_A_SECOND)
        rows = list(samples(stage, readers, minutes))
        stage.finish(caller, callee, patience=PATIENCE)
    (stage.work / RESULT).write_text(json.dumps(rows), encoding="utf-8")


def start_reader(stage, runner, name):
    """tcpdump has the rights to capture, and hands on to tshark, which has none."""
    variant = AT_REST[name]
    log = stage.work / f"{name.replace(' ', '-')}.log"
    with open(log, "wb") as errors:
        dump = subprocess.Popen(["tcpdump", "-i", "lo", "-B", "65536", "-U", "-w", "-", "udp"],
                                stdout=subprocess.PIPE, stderr=errors)
        tshark = subprocess.Popen([*runner.wireshark.prefix, *runner.command("-", variant, LOADED)],
                                  stdin=dump.stdout, stdout=subprocess.DEVNULL, stderr=errors,
                                  env=runner.environment(variant), cwd=runner.wireshark.home)
    dump.stdout.close()
    for program in (dump, tshark):
        program.log = log
        stage.running.append(program)
    stage.wait_until(lambda: b"listening on" in log.read_bytes(), "tcpdump to listen on lo")
    return tshark


def samples(stage, readers, minutes):
    begun = time.monotonic()
    for minute in range(1, minutes + 1):
        time.sleep(max(0, begun + 60 * minute - time.monotonic()))
        passed = time.monotonic() - begun
        yield [round(passed), round(passed * CALLS_A_SECOND), *(resident(stage, reader) for reader in readers)]


def resident(stage, program):
    """MiB."""
    if program.poll() is not None:
        raise CaptureFailure(stage.what_went_wrong(program))
    return memory_of_process(program.pid)["VmRSS"]
