# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges one capture in one run of tshark.

Starting tshark takes longer than reading most captures, so everything comes
from one run: findings as PDML of the frames that have some, and the number of
frames that match each filter by -z io,phs, a statistic that takes any filter,
counts over all frames whatever -Y is, and has looked the same for twenty years.
Only for a --fail-if that did match another run says which frames those are.
"""

import os
import re
import subprocess
import tempfile
import time
from xml.parsers.expat import ExpatError

from shared.captures import open_capture, remedy, what_went_wrong
from shared.problem import Problem
from shared.tshark import READING

from .findings import Verdict
from .pdml import FindingReader

# Two passes, since an answer that nobody acknowledged is known for one at the end only.
JUDGING = ["-2", *READING, "-o", "sipresp.check:TRUE"]

# A status line whose code is no status code has no class, but a finding.
RESPONSE_FILTER = "sip.class || sipresp.check"
PROTOCOL_ROW = re.compile(rb"^\S+ +frames:(\d+) bytes:\d+$", re.M)


def judge(tshark, capture, settings):
    """The verdict on one capture; raises Problem where no capture at all could be judged like this."""
    started = time.monotonic()
    verdict = Verdict(capture, settings)
    try:
        with open_capture(capture) as private, tshark.readable(private) as file:
            _read_everything(tshark, file, verdict)
            for expectation in verdict.expectations:
                if expectation.kind == "fail-if" and expectation.met is False:
                    expectation.frames = _matching_frames(tshark, file, expectation.filter)
                    if not expectation.frames:
                        verdict.problem = (f"tshark counts frames that match {expectation.title} and lists none; "
                                           "report this capture")
    except OSError as error:
        verdict.problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
    verdict.seconds = time.monotonic() - started
    return verdict


def _arguments(settings, filters):
    arguments = [*JUDGING, "-o", f"sipresp.ignored_rules:{','.join(settings.allow)}",
                 "-Y", "sipresp.check", "-T", "pdml", "-J", "sipresp"]
    for text in filters:
        arguments += ["-z", f"io,phs,{text}"]
    return arguments


def _read_everything(tshark, file, verdict):
    filters = list(dict.fromkeys([RESPONSE_FILTER, *(item.filter for item in verdict.expectations)]))
    reader = FindingReader()
    with tempfile.TemporaryFile() as errors:
        with tshark.start(_arguments(verdict.settings, filters), file, errors) as process:
            try:
                complete = reader.read(process.stdout)
                statistics = process.stdout.read()
            except ExpatError as error:
                process.kill()
                verdict.problem = f"the answer of tshark is not to be understood ({error}); report this capture"
                return
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    _refuse_bad_settings(verdict, complaints)
    verdict.findings = reader.findings
    if process.returncode != 0 or not complete:
        verdict.problem = what_went_wrong(process.returncode, complaints, "judged")
    counts = _frame_counts(statistics, filters) if complete else {}
    if not verdict.problem and len(counts) < len(filters):
        verdict.problem = "the statistics of tshark are not to be understood; report this with tshark --version"
    verdict.responses = counts.get(RESPONSE_FILTER, 0)
    for expectation in verdict.expectations:
        expectation.met = _is_met(expectation, counts.get(expectation.filter), not verdict.problem)


def _refuse_bad_settings(verdict, complaints):
    unknown = re.search(r'there is no rule "(.*?)" to leave out', complaints)
    if unknown:
        raise Problem(f"--allow {unknown[1]}: the plugin has no such rule; a finding shows its id in brackets")
    refused = re.search(r'Filter "(.*)" is invalid(?: - )?(.*)', complaints, re.S)
    if refused:
        title = next((item.title for item in verdict.expectations if item.filter == refused[1]), refused[1])
        reason = " ".join(refused[2].split()).rstrip(".")
        raise Problem(f"{title} is no display filter: {reason}; correct it (tshark -G fields lists the fields)")


def _frame_counts(statistics, filters):
    """How many frames match each filter, from the tables of -z io,phs."""
    counts = {}
    for text in filters:
        heading = b"Protocol Hierarchy Statistics\nFilter: " + os.fsencode(text) + b"\n"
        _, found, rest = statistics.partition(heading)
        if found:
            # The outermost protocols stand at the left edge; together they are in every frame.
            counts[text] = sum(map(int, PROTOCOL_ROW.findall(rest.partition(b"\n=====")[0])))
    return counts


def _is_met(expectation, count, whole):
    """None where the capture, unreadable or cut, might yet have held the frame that decides."""
    if count is None or (count == 0 and not whole):
        return None
    return (count > 0) == (expectation.kind == "require")


def _matching_frames(tshark, file, text):
    """(frame, its first line) of each frame that a filter matches."""
    arguments = [*JUDGING, "-Y", text, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=/s",
                 "-e", "frame.number", "-e", "sip.Status-Line", "-e", "sip.Request-Line"]
    process = tshark.start(arguments, file, subprocess.DEVNULL)
    lines = process.communicate()[0].decode("utf-8", "replace").splitlines()
    rows = (line.split("\t") for line in lines)
    return [(int(row[0]), " ".join(filter(None, row[1:])) or "the frame") for row in rows]
