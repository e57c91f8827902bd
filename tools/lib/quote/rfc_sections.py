# SPDX-License-Identifier: GPL-2.0-or-later
"""Sections of RFCs, out of the texts that Debian's doc-rfc packages install."""

import functools
import gzip
import re
from pathlib import Path

FOLDER = Path("/usr/share/doc/RFC/links")
PACKAGES = "doc-rfc-std doc-rfc-std-proposed doc-rfc-experimental doc-rfc-informational doc-rfc-old-std"
# The foot of a page, the line that parts it from the next one, and the head of that.
PAGE_BREAK = re.compile(r"\n*\n[^\n]*\[Page \d+\]\n+\f?\n*RFC \d+[^\n]*\n+")
HEADING = re.compile(r"^ {0,3}(?:Appendix )?(\d+(?:\.\d+)*)\.?\s+(\S.*)$")
# The table of contents has the same words with leaders or a page number behind them.
OF_CONTENTS = re.compile(r"(\. ?){3,}|(\.|\s)\s+\d+$")


class NoText(Exception):
    """A text or section that is not there, in one sentence that says what to do."""


def rfc_is_installed(number):
    return (FOLDER / f"rfc{number}.txt.gz").exists() or (FOLDER / f"rfc{number}.txt").exists()


@functools.cache
def rfc_lines(number):
    """The lines of an RFC without page breaks."""
    packed, plain = FOLDER / f"rfc{number}.txt.gz", FOLDER / f"rfc{number}.txt"
    if packed.exists():
        text = gzip.decompress(packed.read_bytes()).decode("utf-8", "replace")
    elif plain.exists():
        text = plain.read_text(encoding="utf-8", errors="replace")
    else:
        raise NoText(f"there is no text of RFC {number} in {FOLDER}; install Debian's packages of the component "
                     f"non-free with apt-get install {PACKAGES} (RFCs of 2023 and later are not among them)")
    return PAGE_BREAK.sub("\n\n", text).replace("\f", "").split("\n")


def section_of(line):
    """The number of the section that the line is the heading of, or None."""
    match = HEADING.match(line)
    return match[1] if match and not OF_CONTENTS.search(line) else None


def section_lines(number, section):
    """The section with those inside it, from its heading on."""
    lines = rfc_lines(number)
    # A numbered list can look like a heading; a heading stands furthest to the left.
    starts = [place for place, line in enumerate(lines) if section_of(line) == section]
    if not starts:
        raise NoText(f"RFC {number} has no section {section}; its table of contents has the right number")
    start = min(starts, key=lambda place: len(lines[place]) - len(lines[place].lstrip()))
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and not _ends(lines[end], section, indent):
        end += 1
    return "\n".join(lines[start:end]).rstrip().split("\n")


def _ends(line, section, indent):
    other = section_of(line)
    return bool(other) and len(line) - len(line.lstrip()) <= indent and not other.startswith(section + ".")
