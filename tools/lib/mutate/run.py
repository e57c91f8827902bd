# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes one condition of the plugin or one row of its tables at a time, and shows whether a test
fails for it. A change that no test notices has survived: a test is missing, or the change means nothing.
"""

import argparse
import os
import queue
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[3]

import mutants  # noqa: E402

# The regression tests that concern a file, the quickest to fail first.
STATISTICS = ("test_metrics.py", "test_statistics.py", "test_report.py")
FOLLOWING = ("test_calls.py", "test_follow.py", "test_confirmations.py")
EXPLAINING = ("test_explanations.py", "test_explain.py")
SAYING = ("test_filters.py", "test_said.py", "test_sipcall.py", "test_explanations.py", "test_tables.py", "test_wherever.py")
LISTING = ("test_call_list.py", "test_sipcall.py", "test_pieces.py", "test_endings.py")
TESTS = {
    **dict.fromkeys(("explain", "explanation", "challenge", "refusals.c", "evidence.c", "places.c", "sentence.c", "situation.c",
                     "scanners.toml"), EXPLAINING),
    **dict.fromkeys(("detail", "likeness.c", "sip_abridged.c", "sip_auth.c", "sip_offer.c", "sip_uri.c", "dialog_ends.c",
                     "payload-types.toml"), (*EXPLAINING, *SAYING)),
    **dict.fromkeys(("said_", "sip_said", "sip_party", "call_f", "call_story.c", "call_tree.c", "request_", "items.c",
                     "warnings.toml", "plain_text.c"), SAYING),
    **dict.fromkeys(("call_list.", "call_records.c", "call_taps.c", "kept_calls.c", "messages.c"), LISTING),
    **dict.fromkeys(("joins.c", "ringing.c"), ("test_sipcall.py", "test_calls.py", "test_call_list.py", "test_follow.py")),
    "start_line.c": ("test_bad_input.py", "test_wherever.py", "test_captures.py", "test_rules.py"),
    "checks.c": ("test_rules.py", *FOLLOWING), "findings.c": ("test_rules.py", *FOLLOWING),
    "header_index.c": ("test_rules.py",), "sip_": ("test_bad_input.py", "test_rules.py", *FOLLOWING),
    "response_info.c": ("test_tables.py",), "site_notes.c": ("test_site_notes.py",),
    "metric_view.c": STATISTICS, "metrics.c": STATISTICS, "records.c": STATISTICS, "response_tree.c": STATISTICS,
    "steps.c": ("test_calls.py", *STATISTICS), "delays.c": STATISTICS, "taps.c": STATISTICS, "tree_room.c": ("test_hostile.py",),
    "rules.toml": ("test_rules.py", *FOLLOWING),
    "headers.toml": ("test_tables.py", "test_rules.py", "test_bad_input.py"),
    "responses.toml": ("test_tables.py", "test_captures.py"),
    "outcomes.toml": ("test_follow.py", "test_tables.py", "test_captures.py"),
    "annotation.c": ("test_captures.py", "test_tables.py", "test_site_notes.py", "test_bad_input.py", "test_rules.py"),
    "packet-sipresp.c": ("test_bad_input.py", "test_captures.py", "test_tables.py", "test_passes.py", "test_rules.py",
                         *FOLLOWING, "test_statistics.py", *EXPLAINING),
    "find_cut.c": ("test_wherever.py", "test_calls.py"), "find_icmp.c": EXPLAINING, "unread.c": ("test_pieces.py",),
    "find_messages.c": ("test_bad_input.py", "test_rules.py", "test_captures.py", "test_follow.py", "test_passes.py"),
}
TESTS_OF_THE_REST = (*FOLLOWING, "test_captures.py", "test_metrics.py", "test_bad_input.py")
# Rooms that know nothing of Wireshark: unit tests and fuzz targets, which link them, are the quicker ones to notice a
# change of them. Of plugin/explain the one test that reads all sentences is quicker still.
ROOMS_ALONE = ("calls", "count", "meaning", "sip")
# The fuzz targets that reach a pure room: they see what reads beyond its bytes, and hold it against a slower reading.
CALLS = ("calls_1", "calls_8")
FUZZ_TARGETS = {"checks.c": ("checks",), "header_index.c": ("header_index",), "sip_body.c": ("sip_body",),
                "sip_message.c": ("sip_message", "header_index"), "sip_text.c": ("sip_value", "sip_message"),
                "sip_text.h": ("sip_value", "sip_message"), "sip_value.c": ("sip_value",),
                "sip_value.h": ("sip_value",),
                **dict.fromkeys(("sip_said.c", "sip_auth.c", "sip_uri.c", "plain_text.c"), ("sip_said",)),
                **dict.fromkeys(("sip_abridged.c", "sip_offer.c", "challenges.c", "details.c", "details_learn.c",
                                 "dialog_ends.c", "likeness.c", "refusals.c"), ("explain",))}
FUZZ_TARGETS_OF_ROOMS = {"calls": CALLS, "explain": ("explain",)}
FUZZ_SECONDS = 10
# A change is often noticed by what noticed the one before it: so many of these are tried before the rest.
SHARP_TESTS = 8
PYTEST_USAGE_ERROR = 4
# A mutant may run for ever or take all memory. The tests of a file take less than this, all of them, on a busy machine.
PATIENCE_SECONDS = 900
MEMORY_BYTES = 4 << 30
NOT_TRIED = object()


def bound_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


class Tree:
    """A copy of the sources that mutants may spoil, and its build."""

    def __init__(self, root, fuzzed):
        self.root = root
        self.fuzzed = fuzzed
        self.root.mkdir()
        self.build = root / "build"
        self.sharp = []
        for name in ("CMakeLists.txt", "cmake", "plugin", "tables", "tests", "tools", "commands", "captures", "packaging", "docs",
                     "profile", "README.md", "COPYING", "ci"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copyfile(source, root / name)
        # What a warning would notice is left to the tests; tools/fuzz keeps to what is configured here.
        settings = ("-DSIPRESP_WARNINGS_AS_ERRORS=OFF", "-DPython3_EXECUTABLE=/usr/bin/python3")
        commands = (("cmake", "-S", root, "-B", self.build, "-DSIPRESP_UNIT_TESTS=ON", "-DCMAKE_BUILD_TYPE=Debug",
                     "-DSIPRESP_INLINE_ACROSS_FILES=OFF", *settings),
                    ("cmake", "--build", self.build))
        fuzzing = (("cmake", "-S", root, "-B", root / "build-fuzz", "-DCMAKE_C_COMPILER=clang", *settings),
                   (root / "tools/fuzz", "--seconds", 1))
        for command in commands + (fuzzing if fuzzed else ()):
            status, output = self.command(*command)
            if status != 0:
                sys.exit(f"mutate: the tree does not build as it is:\n{output}")

    def command(self, *words, folder=None, bounded=False):
        """(exit status, output); -1 where it had to be ended. Sanitizers reserve more memory than bounded allows."""
        process = subprocess.Popen([str(word) for word in words], cwd=folder or self.root, start_new_session=True,
                                   env={**os.environ, "SIPRESP_BUILD_DIR": str(self.build)},
                                   preexec_fn=bound_memory if bounded else None,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output, _ = process.communicate(timeout=PATIENCE_SECONDS)
            return process.returncode, output.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return -1, ""

    def verdict(self, mutant):
        """What noticed the mutant; None if nothing did."""
        path = self.root / mutant.path.relative_to(ROOT)
        whole = path.read_text(encoding="utf-8")
        lines = whole.split("\n")
        lines[mutant.line - 1] = mutant.after
        path.write_text("\n".join(lines), encoding="utf-8")
        # To build and run the unit tests takes longer than the regression test that notices a change of a row.
        trials = (self.first_room, self.first_regression)
        if path.parent.name not in ROOMS_ALONE:
            trials = trials[::-1]
        try:
            return trials[0](path) or trials[1](path)
        finally:
            path.write_text(whole, encoding="utf-8")

    def build_fails(self, target):
        return self.command("cmake", "--build", self.build, "--target", target)[0] != 0

    def first_room(self, path):
        """What notices the mutant in the rooms that know nothing of Wireshark."""
        if self.build_fails("all"):
            return "the build"
        if self.command("ctest", "--test-dir", self.build, "--stop-on-failure", "--timeout", "30")[0] != 0:
            return "unit tests"
        targets = FUZZ_TARGETS.get(path.name, FUZZ_TARGETS_OF_ROOMS.get(path.parent.name))
        return "fuzzing" if self.fuzzed and targets and self.fuzzing_fails(targets) else None

    def fuzzing_fails(self, targets):
        """Did a target find something? tools/fuzz ends with 1 for that, with 2 where it could not build."""
        return self.command(self.root / "tools/fuzz", "--seconds", FUZZ_SECONDS, *targets)[0] == 1

    def first_regression(self, path):
        """What notices the mutant in the plugin."""
        if self.build_fails("sipresp"):
            return "the build"
        tests = next((tests for start, tests in TESTS.items() if path.name.startswith(start)), TESTS_OF_THE_REST)
        sharp = [test for test in self.sharp if test.partition("::")[0] in tests]
        status, output = self.command("/usr/bin/python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-rfE",
                                      "--tb=no", *sharp, *tests, folder=self.root / "tests" / "regression",
                                      bounded=True)
        if status == 0:
            return None
        if status == PYTEST_USAGE_ERROR:
            sys.exit(f"mutate: pytest does not take its arguments:\n{output}")
        failed = re.search(r"^(?:FAILED|ERROR) ([^\s\[]+(?:\[.*?\])?)(?: - |$)", output, re.M)
        if failed:
            self.sharp = [failed[1], *(test for test in self.sharp if test != failed[1])][:SHARP_TESTS]
            return failed[1]
        return f"no end within {PATIENCE_SECONDS} s" if status < 0 else output[-200:]


def choose(options):
    """(the mutants to try, how many there are)"""
    chosen = [mutant for mutant in mutants.all_of(ROOT)
              if not options.file or any(part in f"{mutant.path.parent.name}/{mutant.path.name}" for part in options.file)]
    total = len(chosen)
    if options.sample and options.sample < total:
        chosen = sorted(random.Random(options.seed).sample(chosen, options.sample), key=chosen.index)
    if options.minutes:
        # What is tried until then is to be a sample, and not the first rows of a file.
        random.Random(options.seed).shuffle(chosen)
    return chosen, total


def show(mutant, noticed):
    state = "SURVIVED" if noticed is None else f"noticed by {noticed}"
    print(f"{state}: {mutant.path.name}:{mutant.line}: {mutant.before.strip()} -> {mutant.after.strip()}", flush=True)


def try_all(chosen, folder, fuzzed, minutes):
    """(how many were tried, how many survived). A tree and a process for each core that we may use."""
    trees = queue.SimpleQueue()
    workers = len(os.sched_getaffinity(0))
    for number in range(workers):
        trees.put(Tree(folder / str(number), fuzzed))

    end = time.monotonic() + 60 * minutes if minutes else None

    def verdict(mutant):
        tree = trees.get()
        try:
            return NOT_TRIED if end and time.monotonic() > end else tree.verdict(mutant)
        finally:
            trees.put(tree)

    tried = survived = 0
    with ThreadPoolExecutor(workers) as pool:
        for mutant, noticed in zip(chosen, pool.map(verdict, chosen), strict=True):
            if noticed is not NOT_TRIED:
                tried += 1
                survived += noticed is None
                show(mutant, noticed)
    return tried, survived


def main():
    parser = argparse.ArgumentParser(prog="tools/mutate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, metavar="N", help="N of the mutants, by chance (none: all of them)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which N, or which order, 1 unless said")
    parser.add_argument("--minutes", type=float, metavar="M",
                        help="in an order by chance, and begin with no more after M minutes")
    parser.add_argument("--no-fuzz", dest="fuzzed", action="store_false",
                        help="without the fuzz targets, most of the time of a change")
    parser.add_argument("--list", action="store_true", help="only show the mutants")
    parser.add_argument("file", nargs="*", help="only those of files with this in their names, such as checks or explain/")
    options = parser.parse_args()
    chosen, total = choose(options)
    if options.list:
        for mutant in chosen:
            print(f"{mutant.path.name}:{mutant.line}: {mutant.before.strip()} -> {mutant.after.strip()}")
        print(f"{total} mutants")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        tried, survived = try_all(chosen, Path(folder), options.fuzzed, options.minutes)
    print(f"{tried} of {total} mutants tried (seed {options.seed}): {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
