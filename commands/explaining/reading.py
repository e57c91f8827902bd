# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of tshark over a capture: which message came to what."""

import tempfile

from shared.captures import SILENT, TEXT, last_line, looks_like_text, what_went_wrong
from shared.fields import arguments_of, rows_of
from shared.nothing import why_nothing
from shared.problem import Problem
from shared.wireshark_settings import refuse_preferences

PROTOCOLS = ("sipresp", "sipreq")
FIELDS = ["frame.number", "sipresp.cause", "sipresp.explanation", "sipreq.cause", "sipreq.explanation", "sip.CSeq",
          "sip.Call-ID"]
EXPLAINED = " || ".join(f"{protocol}.cause" for protocol in PROTOCOLS)


def read(tshark, file, text, worths, explained):
    """Fills explained; raises Problem where no capture at all can be read like this."""
    with tempfile.TemporaryFile() as errors:
        # Two passes, since what a frame came to often stands behind it.
        chosen = f"({EXPLAINED}) && ({text})" if text else EXPLAINED
        with tshark.reading(["-2", *arguments_of(FIELDS), "-Y", chosen], file, errors) as process:
            rows = rows_of(process.stdout, FIELDS)
            for row in rows:
                _add(explained, worths, *row)
        errors.seek(0)
        complaints = errors.read().decode("utf-8", "replace")
    if process.returncode != 0:
        _refuse(text, chosen, complaints)
        explained.problem = what_went_wrong(process.returncode, complaints, "explained")
    elif not rows.complete:
        explained.problem = SILENT
    elif not explained.causes and looks_like_text(file):
        explained.problem = TEXT
    elif not explained.causes:
        explained.remark = "nothing to explain: " + why_nothing(tshark, file, "no SIP request or final response")


def _add(explained, worths, frame, *lists):
    *told, sequences, call_ids = lists
    number = int(frame[0])
    pairs = [(protocol, cause, sentence) for at, protocol in enumerate(PROTOCOLS)
             for cause, sentence in zip(told[2 * at], told[2 * at + 1], strict=False)]
    # One request on several hops, and each of its copies, has one Call-ID and CSeq. Of several messages in a frame
    # nobody knows which of these belongs to which.
    alone = len(pairs) == len(sequences) == len(call_ids) == 1
    for place, (protocol, cause, sentence) in enumerate(pairs):
        request = (call_ids[0], sequences[0]) if alone else (number, place)
        explained.add(worths, protocol, cause, sentence, number, request)


def _refuse(text, chosen, complaints):
    """Raises Problem where no capture at all could be read like this."""
    refuse_preferences(complaints)
    if "Some fields aren't valid" in complaints:
        raise Problem("the plugin sipresp that tshark loads does not explain yet; install sipresp anew, from where this "
                      "tool is")
    # Below what is wrong with a filter tshark shows it, and where.
    if text and f"    {chosen}\n" in complaints:
        raise Problem(f"--filter {text!r} is no display filter: {last_line(complaints).removeprefix('tshark: ').rstrip('.')}; "
                      "correct it (tshark -G fields lists the fields)")
