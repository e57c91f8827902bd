# SPDX-License-Identifier: GPL-2.0-or-later
"""-z sipcall,tree, which Wireshark shows as Statistics > SIP Calls: a row a call, in columns."""

import pytest
from conversation import INVITE, ladder
from packets import udp
from test_call_list import CALLS, other
from test_sipcall import ANSWERED

TABLE = "sipcall,tree"
NOTHING = ["-", "no call so far", *["-"] * 11]
# What tell/call_list.c keeps.
ROWS = 100000
# As long as its column, and one character longer.
FITS, TOO_LONG = "abcdefghijklmnopqrst", "abcdefghijklmnopqrstu"


@pytest.fixture
def calls(make_capture):
    return make_capture(ladder(*CALLS))


def tables_in(output):
    """Of each table the lines of its rows, as tshark pads them."""
    return [[line.removesuffix(" |") for line in part.split("\nCalls\n")[1].splitlines() if " |" in line]
            for part in output.split("SIP Calls:\n")[1:]]


def cells(line):
    return [cell.strip() for cell in line.split(" |")]


def rows_in(output):
    return [[cells(line) for line in lines] for lines in tables_in(output)]


def table_of(wireshark, capture, *arguments):
    table, = rows_in(wireshark.tshark(capture, "-q", "-z", TABLE, *arguments))
    return table


def shown_by_sharkd(reply):
    """The rows of each table."""
    return [[[cell.strip() for cell in row] for row in part["i"]] for tap in reply["taps"] for part in tap["tables"]]


@pytest.mark.parametrize("arguments", [(), ("-2",)], ids=["one pass", "two passes"])
def test_a_row_says_what_became_of_a_call(wireshark, calls, arguments):
    rows = table_of(wireshark, calls, *arguments)
    assert [row[:12] for row in rows[:4]] == [
        ["1", "alice", "bob", "answered", "200", "0.500", "3.000", "30.000", "caller", "1", "5", "-"],
        ["2", "carol", "bob", "busy", "486", "-", "-", "-", "callee", "6", "8", "-"],
        ["3", "alice", "bob", "never answered", "-", "-", "-", "-", "-", "9", "11", "-"],
        ["4", "alice", "dave", "server failure", "500", "-", "-", "-", "-", "12", "14", "-"]]
    assert rows[0][12] == "Answered after 3.00 s; the caller hung up 30.0 s later (BYE in frame 5)" and len(rows) == 4


def test_an_expert_filter_picks_what_a_table_counts(wireshark, calls):
    whole, none, first = rows_in(wireshark.tshark(calls, "-q", "-z", TABLE, "-z", f"{TABLE},frame.number == 0",
                                                  "-z", f"{TABLE},frame.number < 4"))[::-1]
    assert (len(whole), none, [row[0] for row in first]) == (4, [NOTHING], ["1"])


def test_legs_name_their_call(wireshark, make_capture):
    said = "Session-ID: 11111111111111111111111111111111"
    calls = make_capture(ladder(*other("one", (0, ">", INVITE, said)), *other("two", (1, ">", INVITE, said))))
    assert [row[11] for row in table_of(wireshark, calls)] == ["-", "1"]


def test_columns_keep_their_width_whatever_a_user_is_called(wireshark, make_capture):
    """Guards against tables out of line, and against what a terminal takes for a command."""
    names = [FITS, TOO_LONG, "\x1b[2J\u202ex", "\u00e9" * 21]
    sent = [(2 * place, ">", INVITE, f'From: "{name}" <sip:{name}@example.com>;tag=a') for place, name in enumerate(names)]
    capture = make_capture(ladder(*(line for place, call in enumerate(sent) for line in other(f"c{place}", call))))
    output = wireshark.tshark(capture, "-q", "-z", TABLE)
    lines, = tables_in(output)
    assert [cells(line)[1] for line in lines][:2] == [FITS, FITS]
    assert cells(lines[3])[1] == "\u00e9" * 20
    assert "\x1b" not in output and "\u202e" not in output
    assert len({line.rindex(" |") for line in lines}) == 1


def test_sharkd_gives_the_table_each_time(wireshark, make_capture, calls):
    """Its table is taken apart when it has been given, and another capture may be loaded before the next is asked for."""
    nothing = make_capture([udp(b"no SIP", port=9, source_port=9)])
    one = make_capture(ladder(*ANSWERED))
    once = ("tap", {"tap0": f"nstat:{TABLE}"})
    twice = ("tap", {"tap0": f"nstat:{TABLE}", "tap1": f"nstat:{TABLE}"})
    requests = [once, twice, ("load", {"file": str(nothing)}), once, once, ("load", {"file": str(wireshark.staged(one))}), once]
    replies = [shown_by_sharkd(reply) for reply in wireshark.sharkd(calls, *requests) if "taps" in reply]
    assert [[len(table) for table in reply] for reply in replies] == [[4], [4, 4], [1], [1], [1]]
    assert replies[0][0] == replies[1][0] == replies[1][1]
    assert replies[2] == replies[3] == [[NOTHING]]
    assert replies[4][0][0][:4] == ["1", "alice", "bob", "answered"]


def test_more_calls_than_rows(wireshark, make_capture):
    """Guards against a table that fills the memory of who looks at it."""
    text = "INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK{0}\r\nFrom: <sip:a@h>;tag=a\r\nTo: <sip:b@h>\r\n" \
           "Call-ID: {0}\r\nCSeq: 1 INVITE\r\n\r\n"
    capture = make_capture([(number / 1000, udp(text.format(number).encode())) for number in range(ROWS + 3)])
    rows = table_of(wireshark, capture)
    assert (len(rows), rows[ROWS - 1][0]) == (ROWS + 1, str(ROWS))
    assert rows[ROWS] == [*["-"] * 12, "3 more calls: see tshark -z sipresp,records"]
