# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: captures one after the other, or what an interface brings, then the form asked for."""

from shared.captures import open_capture, remedy
from shared.progress import progress_of
from shared.recording import recording
from shared.stage import prepared_tshark
from shared.streams import called, kept
from shared.tool import Tool, write_out

from .causes import Explained, read_worths
from .command_line import USAGE, read_command_line
from .forms import json_form, text_form
from .reading import read

DONE, NOT_ALL_READ = 0, 2


def main(arguments):
    tool = Tool("sipresp-explain")
    return tool.run(lambda: read_command_line(arguments), USAGE, lambda command: _run(tool, command))


def _run(tool, command):
    worths = read_worths()
    with prepared_tshark(command.wireshark, tool.say) as tshark:
        tshark.require_plugin("sipresp-explain")
        if command.interface:
            captures = [_recorded(tool, tshark, command, worths)]
        else:
            with progress_of(command.captures, tshark) as names:
                captures = [_read(tshark, name, command.filter, worths) for name in names]
    form = json_form if command.format == "json" else text_form
    write_out(form(captures, command.all))
    problems = [(explained.name, explained.problem) for explained in captures if explained.problem]
    for name, problem in problems:
        tool.say(f"{name}: {problem}")
    return NOT_ALL_READ if problems else DONE


def _read(tshark, name, text, worths):
    explained = Explained(called(name))
    try:
        with open_capture(name) as private, tshark.readable(private) as file:
            read(tshark, file, text, worths, explained)
    except OSError as error:
        explained.problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
    return explained


def _recorded(tool, tshark, command, worths):
    explained = Explained(command.interface)
    with recording(command.interface, command.capture_filter, command.seconds) as running:
        tool.say(f"recording on {command.interface}" + ("" if command.seconds else "; Ctrl-C ends it"))
        with kept(running.stream) as private:
            running.check()
            with tshark.readable(private) as file:
                read(tshark, file, command.filter, worths, explained)
    return explained
