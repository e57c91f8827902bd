# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the rows of metrics.toml."""

import re

from row_checks import CODE_MAX, CODE_MIN, RFC_REFERENCE, Row, unique
from rule_rows import code_ranges

NAME = "metrics.toml"
# As in plugin/sipresp_tap.h.
STEPS = ("invite", "alerted", "invite_final", "bye", "bye_final", "register", "register_final")
REQUESTS = ("invite", "bye", "register")
CODE_SETS = ("continued", "challenges", "alerting")
UNITS = ("ms", "s")
BETTER = ("higher", "lower")
RATIO_KEYS = ("id", "name", "title", "counts", "codes", "of", "formula", "source")
DELAY_KEYS = ("id", "name", "title", "step", "unit", "text", "source")


def check_metrics(tables):
    if sorted(row.get("id") for row in tables.code_sets) != sorted(CODE_SETS):
        tables.errors.append(f"{NAME}: the code sets are {', '.join(CODE_SETS)}, each once")
    unique(tables, NAME, [*tables.ratios, *tables.delays], "id")
    for kind, rows, needed, allowed in (("code_set", tables.code_sets, ("id", "codes", "source", "text"), ()),
                                        ("ratio", tables.ratios, RATIO_KEYS, ("less", "better")),
                                        ("delay", tables.delays, DELAY_KEYS, ("codes", "better"))):
        for number, row in enumerate(rows, 1):
            check = Row(tables, NAME, row, f"{kind} {number} ({row.get('id')})")
            check.keys(needed, allowed)
            _check_words(check)
            _check_codes(check)


def _check_words(check):
    row = check.row
    for key in ("name", "title", "formula", "text", "source"):
        check.text(key)
    if not re.fullmatch("[a-z_]+", str(row.get("id", "x"))):
        check.refuse("id is made of lower-case letters and underscores")
    if row.get("source", "practice") != "practice" and not RFC_REFERENCE.fullmatch(str(row["source"])):
        check.refuse(f"source {row['source']!r} is neither practice nor of the form 'RFC 6076 4.6'")
    for key in ("counts", "of", "step"):
        if row.get(key, STEPS[0]) not in STEPS:
            check.refuse(f"{key} {row[key]!r} is no step; it is one of {', '.join(STEPS)}")
    if row.get("unit", "s") not in UNITS:
        check.refuse(f"unit {row['unit']!r} is unknown; it is one of {', '.join(UNITS)}")
    if row.get("better", BETTER[0]) not in BETTER:
        check.refuse(f"better {row['better']!r} is unknown; it is one of {', '.join(BETTER)}")
    if row.get("step") not in REQUESTS and "step" in row and "codes" not in row:
        check.refuse("codes is missing; name the codes of the responses that are measured")


def _check_codes(check):
    for key in ("codes", "less"):
        for low, high in code_ranges(check.row.get(key, "100")):
            if not CODE_MIN <= low <= high <= CODE_MAX:
                check.refuse(f"{key} {check.row[key]!r} are not codes or ranges from {CODE_MIN} to {CODE_MAX}")
