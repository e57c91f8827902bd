# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what tshark -z sipresp,tree, sipresp_metrics,tree and sipresp,records print."""

import json
import math
import re
import tomllib
from decimal import Decimal

from wireshark import REPOSITORY

METRICS = tomllib.loads((REPOSITORY / "tables" / "metrics.toml").read_text(encoding="utf-8"))
DIGITS = {"ms": (Decimal(1000), 3), "s": (Decimal(1), 6)}


def tree(wireshark, capture, *arguments, filter=None):
    """The nodes of -z sipresp,tree: tuple of names from the root -> count."""
    command = "sipresp,tree" + (f",{filter}" if filter else "")
    output = wireshark.tshark(capture, "-q", "-z", command, *arguments)
    lines = output.split("SIP Responses:\n", 1)[1].splitlines()
    width = lines[0].index("Count")
    nodes, path = {}, []
    for line in lines[2:]:
        if line.strip() and not line.startswith("---") and not line.startswith("==="):
            name = line[:width].rstrip()
            depth = len(name) - len(name.lstrip(" "))
            path[depth:] = [name.lstrip(" ")]
            nodes[tuple(path)] = int(line[width:].split()[0])
    return nodes


def tables(output):
    """Every -z sipresp_metrics,tree in the output: name of a figure -> its cells."""
    found = []
    for block in output.split("SIP Metrics (RFC 6076):\n")[1:]:
        rows = (line.split("|") for line in block.splitlines()[2:] if line.count("|") > 5)
        found.append({row[0].strip(): [cell.strip() for cell in row[1:9]] for row in rows})
    return found


def metrics(wireshark, capture, *arguments, filter=None):
    """The figures: name -> count, of, percent, minimum, mean, 95th percentile, maximum, unit."""
    command = "sipresp_metrics,tree" + (f",{filter}" if filter else "")
    return tables(wireshark.tshark(capture, "-q", "-z", command, *arguments))[0]


def records(wireshark, capture, *arguments, filter=None):
    command = "sipresp,records" + (f",{filter}" if filter else "")
    output = wireshark.tshark(capture, "-q", "-z", command, *arguments)
    return [json.loads(line, parse_float=Decimal) for line in output.splitlines()]


def code_in(code, codes):
    ranges = (part.partition("-") for part in codes.split(","))
    return code is not None and any(int(low) <= code <= int(high or low) for low, _, high in ranges)


def figures(steps):
    """What docs/records.md says is made of the records, in the cells of the table."""
    challenges = next(row["codes"] for row in METRICS["code_set"] if row["id"] == "challenges")
    merged = sum(step["record"] == "invite" and code_in(step["after"], challenges) for step in steps)

    def count(kind, codes=None):
        return sum(step["record"] == kind and step["counted"] and (codes is None or code_in(step["code"], codes))
                   for step in steps)

    cells = {}
    for row in METRICS["ratio"]:
        counted = count(row["counts"], row["codes"])
        of = count(row["of"]) - (count("invite_final", row["less"]) if "less" in row else 0)
        for name, number in (("every INVITE", of), ("challenged INVITEs merged", of - merged)):
            percent = f"{100 * counted / number:.2f}" if number > 0 else "undefined"
            cells[f"{row['name']}, {name}"] = [str(counted), str(number), percent, "", "", "", "", ""]
    for row in METRICS["delay"]:
        delays = sorted(step["delay"] for step in steps if step["record"] == row["step"] and
                        step["delay"] is not None and ("codes" not in row or code_in(step["code"], row["codes"])))
        cells[row["name"]] = [str(len(delays)), "", "", *_delay_cells(delays, row["unit"]), row["unit"]]
    return cells


def _delay_cells(delays, unit):
    if not delays:
        return ["-"] * 4
    factor, digits = DIGITS[unit]
    shown = (delays[0], sum(delays) / len(delays), delays[math.ceil(len(delays) * 0.95) - 1], delays[-1])
    return [f"{delay * factor:.{digits}f}" for delay in shown]


def is_close(cells, others):
    """Equal, but for the last digit of a time, which may be rounded either way."""
    def numbers(row):
        return [float(cell) if re.fullmatch(r"-?\d+\.\d+", cell) else cell for cell in row]

    return cells.keys() == others.keys() and all(
        a == b or (isinstance(a, float) and isinstance(b, float) and abs(a - b) < 0.0015)
        for name in cells for a, b in zip(numbers(cells[name]), numbers(others[name]), strict=True))
