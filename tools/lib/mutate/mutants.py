# SPDX-License-Identifier: GPL-2.0-or-later
"""One change at a time to a condition of plugin/*.[ch] or to a row of tables/*.toml."""

import re
from collections import namedtuple

# line counts from 1; before and after are the whole line.
Mutant = namedtuple("Mutant", "path line before after")

SWAPS = [(" == ", " != "), (" != ", " == "), (" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "),
         (" && ", " || "), (" || ", " && "), ("if (!", "if ("), ("while (!", "while ("), ("return !", "return "),
         ("return true;", "return false;"), ("return false;", "return true;"), (" + 1", " + 2"), (" | ", " & ")]
# How far a search goes, how much is drawn, is a bound against hostile input: one more or less is as good.
BOUND = re.compile(r" [<>]=? ([A-Z_]+_SEARCH|ITEMS_[A-Z_]+)_MAX")
# Keys whose values decide something; a text is only what the table says.
ROW_CHANGES = [
    (r'^strength = "MUST"', 'strength = "SHOULD"'), (r'^strength = "SHOULD"', 'strength = "odd"'),
    (r'^strength = "odd"', 'strength = "MUST"'), (r'^asks = "header"', 'asks = "no_header"'),
    (r'^asks = "no_header"', 'asks = "header"'), (r'^asks = "one_header"', 'asks = "header"'),
    (r'^asks = "body"', 'asks = "no_body"'), (r'^asks = "no_body"', 'asks = "body"'),
    (r'^codes = ".*"', 'codes = "699"'), (r'^methods = \[.*\]', 'methods = ["INFO"]'),
    (r'^not_methods = \[.*\]', 'not_methods = ["INFO"]'), (r'^every_value = true', 'every_value = false'),
    (r'^when = ".*"', 'when = "Organization"'), (r'^severity = .*', ''), (r'^body_type = .*', ''),
    (r'^phrase = "(.*)"', r'phrase = "\1 x"'), (r'^compact = .*', ''), (r'^isup_cause = \d+', 'isup_cause = 127'),
]
# What differs between versions of Wireshark, only one of which is tried here.
VERSIONS = "compat.h"
# The same of the tables that have more rows than rules: what a row asks for, and which of several wins.
MORE_CHANGES = {
    "explanations.toml": [(r'^unanswered = true', 'codes = "699"'), (r'^rank = .*', ''),
                          (r'^worth = "failed"', 'worth = "open"'), (r'^worth = "(?!failed).*"', 'worth = "failed"')],
    "scanners.toml": [(r'^agent = "(.*)"', r'agent = "\1 x"')],
    "warnings.toml": [(r'^code = .*', 'code = 398')],
    "payload-types.toml": [(r'^number = .*', 'number = 94')],
}
# Rules whose words a test repeats; of the other tables the tests derive what they expect.
TABLES = ("rules.toml", "headers.toml", "responses.toml", "outcomes.toml", *MORE_CHANGES)


def of_code(path):
    """Swaps of operators outside of comments, strings and preprocessor lines."""
    in_comment = False
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        in_comment = in_comment or line.lstrip().startswith("/*")
        skipped = in_comment or line.startswith("#") or line.lstrip().startswith("for (") and "i++" in line
        in_comment = in_comment and "*/" not in line
        if skipped:
            continue
        bare = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'|/\*.*?\*/', lambda found: "_" * len(found[0]), line)
        for before, after in SWAPS:
            for found in re.finditer(re.escape(before), bare):
                if BOUND.match(bare, found.start()):
                    continue
                yield Mutant(path, number, line, line[:found.start()] + after + line[found.end():])


def of_table(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        # Where a row has a severity of its own, its strength is for the reader.
        if line.startswith("strength") and lines[number].startswith("severity"):
            continue
        for pattern, replacement in ROW_CHANGES + MORE_CHANGES.get(path.name, []):
            changed = re.sub(pattern, replacement, line)
            if changed != line:
                yield Mutant(path, number, line, changed)
        yield from of_conditions(path, number, line)


def of_conditions(path, number, line):
    """when = ["a", "not b"]: each condition is asked for no more, and is asked for the other way round."""
    start, bracket, rest = line.partition("when = [")
    if start or not bracket:
        return
    conditions = re.findall(r'"(.*?)"', rest)
    for i, condition in enumerate(conditions):
        other = condition[4:] if condition.startswith("not ") else f"not {condition}"
        for changed in ([], [other]):
            words = ", ".join(f'"{word}"' for word in conditions[:i] + changed + conditions[i + 1:])
            yield Mutant(path, number, line, f"when = [{words}]")


def all_of(root):
    for path in sorted((root / "plugin").rglob("*.[ch]")):
        if path.name != VERSIONS:
            yield from of_code(path)
    for name in TABLES:
        yield from of_table(root / "tables" / name)
