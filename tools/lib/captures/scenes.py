# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenes: who plays, from which address, in which order.

127.0.0.1 (or ::1) is Alice, 127.0.0.2 kamailio, 127.0.0.3 and 127.0.0.4 are Bob's phones,
127.0.0.5 is Carol.
"""

import signal
import socket
import time

import every_code
import tls_ends
from stage import PATIENCE, run
from tls_relay import TlsRelay
from websocket_phone import WebSocketPhone

ALICE, PROXY, BOB, BOB_MOBILE, CAROL, RELAY = (f"127.0.0.{i}" for i in range(1, 7))
# sipp's digest would name an address instead of the Request-URI.
CALL_DIGEST_URI, REGISTER_DIGEST_URI = ("-auth_uri", "bob@biloxi.example.com"), ("-auth_uri", "example.com")
PROXY_SIP, BOB_SIP = f"{PROXY}:5060", f"{BOB}:5060"


def direct(caller, callee, patience=PATIENCE, **words):
    """A scene of two sipp, the caller straight to the callee over UDP; patience is in seconds, words are what the
    scenario files leave open."""
    def scene(stage):
        stage.record()
        bob = stage.sipp(worded(stage, callee, words), BOB)
        alice = stage.sipp(worded(stage, caller, words), ALICE, to=BOB_SIP)
        stage.finish(alice, bob, patience=patience)
    return scene


def worded(stage, scenario, words):
    """The scenario file with these words in its places; sipp's own -key is not for status lines."""
    if not words:
        return scenario
    text = stage.scenario_path(scenario).read_text()
    for name, word in words.items():
        text = text.replace(f"[{name}]", word)
    made = stage.work / scenario
    made.write_text(text)
    return made


# What Alice offers where a scene has nothing to say of it.
ONE_CODEC = {"payload": "0", "codec": "PCMU"}


def through_proxy(caller, phones, *features, transport="udp"):
    """A scene of sipp, kamailio and one sipp for each of Bob's phones."""
    def scene(stage):
        stage.kamailio(*features)
        stage.record()
        bobs = [stage.sipp(phone, address) for phone, address in zip(phones, (BOB, BOB_MOBILE))]
        alice = stage.sipp(caller, ALICE, to=PROXY_SIP, transport=transport, options=CALL_DIGEST_URI)
        stage.finish(alice, *bobs)
    return scene


def back_to_back(stage):
    """A back-to-back user agent takes Alice's call and calls Bob, with another Call-ID."""
    stage.record()
    bob = stage.sipp("uas_answer.xml", BOB)
    middle = stage.baresip(PROXY, f"<sip:bob@{PROXY}>;b2bua=inbound;regint=0\n"
                                  f'<sip:out@{PROXY}>;b2bua=outbound;outbound="sip:{BOB}";regint=0', modules=["b2bua.so"])
    alice = stage.sipp("uac_call.xml", ALICE, to=PROXY_SIP)
    stage.finish(alice, bob)
    stage.stop(middle)


def ipv6(stage):
    """Alice calls Bob over IPv6."""
    stage.record()
    # One address for both: Bob keeps port 5060, Alice takes 5061.
    bob = stage.sipp("uas_answer.xml", "::1")
    alice = stage.sipp("uac_call.xml", "::1", port=5061, to="[::1]:5060")
    stage.finish(alice, bob)


def register(stage):
    """Alice's phone registers when it starts, and unregisters when it ends."""
    stage.kamailio()
    stage.record()
    phone = stage.baresip(ALICE, f'<sip:alice@example.com>;auth_user=alice;auth_pass=secret;'
                                 f'outbound="sip:{PROXY}";regint=3600')
    stage.wait_recorded(b"SIP/2.0 200 OK")
    # On its way out the phone unregisters, and waits for the answer.
    stage.stop(phone)
    stage.wait_recorded(b"SIP/2.0 200 OK", times=2)


def registration(caller, *features):
    """A scene of sipp and its registrar."""
    def scene(stage):
        stage.kamailio(*features)
        stage.record()
        stage.finish(stage.sipp(caller, ALICE, to=PROXY_SIP, options=REGISTER_DIGEST_URI))
    return scene


def refused_by_icmp(stage):
    """No program listens where Alice calls, and the kernel there says so."""
    # Not of the end mark, at whose port nobody listens either.
    stage.record("portrange 5060-5061 or icmp[30:2] = 5060")
    stage.finish(stage.sipp("uac_unheard.xml", ALICE, to=BOB_SIP))


def dead_phone(stage):
    """kamailio asks a phone that says nothing, and gives up after 30 s."""
    stage.kamailio()
    stage.record()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind((BOB, 5060))
        alice = stage.sipp(worded(stage, "uac_refused.xml", ONE_CODEC), ALICE, to=PROXY_SIP)
        stage.finish(alice, patience=60)


def failover(stage):
    """The first gateway is busy, so kamailio goes on over the second one."""
    stage.kamailio("WITH_FAILOVER")
    stage.record()
    words = {"status": "503 Service Unavailable", "says": "Retry-After: 30"}
    first = stage.sipp(worded(stage, "uas_refuses.xml", words), BOB)
    second = stage.sipp("uas_answer.xml", BOB_MOBILE)
    stage.finish(stage.sipp("uac_call.xml", ALICE, to=PROXY_SIP), first, second)


def private_contact(stage):
    """Bob's phone lies behind a NAT and names its address there, where no ACK gets to."""
    alice, bob, behind_nat = "198.51.100.1", "198.51.100.3", "10.0.0.5"
    for address in (alice, bob):
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    stage.record()
    phone = stage.sipp("uas_no_ack.xml", bob, contact=behind_nat)
    stage.finish(stage.sipp("uac_ack_lost.xml", alice, to=f"{bob}:5060"), phone, patience=60)


def busy(stage):
    """Bob's phone takes one call at a time: Carol finds it busy, then Bob turns Alice down too."""
    stage.record()
    stage.baresip(BOB, f"<sip:bob@{BOB}>;regint=0", max_calls=1)
    alice = stage.sipp("uac_busy.xml", ALICE, to=BOB_SIP)
    stage.wait_recorded(b"SIP/2.0 180")
    stage.finish(stage.sipp("uac_busy.xml", CAROL, to=BOB_SIP))
    stage.order_baresip(BOB, "hangup")
    stage.finish(alice)


def redirect(stage):
    """kamailio tells where Bob is, and Alice's phone calls there."""
    stage.kamailio("WITH_REDIRECT")
    stage.record()
    bob = stage.sipp("uas_answer.xml", BOB)
    stage.baresip(ALICE, f"<sip:alice@{ALICE}>;regint=0")
    stage.order_baresip(ALICE, "dial", f"sip:bob@{PROXY}")
    stage.wait_recorded(b" ACK\r\n", times=2)
    time.sleep(0.3)  # they talk
    stage.order_baresip(ALICE, "hangup")
    stage.finish(bob)


def refer(stage):
    """Alice refers Bob to Carol; his phone reports how that goes."""
    stage.record()
    phone = stage.baresip(BOB, f"<sip:bob@{BOB}>;regint=0;answermode=auto")
    carol = stage.sipp("uas_answer.xml", CAROL, callee="carol")
    alice = stage.sipp("uac_refer.xml", ALICE, to=BOB_SIP)
    stage.finish(alice)
    # On its way out the phone hangs up on Carol.
    stage.stop(phone)
    stage.finish(carol)


def several_in_segment(stage):
    """Three calls on one connection whose caller does not read for a moment and has a small receive buffer.

    What Bob says meanwhile piles up in his kernel, which then sends it in as few segments as
    the window allows: several responses in one, and some cut in two.
    """
    make_ethernet_of_lo()
    stage.record()
    calls = 3
    bob = stage.sipp("uas_burst.xml", BOB, transport="tcp", calls=calls)
    alice = stage.sipp("uac_call.xml", ALICE, to=BOB_SIP, transport="tcp", calls=calls,
                       options=("-r", str(calls), "-rp", "20", "-buff_size", "2048"))
    stage.wait_recorded(b"SIP/2.0 100", times=calls)
    alice.send_signal(signal.SIGSTOP)
    stage.wait_recorded(b"SIP/2.0 200")
    # Nothing shows that Bob's later responses wait in his kernel; he says them within milliseconds.
    time.sleep(0.3)
    alice.send_signal(signal.SIGCONT)
    stage.finish(alice, bob)


def make_ethernet_of_lo():
    """Segments as they are on a real network: lo's own 64 kB ones would hold any conversation."""
    run("ip", "link", "set", "lo", "mtu", "1500", "gso_max_segs", "1")


def tls(stage):
    """Alice registers and calls Bob over TLS; Bob's side of kamailio is not recorded."""
    key, certificate = tls_ends.certificate(stage.work)
    stage.kamailio("WITH_TLS", f'CERTIFICATE="{certificate}"', f'PRIVATE_KEY="{key}"')
    stage.wait_listening("tcp", PROXY, 5061)
    stage.record("tcp port 5061")
    TlsRelay((RELAY, 5060), (PROXY, 5061), keylog=stage.work / "tls-keys.log")
    alice = {"to": f"{RELAY}:5060", "transport": "tcp", "wire": "TLS"}
    stage.finish(stage.sipp("uac_register.xml", ALICE, options=REGISTER_DIGEST_URI, **alice))
    bob = stage.sipp("uas_answer.xml", BOB)
    stage.finish(stage.sipp("uac_call.xml", ALICE, **alice), bob)


def websocket(stage):
    """A browser's phone registers, and asks the proxy what it can."""
    stage.kamailio("WITH_WEBSOCKET")
    stage.wait_listening("tcp", PROXY, 8080)
    stage.record("tcp port 8080")
    phone = WebSocketPhone((PROXY, 8080))
    phone.register()
    phone.request("OPTIONS", "sip:example.com")
    phone.close()


def figures(stage):
    """Calls of every outcome, and what sipp says of each lot of them in figures.csv."""
    stage.kamailio("WITH_CALL_AUTH")
    stage.record()
    statistics = ["caller;successful;failed"]

    def call(caller, callee, calls, **caller_settings):
        bob = stage.sipp(callee, BOB, calls=calls) if callee else None
        counts = stage.work / f"{caller}.csv"
        settings = {"to": BOB_SIP, "options": ()} | caller_settings
        settings["options"] += ("-r", "10", "-trace_stat", "-stf", counts)
        stage.finish(stage.sipp(caller, ALICE, calls=calls, **settings), *([bob] if bob else []))
        names, *rows = [line.split(";") for line in counts.read_text().splitlines()]
        last = dict(zip(names, rows[-1]))
        statistics.append(f"{caller};{last['SuccessfulCall(C)']};{last['FailedCall(C)']}")

    call("uac_call.xml", "uas_answer.xml", 8)
    call("uac_busy.xml", "uas_busy.xml", 3)
    call("uac_cancel.xml", "uas_cancelled.xml", 2)
    call("uac_unavailable.xml", "uas_unavailable.xml", 1)
    call("uac_auth_call.xml", "uas_answer.xml", 2, to=PROXY_SIP, options=CALL_DIGEST_URI)
    call("uac_register.xml", None, 2, to=PROXY_SIP, options=REGISTER_DIGEST_URI)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind((BOB, 5060))
        call("uac_unheard.xml", None, 1)
    (stage.work / "figures.csv").write_text("\n".join(statistics) + "\n")


def every_code_scene(stage):
    """Bob answers each request with the next code of tables/responses.toml."""
    stage.record()
    for exchange in every_code.exchanges():
        callee, caller = stage.work / "callee.xml", stage.work / "caller.xml"
        callee.write_text(exchange.callee())
        caller.write_text(exchange.caller())
        bob = stage.sipp(callee, BOB)
        stage.finish(stage.sipp(caller, ALICE, to=BOB_SIP), bob)
