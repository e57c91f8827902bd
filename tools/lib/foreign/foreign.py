# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that nobody here made, with the plugin and without."""

import difflib
import itertools
import json
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests" / "regression"), str(ROOT / "commands")]

from wireshark import FAULT_SIGNS, Wireshark, findings_in  # noqa: E402

from shared.text import printable  # noqa: E402

TIMEOUT_SECONDS = 600
FIELDS = ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", "-e", "frame.number", "-e"]
OUR_PROTOCOLS = ("sipresp", "sipreq", "sipcall")
OUR_TITLES = ("SIP Response", "SIP Request", "[SIP Call")
GRAVE = ("warning", "error")
LINES_SHOWN = 6
ROW_OF_EXPERT = re.compile(r" *\d+ +\S")


def without_text_trees(output):
    """-V without our trees, which begin at the left margin and end where the next one does."""
    kept, ours = [], False
    for line in output.splitlines():
        ours = line.startswith(OUR_TITLES) or (ours and line.startswith(" "))
        if not ours:
            kept.append(line)
    return kept


def without_json_trees(output):
    def pairs(found):
        return [(key, value) for key, value in found if key not in OUR_PROTOCOLS]

    return json.dumps(json.loads(output, object_pairs_hook=pairs), indent=0).splitlines() if output.strip() else []


def without_our_findings(output):
    """The rows of -z expert, without ours and without the sums above them; their width depends on the longest."""
    rows = (" ".join(line.split()) for line in output.splitlines() if ROW_OF_EXPERT.match(line))
    return [row for row in rows if not any(f" {name.upper()} " in row for name in OUR_PROTOCOLS)]


# Words of tshark, and what of the output is not ours.
MODES = {
    "one pass": ([], str.splitlines),
    "two passes": (["-2"], str.splitlines),
    "-V": (["-V"], without_text_trees),
    "-2 -V": (["-2", "-V"], without_text_trees),
    "-T json": (["-T", "json"], without_json_trees),
    "-z expert": (["-q", "-z", "expert"], without_our_findings),
}


@dataclass
class Verdict:
    """What there is to say of one capture."""
    faults: list = field(default_factory=list)
    grave: list = field(default_factory=list)
    rules: Counter = field(default_factory=Counter)
    responses: int = 0


class Foreign:
    def __init__(self, stage):
        self.wireshark = Wireshark(stage, os.environ["SIPRESP_BUILD_DIR"])
        self.numbers = itertools.count()
        bare = self.wireshark.stage / "bare"
        bare.mkdir()
        bare.chmod(0o755)
        self.environments = {"with": self.wireshark.environment(),
                             "without": {**self.wireshark.environment(), "WIRESHARK_PLUGIN_DIR": str(bare)}}

    def tshark(self, which, copy, *words):
        """(status, output, complaints)"""
        result = subprocess.run([*self.wireshark.prefix, "tshark", "-n", "-r", copy, *words], capture_output=True,
                                env=self.environments[which], timeout=TIMEOUT_SECONDS, check=False)
        return (result.returncode, *(text.decode("utf-8", "replace") for text in (result.stdout, result.stderr)))

    @contextmanager
    def copy_of(self, capture):
        """Where tshark may read it: its owner may be the only one who does."""
        copy = self.wireshark.stage / f"{next(self.numbers)}{capture.suffix}"
        copy.write_bytes(capture.read_bytes())
        copy.chmod(0o644)
        yield copy
        copy.unlink()

    def seconds(self, which, capture):
        """Processor time of one run; of all children of this process, so that nothing else may run meanwhile."""
        with self.copy_of(capture) as copy:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.tshark(which, copy)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    def read(self, capture):
        verdict = Verdict()
        with self.copy_of(capture) as copy:
            try:
                for name, (words, rest) in MODES.items():
                    verdict.faults += self.compare(copy, name, words, rest)
                verdict.responses, fault = self.count(copy)
                verdict.faults += fault
                if self.rows("with", copy, "frame.time_epoch", "-Y", "sip || sipresp"):
                    self.judge(copy, verdict)
            except subprocess.TimeoutExpired as expired:
                verdict.faults.append(f"no end after {TIMEOUT_SECONDS} s: {shlex.join(map(str, expired.cmd))}")
        return verdict

    def compare(self, capture, name, words, rest):
        bare, ours = (self.tshark(which, capture, *words) for which in ("without", "with"))
        faults = [f"{name}: {sign} in the output" for sign in FAULT_SIGNS
                  if any(sign in text for text in ours[1:]) and not any(sign in text for text in bare[1:])]
        if ours[0] != bare[0]:
            faults.append(f"{name}: tshark ended with {ours[0]}, and without the plugin with {bare[0]}: {ours[2][-300:]}")
        elif ours[2] != bare[2]:
            faults.append(f"{name}: tshark complains otherwise: {ours[2][-300:]}")
        if not faults and rest(ours[1]) != rest(bare[1]):
            changed = [line for line in difflib.unified_diff(rest(bare[1]), rest(ours[1]), n=0, lineterm="")
                       if not line.startswith(("---", "+++", "@@"))]
            faults.append(f"{name}: {len(changed)} lines differ: {' | '.join(changed[:LINES_SHOWN])}")
        return faults

    def count(self, capture):
        """How many responses Wireshark shows, and whether each has its class in every pass."""
        codes = self.rows("without", capture, "sip.Status-Code")
        faults = []
        for words in ([], ["-2"], ["-Y", "sip.class"], ["-2", "-Y", "sip.class"])[:4 if codes else 1]:
            classes = self.rows("with", capture, "sip.class", *words)
            if classes != {frame: [code[0] for code in values] for frame, values in codes.items()}:
                faults.append(f"sip.class is not the first digit of sip.Status-Code: tshark {' '.join(words)}")
        return sum(map(len, codes.values())), faults

    def rows(self, which, capture, name, *words):
        lines = (line.split("\t") for line in self.tshark(which, capture, *words, *FIELDS, name)[1].splitlines())
        # What is no packet has no number; of a field that is asked for twice tshark prints one.
        return {int(line[0]): line[1].split("|") for line in lines if len(line) == 2 and all(line)}

    def judge(self, capture, verdict):
        # A capture that is cut short has a status of its own, and what could be read counts.
        output = self.wireshark.run("tshark", "-n", "-r", capture, "-2", "-Y", "sipresp", "-T", "pdml", check=False).stdout
        for frame, rule, _, severity, text in findings_in(output):
            verdict.rules[severity, rule] += 1
            if severity in GRAVE:
                verdict.grave.append(f"frame {frame}: {severity}: {text} [{rule}]")


def captures_in(folders):
    """Files that a reader of captures takes; the folder may hold keys and texts beside them."""
    for folder in folders:
        if not folder.is_dir():
            sys.exit(f"foreign: {folder} is no folder; name one that holds captures")
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if subprocess.run(["capinfos", "-t", path], capture_output=True, check=False).returncode == 0:
                yield path


def main():
    folders = [Path(name) for name in sys.argv[1:]]
    captures = list(captures_in(folders))
    if not captures:
        sys.exit(f"foreign: no capture is in {', '.join(map(str, folders))}; name a folder that holds some")
    rules, grave, faults, responses = Counter(), 0, 0, 0
    with tempfile.TemporaryDirectory() as stage:
        foreign = Foreign(stage)
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            for capture, verdict in zip(captures, workers.map(foreign.read, captures), strict=True):
                for line in [*verdict.faults, *verdict.grave]:
                    print(f"{printable(str(capture))}: {printable(line)}", flush=True)
                rules.update(verdict.rules)
                faults, grave = faults + len(verdict.faults), grave + len(verdict.grave)
                responses += verdict.responses
        seconds = {which: sum(foreign.seconds(which, capture) for capture in captures) for which in ("without", "with")}
    print(f"\n{len(captures)} captures in {len(MODES)} modes, {responses} responses: {faults} faults, {grave} warnings and errors")
    for (severity, rule), count in sorted(rules.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"  {count:6} {severity:8} {rule}")
    print(f"tshark in one pass: {seconds['without']:.1f} s without the plugin, {seconds['with']:.1f} s with it "
          f"({100 * (seconds['with'] / seconds['without'] - 1):+.1f} %)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
