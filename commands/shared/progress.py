# SPDX-License-Identifier: GPL-2.0-or-later
"""How far the work is, where a person looks on."""

import sys
import threading
from contextlib import contextmanager

EVERY_SECONDS = 0.5


class Progress:
    """The last line of standard error; threads may step. What is printed in between is printed with it away()."""

    def __init__(self, total, noun):
        self._total = total
        self._noun = noun
        self._done = 0
        self._shares = None
        self._written = ""
        self._shown = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._over = threading.Event()

    def follow(self, shares):
        """From now on tells also how much of those that are being read is read, from 0 to 1 each: shares() says that."""
        self._shares = shares
        if self._shown:
            threading.Thread(target=self._look, daemon=True).start()

    def step(self):
        with self._lock:
            self._done += 1
            self._show()

    def show(self, done):
        with self._lock:
            self._done = done
            self._show()

    @contextmanager
    def away(self):
        """While something else is written."""
        with self._lock:
            self._write("")
            yield

    def end(self):
        self._over.set()
        with self.away():
            pass

    def _look(self):
        while not self._over.wait(EVERY_SECONDS):
            with self._lock:
                # What is over stays away.
                if not self._over.is_set():
                    self._show()

    def _show(self):
        shares = self._shares() if self._shares and self._shown else []
        text = f"{self._done} of {self._total} {self._noun}s" if self._total > 1 else ""
        if shares:
            read = ", ".join(f"{share:.0%}" for share in shares)
            text = f"{text}, {read} of {'those' if len(shares) > 1 else 'the one'} being read" if text else f"{read} read"
        self._write(text)

    def _write(self, text):
        if self._shown and text != self._written:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
            self._written = text


@contextmanager
def progress_of(captures, tshark):
    """Each of them stepped over as it is taken."""
    progress = Progress(len(captures), "capture")
    progress.follow(tshark.shares)

    def stepped():
        for capture in captures:
            yield capture
            progress.step()

    try:
        yield stepped()
    finally:
        progress.end()
