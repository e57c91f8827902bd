# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what has come to its end in a folder, each file once."""

import os

from reporting.breakdown import Breakdown
from reporting.tally import Tally
from shared.problem import Problem

from .folder import Read
from .reading import BROKEN, DAMAGED, READ
from .state import read_state, write_state

# Files of our own dumpcap are named like this, and go when they are read.
OWN_NAME = "sipresp-watch"
GROWN = "grown"


class Watch:
    def __init__(self, command, folder, reader, peers, tables, say):
        self._path = command.state
        self._folder = folder
        self._reader = reader
        self._tables = tables
        self._say = say
        self._removes = bool(command.interface) and not command.keep_files
        self._peers = peers
        # Only what is in the file of the state too.
        self.state = self._last_state()
        self.state.counters.begin(tables)
        # How many files were read.
        self.done = 0

    def look(self):
        """Reads what is finished, and yields after each file how many are left; at least once."""
        files = self._folder.files()
        self._forget(files)
        newest = files[-1].changed_ns if files else 0
        known = {read.file.what: read for read in self.state.files.values()}
        waiting = [file for file in files if not self._is_known(file, known) and self._folder.is_finished(file, newest)]
        yield len(waiting)
        for left, file in zip(range(len(waiting) - 1, -1, -1), waiting):
            if self._take(file):
                yield left

    def _take(self, file):
        """Whether the file was there."""
        known = self.state.files.get(file.name)
        if known and file.size > known.file.size and self._folder.beginning(file, known.file.size) == known.beginning:
            self._say(f"{file.name} has grown after it was read, and what came then is not counted; let it be written "
                      "under another name first")
            self._commit(file, GROWN)
        else:
            try:
                self._read(file)
            except FileNotFoundError:
                # Whoever rotates has taken it away.
                return False
        return True

    def _read(self, file):
        try:
            part, result, problem = self._reader.read(self._folder.path(file), self.state.part)
        except Problem as error:
            # It has to do with this file, for those before it went well; what was certain is in the state.
            self.state = self._last_state()
            part, result, problem = self.state.part, BROKEN, str(error)
        self.state.part = part
        self.state.counters.add_tally(part.closed.finish(), self._tables)
        self.state.counters.add_breakdown(part.closed_breakdown.finish(), self._tables)
        self.state.counters.add_unread(part.unread)
        part.closed, part.closed_breakdown = Tally(self._tables), Breakdown(self._tables)
        # They would be more from day to day.
        part.unread.clear()
        if problem:
            kept = "what could be read is counted, and it" if result == DAMAGED else "it"
            self._say(f"{file.name}: {problem}; {kept} is set aside")
        self._commit(file, result)
        self.done += 1
        if result == READ:
            self._remove(file)

    def _last_state(self):
        return read_state(self._path, self._tables, self._peers)

    def _commit(self, file, result):
        self.state.counters.add("files", (result,), 1)
        self.state.files[file.name] = Read(file, self._folder.beginning(file, file.size), result)
        write_state(self._path, self.state, self._tables)

    def _is_known(self, file, known):
        """known: what each file is that was read -> its Read. It may have another name now."""
        read = known.get(file.what)
        if read and read.file.name != file.name:
            self.state.files[file.name] = Read(file, read.beginning, read.result)
        return read is not None

    def _forget(self, files):
        """Files that are gone, and what was killed before it removed one."""
        there = {file.name for file in files}
        whats = {file.what for file in files}
        for name, read in list(self.state.files.items()):
            if read.file.what not in whats:
                # One that has changed is needed to see what it was.
                if name not in there:
                    del self.state.files[name]
            elif read.result == READ:
                self._remove(read.file)

    def _remove(self, file):
        if self._removes and file.name.startswith(f"{OWN_NAME}_"):
            try:
                os.unlink(self._folder.path(file))
            except FileNotFoundError:
                pass
