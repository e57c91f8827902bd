# SPDX-License-Identifier: GPL-2.0-or-later
"""The calls of a capture, as "tshark -z sipresp,records" tells them at its end (docs/records.md)."""

import json
import tempfile
from decimal import Decimal

from shared.captures import TEXT, looks_like_text, what_went_wrong
from shared.problem import Problem
from shared.wireshark_settings import refuse_preferences

STATISTIC = "sipresp,records"
KIND = b'{"record":"call_end"'
ANY_RECORD = b'{"record":'


class Calls:
    """Those of one capture, by number, in the order they began."""

    def __init__(self, capture):
        self.capture = capture
        self.by_number = {}
        # Why it was not read to its end, or nothing.
        self.problem = ""

    def add(self, record):
        self.by_number[record["call"]] = record

    def legs_of(self, number):
        """The call with all that belong to it, the first one first."""
        first = self.by_number[number]["leg_of"] or number
        return [call for call in self.by_number.values() if first in (call["call"], call["leg_of"])]

    def chosen(self, command):
        """Those that the command asks for."""
        if command.number:
            require(self, command.number)
            return self.legs_of(command.number)
        return [call for call in self.by_number.values()
                if (not command.outcome or command.outcome in (call["outcome"], call["result"]))
                and _holds(call, "caller", command.caller) and _holds(call, "callee", command.callee)]


def require(calls, number):
    """Raises Problem where there is no such call."""
    if number not in calls.by_number:
        known = f"it has calls 1 to {max(calls.by_number)}" if calls.by_number else "it has none"
        raise Problem(f"{calls.capture} has no call {number}: {known}")


def _holds(call, who, text):
    return not text or any(text.casefold() in (call[name] or "").casefold() for name in (who, f"{who}_name"))


def read_calls(tshark, name, file, text=""):
    """The calls of the open capture, with a message that matches the filter, if one is given; what could not be read is
    said in their problem."""
    calls = Calls(name)
    seen = False
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(["-q", "-z", f"{STATISTIC},{text}" if text else STATISTIC], file, errors) as process:
            for line in process.stdout:
                seen = seen or line.startswith(ANY_RECORD)
                if line.startswith(KIND):
                    calls.add(json.loads(line.decode("utf-8", "replace"), parse_float=Decimal))
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode != 0:
        if "Invalid -z argument" in complaints:
            raise Problem("the plugin sipresp that tshark loads does not know -z sipresp,records yet; install sipresp "
                          "anew, from where this tool is")
        refuse_preferences(complaints)
        calls.problem = what_went_wrong(process.returncode, complaints, "listed")
    elif not seen and looks_like_text(file):
        calls.problem = TEXT
    return calls
