# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of tshark, in one mode, with one kind of plugin: instructions, seconds, peak memory."""

import functools
import os
import re
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from failure import CaptureFailure
from stage import run

HERE = Path(__file__).resolve().parent
LUA = HERE / "sipresp.lua"
BARE_TREE_SOURCE = HERE / "bare_tree.c"
# Wireshark's hash tables begin with a random number, and what collides in them by chance is a thousandth of all
# instructions. So callgrind's runs, in a mount namespace of their own, all draw the same number.
ALWAYS_THE_SAME_CHANCE = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /dev/urandom && exec "$@"']
SEED = b"chance" * 1000
CLIENT_ERRORS = "sip.Status-Code >= 400 && sip.Status-Code < 500"


@dataclass(frozen=True)
class Variant:
    name: str
    plugin: str = ""        # none, "sipresp" or "bare"
    options: tuple = ()
    class_field: str = ""   # by which its own filter goes
    statistics: str = "sip,stat"


VARIANTS = {variant.name: variant for variant in (
    Variant("none"),
    Variant("sipresp", "sipresp", (), "sip.class", "sipresp,tree"),
    Variant("no checks", "sipresp", ("-o", "sipresp.check:FALSE"), "sip.class", "sipresp,tree"),
    Variant("no transactions", "sipresp", ("-o", "sipresp.follow:FALSE"), "sip.class", "sipresp,tree"),
    Variant("Lua", "", ("-X", f"lua_script:{LUA}"), "sipresplua.class"),
)}
# Other statistics of the same capture.
BARE_TREE = Variant("bare tree", "bare", statistics="bare,tree")
PLUGIN_AT_REST = Variant("sipresp at rest", "sipresp")
# The same statistics with and without the plugin, by the heads of the tables.
AT_REST = {"none": VARIANTS["none"],
           "no transactions": Variant("no transactions, at rest", "sipresp", VARIANTS["no transactions"].options),
           "sipresp": PLUGIN_AT_REST}

# A tap of Wireshark's own, which needs neither columns nor trees: so do Wireshark and sharkd read a capture when they open it.
LOADED = "-z"
# What tshark is asked for. {filter} is the variant's own one where it has fields of its own.
MODES = {
    "summary": (),
    "-Y": ("-Y", "{filter}"),
    "-V": ("-V",),
    "-T fields": ("-T", "fields", "-e", "frame.number", "-e", "sip.Status-Code", "-e", "sip.CSeq.method"),
    "-2": ("-2",),
    "-z": ("-q", "-z", "{statistics}"),
}


class Runner:
    """Runs tshark as the tests do: a home of its own, no root, and the plugin or none."""

    def __init__(self, wireshark):
        self.wireshark = wireshark
        self.plugins = {"": wireshark.stage / "no-plugins", "bare": wireshark.stage / "bare-plugins",
                        "sipresp": wireshark.plugins}
        self.plugins[""].mkdir()
        self.build_bare_tree()
        self.seed = wireshark.stage / "seed"
        self.seed.write_bytes(SEED)
        for path in (self.seed, *self.plugins["bare"].rglob("*"), self.plugins["bare"], self.plugins[""]):
            path.chmod(0o755)

    def build_bare_tree(self):
        # The folder of a series has the same name for every plugin.
        folder = self.plugins["bare"] / next(self.wireshark.plugins.glob("*/epan")).relative_to(self.wireshark.plugins)
        folder.mkdir(parents=True)
        flags = run("pkg-config", "--cflags", "wireshark").split()
        run("gcc", "-shared", "-fPIC", "-O2", BARE_TREE_SOURCE, *flags, "-o", folder / "bare_tree.so")

    def command(self, capture, variant, mode):
        """capture "-" is what comes on standard input."""
        words = {"{filter}": f"{variant.class_field} == 4" if variant.class_field else CLIENT_ERRORS,
                 "{statistics}": variant.statistics}
        asked = [words.get(word, word) for word in MODES[mode]]
        file = capture if capture == "-" else str(self.wireshark.staged(capture))
        return ["tshark", "-n", "-r", file, *variant.options, *asked]

    def environment(self, variant):
        return {"PATH": os.environ["PATH"], "HOME": str(self.wireshark.home), "TZ": "UTC", "LC_ALL": "C.UTF-8",
                "WIRESHARK_PLUGIN_DIR": str(self.plugins[variant.plugin])}

    @functools.cache
    def instructions(self, capture, variant, mode):
        """Of the whole process, by callgrind; the same on every run, and so counted once for all tables."""
        report = self.callgrind(capture, variant, mode, "/dev/null")
        return int(re.search(r"Collected : (\d+)", report)[1])

    def own_instructions(self, capture, variant, mode):
        """Of the code in sipresp.so, without what it calls in Wireshark and libc."""
        with tempfile.NamedTemporaryFile(dir=self.wireshark.home, delete=False) as counts:
            os.chmod(counts.name, 0o666)
        self.callgrind(capture, variant, mode, counts.name)
        with open(counts.name, encoding="utf-8", errors="replace") as lines:
            own = cost_of_object(lines, "sipresp.so")
        os.unlink(counts.name)
        return own

    def callgrind(self, capture, variant, mode, counts):
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}",
                   *self.command(capture, variant, mode)]
        result = subprocess.run([*ALWAYS_THE_SAME_CHANCE, self.seed, *self.wireshark.prefix, *command],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                env=self.environment(variant), cwd=self.wireshark.home)
        if result.returncode != 0 or "Collected : " not in result.stderr:
            raise CaptureFailure(f"{' '.join(command)} failed: {result.stderr.strip()[-300:]!r}")
        return result.stderr

    def run_once(self, capture, variant, mode, processor=None):
        """Wall seconds, and what the process used (resource.struct_rusage), on one processor if that is said."""
        command = [*self.wireshark.prefix, *self.command(capture, variant, mode)]
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=self.environment(variant))
        if processor is not None:
            os.sched_setaffinity(process.pid, {processor})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status != 0:
            raise CaptureFailure(f"{' '.join(command)} ended with wait status {status}")
        return time.monotonic() - begun, usage

    def seconds_and_memory(self, capture, variant, mode, times=3):
        """Median of the wall seconds, and the peak memory of the last run in MiB (Linux counts it in KiB)."""
        runs = [self.run_once(capture, variant, mode) for _ in range(times)]
        return statistics.median(taken for taken, _ in runs), runs[-1][1].ru_maxrss / 1024

    def paired(self, capture, variants, mode, times):
        """What each variant in turn used, so often: a list of rounds, of each variant a resource.struct_rusage. All run on
        one processor, and each round begins with another variant."""
        rounds = []
        processor = min(os.sched_getaffinity(0))
        for number in range(times):
            first = number % len(variants)
            rounds.append({variant: self.run_once(capture, variant, mode, processor)[1]
                           for variant in (*variants[first:], *variants[:first])})
        return rounds


def memory_of_process(number):
    """MiB by the names that Linux has for them, such as VmRSS and VmHWM (proc(5)); it counts in KiB."""
    with open(f"/proc/{number}/status", encoding="ascii") as lines:
        fields = (line.split() for line in lines)
        return {field[0].rstrip(":"): int(field[1]) / 1024 for field in fields if field[0].startswith("Vm")}


def cost_of_object(lines, name):
    """What callgrind counted in the code of one object file. "ob=(7) /path/name" begins its lines, "cob=" names that
    of called code; either says only "(7)" from the second time on. Numbers after "calls=" are those of called code."""
    names, inside, called, cost = {}, False, False, 0
    for line in lines:
        found = re.match(r"(c?)ob=(\(\d+\))(?: (.*))?", line)
        if found:
            names.setdefault(found[2], found[3])
            inside = inside if found[1] else names[found[2]].endswith(f"/{name}")
        elif line.startswith("calls="):
            called = True
        elif re.match(r"[+*\d-]", line):
            cost += int(line.split()[1]) if inside and not called else 0
            called = False
    return cost
