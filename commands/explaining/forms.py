# SPDX-License-Identifier: GPL-2.0-or-later
"""The forms in which captures are explained."""

import json

from shared.text import counted, printable, valid_unicode

from .causes import WORTHS

FRAMES_NAMED = 5
TITLES = {"failed": "What went wrong", "open": "Not ended when the capture did",
          "harmless": "Usual steps, no failure", "well": "What went well"}
BESIDES = {"open": "not ended when the capture did", "harmless": "answered by a usual step",
           "well": "that went well"}


def text_form(captures, everything):
    return "\n".join("".join(f"{line}\n" for line in _lines(explained, everything)) for explained in captures)


def _lines(explained, everything):
    name = printable(explained.name)
    shown = WORTHS if everything else WORTHS[:1]
    failed = explained.requests("failed")
    if explained.causes:
        yield f"{name}: {counted(failed, 'request')} went wrong" if failed else f"{name}: nothing went wrong"
    for worth in shown:
        causes = explained.of_worth(worth)
        if causes and everything:
            yield from ("", f"{TITLES[worth]}:")
        for cause in causes:
            yield from ("", *_cause_lines(cause))
    besides = [f"{counted(count, 'request')} {text}" for worth, text in BESIDES.items()
               if worth not in shown and (count := explained.requests(worth))]
    if besides:
        yield from ("", f"Besides, {', '.join(besides)}; --all tells of them")
    if explained.remark:
        yield f"{name}: {printable(explained.remark)}"


def _cause_lines(cause):
    frames = cause.frames
    others = "and others like it; " if cause.varies and len(frames) > 1 else ""
    yield f"{len(frames):>5} x {printable(cause.sentence)}"
    yield (f"        {others}frame{'s' if len(frames) > 1 else ''} {', '.join(map(str, frames[:FRAMES_NAMED]))}"
           + (", ..." if len(frames) > FRAMES_NAMED else ""))
    yield f"        {cause.filter}"


def json_form(captures, everything):
    shown = WORTHS if everything else WORTHS[:1]
    return json.dumps([{
        "file": valid_unicode(explained.name),
        "problem": valid_unicode(explained.problem) or None,
        "requests": {worth: explained.requests(worth) for worth in WORTHS},
        "causes": [{"cause": cause.id, "worth": worth, "requests": len(cause.requests), "frames": cause.frames,
                    "sentence": valid_unicode(cause.sentence), "varies": cause.varies, "filter": cause.filter}
                   for worth in shown for cause in explained.of_worth(worth)],
    } for explained in captures], indent=2) + "\n"
