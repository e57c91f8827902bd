# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the tables and refuses bad rows: the file, the row and the reason."""

import re
import tomllib
from pathlib import Path

CODE_MIN, CODE_MAX = 100, 699
STATUSES = ("registered", "deprecated", "reserved", "legacy", "vendor")
RFC_REFERENCE = re.compile(r"RFC (\d+) (\d+(?:\.\d+)*)")
NOTE_LENGTH_MAX = 160
NOTE_KEYS = {"text", "source", "methods", "not_methods", "phrase", "codes"}
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
        self.unknown = self._load("unknown-codes.toml")

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
        rows = self._load(name)
        unknown = set(rows) - {row_key}
        if unknown:
            self.errors.append(f"{name}: unknown table {sorted(unknown)}; rows are [[{row_key}]]")
        return rows.get(row_key, [])

    def method_names(self):
        return [row.get("name") for row in self.methods]


def read_tables(folder):
    """The checked tables; raises TableErrors with every fault in them."""
    tables = Tables(folder)
    if not tables.errors:
        _check_methods(tables)
        _check_classes(tables)
        _check_causes(tables)
        _check_responses(tables)
        _check_unknown(tables)
    if tables.errors:
        raise TableErrors("\n".join(f"tables/{error}" for error in tables.errors))
    return tables


class _Row:
    """One row under check; knows how to name itself in an error."""

    def __init__(self, tables, name, row, title):
        self.tables, self.name, self.row, self.title = tables, name, row, title

    def refuse(self, reason):
        self.tables.errors.append(f"{self.name}: {self.title}: {reason}")

    def keys(self, needed, allowed=()):
        for key in sorted(set(needed) - set(self.row)):
            self.refuse(f"{key} is missing; add it")
        for key in sorted(set(self.row) - set(needed) - set(allowed)):
            self.refuse(f"unknown key {key}; remove it or correct its spelling")

    def text(self, key):
        value = self.row.get(key)
        if key in self.row and (not isinstance(value, str) or not value.strip()):
            self.refuse(f"{key} is empty; write the text")
        elif key in self.row and not (value.isascii() and value.isprintable()):
            self.refuse(f"{key} holds something else than printable ASCII; write it in ASCII")

    def number(self, key, low, high):
        value = self.row.get(key)
        if key in self.row and (not _is_int(value) or not low <= value <= high):
            self.refuse(f"{key} is {value!r}; it must be a number from {low} to {high}")


def _is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _unique(tables, name, rows, key):
    seen = set()
    for number, row in enumerate(rows, 1):
        value = row.get(key)
        if value in seen:
            tables.errors.append(f"{name}: row {number}: {key} {value!r} is there twice; keep one")
        seen.add(value)


def _check_methods(tables):
    _unique(tables, "methods.toml", tables.methods, "name")
    for number, row in enumerate(tables.methods, 1):
        check = _Row(tables, "methods.toml", row, f"row {number} ({row.get('name')})")
        check.keys(("name", "reference"))
        check.text("name")
        _check_reference(check, "reference")


def _check_classes(tables):
    name = "classes.toml"
    if [row.get("digit") for row in tables.classes] != [1, 2, 3, 4, 5, 6]:
        tables.errors.append(f"{name}: the rows must be the digits 1 to 6 in order")
        return
    for row in tables.classes:
        check = _Row(tables, name, row, f"class {row['digit']}")
        check.keys(("digit", "name", "meaning", "source"), ("notes",))
        check.text("name")
        check.text("meaning")
        _check_source(check, row.get("source", "document"))
        first = row["digit"] * 100
        _check_notes(check, first, first + 99)


def _check_causes(tables):
    name = "isup-causes.toml"
    _unique(tables, name, tables.causes, "value")
    for number, row in enumerate(tables.causes, 1):
        check = _Row(tables, name, row, f"row {number} (cause {row.get('value')})")
        check.keys(("value", "name", "source"))
        check.text("name")
        check.number("value", 1, 127)


def _check_responses(tables):
    name = "responses.toml"
    _unique(tables, name, tables.responses, "code")
    causes = {row.get("value") for row in tables.causes}
    last = 0
    for number, row in enumerate(tables.responses, 1):
        code = row.get("code")
        check = _Row(tables, name, row, f"row {number} (code {code})")
        check.keys(("code", "phrase", "status", "reference"), ("document", "isup_cause", "notes"))
        check.text("phrase")
        check.number("code", CODE_MIN, CODE_MAX)
        if not _is_int(code):
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
        _check_reference(check, "reference")
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
        check = _Row(tables, name, note, f"[{key}]")
        check.keys(("text", "source"))
        check.text("text")
        _check_source(check, note.get("source"))


def _check_reference(check, key):
    value = check.row.get(key)
    if key in check.row and (not isinstance(value, str) or not RFC_REFERENCE.fullmatch(value)):
        check.refuse(f"{key} {value!r} is not of the form 'RFC 3261 21.4.2'; name RFC and section")


def _check_source(check, source):
    if source in FREE_SOURCES or (isinstance(source, str) and RFC_REFERENCE.fullmatch(source)):
        return
    check.refuse(f"source {source!r} is neither an RFC with its section nor one of "
                 f"{', '.join(FREE_SOURCES)}")


def _check_notes(check, first, last):
    texts = set()
    for number, note in enumerate(check.row.get("notes", []), 1):
        item = _Row(check.tables, check.name, note, f"{check.title} note {number}")
        item.keys(("text", "source"), NOTE_KEYS)
        item.text("text")
        item.text("phrase")
        _check_source(item, note.get("source"))
        text = str(note.get("text", ""))
        if len(text) > NOTE_LENGTH_MAX:
            item.refuse(f"text has {len(text)} characters; keep it under {NOTE_LENGTH_MAX}")
        if text in texts:
            item.refuse("the same text is there twice; keep one")
        texts.add(text)
        _check_narrowing(item, first, last)


def _check_narrowing(item, first, last):
    known = item.tables.method_names()
    for key in ("methods", "not_methods"):
        if key in item.row and not item.row[key]:
            item.refuse(f"{key} is empty; name methods or remove it")
        for method in item.row.get(key, []):
            if method not in known:
                item.refuse(f"unknown method {method!r} in {key}; methods.toml has the registered ones")
    if "codes" in item.row:
        low, high = code_range(item.row["codes"])
        if not first <= low <= high <= last:
            item.refuse(f"codes {item.row['codes']!r} lie outside {first}-{last}")


def code_range(text):
    """'101-199' or '486' as (first, last); (0, 0) for anything else."""
    match = re.fullmatch(r"(\d{3})(?:-(\d{3}))?", str(text))
    if not match:
        return 0, 0
    return int(match[1]), int(match[2] or match[1])
