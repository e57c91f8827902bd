# SPDX-License-Identifier: GPL-2.0-or-later
"""Damages the captures of captures/ at random and has tshark read them with the plugin.

One round damages one copy of every capture, each byte with the probability of the round; the seed is
the number of the round, so that a round can be made again. tshark reads ten rounds in one run: the
damage of each is its own, what the plugin remembers of calls is shared.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "regression"), str(ROOT / "tools" / "hostile.d")]

from measure import is_our_fault  # noqa: E402
from wireshark import Wireshark  # noqa: E402

# editcap -E; every second round spares the headers below SIP, so that more of the damage reaches SIP.
PROBABILITIES = (0.005, 0.01, 0.02, 0.05, 0.1)
SPARED_BYTES = (0, 42)
ROUNDS_PER_RUN = 10
MODES = (("-V",), ("-2", "-V"), ("-q", "-z", "expert"), ("-q", "-z", "sipresp,tree"))
VALGRIND = ("valgrind", "--quiet", "--error-exitcode=9", "--leak-check=no", "--num-callers=40")
TIMEOUT_SECONDS = 3600


class Fuzzer:
    def __init__(self, stage, under_valgrind):
        self.wireshark = Wireshark(stage, os.environ["SIPRESP_BUILD_DIR"])
        self.under_valgrind = under_valgrind
        # Each piece of memory of its own, so that going beyond it shows. Extcap programs hang under the sanitizers.
        self.environment = {**self.wireshark.environment(), "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple",
                            "G_SLICE": "always-malloc", "WIRESHARK_EXTCAP_DIR": str(self.wireshark.home)}
        self.captures = sorted((ROOT / "captures").glob("*.pcapng"))
        self.whole = self.wireshark.stage / "whole.pcapng"
        run(["mergecap", "-a", "-w", self.whole, *self.captures])
        self.whole.chmod(0o644)
        self.modes = [mode for mode in MODES if mode[-1] != "sipresp,tree" or self.has_tree()]

    def has_tree(self):
        """Does the plugin count responses for tshark -z sipresp,tree?"""
        return self.tshark(["-n", "-r", str(self.whole), "-q", "-z", "sipresp,tree"]).returncode == 0

    def tshark(self, arguments, before=()):
        return subprocess.run([*self.wireshark.prefix, *before, "tshark", *arguments], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment,
                              timeout=TIMEOUT_SECONDS)

    def damaged(self, rounds):
        """One capture of these rounds."""
        parts = []
        for number in rounds:
            part = self.wireshark.stage / f"round-{number}.pcapng"
            run(["editcap", "-E", PROBABILITIES[number % len(PROBABILITIES)], "--seed", number + 1,
                 "-o", SPARED_BYTES[number % len(SPARED_BYTES)], self.whole, part])
            parts.append(part)
        all_parts = self.wireshark.stage / f"rounds-{rounds[0]}.pcapng"
        run(["mergecap", "-a", "-w", all_parts, *parts])
        all_parts.chmod(0o644)
        for part in parts:
            part.unlink()
        return all_parts

    def read(self, rounds):
        """(annotations, what was wrong) of one run in each mode."""
        capture = self.damaged(rounds)
        annotations, faults = 0, []
        for mode in self.modes:
            result = self.tshark(["-n", "-r", str(capture), *mode], VALGRIND if self.under_valgrind else ())
            text = result.stdout.decode("utf-8", "replace")
            annotations += len(re.findall(r"^SIP Response", text, re.M))
            found = faults_in(text, result.returncode, self.under_valgrind)
            faults += [f"rounds {rounds[0]} to {rounds[-1]}, tshark {' '.join(mode)}: {fault}" for fault in found]
        capture.unlink()
        return annotations, faults


def faults_in(text, status, under_valgrind):
    """Lines that show a fault of the plugin. What valgrind says of Wireshark alone is none."""
    if under_valgrind:
        reports = re.split(r"^==\d+== *\n", text, flags=re.M)
        faults = [report for report in reports if "==" in report and "sipresp" in report.lower()
                  and re.search(r"^==\d+== ", report, re.M)]
        return faults + ([f"ended with {status}"] if status not in (0, 9) else [])
    faults = [line for line in text.splitlines() if is_our_fault(line)]
    if status:
        faults.append(f"ended with {status}: {text[-3000:]}")
    return faults


def run(command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(prog="tools/fuzz_captures", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10000, metavar="N", help="damaged captures, 10000 unless said")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the first round, 0 unless said")
    parser.add_argument("--valgrind", action="store_true", help="valgrind instead of the sanitizers")
    options = parser.parse_args()
    totals = Counter()
    with tempfile.TemporaryDirectory() as stage:
        fuzzer = Fuzzer(stage, options.valgrind)
        rounds = range(options.first, options.first + -(-options.count // len(fuzzer.captures)))
        runs = [rounds[at:at + ROUNDS_PER_RUN] for at in range(0, len(rounds), ROUNDS_PER_RUN)]
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            for done, (annotations, faults) in zip(runs, workers.map(fuzzer.read, runs), strict=True):
                totals.update(annotations=annotations, faults=len(faults))
                for fault in faults:
                    print(fault, file=sys.stderr, flush=True)
                print(f"fuzz_captures: up to round {done[-1]}: {totals['annotations']:,} annotations, "
                      f"{totals['faults']} faults", file=sys.stderr, flush=True)
    if totals["annotations"] == 0:
        sys.exit("fuzz_captures: no response was annotated, so nothing was tried; is the plugin loaded?")
    print(f"{len(rounds) * len(fuzzer.captures):,} damaged captures in {len(fuzzer.modes)} modes "
          f"({', '.join(' '.join(mode) for mode in fuzzer.modes)}): {totals['annotations']:,} annotations, "
          f"{totals['faults']} faults of the plugin")
    return 1 if totals["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
