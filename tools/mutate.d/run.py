# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes one condition of the plugin or one row of its tables at a time, and shows whether a test
fails for it. A change that no test notices has survived: a test is missing, or the change means nothing.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]

import mutants  # noqa: E402

# The regression tests that concern a file; the unit tests always run before them.
TESTS = {
    "checks.c": ["test_rules.py"], "findings.c": ["test_rules.py", "test_follow.py"], "header_index.c": ["test_rules.py"],
    "sip_": ["test_bad_input.py", "test_rules.py", "test_follow.py"], "response_info.c": ["test_tables.py"],
    "site_notes.c": ["test_site_notes.py"], "rules.toml": ["test_rules.py", "test_follow.py"],
    "headers.toml": ["test_rules.py"], "responses.toml": ["test_tables.py", "test_captures.py"],
    "outcomes.toml": ["test_follow.py", "test_tables.py", "test_captures.py"],
    "packet-sipresp.c": ["test_bad_input.py", "test_captures.py", "test_tables.py", "test_passes.py", "test_rules.py"],
    "find_messages.c": ["test_bad_input.py", "test_captures.py", "test_rules.py", "test_follow.py", "test_passes.py"],
}
TESTS_OF_THE_REST = ["test_follow.py", "test_captures.py", "test_passes.py"]
TEST_SECONDS = 900


class Tree:
    """A copy of the sources that mutants may spoil."""

    def __init__(self, root):
        self.root = root
        self.build = root / "build"
        for name in ("CMakeLists.txt", "cmake", "plugin", "tables", "tests", "tools", "captures", "packaging", "docs",
                     "profile", "README.md", "COPYING", "ci"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copyfile(source, root / name)
        self.command("cmake", "-S", root, "-B", self.build, "-DSIPRESP_UNIT_TESTS=ON", "-DCMAKE_BUILD_TYPE=Debug",
                     "-DSIPRESP_WARNINGS_AS_ERRORS=OFF", "-DSIPRESP_INLINE_ACROSS_FILES=OFF",
                     "-DPython3_EXECUTABLE=/usr/bin/python3", check=True)
        self.command("cmake", "--build", self.build, "--parallel", os.cpu_count(), check=True)

    def command(self, *words, check=False, folder=None):
        try:
            return subprocess.run([str(word) for word in words], cwd=folder or self.root, check=check,
                                  env={**os.environ, "SIPRESP_BUILD_DIR": str(self.build)}, timeout=TEST_SECONDS,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        except subprocess.TimeoutExpired:
            return -1

    def verdict(self, mutant):
        """What noticed the mutant; None if nothing did."""
        path = self.root / mutant.path.relative_to(ROOT)
        lines = path.read_text(encoding="utf-8").split("\n")
        whole = "\n".join(lines)
        lines[mutant.line - 1] = mutant.after
        path.write_text("\n".join(lines), encoding="utf-8")
        try:
            if self.command("cmake", "--build", self.build, "--parallel", os.cpu_count()) != 0:
                return "the build"
            if self.command("ctest", "--test-dir", self.build, "--stop-on-failure", "--timeout", "30") != 0:
                return "unit tests"
            return self.first_regression(path.name)
        finally:
            path.write_text(whole, encoding="utf-8")

    def first_regression(self, name):
        tests = next((tests for start, tests in TESTS.items() if name.startswith(start)), TESTS_OF_THE_REST)
        for test in tests:
            if self.command("/usr/bin/python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n",
                            os.cpu_count(), test, folder=self.root / "tests" / "regression") != 0:
                return test
        return None


def main():
    parser = argparse.ArgumentParser(prog="tools/mutate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, metavar="N", help="N of the mutants, by chance (none: all of them)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which N, 1 unless said")
    parser.add_argument("--list", action="store_true", help="only show the mutants")
    parser.add_argument("file", nargs="*", help="only those of files with this in their names, such as checks")
    options = parser.parse_args()
    chosen = [mutant for mutant in mutants.all_of(ROOT)
              if not options.file or any(part in mutant.path.name for part in options.file)]
    total = len(chosen)
    if options.sample and options.sample < total:
        chosen = sorted(random.Random(options.seed).sample(chosen, options.sample), key=chosen.index)
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        tree = None if options.list else Tree(Path(folder))
        for mutant in chosen:
            noticed = "" if options.list else tree.verdict(mutant)
            survived += noticed is None
            state = "" if options.list else "SURVIVED: " if noticed is None else f"noticed by {noticed}: "
            print(f"{state}{mutant.path.name}:{mutant.line}: {mutant.before.strip()} -> {mutant.after.strip()}",
                  flush=True)
    print(f"{total} mutants" if options.list
          else f"{len(chosen)} of {total} mutants tried (seed {options.seed}): {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
