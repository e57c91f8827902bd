# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the rows of headers.toml and rules.toml."""

import re

from finding_length import check_length
from row_checks import CODE_MAX, CODE_MIN, Row, check_methods, check_reference, code_range, unique

# What a rule may ask, and which finding (expert field) its breach is.
ASKS = {
    "header": "header_missing",
    "one_header": "header_missing",
    "no_header": "header_forbidden",
    "body": "body",
    "no_body": "body",
    "never": "code_for_method",
    "registered_code": "code_unregistered",
    "code_in_range": "code_out_of_range",
    "transaction": "transaction",
}
SEVERITIES = ("chat", "note", "warning", "error")
STRENGTHS = ("MUST", "SHOULD", "odd")
WORTHS = ("breaks", "hinders", "harmless")
OUTSIDE = "outside"
RULE_KEYS = ("id", "codes", "asks", "strength", "worth", "follows", "reference", "text")
RULE_OPTIONS = ("methods", "not_methods", "when", "unless", "with_body", "dialog", "headers", "every_value",
                "body_type", "success_reference", "severity", "why")
SELECTOR = re.compile(r"(?P<header>[A-Za-z-]+)(?:: (?P<token>\S+)| (?P<scheme>[A-Za-z]+)"
                      r"|;(?P<parameter>[a-z-]+)(?:=(?P<value>\S+))?)?")


def severity_of(tables, rule):
    return rule.get("severity", tables.severities[rule["strength"]][rule["worth"]])


def code_ranges(codes):
    """'401,407' or '100-199' as (first, last) pairs; 'outside' is all that is no status code."""
    if codes == OUTSIDE:
        return [(0, CODE_MIN - 1), (CODE_MAX + 1, 0xFFFF)]
    return [code_range(part) for part in str(codes).split(",")]


def check_headers(tables):
    unique(tables, "headers.toml", tables.headers, "name")
    compacts = [{"compact": row["compact"]} for row in tables.headers if "compact" in row]
    unique(tables, "headers.toml", compacts, "compact")
    for number, row in enumerate(tables.headers, 1):
        check = Row(tables, "headers.toml", row, f"row {number} ({row.get('name')})")
        check.keys(("name", "reference"), ("compact",))
        check.text("name")
        check_reference(check, "reference")
        if not re.fullmatch("[a-z]", row.get("compact", "a")):
            check.refuse(f"compact {row['compact']!r} is not one lower-case letter")


def _check_severities(tables):
    for strength in STRENGTHS:
        row = tables.severities.get(strength, {})
        if sorted(row) != sorted(WORTHS) or not set(row.values()) <= set(SEVERITIES):
            tables.errors.append(f"rules.toml: [severity] {strength} gives each of {', '.join(WORTHS)} one of "
                                 f"{', '.join(SEVERITIES)}")
    if sorted(tables.severities) != sorted(STRENGTHS):
        tables.errors.append(f"rules.toml: [severity] has {', '.join(STRENGTHS)} and no others")


def check_rules(tables):
    _check_severities(tables)
    unique(tables, "rules.toml", tables.rules, "id")
    for number, row in enumerate(tables.rules, 1):
        check = Row(tables, "rules.toml", row, f"row {number} ({row.get('id')})")
        check.keys(RULE_KEYS, RULE_OPTIONS)
        check.text("text")
        check.text("follows")
        check_reference(check, "reference")
        check_reference(check, "success_reference")
        check_methods(check)
        _check_words(check)
        check_length(check)
        _check_codes(check)
        _check_selectors(check)


def _check_words(check):
    row = check.row
    if not re.fullmatch("[a-z0-9-]+", str(row.get("id", "x"))):
        check.refuse("id is made of lower-case letters, digits and hyphens")
    if row.get("asks", "header") not in ASKS:
        check.refuse(f"asks {row['asks']!r} is unknown; it is one of {', '.join(ASKS)}")
    if row.get("strength", "MUST") not in STRENGTHS:
        check.refuse(f"strength {row['strength']!r} is unknown; it is one of {', '.join(STRENGTHS)}")
    if row.get("worth", "breaks") not in WORTHS:
        check.refuse(f"worth {row['worth']!r} is unknown; it is one of {', '.join(WORTHS)}")
    if row.get("dialog", "outside") != "outside":
        check.refuse(f"dialog {row['dialog']!r} is unknown; it is outside or not there")
    if row.get("with_body", True) is not True:
        check.refuse("with_body is true or not there")
    if row.get("severity", "note") not in SEVERITIES:
        check.refuse(f"severity {row['severity']!r} is unknown; it is one of {', '.join(SEVERITIES)}")
    if ("severity" in row) != ("why" in row):
        check.refuse("severity and why go together: say why strength and worth do not decide")
    if "body_type" in row and row.get("asks") not in ("body", "no_body"):
        check.refuse("body_type goes with asks body or no_body only")


def _check_codes(check):
    codes = check.row.get("codes", OUTSIDE)
    if (codes == OUTSIDE) != (check.row.get("asks") == "code_in_range"):
        check.refuse("codes 'outside' and asks 'code_in_range' go together only")
    if codes == OUTSIDE:
        return
    for low, high in code_ranges(codes):
        if not CODE_MIN <= low <= high <= CODE_MAX:
            check.refuse(f"codes {codes!r} are not codes or ranges from {CODE_MIN} to {CODE_MAX}")


def _check_selectors(check):
    row = check.row
    wants_headers = row.get("asks") in ("header", "one_header", "no_header")
    if wants_headers != bool(row.get("headers")):
        check.refuse("headers go with asks header, one_header and no_header, and with these only")
    if len(row.get("headers", [])) > 32:
        check.refuse("more than 32 headers; split the rule")
    for selector in [*row.get("headers", []), *(row[key] for key in ("when", "unless") if key in row)]:
        match = SELECTOR.fullmatch(str(selector))
        if not match:
            check.refuse(f"{selector!r} is none of 'Header', 'Header: token', 'Header Scheme', "
                         "'Header;parameter', 'Header;parameter=value'")
        elif match["header"] not in check.tables.header_names():
            check.refuse(f"unknown header {match['header']!r}; headers.toml has them as registered")
