# SPDX-License-Identifier: GPL-2.0-or-later
"""The explanations of tables/, each as a sentence that it could be."""

import tomllib
from pathlib import Path

from forms import PAGE_NOTE, markdown_table

TABLE = Path(__file__).resolve().parents[3] / "tables" / "explanations.toml"
TEXT = """\
What a final response meant where it stands, or a request that got none: `sipresp.explanation` and
`sipreq.explanation` have the sentence, `sipresp.cause` and `sipreq.cause` the id, `sipresp.evidence` and
`sipreq.evidence` the frames that show it. Behind the sentence stands what the sender says itself: its own phrase,
Warning and Reason. Of the rows whose conditions all hold the most specific one is told; where the capture does not
show what a condition asks for, it does not hold. What comes later in the capture than a message is known in
Wireshark's window once the file is loaded, and to `tshark -2 -R frame`.

Worth: `well` (it did what was asked), `harmless` (a usual step, no failure), `failed`, `open` (the capture does not
show how it ended).
"""


def explanation_pages():
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    samples = {row["id"]: row["sample"] for row in table["place"]}
    rows = [[f"`{row['id']}`", _about(row), ", ".join(row.get("when", [])), _filled(row["text"], samples), row["worth"],
             row["source"]] for row in table["explanation"]]
    conditions = [[f"`{row['id']}`", row["meaning"]] for row in table["condition"]]
    return {"docs/explanations.md": (
        PAGE_NOTE + f"# Explanations\n\n{TEXT}\n"
        + markdown_table(["id", "of", "where", "says, for example", "worth", "source"], rows)
        + "\n## Conditions\n\n" + markdown_table(["condition", "holds where"], conditions))}


def _about(row):
    codes = row["codes"].replace(",", ", ") if "codes" in row else "no final response"
    if "methods" in row:
        return f"{codes} to {', '.join(row['methods'])}"
    return f"{codes}, not to {', '.join(row['not_methods'])}" if "not_methods" in row else codes


def _filled(text, samples):
    for place, sample in samples.items():
        text = text.replace(f"{{{place}}}", sample)
    return text
