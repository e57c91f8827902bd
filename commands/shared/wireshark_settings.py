# SPDX-License-Identifier: GPL-2.0-or-later
"""The configuration that tshark runs with: one of its own, and what the user names.

The preferences, protocols and profiles of whoever runs a tool would decide what a capture shows, and root's and a
user's differ. So tshark gets an empty folder for them; what is to be otherwise is named on the command line.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .captures import open_regular
from .problem import Problem
from .text import lines_of

# Without these nothing is found, so nobody turns them off in passing.
OWN_PREFERENCES = ("sipresp.check", "sipresp.follow", "sipresp.ignored_rules")
DEFAULT_PROFILE = "Default"


@dataclass(frozen=True)
class WiresharkSettings:
    """What the user names of Wireshark's settings."""
    profile: str = ""
    preferences: tuple = ()
    keylog: str = ""

    def named(self):
        """Each as it was given, to be said with what came of it."""
        return [*([f"--profile {self.profile}"] if self.profile else []),
                *(f"--set {text}" for text in self.preferences),
                *([f"--keylog {self.keylog}"] if self.keylog else [])]


def settings_of_options(values):
    """Those of the command line; values has a list of what was given for each option."""
    preferences = tuple(dict.fromkeys(values.get("set", [])))
    for text in preferences:
        name = text.partition(":")[0].lower()
        if not re.fullmatch(r"[a-z0-9_.-]+:[^\0]*", text, re.I | re.S):
            raise Problem(f"--set {text!r} is no preference with a value; write it as in: "
                          "tcp.desegment_tcp_streams:FALSE")
        if name in OWN_PREFERENCES:
            raise Problem(f"--set {text} would change what this tool itself sets; leave {name} out")
    profile = values.get("profile", [""])[-1]
    if "profile" in values and (not profile or "/" in profile or "\0" in profile or profile in (".", "..")):
        raise Problem(f"--profile {profile!r} is no name of a profile; name one that Edit > Configuration Profiles of "
                      "Wireshark lists")
    keylog = values.get("keylog", [""])[-1]
    if "keylog" in values and not keylog:
        raise Problem("--keylog names no file; give the path of one")
    return WiresharkSettings(profile, preferences, keylog)


def open_keylog(path):
    try:
        return open_regular(path)
    except OSError as error:
        raise Problem(f"--keylog {path} cannot be read: {error.strerror}; "
                      "name a file of TLS keys that you may read") from None


def fill_folder(folder, profile):
    """Makes the folder of a configuration, empty but for the user's profile, if one is named."""
    folder.mkdir(mode=0o700)
    if not profile:
        return
    personal, everybodys = _folders()
    sources = [personal, everybodys] if profile == DEFAULT_PROFILE else [
        place / "profiles" / profile for place in (personal, everybodys)]
    source = next((place for place in sources if place.is_dir()), None)
    if source is None:
        raise Problem(f"there is no profile {profile!r} in {sources[0].parent}; name one that "
                      "Edit > Configuration Profiles of Wireshark lists")
    target = folder if profile == DEFAULT_PROFILE else folder / "profiles" / profile
    target.mkdir(parents=True, exist_ok=True)
    try:
        for path in source.iterdir():
            # What else lies there, a pipe or a folder, tshark reads no settings from.
            if path.is_file():
                shutil.copyfile(path, target / path.name)
    except OSError as error:
        raise Problem(f"--profile {profile}: {error.filename} cannot be read: {error.strerror}; "
                      "change its permissions") from None


def _folders():
    """Where the profiles of the user and those of everybody are, as Wireshark itself says."""
    try:
        said = subprocess.run(["tshark", "-G", "folders"], stdin=subprocess.DEVNULL, capture_output=True,
                              check=False).stdout
    except OSError as error:
        raise Problem(f"tshark cannot be asked where profiles are: {error.strerror}; install it first") from None
    rows = dict(re.split(r":\s*", line, maxsplit=1) for line in lines_of(os.fsdecode(said)) if ":" in line)
    try:
        return Path(rows["Personal configuration"]), Path(rows["Global configuration"])
    except KeyError:
        raise Problem("tshark -G folders does not say where profiles are; make tshark run first") from None


def refuse_preferences(complaints):
    """Raises Problem where tshark did not know a preference, or its value."""
    refused = re.search(r'-o flag "(.*?)"(?: specifies |: )?(.*)', complaints)
    if refused:
        reason = refused[2].strip().rstrip(".") or "no preference with a value"
        raise Problem(f"--set {refused[1]}: {reason}; tshark -G currentprefs lists what there is")
