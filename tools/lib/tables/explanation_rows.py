# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the rows of explanations.toml."""

import re
from itertools import combinations

from row_checks import CODE_MAX, CODE_MIN, RFC_REFERENCE, Row, check_methods, unique
from rule_rows import code_ranges

NAME = "explanations.toml"
PLACE_KINDS = ("frame", "number", "text", "time")
WORTHS = ("well", "harmless", "failed", "open")
PLACES = re.compile(r"\{([a-z-]+)\}")
# With what stands in its places a sentence is cut after 256 characters.
TEXT_LENGTH_MAX = 170


def check_explanations(tables):
    for rows, kind in ((tables.conditions, "condition"), (tables.places, "place"), (tables.explanations, "explanation")):
        unique(tables, NAME, rows, "id")
        for number, row in enumerate(rows, 1):
            check = Row(tables, NAME, row, f"{kind} {number} ({row.get('id')})")
            check.text("id")
            {"condition": _check_condition, "place": _check_place, "explanation": _check_explanation}[kind](check)
    _check_scanners(tables)
    _check_payload_types(tables)
    _check_use(tables)
    if not tables.errors:
        for one, other in combinations(tables.explanations, 2):
            if rank_of(one) == rank_of(other) and _can_both_hold(tables, one, other):
                tables.errors.append(f"{NAME}: {one['id']} and {other['id']} can both hold and have the same rank, "
                                     f"{rank_of(one)}; give one of them a condition more, or a rank")


def _check_use(tables):
    """A word that no row uses is one that nobody ever tried."""
    asked = {condition_of(text)[0] for row in tables.explanations for text in row.get("when", [])}
    filled = {place for row in tables.explanations for place in places_in(row.get("text", ""))}
    for rows, used, kind, what in ((tables.conditions, asked, "condition", "asks for it"),
                                   (tables.places, filled, "place", "has it")):
        for number, row in enumerate(rows, 1):
            if row.get("id") not in used:
                tables.errors.append(f"{NAME}: {kind} {number} ({row.get('id')}): no row {what}; remove it, or write the row")


def _check_scanners(tables):
    name = "scanners.toml"
    unique(tables, name, tables.scanners, "agent")
    for number, row in enumerate(tables.scanners, 1):
        check = Row(tables, name, row, f"row {number} ({row.get('agent')})")
        check.keys(("agent", "tool"))
        check.text("agent")
        check.text("tool")


def _check_payload_types(tables):
    name = "payload-types.toml"
    unique(tables, name, tables.payload_types, "number")
    for number, row in enumerate(tables.payload_types, 1):
        check = Row(tables, name, row, f"row {number} ({row.get('name')})")
        check.keys(("number", "name"))
        check.text("name")
        check.number("number", 0, 95)


def rank_of(row):
    """How specific the row is: of those that hold the highest wins."""
    return row.get("rank", len(row.get("when", [])) + bool(row.get("methods")))


def condition_of(text):
    """'not stale' as ('stale', False)."""
    return (text[4:], False) if text.startswith("not ") else (text, True)


def places_in(text):
    return PLACES.findall(text)


def _check_condition(check):
    check.keys(("id", "meaning"))
    check.text("meaning")


def _check_place(check):
    check.keys(("id", "kind", "sample"), ("needs",))
    check.text("sample")
    if check.row.get("kind") not in PLACE_KINDS:
        check.refuse(f"kind {check.row.get('kind')!r} is unknown; it is one of {', '.join(PLACE_KINDS)}")
    _check_conditions(check, check.row.get("needs", []))


def _check_conditions(check, conditions):
    known = [row.get("id") for row in check.tables.conditions]
    for condition in conditions:
        if condition_of(condition)[0] not in known:
            check.refuse(f"condition {condition!r} is unknown; add it to the vocabulary, or correct its spelling")


def _check_explanation(check):
    row = check.row
    check.keys(("id", "text", "worth", "source"), ("codes", "unanswered", "methods", "not_methods", "when", "rank"))
    check.text("text")
    check_methods(check)
    if ("codes" in row) == (row.get("unanswered") is True):
        check.refuse("has either codes or unanswered = true, so that it is about responses or about requests without one")
    if row.get("worth") not in WORTHS:
        check.refuse(f"worth {row.get('worth')!r} is unknown; it is one of {', '.join(WORTHS)}")
    if row.get("source") != "practice" and not RFC_REFERENCE.fullmatch(str(row.get("source"))):
        check.refuse(f"source {row.get('source')!r} is neither practice nor of the form 'RFC 6076 4.6'")
    if len(row.get("text", "")) > TEXT_LENGTH_MAX or row.get("text", "").endswith("."):
        check.refuse(f"text ends with a full stop or has more than {TEXT_LENGTH_MAX} characters; shorten it")
    for low, high in code_ranges(row.get("codes", "200-699")):
        if not CODE_MIN + 100 <= low <= high <= CODE_MAX:
            check.refuse(f"codes {row['codes']!r} are not final codes or ranges from {CODE_MIN + 100} to {CODE_MAX}")
    check.number("rank", -9, 99)
    _check_when(check)
    _check_places(check)


def _check_when(check):
    asked = [condition_of(text) for text in check.row.get("when", [])]
    _check_conditions(check, check.row.get("when", []))
    for name, holds in asked:
        if (name, not holds) in asked and holds:
            check.refuse(f"asks for {name} and for not {name}, so that it never holds; keep one")
        if asked.count((name, holds)) > 1:
            check.refuse(f"condition {name!r} is there twice; keep one")


def _check_places(check):
    if re.search(r"[{}]", PLACES.sub("", check.row.get("text", ""))):
        check.refuse("text has a brace that no place fills; write {place}")
    places = {row["id"]: row for row in check.tables.places if "id" in row}
    for place in places_in(check.row.get("text", "")):
        if place not in places:
            check.refuse(f"place {{{place}}} is unknown; add it to the places, or correct its spelling")
            continue
        needs = places[place].get("needs", [])
        asked = check.row.get("when", [])
        if needs and not set(needs) & set(asked) and not _is_known_anyway(needs, asked):
            check.refuse(f"place {{{place}}} is not filled; ask for one of {', '.join(needs)}")


def _is_known_anyway(needs, asked):
    """Whether a request is in a dialog is only known of one that was seen."""
    return "request-seen" in needs and bool({"in-dialog", "outside-dialog", "rang", "behind-silent", "behind-rang"} & set(asked))


def _can_both_hold(tables, one, other):
    if bool(one.get("unanswered")) != bool(other.get("unanswered")):
        return False
    if "codes" in one and not _codes_meet(one["codes"], other["codes"]):
        return False
    if not set(_methods(tables, one)) & set(_methods(tables, other)):
        return False
    wanted = {condition_of(text) for text in [*one.get("when", []), *other.get("when", [])]}
    exclusive = [{"in-dialog", "outside-dialog"}, {"never-answered", "capture-ended", "final-unseen"},
                 {"ended-by-caller", "ended-by-callee"}, {"from-caller", "from-callee"},
                 {"sent-again-accepted", "sent-again-challenged"},
                 {"behind-silent", "behind-rang"}, {"behind-silent", "behind-same"}]
    if any(len([name for name in group if (name, True) in wanted]) > 1 for group in exclusive):
        return False
    return not any((name, False) in wanted for name, holds in wanted if holds)


def _codes_meet(one, other):
    return any(low <= other_high and other_low <= high for low, high in code_ranges(one)
               for other_low, other_high in code_ranges(other))


def _methods(tables, row):
    names = [*tables.method_names(), "another"]
    if "methods" in row:
        return row["methods"]
    return [name for name in names if name not in row.get("not_methods", [])]
