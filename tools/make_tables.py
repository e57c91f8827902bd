#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns the rows of tables/ into the C that the pure rooms of plugin/ look up.

Usage: make_tables.py TABLES_FOLDER OUTPUT_FOLDER

Where a row is refused nothing is written: every fault is one line on stderr
and the exit status is 1.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "lib/tables"))

from explanation_source import explanation_header, explanation_source, payload_type_header  # noqa: E402
from header_source import header_header, header_source  # noqa: E402
from metric_source import metric_header, metric_source  # noqa: E402
from response_source import names_header, table_header, table_source  # noqa: E402
from rule_source import rule_header, rule_source  # noqa: E402
from said_source import said_header, said_source  # noqa: E402
from table_rows import TableErrors, read_tables  # noqa: E402

OUTPUTS = {
    "explanation_tables.c": explanation_source,
    "explanation_tables.h": explanation_header,
    "header_tables.c": header_source,
    "header_tables.h": header_header,
    "payload_types.h": payload_type_header,
    "metric_tables.c": metric_source,
    "metric_tables.h": metric_header,
    "response_tables.c": table_source,
    "response_tables.h": table_header,
    "rule_tables.c": rule_source,
    "rule_tables.h": rule_header,
    "said_tables.c": said_source,
    "said_tables.h": said_header,
    "table_names.h": names_header,
}


def write_if_new(path, text):
    """A file that is as it was keeps its time, and nothing that includes it is compiled again."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main(arguments):
    if len(arguments) != 2:
        print("make_tables.py: give two folders: make_tables.py TABLES OUTPUT", file=sys.stderr)
        return 2
    try:
        tables = read_tables(arguments[0])
    except TableErrors as errors:
        print(errors, file=sys.stderr)
        return 1
    output = Path(arguments[1])
    output.mkdir(parents=True, exist_ok=True)
    for name, source in OUTPUTS.items():
        write_if_new(output / name, source(tables))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
