# SPDX-License-Identifier: GPL-2.0-or-later
"""What somebody would send who wants Wireshark to crash, to hang or to run out of memory.

Each scene makes packets of a size: twice the size is twice the work, if all is well.
"""

import sys
from collections import namedtuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests" / "regression"))

from packets import ALICE, BOB, LINK_ETHERNET, LINK_EXPORTED, SIP_PORT, exported, request, response, tcp, udp  # noqa: E402

# size is what the table measures at; counted, where it is smaller, is where instructions are counted.
Scene = namedtuple("Scene", "make size counted unit modes link", defaults=[LINK_ETHERNET])
SEGMENT_BYTES = 60000
EXPERT = ("-q", "-z", "expert")
TREE = ("-V",)
RECORDS = ("-q", "-z", "sipresp,records")
FILTER = ("-2", "-Y", "sipresp.check", "-T", "fields", "-e", "sipresp.check")


def to_bob(payload, port=SIP_PORT):
    return udp(payload, source=ALICE, destination=BOB, source_port=port)


def to_alice(payload, port=SIP_PORT):
    return udp(payload, source=BOB, destination=ALICE, port=port)


def stream(payload):
    """One message over as many segments as it takes."""
    for at in range(0, len(payload), SEGMENT_BYTES):
        yield tcp(payload[at:at + SEGMENT_BYTES], sequence=1 + at)


def message(start, number=0, branch=None, call=None, tag="b", cseq="1 INVITE", more=""):
    branch = f"z9hG4bK{number}" if branch is None else branch
    to_tag = f";tag={tag}" if tag else ""
    return (f"{start}\r\nVia: SIP/2.0/UDP 192.0.2.1;branch={branch}\r\nFrom: <sip:a@b>;tag=a\r\n"
            f"To: <sip:c@d>{to_tag}\r\nCall-ID: {number if call is None else call}\r\nCSeq: {cseq}\r\n{more}"
            "Content-Length: 0\r\n\r\n").encode("latin-1")


INVITE = "INVITE sip:c@d SIP/2.0"
OK = "SIP/2.0 200 OK"


def responses_in_a_frame(size):
    return [exported(b"SIP/2.0 503 \r\nCSeq:1 INVITE\r\nl:0\r\n\r\n" * size)]


def long_header(size):
    """Values with every separator where it means nothing, in headers that rules look into."""
    hundred = [("To", "<,>,"), ("Contact", '"\\",",'), ("Require", "<;>;,"), ("Via", "\"',<\","), ("To", ";tag")]
    for name, unit in hundred * 20:
        value = unit * (size // len(unit))
        yield tcp_alone(response("SIP/2.0 420 Bad Extension", headers=[f"{name}: {value}"]))
        first = response("SIP/2.0 180 Ringing").replace(f"\r\n{name}: ".encode(), f"\r\n{name}: {value},".encode())
        yield tcp_alone(first)


def tcp_alone(payload, _next=[1]):
    _next[0] += len(payload)
    return tcp(payload, sequence=_next[0] - len(payload))


def many_headers(size):
    return stream(response("SIP/2.0 405 Method Not Allowed", "REFER", headers=["a:"] * (size - 1) + ["Allow: "]))


def many_values(size):
    return stream(response("SIP/2.0 200 OK", headers=["Contact: <sip:a>;q=1"] * size))


def call_ids(size):
    for number in range(size // 2):
        yield to_bob(message(INVITE, number, tag=""))
        yield to_alice(message("SIP/2.0 486 Busy Here", number))


def colliding_call_ids(size):
    """Call-IDs of which a hash that multiplies words of eight bytes makes the same, whatever it starts from: one
    changed top bit stays one through the product, and the next word takes it back."""
    plain = b"0123456789abcdef"
    flipped = bytes(c ^ (0x80 if at in (7, 11, 15) else 0) for at, c in enumerate(plain))
    for number in range(size):
        call = b"".join(flipped if number >> bit & 1 else plain for bit in range(20))
        yield to_bob(message(INVITE, number, call=call.decode("latin-1"), tag=""))


def nested_bodies(size):
    """Multipart in multipart in multipart in multipart, sipfrag in each; beyond 500 layers Wireshark gives up a frame."""
    part = "Content-Type: message/sipfrag\r\n\r\nSIP/2.0 603 Decline\r\n"
    body = f"--d\r\n{part}" * 25 + "--d--\r\n"
    for limit, inner in (("c", "d"), ("b", "c"), ("a", "b")):
        head = f"Content-Type: multipart/mixed;boundary={inner}\r\n\r\n"
        body = f"--{limit}\r\n{head}{body}" + f"--{limit}\r\n{part}" * 25 + f"--{limit}--\r\n"
    notify = request("NOTIFY", ["Content-Type: multipart/mixed;boundary=a"], body)
    for _ in range(size // 100):
        yield tcp_alone(notify)


def every_byte(size):
    """A response with each of its bytes in turn replaced by NUL, by one of 8 bits, by a control character."""
    whole = response("SIP/2.0 401 Unauthorized", "REGISTER", headers=["Require: 100rel", "RSeq: 1"])
    for number in range(size):
        at = number // 3 % len(whole)
        yield to_alice(whole[:at] + b"\0\xff\x1b"[number % 3:][:1] + whole[at + 1:])


def content_lengths(size):
    """Negative, huge, missing, repeated, empty, with a sign; each behind the other on one stream."""
    kinds = ["l: -1", "l: 4294967296", "l: 999999999", "", "l: 0\r\nl: 5", "l:", "l: +0", "l: 0x10", "l: 0"]
    for number in range(size):
        length = kinds[number % len(kinds)]
        lines = message(OK, number).replace(b"Content-Length: 0\r\n", f"{length}\r\n".encode() if length else b"")
        yield tcp_alone(lines)


def one_branch(size):
    """Every transaction has the same branch, Call-ID and tags; ports and CSeq tell them apart."""
    for number in range(size // 4):
        port, cseq = 1024 + number % 60000, f"{number} INVITE"
        yield to_bob(message(INVITE, branch="z9hG4bKsame", call="same", tag="", cseq=cseq), port)
        yield to_alice(message("SIP/2.0 183 x", branch="z9hG4bKsame", call="same", cseq=cseq,
                               more="Require: 100rel\r\nRSeq: 1\r\n"), port)
        yield to_bob(message("PRACK sip:c@d SIP/2.0", number, call="same", cseq="2 PRACK",
                             more=f"RAck: 1 {cseq}\r\n"), port)
        yield to_bob(message("ACK sip:c@d SIP/2.0", number, call="same", cseq=f"{number} ACK"), port)


def many_forks(size):
    """One INVITE, and answers with as many To tags as there are; each then gets an ACK that fits none."""
    yield to_bob(message(INVITE, call="same", tag=""))
    for number in range(size // 3):
        yield to_alice(message("SIP/2.0 180 Ringing", call="same", tag=f"p{number}"))
        yield to_alice(message(OK, call="same", tag=f"t{number}"))
        yield to_bob(message("ACK sip:c@d SIP/2.0", f"k{number}", call="same", tag="none", cseq="1 ACK"))


def acks(size):
    """One answered call, and ACKs without end, each with a branch of its own: of its 2xx, of another one, of none."""
    yield to_bob(message(INVITE, call="same", tag=""))
    yield to_alice(message(OK, call="same"))
    for number in range(size):
        tag = ("b", "other", f"t{number}")[number % 3]
        yield to_bob(message("ACK sip:c@d SIP/2.0", f"k{number}", call="same", tag=tag, cseq="1 ACK"))


def pracks(size):
    """Reliable responses and PRACKs without end, of one INVITE: each of the newest, or of one that is not there."""
    yield to_bob(message(INVITE, call="same", tag="", more="Supported: 100rel\r\n"))
    for number in range(1, size // 2):
        yield to_alice(message("SIP/2.0 183 x", call="same", more=f"Require: 100rel\r\nRSeq: {number}\r\n"))
        rseq = number if number % 2 else number + 1_000_000
        yield to_bob(message("PRACK sip:c@d SIP/2.0", f"p{number}", call="same", cseq=f"{number + 1} PRACK",
                             more=f"RAck: {rseq} 1 INVITE\r\n"))


def hops(size):
    """One INVITE over as many hops as there are ports, each answered, and acknowledged between other ports."""
    for number in range(size // 3):
        port = 1024 + number % 60000
        yield to_bob(message(INVITE, f"h{number}", call="same", tag=""), port)
        yield to_alice(message(OK, f"h{number}", call="same"), port)
        yield to_bob(message("ACK sip:c@d SIP/2.0", f"k{number}", call="same", cseq="1 ACK"), 1024 + (number * 7 + 1) % 60000)


def ringing_hops(size):
    """The same, none of them answered but for a ringing, while time goes on: at each frame all might be given up."""
    for number in range(size // 2):
        port = 1024 + number % 60000
        yield number / 100, to_bob(message(INVITE, f"h{number}", call="same", tag=""), port)
        yield number / 100, to_alice(message("SIP/2.0 180 Ringing", f"h{number}", call="same"), port)


def challenges(size):
    """Each INVITE is refused and sent again with credentials, from first to last without end."""
    for number in range(1, size // 2):
        credentials = "Authorization: Digest x\r\n"
        yield to_bob(message(INVITE, f"c{number}", call="same", tag="", cseq=f"{number} INVITE", more=credentials))
        yield to_alice(message("SIP/2.0 401 x", f"c{number}", call="same", cseq=f"{number} INVITE"))


def retransmissions(size):
    """A call that is answered again and again, and so long that every copy but the first two breaks the same rules."""
    yield 0, to_bob(message(INVITE, tag=""))
    yield 0.01, to_alice(message(OK))
    for number in range(size - 2):
        yield 40 + number / 100, to_alice(message(OK))


SCENES = {
    "responses in one frame": Scene(responses_in_a_frame, 5000, 400, "responses", (TREE, EXPERT), LINK_EXPORTED),
    "a header of 64 KB, 200 times": Scene(long_header, 60000, 4000, "bytes each", (TREE,)),
    "headers in one message": Scene(many_headers, 1000000, 20000, "headers", (EXPERT,)),
    "Contacts in one message": Scene(many_values, 200000, 10000, "headers", (EXPERT,)),
    "nested multipart and sipfrag": Scene(nested_bodies, 8000, 2000, "parts", (TREE,)),
    "NUL and 8-bit bytes everywhere": Scene(every_byte, 12000, 1000, "responses", (TREE,)),
    "wrong Content-Length": Scene(content_lengths, 9000, 900, "messages", (TREE,)),
    "one branch for all": Scene(one_branch, 20000, 4000, "messages", (EXPERT,)),
    "forks of one INVITE": Scene(many_forks, 100000, 4000, "messages", (EXPERT,)),
    "ACKs of one call": Scene(acks, 200000, 4000, "messages", (EXPERT,)),
    "PRACKs of one call": Scene(pracks, 200000, 4000, "messages", (EXPERT,)),
    "hops of one INVITE": Scene(hops, 20000, 4000, "messages", (EXPERT, RECORDS)),
    "hops of one INVITE, ringing": Scene(ringing_hops, 20000, 4000, "messages", (RECORDS,)),
    "challenges of one call": Scene(challenges, 100000, 4000, "messages", (RECORDS,)),
    "a call answered again and again": Scene(retransmissions, 100000, 2000, "messages", (EXPERT, FILTER)),
    "Call-IDs that a weak hash makes the same": Scene(colliding_call_ids, 100000, 2000, "messages", (EXPERT,)),
    "Call-IDs": Scene(call_ids, 1000000, 2000, "messages", (EXPERT,)),
}
