# SPDX-License-Identifier: GPL-2.0-or-later
"""One call, one line: what sipcall says of a call on each of its messages, in one pass as far as it can be known by
then, and in later passes all of it."""

import pytest
from conversation import ACK, BUSY, BYE, CANCEL, INVITE, LATER, ladder, message
from packets import ALICE, BOB, udp
from wireshark import REPOSITORY

OK = "SIP/2.0 200 OK"
RINGING = "SIP/2.0 180 Ringing"
NAMES = ("number", "caller", "caller_name", "caller_address", "callee", "callee_name", "callee_address", "outcome",
         "result", "final_code", "setup_time", "alert_time", "duration", "ended_by", "first_frame", "last_frame",
         "joined", "leg_of")
# Without a filter the first of two passes shows nothing, and so learns nothing.
LATER_PASS = ("-2", "-Y", "frame")
RESULTS = ("open", "answered", "not taken", "failed", "unknown")
ENDED_BY = ("unknown", "caller", "callee", "network", "nobody")
TO_CALLEE = "To: Bob <sip:bob@example.com;user=phone>;tag=b"
FROM_CALLEE = ("From: Bob <sip:bob@example.com>;tag=b", 'To: "Alice A." <sip:alice@example.com>;tag=a')

ANSWERED = [(0, ">", INVITE, 'From: "Alice A." <sip:alice@example.com>;tag=a'),
            (0.1, "<", "SIP/2.0 100 Trying"), (0.5, "<", RINGING), (3, "<", OK), (3.1, ">", ACK)]
BYE_OF_CALLEE = [(33, "<", BYE, *FROM_CALLEE, "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKbye"),
                 (33.1, ">", OK, *FROM_CALLEE, "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKbye", "CSeq: 1 BYE")]


@pytest.fixture
def calls_of(wireshark, make_capture):
    """By frame what sipcall says there, without what it does not say."""
    def read(packets, *arguments):
        fields = [part for name in NAMES for part in ("-e", f"sipcall.{name}")]
        output = wireshark.tshark(make_capture(packets), *arguments, "-T", "fields", "-e", "frame.number", *fields)
        rows = (line.split("\t") for line in output.splitlines())
        return {int(row[0]): _readable(dict(zip(NAMES, row[1:]))) for row in rows}
    return read


def _readable(call):
    shown = {name: value for name, value in call.items() if value}
    for name, names in (("outcome", RESULTS), ("ended_by", ENDED_BY)):
        if name in shown:
            shown[name] = names[int(shown[name])]
    return {name: float(value) if name.endswith("_time") or name == "duration" else value
            for name, value in shown.items()}


def test_a_call_from_its_invite_to_its_end(calls_of):
    """Guards against a caller and callee that change places with the direction of the BYE."""
    call = {"number": "1", "caller": "alice", "caller_address": "192.0.2.1", "callee": "bob",
            "callee_address": "192.0.2.2", "outcome": "answered", "result": "2", "final_code": "200", "setup_time": 3.0,
            "alert_time": 0.5, "duration": 30.0, "ended_by": "callee", "first_frame": "1", "last_frame": "7"}
    found = calls_of(ladder(*ANSWERED, *BYE_OF_CALLEE), *LATER_PASS)
    assert found[1] == {**call, "caller_name": "Alice A."}
    assert found[6] == found[7] == {**call, "caller_name": "Alice A.", "callee_name": "Bob"}
    assert all(found[frame] | call == found[frame] for frame in found)


def test_one_pass_knows_what_has_happened_by_then(calls_of):
    found = calls_of(ladder(*ANSWERED, *BYE_OF_CALLEE))
    assert [found[frame]["outcome"] for frame in range(1, 8)] == ["open"] * 3 + ["answered"] * 4
    assert [found[frame].get("alert_time") for frame in range(1, 8)] == [None, None, *[0.5] * 5]
    assert [found[frame]["ended_by"] for frame in range(1, 8)] == [*["nobody"] * 5, "callee", "callee"]
    assert [found[frame]["last_frame"] for frame in range(1, 8)] == [*"1234567"]


@pytest.mark.parametrize("lines, expected", [
    ([(0, ">", INVITE), (0.2, "<", RINGING), (4.4, "<", BUSY), (4.5, ">", ACK)],
     {"outcome": "not taken", "final_code": "486", "ended_by": "callee", "alert_time": 0.2}),
    ([(0, ">", INVITE), (0.2, "<", RINGING), (4, ">", CANCEL, "To: <sip:bob@example.com>"), (4.1, "<", OK, "CSeq: 1 CANCEL"),
      (4.2, "<", "SIP/2.0 487 Request Terminated"), (4.3, ">", ACK)],
     {"outcome": "not taken", "final_code": "487", "ended_by": "caller"}),
    ([(0, ">", INVITE), (0.2, "<", "SIP/2.0 503 Service Unavailable"), (0.3, ">", ACK)],
     {"outcome": "failed", "final_code": "503", "ended_by": None}),
    ([(0, ">", INVITE), (0.5, ">", INVITE), LATER], {"outcome": "failed", "final_code": None, "result": "12"}),
    ([(0, ">", INVITE), (0.2, "<", RINGING)], {"outcome": "open", "ended_by": "nobody"}),
    # The capture lacks the 2xx: a BYE shows that there was one.
    ([(0, ">", INVITE), (3, ">", BYE, TO_CALLEE, "CSeq: 2 BYE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKbye"), LATER],
     {"outcome": "unknown", "ended_by": "caller", "duration": None}),
])
def test_what_calls_come_to(calls_of, lines, expected):
    found = calls_of(ladder(*lines), *LATER_PASS)[1]
    assert {name: found.get(name) for name in expected} == expected


def test_messages_that_are_of_no_call_have_none(calls_of):
    """A re-INVITE or BYE whose call began before the capture, and all that no INVITE begins."""
    found = calls_of(ladder((0, ">", INVITE, TO_CALLEE), (0.1, "<", OK), (9, ">", BYE, "CSeq: 2 BYE"),
                            (10, ">", "OPTIONS sip:bob@example.com SIP/2.0", "Call-ID: other")), *LATER_PASS)
    assert found == {1: {}, 2: {}, 3: {}, 4: {}}


def test_a_challenged_call_is_one(calls_of):
    again = ("CSeq: 2 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtwo")
    found = calls_of(ladder((0, ">", INVITE), (0.1, "<", "SIP/2.0 407 Proxy Authentication Required"), (0.2, ">", ACK),
                            (0.3, ">", INVITE, "Proxy-Authorization: Digest x=y", *again), (0.5, "<", RINGING, *again),
                            (2, "<", OK, *again)), *LATER_PASS)
    assert {call["number"] for call in found.values()} == {"1"}
    assert (found[1]["setup_time"], found[1]["alert_time"], found[1]["final_code"]) == (2.0, 0.5, "200")


def test_a_host_between_both_that_hangs_up(calls_of):
    """BYEs to both sides from one host are the network's; from two hosts both hung up, and the first one counts."""
    proxy = bytes([192, 0, 2, 3])
    begin = ladder(*ANSWERED)
    to_bob = message(BYE, "CSeq: 2 BYE", "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKbyeb")
    to_alice = message(BYE, *FROM_CALLEE, "CSeq: 9 BYE", "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKbyea")
    from_middle = [(9, udp(to_bob, source=proxy, destination=BOB)), (9.01, udp(to_alice, source=proxy, destination=ALICE))]
    glare = [(9, udp(to_bob, source=ALICE, destination=BOB)), (9.01, udp(to_alice, source=BOB, destination=ALICE))]
    assert calls_of(begin + from_middle, *LATER_PASS)[1]["ended_by"] == "network"
    assert calls_of(begin + glare, *LATER_PASS)[1]["ended_by"] == "caller"


def test_the_callee_is_the_last_host_behind_proxies(calls_of):
    proxy = bytes([192, 0, 2, 3])
    second = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKhop"
    packets = [(0, udp(message(INVITE), source=ALICE, destination=proxy)),
               (0.1, udp(message(INVITE, second), source=proxy, destination=BOB)),
               (1, udp(message(OK, second), source=BOB, destination=proxy)),
               (1.1, udp(message(OK), source=proxy, destination=ALICE))]
    found = calls_of(packets, *LATER_PASS)
    assert {(call["caller_address"], call["callee_address"]) for call in found.values()} == {("192.0.2.1", "192.0.2.2")}
    assert found[1]["setup_time"] == 1.1


def test_a_200_that_stands_before_its_invite_in_the_file(calls_of):
    """Two queues of a network card: guards against an answered call without a dialog, and so without a duration."""
    invite, answer, *rest = ladder((0, ">", INVITE), (0.1, "<", OK), (0.2, ">", ACK), *BYE_OF_CALLEE)
    found = calls_of([answer, invite, *rest], *LATER_PASS)
    assert (found[2]["outcome"], found[2]["setup_time"], found[2]["duration"], found[2]["ended_by"]) == \
        ("answered", 0.1, 32.9, "callee")


def test_the_phone_that_keeps_the_call_ends_it(calls_of):
    """Two phones answer, and one is hung up on at once (RFC 3261 13.2.2.4): guards against a call that is over then."""
    to_bob, to_carol = (f"To: <sip:bob@example.com>;tag={name}" for name in "bc")
    from_carol = ("From: <sip:bob@example.com>;tag=c", "To: <sip:alice@example.com>;tag=a", "CSeq: 5 BYE")
    lines = [(0, ">", INVITE), (2, "<", OK, to_bob), (2.1, "<", OK, to_carol), (2.2, ">", ACK, to_bob), (2.3, ">", ACK, to_carol),
             (2.4, ">", BYE, to_bob, "CSeq: 2 BYE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKbyeb")]
    end = (32.1, "<", BYE, *from_carol, "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKbyec")
    one, both = calls_of(ladder(*lines), *LATER_PASS)[1], calls_of(ladder(*lines, end), *LATER_PASS)[1]
    assert (one["ended_by"], one["duration"]) == ("caller", 0.4)
    assert (both["ended_by"], both["duration"], both["setup_time"]) == ("callee", 30.0, 2.0)


def test_the_title_says_it(wireshark, make_capture):
    capture = make_capture(ladder((0, ">", INVITE), (0.2, "<", RINGING), (4.4, "<", BUSY), (4.5, ">", ACK)))
    shown = wireshark.tshark(capture, *LATER_PASS, "-V")
    assert shown.count("[SIP Call 1: alice to bob, busy, after 4.2 s of ringing]") == 4
    one_pass = wireshark.tshark(capture, "-V")
    assert one_pass.count("[SIP Call 1: alice to bob, open]") == 2


@pytest.mark.parametrize("expression, frames", [
    ("sipcall.number == 1", "1234"), ('sipcall.outcome == "not taken"', "1234"), ('sipcall.outcome == "failed"', ""),
    ('sipcall.result == "busy" && sipcall.caller == "alice"', "1234"), ("sipcall.alert_time < 1", "1234"), ("sipcall", "1234"),
])
def test_filters_on_calls(wireshark, make_capture, expression, frames):
    capture = make_capture(ladder((0, ">", INVITE), (0.2, "<", RINGING), (4.4, "<", BUSY), (4.5, ">", ACK)))
    output = wireshark.tshark(capture, "-2", "-Y", expression, "-T", "fields", "-e", "frame.number")
    assert output.split() == [*frames]


def test_hostile_names_stay_in_the_tree(wireshark, make_capture):
    """Guards against a sender who writes to the terminal by a display name or a user part."""
    evil = 'From: "A\x1b[31m\u202eB" <sip:al\x9bice@example.com>;tag=a'
    shown = wireshark.tshark(make_capture(ladder((0, ">", INVITE, evil), (1, "<", BUSY, evil))), "-V")
    line = next(line for line in shown.split("\n") if line.startswith("[SIP Call 1"))
    assert not {"\x1b", "\x9b"} & set(line)


MIDDLE, CAROL = bytes([192, 0, 2, 3]), bytes([192, 0, 2, 4])
SESSION = "ab30317f1a784dc48ff824d0d3715d86"
NIL = "0" * 32


def leg(name, seconds, source, destination, *headers, user="bob", answers=()):
    """An INVITE with a Call-ID and branch of its own, and its answers."""
    own = (f"Call-ID: {name}", f"Via: SIP/2.0/UDP 192.0.2.{source[3]};branch=z9hG4bK{name}",
           f"From: <sip:alice@example.com>;tag={name}")
    packets = [(seconds, udp(message(f"INVITE sip:{user}@192.0.2.{destination[3]} SIP/2.0", *own,
                                     f"To: <sip:{user}@example.com>", *headers), source=source, destination=destination))]
    for after, line in answers:
        packets.append((seconds + after, udp(message(line, *own, f"To: <sip:{user}@example.com>;tag=x"),
                                             source=destination, destination=source)))
    return packets


def joined(calls_of, *legs, options=()):
    """For each call in the order of the capture the call that it is a leg of, and by what it is joined."""
    found = calls_of(sorted((packet for each in legs for packet in each), key=lambda item: item[0]), *LATER_PASS, *options)
    calls = {call["number"]: (call.get("leg_of"), call.get("joined")) for call in found.values()}
    return [calls[number] for number in sorted(calls)]


AMBIGUOUS = (None, "not joined: several calls are as like")


@pytest.mark.parametrize("first, second, by", [
    (f"Session-ID: {SESSION};remote={NIL}", f"Session-ID: {SESSION};remote={NIL}", "Session-ID"),
    (f"Session-ID: {SESSION};remote={NIL}", f"Session-ID: {NIL};remote={SESSION.upper()}", "Session-ID"),
    ("P-Charging-Vector: icid-value=1234bc;icid-generated-at=192.0.2.1", 'P-Charging-Vector: icid-value="1234bc"', "icid-value"),
    ("X-Other: 1", "Replaces: one;to-tag=x;from-tag=one", "Replaces"),
    ("X-Cid: 77", "X-Cid: 77", "named header"), ("X-Other: 1", "x-cid: one", "named header"),
])
def test_both_sides_that_say_so(calls_of, first, second, by):
    """Long after each other, for other callees, from other hosts: what they say is enough."""
    options = ("-o", "sipresp.join_header:X-Cid")
    assert joined(calls_of, leg("one", 0, ALICE, MIDDLE, first), leg("two", 20, CAROL, BOB, second, user="77"),
                  options=options) == [(None, None), ("1", by)]


@pytest.mark.parametrize("first, second", [
    (f"Session-ID: {NIL}", f"Session-ID: {NIL}"), (f"Session-ID: {SESSION}", f"Session-ID: {SESSION[::-1]}"),
    ("P-Charging-Vector: icid-value=1", "P-Charging-Vector: icid-value=2"), ("X-Cid: 1", "X-Cid: 1"),
    ("Replaces: nobody;to-tag=1", "Replaces: nobody;to-tag=1"), ("Session-ID: ", "Session-ID: "),
])
def test_calls_that_say_no_such_thing(calls_of, first, second):
    assert joined(calls_of, leg("one", 0, ALICE, MIDDLE, first), leg("two", 20, CAROL, BOB, second)) == [(None, None)] * 2


def test_three_legs_are_of_the_first(calls_of):
    legs = (leg("one", 0, ALICE, MIDDLE, f"Session-ID: {SESSION}"), leg("two", 9, MIDDLE, BOB, f"Session-ID: {SESSION}"),
            leg("three", 19, CAROL, BOB, "Replaces: two;to-tag=x;from-tag=two"))
    assert joined(calls_of, *legs) == [(None, None), ("1", "Session-ID"), ("1", "Replaces")]


@pytest.mark.parametrize("user, other", [("bob", "bob"), ("+49301234567", "00493012345-67"), ("+49301234567", "0301234567")])
def test_both_sides_that_look_so(calls_of, user, other):
    first, second = leg("one", 0, ALICE, MIDDLE, user=user), leg("two", 0.02, MIDDLE, BOB, user=other)
    assert joined(calls_of, first, second) == [(None, None), ("1", "likeness")]
    assert joined(calls_of, first, second, options=("-o", "sipresp.join_guess:FALSE")) == [(None, None)] * 2


@pytest.mark.parametrize("first, second", [
    # Another callee; too late; refused already; another host; before the first one.
    (leg("one", 0, ALICE, MIDDLE), leg("two", 0.02, MIDDLE, BOB, user="carol")),
    (leg("one", 0, ALICE, MIDDLE), leg("two", 2.02, MIDDLE, BOB)),
    (leg("one", 0, ALICE, MIDDLE, answers=[(0.1, BUSY)]), leg("two", 0.2, MIDDLE, BOB)),
    (leg("one", 0, ALICE, MIDDLE), leg("two", 0.02, CAROL, BOB)),
    (leg("one", 0.02, ALICE, MIDDLE), leg("two", 0, MIDDLE, BOB)),
])
def test_calls_that_do_not_look_so(calls_of, first, second):
    assert joined(calls_of, first, second) == [(None, None)] * 2


@pytest.mark.parametrize("tag, other, user, by", [
    ("00e9d478", "SD4909701-00e9d478", "bob", "likeness"), ("a-00e9d478", "SD4909701-a-00e9d478", "bob", "likeness"),
    # Another tag; the same one to another callee; one that is too short to be of one call only.
    ("00e9d478", "SD4909701-00e9d479", "bob", None), ("00e9d478", "SD4909701-00e9d478", "carol", None), ("7", "SD4-7", "bob", None),
])
def test_a_border_controller_with_two_addresses_that_keeps_the_tag(calls_of, tag, other, user, by):
    """Guards against two calls where one is, since no host has both sides."""
    first, second = leg(tag, 0, ALICE, MIDDLE), leg(other, 0.02, CAROL, BOB, user=user)
    assert joined(calls_of, first, second) == [(None, None), ("1", by) if by else (None, None)]


def test_two_candidates_are_not_joined_and_said(calls_of):
    """Two callers of one number at once; and one caller for whom two phones are called."""
    callers = (leg("one", 0, ALICE, MIDDLE), leg("two", 0.01, CAROL, MIDDLE), leg("three", 0.02, MIDDLE, BOB))
    phones = (leg("one", 0, ALICE, MIDDLE), leg("two", 0.01, MIDDLE, BOB), leg("three", 0.02, MIDDLE, CAROL))
    assert joined(calls_of, *callers) == [(None, None), (None, None), AMBIGUOUS]
    assert joined(calls_of, *phones) == [(None, None), AMBIGUOUS, AMBIGUOUS]


@pytest.mark.parametrize("line", ["SIP/2.0 100 Trying", RINGING])
def test_a_provisional_response_is_no_answer(calls_of, line):
    """Many a back-to-back user agent lets it ring before it calls the other side."""
    first = leg("one", 0, ALICE, MIDDLE, answers=[(0.01, line)])
    assert joined(calls_of, first, leg("two", 0.02, MIDDLE, BOB))[1] == ("1", "likeness")


def test_a_real_back_to_back_user_agent(wireshark):
    """baresip, which says nothing of the other side: its 180 comes before its INVITE."""
    capture = REPOSITORY / "captures" / "b2bua.pcapng"
    assert {tuple(values) for values in wireshark.field(capture, "sipcall.joined", *LATER_PASS).values()} == {(), ("likeness",)}
    assert {number for values in wireshark.field(capture, "sipcall.leg_of", *LATER_PASS).values() for number in values} == {"1"}


@pytest.mark.parametrize("name", ["cause", "explanation"])
def test_what_explains_a_call_is_there_without_the_other(wireshark, make_capture, name):
    """Guards against a field that only a whole tree has."""
    found = wireshark.field(make_capture(ladder(*ANSWERED, *BYE_OF_CALLEE)), f"sipcall.{name}", *LATER_PASS)
    assert found[1] and found[1] == found[7]
