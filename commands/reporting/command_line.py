# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user asks for."""

import re
from dataclasses import dataclass

from shared.options import read_options
from shared.problem import Problem
from shared.streams import STANDARD_INPUT, refuse_standard_input_twice
from shared.wireshark_settings import WiresharkSettings, settings_of_options

from .breakdown import BY

FORMATS = ("text", "json", "csv", "html")
LONG_OPTIONS = ["format=", "output=", "filter=", "by=", "peers=", "require-complete", "profile=", "set=", "keylog=", "jobs=", "records",
                "merge", "shard=", "parallel", "sshlogin=", "transfer", "retries=", "resume=", "chart-js=", "help", "version"]
SHORT_OPTIONS = {"-j": "jobs", "-o": "output"}


@dataclass
class CommandLine:
    files: list
    format: str = "text"
    output: str = ""
    filter: str = ""
    by: tuple = ()
    peers: str = ""
    # 0: as many as there are processors.
    jobs: int = 0
    records: bool = False
    merge: bool = False
    parallel: bool = False
    sshlogin: tuple = ()
    transfer: bool = False
    # How often a job is tried; 0: once.
    retries: int = 0
    # The folder that keeps what jobs came to.
    resume: str = ""
    chart_js: str = ""
    require_complete: bool = False
    wireshark: WiresharkSettings = WiresharkSettings()
    asks_help: bool = False
    asks_version: bool = False


def read_command_line(arguments):
    values, files = read_options("sipresp-report", arguments, "hj:o:", LONG_OPTIONS, "a file", SHORT_OPTIONS)
    if "help" in values or "version" in values:
        return CommandLine([], asks_help="help" in values, asks_version="help" not in values)
    if not files:
        raise Problem("no capture is named; name at least one, as in: sipresp-report call.pcapng")
    command = CommandLine(_shard(files, values.get("shard", [""])[-1]), jobs=_jobs(values.get("jobs", [""])[-1]), records="records" in values,
                          merge="merge" in values, parallel=any(name in values for name in ("parallel", "sshlogin", "retries", "resume")),
                          sshlogin=tuple(values.get("sshlogin", ())), transfer="transfer" in values,
                          retries=_retries(values.get("retries", [""])[-1]), resume=_resume(values),
                          require_complete="require-complete" in values, wireshark=settings_of_options(values),
                          chart_js=values.get("chart-js", [""])[-1],
                          filter=_filter(values), by=_by(values), peers=_peers(values), output=_output(values), format=_format(values))
    refuse_standard_input_twice(command.files)
    _refuse_contradictions(command)
    return command


def _jobs(text):
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise Problem(f"--jobs is {text!r}; it takes a number from 1 to 1000")
    return int(text)


def _shard(files, text):
    """Those of the files that lie next to each other by name, as pieces of a capture do."""
    if not text:
        return files
    found = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", text)
    number, count = map(int, found.groups()) if found else (2, 1)
    if number > count:
        raise Problem(f"--shard is {text!r}; it takes which part of how many, as in: 1/10 to 10/10")
    files = sorted(files)
    return files[(number - 1) * len(files) // count:number * len(files) // count]


def _retries(text):
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100:
        raise Problem(f"--retries is {text!r}; it takes a number from 1 to 100")
    return int(text)


def _resume(values):
    name = values.get("resume", [""])[-1]
    if "resume" in values and not name:
        raise Problem("--resume names no folder; give the path of one, which keeps what was done")
    return name


def _filter(values):
    text = values.get("filter", [""])[-1]
    if "filter" in values and not text.strip():
        raise Problem("--filter is empty; write one as in: 'ip.addr == 192.0.2.1', or leave it out")
    return text


def _by(values):
    dimensions = tuple(dict.fromkeys(name for text in values.get("by", []) for name in text.split(",")))
    for name in dimensions:
        if name not in BY:
            raise Problem(f"--by is {name!r}; it takes one of {', '.join(BY)}")
    return dimensions


def _peers(values):
    name = values.get("peers", [""])[-1]
    if "peers" in values and not name:
        raise Problem("--peers names no file; give the path of one with lines of an address and a name")
    return name


def _output(values):
    name = values.get("output", ["-"])[-1]
    if not name:
        raise Problem("--output names no file; give the path of one, or leave it out")
    return "" if name == "-" else name


def _format(values):
    name = values.get("format", ["text"])[-1]
    if name not in FORMATS:
        raise Problem(f"--format is {name!r}; it takes one of {', '.join(FORMATS)}")
    return name


def _refuse_contradictions(command):
    if command.records and command.merge:
        raise Problem("--records and --merge are for different files; take one of them")
    given = "--merge" if command.merge else "--records"
    if command.peers and "peer" not in command.by:
        raise Problem("--peers names the rows of --by peer; give that too, or leave --peers out")
    for option, present in (("--filter", command.filter), ("--by", command.by), ("--parallel, --sshlogin, --retries or --resume", command.parallel),
                            ("--profile, --set or --keylog", command.wireshark.named())):
        if present and (command.merge or command.records):
            raise Problem(f"{given} reads no captures, so {option} has nothing to work on; leave one of them out")
    if STANDARD_INPUT in command.files and (command.parallel or command.merge or command.records):
        raise Problem("standard input is one capture, which is read here; leave out what asks for other processes or other "
                      "files than captures")
    if command.transfer and not command.sshlogin:
        raise Problem("--transfer copies captures to other hosts; name these with --sshlogin")
