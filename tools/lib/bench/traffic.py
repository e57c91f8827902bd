# SPDX-License-Identifier: GPL-2.0-or-later
"""The traffic to measure on that is recorded: calls of sipp, and a mix without SIP."""

import http.server
import socket
import struct
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

from failure import CaptureFailure
from stage import Stage, run

CALL_PACKETS = 6        # of sipp's own scenario: INVITE, 180, 200, ACK, BYE, 200
TRANSACTIONS_PER_CALL = 2
CALLER, CALLEE = "127.0.0.1", "127.0.0.3"
PLAY_SECONDS = 600
PAGE = b"<p>no telephony here</p>" * 200
MEDIA_PORT = 16384


def inside(kind, work, *more):
    """Have tools/bench play one kind in a network namespace of its own."""
    script = Path(__file__).resolve().parents[2] / "bench"
    played = subprocess.run(
        ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", sys.executable, script,
         "--play", kind, "--work", work, *more],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if played.returncode != 0:
        last = (played.stderr.strip() or "nothing").splitlines()[-1]
        raise CaptureFailure(f"the traffic could not be played: {last.removeprefix('bench: ').rstrip('.')}")


def record(kind, packets, work):
    """Play "sip" or "other" and record it; returns the capture."""
    inside(kind, work, "--packets", str(packets))
    capture = Path(work) / f"{kind}.pcap"
    run("editcap", "-F", "pcap", "-r", Path(work) / "raw.pcap", capture, f"1-{packets}")
    return capture


def play(work, played):
    """Inside the namespace: played(stage)."""
    run("ip", "link", "set", "lo", "up")
    stage = Stage(work)
    try:
        played(stage)
    finally:
        stage.close()


def play_recorded(stage, kind, packets):
    {"sip": play_sip, "other": play_other}[kind](stage, packets)
    stage.stop_recording()


def start_calls(stage, calls, rate):
    """sipp's own scenario, each call from a port of its own, so many a second; returns callee and caller."""
    callee = stage.start(["sipp", "-sn", "uas", "-i", CALLEE, "-p", 5060, "-m", calls, "-nostdin"],
                         stage.work / "callee.log")
    stage.wait_listening("udp", CALLEE, 5060)
    caller = stage.start(["sipp", "-sn", "uac", f"{CALLEE}:5060", "-i", CALLER, "-t", "un", "-max_socket", 20000,
                          "-m", calls, "-r", rate, "-d", 100, "-nostdin"], stage.work / "caller.log")
    return callee, caller


def play_sip(stage, packets):
    stage.record("udp")
    callee, caller = start_calls(stage, -(-packets // CALL_PACKETS), 400)
    stage.finish(caller, callee, patience=PLAY_SECONDS)


def play_other(stage, packets):
    """Web pages over TCP, names over UDP, and media: a third each, roughly."""
    stage.record("tcp or udp")
    web = http.server.ThreadingHTTPServer((CALLEE, 80), Page)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((CALLEE, 53))
    asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asker.bind((CALLER, 0))
    for number in range(packets // 20):
        with urllib.request.urlopen(f"http://{CALLEE}/page/{number}") as page:
            page.read()
        ask_name(asker, names, number)
        for step in range(8):
            media = struct.pack("!BBHII", 0x80, 0, (8 * number + step) & 0xFFFF, 160 * step, 1) + bytes(160)
            asker.sendto(media, (CALLEE, MEDIA_PORT))
    web.shutdown()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        """stderr is for what goes wrong."""


def ask_name(asker, server, number):
    """One query for an address, and its answer."""
    label = f"host{number}".encode()
    question = bytes([len(label)]) + label + b"\7example\3com\0" + struct.pack("!HH", 1, 1)
    asker.sendto(struct.pack("!HHHHHH", number & 0xFFFF, 0x0100, 1, 0, 0, 0) + question, (CALLEE, 53))
    _, client = server.recvfrom(512)
    answer = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton("192.0.2.1")
    server.sendto(struct.pack("!HHHHHH", number & 0xFFFF, 0x8180, 1, 1, 0, 0) + question + answer, client)
    asker.recv(512)
