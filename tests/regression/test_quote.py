# SPDX-License-Identifier: GPL-2.0-or-later
"""Every section that the tables cite, looked up in the RFCs of Debian's doc-rfc packages."""

import re
import subprocess
import sys
import tomllib

import pytest
from wireshark import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tools" / "lib" / "quote"))

import rfc_sections  # noqa: E402

TABLES = REPOSITORY / "tables"
CITATION = re.compile(r"RFC (\d+) (\d+(?:\.\d+)*)")


def rows(name, *keys):
    table = tomllib.loads((TABLES / name).read_text(encoding="utf-8"))
    return [row for key in keys for row in table.get(key, [])]


RESPONSES = rows("responses.toml", "response")
PHRASES = {row["code"]: row["phrase"] for row in RESPONSES if row["status"] != "vendor"}
HEADERS = [row["name"] for row in rows("headers.toml", "header")]
# Rules that are about neither a header nor a code of their own, and a table that stands behind the heading of the
# section after the one that it belongs to.
OTHER_WORDS = {"code-unregistered": "response code", "code-out-of-range": "status-code",
               "ack-other-to-tag": "tag in the To header", "update-2xx-contact": "Table 1 extends Table 2",
               "another-server-tried": "503 error response", "another-server-answered": "503 error response",
               "server-timeout-silent": "timely response", "refused-by-network": "ICMP error", "connection-reset": "connection failure"}
METHODS = [row["name"] for row in rows("methods.toml", "method")]


def words_of_code(code):
    """How a section can name a code: itself, its phrase, its class."""
    return {str(code), PHRASES.get(code, str(code)), f"{code // 100}xx", f"{code // 100}00-class"}


def words_of_codes(codes):
    words = set()
    for part in codes.split(","):
        first, _, last = part.partition("-")
        if first.isdigit():
            words |= words_of_code(int(first))
            words |= {f"{digit}xx" for digit in range(int(first) // 100, int(last or first) // 100 + 1)}
            if int(first) < 200:
                words |= {"provisional"}
            if int(last or first) >= 300:
                words |= {"final response"}
    return words


def words_of_text(text):
    """Headers and methods that a text of ours names."""
    return {name for name in [*HEADERS, *METHODS] if re.search(rf"(?<![\w-]){name}(?![\w-])", text)}


def words_of_rule(rule):
    selectors = [*rule.get("headers", []), *(rule[key] for key in ("when", "unless") if key in rule)]
    words = {re.match(r"[\w-]+", selector)[0] for selector in selectors} | words_of_codes(rule["codes"])
    return words | {OTHER_WORDS[rule["id"]]} if rule["id"] in OTHER_WORDS else words


def words_of_note(row, note):
    codes = note.get("codes") or str(row.get("code") or f"{row['digit']}00")
    return words_of_codes(codes) | words_of_text(note["text"]) | set(note.get("methods", []))


def words_of_explanation(row):
    """Those of its codes where it is about few of them, and what it names; of requests without a response what is not there."""
    words = words_of_text(row["text"]) | set(row.get("methods", [])) | (set() if "codes" in row else {"timer", "final response"})
    return words | words_of_codes(row.get("codes", "")) | {OTHER_WORDS.get(row["id"], row["id"])}


def cited():
    """(where it stands, citation, words of which the section has one) of every row of the tables."""
    for row in RESPONSES:
        yield f"{row['code']}", row["reference"], words_of_code(row["code"])
    for row in [*RESPONSES, *rows("classes.toml", "class")]:
        for number, note in enumerate(row.get("notes", []), 1):
            yield f"{row.get('code') or row['name']} note {number}", note["source"], words_of_note(row, note)
    for name, key in (("headers.toml", "header"), ("methods.toml", "method")):
        for row in rows(name, key):
            yield row["name"], row["reference"], {row["name"]}
    for rule in rows("rules.toml", "rule"):
        for key in ("reference", "success_reference"):
            yield rule["id"], rule.get(key, ""), words_of_rule(rule)
    for row in rows("warnings.toml", "warning"):
        yield f"warning {row['code']}", row["source"], {str(row["code"])}
    for row in rows("metrics.toml", "ratio", "delay"):
        yield row["id"], row["source"], {row["name"].partition(",")[0]}
    for row in rows("explanations.toml", "explanation"):
        yield row["id"], row["source"], words_of_explanation(row)
    for row in rows("metrics.toml", "code_set"):
        yield row["id"], row["source"], words_of_codes(row["codes"])


CITED = [(where, int(match[1]), match[2], words) for where, citation, words in cited()
         if (match := CITATION.fullmatch(citation))]


@pytest.mark.parametrize("number", sorted({number for _, number, *_ in CITED}))
def test_sections_are_about_what_their_rows_say(number):
    """Guards against a section that does not exist, or is about something else."""
    if not rfc_sections.rfc_is_installed(number):
        pytest.skip(f"no text of RFC {number}: apt-get install {rfc_sections.PACKAGES} (non-free, RFCs up to 2022)")
    wrong = []
    for where, rfc, section, words in CITED:
        if rfc == number:
            try:
                text = " ".join(" ".join(rfc_sections.section_lines(number, section)).split()).lower()
            except rfc_sections.NoText as problem:
                wrong.append(f"{where}: {problem}")
                continue
            if not any(word.lower() in text for word in words):
                wrong.append(f"{where}: RFC {rfc} {section} has none of {sorted(words)}")
    assert wrong == []


def quote(*citations):
    return subprocess.run([REPOSITORY / "tools" / "quote", *citations], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("citation", "says"), [
    ("RFC 3261", "is no citation; write it as a row does"),
    ("RFC 9999 1", "there is no text of RFC 9999 in /usr/share/doc/RFC/links; install Debian's packages"),
])
def test_what_cannot_be_quoted_is_said_in_one_sentence(citation, says):
    result = quote(citation)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and says in result.stderr


@pytest.mark.skipif(not rfc_sections.rfc_is_installed(3261), reason="the doc-rfc packages are not installed")
def test_a_section_is_quoted_whole():
    """Guards against a page break, a table of contents or a list taken for the end of a section."""
    result = quote("RFC 3261 13.2.2.4")
    lines = result.stdout.splitlines()
    assert result.returncode == 0
    assert lines[0] == "13.2.2.4 2xx Responses"
    assert "The sequence number of the CSeq header field MUST be" in " ".join(result.stdout.split())
    assert "[Page" not in result.stdout and "\f" not in result.stdout
    assert not any(line.startswith("14 ") for line in lines)
    assert quote("RFC 3261 99").stderr.startswith("quote: RFC 3261 has no section 99")
