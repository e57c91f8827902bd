# SPDX-License-Identifier: GPL-2.0-or-later
"""Responses that the plugin saw and could not judge, by the reason that it gives."""

from collections import Counter

from .text import counted

REASONS = {"cut": "cut", "gap": "behind a gap"}


class NotJudged(Counter):
    """Reason -> responses, and of how many in all."""

    def __init__(self, counts=(), of=0):
        super().__init__(dict(counts))
        self.of = of

    def __bool__(self):
        return self.total() > 0

    def __str__(self):
        parts = [f"{self[reason]} {REASONS.get(reason, reason)}" for reason in sorted(self) if self[reason]]
        verb = "was" if self.of == 1 else "were"
        return f"{self.total()} of {counted(self.of, 'response')} {verb} not judged: {', '.join(parts)}"
