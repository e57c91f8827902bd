# SPDX-License-Identifier: GPL-2.0-or-later
"""What the checks of all tables share: a row that can name itself in an error."""

import re

CODE_MIN, CODE_MAX = 100, 699
RFC_REFERENCE = re.compile(r"RFC (\d+) (\d+(?:\.\d+)*)")


class Row:
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
        if key in self.row and (not is_int(value) or not low <= value <= high):
            self.refuse(f"{key} is {value!r}; it must be a number from {low} to {high}")


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def unique(tables, name, rows, key):
    seen = set()
    for number, row in enumerate(rows, 1):
        value = row.get(key)
        if value in seen:
            tables.errors.append(f"{name}: row {number}: {key} {value!r} is there twice; keep one")
        seen.add(value)


def check_reference(check, key):
    value = check.row.get(key)
    if key in check.row and (not isinstance(value, str) or not RFC_REFERENCE.fullmatch(value)):
        check.refuse(f"{key} {value!r} is not of the form 'RFC 3261 21.4.2'; name RFC and section")


def check_methods(item):
    known = item.tables.method_names()
    for key in ("methods", "not_methods"):
        if key in item.row and not item.row[key]:
            item.refuse(f"{key} is empty; name methods or remove it")
        for method in item.row.get(key, []):
            if method not in known:
                item.refuse(f"unknown method {method!r} in {key}; methods.toml has the registered ones")


def code_range(text):
    """'101-199' or '486' as (first, last); (0, 0) for anything else."""
    match = re.fullmatch(r"(\d{3})(?:-(\d{3}))?", str(text))
    if not match:
        return 0, 0
    return int(match[1]), int(match[2] or match[1])
