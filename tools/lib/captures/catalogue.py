# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue: one entry per capture. captures/README.md is printed from it."""

from dataclasses import dataclass
from typing import Callable

import every_code
import scenes


@dataclass(frozen=True)
class Capture:
    name: str
    shows: str
    programs: str
    scene: Callable
    # Every kind of message in it, as often as it must be there at least: "180 INVITE", "ACK".
    # A function where a table says it.
    messages: tuple | Callable
    # Display filters which must match at least one frame each.
    proofs: tuple = ()

    def expected(self):
        return self.messages() if callable(self.messages) else self.messages


def listed(*captures):
    return {capture.name: capture for capture in captures}


CALL = ("INVITE", "100 INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE")
CHALLENGED = ("INVITE", "407 INVITE", "ACK")

CATALOGUE = listed(
    Capture(
        "basic-call",
        "a call over UDP: 100, 180, 200, ACK, BYE, 200",
        "sipp and sipp",
        scenes.direct("uac_call.xml", "uas_answer.xml"),
        CALL),
    Capture(
        "b2bua",
        "a back-to-back user agent between caller and callee: two calls that are one",
        "sipp, baresip and sipp",
        scenes.back_to_back,
        ("INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE") * 2 + ("100 INVITE",)),
    Capture(
        "register-401",
        "a phone registers (401, then 200 with its binding) and unregisters",
        "baresip and kamailio",
        scenes.register,
        ("REGISTER",) * 4 + ("401 REGISTER", "200 REGISTER") * 2),
    Capture(
        "proxy-407",
        "a proxy challenges the INVITE with 407, then stays in the path by Record-Route; both its sides",
        "sipp, kamailio and sipp",
        scenes.through_proxy("uac_auth_call.xml", ["uas_answer.xml"], "WITH_CALL_AUTH"),
        CALL * 2 + CHALLENGED),
    Capture(
        "cancel-487",
        "a ringing call is cancelled: 200 to the CANCEL, 487 to the INVITE",
        "sipp and sipp",
        scenes.direct("uac_cancel.xml", "uas_cancelled.xml"),
        ("INVITE", "100 INVITE", "180 INVITE", "CANCEL", "200 CANCEL", "487 INVITE", "ACK")),
    Capture(
        "busy",
        "a phone says 486 in its own words: Max Calls to a second caller, Rejected to the first",
        "baresip and two sipp",
        scenes.busy,
        ("INVITE", "486 INVITE", "ACK") * 2 + ("180 INVITE",)),
    Capture(
        "redirect-302",
        "302 with a Contact, and the call which follows it",
        "baresip, kamailio and sipp",
        scenes.redirect,
        CALL + ("INVITE", "302 INVITE", "ACK")),
    Capture(
        "refer-202",
        "a referral: 202, then NOTIFY with the progress of the new call as message/sipfrag",
        "sipp, baresip and sipp",
        scenes.refer,
        CALL + ("INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE") +
        ("REFER", "202 REFER") + ("NOTIFY", "200 NOTIFY") * 2,
        ('sipfrag.line contains "100 Trying"', 'sipfrag.line contains "200 OK"')),
    Capture(
        "early-media-prack",
        "early media in a reliable 183 (RSeq), acknowledged with PRACK",
        "sipp and sipp",
        scenes.direct("uac_prack.xml", "uas_prack.xml"),
        ("INVITE", "100 INVITE", "183 INVITE", "PRACK", "200 PRACK", "200 INVITE", "ACK", "BYE", "200 BYE")),
    Capture(
        "tcp-several-in-segment",
        "three calls on one TCP connection: segments with several responses, responses over two segments",
        "sipp and sipp",
        scenes.several_in_segment,
        CALL * 3 + ("183 INVITE",) * 3,
        ("count(sip.Status-Code) > 1", "sip.Status-Code && tcp.segments")),
    Capture(
        "ipv6",
        "a call over IPv6",
        "sipp and sipp",
        scenes.ipv6,
        CALL,
        ("ipv6",)),
    Capture(
        "tls",
        "a registration and a call over TLS 1.3, the session keys in the file",
        "sipp and kamailio",
        scenes.tls,
        CALL + ("REGISTER", "401 REGISTER", "REGISTER", "200 REGISTER"),
        ("tls && sip",)),
    Capture(
        "websocket",
        "a registration (401, 200) and an OPTIONS over WebSocket",
        "kamailio and a small Python phone",
        scenes.websocket,
        ("REGISTER", "401 REGISTER", "REGISTER", "200 REGISTER", "OPTIONS", "200 OPTIONS"),
        ("websocket && sip",)),
    Capture(
        "every-code",
        "every code of tables/responses.toml once, each with the headers its RFC wants",
        "sipp and sipp",
        scenes.every_code_scene,
        every_code.expected),
    Capture(
        "lost-ack",
        "the ACK to a 200 never arrives: the 200 again and again for 64*T1, then BYE",
        "sipp and sipp",
        scenes.direct("uac_ack_lost.xml", "uas_no_ack.xml", patience=60),
        ("INVITE", "100 INVITE", "180 INVITE", "BYE", "200 BYE") + ("200 INVITE",) * 11),
    Capture(
        "lost-ack-busy",
        "a 486 is sent again until its ACK comes, late",
        "sipp and sipp",
        scenes.direct("uac_late_ack.xml", "uas_busy.xml"),
        ("INVITE", "100 INVITE", "ACK") + ("486 INVITE",) * 3),
    Capture(
        "forked",
        "a proxy rings two phones; one answers, the other gets CANCEL and says 487; all legs",
        "sipp, kamailio and two sipp",
        scenes.through_proxy("uac_call.xml", ["uas_answer.xml", "uas_cancelled.xml"], "WITH_FORK"),
        CALL * 2 + ("INVITE", "100 INVITE", "180 INVITE", "180 INVITE", "CANCEL", "200 CANCEL",
                    "487 INVITE", "ACK")),
    Capture(
        "cancel-race",
        "CANCEL comes too late: 200 to the CANCEL, yet 200 to the INVITE; through a proxy",
        "sipp, kamailio and sipp",
        scenes.through_proxy("uac_cancel_race.xml", ["uas_cancel_race.xml"]),
        CALL * 2 + ("CANCEL", "200 CANCEL") * 2),
    Capture(
        "invite-auth",
        "the authentication of an INVITE over TCP: 407, ACK, INVITE with credentials, 200",
        "sipp, kamailio and sipp",
        scenes.through_proxy("uac_auth_call.xml", ["uas_answer.xml"], "WITH_CALL_AUTH", transport="tcp"),
        CALL * 2 + CHALLENGED,
        ("tcp && sip.Status-Code == 407",)),
    Capture(
        "proxy-both-sides",
        "a plain call on both sides of a proxy",
        "sipp, kamailio and sipp",
        scenes.through_proxy("uac_call.xml", ["uas_answer.xml"]),
        CALL * 2),
    Capture(
        "two-forks-200",
        "both phones of a fork answer: two 200 with different To tags, two ACK, two BYE",
        "sipp, kamailio and two sipp",
        scenes.through_proxy("uac_two_answers.xml", ["uas_answer.xml", "uas_cancel_race.xml"],
                             "WITH_FORK"),
        CALL * 3 + ("180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE", "CANCEL", "200 CANCEL")),
    Capture(
        "figures",
        "calls of every outcome for the figures of RFC 6076: 8 answered, 3 busy, 2 cancelled, 1 refused with "
        "503, 2 answered after a challenge (both sides of the proxy), 1 never answered, and 2 registrations; "
        "what sipp itself counted is in `figures.csv`",
        "sipp, kamailio and sipp",
        scenes.figures,
        CALL * 12 + CHALLENGED * 2 + ("INVITE", "100 INVITE", "486 INVITE", "ACK") * 3 +
        ("INVITE", "100 INVITE", "180 INVITE", "CANCEL", "200 CANCEL", "487 INVITE", "ACK") * 2 +
        ("INVITE", "100 INVITE", "503 INVITE", "ACK") + ("INVITE",) * 2 +
        ("REGISTER", "401 REGISTER", "REGISTER", "200 REGISTER") * 2),
    Capture(
        "retransmitted-request",
        "an INVITE is sent again until a slow phone says its first word after 1.2 s",
        "sipp and sipp",
        scenes.direct("uac_call.xml", "uas_slow.xml"),
        CALL + ("INVITE",)),
    Capture(
        "wrong-password",
        "a registration with a wrong password: challenged, and challenged again",
        "sipp and kamailio",
        scenes.registration("uac_register_refused.xml"),
        ("REGISTER", "401 REGISTER") * 2),
    Capture(
        "stale-nonce",
        "credentials come too late for their nonce: 401 with stale=true, and 200 to the next ones",
        "sipp and kamailio",
        scenes.registration("uac_register_late.xml", "WITH_SHORT_NONCE"),
        ("REGISTER", "401 REGISTER") * 2 + ("REGISTER", "200 REGISTER")),
    Capture(
        "busy-trunk",
        "a gateway whose trunk is busy says so in Warning, Reason (Q.850 cause 34) and Retry-After of its 503",
        "sipp and sipp",
        scenes.direct(
            "uac_refused.xml", "uas_refuses.xml", status="503 Service Unavailable", **scenes.ONE_CODEC,
            says='Warning: 399 gateway.example.com "All channels of trunk group 12 busy"\n      '
                 'Reason: Q.850;cause=34;text="No circuit/channel available"\n      Retry-After: 30'),
        ("INVITE", "100 INVITE", "503 INVITE", "ACK"),
        ("sip.Reason && sip.Warning && sip.Retry-After",)),
    Capture(
        "codec-488",
        "an offer of G.729 alone is refused: 488 with Warning 305",
        "sipp and sipp",
        scenes.direct(
            "uac_refused.xml", "uas_refuses.xml", status="488 Not Acceptable Here", payload="18", codec="G729",
            says='Warning: 305 biloxi.example.com "Incompatible media format: no G729 here"'),
        ("INVITE", "100 INVITE", "488 INVITE", "ACK")),
    Capture(
        "icmp-refused",
        "nobody listens at the callee's port: ICMP port unreachable for each INVITE",
        "sipp",
        scenes.refused_by_icmp,
        ("INVITE",) * 2,
        ("icmp",)),
    Capture(
        "dead-phone",
        "a proxy sends the INVITE on to a phone that says nothing, and answers 408 after 30 s; both its sides",
        "sipp and kamailio",
        scenes.dead_phone,
        ("INVITE",) * 7 + ("100 INVITE", "408 INVITE", "ACK")),
    Capture(
        "failover-503",
        "a proxy goes on to the second gateway when the first one says 503; both its sides",
        "sipp, kamailio and two sipp",
        scenes.failover,
        CALL * 2 + ("INVITE", "100 INVITE", "503 INVITE", "ACK")),
    Capture(
        "session-timer-422",
        "a session timer of 60 s is refused with Min-SE: 90, and 90 s are taken",
        "sipp and sipp",
        scenes.direct("uac_short_timer.xml", "uas_short_timer.xml"),
        CALL + ("INVITE", "422 INVITE", "ACK")),
    Capture(
        "glare-491",
        "both sides put a call on hold at once: 491 to both, and the caller tries again 2.4 s later",
        "sipp and sipp",
        scenes.direct("uac_glare.xml", "uas_glare.xml"),
        CALL + ("INVITE", "491 INVITE", "ACK") * 2 + ("INVITE", "200 INVITE", "ACK")),
    Capture(
        "private-contact",
        "a phone behind a NAT answers with its private address in Contact, and no ACK gets there",
        "sipp and sipp",
        scenes.private_contact,
        ("INVITE", "100 INVITE", "180 INVITE", "BYE", "200 BYE") + ("200 INVITE",) * 11),
)


README = """\
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Printed by tools/make_captures --catalogue from tools/lib/captures/catalogue.py: change it there. -->
# Captures

Real conversations, none edited by hand: each was spoken by real SIP stacks (sipp, kamailio, baresip)
on the loopback interface of an empty network namespace, and recorded with tcpdump. To make one again,
as root on Debian 12:

    apt install {packages}
    tools/make_captures NAME

It replaces the file only if everything the catalogue promises is in the new one, read back with plain
tshark. Times, tags, branches and nonces differ from run to run, and so may the order of messages which
cross; the tests are keyed to the frames of these files, so make one again only with a reason.

127.0.0.1 (or ::1) is Alice, 127.0.0.2 kamailio, 127.0.0.3 and 127.0.0.4 are Bob's phones, 127.0.0.5 is Carol; in
`private-contact` 198.51.100.1 is Alice, and 198.51.100.3 what the NAT before Bob's phone makes of it.
The scenes and their scenario files are in `tools/lib/captures/`.

| capture | what it shows | made with | responses in it | again with |
| --- | --- | --- | --- | --- |
"""


def as_readme(packages):
    """The text of captures/README.md."""
    return README.format(packages=" ".join(packages)) + "".join(
        f"| `{capture.name}.pcapng` | {capture.shows} | {capture.programs} | {codes(capture)} "
        f"| `tools/make_captures {capture.name}` |\n" for capture in CATALOGUE.values())


def codes(capture):
    """The different status codes of the capture, in order."""
    different = sorted({kind.split()[0] for kind in capture.expected() if kind[0].isdigit()})
    return ", ".join(different) if len(different) < 20 else f"{len(different)} codes"
