# SPDX-License-Identifier: GPL-2.0-or-later
"""What the user asks for."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from shared.options import read_options
from shared.problem import Problem
from shared.streams import refuse_standard_input_twice
from shared.wireshark_settings import WiresharkSettings, settings_of_options

FORMATS = ("text", "json", "csv")
LONG_OPTIONS = ["failed", "outcome=", "from=", "to=", "number=", "format=", "ladder=", "save=", "profile=", "set=",
                "keylog=", "help", "version"]
OUTCOMES = ("open", "answered", "not taken", "failed", "unknown")
# In the source tree, and installed, the tables lie beside the folder of the tools.
FOLDERS = [Path(__file__).resolve().parents[2] / "tables", Path(__file__).resolve().parents[1] / "tables"]
NUMBER_MAX = 2**32 - 1


@dataclass
class CommandLine:
    captures: list
    outcome: str = ""
    caller: str = ""
    callee: str = ""
    number: int = 0
    format: str = "text"
    ladder: int = 0
    save: int = 0
    # Where to.
    file: str = ""
    wireshark: WiresharkSettings = WiresharkSettings()
    asks_help: bool = False
    asks_version: bool = False


def read_command_line(arguments):
    values, captures = read_options("sipresp-calls", arguments, "h", LONG_OPTIONS, "a capture")
    if "help" in values or "version" in values:
        return CommandLine([], asks_help="help" in values, asks_version="help" not in values)
    command = CommandLine(captures, outcome="failed" if "failed" in values else _outcome(values),
                          caller=values.get("from", [""])[-1], callee=values.get("to", [""])[-1],
                          number=_number(values, "number"), format=_format(values), ladder=_number(values, "ladder"),
                          save=_number(values, "save"), wireshark=settings_of_options(values))
    if command.save:
        if len(captures) < 2:
            raise Problem(f"--save {command.save} needs a capture and a file to write, as in: "
                          f"sipresp-calls call.pcapng --save {command.save} one.pcapng")
        command.file = _file_of_save(arguments, command)
    if not captures:
        raise Problem("no capture is named; name at least one, as in: sipresp-calls call.pcapng")
    refuse_standard_input_twice(command.captures)
    _refuse_contradictions(command, values)
    return command


def _file_of_save(arguments, command):
    """The word behind the number of --save, wherever that stands, is the file and no capture."""
    place = max(index for index, word in enumerate(arguments) if word.startswith("--sa"))
    behind = arguments[place + 1 if "=" in arguments[place] else place + 2:][:1]
    if not behind or behind[0] not in command.captures:
        raise Problem(f"--save {command.save} names no file; write it behind the number, as in: --save "
                      f"{command.save} one.pcapng")
    command.captures.reverse()
    command.captures.remove(behind[0])
    command.captures.reverse()
    return behind[0]


def _number(values, option):
    text = values.get(option, [""])[-1]
    if option in values and not (text.isascii() and text.isdigit() and 1 <= int(text) <= NUMBER_MAX):
        raise Problem(f"--{option} is {text!r}; it takes the number of a call, as the list has it")
    return int(text or 0)


def _format(values):
    name = values.get("format", ["text"])[-1]
    if name not in FORMATS:
        raise Problem(f"--format is {name!r}; it takes one of {', '.join(FORMATS)}")
    return name


def _outcome(values):
    name = values.get("outcome", [""])[-1]
    if "outcome" in values and name not in (*OUTCOMES, *_results()):
        raise Problem(f"--outcome is {name!r}; it takes one of {', '.join(dict.fromkeys((*OUTCOMES, *_results())))}")
    return name


def _results():
    paths = [folder / "outcomes.toml" for folder in FOLDERS]
    path = next(filter(Path.is_file, paths), paths[0])
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["outcome"]
        return [row["name"] for row in rows if row["value"] > 1]
    except (OSError, ValueError, KeyError) as error:
        raise Problem(f"{path} cannot be read ({error}); restore it or install sipresp anew") from None


def _refuse_contradictions(command, values):
    one = [f"--{name}" for name in ("number", "ladder", "save") if name in values]
    if one and len(command.captures) > 1:
        raise Problem(f"{one[0]} is about a call of one capture, and {len(command.captures)} are named; name that one")
    if len(one) > 1:
        raise Problem(f"{' and '.join(one)} ask for different things; take one of them")
    if (command.ladder or command.save) and command.format != "text":
        raise Problem(f"--format {command.format} is for lists; a call alone is drawn or saved, so leave it out")
