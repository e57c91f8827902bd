# SPDX-License-Identifier: GPL-2.0-or-later
"""What tools/fuzz_captures damages reaches the plugin."""

import random
import sys

from packets import apart, response
from wireshark import REPOSITORY

sys.path += [str(REPOSITORY / "tools" / "lib" / room) for room in ("fuzz", "captures")]
import inside  # noqa: E402
from tls import Tls  # noqa: E402


def test_sip_inside_of_tls_is_read(wireshark, make_capture, monkeypatch):
    """Guards against records that nobody can decrypt: then nothing inside of them would have been tried."""
    folder = wireshark.stage / "tls"
    folder.mkdir()
    folder.chmod(0o755)
    tls = Tls(folder)
    monkeypatch.setattr(inside, "message", lambda _: response("SIP/2.0 486 Busy Here"))
    capture = make_capture([apart(packet, host) for host in range(20)
                            for packet in inside.over_tls(random.Random(host), tls)])
    codes, classes = (wireshark.field(capture, name, "-o", f"tls.keylog_file:{tls.keys}")
                      for name in ("sip.Status-Code", "sip.class"))
    assert sum(map(len, codes.values())) > 20
    assert {frame: len(found) for frame, found in classes.items()} == {frame: len(found) for frame, found in codes.items()}
