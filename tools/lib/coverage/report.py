# SPDX-License-Identifier: GPL-2.0-or-later
"""Usage: report.py BUILD FOLDER...

Prints which lines of the plugin's C the runs that wrote into FOLDER... passed
through. Ends with status 1 if that is less than 97 percent, or less than 95 in
one of its rooms, the folders below plugin/.
"""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LEAST_PERCENT = 97
LEAST_PERCENT_OF_A_ROOM = 95


def lines_of(notes, counts):
    """(file, line, count) of one object; gcov wants its notes beside its counts."""
    shutil.copyfile(notes, counts.with_suffix(".gcno"))
    output = subprocess.run(["gcov", "--json-format", "--stdout", counts.name], cwd=counts.parent,
                            capture_output=True, text=True, check=True).stdout
    for text in output.splitlines():
        for file in json.loads(text)["files"]:
            for line in file["lines"]:
                yield file["file"], line["line_number"], line["count"]


def gather(build, folders):
    """How often each line of each file was passed; objects that never ran count too."""
    passed = defaultdict(lambda: defaultdict(int))
    for folder in folders:
        for notes in Path(build).rglob("plugin/**/*.gcno"):
            counts = Path(f"{folder}{notes.resolve()}").with_suffix(".gcda")
            if counts.exists():
                for file, line, count in lines_of(notes, counts):
                    passed[file][line] += count
    return {Path(file): lines for file, lines in passed.items()
            if Path(file).resolve().is_relative_to(ROOT / "plugin")}


def ranges(numbers):
    """[3, 4, 5, 9] as "3-5, 9"."""
    found = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in found)


def main(build, folders):
    passed = gather(build, folders)
    missing_files = {path.name for path in (ROOT / "plugin").rglob("*.c")} - {path.name for path in passed}
    rooms = defaultdict(lambda: [0, 0])
    print(f"{'file':32} {'lines':>6} {'passed':>7}  never passed")
    for path in sorted(passed):
        lines = passed[path]
        name = path.resolve().relative_to(ROOT / "plugin")
        never = [line for line, count in lines.items() if count == 0]
        for room in (f"{name.parent}/", "all"):
            rooms[room][0] += len(lines)
            rooms[room][1] += len(lines) - len(never)
        print(f"{str(name):32} {len(lines):6} {100 * (1 - len(never) / len(lines)):6.1f}%  {ranges(never)}")
    percents = {room: 100 * of_it / lines for room, (lines, of_it) in rooms.items()}
    for room in sorted(rooms, key=lambda room: (room == "all", room)):
        print(f"{room.removeprefix('./') or 'plugin.c':32} {rooms[room][0]:6} {percents[room]:6.1f}%")
    if missing_files:
        sys.exit(f"coverage: nothing is known of {', '.join(sorted(missing_files))}")
    # plugin.c, in no room, is what Wireshark asks of a plugin; each version asks for some of it.
    low = [room for room, percent in percents.items()
           if room != "./" and percent < (LEAST_PERCENT if room == "all" else LEAST_PERCENT_OF_A_ROOM)]
    if low:
        print(f"too few lines are passed in: {', '.join(sorted(low))}")
    return 1 if low else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__.strip())
    sys.exit(main(sys.argv[1], sys.argv[2:]))
