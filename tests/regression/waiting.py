# SPDX-License-Identifier: GPL-2.0-or-later
"""A tshark that has registered its dissectors and waits for command lines, for that is nearly all of a short run's time.

Each command line has a process of its own, with the same main() as any tshark, so nothing is left of the one before.
test_waiting.py sees that it says what a fresh one says. With SIPRESP_FRESH_TSHARK=1 in the environment there is none.
"""

import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
COMPILE = ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-result", "-O1", SOURCE, "-o"]


class WaitingTshark:
    """path has it, for whoever has the same plugin and data there."""

    def __init__(self, folder, plugins, prefix, environment):
        """The folder may be written by whom the prefix makes of us."""
        plugin, = plugins.rglob("sipresp.so")
        texts = {"SOCKET": folder / "socket", "REAL": shutil.which("tshark"), "PLUGINS": plugins,
                 "PLUGIN": plugin.relative_to(plugins), "DATA": environment["WIRESHARK_DATA_DIR"]}
        defined = [f'-D{name}="{text}"' for name, text in texts.items()]
        library = folder / "waiting.so"
        (folder / "bin").mkdir()
        subprocess.run([*COMPILE, library, *defined, "-DPRELOADED", "-shared", "-fPIC"], check=True)
        subprocess.run([*COMPILE, folder / "bin" / "tshark", *defined], check=True)
        self.path = f"{folder / 'bin'}:{os.environ['PATH']}"
        self._process = subprocess.Popen([*prefix, "tshark"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         env={**environment, "LD_PRELOAD": str(library)})
        # Another Wireshark may begin in another way; without a socket each start is an ordinary one.
        self.waits = self._process.stdout.readline() == b"ready\n"

    def end(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
