# SPDX-License-Identifier: GPL-2.0-or-later
"""What --help prints, and what the user asks for."""

from dataclasses import dataclass

from shared.options import read_options
from shared.problem import Problem
from shared.recording import seconds_of
from shared.streams import refuse_standard_input_twice
from shared.wireshark_settings import WiresharkSettings, settings_of_options

USAGE = """\
Usage: sipresp-explain [OPTION...] CAPTURE...

Tells what went wrong in a capture, most frequent first: a sentence, how many
requests it is about, the first frames, and the display filter that shows them.
CAPTURE is a file, or "-" for what comes on standard input.

  --all              tell also what went well, what was a usual step on the way,
                     and what had not ended when the capture did
  --format FORMAT    text (the default) or json
  --filter FILTER    only messages that match this display filter
  -i INTERFACE       instead of CAPTURE: what dumpcap records there, until Ctrl-C
  -f FILTER          with -i: record only what this capture filter lets through
  --seconds N        with -i: end after N seconds
  --profile NAME     use a configuration profile of Wireshark; without this tshark
                     knows none of its user's settings
  --set NAME:VALUE   set a preference of Wireshark; can be given several times
  --keylog FILE      decrypt TLS with the keys of this file
  -h, --help         print this
  --version          print the version

A request counts once, however many hops it went over and however often it or
its response was sent.

Examples:

  sipresp-explain captures/busy.pcapng
  sipresp-explain --filter 'ip.addr == 192.0.2.1' monday.pcapng tuesday.pcapng
  sipresp-explain -i any -f 'udp port 5060' --seconds 60

The exit status is 0 where every capture was read to its end, whatever went wrong
in it, and 2 where one was not; what could be read is explained.
"""

FORMATS = ("text", "json")
LONG_OPTIONS = ["all", "format=", "filter=", "seconds=", "profile=", "set=", "keylog=", "help", "version"]
SHORT_OPTIONS = {"-i": "interface", "-f": "capture-filter"}


@dataclass
class CommandLine:
    captures: list
    all: bool = False
    format: str = "text"
    filter: str = ""
    interface: str = ""
    capture_filter: str = ""
    seconds: int = 0
    wireshark: WiresharkSettings = WiresharkSettings()
    asks_help: bool = False
    asks_version: bool = False


def read_command_line(arguments):
    values, captures = read_options("sipresp-explain", arguments, "hi:f:", LONG_OPTIONS, "a file", SHORT_OPTIONS)
    if "help" in values or "version" in values:
        return CommandLine([], asks_help="help" in values, asks_version="help" not in values)
    last = {key: found[-1] for key, found in values.items()}
    _refuse_contradictions(captures, last)
    return CommandLine(captures, "all" in values, last.get("format", "text"), last.get("filter", ""),
                       last.get("interface", ""), last.get("capture-filter", ""), seconds_of(last.get("seconds")),
                       settings_of_options(values))


def _refuse_contradictions(captures, last):
    if last.get("format", "text") not in FORMATS:
        raise Problem(f"--format is {last['format']!r}; it takes one of {', '.join(FORMATS)}")
    for option, name in (("filter", "--filter"), ("interface", "-i"), ("capture-filter", "-f")):
        if option in last and not last[option].strip():
            raise Problem(f"{name} is empty; write what it is to be, or leave it out")
    if "interface" in last and captures:
        raise Problem("-i records and the captures are there already; name one or the other")
    if "interface" not in last and not captures:
        raise Problem("no capture is named; name at least one, as in: sipresp-explain call.pcapng, '-' for standard "
                      "input, or an interface with -i")
    for option, name in (("capture-filter", "-f"), ("seconds", "--seconds")):
        if option in last and "interface" not in last:
            raise Problem(f"{name} is for recording; name an interface with -i, or leave it out")
    refuse_standard_input_twice(captures)
