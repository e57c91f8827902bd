# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts tshark: as whom, in which environment, and whether it loads our plugin.

Captures reach tshark on its standard input. So no name of a file is ever taken
for an option, and nobody needs no way into the folders of root.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import VERSION
from .problem import Problem

PLUGIN = "sipresp.so"
# A file that can be opened twice, which "-r -" is not, for tshark -2 does so. And whatever the
# preferences of the user are, of the same capture the same is said.
READING = ["-r", "/dev/stdin", "-n", "--enable-protocol", "sipresp", "-o", "sipresp.follow:TRUE"]


class Tshark:
    """How tshark is started here; made once for all captures."""

    def __init__(self, environment, identity, notice):
        self.environment = {**environment, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.identity = identity
        # What root has to know of whom tshark runs as, and with which plugin.
        self.notice = notice

    def start(self, arguments, stdin, stderr):
        """A running tshark; its arguments are a list and never see a shell."""
        try:
            return subprocess.Popen(["tshark", *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
                                    env=self.environment, **self.identity)
        except OSError as error:
            # A folder of PATH that nobody may not enter hides that tshark is in none of the others.
            if shutil.which("tshark") is None:
                raise Problem("there is no tshark in PATH; install it, on Debian: apt-get install tshark") from None
            user = "the user nobody" if self.identity else "this user"
            raise Problem(f"tshark cannot be started: {error.strerror}; make it executable for {user}") from None

    @contextmanager
    def readable(self, file):
        """The capture as a file that tshark, whoever it runs as, may open again by its descriptor."""
        if not self.identity or os.fstat(file.fileno()).st_mode & stat.S_IROTH:
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fchmod(copy.fileno(), 0o644)
            yield copy

    def require_plugin(self, program):
        """Without our plugin tshark goes on and finds nothing, so it is asked first, on behalf of program."""
        with tempfile.TemporaryFile() as errors:
            process = self.start(["-G", "plugins"], subprocess.DEVNULL, errors)
            listed = process.communicate()[0].decode("utf-8", "replace")
            errors.seek(0)
            complaints = errors.read().decode("utf-8", "replace")
        row = next((line.split("\t") for line in listed.splitlines() if line.startswith(PLUGIN)), None)
        if row is None:
            raise Problem(self._why_absent(process.returncode, complaints))
        version = row[1].strip() if len(row) > 1 else ""
        if version != VERSION:
            raise Problem(f"tshark loads the plugin sipresp in version {version} and this is {program} "
                          f"{VERSION}; install both from the same package")

    def _why_absent(self, status, complaints):
        for line in complaints.splitlines():
            if PLUGIN in line:
                return (f"the plugin is there but tshark does not load it ({line.strip()}); "
                        "install the sipresp that was built for this Wireshark")
        if status != 0:
            last = (complaints.strip().splitlines() or ["it says nothing"])[-1]
            return f"tshark -G plugins {ending(status)} ({last}); make tshark run first"
        hint = ", for everybody since root's own plugins are never loaded" if os.geteuid() == 0 else ""
        return (f"tshark does not load the plugin sipresp; install it{hint} "
                "(sipresp-doctor or tshark -G folders says where)")


def ending(status):
    """How a process ended, by its return code."""
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"


@contextmanager
def prepared_tshark():
    """Wireshark loads no personal plugin as root, and root should not dissect what strangers sent."""
    if os.geteuid() != 0:
        yield Tshark(os.environ, {}, "")
        return
    with tempfile.TemporaryDirectory(prefix="sipresp-") as stage:
        yield _tshark_of_root(Path(stage))


def _tshark_of_root(stage):
    try:
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        subprocess.run(["/bin/true"], check=True, **identity)
    except (KeyError, PermissionError):
        return Tshark(os.environ, {}, "running tshark as root with the system-wide plugin, since this container "
                                      "does not let root change to the user nobody")
    stage.chmod(0o755)
    home = stage / "home"
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment["HOME"] = str(home)
    plugins = os.environ.get("WIRESHARK_PLUGIN_DIR", "")
    if not plugins:
        return Tshark(environment, identity, "running tshark as user nobody with the system-wide plugin")
    environment["WIRESHARK_PLUGIN_DIR"] = str(_copy_for_everybody(plugins, stage / "plugins"))
    return Tshark(environment, identity, "running tshark as user nobody with the plugin of WIRESHARK_PLUGIN_DIR")


def _copy_for_everybody(plugins, copy):
    try:
        shutil.copytree(plugins, copy)
    except (OSError, shutil.Error) as error:
        raise Problem(f"the folder WIRESHARK_PLUGIN_DIR={plugins} cannot be copied for the user nobody ({error}); "
                      "correct or unset the variable") from None
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755)
    return copy
