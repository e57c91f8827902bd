# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of docs/performance.md, each measured and given as Markdown."""

from concurrent.futures import ThreadPoolExecutor

import traffic
from runs import MODES, VARIANTS

GROWTH_PACKETS = (10_000, 100_000, 1_000_000)
TRANSACTIONS_PER_CALL, RESPONSES_PER_CALL = 2, 3    # INVITE and BYE; 180, 200 and 200
TRUNK_PACKETS = 5_000
SECONDS_VARIANTS = ("none", "sipresp", "Lua")
OTHER_MODES = ("summary", "-Y", "-V", "-2")


def table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def against(value, base):
    return f"{value / 1e6:,.0f} ({value / base:.4f})"


def instructions(runner, capture, modes, variants, jobs):
    """Millions of instructions, and against no plugin; one row a mode."""
    cells = [(mode, name) for mode in modes for name in variants]
    with ThreadPoolExecutor(jobs) as pool:
        counts = dict(zip(cells, pool.map(
            lambda cell: runner.instructions(capture, VARIANTS[cell[1]], cell[0]), cells)))
    rows = [[f"`{mode}`", f"{counts[mode, 'none'] / 1e6:,.0f}",
             *(against(counts[mode, name], counts[mode, "none"]) for name in variants if name != "none")]
            for mode in modes]
    return table(["millions of instructions", *variants], rows)


def sip_instructions(runner, capture, jobs):
    return instructions(runner, capture, MODES, VARIANTS, jobs)


def other_instructions(runner, capture, jobs):
    return instructions(runner, capture, OTHER_MODES, ("none", "sipresp", "Lua"), jobs)


def trunk_instructions(runner, work, jobs):
    """Two servers, port to port: the least work that Wireshark can have with SIP."""
    capture = traffic.write_calls(work / "trunk.pcap", TRUNK_PACKETS)
    return instructions(runner, capture, ("summary", "-Y", "-V"), ("none", "sipresp", "no transactions", "Lua"), jobs)


def seconds(runner, capture):
    """Wall seconds and peak memory; one at a time, for they disturb each other."""
    rows = []
    for mode in MODES:
        row = [f"`{mode}`"]
        for name in SECONDS_VARIANTS:
            taken, memory = runner.seconds_and_memory(capture, VARIANTS[name], mode)
            row.append(f"{taken:.2f} s, {memory:.0f} MiB")
        rows.append(row)
    return table(["seconds, peak memory", *SECONDS_VARIANTS], rows)


def growth(runner, work):
    """From ten thousand packets to a million, and what following needs for each transaction."""
    rows = []
    for packets in GROWTH_PACKETS:
        capture = traffic.write_calls(work / f"calls-{packets}.pcap", packets)
        measured = {name: runner.seconds_and_memory(capture, VARIANTS[name], "summary", times=1)
                    for name in ("none", "no transactions", "sipresp")}
        runner.wireshark.staged(capture).unlink()
        transactions = packets // traffic.CALL_PACKETS * TRANSACTIONS_PER_CALL
        for_following = (measured["sipresp"][1] - measured["no transactions"][1]) * 2**20
        rows.append([f"{packets:,}", f"{transactions:,}",
                     *(f"{taken:.1f} s, {memory:.0f} MiB" for taken, memory in measured.values()),
                     f"{for_following / transactions:.0f} bytes"])
    return table(["packets", "transactions", "none", "no transactions", "sipresp",
                  f"a transaction with its {RESPONSES_PER_CALL / TRANSACTIONS_PER_CALL} responses"], rows)
