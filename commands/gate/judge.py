# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges one capture in one run of tshark.

Starting tshark takes longer than reading most captures, so everything comes
from one run: findings as PDML of the frames that have some, and the number of
frames that match each filter by -z io,phs, a statistic that takes any filter,
counts over all frames whatever -Y is, and has looked the same for twenty years.
Only for a --fail-if that did match another run says which frames those are, and
where a figure is limited one more counts what figures are made of.
"""

import json
import os
import re
import subprocess
import tempfile
import time
from xml.parsers.expat import ExpatError

from reporting.part import Part
from reporting.runs import read_part
from shared.captures import TEXT, looks_like_text, open_capture, remedy, what_went_wrong
from shared.filters import refused_filter
from shared.incomplete import NotJudged
from shared.problem import Problem
from shared.text import counted
from shared.tshark import Ended, Overdue
from shared.wireshark_settings import refuse_preferences

from .expectations import Limited, Matching
from .findings import Verdict
from .limits import Measured, frames_value, tables
from .pdml import FindingReader

# Two passes, since an answer that nobody acknowledged is known for one at the end only.
JUDGING = ["-2", "-o", "sipresp.check:TRUE"]

# A status line whose code is no status code has no class, but a finding.
RESPONSE_FILTER = "sip.class || sipresp.check"
FINDING_FILTER = "sipresp.check"
NOT_JUDGED_FIELD = "sipresp.not_judged"
PROTOCOL_ROW = re.compile(rb"^\S+ +frames:(\d+) bytes:\d+$", re.M)
FRAMES_NAMED = 5


def judge(tshark, tells_not_judged, capture, settings, counts_steps=False):
    """The verdict on one capture; raises Problem where no capture at all could be judged like this. With counts_steps,
    or where a figure is limited, the verdict has what figures are made of."""
    started = time.monotonic()
    verdict = Verdict(capture, settings)
    if counts_steps or any(limit.figure for limit in settings.limits):
        verdict.part = Part(tables())
    try:
        with open_capture(capture) as private, tshark.readable(private) as file:
            _read_everything(tshark, tells_not_judged, file, verdict)
            if not verdict.problem and not verdict.responses and looks_like_text(file):
                verdict.problem = TEXT
            if verdict.not_judged:
                verdict.not_judged.of = _count_responses(tshark, file)
            for expectation in verdict.expected(Matching):
                if expectation.kind == "fail-if" and expectation.met is False:
                    expectation.frames = _matching_frames(tshark, file, expectation.filter)
                    if not expectation.frames:
                        verdict.problem = (f"tshark counts frames that match {expectation.title} and lists none; "
                                           "report this capture")
    except OSError as error:
        verdict.problem = f"it cannot be read: {error.strerror}; {remedy(error)}"
    except Overdue:
        verdict.problem = (f"tshark did not come to its end within {counted(tshark.seconds, 'second')}; "
                           "give it more by --timeout, or see what tshark -r says about it")
    except Ended:
        verdict.problem = "it was not judged to its end"
    verdict.seconds = time.monotonic() - started
    return verdict


def _with_not_judged(text, tells_not_judged):
    return f"{text} || {NOT_JUDGED_FIELD}" if tells_not_judged else text


def _arguments(settings, tells_not_judged, filters):
    arguments = [*JUDGING, "-o", f"sipresp.ignored_rules:{','.join(settings.allow)}",
                 "-Y", _with_not_judged(FINDING_FILTER, tells_not_judged), "-T", "pdml", "-J", "sipresp"]
    for text in filters:
        arguments += ["-z", f"io,phs,{text}"]
    return arguments


def _limited_filters(limit, responses):
    """The filters of a limit: the user's own, which tshark has to take by itself before it stands in another."""
    return [limit.subject] + ([_among(limit, responses)] if limit.unit == "%" else [])


def _among(limit, responses):
    return f"({limit.subject}\n) && ({responses})"


def _filters(verdict, responses):
    """Each once, in the order in which tshark is to complain of them."""
    limits = [item.limit for item in verdict.expected(Limited) if not item.limit.figure]
    return list(dict.fromkeys([responses, *(item.filter for item in verdict.expected(Matching)),
                               *(text for limit in limits for text in _limited_filters(limit, responses))]))


def _read_everything(tshark, tells_not_judged, file, verdict):
    responses = _with_not_judged(RESPONSE_FILTER, tells_not_judged)
    filters = _filters(verdict, responses)
    reader = FindingReader()
    with tempfile.TemporaryFile() as errors:
        with tshark.reading(_arguments(verdict.settings, tells_not_judged, filters), file, errors, filters) as process:
            try:
                complete = reader.read(process.stdout)
                statistics = process.stdout.read()
            except ExpatError as error:
                tshark.kill(process)
                verdict.problem = f"the answer of tshark is not to be understood ({error}); report this capture"
                return
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    _refuse_bad_settings(verdict, complaints)
    verdict.findings = reader.findings
    verdict.not_judged = NotJudged(reader.not_judged)
    verdict.remarks = _remarks(reader)
    if tshark.is_overdue(process):
        raise Overdue
    if process.returncode != 0 or not complete:
        verdict.problem = what_went_wrong(process.returncode, complaints, "judged")
    counts = _frame_counts(statistics, filters) if complete else {}
    if not verdict.problem and len(counts) < len(filters):
        verdict.problem = "the statistics of tshark are not to be understood; report this with tshark --version"
    verdict.responses = counts.get(responses, 0)
    for expectation in verdict.expected(Matching):
        expectation.met = _is_met(expectation, counts.get(expectation.filter), not verdict.problem)
    if verdict.part is not None and not verdict.problem:
        # In a run of its own, of one pass, as the report has them.
        verdict.problem = read_part(tshark, "", file, verdict.part) or ""
    if not verdict.problem:
        _hold_limits(verdict, counts, responses)


def _hold_limits(verdict, counts, responses):
    """A limit that is passed already may not be by the rest of a capture, so of a part none is held."""
    figures = Measured(verdict.part.total()) if verdict.part is not None else None
    for item in verdict.expected(Limited):
        limit = item.limit
        if limit.figure:
            item.hold(figures.value(limit))
        else:
            matching = counts[_among(limit, responses) if limit.unit == "%" else limit.subject]
            item.hold(frames_value(limit, matching, verdict.responses))


def _remarks(reader):
    frames = sorted(reader.replaced_in)
    if not frames:
        return []
    named = ", ".join(map(str, frames[:FRAMES_NAMED])) + (", ..." if frames[FRAMES_NAMED:] else "")
    return [f"{counted(len(frames), 'frame')} with characters that are no text, shown as U+FFFD: {named}"]


def _refuse_bad_settings(verdict, complaints):
    unknown = re.search(r'there is no rule "(.*?)" to leave out', complaints)
    if unknown:
        raise Problem(f"--allow {unknown[1]}: the plugin has no such rule; a finding shows its id in brackets")
    refuse_preferences(complaints)
    refused = refused_filter(complaints)
    if refused:
        text, reason = refused
        titles = {item.filter: item.title for item in verdict.expected(Matching)}
        titles.update({item.limit.subject: item.title for item in verdict.expected(Limited)})
        title = titles.get(text, text)
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
    found = []
    for layers in _layers(tshark, file, text, "frame.number", "sip.Status-Line", "sip.Request-Line"):
        lines = [line for name in ("sip_Status-Line", "sip_Request-Line") for line in layers.get(name, [])]
        found.append((int(layers["frame_number"][0]), " ".join(lines) or "the frame"))
    return found


def _count_responses(tshark, file):
    """How many there are; a frame may hold several, and one of those that is not judged may have no class."""
    return sum(max(len(layers.get("sip_class", [])), len(layers.get("sipresp_not_judged", [])), 1) for layers in
               _layers(tshark, file, _with_not_judged(RESPONSE_FILTER, True), "sip.class", NOT_JUDGED_FIELD))


def _layers(tshark, file, text, *fields):
    """The values of the fields of each frame that matches, as far as tshark comes; how far has been seen before. JSON,
    since no sender can write a line of it: whatever a message holds stands in quotation marks, and its line ends are
    spelled out."""
    arguments = [*JUDGING, "-Y", text, "-T", "ek", *(word for field in fields for word in ("-e", field))]
    with tshark.reading(arguments, file, subprocess.DEVNULL) as process:
        for line in process.stdout:
            try:
                row = json.loads(line.decode("utf-8", "replace"), strict=False) if line.strip() else {}
            except ValueError:
                # The last one of a tshark that was ended.
                break
            # Each has a line before it that says where a database is to put it.
            if "layers" in row:
                yield row["layers"]
    if tshark.is_overdue(process):
        raise Overdue
