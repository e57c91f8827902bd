# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures, files of records or partial results in, one tally out; a file that cannot be read is said and left out."""

import tempfile
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice

from shared.captures import TEXT, looks_like_text, open_capture, remedy, what_went_wrong
from shared.filters import refused_filter
from shared.problem import Problem
from shared.text import valid_unicode
from shared.tshark import Ended
from shared.wireshark_settings import refuse_preferences

from .partial import read_partial
from .records import BadRecord, add_records
from .tally import Tally

STATISTIC = "sipresp,records"
# Of a capture without responses there are no records; this tshark always prints, and no sender's word stands in it.
MARKER = "io,stat,0"
MARKER_LINES = (b"=", b"|", b"\n")
MARKER_EDGE = b"="


def tally_captures(total, tshark, captures, text, tables, jobs, progress):
    """Adds all captures to the total, jobs of them at once; text is a display filter or empty. What was read by then is
    in the total when this is interrupted."""
    running = set()
    with ThreadPoolExecutor(jobs) as pool:
        waiting = iter(captures)
        try:
            tshark.require_plugin("sipresp-report")
            # As many at a time as there are workers: a tally that waits to be added takes memory.
            running = {pool.submit(_tally_capture, tshark, capture, text, tables) for capture in islice(waiting, jobs)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    total.merge(future.result())
                    progress.step()
                    running |= {pool.submit(_tally_capture, tshark, capture, text, tables)
                                for capture in islice(waiting, 1)}
        except BaseException:
            finished = [future.result() for future in running if future.done() and not future.exception()]
            tshark.end()
            pool.shutdown(cancel_futures=True)
            for tally in finished:
                total.merge(tally)
            raise


def _tally_capture(tshark, capture, text, tables):
    tally = Tally(tables)
    problem = None
    try:
        with open_capture(capture) as private, tshark.readable(private) as file:
            problem = read_records(tshark, file, text, tally)
            if not problem and not tally.responses and looks_like_text(file):
                problem = TEXT
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
    except Ended:
        problem = "it was not read to its end"
    tally.captures.append((valid_unicode(capture), problem))
    return tally


def read_records(tshark, file, text, tally):
    """Adds the records of an open capture to the tally; why it was not read to its end, or None."""
    statistic = f"{STATISTIC},{text}" if text else STATISTIC
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(["-q", "-z", statistic, "-z", MARKER], file, errors) as process:
            answer = Answer(process.stdout)
            try:
                add_records(tally, answer)
            except BadRecord as bad:
                tshark.kill(process)
                return f"line {bad} of what tshark says of it is no record; report this with tshark --version"
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode == 0:
        return None if answer.complete else ("tshark says nothing of it, though it ended with status 0; "
                                             "see what tshark -r says about it")
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
        raise Problem("the plugin sipresp that tshark loads does not know -z sipresp,records yet; "
                      "install sipresp anew, from where this tool is")
    refuse_preferences(complaints)
    refused = refused_filter(complaints)
    if refused:
        text, reason = refused
        raise Problem(f"--filter {text!r} is no display filter: {reason}; "
                      "correct it (tshark -G fields lists the fields)")


def tally_records(files, tables, progress):
    """The tally of files that "tshark -q -z sipresp,records" wrote."""
    total = Tally(tables)
    for name in files:
        tally = Tally(tables)
        problem = None
        try:
            with open(name, "rb") as file:
                add_records(tally, file)
        except OSError as error:
            problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
        except BadRecord as bad:
            problem = (f"its line {bad} is no record, and what came after could not be counted; "
                       "make it anew with tshark -q -z sipresp,records")
        tally.captures.append((valid_unicode(name), problem))
        total.merge(tally)
        progress.step()
    return total


def merge_partials(files, tables, progress):
    """(tally, filter, settings) of files that --format json wrote; raises Problem at one that cannot be added."""
    total = Tally(tables)
    text = None
    settings = {}
    for name in files:
        try:
            with open(name, encoding="utf-8") as file:
                tally, filter_of_file, settings_of_file = read_partial(file.read(), tables)
        except OSError as error:
            raise Problem(f"{name}: it cannot be read: {error.strerror}; {remedy(error)}") from None
        except UnicodeDecodeError:
            raise Problem(f"{name}: it is no JSON; name files that --format json wrote") from None
        except Problem as problem:
            raise Problem(f"{name}: {problem}") from None
        if text not in (None, filter_of_file):
            raise Problem(f"{name}: it was made with --filter {filter_of_file!r} and those before it with {text!r}; "
                          "merge reports of one filter")
        text = filter_of_file
        settings.update(dict.fromkeys(settings_of_file))
        total.merge(tally)
        progress.step()
    return total, text or "", tuple(sorted(settings))
