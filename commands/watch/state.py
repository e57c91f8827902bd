# SPDX-License-Identifier: GPL-2.0-or-later
"""The file that keeps what was read and counted. It is written anew after each capture, all of it or nothing, so that
whenever the watch is killed, each capture is either read and counted or neither."""

import fcntl
import gzip
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from reporting.breakdown import Labels
from reporting.part import Part
from reporting.partial import json_form, read_partial
from reporting.report import Report
from shared.problem import Problem

from .counters import Counters
from .folder import File, Read

FORMAT = 1
DIMENSIONS = ("cause", "peer")
# What is open is text that repeats itself; more takes longer and gains little.
COMPRESSION = 1


@dataclass
class State:
    """What the watch knows."""
    counters: Counters
    # What is open at the end of what was read.
    part: Part
    # Name -> Read of each file that is still there.
    files: dict = field(default_factory=dict)


@contextmanager
def locked(path):
    """Keeps another watch from the same file."""
    try:
        with open(f"{path}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise Problem(f"another sipresp-watch runs with the state {path}; end that one, or name another by --state") from None
    except (FileNotFoundError, PermissionError) as error:
        if error.filename != f"{path}.lock":
            raise
        raise _cannot_be_written(path, error) from None


def read_state(path, tables, peers):
    """peers: address -> name."""
    labels = Labels(DIMENSIONS, peers)
    try:
        with gzip.open(path, "rb") as file:
            document = json.loads(file.read())
        if document["sipresp_watch"] != FORMAT:
            raise Problem(f"the state {path} has format {document['sipresp_watch']!r} and this tool knows {FORMAT}; "
                          "move it away to begin anew")
        part, _, _ = read_partial(document["open"], tables)
        part.labels = labels
        files = [Read(File(*row["file"]), row["beginning"], row["result"]) for row in document["files"]]
        return State(Counters(document["counters"], peers.values()), part, {read.file.name: read for read in files})
    except FileNotFoundError:
        return State(Counters(named=peers.values()), Part(tables, labels))
    except PermissionError as error:
        raise Problem(f"the state {path} cannot be read: {error.strerror}; change its permissions") from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"the state {path} is damaged ({type(error).__name__}); move it away to begin anew, with counters "
                      "that begin at 0") from None


def write_state(path, state, tables):
    document = {"sipresp_watch": FORMAT, "counters": state.counters.numbers(),
                "files": [{**asdict(read), "file": list(asdict(read.file).values())} for read in state.files.values()],
                "open": json_form(Report(state.part, Part(tables).total(), tables, ""))}
    temporary = f"{path}.new"
    try:
        with open(temporary, "wb") as file:
            # No name and no time in it.
            with gzip.GzipFile("", "wb", COMPRESSION, file, 0) as packed:
                packed.write(json.dumps(document).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _cannot_be_written(path, error) from None


def _cannot_be_written(path, error):
    return Problem(f"the state {path} cannot be written: {error.strerror}; make room, or name a file by --state in a "
                   "folder that you may write to")
