# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-explain and sipresp-annotate on an interface, with the rights that dumpcap has."""

import signal
import socket
import subprocess
import time

import pytest
from gate import AS_ROOT
from packets import response
from wireshark import REPOSITORY, TIMEOUT_SECONDS

COMMANDS = ("explain", "annotate")
RECORDS = subprocess.run(["dumpcap", "-q", "-i", "lo", "-a", "duration:1", "-w", "/dev/null"], capture_output=True,
                         check=False).returncode == 0


@pytest.fixture
def start(tmp_path, wireshark):
    def start(tool, *arguments, prefix=(), folder=REPOSITORY / "commands"):
        environment = wireshark.of_commands(tmp_path)
        return subprocess.Popen([*prefix, folder / f"sipresp-{tool}", *arguments], env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/")
    return start


def said(text, tool):
    return [line.removeprefix(f"sipresp-{tool}: ") for line in text.splitlines() if "running tshark as" not in line]


@pytest.mark.skipif(not RECORDS, reason="dumpcap may not record on lo here")
@pytest.mark.parametrize(("tool", "arguments"), [("explain", []), ("annotate", ["--brief"])])
def test_what_an_interface_brings_until_it_is_ended(start, tool, arguments):
    """Guards against a Ctrl-C that loses what was recorded."""
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        port = sender.getsockname()[1]
        process = start(tool, "-i", "lo", "-f", f"udp src port {port}", *arguments)
        lines = []
        while not lines or "recording" not in lines[-1]:
            lines.append(process.stderr.readline())
            assert lines[-1], lines
        # dumpcap takes a while to begin.
        until = time.monotonic() + 3
        while time.monotonic() < until:
            sender.sendto(response("SIP/2.0 404 Not Found", "MESSAGE"), ("127.0.0.1", 5060))
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        text, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    errors = "".join(lines) + errors
    assert process.returncode == 0, errors
    assert said(errors, tool) == ["recording on lo; Ctrl-C ends it"]
    assert ("1 request went wrong" if tool == "explain" else f"127.0.0.1:{port} -> 127.0.0.1:5060  404 Not Found") in text


@pytest.mark.skipif(not RECORDS, reason="dumpcap may not record on lo here")
@pytest.mark.parametrize("tool", COMMANDS)
@pytest.mark.parametrize(("arguments", "sentence"), [
    (["-i", "nope0"], "there is no interface nope0; dumpcap -D lists them"),
    (["-i", "lo", "-f", "no filter"], "-f is no capture filter that libpcap knows; see pcap-filter(7)"),
], ids=["interface", "filter"])
def test_what_cannot_be_recorded(start, tool, arguments, sentence):
    process = start(tool, *arguments)
    text, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, text.strip(), said(errors, tool)[1:]) == (2, "", [sentence])


@pytest.mark.skipif(not AS_ROOT, reason="only root becomes a user without rights")
@pytest.mark.parametrize("tool", COMMANDS)
def test_without_rights_it_is_said_in_one_sentence(start, wireshark, commands_of_everybody, tool):
    process = start(tool, "-i", "lo", prefix=wireshark.prefix, folder=commands_of_everybody)
    text, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, text) == (2, "")
    assert "takes" in said(errors, tool)[-1] and said(errors, tool)[-1].endswith(
        "run as root, or let dumpcap have them (on Debian: dpkg-reconfigure wireshark-common, and a place in the group "
        "wireshark)"), errors
