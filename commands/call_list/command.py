# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: captures to a list of calls, or one call to a ladder or a capture of its own."""

import shutil
import sys
import tempfile
from pathlib import Path

from shared.captures import open_capture, remedy, what_went_wrong
from shared.problem import Problem
from shared.progress import progress_of
from shared.stage import prepared_tshark
from shared.streams import COPIED_AT_ONCE, called
from shared.text import valid_unicode
from shared.tool import Tool, write_out

from .calls import Calls, read_calls, require
from .colours import coloured
from .command_line import read_command_line
from .ladder import ladder
from .messages import read_messages
from .other_forms import csv_form, json_form
from .table import table
from .usage import USAGE

DONE = 0
NOT_ALL_READ = 2


def main(arguments):
    tool = Tool("sipresp-calls")
    return tool.run(lambda: read_command_line(arguments), USAGE, lambda command: _run(tool, command))


def _run(tool, command):
    with prepared_tshark(command.wireshark, tool.say) as tshark:
        tshark.require_plugin("sipresp-calls")
        if command.ladder or command.save:
            problems = [_one_call(tshark, command)]
        else:
            problems = _list(tshark, command)
    for problem in filter(None, problems):
        tool.say(problem)
    return NOT_ALL_READ if any(problems) else DONE


def _list(tshark, command):
    """Writes the list; returns what was wrong with which capture."""
    with progress_of(command.captures, tshark) as captures:
        read = [(called(capture), _read(tshark, capture)) for capture in captures]
    problems = [calls.problem and f"{name}: {calls.problem}" for name, calls in read]
    listed = [(name, calls.chosen(command)) for name, calls in read if calls.by_number or not calls.problem]
    if command.format == "text":
        write_out("".join(f"{line}\n" for line in _text(listed)))
    else:
        write_out((json_form if command.format == "json" else csv_form)(listed))
    return problems


def _read(tshark, capture):
    try:
        with open_capture(capture) as private, tshark.readable(private) as file:
            return read_calls(tshark, called(capture), file)
    except OSError as error:
        calls = Calls(called(capture))
        calls.problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
        return calls


def _width():
    """0 in a pipe, where nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def _text(listed):
    for number, (capture, calls) in enumerate(listed):
        if len(listed) > 1:
            yield ("\n" if number else "") + valid_unicode(capture)
        yield from table(calls, _width(), coloured(sys.stdout))


def _one_call(tshark, command):
    """Draws or saves a call; returns what was wrong with the capture."""
    capture, number = command.captures[0], command.ladder or command.save
    try:
        private = open_capture(capture)
    except OSError as error:
        raise Problem(f"{called(capture)} cannot be read: {error.strerror}; {remedy(error)}") from None
    with private, tshark.readable(private) as file:
        calls = read_calls(tshark, called(capture), file)
        if not calls.by_number and calls.problem:
            raise Problem(f"{called(capture)}: {calls.problem}")
        require(calls, number)
        legs = calls.legs_of(number)
        file.seek(0)
        if command.save:
            _save(tshark, command, file, legs)
        else:
            _draw(tshark, command, file, legs)
    return calls.problem and f"{called(capture)}: {calls.problem}"


def _draw(tshark, command, file, legs):
    messages = read_messages(tshark, called(command.captures[0]), file, legs)
    lines = [*table(legs, _width(), coloured(sys.stdout)), "", *ladder(legs, messages, _width())]
    write_out("".join(f"{line}\n" for line in lines))


def _filter_of(legs):
    return " || ".join(f"sipcall.number == {call['call']}" for call in legs)


def _save(tshark, command, file, legs):
    """tshark writes to its standard output, so that nobody need be let into the user's folders."""
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as saved:
        with tshark.reading(["-2", "-Y", _filter_of(legs), "-w", "-"], file, errors) as process:
            shutil.copyfileobj(process.stdout, saved, COPIED_AT_ONCE)
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
        if process.returncode != 0 and not saved.tell():
            raise Problem(f"{called(command.captures[0])}: {what_went_wrong(process.returncode, complaints, 'saved')}")
        saved.seek(0)
        try:
            with Path(command.file).open("wb") as target:
                shutil.copyfileobj(saved, target, COPIED_AT_ONCE)
        except OSError as error:
            raise Problem(f"--save {command.save} {command.file} cannot be written: {error.strerror}; name a file in a "
                          "folder that you may write to") from None
