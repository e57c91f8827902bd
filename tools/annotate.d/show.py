# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows the responses of a capture; what tools/annotate runs when the plugin is built.

Usage: show.py CAPTURE [--keylog FILE] [TSHARK-OPTION...], with the plugin in WIRESHARK_PLUGIN_DIR.
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shared.captures import TEXT, looks_like_text, open_capture, remedy, what_went_wrong  # noqa: E402
from shared.interruption import temporary_folder  # noqa: E402
from shared.problem import Problem  # noqa: E402
from shared.stage import prepared_tshark  # noqa: E402
from shared.text import lines_of, printable  # noqa: E402
from shared.tool import Tool, write_out  # noqa: E402
from shared.wireshark_settings import WiresharkSettings  # noqa: E402

# tshark is to print another form than ours.
OTHER_FORMS = ("-T", "-V", "-O", "-P", "-S", "-x", "-z", "-q", "-w", "-e", "-G")
TITLE = "SIP Response"
# Root is told on purpose; and a dissector looks for a file of its own wherever tshark is started.
NO_CONCERN = ("Running as user", '"IOR.txt"')
NOT_DECRYPTED = "tls.app_data && !sip"


def main(arguments):
    tool = Tool("sipresp")
    return tool.run(lambda: _run(tool, arguments))


def _run(tool, arguments):
    capture, arguments = arguments[0], arguments[1:]
    keylog = ""
    if "--keylog" in arguments:
        place = arguments.index("--keylog")
        keylog = "".join(arguments[place + 1:place + 2])
        if not keylog:
            raise Problem("--keylog names no file; give the path of one")
        del arguments[place:place + 2]
    # The one plugin that is to be looked at is that of the tree, and none of the user's own.
    with temporary_folder("sipresp-") as home:
        os.environ["HOME"] = str(home)
        with prepared_tshark(WiresharkSettings(keylog=keylog), tool.say) as tshark:
            with _opened(capture) as private, tshark.readable(private) as file:
                return _show(tool, tshark, capture, file, arguments)


def _opened(capture):
    try:
        return open_capture(capture)
    except OSError as error:
        raise Problem(f"{capture} cannot be read: {error.strerror}; {remedy(error)}") from None


def _show(tool, tshark, capture, file, arguments):
    own_form = not any(argument.startswith(OTHER_FORMS) for argument in arguments)
    options = ["-P", "-O", "sipresp"] if own_form else []
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(["-Y", "sipresp", *options, *arguments], file, errors) as process:
            shown = _write_annotations(process.stdout) if own_form else _pass_on(process.stdout)
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode != 0:
        raise Problem(f"{capture}: {what_went_wrong(process.returncode, complaints, 'shown')}")
    nothing = own_form and not shown
    if nothing and looks_like_text(file):
        raise Problem(f"{capture}: {TEXT}")
    for line in lines_of(complaints):
        if not any(words in line for words in NO_CONCERN):
            tool.say(line.removeprefix("tshark: "))
    if nothing:
        tool.say(_why_nothing(tshark, file))
    return 0


def _write_annotations(lines):
    """Leaves the summary of each frame and our own items, out of tshark -P -O; whether there is any."""
    between_frames, ours, shown = True, False, False
    for line in lines:
        text = line.decode("utf-8", "replace").removesuffix("\n")
        if text and not text.startswith(" "):
            ours = text.startswith(TITLE)
        if between_frames or ours or not text:
            write_out(printable(text) + "\n")
        between_frames = not text
        shown = True
    return shown


def _pass_on(output):
    while part := output.read1():
        write_out(part, sys.stdout.buffer)
    return True


def _why_nothing(tshark, file):
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(["-Y", NOT_DECRYPTED, "-T", "fields", "-e", "frame.number"], file, errors) as process:
            encrypted = process.stdout.readline()
            tshark.kill(process)
    if encrypted:
        return ("nothing to show: the capture holds TLS that was not decrypted, and there may be SIP in it; give the "
                "file of its keys: --keylog FILE")
    return "nothing to show: the capture holds no SIP response, or none that passes the filter"


sys.exit(main(sys.argv[1:]))
