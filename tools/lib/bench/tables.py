# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of docs/performance.md, each measured and given as Markdown."""

import statistics
from concurrent.futures import ThreadPoolExecutor

import live
import ordinary
import traffic
import trunk
from failure import CaptureFailure
from runs import AT_REST, BARE_TREE, LOADED, MODES, PLUGIN_AT_REST, VARIANTS

# Packets, and how often each variant is run on them.
ORDINARY = ((300_000, 7), (1_000_000, 5))
GROWTH_PACKETS = (10_000, 100_000, 1_000_000)
TRUNK_PACKETS, MANY_TRUNK_PACKETS = 5_000, 20_000
SECONDS_VARIANTS = ("none", "sipresp", "Lua")
WATCHED_FILES, WATCHED_FILES_A_ROW = 60, 10
OTHER_MODES = ("summary", "-Y", "-V", "-2")


def table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def against(value, base):
    return f"{value / 1e6:,.0f} ({value / base:.4f})"


def mode_name(mode):
    return f"`{mode}`"


def instruction_rows(runner, capture, modes, variants, jobs, named=mode_name):
    """Millions of instructions, and against no plugin; one row a mode."""
    cells = [(mode, name) for mode in modes for name in variants]
    with ThreadPoolExecutor(jobs) as pool:
        counts = dict(zip(cells, pool.map(
            lambda cell: runner.instructions(capture, VARIANTS[cell[1]], cell[0]), cells)))
    return [[named(mode), f"{counts[mode, 'none'] / 1e6:,.0f}",
             *(against(counts[mode, name], counts[mode, "none"]) for name in variants if name != "none")]
            for mode in modes]


def instructions(runner, capture, modes, variants, jobs):
    return table(["millions of instructions", *variants], instruction_rows(runner, capture, modes, variants, jobs))


def sip_instructions(runner, capture, jobs):
    return instructions(runner, capture, MODES, VARIANTS, jobs)


def other_instructions(runner, capture, jobs):
    return instructions(runner, capture, OTHER_MODES, ("none", "sipresp", "Lua"), jobs)


def trunk_capture(work, packets):
    return trunk.write(work / f"trunk-{packets}.pcap", packets)


def trunk_instructions(runner, work, jobs):
    """Two servers, port to port: the least work that Wireshark can have with SIP."""
    variants = ("none", "sipresp", "no transactions", "Lua")
    few, many = (trunk_capture(work, packets) for packets in (TRUNK_PACKETS, MANY_TRUNK_PACKETS))
    rows = instruction_rows(runner, few, ("summary", "-Y", "-V"), variants, jobs)
    rows += instruction_rows(runner, many, ("summary",), variants, jobs,
                             lambda mode: f"{mode_name(mode)}, {MANY_TRUNK_PACKETS:,} packets")
    return table(["millions of instructions", *variants], rows)


def own_instructions(runner, capture, work, jobs):
    """How much of what is more with the plugin is code of the plugin; the rest is Wireshark's, which builds
    the lines that the plugin asks for, and prints them."""
    cells = [(name, path, mode)
             for name, path in (("many ports", capture), ("two ports", trunk_capture(work, TRUNK_PACKETS)))
             for mode in ("summary", "-Y", "-V")]

    def row(cell):
        name, path, mode = cell
        none = runner.instructions(path, VARIANTS["none"], mode)
        whole = runner.instructions(path, VARIANTS["sipresp"], mode)
        own = runner.own_instructions(path, VARIANTS["sipresp"], mode)
        return [name, mode_name(mode), f"{(whole - none) / 1e6:,.1f}", f"{own / 1e6:,.1f}", f"{100 * own / none:.2f} %"]

    with ThreadPoolExecutor(jobs) as pool:
        rows = list(pool.map(row, cells))
    return table(["ports", "mode", "more with the plugin", "of that in sipresp.so", "sipresp.so against no plugin"],
                 rows)


def statistics_instructions(runner, capture, work, jobs):
    """Against sip,stat without a plugin: sip,stat with ours loaded, a tree that only counts, and ours."""
    captures = {"many ports": capture, "two ports": trunk_capture(work, TRUNK_PACKETS)}
    columns = {"none, `sip,stat`": VARIANTS["none"], "bare tree": BARE_TREE, "sipresp, `sip,stat`": PLUGIN_AT_REST,
               "no transactions, `sipresp,tree`": VARIANTS["no transactions"],
               "sipresp, `sipresp,tree`": VARIANTS["sipresp"]}
    cells = [(path, variant) for path in captures.values() for variant in columns.values()]
    with ThreadPoolExecutor(jobs) as pool:
        counts = dict(zip(cells, pool.map(lambda cell: runner.instructions(*cell, "-z"), cells)))
    return table(["millions of instructions", *columns],
                 [[name, *(against(counts[path, variant], counts[path, VARIANTS["none"]])
                           for variant in columns.values())] for name, path in captures.items()])


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
        capture = trunk.write(work / f"calls-{packets}.pcap", packets)
        measured = {name: runner.seconds_and_memory(capture, variant, LOADED, times=1) for name, variant in AT_REST.items()}
        runner.wireshark.staged(capture).unlink()
        transactions = packets // trunk.CALL_PACKETS * trunk.TRANSACTIONS_PER_CALL
        for_following = (measured["sipresp"][1] - measured["no transactions"][1]) * 2**20
        rows.append([f"{packets:,}", f"{transactions:,}",
                     *(f"{taken:.1f} s, {memory:.0f} MiB" for taken, memory in measured.values()),
                     f"{for_following / transactions:.0f} bytes"])
    return table(["packets", "transactions", "none", "no transactions", "sipresp",
                  f"a transaction with its {trunk.RESPONSES_PER_CALL / trunk.TRANSACTIONS_PER_CALL} responses"], rows)


def ordinary_calls(runner, work):
    """Cache misses and page faults show only in time, so this is processor seconds, in turn with no plugin. What the kernel
    takes of them differs on a shared machine by more than any plugin takes, and so it is told apart."""
    summary = tuple(VARIANTS[name] for name in AT_REST)
    rows = []
    for packets, times in ORDINARY:
        capture = work / f"ordinary-{packets}.pcap"
        transactions = ordinary.TRANSACTIONS_PER_CALL * ordinary.write(capture, packets)
        for name, variants, mode in (("summary", summary, "summary"), ("loaded", tuple(AT_REST.values()), LOADED)):
            rounds = runner.paired(capture, variants, mode, times)
            rows.append([f"{name}, {packets:,}", f"{transactions:,}", *ordinary_cells(rounds, variants)])
            # Nothing is kept for a summary, so that a difference would be chance.
            rows[-1].append(f"{bytes_for_following(rounds, variants) / transactions:.0f} bytes" if mode == LOADED else "")
        runner.wireshark.staged(capture).unlink()
    return table(["packets", "transactions", "none", "no transactions", "sipresp", "sipresp, least to greatest",
                  "outside of the kernel", "a transaction"], rows)


def ordinary_cells(rounds, variants):
    none, _, full = variants
    for variant in variants:
        seconds = statistics.median(in_all(one[variant]) for one in rounds)
        ratio = statistics.median(ratios(rounds, variant, none, in_all))
        yield f"{seconds:.2f} s ({ratio:.3f}), {memory_of(rounds, variant):.0f} MiB"
    for spent in (in_all, outside_of_kernel):
        spread = sorted(ratios(rounds, full, none, spent))
        yield f"{statistics.median(spread):.3f}, {spread[0]:.3f} to {spread[-1]:.3f}"


def memory_of(rounds, variant):
    """MiB at the peak."""
    return rounds[-1][variant].ru_maxrss / 1024


def bytes_for_following(rounds, variants):
    _, bare, full = variants
    return (memory_of(rounds, full) - memory_of(rounds, bare)) * 2**20


def in_all(usage):
    return usage.ru_utime + usage.ru_stime


def outside_of_kernel(usage):
    return usage.ru_utime


def ratios(rounds, variant, other, spent):
    return [spent(one[variant]) / spent(one[other]) for one in rounds]


def live_memory(work, build, minutes):
    """What is more with the plugin, told by the calls that were begun since the first minute."""
    rows = live.measure(work, build, minutes)
    _, calls_before, _, bare_before, full_before = rows[0]
    cells = []
    for passed, calls, none, bare, full in rows:
        more = (full - bare - full_before + bare_before) * 2**20
        transactions = (calls - calls_before) * traffic.TRANSACTIONS_PER_CALL
        cells.append([f"{passed // 60}", f"{calls:,}", *(f"{value:.0f} MiB" for value in (none, bare, full)),
                      f"{more / transactions:.0f} bytes" if transactions else ""])
    return table(["minute", "calls", *AT_REST, "following, a transaction since the first minute"], cells)


def watched_memory(runner, work):
    """Of sipresp-watch itself: the tshark that reads a file ends with it."""
    try:
        import watched      # All other tables do without what this one needs.
    except ModuleNotFoundError as missing:
        raise CaptureFailure(f"{missing}: install Debian's package python3-prometheus-client") from missing
    samples = watched.measure(runner.wireshark, work, WATCHED_FILES)
    shown = [sample for sample in samples if sample.files == 2 or sample.files % WATCHED_FILES_A_ROW == 0]
    return table(["files", "resident", "at most so far", "the file of the state", "calls open", "seconds of the watch", "of tshark"],
                 [[sample.files, f"{sample.resident:.0f} MiB", f"{sample.peak:.0f} MiB", f"{sample.state:.1f} MB",
                   f"{sample.open_calls:,}", f"{sample.own:.0f} s", f"{sample.tshark:.0f} s"] for sample in shown])
