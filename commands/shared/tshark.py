# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts tshark: as whom, with which settings, how long, and whether it loads our plugin.

Captures reach tshark on its standard input. So no name of a file is ever taken
for an option, and nobody needs no way into the folders of root.
"""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
from contextlib import contextmanager

from . import VERSION
from .captures import ending, last_line
from .filters import may_ask_for_media
from .position import share_read
from .problem import Problem
from .streams import COPIED_AT_ONCE
from .text import lines_of

PLUGIN = "sipresp.so"
READING = ["-n", "--enable-protocol", "sipresp", "-o", "sipresp.follow:TRUE"]
# A file that can be opened twice, which "-r -" is not, for tshark -2 does so. A pipe may be closed to the user nobody.
FILE = ["-r", "/dev/stdin"]
STREAM = ["-r", "-", "-l"]
# A port of media that many calls share costs more than all else, and no figure is made of it.
MEDIA_UNSEEN = ["-o", "sdp.establish_conversation:FALSE"]
# For whoever asks of plugins alone: to start each of the programs of extcap, and to read the dictionaries of other
# protocols, is two thirds of the time that takes.
NOWHERE = "/nonexistent"
PLUGINS_ALONE = {"WIRESHARK_EXTCAP_DIR": NOWHERE, "WIRESHARK_DATA_DIR": NOWHERE}


class Ended(Exception):
    """No tshark is started any more."""


class Overdue(Exception):
    """tshark took longer than it may."""


class Tshark:
    """How tshark is started here; made once for all captures, whose threads share it."""

    def __init__(self, environment, identity, options=(), descriptors=(), seconds=0):
        self._environment = {**environment, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self._identity = identity
        self._options = options
        self._descriptors = descriptors
        # How long each may take; 0 is for ever.
        self.seconds = seconds
        self._running = set()
        self._overdue = set()
        self._ended = False
        self._lock = threading.Lock()

    def reading(self, arguments, file, errors, filters=None, stream=False):
        """A tshark that reads a capture, with what the user set; ours comes last and counts. filters: all that is asked
        for of a frame, where nothing else of it is looked at. Of a stream each packet is shown as it comes."""
        media = filters is None or any(map(may_ask_for_media, filters))
        return self.running([*(STREAM if stream else FILE), *(() if media else MEDIA_UNSEEN), *self._options, *READING,
                             *arguments], file, errors)

    @contextmanager
    def running(self, arguments, stdin, stderr, changes=None):
        """A running tshark, which is at its end when the block is; its arguments are a list and never see a shell. changes
        are those of its environment."""
        process = self._start(arguments, stdin, stderr, changes or {})
        timer = threading.Timer(self.seconds, self._end_overdue, [process]) if self.seconds else None
        try:
            if timer:
                timer.daemon = True
                timer.start()
            yield process
        except BaseException:
            self.kill(process)
            raise
        finally:
            process.stdout.close()
            process.wait()
            if timer:
                timer.cancel()
            with self._lock:
                self._running.discard(process)

    def shares(self):
        """How much of its capture each running tshark has read, from 0 to 1, as far as this system tells."""
        with self._lock:
            running = list(self._running)
        return [share for share in (share_read(process.pid) for process in running) if share is not None]

    def is_overdue(self, process):
        """Whether it was ended for the time that it took."""
        return process in self._overdue

    def end(self):
        """Ends every tshark, and lets none start after that."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        for process in running:
            self.kill(process)

    def _start(self, arguments, stdin, stderr, changes):
        try:
            # One that starts between the two would outlive end().
            with self._lock:
                if self._ended:
                    raise Ended
                # In a group of its own, since it may start others, and a terminal's Ctrl-C is ours to pass on.
                process = subprocess.Popen(["tshark", *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
                                           env={**self._environment, **changes}, process_group=0, pass_fds=self._descriptors,
                                           **self._identity)
                self._running.add(process)
                return process
        except OSError as error:
            # A folder of PATH that nobody may not enter hides that tshark is in none of the others.
            if shutil.which("tshark") is None:
                raise Problem("there is no tshark in PATH; install it, on Debian: apt-get install tshark") from None
            user = "the user nobody" if self._identity else "this user"
            raise Problem(f"tshark cannot be started: {error.strerror}; make it executable for {user}") from None

    def _end_overdue(self, process):
        self._overdue.add(process)
        self.kill(process)

    def kill(self, process):
        """Ends one and whatever it started."""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    @contextmanager
    def readable(self, file):
        """The capture as a file that tshark, whoever it runs as, may open again by its descriptor."""
        if not self._identity or os.fstat(file.fileno()).st_mode & stat.S_IROTH:
            yield file
            return
        with copy_for_everybody(file, lambda: self._ended) as copy:
            yield copy

    def require_plugin(self, program):
        """Without our plugin tshark goes on and finds nothing, so it is asked first, on behalf of program; the path of
        the plugin."""
        with tempfile.TemporaryFile() as errors:
            with self.running(["-G", "plugins"], subprocess.DEVNULL, errors, PLUGINS_ALONE) as process:
                listed = process.stdout.read().decode("utf-8", "replace")
            errors.seek(0)
            complaints = errors.read().decode("utf-8", "replace")
        row = next((line.split("\t") for line in lines_of(listed) if line.startswith(PLUGIN)), None)
        if row is None:
            raise Problem(f"tshark -G plugins does not end within {self.seconds} s; make tshark run first"
                          if self.is_overdue(process) else self._why_absent(process.returncode, complaints))
        version = row[1].strip() if len(row) > 1 else ""
        if version != VERSION:
            raise Problem(f"tshark loads the plugin sipresp in version {version} and this is {program} "
                          f"{VERSION}; install both from the same package")
        return row[-1]

    def _why_absent(self, status, complaints):
        for line in lines_of(complaints):
            if PLUGIN in line:
                return (f"the plugin is there but tshark does not load it ({line.strip()}); "
                        "install the sipresp that was built for this Wireshark")
        if status != 0:
            return f"tshark -G plugins {ending(status)} ({last_line(complaints)}); make tshark run first"
        hint = ", for everybody since root's own plugins are never loaded" if os.geteuid() == 0 else ""
        return (f"tshark does not load the plugin sipresp; install it{hint} "
                "(sipresp-doctor or tshark -G folders says where)")


@contextmanager
def copy_for_everybody(file, is_over=lambda: False):
    """What is in the file in one without a name, which whoever gets its descriptor may read and nobody else finds."""
    with tempfile.TemporaryFile() as copy:
        while not is_over() and (part := file.read(COPIED_AT_ONCE)):
            copy.write(part)
        copy.flush()
        os.fchmod(copy.fileno(), 0o644)
        yield copy
