# SPDX-License-Identifier: GPL-2.0-or-later
"""What --help prints, and what the user asks for."""

from dataclasses import dataclass, field

from shared.problem import Problem
from shared.recording import seconds_of

USAGE = """\
Usage: sipresp-annotate [OPTION...] CAPTURE [TSHARK-OPTION...]

Prints every SIP response of CAPTURE with its annotation. CAPTURE is a file, or
"-" for what comes on standard input. Further arguments go to tshark; its output
is left as it is when one of them asks for another form.

  --brief            one line a response: frame, time, ends, code and phrase, and
                     what it meant
  -i INTERFACE       instead of CAPTURE: what dumpcap records there, until Ctrl-C
  -f FILTER          with -i: record only what this capture filter lets through
  --seconds N        with -i: end after N seconds
  --keylog FILE      decrypt TLS with the keys of this file
  -h, --help         print this
  --version          print the version

Examples:

  sipresp-annotate captures/basic-call.pcapng
  sipresp-annotate --brief my.pcap -Y 'sip.class == 5'
  sipresp-annotate my.pcap -T fields -e frame.number -e sipresp.code -e sipresp.phrase
  sipresp-annotate -i any -f 'udp port 5060' --brief

The exit status is 2 where the capture cannot be read, or not to its end; what
can be read is shown.
"""

VALUES = ("-i", "-f", "--seconds", "--keylog")
FLAGS = ("--brief", "--help", "-h", "--version")


@dataclass
class CommandLine:
    capture: str = ""
    interface: str = ""
    capture_filter: str = ""
    seconds: int = 0
    keylog: str = ""
    brief: bool = False
    asks_help: bool = False
    asks_version: bool = False
    # For tshark.
    arguments: list = field(default_factory=list)


def read_command_line(arguments):
    """Our own options may stand among those of tshark, which names the same things by the same letters."""
    values, flags, rest = {}, set(), []
    left = iter(arguments)
    for argument in left:
        option, equals, value = argument.partition("=")
        if argument in VALUES or (equals and option.startswith("--") and option in VALUES):
            values[option] = value if equals else next(left, "")
            if not values[option]:
                raise Problem(f"{option} has no value behind it; sipresp-annotate --help tells which it takes")
        elif argument in FLAGS:
            flags.add(argument)
        else:
            rest.append(argument)
    if flags & {"--help", "-h", "--version"}:
        return CommandLine(asks_help="--version" not in flags, asks_version="--version" in flags)
    interface = values.get("-i", "")
    if not interface and (not rest or (rest[0].startswith("-") and rest[0] != "-")):
        raise Problem("no capture is named; name one before the options of tshark, as in: sipresp-annotate call.pcapng, "
                      "'-' for standard input, or an interface with -i")
    for option in ("-f", "--seconds"):
        if option in values and not interface:
            raise Problem(f"{option} is for recording; name an interface with -i, or leave it out")
    return CommandLine("" if interface else rest[0], interface, values.get("-f", ""), seconds_of(values.get("--seconds")),
                       values.get("--keylog", ""), "--brief" in flags, arguments=rest if interface else rest[1:])
