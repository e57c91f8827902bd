# SPDX-License-Identifier: GPL-2.0-or-later
"""The C of the figures of RFC 6076."""

from c_text import BANNER, c_string, long_reference
from rule_rows import code_ranges

# Nanoseconds, and digits behind the point that show microseconds.
UNITS = {"ms": (1_000_000, 3), "s": (1_000_000_000, 6)}


def code_set(row, key="codes"):
    if key not in row:
        return "{ NULL, 0 }"
    ranges = code_ranges(row[key])
    pairs = ", ".join(f"{{ {low}, {high} }}" for low, high in ranges)
    return f"{{ (const code_range[]){{ {pairs} }}, {len(ranges)} }}"


def step(name):
    return f"SIPRESP_{name.upper()}"


def ratio_initializer(row):
    return (f'    {{ {c_string(row["id"])}, {c_string(row["name"])}, {c_string(row["title"])},\n'
            f'      {c_string(row["formula"])}, {c_string(long_reference(row["source"]))},\n'
            f'      {step(row["counts"])}, {step(row["of"])}, {code_set(row)}, {code_set(row, "less")} }},')


def delay_initializer(row):
    nanoseconds, digits = UNITS[row["unit"]]
    return (f'    {{ {c_string(row["id"])}, {c_string(row["name"])}, {c_string(row["title"])},\n'
            f'      {c_string(row["text"])}, {c_string(long_reference(row["source"]))},\n'
            f'      {step(row["step"])}, {digits}, {code_set(row)}, {c_string(row["unit"])}, {nanoseconds} }},')


def metric_source(tables):
    sets = "\n".join(f"const code_set metric_codes_{row['id']} = {code_set(row)};" for row in tables.code_sets)
    ratios = "\n".join(map(ratio_initializer, tables.ratios))
    delays = "\n".join(map(delay_initializer, tables.delays))
    return (BANNER + '#include "metric_tables.h"\n\n' + sets
            + f"\n\nconst ratio_definition metric_ratios[METRIC_RATIO_COUNT] = {{\n{ratios}\n}};\n\n"
            + f"const delay_definition metric_delays[METRIC_DELAY_COUNT] = {{\n{delays}\n}};\n")


def metric_header(tables):
    sets = "\n".join(f"extern const code_set metric_codes_{row['id']};" for row in tables.code_sets)
    return BANNER + f"""#ifndef SIPRESP_METRIC_TABLES_H
#define SIPRESP_METRIC_TABLES_H

#include "count/metric_definitions.h"

#define METRIC_RATIO_COUNT {len(tables.ratios)}
#define METRIC_DELAY_COUNT {len(tables.delays)}

{sets}

extern const ratio_definition metric_ratios[METRIC_RATIO_COUNT];
extern const delay_definition metric_delays[METRIC_DELAY_COUNT];

#endif
"""
