# SPDX-License-Identifier: GPL-2.0-or-later
"""Damages captures at random and has tshark read them with the plugin.

Three kinds, all of them without --kind. packets: one round damages one copy of every capture in captures/, each byte
with the probability of the round; tshark reads ten rounds in one run: the damage of each is its own, what the plugin
remembers of calls is shared. files: one round damages what stands around the packets of one capture: records, times,
lengths, interfaces, the end. inside: one round is 300 conversations of damaged SIP, whole inside of tunnels, TURN,
SCTP, WebSocket, TLS, TCP segments in any order, and fragments. The seed is the number of the round, so that a round
can be made again; the keys of TLS alone are new each time.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests" / "regression"),
                *(str(ROOT / "tools" / "lib" / room) for room in ("hostile", "captures"))]

import inside  # noqa: E402
from damage import damage_file  # noqa: E402
from measure import is_our_fault  # noqa: E402
from packets import write_capture  # noqa: E402
from tls import Tls  # noqa: E402
from wireshark import Wireshark  # noqa: E402

# editcap -E; every second round spares the headers below SIP, so that more of the damage reaches SIP.
PROBABILITIES = (0.005, 0.01, 0.02, 0.05, 0.1)
SPARED_BYTES = (0, 42)
ROUNDS_PER_RUN = {"packets": 10, "files": 1, "inside": 1}
CONVERSATIONS = 300
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
        self.tls = Tls(self.wireshark.stage)
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

    def damaged(self, kind, rounds):
        """One capture of these rounds."""
        if kind == "packets":
            return self.damaged_packets(rounds)
        number, = rounds
        numbers = random.Random(number)
        path = self.wireshark.stage / f"{kind}-{number}"
        if kind == "files":
            path.write_bytes(damage_file(numbers.choice(self.captures).read_bytes(), numbers))
        else:
            # Now and then cut, too.
            snap_length = numbers.choice((None, None, None, numbers.randrange(60, 600)))
            write_capture(path, inside.packets(numbers, CONVERSATIONS, self.tls), snap_length=snap_length)
        path.chmod(0o644)
        return path

    def damaged_packets(self, rounds):
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

    def read(self, run):
        """(annotations, what was wrong) of one run in each mode."""
        kind, rounds = run
        capture = self.damaged(kind, rounds)
        annotations, faults = 0, []
        for mode in self.modes:
            result = self.tshark(["-n", "-o", f"tls.keylog_file:{self.tls.keys}", "-r", str(capture), *mode],
                                 VALGRIND if self.under_valgrind else ())
            text = result.stdout.decode("utf-8", "replace")
            annotations += len(re.findall(r"^SIP Response", text, re.M))
            # tshark ends with 2 where a damaged file cannot be read, or not to its end.
            status = 0 if kind == "files" and result.returncode == 2 else result.returncode
            found = faults_in(text, status, self.under_valgrind)
            faults += [f"{kind}, rounds {rounds[0]} to {rounds[-1]}, tshark {' '.join(mode)}: {fault}" for fault in found]
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
    parser.add_argument("--kind", choices=ROUNDS_PER_RUN, help="one of them alone")
    parser.add_argument("--count", type=int, default=10000, metavar="N",
                        help="damaged captures of packets, 10000 unless said; a tenth as many rounds of each other kind")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the first round, 0 unless said")
    parser.add_argument("--valgrind", action="store_true", help="valgrind instead of the sanitizers")
    options = parser.parse_args()
    totals = Counter()
    with tempfile.TemporaryDirectory() as stage:
        fuzzer = Fuzzer(stage, options.valgrind)
        runs = []
        for kind in [options.kind] if options.kind else ROUNDS_PER_RUN:
            many = -(-options.count // (len(fuzzer.captures) if kind == "packets" else 10))
            rounds = range(options.first, options.first + many)
            runs += [(kind, rounds[at:at + ROUNDS_PER_RUN[kind]]) for at in range(0, many, ROUNDS_PER_RUN[kind])]
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            for (kind, done), (annotations, faults) in zip(runs, workers.map(fuzzer.read, runs), strict=True):
                totals.update({"annotations": annotations, "faults": len(faults), kind: len(done)})
                for fault in faults:
                    print(fault, file=sys.stderr, flush=True)
                if done[-1] % 100 == 99 or (kind, done) == runs[-1]:
                    print(f"fuzz_captures: {kind}, up to round {done[-1]}: {totals['annotations']:,} annotations, "
                          f"{totals['faults']} faults", file=sys.stderr, flush=True)
    if totals["annotations"] == 0:
        sys.exit("fuzz_captures: no response was annotated, so nothing was tried; is the plugin loaded?")
    tried = [f"{totals['packets'] * len(fuzzer.captures):,} captures with damaged packets"] if totals["packets"] else []
    tried += [f"{totals[kind]:,} {what}" for kind, what in (("files", "damaged files"), ("inside", "captures of SIP damaged "
              "inside of other protocols")) if totals[kind]]
    print(f"{', '.join(tried)}, in {len(fuzzer.modes)} modes ({', '.join(' '.join(mode) for mode in fuzzer.modes)}): "
          f"{totals['annotations']:,} annotations, {totals['faults']} faults of the plugin")
    return 1 if totals["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
