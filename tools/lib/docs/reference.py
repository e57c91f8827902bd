# SPDX-License-Identifier: GPL-2.0-or-later
"""The reference in its forms: docs/fields.md, and man pages.

All are made of docs/reference.toml, of what the loaded plugin says of its
fields (tshark -G fields, -G values), and of what the tools say with --help.

Usage: reference.py FIELDS VALUES, two files with what tshark says. Writes the
pages that have changed and names them.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from forms import PAGE_NOTE, man_title, markdown_table, roff
from table_pages import table_pages

REPOSITORY = Path(__file__).resolve().parents[3]
SOURCE = REPOSITORY / "docs" / "reference.toml"
TYPES = {"FT_UINT8": "number", "FT_UINT16": "number", "FT_UINT32": "number", "FT_STRING": "text",
         "FT_BOOLEAN": "boolean", "FT_FRAMENUM": "frame number", "FT_RELATIVE_TIME": "time", "FT_NONE": "finding"}


def read_source():
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def read_fields(source, fields_text, values_text):
    """(name, type, text) of each of our fields, once, in the plugin's order."""
    with_names = {row.split("\t")[1] for row in values_text.splitlines() if row.startswith("V\t")}
    found = {}
    for row in (line.split("\t") for line in fields_text.splitlines()):
        if row[0] != "F" or row[4] not in ("sipresp", "sipcall", "sipreq") or row[2] in found:
            continue
        kind = TYPES[row[3]]
        if kind == "number" and row[2] in with_names:
            kind = "number with names"
        if row[2] in source["repeated"]:
            kind += ", repeated"
        found[row[2]] = (row[2], kind, source["fields"].get(row[2]) or uncapitalized(row[7] or row[1]))
    unknown = sorted({*source["fields"], *source["repeated"]} - set(found))
    if unknown:
        sys.exit(f"docs/reference.toml names fields that the plugin does not have: {', '.join(unknown)}; remove them")
    return list(found.values())


def uncapitalized(text):
    first, _, rest = text.partition(" ")
    return f"{first.lower() if first[1:].islower() or len(first) == 1 else first} {rest}".strip()


def field_table(fields):
    return markdown_table(["field", "type", "what it says"],
                          [[f"`{name}`", kind, text] for name, kind, text in fields])


def filter_table(source):
    return markdown_table(["filter", "what it finds"],
                          [[f"`{row['expression']}`", row["finds"]] for row in source["filter"]])


def reference_page(source, fields):
    return (PAGE_NOTE + "# Fields and filters of sipresp\n\n"
            "Every field can be filtered on, put in a column, and printed by `tshark -T fields -e`. Numbers with\n"
            "names can be compared with either: `sip.class == 4` and `sip.class == \"Client Error\"` are the same.\n\n"
            f"{field_table(fields)}\n## Filters\n\n{filter_table(source)}")


def filter_man_page(source, fields, version):
    lines = man_title("sipresp-filter", 4, "fields and display filters for SIP responses in Wireshark", version)
    lines += [".SH DESCRIPTION", "These fields are what the sipresp plugin adds to Wireshark and tshark.",
              "Their use in display filters is told by", ".BR wireshark\\-filter (4).", ".SH FIELDS"]
    for name, kind, text in fields:
        lines += [".TP", f".B {roff(name)}", f"({kind}) {roff(text)}"]
    lines.append(".SH EXAMPLES")
    for row in source["filter"]:
        lines += [".TP", f".B {roff(row['expression'])}", roff(row["finds"])]
    lines += [".SH SEE ALSO", ".BR sipresp\\-doctor (1),", ".BR wireshark\\-filter (4),", ".BR tshark (1)"]
    return "\n".join(lines) + "\n"


def tool_man_page(tool, help_text, version):
    """The page of a command: usage line, then paragraphs; indented lines are examples."""
    name = f"sipresp-{tool['name']}"
    usage, _, rest = help_text.strip().partition("\n")
    lines = man_title(name, 1, tool["summary"], version)
    lines += [".SH SYNOPSIS", roff(usage.removeprefix("Usage: ")), ".SH DESCRIPTION"]
    for paragraph in re.split(r"\n\s*\n", rest.strip("\n")):
        if paragraph.startswith("  "):
            lines += [".PP", ".nf", *(roff(line.removeprefix("  ").rstrip()) for line in paragraph.splitlines()), ".fi"]
        else:
            lines += [".PP", *map(roff, paragraph.splitlines())]
    lines += [".SH SEE ALSO", ".BR sipresp\\-filter (4)"]
    return "\n".join(lines) + "\n"


def help_of(tool):
    command = [str(REPOSITORY / "commands" / f"sipresp-{tool['name']}"), "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def pages(fields_text, values_text):
    """Path to content of every page."""
    source = read_source()
    fields = read_fields(source, fields_text, values_text)
    version = re.search(r"project\(sipresp VERSION ([\d.]+)", (REPOSITORY / "CMakeLists.txt").read_text("utf-8"))[1]
    made = {"docs/fields.md": reference_page(source, fields),
            "docs/man/sipresp-filter.4": filter_man_page(source, fields, version), **table_pages(version)}
    for tool in source["tool"]:
        made[f"docs/man/sipresp-{tool['name']}.1"] = tool_man_page(tool, help_of(tool), version)
    return {REPOSITORY / path: content for path, content in made.items()}


def main(arguments):
    texts = [Path(name).read_text(encoding="utf-8", errors="replace") for name in arguments]
    for path, content in pages(*texts).items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"changed: {path.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main(sys.argv[1:])
