# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures, files of records or partial results in, one tally out; a file that cannot be read is said and left out."""

import re
import tempfile
from contextlib import ExitStack
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from pathlib import Path

from shared.captures import SILENT, TEXT, looks_like_text, open_capture, remedy, what_went_wrong
from shared.filters import refused_filter
from shared.problem import Problem
from shared.stage import prepared_tshark
from shared.streams import called
from shared.text import valid_unicode
from shared.tshark import Ended
from shared.wireshark_settings import refuse_preferences

from .joining import IN_ORDER_MAX, OPEN_MESSAGES_MAX, join
from .part import Part
from .partial import read_partial
from .records import BadRecord, add_records

STATISTICS = ("sipresp,messages", "sipresp,records")
# Of a capture without responses there are no records; this tshark always prints, and no sender's word stands in it.
MARKER = "io,stat,0"
MARKER_LINES = (b"=", b"|", b"\n")
MARKER_EDGE = b"="


def tally_captures(total, joiner, captures, text, jobs, progress):
    """Adds all captures to the total, jobs of them at once; text is a display filter or empty. What was read by then is
    in the total when this is interrupted."""
    running = set()
    tshark = joiner.tshark
    progress.follow(tshark.shares)
    with ThreadPoolExecutor(jobs) as pool:
        waiting = iter(captures)
        try:
            # As many at a time as there are workers: a tally that waits to be added takes memory.
            running = {pool.submit(_tally_capture, tshark, capture, text, total.another()) for capture in islice(waiting, jobs)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    joiner.take(total, future.result())
                    progress.step()
                    running |= {pool.submit(_tally_capture, tshark, capture, text, total.another())
                                for capture in islice(waiting, 1)}
        except BaseException:
            finished = [future.result() for future in running if future.done() and not future.exception()]
            tshark.end()
            pool.shutdown(cancel_futures=True)
            for part in finished:
                total.merge(part)
            raise


def _tally_capture(tshark, capture, text, part):
    """The part, with what is in the capture."""
    problem = None
    name = valid_unicode(called(capture))
    try:
        with open_capture(capture) as private, tshark.readable(private) as file:
            problem = read_part(tshark, text, file, part, capture_of=lambda _: name)
            if not problem and not part.holds_responses() and looks_like_text(file):
                problem = TEXT
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
    except Ended:
        problem = "it was not read to its end"
    part.captures.append((name, problem))
    return part


class Joiner:
    """Adds parts, and joins what is open in them; starts tshark where there is something to be joined."""

    def __init__(self, settings, say):
        self._prepare = partial(prepared_tshark, settings, say)
        self._stack = ExitStack()
        self._tshark = None
        # Messages that are open in the total, and that were when it was joined.
        self._open = self._left = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return self._stack.__exit__(*exception)

    @property
    def tshark(self):
        if self._tshark is None:
            self._tshark = self._stack.enter_context(self._prepare())
            self._tshark.require_plugin("sipresp-report")
        return self._tshark

    def take(self, total, part, most=OPEN_MESSAGES_MAX):
        """Adds the part; what is open is joined before it becomes too much."""
        # To count all of them for each part would take longer, the more parts there are.
        self._open += part.open_messages()
        total.merge(part)
        if self._open > max(most, 2 * self._left):
            self.join(total)
            self._open = self._left = total.open_messages()

    def take_next(self, total, part):
        """The same of parts that come in the order of time."""
        self.take(total, part, IN_ORDER_MAX)

    def join(self, part):
        if not part.is_joined:
            join(part, partial(read_part, self.tshark, ""))


def read_part(tshark, text, file, part, **how):
    """Reads an open capture into the part; why it was not read to its end, or None."""
    arguments = ["-q", "-z", MARKER]
    for statistic in STATISTICS:
        arguments += ["-z", f"{statistic},{text}" if text else statistic]
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(arguments, file, errors, [text] if text else []) as process:
            answer = Answer(process.stdout)
            try:
                add_records(part, answer, filtered=bool(text), **how)
            except BadRecord as bad:
                tshark.kill(process)
                return f"line {bad} of what tshark says of it is no record; report this with tshark --version"
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode == 0:
        return None if answer.complete else SILENT
    _refuse(complaints)
    return what_went_wrong(process.returncode, complaints, "counted")


class Answer:
    """The records in what tshark prints; complete when it has printed all that it was asked for."""

    def __init__(self, lines):
        self._lines = lines
        self.complete = False

    def __iter__(self):
        for line in self._lines:
            self.complete = self.complete or line.startswith(MARKER_EDGE)
            if not line.startswith(MARKER_LINES):
                yield line


def _refuse(complaints):
    """Raises Problem where no capture at all could be read like this."""
    if "Invalid -z argument" in complaints:
        raise Problem("the plugin sipresp that tshark loads does not know -z sipresp,messages yet; "
                      "install sipresp anew, from where this tool is")
    refuse_preferences(complaints)
    refused = refused_filter(complaints)
    if refused:
        text, reason = refused
        raise Problem(f"--filter {text!r} is no display filter: {reason}; "
                      "correct it (tshark -G fields lists the fields)")


def tally_records(files, tables, progress):
    """The part of files that "tshark -q -z sipresp,records" wrote."""
    total = Part(tables)
    for name in files:
        part = Part(tables)
        problem = None
        try:
            with open(name, "rb") as file:
                add_records(part, file)
        except OSError as error:
            problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
        except BadRecord as bad:
            problem = (f"its line {bad} is no record, and what came after could not be counted; "
                       "make it anew with tshark -q -z sipresp,records")
        part.captures.append((valid_unicode(name), problem))
        total.merge(part)
        progress.step()
    return total


def _by(part):
    return f"--by {','.join(part.labels.dimensions)}" if part.labels.dimensions else "no --by"


FIRST_SPAN = re.compile(rb'"open": *\{\s*"spans": *\[\s*\[\s*(-?\d{1,19})')


def _begun(name):
    """When what the file is of began, which shows without taking all of it apart; 0 where it does not say so. A pipe can be
    read but once."""
    try:
        found = FIRST_SPAN.search(Path(name).read_bytes()) if Path(name).is_file() else None
    except OSError:
        found = None
    return int(found[1]) if found else 0


def merge_partials(files, tables, progress, take_next):
    """(part, filter, settings) of files that --format json wrote; raises Problem at one that cannot be added. Each is
    added by take_next(total, part), in the order of time."""
    total = Part(tables)
    text = None
    settings = {}
    for name in sorted(files, key=_begun):
        try:
            with open(name, encoding="utf-8") as file:
                part, filter_of_file, settings_of_file = read_partial(file.read(), tables)
        except OSError as error:
            raise Problem(f"{name}: it cannot be read: {error.strerror}; {remedy(error)}") from None
        except UnicodeDecodeError:
            raise Problem(f"{name}: it is no JSON; name files that --format json wrote") from None
        except Problem as problem:
            raise Problem(f"{name}: {problem}") from None
        if text not in (None, filter_of_file):
            raise Problem(f"{name}: it was made with --filter {filter_of_file!r} and those before it with {text!r}; "
                          "merge reports of one filter")
        if text is not None and part.labels.dimensions != total.labels.dimensions:
            raise Problem(f"{name}: it was made with {_by(part)} and those before it with {_by(total)}; "
                          "merge reports that were broken down alike")
        text, total.labels = filter_of_file, part.labels
        settings.update(dict.fromkeys(settings_of_file))
        take_next(total, part)
        progress.step()
    return total, text or "", tuple(sorted(settings))
