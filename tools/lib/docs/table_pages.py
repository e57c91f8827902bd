# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules and the outcomes of tables/, for people who do not read TOML."""

import sys
import tomllib
from pathlib import Path

from explanation_pages import explanation_pages
from forms import PAGE_NOTE, man_title, markdown_table, roff

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.append(str(REPOSITORY / "commands"))

from shared.rules import read_rules  # noqa: E402

RULES_TEXT = """\
The id of a rule is what `sipresp.check` shows, and what the preference `sipresp.ignored_rules` and the option
`--allow` of sipresp-gate take. Severity follows from what the RFC says (MUST, SHOULD, or odd: no capital word) and
from what follows for the call: it breaks (a peer that keeps the RFC cannot go on), it is hindered (slower, or only
with tolerant peers), or nothing (harmless).
"""
OUTCOMES_TEXT = """\
What a response says of the call that its INVITE begins, as `sipresp.outcome` has it: `sipresp.outcome == "busy"`
and `sipresp.outcome == 6` are the same. The first row that has a code decides; a phrase or a Reason header that is
named decides before that.
"""


def outcomes():
    table = tomllib.loads((REPOSITORY / "tables" / "outcomes.toml").read_text(encoding="utf-8"))
    return table["outcome"]


def codes_of(outcome):
    parts = [outcome["codes"].replace(",", ", ")] if "codes" in outcome else []
    for condition in outcome.get("told_by", []):
        told = (f'the phrase "{condition["phrase"]}"' if "phrase" in condition
                else f'"{condition["reason_text"]}" in the text of a Reason header')
        parts.append(f"{condition['code']} with {told}")
    return "; ".join(parts) or "all to other requests"


def rules_page(rules):
    table = [[f"`{rule.id}`", rule.severity, f"{rule.strength}, {rule.worth}", f"{rule.follows}. {rule.text}",
              rule.references] for rule in rules]
    return (PAGE_NOTE + f"# Rules of sipresp\n\n{RULES_TEXT}\n"
            + markdown_table(["id", "severity", "RFC, call", "what follows, and the rule", "section"], table))


def outcomes_page():
    table = [[str(row["value"]), row["name"], row["meaning"], codes_of(row)] for row in outcomes()]
    return (PAGE_NOTE + f"# Outcomes of calls\n\n{OUTCOMES_TEXT}\n"
            + markdown_table(["number", "name", "what became of the call", "codes"], table))


def man_page(name, summary, text, items, version):
    lines = man_title(name, 7, summary, version) + [".SH DESCRIPTION", *map(roff, text.splitlines())]
    for title, paragraphs in items:
        lines += [".TP", f".B {roff(title)}", roff(paragraphs[0])]
        for paragraph in paragraphs[1:]:
            lines += [".br", roff(paragraph)]
    lines += [".SH SEE ALSO", ".BR sipresp\\-filter (4),", ".BR sipresp\\-gate (1)"]
    return "\n".join(lines) + "\n"


def table_pages(version):
    rules = read_rules()
    rule_items = [(rule.id, [f"{rule.severity} ({rule.strength}, {rule.worth})", f"{rule.follows}.",
                             f"{rule.text} [{rule.references}]."]) for rule in rules]
    outcome_items = [(f"{row['value']} {row['name']}", [f"{row['meaning']}.", f"Codes: {codes_of(row)}."])
                     for row in outcomes()]
    return {**explanation_pages(), "docs/rules.md": rules_page(rules), "docs/outcomes.md": outcomes_page(),
            "docs/man/sipresp-rules.7": man_page("sipresp-rules", "what sipresp judges SIP responses by", RULES_TEXT,
                                                 rule_items, version),
            "docs/man/sipresp-outcomes.7": man_page("sipresp-outcomes", "what a SIP response says of its call",
                                                    OUTCOMES_TEXT, outcome_items, version)}
