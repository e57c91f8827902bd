# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the rows of outcomes.toml, and writes them in C."""

from c_text import c_name, c_string
from row_checks import CODE_MAX, CODE_MIN, Row, unique
from rule_rows import code_ranges

NAME = "outcomes.toml"
CONDITION_KEYS = ("phrase", "reason_text")
# What a call is for whoever asks which ones failed, by the numbers of sipcall.outcome; and who ended it.
CALL_RESULTS = ("open", "answered", "not taken", "failed", "unknown")
ENDED_BY = ("unknown", "caller", "callee", "network", "nobody")


def check_outcomes(tables):
    unique(tables, NAME, tables.outcomes, "name")
    unique(tables, NAME, tables.outcomes, "value")
    for number, row in enumerate(tables.outcomes, 1):
        check = Row(tables, NAME, row, f"row {number} ({row.get('name')})")
        check.keys(("value", "name", "meaning", "call"), ("codes", "told_by", "unanswered", "ended_by"))
        check.text("name")
        check.text("meaning")
        check.number("value", 0, 255)
        for key, known in (("call", CALL_RESULTS), ("ended_by", ENDED_BY)):
            if key in row and row[key] not in known:
                check.refuse(f"{key} {row[key]!r} is none of {', '.join(known)}")
        if "unanswered" in row and (row["unanswered"] is not True or "codes" in row):
            check.refuse("unanswered = true is for a row without codes: what a call comes to without a final response")
        for low, high in code_ranges(row.get("codes", "100-699")):
            if not CODE_MIN <= low <= high <= CODE_MAX:
                check.refuse(f"codes {row['codes']!r} are not codes or ranges from {CODE_MIN} to {CODE_MAX}")
        for place, condition in enumerate(row.get("told_by", []), 1):
            _check_condition(Row(tables, NAME, condition, f"{check.title} told_by {place}"))
    if [row.get("value") for row in tables.outcomes if "codes" not in row and "unanswered" not in row] != [0]:
        tables.errors.append(f"{NAME}: exactly one row has neither codes nor unanswered, and its value is 0")
    for code in range(CODE_MIN, CODE_MAX + 1):
        if not outcome_of(tables, code):
            tables.errors.append(f"{NAME}: no row has the code {code}; add it to one")


def _check_condition(check):
    check.keys(("code",), CONDITION_KEYS)
    check.number("code", CODE_MIN, CODE_MAX)
    for key in CONDITION_KEYS:
        check.text(key)
    if len([key for key in CONDITION_KEYS if key in check.row]) != 1:
        check.refuse(f"names one of {' and '.join(CONDITION_KEYS)}, so that either alone is enough")


def outcome_of(tables, code):
    """The number of the first outcome that has the code; None if there is none."""
    for row in tables.outcomes:
        if "codes" in row and any(low <= code <= high for low, high in code_ranges(row["codes"])):
            return row.get("value")
    return None


def outcomes_source(tables):
    rows = "".join(f"    [{code} - SIP_CODE_MIN] = {outcome_of(tables, code)},\n"
                   for code in range(CODE_MIN, CODE_MAX + 1))
    conditions = "".join(f"    {{ {condition['code']}, {row['value']}, {c_string(condition.get('phrase'))}, "
                         f"{c_string(condition.get('reason_text'))} }},\n" for row, condition in conditions_of(tables))
    calls = "".join(f"    [{row['value']}] = {{ CALL_{c_name(row['call'].replace(' ', '-'))}, ENDED_BY_{c_name(row.get('ended_by', 'unknown'))} }},\n"
                    for row in tables.outcomes)
    return (f"const outcome_of_call outcome_calls[OUTCOME_MAX + 1] = {{\n{calls}}};\n\n"
            f"const uint8_t response_outcomes[SIP_CODE_MAX - SIP_CODE_MIN + 1] = {{\n{rows}}};\n\n"
            f"const outcome_condition outcome_conditions[OUTCOME_CONDITION_COUNT] = {{\n{conditions}}};\n\n")


def conditions_of(tables):
    return [(row, condition) for row in tables.outcomes for condition in row.get("told_by", [])]
