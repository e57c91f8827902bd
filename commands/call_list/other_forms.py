# SPDX-License-Identifier: GPL-2.0-or-later
"""The list for programs: JSON, and CSV (RFC 4180)."""

import csv
import io
import json
from decimal import Decimal

from shared.text import printable, valid_unicode

COLUMNS = ("capture", "call", "time", "call_id", "caller", "caller_name", "caller_address", "callee", "callee_name",
           "callee_address", "outcome", "result", "final_code", "alert_time", "ring_time", "setup_time", "duration",
           "ended_by", "frame", "last_frame", "leg_of", "joined", "cause", "explanation")
# In quotation marks they are text as any other (RFC 4180 2).
KEPT = "\t\r\n"
# A spreadsheet takes a cell that begins so for a formula.
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json_form(listed):
    """One object a call, in a list; listed are pairs of a capture's name and its calls."""
    def plain(value):
        return float(value) if isinstance(value, Decimal) else value

    objects = [{name: valid_unicode(capture) if name == "capture" else plain(call[name]) for name in COLUMNS}
               for capture, calls in listed for call in calls]
    return json.dumps(objects, indent=1) + "\n"


def csv_form(listed):
    """What strangers chose has an apostrophe before it where a spreadsheet would compute it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for capture, calls in listed:
        for call in calls:
            writer.writerow([_cell(capture if name == "capture" else call[name]) for name in COLUMNS])
    return text.getvalue()


def _cell(value):
    if not isinstance(value, str):
        return "" if value is None else value
    text = printable(value, KEPT)
    return f"'{text}" if text.startswith(BEGINS_FORMULA) else text
