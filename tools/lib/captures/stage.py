# SPDX-License-Identifier: GPL-2.0-or-later
"""The stage a scene plays on: one network namespace, its programs, and tcpdump.

Everything here runs inside the namespace that make_captures opened for the scene, so addresses
and ports never clash with anything, and whatever is left over dies with the namespace.
"""

import contextlib
import json
import signal
import socket
import string
import subprocess
import time
from pathlib import Path

from failure import CaptureFailure

HERE = Path(__file__).resolve().parent
SIP_PORTS = "portrange 5060-5061 or port 8080"
# A datagram to the discard port marks the end of the scene in the recording.
END_PORT = 9
END_MARK = b"the scene is over"
# So that tcpdump loses nothing of thousands of calls.
BUFFER_KIB = 64 * 1024
PATIENCE = 20  # seconds; every wait below ends much sooner, or something is broken


def run(*command):
    """Run a tool to its end; it must succeed."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode != 0:
        raise CaptureFailure(f"{command[0]} failed with {result.stderr.strip()!r}; "
                             "run it again by hand to see why")
    return result.stdout


class Stage:
    """Starts programs and waits for what they show; one scene uses one stage."""

    def __init__(self, work):
        self.work = Path(work)
        self.raw = self.work / "raw.pcap"
        self.running = []
        self.sipp_count = 0
        self.tcpdump = None

    # --- recording ---

    def record(self, ports=SIP_PORTS):
        """Start tcpdump, and return when it listens."""
        log = self.work / "tcpdump.log"
        self.tcpdump = self.start(
            ["tcpdump", "-i", "lo", "-B", BUFFER_KIB, "-U", "--immediate-mode", "-w", self.raw,
             f"{ports} or udp port {END_PORT}"], log)
        self.wait_until(lambda: "listening on" in log.read_text(), "tcpdump to listen on lo")

    def stop_recording(self):
        """Wait until tcpdump has written everything, then end it."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mark:
            mark.sendto(END_MARK, ("127.0.0.1", END_PORT))
        self.wait_recorded(END_MARK)
        self.tcpdump.send_signal(signal.SIGINT)
        self.tcpdump.wait(PATIENCE)

    def wait_recorded(self, text, times=1):
        """Return when the recording shows the text (bytes of a message) that often."""
        self.wait_until(lambda: self.raw.read_bytes().count(text) >= times, f"{text.decode()!r} on the wire")

    # --- programs ---

    def sipp(self, scenario, address, *, port=5060, to=None, transport="udp", wire=None, calls=1,
             callee="bob", contact=None, options=()):
        """Run a scenario file; with `to` (host:port) it is the caller, without it waits for calls."""
        self.sipp_count += 1
        errors = self.work / f"sipp-{self.sipp_count}.errors"
        command = ["sipp"] + ([to] if to else [])
        command += ["-sf", self.scenario_path(scenario), "-m", calls,
                    "-i", address, "-p", port, "-bind_local", "-mi", address,
                    "-t", "t1" if transport == "tcp" else "u1",
                    "-key", "wire", wire or transport.upper(), "-key", "callee", callee,
                    "-key", "contact", contact or address,
                    "-nostdin", "-trace_err", "-error_file", errors, *options]
        program = self.start(command, self.work / f"sipp-{self.sipp_count}.log")
        program.error_file = errors
        if not to:
            self.wait_listening(transport, address, port)
        return program

    def scenario_path(self, scenario):
        """Scenarios a scene made for itself are absolute, the others are in sipp/."""
        return HERE / "sipp" / scenario

    def kamailio(self, *features):
        """Run the registrar and proxy on 127.0.0.2 with the given WITH_... defines."""
        defines = [word for feature in features for word in ("-A", feature)]
        self.start(["kamailio", "-DD", "-E", "-f", HERE / "kamailio/kamailio.cfg", *defines],
                   self.work / "kamailio.log")
        self.wait_listening("udp", "127.0.0.2", 5060)
        self.wait_listening("tcp", "127.0.0.2", 5060)

    def baresip(self, address, account, max_calls=4, modules=()):
        """Run a phone with its accounts, a line each, and more applications; orders for it go through order_baresip."""
        home = self.work / f"baresip-{address}"
        home.mkdir()
        config = string.Template((HERE / "baresip/config").read_text())
        (home / "config").write_text(config.substitute(
            address=address, max_calls=max_calls, modules="\n".join(f"module_app {name}" for name in modules)))
        (home / "accounts").write_text(account + "\n")
        (home / "contacts").touch()
        phone = self.start(["baresip", "-f", home, "-n", address], home / "log")
        self.wait_listening("udp", address, 5060)
        self.wait_until(lambda: "baresip is ready" in (home / "log").read_text(), "baresip to be ready")
        return phone

    def order_baresip(self, address, command, params=""):
        """Press a button of that phone: the commands of its menu module, over ctrl_tcp."""
        self.wait_listening("tcp", address, 4444)
        order = json.dumps({"command": command, "params": params}).encode()
        with socket.create_connection((address, 4444), timeout=PATIENCE) as control:
            control.sendall(b"%d:%s," % (len(order), order))
            control.recv(4096)

    def start(self, command, log):
        """Start a program in the work directory, its output going to the log."""
        with open(log, "wb") as output:
            program = subprocess.Popen([str(word) for word in command], cwd=self.work,
                                       stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        program.log = log
        self.running.append(program)
        return program

    # --- waiting ---

    def finish(self, *programs, patience=PATIENCE):
        """Wait for the programs to end by themselves, all of them well."""
        for program in programs:
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(patience)
            if program.returncode != 0:
                raise CaptureFailure(f"{self.what_went_wrong(program)}; "
                                     "look at its scenario in tools/lib/captures")

    def stop(self, program):
        """End a program which would run on, and let it say good-bye."""
        program.terminate()
        program.wait(PATIENCE)

    def what_went_wrong(self, program):
        """How the program ended and its last words, for a failure's sentence."""
        state = "did not end" if program.returncode is None else f"ended with {program.returncode}"
        errors = getattr(program, "error_file", program.log)
        lines = errors.read_text(errors="replace").split("\n") if errors.exists() else []
        said = " ".join(line.strip() for line in lines if line.strip())
        return f"{' '.join(map(str, program.args[:4]))} {state} and said {said[:400]!r}"

    def wait_listening(self, transport, address, port):
        """Return when a program has bound that address and port."""
        family = "-lnu" if transport == "udp" else "-lnt"
        wanted = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        self.wait_until(lambda: wanted in run("ss", "-H", family).split(),
                        f"something to listen on {transport} {wanted}")

    def wait_until(self, condition, what):
        """Return when the condition holds; fail when a program dies meanwhile, or time runs out."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            dead = [program for program in self.running if program.poll() not in (None, 0)]
            if dead:
                raise CaptureFailure(f"{self.what_went_wrong(dead[0])}, while the scene waited for {what}; "
                                     "mend its scenario or configuration in tools/lib/captures")
            if time.monotonic() > deadline:
                raise CaptureFailure(f"the scene waited {PATIENCE} s in vain for {what}; "
                                     "mend its scenario or configuration in tools/lib/captures")
            time.sleep(0.005)

    def close(self):
        """End what still runs."""
        for program in self.running:
            if program.poll() is None:
                program.kill()
                program.wait(PATIENCE)
