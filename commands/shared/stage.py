# SPDX-License-Identifier: GPL-2.0-or-later
"""What tshark needs around it, for as long as a tool runs: a folder for its settings, and as root another user."""

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from .interruption import temporary_folder
from .problem import Problem
from .tshark import Tshark, copy_for_everybody
from .wireshark_settings import fill_folder, open_keylog


TREE = Path(__file__).resolve().parents[2]


def plugin_folder():
    """What WIRESHARK_PLUGIN_DIR names; else, in a source tree, what was built there. Empty: what is installed."""
    named = os.environ.get("WIRESHARK_PLUGIN_DIR", "")
    built = TREE / "build" / "run"
    return named or (str(built) if (TREE / "CMakeLists.txt").exists() and any(built.glob("*/epan/sipresp.so")) else "")


@contextmanager
def prepared_tshark(settings, say, seconds=0):
    """A Tshark with the user's WiresharkSettings; what root has to know of whom it runs as goes to say()."""
    with temporary_folder("sipresp-") as stage:
        fill_folder(stage / "config", settings.profile)
        environment, identity = _environment(stage, say)
        environment["WIRESHARK_CONFIG_DIR"] = str(stage / "config")
        options = ["-C", settings.profile] if settings.profile else []
        for preference in settings.preferences:
            options += ["-o", preference]
        if not settings.keylog:
            yield Tshark(environment, identity, options, seconds=seconds)
            return
        with open_keylog(settings.keylog) as private, copy_for_everybody(private) as keys:
            yield Tshark(environment, identity, [*options, "-o", f"tls.keylog_file:/dev/fd/{keys.fileno()}"],
                         (keys.fileno(),), seconds)


def _environment(stage, say):
    """Wireshark loads no personal plugin as root, and root should not dissect what strangers sent."""
    plugins = plugin_folder()
    if os.geteuid() != 0:
        return {**os.environ, **({"WIRESHARK_PLUGIN_DIR": plugins} if plugins else {})}, {}
    try:
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        subprocess.run(["/bin/true"], check=True, **identity)
    except (KeyError, PermissionError):
        say("running tshark as root with the system-wide plugin, since this container does not let root change to the "
            "user nobody")
        return dict(os.environ), {}
    stage.chmod(0o755)
    (stage / "home").mkdir()
    # Nobody else reads them: a profile may hold keys.
    for path in (stage / "home", stage / "config", *(stage / "config").rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment["HOME"] = str(stage / "home")
    if plugins:
        environment["WIRESHARK_PLUGIN_DIR"] = str(_copy_of_plugins(plugins, stage / "plugins"))
    which = (f"plugin of {'WIRESHARK_PLUGIN_DIR' if 'WIRESHARK_PLUGIN_DIR' in os.environ else 'this source tree'}"
             if plugins else "system-wide plugin")
    say(f"running tshark as user nobody with the {which}")
    return environment, identity


def _copy_of_plugins(plugins, copy):
    try:
        shutil.copytree(plugins, copy)
    except (OSError, shutil.Error) as error:
        raise Problem(f"the plugin folder {plugins} cannot be copied for the user nobody ({error}); "
                      "correct WIRESHARK_PLUGIN_DIR, or build the plugin anew") from None
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755)
    return copy
