# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the table of docs/robustness.md, a line for each scene and mode."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from scenes import SCENES  # noqa: E402

import measure  # noqa: E402
from wireshark import Wireshark  # noqa: E402

GROWTH_MAX = 2.3
HEAD = """| input | size | tshark | seconds without, with | MB without, with | instructions a piece | growth |
| --- | --- | --- | --- | --- | --- | --- |"""


def row(wireshark, name, scene, mode, options):
    """The line of the table, and what is wrong with it."""
    size = max(scene.counted, int(scene.size * options.scale))
    capture = measure.make(wireshark, name, scene, size)
    without = measure.cost(wireshark, capture, mode, plugin=False)
    with_it = measure.cost(wireshark, capture, mode)
    capture.unlink()
    faults = list(with_it.faults)
    counts = "|"
    if not options.no_counting:
        once, twice = (measure.instructions(wireshark, measure.make(wireshark, name, scene, count), mode)
                       for count in (scene.counted, 2 * scene.counted))
        growth = twice / once
        counts = f"{once / scene.counted:,.0f} | {growth:.2f}"
        if growth > GROWTH_MAX:
            faults.append(f"twice the size takes {growth:.2f} times the instructions")
    line = (f"| {name} | {size:,} {scene.unit} | `{' '.join(mode)}` | {without.seconds:.1f}, {with_it.seconds:.1f} "
            f"| {without.megabytes:.0f}, {with_it.megabytes:.0f} | {counts} |")
    return line, faults


def main():
    parser = argparse.ArgumentParser(prog="tools/hostile", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, metavar="F", help="sizes times F, such as 0.01")
    parser.add_argument("--no-counting", action="store_true", help="leave out the instructions, which take valgrind")
    parser.add_argument("scene", nargs="*", help="part of a scene's name; none: all scenes")
    options = parser.parse_args()
    chosen = {name: scene for name, scene in SCENES.items()
              if not options.scene or any(part in name for part in options.scene)}
    if not chosen:
        parser.error(f"no scene has that in its name; there are: {', '.join(SCENES)}")
    failed = False
    # What is measured is a tshark that starts, and none that waits for a command line.
    os.environ["SIPRESP_FRESH_TSHARK"] = "1"
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as stage:
        wireshark = Wireshark(stage, os.environ["SIPRESP_BUILD_DIR"])
        for name, scene in chosen.items():
            for mode in scene.modes:
                line, faults = row(wireshark, name, scene, mode, options)
                print(line, flush=True)
                for fault in faults:
                    failed = True
                    print(f"hostile: {name}: {fault}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
