# SPDX-License-Identifier: GPL-2.0-or-later
"""What the page has of calls before its scripts run: what one wants to know first, and an empty table."""

from datetime import datetime, timezone
from html import escape

from shared.text import counted, printable

HEADINGS = ("Call", "Begun (UTC)", "Caller", "Callee", "Result", "Ring s", "Talk s", "Ended by", "What happened")
# Of several captures: one more column, and what a row of a piece is.
CAPTURE = "Capture"
NUMBERS = (0, 1, 5, 6)


def call_facts(calls):
    if calls is None or not calls.count:
        return
    facts = [(_span(calls), "calls began"), (str(calls.count), "calls" if calls.count != 1 else "call"),
             (str(calls.outcomes["answered"]), "answered"), (str(calls.outcomes["failed"]), "failed")]
    yield '<ul class="facts">'
    for value, name in facts:
        yield f"<li><strong>{escape(value)}</strong>{name}</li>"
    yield "</ul>"
    if calls.causes:
        (cause, number), = calls.causes.most_common(1)
        yield (f"<p>Most failed for one cause: <code>{escape(printable(cause))}</code>, {counted(number, 'call')}, as in: "
               f"{escape(printable(calls.explanations[cause] or ''))}</p>")


def _span(calls):
    first, last = (datetime.fromtimestamp(time, timezone.utc) for time in (calls.first, calls.last))
    return f"{first:%Y-%m-%d %H:%M:%S} to {last:%H:%M:%S}" if first.date() == last.date() else \
        f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"


def sortable_heading(names, words):
    """A row of buttons, for page_tables.js; words are the columns that are no numbers."""
    return "<tr>" + "".join(f'<th aria-sort="none"{"" if place in words else " class=number"}>'
                            f'<button type="button">{name}</button></th>' for place, name in enumerate(names)) + "</tr>"


def call_section(calls):
    if calls is None:
        yield ("<section><h2>Calls</h2><p>They are listed where the captures are read by this command itself, not with "
               "--merge, --records or --parallel; <code>sipresp-calls</code> lists them.</p></section>")
        return
    if not calls.count:
        return
    results = sorted({row["result"] for row in calls.rows})
    outcomes = [name for name in ("failed", "not taken", "open", "unknown") if calls.outcomes[name] and name not in results]
    several = len({row["capture"] for row in calls.rows}) > 1
    headings = (*HEADINGS, CAPTURE) if several else HEADINGS
    yield "<section><h2>Calls</h2>"
    if several:
        yield "<p>Each capture is read for itself here: a call that goes on in the next piece of it has a row in both.</p>"
    if calls.left_out:
        yield (f"<p>{calls.left_out} more calls have no row here: the failed ones come first, then those that were not taken. "
               "<code>sipresp-calls</code> lists all.</p>")
    if calls.without_ladder:
        yield f"<p>{counted(calls.without_ladder, 'call')} of these without a ladder, for which the page has no room.</p>"
    yield ('<div class="controls"><label>Search <input type="search" id="call-search"></label>'
           '<label>Show <select id="call-choice"><option value="">all</option>')
    for name in (*outcomes, *results):
        yield f'<option value="{escape(name)}">{escape(name)}</option>'
    yield '</select></label><span id="calls-shown" role="status"></span></div>'
    words = [place for place in range(len(headings)) if place not in NUMBERS]
    yield (f'<div class="table"><table id="call-table"><thead>{sortable_heading(headings, words)}</thead>'
           "<tbody></tbody></table></div>")
    yield ('<dialog id="call-dialog" aria-labelledby="call-title"><h2 id="call-title"></h2><div class="inside"></div>'
           '<div class="controls"><label>Display filter <input id="call-filter" size="36" readonly></label>'
           '<button type="button" id="copy-filter">Copy</button><span id="copied" role="status"></span>'
           '<button type="button" id="close-call">Close</button></div></dialog></section>')
