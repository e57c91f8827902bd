# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules that responses are judged by, out of tables/rules.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from shared.problem import Problem

# In the source tree, and installed, the tables lie beside the folder of the tools.
FOLDERS = [Path(__file__).resolve().parents[2] / "tables", Path(__file__).resolve().parents[1] / "tables"]


@dataclass(frozen=True)
class Rule:
    """A row of tables/rules.toml."""
    id: str
    severity: str
    strength: str
    worth: str
    follows: str
    text: str
    references: str


def read_rules():
    paths = [folder / "rules.toml" for folder in FOLDERS]
    path = next(filter(Path.is_file, paths), paths[0])
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return [_rule(row, table["severity"]) for row in table["rule"]]
    except (OSError, ValueError, KeyError) as error:
        raise Problem(f"{path} cannot be read ({error}); restore it or install sipresp anew") from None


def _rule(row, severities):
    references = row["reference"]
    if "success_reference" in row:
        references += f", of a 2xx {row['success_reference']}"
    return Rule(row["id"], row.get("severity", severities[row["strength"]][row["worth"]]), row["strength"], row["worth"],
                row["follows"], row["text"], references)


def rules_text():
    """Two lines a rule: what can be searched for and sorted by, then what it says."""
    return "".join(f"{rule.id}: {rule.severity} ({rule.strength}, {rule.worth}; {rule.references})\n"
                   f"    {rule.follows}. {rule.text}.\n" for rule in read_rules())
