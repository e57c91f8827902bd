# SPDX-License-Identifier: GPL-2.0-or-later
"""Usage: make_seeds.py FOLDER

Writes what libFuzzer starts from, a folder for each target of tests/fuzz: the
SIP messages of captures/, those that break or keep a rule, and the inputs
kept in tests/fuzz/corpus.
"""

import hashlib
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "regression"))

from explanation_scenes import read_scenes  # noqa: E402
from test_rules import CASES, message_of  # noqa: E402

CORPUS = ROOT / "tests" / "fuzz" / "corpus"


def captured_messages():
    """The payload of every frame with SIP, without those that came before."""
    for capture in sorted((ROOT / "captures").glob("*.pcapng")):
        output = subprocess.run(["tshark", "-n", "-r", capture, "-Y", "sip", "-T", "fields",
                                 "-e", "udp.payload", "-e", "tcp.payload"],
                                capture_output=True, text=True, check=True).stdout
        for payload in output.split():
            yield bytes.fromhex(payload.replace(":", "").replace(",", ""))


def headers_of(message):
    return message.partition(b"\r\n")[2].partition(b"\r\n\r\n")[0] + b"\r\n"


def values_of(message):
    for line in headers_of(message).split(b"\r\n"):
        yield line.partition(b":")[2]


def marked(sent):
    """A message as fuzz_explain.c reads it: a mark, and ends, time and kind before it."""
    source, destination, message = sent
    number = {"A": 0, "a": 1, "P": 2}
    ends = number.get(source, 3) | number.get(destination, 3) << 2 | 0x10
    return bytes([0x1E, ends, 16, 0]) + message


def seeds():
    """(target, input) pairs."""
    messages = dict.fromkeys([*captured_messages(),
                              *(message_of(case[key]) for case in CASES.values() for key in ("breaks", "keeps"))])
    for message in messages:
        yield "sip_message", message
        yield "sip_body", message
        yield "checks", b"\xff" + message
        yield "header_index", headers_of(message)
        yield "sip_said", message
        for value in values_of(message):
            yield "sip_value", value
            yield "sip_said", value
    for scene in read_scenes():
        yield "explain", b"".join(map(marked, scene.messages))
    # Twelve bytes a message: any do to begin with, for libFuzzer finds what fits what.
    chance = random.Random(1)
    for number in range(40):
        for few in (1, 8):
            yield f"calls_{few}", chance.randbytes(12 * (number + 1))
    for path in sorted(CORPUS.glob("*/*.txt")):
        yield path.parent.name, path.read_bytes()


def main(folder):
    for target, data in seeds():
        place = Path(folder) / target
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha1(data).hexdigest()).write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    main(sys.argv[1])
