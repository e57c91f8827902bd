# SPDX-License-Identifier: GPL-2.0-or-later
"""What is written of fields, filters and tools agrees with what they are."""

import subprocess
import sys
import tomllib

import expectations
import pytest
from wireshark import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools" / "lib" / "docs"))

import reference  # noqa: E402

RULES = tomllib.loads((REPOSITORY / "tables" / "rules.toml").read_text(encoding="utf-8"))
OUTCOMES = tomllib.loads((REPOSITORY / "tables" / "outcomes.toml").read_text(encoding="utf-8"))["outcome"]
EXPLANATIONS = tomllib.loads((REPOSITORY / "tables" / "explanations.toml").read_text(encoding="utf-8"))
FILTERS = [row["expression"] for row in reference.read_source()["filter"]]


@pytest.fixture(scope="module")
def pages(wireshark):
    return reference.pages(*(wireshark.run("tshark", "-G", what).stdout for what in ("fields", "values")))


def test_pages_are_up_to_date(pages):
    """Guards against a field or an option that README and man pages do not know; tools/make_docs cures it."""
    old = [path.name for path, content in pages.items()
           if not path.exists() or path.read_text(encoding="utf-8") != content]
    assert old == []


def test_every_field_is_described(pages):
    text = pages[REPOSITORY / "docs" / "fields.md"].partition("## Filters")[0]
    assert "| `sip.class` | number with names | first digit" in text
    assert all(len(line.split(" | ")[2]) > 5 for line in text.splitlines() if line.startswith("| `sip"))


@pytest.mark.parametrize("expression", FILTERS)
def test_every_filter_compiles(wireshark, expression):
    wireshark.tshark(expectations.capture_files()[0], "-Y", expression)


def test_every_rule_is_told_to_people(pages):
    """Guards against a rule that only those find who read tables/."""
    printed = subprocess.run([REPOSITORY / "commands" / "sipresp-gate", "--rules"], capture_output=True, text=True, check=True)
    page, manual = (pages[REPOSITORY / "docs" / name] for name in ("rules.md", "man/sipresp-rules.7"))
    for row in RULES["rule"]:
        severity = row.get("severity", RULES["severity"][row["strength"]][row["worth"]])
        assert f"{row['id']}: {severity} ({row['strength']}, {row['worth']}; {row['reference']}" in printed.stdout
        assert f"    {row['follows']}. {row['text']}.\n" in printed.stdout
        assert f"| `{row['id']}` | {severity} |" in page
        assert f".B {row['id']}\n".replace("-", "\\-") in manual


def test_every_outcome_is_told_to_people(pages):
    page, manual = (pages[REPOSITORY / "docs" / name] for name in ("outcomes.md", "man/sipresp-outcomes.7"))
    for row in OUTCOMES:
        assert f"| {row['value']} | {row['name']} | {row['meaning']} | " in page
        assert f".B {row['value']} {row['name']}\n" in manual
    assert '603 with the phrase "Network Blocked"' in page


def test_every_explanation_is_told_to_people(pages):
    page = pages[REPOSITORY / "docs" / "explanations.md"]
    for row in EXPLANATIONS["explanation"]:
        assert f"| `{row['id']}` | " in page
    assert "{" not in page
