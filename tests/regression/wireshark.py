# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tshark and sharkd with the plugin, in a home of their own, and parses what they say.

Wireshark ignores WIRESHARK_PLUGIN_DIR without a word when it runs as root, so
root hands the work to the user nobody, with copies that nobody can read.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager
from pathlib import Path

from waiting import WaitingTshark

REPOSITORY = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 300
LONGEST_FOLDER = 95
BOOLEAN_FIELDS = {"sipresp.final", "sipresp.phrase_differs", "sipresp.reported", "sipresp.ack_expected"}
LIST_FIELDS = {"sipresp.note", "sipresp.check", "sipresp.reason", "sipresp.warning", "sipresp.evidence",
               "sipreq.evidence"}
# Expert severities by Wireshark's numbers.
SEVERITIES = {"2097152": "chat", "4194304": "note", "6291456": "warning", "8388608": "error"}
# What Wireshark or a sanitizer prints when our code is at fault; the exit status may still be 0.
FAULT_SIGNS = ("[Dissector bug", "tshark: Dissector bug", "AddressSanitizer", "runtime error:",
               "Couldn't load plugin")


@contextmanager
def one_at_a_time(build):
    """CMake and CPack note in the build folder what they install; the tests run in several processes."""
    with open(f"{build}/install-lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Wireshark:
    """The installed Wireshark with the plugin of one build folder."""

    def __init__(self, stage, build, printed=None):
        """printed: the folder that tells other processes what tshark printed, if there are any."""
        self.stage = Path(stage)
        self.build = Path(build)
        self.printed = printed or self.stage / "printed"
        self.printed.mkdir(exist_ok=True)
        self.plugins = self.stage / "plugins"
        self.home = self.stage / "home"
        self.home.mkdir()
        # Empty: Lua, and the dictionaries of RADIUS and Diameter, are a third of the time that tshark takes to start.
        # test_hostile.py and test_report_hosts.py go without it.
        self.data = self.stage / "data"
        self.data.mkdir()
        self.data.chmod(0o755)
        shutil.copytree(Path(build) / "run", self.plugins)
        self.prefix = []
        if os.getuid() == 0:
            self.prefix = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            shutil.chown(self.home, "nobody")
            for folder in (self.stage, *self.stage.parents):
                if folder.stat().st_uid == 0 and folder.stat().st_mode & 0o055 != 0o055:
                    folder.chmod(folder.stat().st_mode | 0o055)
        self._waiting = None
        self._staged = {}
        self.path = os.environ["PATH"]
        self.path = self._path_to_waiting_tshark()

    def staged(self, capture):
        """The capture where tshark may read it."""
        capture = Path(capture)
        if self.stage in capture.parents:
            return capture
        first = self._staged.setdefault(capture.name, capture)
        assert first == capture, f"{first} and {capture} have one name, and the first would be read for both"
        copy = self.stage / capture.name
        if not copy.exists():
            shutil.copyfile(capture, copy)
            copy.chmod(0o644)
        return copy

    def environment(self):
        environment = {"PATH": self.path, "HOME": str(self.home), "TZ": "UTC",
                       "LC_ALL": "C.UTF-8", "WIRESHARK_PLUGIN_DIR": str(self.plugins), **_counted()}
        for name in ("LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if f"SIPRESP_{name}" in os.environ:
                environment[name] = os.environ[f"SIPRESP_{name}"]
        return environment

    def of_commands(self, home):
        """The environment of a command with a home of its own. Python compiles the commands once for all of them."""
        return {"PATH": self.path, "HOME": str(home), "PYTHONPYCACHEPREFIX": str(self.printed / "compiled"),
                "WIRESHARK_PLUGIN_DIR": str(self.plugins), "WIRESHARK_DATA_DIR": str(self.data), **_counted()}

    def run(self, program, *arguments, stdin="", check=True, faults=True):
        """Fails where the output shows a fault of any dissector, unless faults is False."""
        environment = self.environment()
        if "-r" in arguments or program == "sharkd":
            environment["WIRESHARK_DATA_DIR"] = str(self.data)
        result = subprocess.run([*self.prefix, program, *map(str, arguments)], input=stdin,
                                capture_output=True, text=True, encoding="utf-8", errors="replace",
                                env=environment, timeout=TIMEOUT_SECONDS, check=False)
        if check and result.returncode != 0:
            raise AssertionError(f"{program} {arguments} ended with {result.returncode}: {result.stderr}")
        for sign in FAULT_SIGNS if faults else ():
            for text in (result.stderr, result.stdout):
                at = text.find(sign)
                assert at < 0, f"{program} {arguments}: {text[max(0, at - 500):at + 2000]}"
        return result

    def _path_to_waiting_tshark(self):
        """That of our environment with a tshark before it that need not start."""
        folder = self.stage / "waiting"
        # A sanitizer is preloaded itself, and the name of a socket is short.
        if "SIPRESP_LD_PRELOAD" in os.environ or os.environ.get("SIPRESP_FRESH_TSHARK") or len(str(folder)) > LONGEST_FOLDER:
            return os.environ["PATH"]
        folder.mkdir()
        if self.prefix:
            shutil.chown(folder, "nobody")
        self._waiting = WaitingTshark(folder, self.plugins, self.prefix,
                                      {**self.environment(), "WIRESHARK_DATA_DIR": str(self.data)})
        return self._waiting.path

    def has_one_waiting(self):
        return self._waiting is not None and self._waiting.waits

    def end(self):
        if self._waiting:
            self._waiting.end()

    def tshark(self, capture, *arguments, **options):
        """What it prints; the second time the same bytes are read with the same words, what it printed the first time."""
        capture = self.staged(capture)
        # A profile may say something else the next time.
        if options or "-C" in arguments:
            return self.run("tshark", "-n", "-r", capture, *arguments, **options).stdout
        key = hashlib.sha256("\0".join(map(str, arguments)).encode("utf-8", "surrogateescape") + capture.read_bytes())
        kept = self.printed / key.hexdigest()
        # Another process of the tests may ask the same at this time, and waits.
        with open(self.printed / f"{kept.name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_bytes(self.run("tshark", "-n", "-r", capture, *arguments).stdout.encode("utf-8"))
        return kept.read_bytes().decode("utf-8")

    def field(self, capture, name, *arguments):
        """The values of one field, a list a frame, from -T fields."""
        output = self.tshark(capture, *arguments, "-T", "fields", "-E", "occurrence=a",
                             "-E", "aggregator=|", "-e", "frame.number", "-e", name)
        rows = (line.split("\t") for line in output.splitlines())
        return {int(row[0]): row[1].split("|") if row[1] else [] for row in rows}

    def annotations(self, capture, *arguments):
        """Every annotation of the capture: frame, title and our fields, in order."""
        output = self.tshark(capture, "-Y", "sipresp", *arguments, "-T", "pdml")
        return [annotation
                for packet in ElementTree.fromstring(output).iter("packet")
                for annotation in _annotations_of_packet(packet)]

    def findings(self, capture, *arguments):
        """(frame, rule id, expert field, severity, message) of each finding."""
        return findings_in(self.tshark(capture, "-Y", "sipresp", *arguments, "-T", "pdml"))

    def sharkd(self, capture, *requests, before=()):
        """The results of sharkd's requests after it loaded the capture; before comes before that."""
        calls = [*before, ("load", {"file": str(self.staged(capture))}), *requests]
        stdin = "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
                        + "\n" for number, (method, parameters) in enumerate(calls, 1))
        lines = self.run("sharkd", "-", stdin=stdin).stdout.splitlines()
        replies = [json.loads(line) for line in lines if line.startswith("{")]
        return [reply["result"] for reply in replies][1 + len(before):]


def _counted():
    """Where a plugin that counts its lines writes them: tools/test --coverage says."""
    folder = os.environ.get("SIPRESP_GCOV_PREFIX")
    return {"GCOV_PREFIX": folder} if folder else {}


def findings_in(pdml):
    """Those of Wireshark.findings(), out of what tshark printed."""
    return [finding for packet in ElementTree.fromstring(pdml).iter("packet") for finding in _findings_of_packet(packet)]


def _frame_number(packet):
    return int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))


def _annotations_of_packet(packet):
    number = _frame_number(packet)
    for proto in packet.iterfind("proto[@name='sipresp']"):
        annotation = {"frame": number, "title": proto.get("showname")}
        for field in _fields_of_groups(proto):
            _add_field(annotation, field.get("name"), field.get("show"))
        yield annotation


def _fields_of_groups(proto):
    """The fields of a tree: those of its groups, which have no name, too."""
    for field in proto.iterfind("field"):
        if field.get("name"):
            yield field
        else:
            yield from field.iterfind("field")


def _findings_of_packet(packet):
    for item in packet.iterfind("proto[@name='sipresp']//field[@name='sipresp.check']"):
        fields = {field.get("name"): field.get("show") for field in item.iter("field")}
        what, = (name for name in fields if name.startswith("sipresp.check."))
        yield (_frame_number(packet), item.get("show"), what.removeprefix("sipresp.check."),
               SEVERITIES[fields["_ws.expert.severity"]], fields["_ws.expert.message"])


def _add_field(annotation, name, value):
    if name in BOOLEAN_FIELDS:
        value = value in ("1", "True")
    if name in LIST_FIELDS:
        annotation.setdefault(name, []).append(value)
    else:
        assert name not in annotation, f"{name} is twice in one annotation"
        annotation[name] = value
