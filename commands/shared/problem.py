# SPDX-License-Identifier: GPL-2.0-or-later
"""What ends a tool."""


class Problem(Exception):
    """Why nothing can be done: one sentence for the user."""
