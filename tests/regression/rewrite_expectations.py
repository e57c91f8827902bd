# SPDX-License-Identifier: GPL-2.0-or-later
"""Rewrites the expectations of the captures named (all, if none) and shows the difference."""

import difflib
import os
import sys
import tempfile
from pathlib import Path

import expectations
from wireshark import REPOSITORY, Wireshark


def rewrite(wireshark, capture):
    path = expectations.expectation_file(capture)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    new = expectations.to_text(expectations.of_this_response(wireshark.annotations(capture, "-2")))
    if new == old and path.exists():
        return False
    path.write_text(new, encoding="utf-8")
    name = str(path.relative_to(REPOSITORY))
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True),
                                               f"{name} (before)", f"{name} (now)"))
    return True


def main(names):
    known = {capture.stem: capture for capture in expectations.capture_files()}
    for name in names:
        if name not in known:
            sys.exit(f"there is no capture '{name}' in captures/; there are: {', '.join(known)}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        wireshark = Wireshark(folder, os.environ["SIPRESP_BUILD_DIR"])
        changed = sum(rewrite(wireshark, known[name]) for name in names or known)
    print(f"{changed} expectations changed; review the difference before you commit it")


if __name__ == "__main__":
    main(sys.argv[1:])
