# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator refuses nonsense and says file, row and reason."""

import io
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr

import pytest
from wireshark import REPOSITORY

sys.path.append(str(REPOSITORY / "tools"))

import make_tables  # noqa: E402

RESPONSE = '[[response]]\ncode = 690\nphrase = "Test"\nstatus = "registered"\nreference = "RFC 3261 21.6"\n'
NOTE = 'notes = [ {{ text = "A note", source = "practice"{} }} ]\n'


@pytest.fixture
def tables(tmp_path):
    return shutil.copytree(REPOSITORY / "tables", tmp_path / "tables")


def generate(tables):
    """As main() is called by the program, which one test starts."""
    output = tables.parent / "generated"
    with redirect_stderr(io.StringIO()) as said:
        status = make_tables.main([tables, output])
    return subprocess.CompletedProcess([], status, stderr=said.getvalue()), output


def append(tables, name, text):
    path = tables / name
    path.write_text(path.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")


def test_the_tables_as_they_are(tables):
    output = tables.parent / "generated"
    result = subprocess.run([sys.executable, make_tables.__file__, tables, output], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert (output / "response_tables.c").exists()


def test_a_row_more_is_taken(tables):
    append(tables, "responses.toml", RESPONSE + NOTE.format(', methods = ["INVITE"], phrase = "x"'))
    result, output = generate(tables)
    assert result.returncode == 0, result.stderr
    assert '"Test"' in (output / "response_tables.c").read_text(encoding="utf-8")


def test_what_a_changed_row_leaves_as_it_was_is_not_written_again(tables):
    """Guards against one changed note that compiles the whole plugin again."""
    _, output = generate(tables)
    for path in output.iterdir():
        os.utime(path, (0, 0))
    path = tables / "responses.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"Trying"', '"Still trying"'), encoding="utf-8")
    assert generate(tables)[0].returncode == 0
    assert {path.name for path in output.iterdir() if path.stat().st_mtime > 0} == {"response_tables.c"}


@pytest.mark.parametrize(("text", "reason"), [
    (RESPONSE.replace("690", "486"), "is there twice"),
    (RESPONSE.replace("690", "99"), "must be a number from 100 to 699"),
    (RESPONSE.replace("690", "700"), "must be a number from 100 to 699"),
    (RESPONSE.replace("690", "true"), "must be a number from 100 to 699"),
    (RESPONSE.replace("690", "101"), "keep the rows in the order"),
    (RESPONSE.replace('phrase = "Test"\n', ""), "phrase is missing"),
    (RESPONSE.replace('"Test"', '" "'), "phrase is empty"),
    (RESPONSE.replace('"Test"', '"T\\u00e9st"'), "printable ASCII"),
    (RESPONSE.replace('reference = "RFC 3261 21.6"\n', ""), "reference is missing"),
    (RESPONSE.replace("RFC 3261 21.6", "RFC 3261"), "name RFC and section"),
    (RESPONSE.replace('"registered"', '"official"'), "status 'official' is unknown"),
    (RESPONSE + "document = false\n", "document is true or not there"),
    (RESPONSE + "colour = 3\n", "unknown key colour"),
    (RESPONSE + "isup_cause = 120\n", "has no row in isup-causes.toml"),
    (RESPONSE + NOTE.format(', methods = ["PING"]'), "unknown method 'PING'"),
    (RESPONSE + NOTE.format(", methods = []"), "methods is empty"),
    (RESPONSE + NOTE.format(', codes = "486"'), "lie outside 690-690"),
    (RESPONSE + NOTE.format(', codes = "nonsense"'), "lie outside 690-690"),
    (RESPONSE + NOTE.format(", colour = 3"), "unknown key colour"),
    (RESPONSE + NOTE.format("").replace("practice", "hearsay"), "source 'hearsay'"),
    (RESPONSE + NOTE.format("").replace("A note", "A" * 161), "keep it under 160"),
    (RESPONSE + NOTE.format("").replace('"A note"', '""'), "text is empty"),
    ('[[answer]]\ncode = 1\n', "unknown table ['answer']"),
    ("code = = 1\n", "is not valid TOML"),
])
def test_a_bad_response_row_is_refused(tables, text, reason):
    append(tables, "responses.toml", text)
    result, output = generate(tables)
    assert result.returncode == 1
    assert result.stderr.startswith("tables/responses.toml: ")
    assert reason in result.stderr
    assert not output.exists()


@pytest.mark.parametrize(("name", "old", "new", "reason"), [
    ("classes.toml", "digit = 6", "digit = 7", "must be the digits 1 to 6"),
    ("classes.toml", 'name = "Success"', 'title = "Success"', "class 2: name is missing"),
    ("methods.toml", '"UPDATE"', '"INVITE"', "is there twice"),
    ("methods.toml", '"RFC 3311 5"', '"RFC"', "name RFC and section"),
    ("isup-causes.toml", "value = 17", "value = 1000", "must be a number from 1 to 127"),
    ("warnings.toml", "code = 399", "code = 400", "must be a number from 300 to 399"),
    ("warnings.toml", "code = 399", "code = 381", "is there twice"),
    ("warnings.toml", 'source = "RFC 5630 5.3"', 'source = "RFC 5630"', "name RFC and section"),
    ("unknown-codes.toml", "[unregistered]", "[nobody]", "[unregistered] is missing"),
])
def test_a_bad_row_of_another_table_is_refused(tables, name, old, new, reason):
    path = tables / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    result, _ = generate(tables)
    assert result.returncode == 1
    assert f"tables/{name}: " in result.stderr
    assert reason in result.stderr


RULE = """[[rule]]
id = "new-rule"
codes = "486"
asks = "header"
headers = ["Contact"]
strength = "MUST"
worth = "breaks"
follows = "Nothing goes on"
reference = "RFC 3261 21.4.24"
text = "A rule"
"""


def test_a_rule_more_is_taken(tables):
    append(tables, "rules.toml", RULE)
    result, output = generate(tables)
    assert result.returncode == 0, result.stderr
    assert '"new-rule"' in (output / "rule_tables.c").read_text(encoding="utf-8")


@pytest.mark.parametrize(("strength", "worth", "severity"), [
    ("MUST", "breaks", "WARNING"), ("MUST", "hinders", "WARNING"), ("MUST", "harmless", "NOTE"),
    ("SHOULD", "breaks", "WARNING"), ("SHOULD", "hinders", "NOTE"), ("SHOULD", "harmless", "CHAT"),
    ("odd", "breaks", "NOTE"), ("odd", "hinders", "NOTE"), ("odd", "harmless", "CHAT")])
def test_severity_is_made_of_strength_and_worth(tables, strength, worth, severity):
    """Guards against a broken MUST that harms nobody and stands out as much as what breaks calls."""
    append(tables, "rules.toml", RULE.replace('"MUST"', f'"{strength}"').replace('"breaks"', f'"{worth}"'))
    result, output = generate(tables)
    assert result.returncode == 0, result.stderr
    row = (output / "rule_tables.c").read_text(encoding="utf-8").partition('{ "new-rule"')[2]
    assert f"SEVERITY_{severity}," in row


@pytest.mark.parametrize(("old", "new", "reason"), [
    ('"new-rule"', '"405-allow"', "is there twice"),
    ('"new-rule"', '"New Rule"', "id is made of lower-case letters"),
    ('"486"', '"99"', "are not codes or ranges"),
    ('"486"', '"486-480"', "are not codes or ranges"),
    ('"486"', '"outside"', "go together only"),
    ('"header"', '"hope"', "asks 'hope' is unknown"),
    ('"Contact"', '"Contcat"', "unknown header 'Contcat'"),
    ('"Contact"', '"contact"', "unknown header 'contact'"),
    ('"Contact"', '"Require = 100rel"', "is none of 'Header'"),
    ('headers = ["Contact"]\n', "", "headers go with asks header"),
    ('asks = "header"', 'asks = "never"', "headers go with asks header"),
    ('asks = "header"', 'asks = "header"\nbody_type = "text/plain"', "body_type goes with asks body"),
    ('"MUST"', '"PERHAPS"', "strength 'PERHAPS' is unknown"),
    ('"MUST"', '"MUST"\nseverity = "note"', "severity and why go together"),
    ('"MUST"', '"MUST"\nseverity = "panic"\nwhy = "x"', "severity 'panic' is unknown"),
    ('"MUST"', '"MUST"\nmethods = ["PING"]', "unknown method 'PING'"),
    ('"MUST"', '"MUST"\nwhen = "Nonsense"', "unknown header 'Nonsense'"),
    ('"RFC 3261 21.4.24"', '"somewhere"', "name RFC and section"),
    ('"A rule"', '""', "text is empty"),
    ('text = "A rule"\n', "", "text is missing"),
    ('worth = "breaks"\n', "", "worth is missing"),
    ('"breaks"', '"hurts"', "worth 'hurts' is unknown"),
    ('follows = "Nothing goes on"\n', "", "follows is missing"),
    ('"Nothing goes on"', '" "', "follows is empty"),
    ('"Nothing goes on"', '"Nothing. Goes on"', "follows has a full stop"),
    ('"A rule"', '"A rule."', "text has a full stop"),
    ('"A rule"', f'"{"A" * 170}"', "Wireshark cuts it after 239"),
    ('"MUST"', '"MUST"\nunless = "Nonsense"', "unknown header 'Nonsense'"),
    ('"MUST"', '"MUST"\ndialog = "inside"', "dialog 'inside' is unknown"),
    ('"MUST"', '"MUST"\nwith_body = false', "with_body is true or not there"),
    ('"MUST"', '"MUST"\nsuccess_reference = "RFC"', "success_reference 'RFC' is not of the form"),
])
def test_a_bad_rule_is_refused(tables, old, new, reason):
    assert old in RULE
    append(tables, "rules.toml", RULE.replace(old, new))
    result, output = generate(tables)
    assert result.returncode == 1
    assert "tables/rules.toml: " in result.stderr
    assert reason in result.stderr
    assert not output.exists()


@pytest.mark.parametrize(("old", "new", "reason"), [
    ('odd = { breaks', 'even = { breaks', "[severity] has MUST, SHOULD, odd and no others"),
    ('hinders = "note", harmless = "chat" }', 'harmless = "chat" }', "[severity] SHOULD gives each of breaks, hinders"),
    ('harmless = "note" }', 'harmless = "shout" }', "[severity] MUST gives each of"),
    ("[severity]", "[[severity]]", "[severity] MUST gives each of"),
])
def test_bad_severities_are_refused(tables, old, new, reason):
    path = tables / "rules.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result, output = generate(tables)
    assert result.returncode == 1
    assert f"tables/rules.toml: {reason}" in result.stderr
    assert not output.exists()


def test_a_bad_header_row_is_refused(tables):
    append(tables, "headers.toml", '[[header]]\nname = "New"\ncompact = "v"\nreference = "RFC 3261 20"\n')
    result, _ = generate(tables)
    assert "tables/headers.toml: " in result.stderr
    assert "compact 'v' is there twice" in result.stderr


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("value = 14", "value = 11", "value 11 is there twice"),
    ('"blocked"', '"declined"', "is there twice"),
    ('codes = "607,608"', 'codes = "607,700"', "are not codes or ranges"),
    ("code = 603, phrase", "code = 99, phrase", "told_by 1: code is 99"),
    (', phrase = "Network Blocked" }', " }", "told_by 1: names one of phrase and reason_text"),
    ('phrase = "Network Blocked" }', 'phrase = "x", reason_text = "y" }', "told_by 1: names one of"),
    ('phrase = "Network Blocked" }', 'colour = "x" }', "unknown key colour"),
    ('meaning = "A server failed', 'sense = "A server failed', "(server failure): meaning is missing"),
    ('codes = "600-699"', 'codes = "600-698"', "no row has the code 699"),
])
def test_a_bad_outcome_is_refused(tables, old, new, reason):
    path = tables / "outcomes.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    result, output = generate(tables)
    assert result.returncode == 1
    assert result.stderr.startswith("tables/outcomes.toml: ")
    assert reason in result.stderr
    assert not output.exists()


def test_a_missing_table_is_named(tables):
    (tables / "classes.toml").unlink()
    result, _ = generate(tables)
    assert result.returncode == 1
    assert "tables/classes.toml: cannot be read" in result.stderr


RATIO = """[[ratio]]
id = "new"
name = "NEW"
title = "New Ratio"
counts = "invite_final"
codes = "486,600"
of = "invite"
formula = "busy / INVITE"
source = "practice"
"""


def test_a_figure_more_is_taken(tables):
    append(tables, "metrics.toml", RATIO)
    result, output = generate(tables)
    assert result.returncode == 0, result.stderr
    assert '"New Ratio"' in (output / "metric_tables.c").read_text(encoding="utf-8")


@pytest.mark.parametrize(("old", "new", "reason"), [
    ('"new"', '"ser"', "is there twice"),
    ('"new"', '"New Ratio"', "id is made of lower-case letters"),
    ('"486,600"', '"486,700"', "are not codes or ranges"),
    ('"invite"', '"invitation"', "of 'invitation' is no step"),
    ('"practice"', '"hearsay"', "source 'hearsay' is neither"),
    ('formula = "busy / INVITE"\n', "", "formula is missing"),
    ("[[ratio]]", "[[rate]]", "unknown table ['rate']"),
    ("[[ratio]]", "[[code_set]]", "the code sets are continued, challenges, alerting, each once"),
    (RATIO, RATIO.replace("[[ratio]]", "[[delay]]").replace("of =", "step ="), "unit is missing"),
])
def test_a_bad_figure_is_refused(tables, old, new, reason):
    assert old in RATIO
    append(tables, "metrics.toml", RATIO.replace(old, new))
    result, _ = generate(tables)
    assert result.returncode == 1
    assert "tables/metrics.toml: " in result.stderr
    assert reason in result.stderr


EXPLANATION = """[[explanation]]
id = "new"
codes = "699"
when = ["request-seen", "rang", "not cancelled"]
text = "Rang for {ringing}"
worth = "failed"
source = "practice"
rank = 30
"""


def test_an_explanation_more_is_taken(tables):
    append(tables, "explanations.toml", EXPLANATION)
    result, output = generate(tables)
    assert result.returncode == 0, result.stderr
    rows = (output / "explanation_tables.c").read_text(encoding="utf-8").partition("explanation_rows[")[2]
    # The row with the highest rank stands first: what holds first wins.
    assert rows.partition('{ "')[2].startswith('new"')


@pytest.mark.parametrize(("old", "new", "reason"), [
    ('"new"', '"busy"', "id 'busy' is there twice"),
    ('id = "new"\n', "", "id is missing"),
    ('"rang"', '"rung"', "(new): condition 'rung' is unknown"),
    ('"not cancelled"', '"no cancelled"', "condition 'no cancelled' is unknown"),
    ("{ringing}", "{wringing}", "place {wringing} is unknown"),
    ("{ringing}", "{contact}", "place {contact} is not filled; ask for one of contact, contact-private"),
    ('"rang", ', "", "place {ringing} is not filled; ask for one of rang, progress"),
    ('"rang"', '"not rang"', "place {ringing} is not filled"),
    ("{ringing}", "{ringing", "a brace that no place fills"),
    ('text = "Rang for {ringing}"\n', "", "text is missing"),
    ('"Rang for {ringing}"', '" "', "text is empty"),
    ('"Rang for {ringing}"', '"Rang."', "text ends with a full stop"),
    ('"Rang for {ringing}"', f'"{171 * "A"}"', "more than 170 characters"),
    ('"Rang for {ringing}"', '"Rang \\u202e"', "printable ASCII"),
    ('"failed"', '"sad"', "worth 'sad' is unknown; it is one of well, harmless, failed, open"),
    ('worth = "failed"\n', "", "worth is missing"),
    ('"practice"', '"hearsay"', "source 'hearsay' is neither practice nor"),
    ('"699"', '"199"', "codes '199' are not final codes"),
    ('"699"', '"700"', "codes '700' are not final codes"),
    ('"699"', '"600-500"', "codes '600-500' are not final codes"),
    ('"699"', '"busy"', "codes 'busy' are not final codes"),
    ('codes = "699"\n', "", "has either codes or unanswered = true"),
    ('codes = "699"', 'codes = "699"\nunanswered = true', "has either codes or unanswered = true"),
    ('codes = "699"', 'unanswered = false', "has either codes or unanswered = true"),
    ('codes = "699"', 'codes = "699"\nmethods = ["PING"]', "unknown method 'PING'"),
    ('codes = "699"', 'codes = "699"\ncolour = 1', "unknown key colour"),
    ("rank = 30", "rank = 16", "branch-refused and new can both hold and have the same rank, 16"),
    ("rank = 30", 'rank = "high"', "rank is 'high'; it must be a number"),
    ("rank = 30", "rank = 100", "rank is 100; it must be a number from -9 to 99"),
    ('"request-seen", "rang", "not cancelled"', '"rang", "not rang"', "asks for rang and for not rang, so that it never holds"),
    ('"not cancelled"', '"rang"', "condition 'rang' is there twice"),
    ("[[explanation]]", "[[explication]]", "unknown table ['explication']"),
])
def test_a_bad_explanation_is_refused(tables, old, new, reason):
    assert old in EXPLANATION
    append(tables, "explanations.toml", EXPLANATION.replace(old, new))
    result, output = generate(tables)
    assert result.returncode == 1
    assert result.stderr.startswith("tables/explanations.toml: ")
    assert reason in result.stderr
    assert not output.exists()


@pytest.mark.parametrize(("name", "text", "reason"), [
    ("explanations.toml", '[[condition]]\nid = "rang"\nmeaning = "x"\n', "id 'rang' is there twice"),
    ("explanations.toml", '[[condition]]\nid = "new"\n', "(new): meaning is missing"),
    ("explanations.toml", '[[condition]]\nid = "new"\nmeaning = "x"\n', "(new): no row asks for it"),
    ("explanations.toml", '[[place]]\nid = "new"\nsample = "x"\nkind = "colour"\n', "kind 'colour' is unknown"),
    ("explanations.toml", '[[place]]\nid = "new"\nsample = "x"\nkind = "text"\nneeds = ["nothing"]\n',
     "condition 'nothing' is unknown"),
    ("explanations.toml", '[[place]]\nid = "new"\nsample = "x"\nkind = "text"\n', "(new): no row has it"),
    ("scanners.toml", '[[scanner]]\nagent = "pplsip"\ntool = "x"\n', "agent 'pplsip' is there twice"),
    ("scanners.toml", '[[scanner]]\nagent = " "\ntool = "x"\n', "agent is empty"),
    ("payload-types.toml", '[[payload_type]]\nnumber = 96\nname = "x"\n', "number is 96; it must be a number from 0 to 95"),
    ("payload-types.toml", '[[payload_type]]\nnumber = 0\nname = "x"\n', "number 0 is there twice"),
])
def test_a_bad_word_of_the_vocabulary_is_refused(tables, name, text, reason):
    append(tables, name, text)
    result, output = generate(tables)
    assert result.returncode == 1
    assert result.stderr.startswith(f"tables/{name}: ")
    assert reason in result.stderr
    assert not output.exists()
