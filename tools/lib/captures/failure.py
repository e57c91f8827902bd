# SPDX-License-Identifier: GPL-2.0-or-later
"""The one exception whose text is meant for the user."""


class CaptureFailure(Exception):
    """One sentence: what is wrong, where, and what to do."""
