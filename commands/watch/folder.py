# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of the folder that dumpcap or tcpdump rotates into: which are finished, and which were read."""

import fcntl
import hashlib
import os
import stat
import time
from dataclasses import dataclass

from shared.captures import open_regular
from shared.problem import Problem

# Two files that begin with the same packets are one that has grown.
BEGINNING = 4096
# Kinds of file systems.
OF_OTHERS = ("nfs", "cifs", "smb", "9p", "fuse", "ceph", "gluster", "virtiofs")


@dataclass(frozen=True)
class File:
    """A file as it was seen."""
    name: str
    inode: int
    size: int
    changed_ns: int

    @property
    def what(self):
        """The same after it got another name."""
        return self.inode, self.size, self.changed_ns


@dataclass
class Read:
    """A file that was read, or set aside."""
    file: File
    beginning: str
    result: str


class Folder:
    def __init__(self, path, idle, ours):
        """ours: paths of files that are no captures and may lie there."""
        self._path = path
        self._idle = idle
        self._is_of_others = _is_of_others(path)
        self._ours = {os.path.abspath(name) for name in ours}

    def path(self, file):
        return os.path.join(self._path, file.name)

    def files(self):
        """All that are there, the oldest first; those whose names begin with a point are on their way from elsewhere."""
        found = []
        try:
            with os.scandir(self._path) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or os.path.abspath(entry.path) in self._ours:
                        continue
                    try:
                        status = entry.stat()
                    except OSError:
                        # It has gone, or its link leads nowhere.
                        continue
                    if stat.S_ISREG(status.st_mode):
                        found.append(File(entry.name, status.st_ino, status.st_size, status.st_mtime_ns))
        except OSError as error:
            raise Problem(f"the folder {self._path} cannot be read: {error.strerror}; correct its path, or change its "
                          "permissions") from None
        return sorted(found, key=lambda file: (file.changed_ns, file.name))

    def is_finished(self, file, newest_ns):
        """Whether nobody writes it any more. The kernel says so to its owner, and to who has the capability; to others
        a newer file does, or that it has not changed for long."""
        if not self._is_of_others:
            try:
                return _is_closed(self.path(file))
            except OSError:
                pass
        return newest_ns > file.changed_ns or time.time_ns() - file.changed_ns > self._idle * 10**9

    def beginning(self, file, size):
        """A digest of the first bytes of a file that had this size."""
        try:
            with open_regular(self.path(file)) as opened:
                return hashlib.sha256(opened.read(min(BEGINNING, size))).hexdigest()
        except OSError:
            return ""


def _is_of_others(path):
    """Whether the folder is of a file system that other machines write to, of whom the kernel here knows nothing."""
    try:
        number = os.stat(path).st_dev
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            kinds = [line.partition(" - ")[2] for line in mounts
                     if line.split()[2] == f"{os.major(number)}:{os.minor(number)}"]
    except OSError:
        return False
    return any(kind.startswith(OF_OTHERS) for kind in kinds)


def _is_closed(path):
    """Whether no process has it open for writing; OSError where the kernel does not say. A lease to read is granted
    only then (fcntl(2))."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
