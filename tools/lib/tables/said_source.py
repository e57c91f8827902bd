# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the rows of warnings.toml and isup-causes.toml, and writes them in C."""

from c_text import BANNER, c_string, long_reference
from row_checks import Row, check_reference, unique


def check_said(tables):
    unique(tables, "warnings.toml", tables.warnings, "code")
    for number, row in enumerate(tables.warnings, 1):
        check = Row(tables, "warnings.toml", row, f"row {number} (code {row.get('code')})")
        check.keys(("code", "name", "meaning", "source"))
        check.number("code", 300, 399)
        check.text("name")
        check.text("meaning")
        check_reference(check, "source")
    unique(tables, "isup-causes.toml", tables.causes, "value")
    for number, row in enumerate(tables.causes, 1):
        check = Row(tables, "isup-causes.toml", row, f"row {number} (cause {row.get('value')})")
        check.keys(("value", "name", "source"))
        check.number("value", 1, 127)
        check.text("name")
        check.text("source")


def said_source(tables):
    warnings = "".join(f"    {{ {row['code']}, {c_string(row['name'])},\n      "
                       f"{c_string(row['meaning'] + ' [' + long_reference(row['source']) + ']')} }},\n"
                       for row in tables.warnings)
    causes = "".join(f"    {{ {row['value']}, {c_string(row['name'])} }},\n" for row in tables.causes)
    return (BANNER + '#include "said_tables.h"\n\n'
            + f"const warning_row warning_rows[WARNING_ROW_COUNT] = {{\n{warnings}}};\n\n"
            + f"const q850_cause q850_causes[Q850_CAUSE_COUNT] = {{\n{causes}}};\n")


def said_header(tables):
    return BANNER + f"""#ifndef SIPRESP_SAID_TABLES_H
#define SIPRESP_SAID_TABLES_H

#include "meaning/said_info.h"

#define WARNING_ROW_COUNT {len(tables.warnings)}
#define Q850_CAUSE_COUNT {len(tables.causes)}

extern const warning_row warning_rows[WARNING_ROW_COUNT];
extern const q850_cause q850_causes[Q850_CAUSE_COUNT];

#endif
"""
