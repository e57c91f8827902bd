# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: looks at a folder again and again, and tells what was counted."""

import os
import time
from contextlib import contextmanager

from reporting.breakdown import read_peers
from reporting.tables import read_tables
from shared.dumpcap import Dumpcap
from shared.interruption import Interrupted
from shared.problem import Problem
from shared.stage import prepared_tshark
from shared.text import counted
from shared.tool import Tool

from .command_line import read_command_line
from .exporter import Exporter
from .folder import Folder
from .reading import Reader
from .state import locked
from .usage import USAGE
from .watch import OWN_NAME, Watch

DONE = 0
# For one file: more than the largest ones take.
TSHARK_SECONDS = 1800


def main(arguments):
    tool = Tool("sipresp-watch")
    return tool.run(lambda: read_command_line(arguments), USAGE, lambda command: _run(tool, command))


def _run(tool, command):
    tables = read_tables()
    exporter = Exporter()
    folder = Folder(command.folder, command.idle, [command.state, f"{command.state}.lock", f"{command.state}.new",
                                                   *([command.textfile] if command.textfile else [])])
    peers = read_peers(command.peers) if command.peers else {}
    folder.files()
    ended = None
    with locked(command.state), prepared_tshark(command.wireshark, tool.say, TSHARK_SECONDS) as tshark:
        tshark.require_plugin("sipresp-watch")
        watch = Watch(command, folder, Reader(tshark), peers, tables, tool.say)
        exporter.set(watch.state, 0)
        if command.listen:
            exporter.serve(*command.listen)
            tool.say(f"serving http://{command.listen[0]}:{command.listen[1]}/metrics")
        try:
            _go_on(command, watch, exporter)
        except Interrupted as interrupted:
            ended = interrupted
    if ended:
        # It is how a watch ends.
        tool.say(f"ended by {ended.name}; {counted(watch.done, 'file')} {'was' if watch.done == 1 else 'were'} read")
    return DONE


def _go_on(command, watch, exporter):
    with _dumpcap(command) as dumpcap:
        while True:
            for waiting in watch.look():
                exporter.set(watch.state, waiting)
                if command.textfile:
                    exporter.write(command.textfile)
            if command.once:
                return
            time.sleep(command.poll)
            if dumpcap and (why := dumpcap.why_ended()):
                raise Problem(why)


@contextmanager
def _dumpcap(command):
    """A dumpcap that rotates into the folder, where an interface is named."""
    if not command.interface:
        yield None
        return
    options = ["-f", command.capture_filter] if command.capture_filter else []
    dumpcap = Dumpcap(command.interface, [*options, "-b", f"duration:{command.seconds}", "-w",
                                          os.path.join(os.path.abspath(command.folder), f"{OWN_NAME}.pcapng")])
    try:
        yield dumpcap
    finally:
        dumpcap.stop()
