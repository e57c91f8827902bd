# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-report: what it counts, its forms, and that reports of parts merge to that of the whole."""

import csv
import io
import itertools
import json
import os
import pty
import random
import re
import shutil
import subprocess

import pytest
from counting import Count, is_close
from packets import write_capture
from reports import CAPTURES, FORMS, PROGRAM, response_record, step_record
from test_gate import HOSTILE_NAMES
from traffic import Exchange
from wireshark import REPOSITORY

from reporting.command_line import LONG_OPTIONS
from reporting.part import Part
from reporting.partial import json_form, read_partial
from reporting.records import add_records
from reporting.report import Report
from reporting.tables import read_tables
from reporting.tally import FREE_KINDS_MAX

SENT_AGAIN = "Of these, sent again"


def paths_of_text(text):
    """Path of names -> count, of the first table of the text form."""
    paths, path = {}, []
    for line in text.split("\n\n")[1].splitlines()[1:]:
        name, count, _ = line.rsplit(None, 2)
        depth = (len(name) - len(name.lstrip())) // 2
        path[depth:] = [name.strip()]
        paths[tuple(path)] = int(count)
    return paths


def known(paths):
    """Without what is below a code that no table has, where the report shows the phrase too."""
    return {path: number for path, number in paths.items() if len(path) < 3 or " " in path[1]}


def cells(report):
    """The figures of the JSON form as the cells of -z sipresp_metrics,tree."""
    digits = {"ms": 3, "s": 6}
    found = {ratio["name"]: [str(ratio["count"]), str(ratio["of"]), "undefined" if ratio["percent"] is None else
                             f"{ratio['percent']:.2f}", "", "", "", "", ""] for ratio in report["ratios"]}
    for delay in report["delays"]:
        times = (delay[name] for name in ("minimum", "mean", "percentile_95", "maximum"))
        found[delay["name"]] = [str(delay["count"]), "", "", *(
            "-" if time is None else f"{time:.{digits[delay['unit']]}f}" for time in times), delay["unit"]]
    return found


@pytest.mark.parametrize("name", ["figures", "proxy-407", "every-code", "lost-ack", "register-401"])
def test_the_same_as_tshark_counts(tool, wireshark, name):
    """Guards against a second way of counting that differs from -z sipresp,tree and -z sipresp_metrics,tree."""
    capture = CAPTURES / f"{name}.pcapng"
    count = Count(wireshark, capture)
    (tool.folder / "report.json").write_bytes(tool.report("--format", "json", capture))
    report = json.loads((tool.folder / "report.json").read_bytes())
    text = tool.report("--merge", "report.json").decode()
    nodes = {path[1:]: number for path, number in count.nodes.items()
             if path[0] == "SIP responses" and len(path) > 1 and path[1] != SENT_AGAIN}
    assert known(paths_of_text(text)) == known(nodes) != {}
    assert (report["responses"], report["sent_again"]) == (
        count.nodes["SIP responses",],
        sum(number for path, number in count.nodes.items() if path[-1] == SENT_AGAIN))
    assert report["calls_by_outcome"] == {path[1]: number for path, number in count.nodes.items()
                                          if path[0].startswith("Calls") and len(path) > 1 and number}
    assert is_close(cells(report), count.metrics)


def test_calls_whose_outcome_sipp_knows(tool):
    """As in test_metrics.py, worked out of what SIPp itself says of these calls."""
    ratios = {(row["id"], row["merged"]): (row["count"], row["of"]) for row in
              tool.json(CAPTURES / "figures.pcapng")["ratios"]}
    assert ratios["ser", False] == (10, 19) and ratios["ser", True] == (10, 17)
    assert ratios["seer", False] == (13, 19) and ratios["isa", True] == (1, 17)
    assert ratios["scr", False] == (10, 19) and ratios["asr", True] == (10, 16)


def test_a_step_takes_the_place_of_another(tool):
    """A fork is refused, and then another one answers: guards against an INVITE that both fails and succeeds, and
    against one that neither does where a filter keeps the refusal back."""
    before = '{"frame":1,"time":1700000000.000000000,"code":486,"counted":true,"delay":0.500000000}'
    lines = [step_record("invite"), step_record("invite_final", 486, delay="0.500000000"),
             step_record("invite_final", 200, delay="0.750000000", instead=before)]
    for shown in (lines, [lines[0], lines[2]]):
        (tool.folder / "records").write_text("".join(shown))
        found = cells(tool.json("--records", "records"))
        assert found["SER, every INVITE"][:3] == ["1", "1", "100.00"]
        assert (found["SRD, successful"][0], found["SRD, failed"][0]) == ("1", "0")


def test_what_the_counts_leave_out_is_said(tool):
    lines = [response_record(1), response_record(2).replace('"captured_before":null', '"captured_before":1'),
             response_record(3).replace('"not_judged":null', '"not_judged":"gap"'),
             response_record(4).replace('"not_judged":null', '"not_judged":"cut"'),
             '{"record":"unanswered","frame":5,"time":1700000000.000000000,"method":"INVITE","state":"never answered"}\n']
    (tool.folder / "records").write_text("".join(lines))
    text = tool.report("--records", "records").decode()
    assert text.startswith("3 SIP responses in 1 capture, 0 of them sent again.")
    for sentence in ("1 response captured twice, which count once.",
                     "2 of 3 responses were not judged: 1 cut, 1 behind a gap.",
                     "1 request (INVITE): never answered."):
        assert sentence in text


def test_figures_of_records_worked_by_hand(tool):
    """20 delays of 1 to 20 ms: the 95th percentile is the 19th of them, the nearest rank, and no mean of two."""
    lines = [step_record("invite_final", 200, delay=f"0.{number:03}000000") for number in range(20, 0, -1)]
    lines += [step_record("invite"), step_record("invite", after="407"), step_record("invite_final", 407)]
    (tool.folder / "records").write_text("".join(lines))
    found = cells(tool.json("--records", "records"))
    assert found["SRD, successful"][0] == "20"
    assert found["SRD, successful"][3:7] == ["0.001000", "0.010500", "0.019000", "0.020000"]
    assert found["SER, every INVITE"][:3] == ["20", "2", "1000.00"]
    assert found["SER, challenged INVITEs merged"][:2] == ["20", "1"]


def test_undefined_is_not_nothing(tool):
    """Guards against a ratio of 0 where there is nothing to divide by."""
    (tool.folder / "records").write_text(response_record(1, method="OPTIONS"))
    assert {row["percent"] for row in tool.json("--records", "records")["ratios"]} == {None}
    for form in ("text", "csv", "html"):
        said = re.sub(r"<script>.*?</script>", "", tool.form(form, "--records", "records").decode(), flags=re.S)
        assert said.count("undefined") == 12 and not re.search(r"\b0\.00\b", said)
        assert said.lower().count("observed at the capture point") == (form != "csv")


def test_the_table_for_spreadsheets(tool):
    phrase = 'a "b", c\nd'
    lines = [response_record(1), response_record(2, 603, phrase=phrase, differs=True),
             response_record(3, 603, phrase="Decline")]
    (tool.folder / "records").write_text("".join(lines))
    rows = list(csv.DictReader(io.StringIO(tool.form("csv", "--records", "records").decode(), newline="")))
    assert [(row["class"], row["code"], row["phrase"], row["method"], row["count"]) for row in rows
            if row["row"] == "response"] == [("2", "200", "OK", "INVITE", "1"), ("6", "603", "Decline", "INVITE", "1"),
                                             ("6", "603", phrase, "INVITE", "1")]
    assert {row["row"] for row in rows} == {"capture", "response", "outcome", "ratio", "delay"}
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("begin", list("=+-@\t\r"))
def test_a_spreadsheet_computes_nothing_that_a_stranger_wrote(tool, begin):
    """A phrase or a method on the wire may be a formula that fetches an address; numbers stay as they are."""
    made_up = f'{begin}HYPERLINK("http://example.com")'
    (tool.folder / "records").write_text(response_record(1, 603, made_up, made_up, differs=True))
    rows = list(csv.DictReader(io.StringIO(tool.form("csv", "--records", "records").decode(), newline="")))
    response, = (row for row in rows if row["row"] == "response")
    assert (response["phrase"], response["method"]) == (f"'{made_up}", f"'{made_up}")
    assert tool.json("--records", "records")["by_code"][0]["phrase"] == made_up


@pytest.fixture(scope="module")
def records(tmp_path_factory, wireshark):
    """Files of the records of three captures."""
    folder = tmp_path_factory.mktemp("records")
    for name in ("figures", "proxy-407", "register-401"):
        (folder / name).write_text(wireshark.tshark(CAPTURES / f"{name}.pcapng", "-q", "-z", "sipresp,records"))
    return sorted(folder.iterdir())


@pytest.mark.parametrize("form", FORMS)
def test_merged_is_the_same_as_one_run(tool, records, form):
    """Byte for byte, in whatever order and groups; guards against percentiles made of percentiles."""
    for name, group in (("last", records[2:]), ("first", records[:2])):
        (tool.folder / name).write_bytes(tool.form("json", "--records", *group))
    (tool.folder / "both").write_bytes(tool.form("json", "--merge", "last", "first"))
    whole = tool.form(form, "--records", *records)
    assert tool.form(form, "--merge", "last", "first") == whole
    assert tool.form(form, "--merge", "both") == whole


def test_a_pipe_is_merged_as_a_file_is(tool, records):
    """Guards against one that is read twice, with nothing left in it the second time."""
    whole = tool.form("json", "--records", *records)
    (tool.folder / "report").write_bytes(whole)
    os.mkfifo(tool.folder / "pipe")
    with subprocess.Popen(["sh", "-c", "cat report > pipe; sleep 1; : > pipe"], cwd=tool.folder) as writer:
        try:
            assert tool.form("json", "--merge", "pipe") == whole
        finally:
            writer.kill()


def random_records(numbers, count):
    """Responses over hours, with more phrases and methods of their own than are kept apart, and steps."""
    for number in range(count):
        made_up = numbers.randrange(3) == 0
        yield response_record(number, numbers.choice((180, 200, 486, 699)), differs=made_up,
                              method=f"M{numbers.randrange(40)}" if numbers.randrange(9) == 0 else "INVITE",
                              phrase=f"phrase {numbers.randrange(4 * FREE_KINDS_MAX)}" if made_up else "OK",
                              seconds=1_700_000_000 + numbers.randrange(-90_000, 90_000),
                              delay=f"{numbers.randrange(40)}.{numbers.randrange(10**9):09}")
        yield step_record("bye", delay=f"{numbers.randrange(-3, 3000)}.{numbers.randrange(10**9):09}")


def report_of(lines, tables):
    part = Part(tables)
    add_records(part, (line.encode() for line in lines))
    return Report(part, part.total(), tables, "")


@pytest.mark.parametrize("seed", range(3))
def test_any_split_merges_to_the_same(seed):
    """Guards against bins of time, and phrases left out, that depend on which capture came first."""
    tables = read_tables()
    numbers = random.Random(seed)
    lines = list(random_records(numbers, 5 * FREE_KINDS_MAX))
    whole = json_form(report_of(lines, tables))
    numbers.shuffle(lines)
    cuts = sorted(numbers.randrange(len(lines)) for _ in range(4))
    parts = [json_form(report_of(lines[low:high], tables)) for low, high in itertools.pairwise([0, *cuts, len(lines)])]
    total = Part(tables)
    for part in parts:
        total.merge(read_partial(part, tables)[0])
    assert json_form(Report(total, total.total(), tables, "")) == whole
    kinds = json.loads(whole)["by_code"]
    assert len(kinds) < FREE_KINDS_MAX + 200 and any(kind["phrase"] is None for kind in kinds)


def test_a_page_and_a_text_show_nothing_that_acts(tool):
    """Guards against a reason phrase that ends the script or reaches the terminal as an escape code."""
    phrase = "</script><img src=x onerror=alert(1)>\x1b[31m"
    (tool.folder / "records").write_text(response_record(1, phrase=phrase, differs=True))
    page = tool.form("html", "--records", "records").decode()
    assert "<img" not in page and page.count("</script>") == 5 and "\x1b" not in page
    assert "\x1b" not in tool.form("text", "--records", "records").decode()
    assert json.loads(tool.form("json", "--records", "records"))["by_code"][0]["phrase"] == phrase


@pytest.mark.parametrize("way", [[], ["--parallel"]], ids=["here", "parallel"])
def test_hostile_file_names(tool, way):
    """Guards against a name taken for an option, for a place in a template, by a shell, or as an escape code."""
    # Where each takes a process of its own, those that a shell or parallel might read.
    hostile = HOSTILE_NAMES[:3] + HOSTILE_NAMES[5:6] + HOSTILE_NAMES[-1:] if way else HOSTILE_NAMES
    names = [os.fsdecode(name) for name in hostile] + ["{1} {#} {}.pcap"]
    for name in names:
        shutil.copy(CAPTURES / "busy.pcapng", tool.folder / name)
        (tool.folder / name).chmod(0o600)
    before = set(os.listdir(tool.folder))
    # {1} is a place for an argument to parallel.
    report = tool.json(*way, "--filter", "sip.class in {1} || sip.class in {4}", "--", *names)
    assert {row["name"] for row in report["captures"]} == {*names[:-2], "\\xff\\xfe.pcap", names[-1]}
    assert report["responses"] == 3 * len(names)
    assert set(os.listdir(tool.folder)) - before <= {".parallel", ".config", ".local"}


def test_every_way_to_read_captures_gives_the_same(tool):
    """Here, on two workers of this machine, and merged; guards against results that are lost or doubled."""
    captures = [str(CAPTURES / f"{name}.pcapng") for name in ("figures", "proxy-407", "ipv6")]
    whole = tool.form("json", *captures)
    assert tool.form("json", *captures, "--sshlogin", "1/:,2/:") == whole
    (tool.folder / "last").write_bytes(tool.form("json", *captures[1:]))
    (tool.folder / "first").write_bytes(tool.form("json", captures[0]))
    assert tool.form("json", "--merge", "last", "first") == whole


@pytest.mark.parametrize("name", ["a=b", "a b", "it's $(x)"])
def test_parallel_from_any_folder(tool, name):
    """Guards against a path with "=" in it, which env takes for a variable, so that no capture is read."""
    place = tool.folder / name
    shutil.copytree(PROGRAM.parent, place / "commands")
    shutil.copytree(REPOSITORY / "tables", place / "tables")
    arguments = ["--parallel", CAPTURES / "busy.pcapng", CAPTURES / "ipv6.pcapng"]
    assert tool.form("json", *arguments) == tool.start("--format", "json", *arguments,
                                                       program=place / "commands" / "sipresp-report").stdout


def test_the_installed_one(tool, installed):
    """Guards against a module, a table or a part of the page that stays behind in the source tree."""
    program, = installed.rglob("bin/sipresp-report")
    (tool.folder / "records").write_text(response_record(1))
    for form in FORMS:
        arguments = ["--format", form, "--chart-js", "chart.js", "--records", "records"]
        assert tool.report(*arguments, program=program) == tool.report(*arguments)


def test_a_filter(tool):
    report = tool.json("--filter", "sip.class in {1}", CAPTURES / "proxy-407.pcapng")
    assert {row["class"] for row in report["by_code"]} == {1} and report["filter"] == "sip.class in {1}"


def peak_kilobytes(tool, responses):
    """Most memory of a run over so many responses, without delays of sessions."""
    with open(tool.folder / "records", "w") as file:
        file.writelines(response_record(number, delay=f"0.{number % 1000:03}000000") for number in range(responses))
    with subprocess.Popen([PROGRAM, "--records", "records"], cwd=tool.folder, stdout=subprocess.PIPE) as process:
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0 and said.startswith(f"{responses} SIP responses".encode())
    return usage.ru_maxrss


def test_memory_does_not_grow_with_responses(tool):
    """Guards against a list of all responses: ten times as many take no more memory."""
    few, many = peak_kilobytes(tool, 20_000), peak_kilobytes(tool, 200_000)
    assert many < few + 2_000, (few, many)


def on_terminal(folder, *arguments, environment=None):
    """What the tool shows on a terminal that is its standard error."""
    try:
        leader, follower = pty.openpty()
    except OSError as error:
        pytest.skip(f"this system has no pseudo-terminals: {error}")
    with subprocess.Popen([PROGRAM, *arguments], cwd=folder, env=environment, stdout=subprocess.DEVNULL,
                          stderr=follower) as process:
        os.close(follower)
        shown = b""
        try:
            while data := os.read(leader, 65536):
                shown += data
        except OSError:  # Linux says so when the last writer is gone.
            pass
        os.close(leader)
    assert process.returncode == 0
    return shown


def test_progress_on_a_terminal_only(tool):
    for name in ("one", "two"):
        (tool.folder / name).write_text(response_record(1))
    assert b"1 of 2 files" in on_terminal(tool.folder, "--records", "one", "two")
    assert tool.start("--records", "one", "two").stderr == b""


def test_progress_within_a_capture(tool):
    """Guards against minutes without a word while one big capture is read."""
    write_capture(tool.folder / "big.pcap", Exchange(1, 3600, 6_000).packets())
    # The tshark that waits has its file from another process.
    alone = {**tool.environment, "PATH": os.environ["PATH"]}
    assert re.search(rb"[1-9]\d*% read", on_terminal(tool.folder, "big.pcap", environment=alone))


def test_standard_input(tool):
    """Once as a pipe, once as a file; guards against a name that is taken for a file."""
    capture = CAPTURES / "figures.pcapng"
    whole = tool.form("json", capture).replace(str(capture).encode(), b"standard input")
    for command in (f'cat "{capture}" | "{PROGRAM}" --format json -', f'"{PROGRAM}" --format json - <"{capture}"'):
        said = subprocess.run(["sh", "-c", command], env=tool.environment, capture_output=True, check=True)
        assert said.stdout == whole
    assert tool.refusal("-", "-") == "standard input comes once; name '-' once"
    assert "standard input is one capture" in tool.refusal("--parallel", "-")


def test_help_has_every_option(tool):
    said = tool.report("--help").decode()
    assert said.count("\n  sipresp-report ") == 4
    for option in LONG_OPTIONS:
        assert f"--{option.removesuffix('=')}" in said
