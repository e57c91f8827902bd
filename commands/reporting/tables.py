# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables that say what codes are called and what figures are made of."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from shared.problem import Problem

# In the source tree, and installed, the tables lie beside the folder of the tools.
FOLDERS = [Path(__file__).resolve().parents[2] / "tables", Path(__file__).resolve().parents[1] / "tables"]


class Codes:
    """A set of codes, written as '401,407' or '100-199'; of everything where nothing is written."""

    def __init__(self, text):
        self._ranges = [tuple(int(end) for end in part.split("-")) for part in text.split(",")] if text else None

    def __contains__(self, code):
        if self._ranges is None:
            return True
        return code is not None and any(part[0] <= code <= part[-1] for part in self._ranges)


@dataclass
class Tables:
    phrases: dict
    classes: dict
    methods: frozenset
    outcomes: list
    ratios: list
    delays: list
    challenges: Codes


def read_tables():
    def rows(name, key):
        try:
            return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))[key]
        except (OSError, ValueError, KeyError) as error:
            raise Problem(f"{folder / name}.toml cannot be read ({error}); "
                          "restore it or install sipresp anew") from None

    folder = next((path for path in FOLDERS if (path / "metrics.toml").is_file()), FOLDERS[0])
    sets = {row["id"]: row for row in rows("metrics", "code_set")}
    return Tables(phrases={row["code"]: row["phrase"] for row in rows("responses", "response")},
                  classes={row["digit"]: row["name"] for row in rows("classes", "class")},
                  methods=frozenset(row["name"] for row in rows("methods", "method")),
                  outcomes=[row["name"] for row in sorted(rows("outcomes", "outcome"), key=lambda row: row["value"])],
                  ratios=rows("metrics", "ratio"), delays=rows("metrics", "delay"),
                  challenges=Codes(sets["challenges"]["codes"]))
