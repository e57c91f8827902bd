# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/doctor names each cause for which the plugin is not loaded, and what to do."""

import os
import shutil
import subprocess

import pytest
from wireshark import REPOSITORY


class Patient:
    """A user with a home and a system plugin folder of his own, both empty."""

    def __init__(self, wireshark, folder, user_words):
        self.words = user_words
        self.home = folder / "home"
        self.system = folder / "system"
        self.built, = wireshark.plugins.glob("*/epan/sipresp.so")
        self.series = self.built.parts[-3]
        self.doctor = shutil.copy(REPOSITORY / "tools" / "doctor", folder)
        for place in (self.home, self.system):
            place.mkdir()
        self.open_up()

    def open_up(self):
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", str(self.home)], check=True)

    def personal(self, series=None):
        return self.home / ".local/lib/wireshark/plugins" / (series or self.series) / "epan"

    def put(self, folder, change=None):
        folder.mkdir(parents=True)
        content = self.built.read_bytes()
        (folder / "sipresp.so").write_bytes(change(content) if change else content)
        self.open_up()

    def configure(self, name, content, profile=None):
        folder = self.home / ".config/wireshark"
        folder = folder / "profiles" / profile if profile else folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
        self.open_up()

    def ask(self, *arguments, as_root=False):
        """Exit status and sentence of the doctor."""
        result = subprocess.run([*([] if as_root else self.words), self.doctor, *arguments],
                                capture_output=True, text=True, check=False,
                                env={"PATH": os.environ["PATH"], "HOME": str(self.home),
                                     "WIRESHARK_PLUGIN_DIR": str(self.system)})
        text = result.stdout + result.stderr
        assert text.count("\n") == 1, text
        return result.returncode, text


@pytest.fixture
def patient(wireshark, tmp_path_factory):
    folder = tmp_path_factory.mktemp("patient")
    if os.getuid() == 0:
        for place in (folder, *folder.parents):
            place.chmod(place.stat().st_mode | 0o055)
    return Patient(wireshark, folder, wireshark.prefix)


def test_loaded_from_the_personal_folder(patient):
    patient.put(patient.personal())
    status, text = patient.ask()
    assert (status, "loaded by Wireshark" in text) == (0, True)
    assert str(patient.personal() / "sipresp.so") in text


def test_loaded_from_the_system_folder(patient):
    patient.put(patient.system / patient.series / "epan")
    assert patient.ask()[0] == 0


def test_not_installed(patient):
    status, text = patient.ask()
    assert status == 1
    assert "it is not installed" in text
    assert str(patient.personal()) in text


@pytest.mark.parametrize("place", ["{series}", "epan", "", "{series}/dissector"])
def test_wrong_folder(patient, place):
    folder = patient.home / ".local/lib/wireshark/plugins" / place.format(series=patient.series)
    patient.put(folder)
    status, text = patient.ask()
    assert status == 1
    assert f"{folder}/sipresp.so lies where Wireshark {patient.series} does not look" in text
    assert f"move it into {patient.personal()}" in text


def test_folder_of_another_series(patient):
    patient.put(patient.personal("3.6"))
    status, text = patient.ask()
    assert status == 1
    assert "was installed for Wireshark 3.6 and this is Wireshark " + patient.series in text


def test_built_for_another_series(patient):
    """In the right folder, but it wants a library that this Wireshark does not bring."""
    patient.put(patient.personal(), lambda content: content.replace(b"libwireshark.so.", b"libwireshark.so_"))
    status, text = patient.ask()
    assert status == 1
    assert "it was built for another series than this Wireshark " + patient.series in text


@pytest.mark.skipif(os.getuid() != 0, reason="only root can see what root does")
def test_as_root(patient):
    patient.put(patient.personal())
    status, text = patient.ask(as_root=True)
    assert status == 1
    assert "since this is root" in text
    assert "run Wireshark as another user" in text


@pytest.mark.parametrize("profile", [None, "calls"])
def test_protocol_disabled(patient, profile):
    patient.put(patient.personal())
    patient.configure("disabled_protos", "# list\nsipresp\n", profile)
    status, text = patient.ask(*([profile] if profile else []))
    assert status == 1
    assert "the protocol SIPRESP is disabled by " in text
    assert "Enabled Protocols" in text
    if profile:
        assert patient.ask()[0] == 0


def test_unknown_profile(patient):
    status, text = patient.ask("no such")
    assert status == 2
    assert "there is no profile 'no such'" in text
