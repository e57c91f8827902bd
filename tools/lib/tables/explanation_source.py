# SPDX-License-Identifier: GPL-2.0-or-later
"""The C of the explanations."""

from c_text import BANNER, c_name, c_string, long_reference, method_set
from explanation_rows import condition_of, rank_of
from rule_rows import code_ranges


def explanation_source(tables):
    rows = sorted(tables.explanations, key=lambda row: -rank_of(row))
    parts = [_row_parts(tables, number, row) for number, row in enumerate(rows)]
    names = "\n".join(f"    {c_string(row['id'])}," for row in tables.places)
    agents = "\n".join(f"    {{ {c_string(row['agent'])}, {len(row['agent'].encode())} }}," for row in tables.scanners)
    return (BANNER + '#include "meaning/explanation.h"\n\n' + "".join(arrays for arrays, _ in parts)
            + "\n/* The most specific ones first. */\n"
            + "const explanation_row explanation_rows[EXPLANATION_COUNT] = {\n"
            + "\n".join(row for _, row in parts)
            + f"\n}};\n\nconst char *const explanation_place_names[PLACE_COUNT] = {{\n{names}\n}};\n"
            + f"\nconst scanner_agent scanner_agents[SCANNER_COUNT] = {{\n{agents}\n}};\n")


def _row_parts(tables, number, row):
    conditions = "".join(f"{{ CONDITION_{c_name(name)}, {'true' if holds else 'false'} }}, "
                         for name, holds in map(condition_of, row.get("when", [])))
    when = f"static const explanation_condition when_{number}[] = {{ {conditions}}};\n" if conditions else ""
    ranges = code_ranges(row["codes"]) if "codes" in row else []
    codes = (f"static const code_range codes_{number}[] = {{ "
             + ", ".join(f"{{ {low}, {high} }}" for low, high in ranges) + " };\n") if ranges else ""
    return when + codes, (
        f"    {{ {c_string(row['id'])}, {c_string(row['text'])},\n"
        f"      {c_string(long_reference(row['source']))}, "
        f"{f'codes_{number}' if ranges else 'NULL'}, {len(ranges)}, {method_set(tables, row.get('methods', []))}, "
        f"{method_set(tables, row.get('not_methods', []))}, {f'when_{number}' if when else 'NULL'}, "
        f"{len(row.get('when', []))} }},")


def payload_type_header(tables):
    rows = "\n".join(f"    {{ \"{row['number']}\", {c_string(row['name'])} }}," for row in tables.payload_types)
    return BANNER + f"""#ifndef SIPRESP_PAYLOAD_TYPES_H
#define SIPRESP_PAYLOAD_TYPES_H

#define PAYLOAD_TYPE_COUNT {len(tables.payload_types)}

/* What SDP calls it, and its name. */
static const struct {{
    const char *number;
    const char *name;
}} payload_types[PAYLOAD_TYPE_COUNT] = {{
{rows}
}};

#endif
"""


def explanation_header(tables):
    conditions = "\n".join(f"    CONDITION_{c_name(row['id'])}," for row in tables.conditions)
    places = "\n".join(f"    PLACE_{c_name(row['id'])}," for row in tables.places)
    return BANNER + f"""#ifndef SIPRESP_EXPLANATION_TABLES_H
#define SIPRESP_EXPLANATION_TABLES_H

#include <stddef.h>

typedef enum {{
{conditions}
    CONDITION_COUNT
}} explanation_condition_id;

typedef enum {{
{places}
    PLACE_COUNT
}} explanation_place;

#define EXPLANATION_COUNT {len(tables.explanations)}
#define SCANNER_COUNT {len(tables.scanners)}

/* What stands in braces in their texts. */
extern const char *const explanation_place_names[PLACE_COUNT];

/* What their User-Agent begins with. */
typedef struct {{
    const char *name;
    size_t length;
}} scanner_agent;

extern const scanner_agent scanner_agents[SCANNER_COUNT];

#endif
"""
