# SPDX-License-Identifier: GPL-2.0-or-later
"""The C of the rules."""

from c_text import BANNER, c_bool, c_name, c_string, long_reference, method_set
from rule_rows import ASKS, SELECTOR, SEVERITIES, code_ranges, severity_of


def selector_initializer(selector, every):
    match = SELECTOR.fullmatch(selector)
    kind, name, value = "HEADER", None, None
    if match["token"]:
        kind, name = "TOKEN", match["token"]
    elif match["scheme"]:
        kind, name = "SCHEME", match["scheme"]
    elif match["parameter"]:
        kind, name, value = "PARAMETER", match["parameter"], match["value"]
    return (f'{{ SIP_HEADER_{c_name(match["header"])}, SELECT_{kind}, {c_string(name)}, {c_string(value)}, '
            f'{c_bool(every)}, {c_string(selector)} }}')


def selectors_array(name, selectors, every):
    if not selectors:
        return "", "NULL"
    lines = [f"    {selector_initializer(selector, every)}," for selector in selectors]
    return f"static const header_selector {name}[] = {{\n" + "\n".join(lines) + "\n};\n", name


def rule_parts(tables, number, rule):
    """The arrays of a rule and its row."""
    every = rule.get("every_value", False)
    headers, headers_name = selectors_array(f"headers_{number}", rule.get("headers", []), every)
    when, when_name = selectors_array(f"when_{number}", [rule["when"]] if "when" in rule else [], False)
    unless, unless_name = selectors_array(f"unless_{number}", [rule["unless"]] if "unless" in rule else [], False)
    success = long_reference(rule["success_reference"]) if "success_reference" in rule else None
    ranges = code_ranges(rule["codes"])
    codes = (f"static const code_range codes_{number}[] = {{ "
             + ", ".join(f"{{ {low}, {high} }}" for low, high in ranges) + " };\n")
    row = (f'    {{ {c_string(rule["id"])},\n'
           f'      {c_string(rule["follows"])},\n'
           f'      {c_string(rule["text"])}, {c_string(long_reference(rule["reference"]))}, {c_string(success)},\n'
           f'      ASKS_{rule["asks"].upper()}, FINDING_{ASKS[rule["asks"]].upper()}, '
           f'SEVERITY_{severity_of(tables, rule).upper()}, {c_bool(rule.get("with_body", False))}, '
           f'{c_bool("dialog" in rule)},\n'
           f'      codes_{number}, {len(ranges)}, {method_set(tables, rule.get("methods", []))}, '
           f'{method_set(tables, rule.get("not_methods", []))},\n'
           f'      {when_name}, {unless_name}, {headers_name}, {len(rule.get("headers", []))}, '
           f'{c_string(rule.get("body_type"))} }},')
    return codes + headers + when + unless, row


def rule_source(tables):
    parts = [rule_parts(tables, number, rule) for number, rule in enumerate(tables.rules)]
    return (BANNER + '#include "rule_tables.h"\n\n'
            + "".join(arrays for arrays, _ in parts)
            + "\nconst response_rule response_rules[RESPONSE_RULE_COUNT] = {\n"
            + "\n".join(row for _, row in parts) + "\n};\n")


def rule_header(tables):
    places = "\n".join(f"#define RULE_{c_name(rule['id'])} {place}" for place, rule in enumerate(tables.rules)
                       if rule["asks"] == "transaction")
    return BANNER + f"""#ifndef SIPRESP_RULE_TABLES_H
#define SIPRESP_RULE_TABLES_H

#include "meaning/checks.h"

#define RESPONSE_RULE_COUNT {len(tables.rules)}

extern const response_rule response_rules[RESPONSE_RULE_COUNT];

/* The places of the rules that transaction_checks.c works out. */
{places}

/* The kinds of finding that the rules can make, by what is wrong and how grave it is. */
#define FINDING_KINDS(X){finding_kinds(tables)}

#endif
"""


def finding_kinds(tables):
    kinds = sorted({(ASKS[rule["asks"]], SEVERITIES.index(severity_of(tables, rule))) for rule in tables.rules})
    return "".join(f" \\\n    X({what.upper()}, {SEVERITIES[grade].upper()})" for what, grade in kinds)
