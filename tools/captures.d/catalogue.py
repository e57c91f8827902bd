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

CATALOGUE = listed(
    Capture("basic-call", "a call over UDP: 100, 180, 200, ACK, BYE, 200", "sipp and sipp",
            scenes.direct("uac_call.xml", "uas_answer.xml"), CALL),
    Capture("register-401", "a phone registers (401, then 200 with its binding) and unregisters", "baresip and kamailio",
            scenes.register, ("REGISTER",) * 4 + ("401 REGISTER", "200 REGISTER") * 2),
    Capture("proxy-407", "a proxy challenges the INVITE with 407, then stays in the path by Record-Route; both its sides",
            "sipp, kamailio and sipp",
            scenes.through_proxy("uac_auth_call.xml", ["uas_answer.xml"], "WITH_CALL_AUTH"),
            CALL * 2 + ("INVITE", "407 INVITE", "ACK")),
    Capture("cancel-487", "a ringing call is cancelled: 200 to the CANCEL, 487 to the INVITE", "sipp and sipp",
            scenes.direct("uac_cancel.xml", "uas_cancelled.xml"),
            ("INVITE", "100 INVITE", "180 INVITE", "CANCEL", "200 CANCEL", "487 INVITE", "ACK")),
    Capture("busy", "a phone says 486 in its own words: Max Calls to a second caller, Rejected to the first",
            "baresip and two sipp", scenes.busy, ("INVITE", "486 INVITE", "ACK") * 2 + ("180 INVITE",)),
    Capture("redirect-302", "302 with a Contact, and the call which follows it", "baresip, kamailio and sipp",
            scenes.redirect, CALL + ("INVITE", "302 INVITE", "ACK")),
    Capture("refer-202", "a referral: 202, then NOTIFY with the progress of the new call as message/sipfrag",
            "sipp, baresip and sipp", scenes.refer,
            ("INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE") * 2 +
            ("100 INVITE", "REFER", "202 REFER") + ("NOTIFY", "200 NOTIFY") * 2,
            ("sipfrag.line contains \"100 Trying\"", "sipfrag.line contains \"200 OK\"")),
    Capture("early-media-prack", "early media in a reliable 183 (RSeq), acknowledged with PRACK", "sipp and sipp",
            scenes.direct("uac_prack.xml", "uas_prack.xml"),
            ("INVITE", "100 INVITE", "183 INVITE", "PRACK", "200 PRACK", "200 INVITE", "ACK", "BYE", "200 BYE")),
    Capture("tcp-several-in-segment",
            "three calls on one TCP connection: segments with several responses, responses over several segments",
            "sipp and sipp", scenes.several_in_segment, CALL * 3 + ("183 INVITE",) * 3,
            ("count(sip.Status-Code) > 1", "sip.Status-Code && tcp.segments")),
    Capture("ipv6", "a call over IPv6", "sipp and sipp", scenes.ipv6, CALL, ("ipv6",)),
    Capture("tls", "a registration and a call over TLS 1.3, the session keys in the file", "sipp and kamailio",
            scenes.tls, CALL + ("REGISTER", "401 REGISTER", "REGISTER", "200 REGISTER"), ("tls && sip",)),
    Capture("websocket", "a registration (401, 200) and an OPTIONS over WebSocket", "kamailio and a small Python phone",
            scenes.websocket,
            ("REGISTER", "401 REGISTER", "REGISTER", "200 REGISTER", "OPTIONS", "200 OPTIONS"), ("websocket && sip",)),
    Capture("every-code", "every code of tables/responses.toml once, each with the headers its RFC wants",
            "sipp and sipp", scenes.every_code_scene, every_code.expected),
)


def as_readme():
    return ""
