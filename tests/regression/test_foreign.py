# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/foreign lists the warnings of captures that nobody here made."""

import os
import subprocess

from wireshark import REPOSITORY


def test_warnings_are_listed(tmp_path, wireshark):
    """Guards against a tool that judges nothing and calls it none."""
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "call.pcapng").write_bytes((REPOSITORY / "captures" / "lost-ack.pcapng").read_bytes())
    said = subprocess.run(["/usr/bin/python3", REPOSITORY / "tools" / "lib" / "foreign" / "foreign.py", folder],
                          env={**os.environ, "SIPRESP_BUILD_DIR": str(wireshark.build)}, capture_output=True, text=True,
                          check=False).stdout
    assert "frame 4: warning: 200 to INVITE w" in said and "[final-unacknowledged]" in said, said
    assert "0 faults, 11 warnings and errors" in said
