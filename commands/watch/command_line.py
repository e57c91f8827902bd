# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user asks for."""

import os
from dataclasses import dataclass

from shared.options import read_options
from shared.problem import Problem
from shared.wireshark_settings import WiresharkSettings, settings_of_options

LONG_OPTIONS = ["listen=", "textfile=", "state=", "interface=", "capture-filter=", "seconds=", "keep-files", "idle=",
                "poll=", "once", "peers=", "profile=", "set=", "keylog=", "help", "version"]
STATE_NAME = ".sipresp-watch.json.gz"
LONGEST_SECONDS = 86400


@dataclass
class CommandLine:
    folder: str = ""
    # (host, port), or nothing.
    listen: tuple = ()
    textfile: str = ""
    state: str = ""
    interface: str = ""
    capture_filter: str = ""
    # A file of dumpcap's goes on for so long.
    seconds: int = 60
    keep_files: bool = False
    # A file whose writer cannot be asked for is finished when it has not changed for so long.
    idle: int = 300
    # From one look at the folder to the next.
    poll: int = 5
    once: bool = False
    # A file of addresses and names.
    peers: str = ""
    wireshark: WiresharkSettings = WiresharkSettings()
    asks_help: bool = False
    asks_version: bool = False


def read_command_line(arguments):
    values, folders = read_options("sipresp-watch", arguments, "h", LONG_OPTIONS, "a folder")
    if "help" in values or "version" in values:
        return CommandLine(asks_help="version" not in values, asks_version="version" in values)
    if len(folders) != 1 or not folders[0]:
        raise Problem(f"{'several folders are' if folders else 'no folder is'} named; name the one that captures are "
                      "in, as in: sipresp-watch --listen 127.0.0.1:9797 /var/spool/sip")
    last = {key: _named(key, values) for key in ("textfile", "state", "interface", "capture-filter", "peers") if key in values}
    if "listen" not in values and "textfile" not in values:
        raise Problem("nothing is to be done with what is counted; say --listen 127.0.0.1:9797 to serve it, or "
                      "--textfile FILE to write it")
    for key in ("capture-filter", "seconds", "keep-files"):
        if key in values and "interface" not in values:
            raise Problem(f"--{key} is for captures made here; name the interface by --interface, or leave it out")
    if "once" in values and "interface" in values:
        raise Problem("--once ends after what is there, and --interface goes on; leave one of them out")
    return CommandLine(
        folders[0], listen=_listen(values), textfile=last.get("textfile", ""),
        state=last.get("state", _default_state(folders[0])), interface=last.get("interface", ""),
        capture_filter=last.get("capture-filter", ""), seconds=_seconds("seconds", values, CommandLine.seconds),
        keep_files="keep-files" in values, idle=_seconds("idle", values, CommandLine.idle),
        poll=_seconds("poll", values, CommandLine.poll), once="once" in values, peers=last.get("peers", ""),
        wireshark=settings_of_options(values))


def _default_state(folder):
    """In the folder of the service, which systemd makes, or in the one that is watched."""
    return os.path.join(os.environ.get("STATE_DIRECTORY", "").partition(":")[0] or folder, STATE_NAME)


def _named(key, values):
    name = values[key][-1]
    if not name or "\0" in name:
        raise Problem(f"--{key} names nothing; name something, or leave it out")
    return name


def _listen(values):
    text = values.get("listen", [""])[-1]
    if "listen" not in values:
        return ()
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise Problem(f"--listen is {text!r}; it takes an address and a port, as in: 127.0.0.1:9797 or [::1]:9797")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _seconds(key, values, default):
    text = values.get(key, [str(default)])[-1]
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LONGEST_SECONDS:
        raise Problem(f"--{key} is {text!r}; it takes a number of seconds from 1 to {LONGEST_SECONDS}")
    return int(text)
