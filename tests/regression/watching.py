# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs sipresp-watch on a folder, and reads what it tells Prometheus."""

import os
import signal
import socket
import subprocess
import time
import urllib.request

from conversation import ACK, BYE, INVITE, ladder
from packets import write_capture
from prometheus_client.parser import text_string_to_metric_families
from wireshark import REPOSITORY, TIMEOUT_SECONDS

PROGRAM = REPOSITORY / "commands" / "sipresp-watch"
OK, RINGING, BUSY = "SIP/2.0 200 OK", "SIP/2.0 180 Ringing", "SIP/2.0 486 Busy Here"
ANSWERED = '<', OK, "Contact: <sip:b@192.0.2.2>"
# Long after all others: what came before is over then. Twice, since one clock alone may be wrong.
LATER = [(7200 + number, ">", "OPTIONS sip:bob@example.com SIP/2.0", f"Call-ID: later{number}",
          f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKlater{number}") for number in range(2)]


def call(number, start, answered=True, lasts=20):
    """The lines of a call: rings after a second, and is answered after three, or busy."""
    own = (f"Call-ID: {number}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}")
    ending = (f"Call-ID: {number}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKbye{number}", "CSeq: 2 BYE")
    final = [(start + 3, *ANSWERED, *own)] if answered else [(start + 3, "<", BUSY, *own)]
    lines = [(start, ">", INVITE, *own), (start + 1, "<", RINGING, *own), *final, (start + 3.1, ">", ACK, *own)]
    if answered:
        lines += [(start + 3 + lasts, ">", BYE, *ending), (start + 3.1 + lasts, "<", OK, *ending)]
    return lines


def traffic(count):
    """(seconds, packet) pairs of that many calls, which overlap; every third is busy."""
    return ladder(*sorted(line for number in range(count) for line in call(number, 7 * number, bool(number % 3))), *LATER)


class Watching:
    def __init__(self, folder, wireshark):
        self.folder = folder / "captures"
        self.folder.mkdir()
        self.textfile = folder / "sip.prom"
        self.environment = {**wireshark.of_commands(folder), "PYTHONFAULTHANDLER": "1"}

    def write(self, name, packets):
        """A finished capture; those that are written later are newer."""
        write_capture(self.folder / f".{name}", packets)
        os.rename(self.folder / f".{name}", self.folder / name)

    def write_pieces(self, packets, count):
        """The packets in so many files, cut wherever that falls."""
        size = -(-len(packets) // count)
        for number in range(count):
            self.write(f"piece-{number:03}.pcap", packets[number * size:(number + 1) * size])

    def start(self, *arguments, program=(PROGRAM,), prefix=()):
        return subprocess.Popen([*prefix, *program, *arguments, self.folder], env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def once(self, *arguments, **how):
        """What a run over all that is there says."""
        with self.start("--once", "--textfile", self.textfile, *arguments, **how) as process:
            said = process.communicate(timeout=TIMEOUT_SECONDS)[1]
        assert process.returncode == 0 and "Traceback" not in said, said
        return _own(said)

    def refusal(self, *arguments):
        result = subprocess.run([PROGRAM, *arguments], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, timeout=TIMEOUT_SECONDS, check=False)
        assert result.returncode == 2, result
        said, = _own(result.stderr)
        return said

    def metrics(self):
        return samples(self.textfile.read_text(encoding="utf-8"))


def _own(said):
    return [line.removeprefix("sipresp-watch: ") for line in said.splitlines() if "running tshark as" not in line]


def samples(text):
    """(name, labels as text) -> value"""
    return {(sample.name, ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text) for sample in family.samples}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def fetch(url, seconds=30):
    """What is there, as soon as somebody serves it."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def end(process, number=signal.SIGTERM):
    """(exit status, what it said) of a process that a signal ends; one that it does not end says where it is."""
    process.send_signal(number)
    # Where a machine stood still meanwhile, the first time is over before anybody could end.
    for patience in (60, 10):
        try:
            said = process.communicate(timeout=patience)[1]
            return process.returncode, said
        except subprocess.TimeoutExpired:
            pass
    process.send_signal(signal.SIGABRT)
    raise AssertionError(f"no end by {signal.Signals(number).name}: {process.communicate(timeout=60)[1]}")
