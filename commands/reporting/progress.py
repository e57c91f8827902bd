# SPDX-License-Identifier: GPL-2.0-or-later
"""How far the work is, where a person looks on."""

import sys


class Progress:
    def __init__(self, total, noun):
        self._total = total
        self._noun = noun
        self._done = 0
        self._shown = sys.stderr.isatty() and total > 1

    def step(self):
        self.show(self._done + 1)

    def show(self, done):
        self._done = done
        self._write(f"{done} of {self._total} {self._noun}s")

    def end(self):
        self._write("")

    def _write(self, text):
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
