# SPDX-License-Identifier: GPL-2.0-or-later
"""The report as JSON: figures for other programs, and under "closed" and "open" all that it takes to merge it exactly."""

import json
from array import array
from base64 import b64decode

from shared.problem import Problem

from . import breakdown, figures
from .beside import Gaps, Resets
from .bins import DELAY_LIMITS, TimeBins, is_width
from .coverage import Coverage, Span
from .messages import RESET, TRANSPORTS, UNREAD_OVER, Message, Unread, has_ip, packed_address
from .part import OpenGroup, Part
from .records import NS_MAX
from .tally import Kind, Step, class_of

FORMAT = 3
OBSERVED = "Observed at the capture point."


def json_form(report):
    tally, tables = report.tally, report.tables
    document = {
        "sipresp_report": FORMAT,
        "note": OBSERVED,
        "filter": report.filter,
        "settings": list(report.settings),
        "captures": [{"name": name, "problem": problem} for name, problem in report.captures],
        "begun_before": report.part.begun_before,
        "still_up": report.part.still_up,
        "unread_connections": {over: report.part.unread_over(over) for over in UNREAD_OVER},
        "responses": sum(tally.responses.values()),
        "sent_again": tally.sent_again,
        "captured_twice": tally.captured_twice,
        "unanswered": [{"method": method, "state": state, "count": number}
                       for (method, state), number in sorted(tally.unanswered.items())],
        "not_judged": {reason: number for reason, number in sorted(report.not_judged.items())},
        "by_code": [{"class": class_of(kind.code), "code": kind.code,
                     "registered_phrase": tables.phrases.get(kind.code), "phrase_differs": kind.differs,
                     "phrase": kind.phrase, "method": kind.method, "count": number}
                    for kind, number in sorted_kinds(tally)],
        "calls_by_outcome": {outcome: tally.calls[outcome] for outcome in sorted(tally.calls)},
        "ratios": [{"id": ratio.row["id"], "name": ratio.name, "title": ratio.row["title"],
                    "formula": ratio.row["formula"], "source": ratio.row["source"], "merged": ratio.merged,
                    "count": ratio.count, "of": ratio.of, "percent": ratio.percent}
                   for ratio in figures.ratios(tally, tables)],
        "delays": [_delay(delay) for delay in figures.delays(tally, tables)],
        "by": {dimension: list(_breakdown_rows(report, dimension)) for dimension in report.part.labels.dimensions},
        "closed": _tally(report.part.closed.finish()),
        "closed_by": _breakdown(report.part.closed_breakdown.finish()),
        "open": _open(report.part),
    }
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_lines(value)}" for key, value in document.items()) + "\n}\n"


def _lines(value):
    """The members of a list, and the lists of the tally, each on a line of its own."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]"
    if isinstance(value, dict) and any(isinstance(item, list) for item in value.values()):
        return "{\n" + ",\n".join(f"{json.dumps(key)}: {_lines(item)}" for key, item in value.items()) + "\n}"
    return json.dumps(value)


def sorted_kinds(tally):
    """(kind, number), in the order of codes and so that it never depends on the order of captures."""
    def order(item):
        kind = item[0]
        return (class_of(kind.code) is None, kind.code, kind.phrase is None, kind.phrase or "", kind.differs,
                kind.method is None, kind.method or "")

    return sorted(tally.responses.items(), key=order)


def _delay(delay):
    return {"id": delay.row["id"], "name": delay.row["name"], "title": delay.row["title"], "text": delay.row["text"],
            "source": delay.row["source"], "unit": delay.row["unit"], **_times(delay)}


def _times(delay):
    least, mean, percentile, greatest = (value and float(value) for value in delay.values())
    return {"count": delay.count, "minimum": least, "mean": mean, "percentile_95": percentile, "maximum": greatest}


def _steps(tally):
    return [[*step, number] for step, number in sorted(tally.steps.items(), key=lambda item: repr(item[0]))]


def _delays_ns(tally):
    return [[name, code, list(ns)] for (name, code), ns
            in sorted(tally.delays.items(), key=lambda item: repr(item[0]))]


def _tally(tally):
    return {
        "kinds": [[*kind, number] for kind, number in sorted_kinds(tally)],
        "sent_again": tally.sent_again,
        "captured_twice": tally.captured_twice,
        "unanswered": [[*key, number] for key, number in sorted(tally.unanswered.items())],
        "calls": [[outcome, number] for outcome, number in sorted(tally.calls.items())],
        "judged": [[reason, number] for reason, number
                   in sorted(tally.judged.items(), key=lambda item: item[0] or "")],
        "steps": _steps(tally),
        "delays_ns": _delays_ns(tally),
        "time_bin_ns": tally.over_time.width,
        "over_time": [[start, class_digit, number] for (start, class_digit), number
                      in sorted(tally.over_time.counts.items(), key=lambda item: (item[0][0], item[0][1] or 0))],
        "by_delay": [[class_digit, place, number] for (class_digit, place), number
                     in sorted(tally.by_delay.items(), key=lambda item: (item[0][0] or 0, item[0][1]))],
    }


def _breakdown_rows(report, dimension):
    for row in breakdown.rows(report, dimension):
        if isinstance(row, int):
            continue
        yield {"name": row.name, "calls": row.calls,
               "ratios": {name: {"count": row.ratios[name].count, "of": row.ratios[name].of,
                                 "percent": row.ratios[name].percent} for name in breakdown.RATIOS},
               "delays": {name: _times(row.delays[name]) for name in breakdown.DELAYS},
               "most_frequent_failure": row.failure and {"cause": row.failure[0], "calls": row.failure[1]}}


def _breakdown(closed):
    return [[dimension, key, sorted(closed.failures[dimension, key].items()), sorted(tally.calls.items()), _steps(tally),
             _delays_ns(tally)]
            for (dimension, key), tally in sorted(closed.tallies.items(), key=lambda item: (item[0][0], str(item[0][1])))]


def _spans(spans):
    return [[span.first, *span.newest] for span in spans]


def _open(part):
    return {
        "spans": _spans(Coverage(part.spans).spans),
        "gaps": [_row(gap) for gap in part.gaps],
        "resets": [_row(reset) for reset in part.resets],
        "unread": sorted((list(unread) for unread in part.unread), key=str),
        "groups": [[group.call_id, group.before, group.after, _spans(group.spans), group.capture,
                    [_row(message) for message in group.messages]]
                   for group in part.groups],
    }


def _row(message):
    return list(message[:-1] if message.error is None else message)


class _Bad(Exception):
    """What is wrong in a partial result."""


def read_partial(text, tables):
    """(part, filter, settings) of what json_form() made; raises Problem, whose sentence goes behind the file name."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Problem("it is no JSON; name files that --format json wrote") from None
    if not isinstance(document, dict) or "sipresp_report" not in document:
        raise Problem("it is no report of sipresp; name files that --format json wrote")
    if document["sipresp_report"] != FORMAT:
        raise Problem(f"it has format {document['sipresp_report']!r} and this tool knows {FORMAT}; "
                      "make it anew with this version")
    try:
        return (_read_part(document, tables), _text(document["filter"]),
                tuple(_text(setting) for setting in document.get("settings", ())))
    except (_Bad, KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise Problem(f"it is damaged ({type(error).__name__.strip('_')}: {error}); make it anew") from None


def _read_part(document, tables):
    dimensions = tuple(document["by"])
    if not set(dimensions) <= set(breakdown.BY):
        raise _Bad("by has a table that is not there")
    part = Part(tables, breakdown.Labels(dimensions))
    part.captures = [(_text(row["name"]), row["problem"] and _text(row["problem"])) for row in document["captures"]]
    _read_tally(part.closed, document["closed"])
    for dimension, key, failures, *calls in document["closed_by"]:
        _read_calls(part.closed_breakdown.tally(dimension, _key(dimension, key)), *calls)
        part.closed_breakdown.failures[dimension, key].update({_text(cause): _number(number) for cause, number in failures})
    part.spans = _read_spans(document["open"]["spans"])
    part.gaps = Gaps(_message(row) for row in document["open"]["gaps"])
    part.resets = Resets(_message(row) for row in document["open"].get("resets", ()))
    part.unread = {_unread(row) for row in document["open"].get("unread", ())}
    part.groups = [OpenGroup(_text(call_id), _number(before), _number(after), _read_spans(spans), _text(capture),
                             [_message(row) for row in messages])
                   for call_id, before, after, spans, capture, messages in document["open"]["groups"] if messages]
    part.is_joined = not part.groups
    return part


def _key(dimension, key):
    if dimension not in breakdown.BY:
        raise _Bad("closed_by has a table that is not there")
    return _whole(key) if dimension in breakdown.OF_TIME else _text(key)


def _read_spans(rows):
    if not all(len(row) in (2, 3) for row in rows):
        raise _Bad("spans has something else than two or three times")
    return [Span(_time(first), tuple(map(_time, newest))) for first, *newest in rows]


def _message(row):
    message = Message(*row)
    _time(message.time)
    for address in (message.source, message.destination):
        if address is not None:
            packed_address(_text(address))
    for port in (message.source_port, message.destination_port):
        if _number(port) > 0xFFFFFFFF:
            raise _Bad(f"there is no port {port}")
    if message.transport not in TRANSPORTS:
        raise _Bad(f"there is no transport {str(message.transport)[:40]!r}")
    if message.data is not None:
        b64decode(_text(message.data), validate=True)
    if message.error is not None and not (_number(message.error) <= RESET and has_ip(message)):
        raise _Bad(f"there is no error {message.error} between such hosts")
    return message


def _unread(row):
    unread = Unread(*row)
    for address in (unread.address, unread.other_address):
        if address is not None:
            _text(address)
    if unread.over not in UNREAD_OVER or max(_number(unread.port), _number(unread.other_port)) > 0xFFFF:
        raise _Bad("unread has a connection that is none")
    return unread


def _read_tally(tally, inner):
    for code, differs, phrase, method, number in inner["kinds"]:
        tally.count_kind(Kind(_number(code), bool(differs), *(
            name if name is None else _text(name) for name in (phrase, method))), _number(number))
    tally.sent_again = _number(inner["sent_again"])
    tally.captured_twice = _number(inner["captured_twice"])
    for method, state, number in inner["unanswered"]:
        tally.unanswered[_text(method), _text(state)] = _number(number)
    for reason, number in inner["judged"]:
        tally.judged[reason if reason is None else _text(reason)] = _number(number)
    _read_calls(tally, inner["calls"], inner["steps"], inner["delays_ns"])
    if not is_width(inner["time_bin_ns"]):
        raise _Bad("time_bin_ns is no width of bins")
    width = inner["time_bin_ns"]
    tally.over_time = TimeBins(width, (((_start(start, width), _class(class_digit)), _number(number))
                                       for start, class_digit, number in inner["over_time"]))
    for class_digit, place, number in inner["by_delay"]:
        if not 0 <= _number(place) <= len(DELAY_LIMITS):
            raise _Bad("by_delay has a bin that is not there")
        tally.by_delay[_class(class_digit), place] = _number(number)
    if tally.responses.total() != tally.over_time.counts.total():
        raise _Bad("kinds do not add up to over_time")


def _read_calls(tally, calls, steps, delays):
    for outcome, number in calls:
        tally.calls[_text(outcome)] = _number(number)
    for name, code, after, counted, number in steps:
        tally.steps[Step(_text(name), _code(code), _code(after), bool(counted))] = _number(number)
    for name, code, ns in delays:
        tally.delays[_text(name), _code(code)] = array("q", ns)


def _time(value):
    if abs(_whole(value)) > NS_MAX:
        raise _Bad(f"there is no time {value}")
    return value


def _whole(value):
    if type(value) is not int:
        raise _Bad(f"{str(value)[:40]!r} is no whole number")
    return value


def _number(value):
    if _whole(value) < 0:
        raise _Bad(f"{value} is below 0")
    return value


def _start(value, width):
    if abs(_whole(value) * width) > NS_MAX:
        raise _Bad(f"there is no time {value}")
    return value


def _code(value):
    return value if value is None else _number(value)


def _class(value):
    if value is not None and _number(value) not in range(1, 7):
        raise _Bad(f"there is no class {value}")
    return value


def _text(value):
    if not isinstance(value, str):
        raise _Bad(f"{str(value)[:40]!r} is no text")
    value.encode("utf-8")
    return value
