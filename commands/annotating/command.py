# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: shows the responses of a capture as they come out of tshark."""

import os
import tempfile
from contextlib import ExitStack, contextmanager, nullcontext

from shared.captures import SILENT, TEXT, looks_like_text, open_capture, remedy, what_went_wrong
from shared.fields import MARKER
from shared.interruption import temporary_folder
from shared.nothing import first_line, why_nothing
from shared.problem import Problem
from shared.recording import recording
from shared.stage import prepared_tshark
from shared.streams import STANDARD_INPUT, called, standard_input
from shared.text import lines_of
from shared.tool import Tool
from shared.wireshark_settings import WiresharkSettings

from .forms import OTHER_FORMS, Brief, Full, PassedOn
from .usage import USAGE, read_command_line

# Root is told on purpose; and a dissector looks for a file of its own wherever tshark is started.
NO_CONCERN = ("Running as user", '"IOR.txt"')


def main(arguments):
    tool = Tool("sipresp-annotate")
    return tool.run(lambda: read_command_line(arguments), USAGE, lambda command: _run(tool, command))


def _run(tool, command):
    with ExitStack() as stack:
        # Whoever names a folder of plugins is to see that plugin, and none of the user's own beside it.
        if os.environ.get("WIRESHARK_PLUGIN_DIR"):
            os.environ["HOME"] = str(stack.enter_context(temporary_folder("sipresp-")))
        tshark = stack.enter_context(prepared_tshark(WiresharkSettings(keylog=command.keylog), tool.say))
        tshark.require_plugin("sipresp-annotate")
        if command.interface:
            remark = _show_recording(tool, tshark, command)
        else:
            name = called(command.capture)
            with _opened(command.capture) as (private, again):
                with tshark.readable(private) if again else nullcontext(private) as file:
                    remark = _show(tool, tshark, command, name, file, again)
        if remark:
            tool.say(remark)
    return 0


@contextmanager
def _opened(capture):
    """The file, and whether it can be read again."""
    if capture == STANDARD_INPUT:
        file, again = standard_input()
    else:
        try:
            file, again = open_capture(capture), True
        except OSError as error:
            raise Problem(f"{capture} cannot be read: {error.strerror}; {remedy(error)}") from None
    with file:
        yield file, again


def _show_recording(tool, tshark, command):
    with recording(command.interface, command.capture_filter, command.seconds) as running:
        tool.say(f"recording on {command.interface}"
                 + ("" if command.seconds else "; Ctrl-C ends it"))
        try:
            remark = _show(tool, tshark, command, command.interface, running.stream, False)
        except Problem:
            # What dumpcap could not do is why there is nothing for tshark.
            running.end()
            running.check()
            raise
        running.check()
    return remark


def _show(tool, tshark, command, name, file, again):
    """Shows what can be read, and returns why that is nothing; raises Problem where it is not all, or nobody can tell."""
    own_form = not any(argument.startswith(OTHER_FORMS) for argument in command.arguments)
    if command.brief and not own_form:
        raise Problem("--brief is a form of its own; leave it out, or the option of tshark that asks for another form")
    form = Brief() if command.brief else Full() if own_form else PassedOn()
    with tempfile.TemporaryFile() as errors:
        # What a response came to often stands behind it, which the first of two passes finds.
        passes = ["-2"] if own_form and again else []
        arguments = [*passes, "-Y", "sipresp", *form.arguments, *command.arguments]
        with tshark.reading(arguments, file, errors, stream=not again) as process:
            form.show(process.stdout)
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode != 0:
        raise Problem(f"{name}: {what_went_wrong(process.returncode, complaints, 'shown')}")
    if not form.complete or (not form.shown and again and not first_line(tshark, file, ["-q", "-z", MARKER])):
        raise Problem(f"{name}: {SILENT}")
    if not form.shown and again and looks_like_text(file):
        raise Problem(f"{name}: {TEXT}")
    for line in lines_of(complaints):
        if not any(words in line for words in NO_CONCERN):
            tool.say(line.removeprefix("tshark: ").replace("/dev/stdin", name))
    if not own_form or form.shown:
        return ""
    return f"nothing to show: {why_nothing(tshark, file if again else None, 'no SIP response')}"
