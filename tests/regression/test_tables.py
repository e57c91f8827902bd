# SPDX-License-Identifier: GPL-2.0-or-later
"""Every row of the tables as a response: what the row says is what the annotation says.

The expectation is worked out here from the tables, not by the C under test.
"""

import re
import tomllib

import pytest
from c_text import long_reference, reference_url
from packets import response
from wireshark import REPOSITORY

TABLES = REPOSITORY / "tables"
OUTSIDE = [0, 1, 99, 700, 799, 999]


# RFC 3398 8.2.6.1, by cause: what a gateway usually makes of these codes.
ISUP_CAUSES = {
    1: {404, 485, 604}, 17: {486, 600}, 18: {480}, 21: {401, 402, 403, 407, 603}, 22: {410}, 25: {482, 483}, 28: {484},
    31: {409, 411, 412, 417, 422, 424, 425, 428, 429, 430, 433, 436, 437, 438, 439, 440, 469, 470, 489, 491, 493, 494,
         555, 580, 607, 608},
    38: {502}, 41: {400, 481, 500, 503}, 63: {405}, 79: {406, 415, 501}, 102: {408, 504},
    127: {413, 414, 416, 420, 421, 423, 505, 513},
}


# Of the registry of SIP header fields: the letter that each may be written as.
COMPACT_FORMS = {
    "Accept-Contact": "a", "Allow-Events": "u", "Call-ID": "i", "Contact": "m", "Content-Encoding": "e",
    "Content-Length": "l", "Content-Type": "c", "Event": "o", "From": "f", "Identity": "y", "Identity-Info": "n",
    "Refer-To": "r", "Referred-By": "b", "Reject-Contact": "j", "Request-Disposition": "d", "Session-Expires": "x",
    "Subject": "s", "Supported": "k", "To": "t", "Via": "v",
}


def rows(name, key):
    return tomllib.loads((TABLES / name).read_text(encoding="utf-8"))[key]


RESPONSES = {row["code"]: row for row in rows("responses.toml", "response")}
CLASSES = {row["digit"]: row for row in rows("classes.toml", "class")}
METHODS = [row["name"] for row in rows("methods.toml", "method")]
NOT_OF_THE_TABLES = ("frame", "title", "sipresp.check", "sipresp.outcome", "sipresp.reliable",
                     "sipresp.ack_expected", "sipresp.explanation", "sipresp.cause", "sipresp.evidence")
REGISTERED = ("registered", "deprecated", "reserved")
STATUS_NUMBERS = {"registered": 0, "deprecated": 1, "reserved": 2, "legacy": 3, "vendor": 4}
UNKNOWN = tomllib.loads((TABLES / "unknown-codes.toml").read_text(encoding="utf-8"))


def shown_note(note):
    source = {"document": "SIP response codes", "practice": "practice"}.get(note["source"])
    return f"{note['text']} [{source or long_reference(note['source'])}]"


def note_applies(note, code, method, phrase):
    if "codes" in note:
        low, _, high = note["codes"].partition("-")
        if not int(low) <= code <= int(high or low):
            return False
    if "methods" in note and method not in note["methods"]:
        return False
    if "not_methods" in note and (method not in METHODS or method in note["not_methods"]):
        return False
    return note.get("phrase", phrase).lower() == phrase.lower() and "reason_text" not in note


def expected_notes(code, method, phrase):
    notes = list(CLASSES[code // 100].get("notes", []))
    notes += RESPONSES[code].get("notes", []) if code in RESPONSES else [UNKNOWN["unregistered"]]
    return [shown_note(note) for note in notes if note_applies(note, code, method, phrase)]


def expected_fields(code, method, phrase):
    """All that the tables say of such a response, by field."""
    row = RESPONSES.get(code)
    fields = {"sip.class": str(code // 100), "sipresp.class_meaning": CLASSES[code // 100]["meaning"],
              "sipresp.code": str(code), "sipresp.phrase_received": phrase, "sipresp.method": method,
              "sipresp.registration": "5"}
    if code >= 200:
        fields["sipresp.final"] = True
    if row:
        fields["sipresp.registration"] = str(STATUS_NUMBERS[row["status"]])
        fields["sipresp.phrase"] = row["phrase"]
        fields["sipresp.reference"] = long_reference(row["reference"])
        if reference_url(row["reference"]):
            fields["sipresp.reference_url"] = reference_url(row["reference"])
        if row["status"] in REGISTERED and phrase and phrase.lower() != row["phrase"].lower():
            fields["sipresp.phrase_differs"] = True
        if "isup_cause" in row and method == "INVITE":
            fields["sipresp.isup_cause"] = str(row["isup_cause"])
    if not row or row["status"] in ("legacy", "vendor"):
        fields["sipresp.treated_as"] = "183" if code < 200 else str(code // 100 * 100)
    notes = expected_notes(code, method, phrase)
    if notes:
        fields["sipresp.note"] = notes
    return fields


def fields_of(annotation):
    return {key: value for key, value in annotation.items() if key not in NOT_OF_THE_TABLES}


def cases_of(row):
    """Each method with the registered phrase, and each phrase that a note waits for."""
    cases = [(row["code"], method, row["phrase"]) for method in [*METHODS, "UNHEARD"]]
    cases += [(row["code"], "INVITE", note["phrase"]) for note in row.get("notes", []) if "phrase" in note]
    cases += [(row["code"], "INVITE", "Another phrase"), (row["code"], "INVITE", "")]
    return cases


def test_every_row_with_every_method(annotate):
    cases = [case for row in RESPONSES.values() for case in cases_of(row)]
    found = annotate(*(response(f"SIP/2.0 {code} {phrase}", method) for code, method, phrase in cases))
    assert len(found) == len(cases)
    for case, annotation in zip(cases, found, strict=True):
        assert fields_of(annotation) == expected_fields(*case), case


def test_isup_causes_are_those_of_the_rfc():
    """Guards against a mistyped cause, which no other test would see: they expect what the row says."""
    causes = {}
    for code, row in RESPONSES.items():
        if "isup_cause" in row:
            causes.setdefault(row["isup_cause"], set()).add(code)
    assert causes == ISUP_CAUSES


def test_compact_forms_are_those_of_the_registry():
    """Guards against a lost letter, for which a header that is there would count as missing."""
    assert {row["name"]: row["compact"] for row in rows("headers.toml", "header") if "compact" in row} == COMPACT_FORMS


REASON_NOTES = [(code, note) for code, row in RESPONSES.items() for note in row.get("notes", []) if "reason_text" in note]


@pytest.mark.parametrize(("code", "note"), REASON_NOTES)
def test_notes_that_wait_for_a_reason(annotate, code, note):
    reasons = [f'Reason: SIP;cause={code};text="a {note["reason_text"]} b"', "Reason: Q.850;cause=21",
               f"Subject: {note['reason_text']}"]
    found = annotate(*(response(f"SIP/2.0 {code} x", headers=[reason]) for reason in reasons))
    assert [shown_note(note) in annotation["sipresp.note"] for annotation in found] == [True, False, False]


def test_every_note_is_shown_by_one_of_the_cases():
    """Guards against a note whose narrowing lets it never be seen."""
    shown = {note for row in RESPONSES.values() for case in cases_of(row) for note in expected_notes(*case)}
    written = {shown_note(note) for row in [*RESPONSES.values(), *CLASSES.values()]
               for note in row.get("notes", []) if "reason_text" not in note}
    assert written - shown == set() and REASON_NOTES


def test_every_code_without_a_row(annotate):
    codes = [code for code in range(100, 700) if code not in RESPONSES]
    found = annotate(*(response(f"SIP/2.0 {code} Whatever") for code in codes))
    for code, annotation in zip(codes, found, strict=True):
        assert fields_of(annotation) == expected_fields(code, "INVITE", "Whatever")


def test_codes_outside_the_range_have_a_statement_and_no_class(annotate):
    found = annotate(*(response(f"SIP/2.0 {code:03} Odd") for code in OUTSIDE))
    for code, annotation in zip(OUTSIDE, found, strict=True):
        assert annotation["title"] == f"SIP Response: {code:03} is not a status code"
        assert not {"sipresp.outcome", "sipresp.reliable", "sipresp.ack_expected"} & annotation.keys()
        assert fields_of(annotation) == {
            "sipresp.code": str(code), "sipresp.phrase_received": "Odd", "sipresp.method": "INVITE",
            "sipresp.note": [shown_note(UNKNOWN["out_of_range"])]}


DOCUMENT = """
100 Trying|180 Ringing|181 Call Is Being Forwarded|182 Queued|183 Session Progress|200 OK|202 Accepted|
300 Multiple Choices|301 Moved Permanently|302 Moved Temporarily|305 Use Proxy|380 Alternative Service|
400 Bad Request|401 Unauthorized|402 Payment Required|403 Forbidden|404 Not Found|405 Method Not Allowed|
406 Not Acceptable|407 Proxy Authentication Required|408 Request Timeout|409 Conflict|410 Gone|
413 Request Entity Too Large|414 Request-URI Too Long|415 Unsupported Media Type|
416 Unsupported URI Scheme|420 Bad Extension|421 Extension Required|422 Session Interval Too Small|
423 Interval Too Brief|480 Temporarily Unavailable|481 Call/Transaction Does Not Exist|482 Loop Detected|
483 Too Many Hops|484 Address Incomplete|485 Ambiguous|486 Busy Here|487 Request Terminated|
488 Not Acceptable Here|491 Request Pending|493 Undecipherable|500 Server Internal Error|
501 Not Implemented|502 Bad Gateway|503 Service Unavailable|504 Server Time-out|505 Version Not Supported|
513 Message Too Large|600 Busy Everywhere|603 Decline|604 Does Not Exist Anywhere|606 Not Acceptable
"""
DOCUMENT_CODES = {int(code): phrase
                  for code, phrase in re.findall(r"(\d{3}) ([^|]+?)\s*(?:\||$)", DOCUMENT)}
# A word that must stand in the document's own note on the code.
DOCUMENT_NOTES = {202: "referral", 401: "registrar", 402: "reserved", 404: "user", 408: "in time",
                  410: "once", 420: "extension", 493: "S/MIME", 501: "method", 505: "version"}


def test_the_document_is_all_there():
    marked = {code: row["phrase"] for code, row in RESPONSES.items() if row.get("document")}
    assert len(DOCUMENT_CODES) == 53
    assert marked == DOCUMENT_CODES


@pytest.mark.parametrize("code", DOCUMENT_NOTES)
def test_the_document_s_notes(code):
    notes = [note["text"] for note in RESPONSES[code]["notes"] if note["source"] == "document"]
    assert any(DOCUMENT_NOTES[code].lower() in note.lower() for note in notes), notes


@pytest.mark.parametrize("word", ["informational", "200 ms", "reliabl", "ACK", "session description", "dialog"])
def test_the_document_s_words_on_provisional_responses(word):
    notes = [note["text"] for note in CLASSES[1]["notes"] if note["source"] == "document"]
    assert any(word.lower() in note.lower() for note in notes), notes


def test_the_registry_is_all_there():
    registered = [row for row in RESPONSES.values() if row["status"] in REGISTERED]
    assert len(registered) == 75
    assert {code for code, row in RESPONSES.items() if row["status"] == "legacy"} == {409, 411}
