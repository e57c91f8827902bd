# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what tshark -z sipresp,tree, sipresp_metrics,tree and sipresp,records print."""

import json
import math
import re
import tomllib
from collections import Counter
from decimal import Decimal

from wireshark import REPOSITORY

METRICS = tomllib.loads((REPOSITORY / "tables" / "metrics.toml").read_text(encoding="utf-8"))
DIGITS = {"ms": (Decimal(1000), 3), "s": (Decimal(1), 6)}


class Count:
    """What the three commands say of a capture, in one run of tshark, each with that filter."""

    def __init__(self, wireshark, capture, *arguments, filter=None):
        behind = f",{filter}" if filter else ""
        commands = [word for name in ("sipresp,records", "sipresp,tree", "sipresp_metrics,tree")
                    for word in ("-z", name + behind)]
        output = wireshark.tshark(capture, "-q", *commands, *arguments)
        lines = [line for line in output.splitlines() if line.startswith("{")]
        self.records = [json.loads(line, parse_float=Decimal) for line in lines]
        self.responses = [record for record in self.records if record["record"] == "response"]
        self.nodes = tree(output)
        self.metrics = tables(output)[0]


def tree(output):
    """The nodes of -z sipresp,tree: tuple of names from the root -> count. Columns are bytes wide."""
    lines = output.split("SIP Responses:\n", 1)[1].split("\n\n", 1)[0].encode().splitlines()
    width = lines[0].index(b"Count")
    nodes, path = {}, []
    for line in lines[2:]:
        name = line[:width].decode().rstrip()
        depth = len(name) - len(name.lstrip(" "))
        path[depth:] = [name.lstrip(" ")]
        nodes[tuple(path)] = int(line[width:].split()[0])
    return nodes


def tables(output):
    """Every -z sipresp_metrics,tree in the output: name of a figure -> count, of, percent, minimum,
    mean, 95th percentile, maximum, unit."""
    found = []
    for block in output.split("SIP Metrics (RFC 6076):\n")[1:]:
        rows = (line.split("|") for line in block.splitlines()[2:] if line.count("|") > 5)
        found.append({row[0].strip(): [cell.strip() for cell in row[1:9]] for row in rows})
    return found


def code_in(code, codes):
    ranges = (part.partition("-") for part in codes.split(","))
    return code is not None and any(int(low) <= code <= int(high or low) for low, _, high in ranges)


def standing(records):
    """The steps of sessions without those whose place another one took."""
    taken = Counter((step["record"], step["instead"]["frame"], step["instead"]["code"], step["instead"]["delay"])
                    for step in records if step.get("instead"))
    for step in records:
        key = (step["record"], step["frame"], step.get("code"), step.get("delay"))
        if "after" in step and not (taken[key] and not taken.subtract([key])):
            yield step


def outcomes(records):
    """Calls by outcome: of each call the one that was told last."""
    return Counter({record["call"]: record["call_outcome"]
                    for record in records if record.get("call_outcome")}.values())


def figures(records):
    """What docs/records.md says is made of the records, in the cells of the table."""
    steps = list(standing(records))
    challenges = next(row["codes"] for row in METRICS["code_set"] if row["id"] == "challenges")
    merged = Counter(step["record"] for step in steps if code_in(step["after"], challenges))

    def count(kind, codes=None):
        return sum(step["record"] == kind and step["counted"] and (codes is None or code_in(step["code"], codes))
                   for step in steps)

    cells = {}
    for row in METRICS["ratio"]:
        counted = count(row["counts"], row["codes"])
        of = count(row["of"]) - (count("invite_final", row["less"]) if "less" in row else 0)
        request = "register" if row["of"] == "register" else "invite"
        for name, number in ((f"every {request.upper()}", of),
                             (f"challenged {request.upper()}s merged", of - merged[request])):
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
