# SPDX-License-Identifier: GPL-2.0-or-later
"""The C of methods, classes, codes and their notes."""

from c_text import BANNER, c_string, long_reference, method_set, reference_url
from outcome_rows import CALL_RESULTS, ENDED_BY, conditions_of, outcomes_source
from row_checks import CODE_MAX, CODE_MIN, code_range

# How a note names its authority when it is shown.
SOURCE_NAMES = {"document": "SIP response codes", "practice": "practice"}


def note_initializer(tables, note, first, last):
    source = SOURCE_NAMES.get(note["source"], long_reference(note["source"]))
    if "codes" in note:
        first, last = code_range(note["codes"])
    return (f'{{ {c_string(note["text"] + " [" + source + "]")}, '
            f'{method_set(tables, note.get("methods", []))}, '
            f'{method_set(tables, note.get("not_methods", []))}, '
            f'{c_string(note.get("phrase"))}, {c_string(note.get("reason_text"))}, {first}, {last} }}')


def notes_array(tables, row, name, first, last):
    """The C array of a row's notes, and how the row refers to it."""
    notes = row.get("notes", [])
    if not notes:
        return "", "NULL, 0"
    lines = [f"    {note_initializer(tables, note, first, last)}," for note in notes]
    array = f"static const response_note {name}[] = {{\n" + "\n".join(lines) + "\n};\n"
    return array, f"{name}, {len(notes)}"


def classes_source(tables):
    arrays, rows = [], []
    for row in tables.classes:
        first = row["digit"] * 100
        array, notes = notes_array(tables, row, f"class_{row['digit']}_notes", first, first + 99)
        arrays.append(array)
        rows.append(f'    {{ {row["digit"]}, {c_string(row["name"])}, {c_string(row["meaning"])}, {notes} }},')
    return "".join(arrays) + "const response_class response_classes[] = {\n" + "\n".join(rows) + "\n};\n\n"


def responses_source(tables):
    arrays, rows = [], []
    for row in tables.responses:
        code = row["code"]
        array, notes = notes_array(tables, row, f"notes_{code}", code, code)
        arrays.append(array)
        rows.append(
            f'    {{ {code}, RESPONSE_{row["status"].upper()}, {c_string(row["phrase"])},\n'
            f'      {c_string(long_reference(row["reference"]))},\n'
            f'      {c_string(reference_url(row["reference"]))}, {row.get("isup_cause", 0)}, {notes} }},')
    return "".join(arrays) + "const response_row response_rows[] = {\n" + "\n".join(rows) + "\n};\n\n"


def places_source(tables):
    rows = [f"    [{row['code']} - SIP_CODE_MIN] = {place},"
            for place, row in enumerate(tables.responses, 1)]
    return ("const uint8_t response_row_places[SIP_CODE_MAX - SIP_CODE_MIN + 1] = {\n"
            + "\n".join(rows) + "\n};\n\n")


def unknown_source(tables):
    parts = []
    for key, low, high in (("unregistered", CODE_MIN, CODE_MAX), ("out_of_range", 0, 999)):
        initializer = note_initializer(tables, tables.unknown[key], low, high)
        parts.append(f"const response_note response_note_{key} =\n    {initializer};\n")
    return "\n".join(parts)


def methods_source(tables):
    names = "\n".join(f"    {c_string(name)}," for name in tables.method_names())
    return f"const char *const sip_method_names[SIP_METHOD_COUNT] = {{\n{names}\n}};\n\n"


def table_source(tables):
    return (BANNER + '#include "response_tables.h"\n\n' + methods_source(tables)
            + classes_source(tables) + responses_source(tables) + places_source(tables)
            + outcomes_source(tables) + unknown_source(tables))


def table_header(tables):
    return BANNER + f"""#ifndef SIPRESP_RESPONSE_TABLES_H
#define SIPRESP_RESPONSE_TABLES_H

#include "meaning/response_info.h"

#define SIP_METHOD_COUNT {len(tables.methods)}
#define RESPONSE_ROW_COUNT {len(tables.responses)}

extern const char *const sip_method_names[SIP_METHOD_COUNT];
extern const response_class response_classes[];
extern const response_row response_rows[];
/* By code - SIP_CODE_MIN: the place in response_rows, from 1; 0 where there is none. */
extern const uint8_t response_row_places[];
/* By code - SIP_CODE_MIN: what the code says of a call. */
extern const uint8_t response_outcomes[];

/* By outcome. */
#define OUTCOME_MAX {max(row["value"] for row in tables.outcomes)}
extern const outcome_of_call outcome_calls[OUTCOME_MAX + 1];

/* What a phrase or a Reason header says of a call, whatever the code alone would say. */
#define OUTCOME_CONDITION_COUNT {len(conditions_of(tables))}
extern const outcome_condition outcome_conditions[OUTCOME_CONDITION_COUNT];

#endif
"""


def names_header(tables):
    """Numbers with their names, for Wireshark's value_string tables."""
    causes = "".join(f' \\\n    X({row["value"]}, {c_string(row["name"])})' for row in tables.causes)
    classes = "".join(f' \\\n    X({row["digit"]}, {c_string(row["name"])})' for row in tables.classes)
    warnings = "".join(f' \\\n    X({row["code"]}, {c_string(row["name"])})' for row in tables.warnings)
    outcomes = "".join(f' \\\n    X({row["value"]}, {c_string(row["name"])})' for row in tables.outcomes)
    results, enders = ("".join(f' \\\n    X({number}, {c_string(name)})' for number, name in enumerate(names))
                       for names in (CALL_RESULTS, ENDED_BY))
    return BANNER + f"""#ifndef SIPRESP_TABLE_NAMES_H
#define SIPRESP_TABLE_NAMES_H

#define SIP_CLASS_NAMES(X){classes}

#define ISUP_CAUSE_NAMES(X){causes}

#define WARNING_NAMES(X){warnings}

#define OUTCOME_NAMES(X){outcomes}

#define CALL_RESULT_NAMES(X){results}

#define ENDED_BY_NAMES(X){enders}

#endif
"""
