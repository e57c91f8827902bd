# SPDX-License-Identifier: GPL-2.0-or-later
"""Colours for who reads the list on a terminal."""

import os

# By outcome: what failed stands out, what went well does not.
SGR = {"failed": "31;1", "not taken": "33", "answered": "32", "open": "36", "unknown": "35"}


def coloured(stream):
    """Whether the stream is a terminal whose user did not turn colours off (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def in_colour(text, outcome, colours):
    return f"\x1b[{SGR[outcome]}m{text}\x1b[0m" if colours and outcome in SGR else text
