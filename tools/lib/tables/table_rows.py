# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the tables and refuses bad rows: the file, the row and the reason."""

import tomllib
from pathlib import Path

from explanation_rows import check_explanations
from metric_rows import check_metrics
from outcome_rows import check_outcomes
from row_checks import (CODE_MAX, CODE_MIN, RFC_REFERENCE, Row, check_methods, check_reference, code_range,
                        is_int, unique)
from rule_rows import check_headers, check_rules
from said_source import check_said

STATUSES = ("registered", "deprecated", "reserved", "legacy", "vendor")
NOTE_LENGTH_MAX = 160
NOTE_KEYS = {"text", "source", "methods", "not_methods", "phrase", "reason_text", "codes"}
FREE_SOURCES = ("document", "practice")


class TableErrors(Exception):
    """All that is wrong in the tables, one sentence a line."""


class Tables:
    """The rows of every table, as read, plus the list of what is wrong."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.errors = []
        self.methods = self._read("methods.toml", "method")
        self.classes = self._read("classes.toml", "class")
        self.causes = self._read("isup-causes.toml", "cause")
        self.responses = self._read("responses.toml", "response")
        self.warnings = self._read("warnings.toml", "warning")
        self.unknown = self._load("unknown-codes.toml")
        self.headers = self._read("headers.toml", "header")
        self.rules, severities = self._read_kinds("rules.toml", "rule", "severity")
        self.severities = severities if isinstance(severities, dict) else {}
        self.outcomes = self._read("outcomes.toml", "outcome")
        self.conditions, self.places, self.explanations = self._read_kinds("explanations.toml", "condition", "place",
                                                                           "explanation")
        self.payload_types = self._read("payload-types.toml", "payload_type")
        self.scanners = self._read("scanners.toml", "scanner")
        self.code_sets, self.ratios, self.delays = self._read_kinds("metrics.toml", "code_set", "ratio", "delay")

    def _load(self, name):
        path = self.folder / name
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            self.errors.append(f"{name}: cannot be read ({error.strerror}); restore it from git")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.errors.append(f"{name}: is not valid TOML ({error}); mend that line")
        return {}

    def _read(self, name, row_key):
        return self._read_kinds(name, row_key)[0]

    def _read_kinds(self, name, *row_keys):
        rows = self._load(name)
        unknown = set(rows) - set(row_keys)
        if unknown:
            keys = " or ".join(f"[[{key}]]" for key in row_keys)
            self.errors.append(f"{name}: unknown table {sorted(unknown)}; rows are {keys}")
        return [rows.get(key, []) for key in row_keys]

    def method_names(self):
        return [row.get("name") for row in self.methods]

    def header_names(self):
        return [row.get("name") for row in self.headers]


def read_tables(folder):
    """The checked tables; raises TableErrors with every fault in them."""
    tables = Tables(folder)
    if not tables.errors:
        _check_methods(tables)
        _check_classes(tables)
        check_said(tables)
        _check_responses(tables)
        _check_unknown(tables)
        check_headers(tables)
        check_rules(tables)
        check_outcomes(tables)
        check_metrics(tables)
        check_explanations(tables)
    if tables.errors:
        raise TableErrors("\n".join(f"tables/{error}" for error in tables.errors))
    return tables


def _check_methods(tables):
    unique(tables, "methods.toml", tables.methods, "name")
    for number, row in enumerate(tables.methods, 1):
        check = Row(tables, "methods.toml", row, f"row {number} ({row.get('name')})")
        check.keys(("name", "reference"))
        check.text("name")
        check_reference(check, "reference")


def _check_classes(tables):
    name = "classes.toml"
    if [row.get("digit") for row in tables.classes] != [1, 2, 3, 4, 5, 6]:
        tables.errors.append(f"{name}: the rows must be the digits 1 to 6 in order")
        return
    for row in tables.classes:
        check = Row(tables, name, row, f"class {row['digit']}")
        check.keys(("digit", "name", "meaning", "source"), ("notes",))
        check.text("name")
        check.text("meaning")
        _check_source(check, row.get("source", "document"))
        first = row["digit"] * 100
        _check_notes(check, first, first + 99)


def _check_responses(tables):
    name = "responses.toml"
    unique(tables, name, tables.responses, "code")
    causes = {row.get("value") for row in tables.causes}
    last = 0
    for number, row in enumerate(tables.responses, 1):
        code = row.get("code")
        check = Row(tables, name, row, f"row {number} (code {code})")
        check.keys(("code", "phrase", "status", "reference"), ("document", "isup_cause", "notes"))
        check.text("phrase")
        check.number("code", CODE_MIN, CODE_MAX)
        if not is_int(code):
            continue
        if code < last:
            check.refuse(f"stands after {last}; keep the rows in the order of their codes")
        last = code
        _check_response(check, code, causes)


def _check_response(check, code, causes):
    row = check.row
    if row.get("status", STATUSES[0]) not in STATUSES:
        check.refuse(f"status {row['status']!r} is unknown; it is one of {', '.join(STATUSES)}")
    if row.get("status") == "vendor":
        check.text("reference")
    else:
        check_reference(check, "reference")
    if row.get("document", True) is not True:
        check.refuse("document is true or not there")
    if "isup_cause" in row:
        if row["isup_cause"] not in causes:
            check.refuse(f"isup_cause {row['isup_cause']!r} has no row in isup-causes.toml; add it")
        if code < 200:
            check.refuse("a provisional response has no isup_cause; remove it")
    _check_notes(check, code, code)


def _check_unknown(tables):
    name = "unknown-codes.toml"
    for key in ("unregistered", "out_of_range"):
        note = tables.unknown.get(key)
        if not isinstance(note, dict):
            tables.errors.append(f"{name}: [{key}] is missing; add it with text and source")
            continue
        check = Row(tables, name, note, f"[{key}]")
        check.keys(("text", "source"))
        check.text("text")
        _check_source(check, note.get("source"))


def _check_source(check, source):
    if source in FREE_SOURCES or (isinstance(source, str) and RFC_REFERENCE.fullmatch(source)):
        return
    check.refuse(f"source {source!r} is neither an RFC with its section nor one of "
                 f"{', '.join(FREE_SOURCES)}")


def _check_notes(check, first, last):
    texts = set()
    for number, note in enumerate(check.row.get("notes", []), 1):
        item = Row(check.tables, check.name, note, f"{check.title} note {number}")
        item.keys(("text", "source"), NOTE_KEYS)
        item.text("text")
        item.text("phrase")
        item.text("reason_text")
        _check_source(item, note.get("source"))
        text = str(note.get("text", ""))
        if len(text) > NOTE_LENGTH_MAX:
            item.refuse(f"text has {len(text)} characters; keep it under {NOTE_LENGTH_MAX}")
        if text in texts:
            item.refuse("the same text is there twice; keep one")
        texts.add(text)
        check_methods(item)
        check_codes(item, first, last)


def check_codes(item, first, last):
    if "codes" in item.row:
        low, high = code_range(item.row["codes"])
        if not first <= low <= high <= last:
            item.refuse(f"codes {item.row['codes']!r} lie outside {first}-{last}")
