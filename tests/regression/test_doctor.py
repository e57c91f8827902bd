# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-doctor names each cause for which the plugin is not loaded, and what to do."""

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
        # What no plugin is in takes two thirds of the time that tshark needs to list them.
        self.empty = wireshark.data
        self.built, = wireshark.plugins.glob("*/epan/sipresp.so")
        self.series = self.built.parts[-3]
        self.doctor = shutil.copy(REPOSITORY / "commands" / "sipresp-doctor", folder)
        for place in (self.home, self.system):
            place.mkdir()
        self.open_up()

    def open_up(self):
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "--no-dereference", "nobody", str(self.home)], check=True)

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

    def ask(self, *arguments, as_root=False, path=os.environ["PATH"]):
        """Exit status and sentence of the doctor."""
        result = subprocess.run([*([] if as_root else self.words), self.doctor, *arguments],
                                capture_output=True, text=True, check=False,
                                env={"PATH": path, "HOME": str(self.home), "WIRESHARK_PLUGIN_DIR": str(self.system),
                                     "WIRESHARK_DATA_DIR": str(self.empty), "WIRESHARK_EXTCAP_DIR": str(self.empty)})
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


@pytest.mark.parametrize("profile", [None, "calls"])
def test_sip_itself_disabled(patient, profile):
    """Guards against "loaded and enabled" where there is no SIP left to annotate."""
    patient.put(patient.personal())
    patient.configure("disabled_protos", "sip\n", profile)
    status, text = patient.ask(*([profile] if profile else []))
    assert status == 1 and "loaded, but the protocol SIP is disabled by " in text


def make_unreadable(path):
    path.chmod(0)


def cut(size):
    return lambda path: path.write_bytes(path.read_bytes()[:size])


def leave_dangling(path):
    path.unlink()
    path.symlink_to("/nowhere/sipresp.so")


SPOILT = {
    "unreadable": (make_unreadable, " cannot be read by "),
    "empty": (cut(0), "sipresp.so is empty; install sipresp again"),
    "dangling": (leave_dangling, "sipresp.so is a link to /nowhere/sipresp.so, which is not there; "),
    # tshark ends with SIGBUS, and bash with the status of that, without a word.
    "truncated": (cut(100_000), "sipresp.so is damaged: it is cut short"),
    "only a head": (cut(30), "sipresp.so is damaged: it is cut short"),
    "text": (lambda path: path.write_text("not a module\n" * 100), "or no module at all; install sipresp again"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_file(patient, kind):
    """Guards against each of these as "built for another series"."""
    spoil, sentence = SPOILT[kind]
    patient.put(patient.personal())
    spoil(patient.personal() / "sipresp.so")
    status, text = patient.ask()
    assert status == 1 and text.startswith("sipresp: not loaded, since ") and sentence in text
    assert str(patient.personal() / "sipresp.so") in text


@pytest.mark.parametrize("levels", [0, 2, 5])
def test_a_folder_that_may_not_be_entered(patient, levels):
    """Guards against "not installed" where nobody can see whether it is."""
    patient.put(patient.personal())
    closed = (patient.personal(), *patient.personal().parents)[levels]
    closed.chmod(0)
    status, text = patient.ask()
    closed.chmod(0o755)
    assert status == 1 and f"since the folder {closed} may not be entered by " in text


def test_a_second_copy_under_another_name(patient):
    """Wireshark then ends: both want to be the same protocol. Guards against that as the doctor's own end."""
    patient.put(patient.personal())
    shutil.copy(patient.built, patient.personal() / "sipresp-old.so")
    patient.open_up()
    status, text = patient.ask()
    assert status == 1 and "since there is more than one copy" in text
    assert all(str(patient.personal() / name) in text for name in ("sipresp.so", "sipresp-old.so"))


def test_a_second_copy_in_the_other_folder(patient):
    patient.put(patient.personal())
    patient.put(patient.system / patient.series / "epan")
    (patient.system / patient.series / "epan" / "sipresp.so").rename(patient.system / patient.series / "epan" / "other.so")
    status, text = patient.ask()
    assert status == 1 and "since there is more than one copy" in text and str(patient.system) in text


def test_another_name(patient):
    """The tools look for the plugin by its name."""
    patient.put(patient.personal())
    (patient.personal() / "sipresp.so").rename(patient.personal() / "sipresp (1).so")
    status, text = patient.ask()
    assert status == 1 and "loaded, but from " in text
    assert f"mv '{patient.personal()}/sipresp (1).so' '{patient.personal()}/sipresp.so'" in text


@pytest.mark.parametrize("when", ["--version", "-G folders", "-G plugins", ""])
@pytest.mark.parametrize("how, ending", [("kill -SEGV $$", "was ended by signal 11"), ("exit 7", "ended with status 7")])
def test_a_tshark_that_crashes(patient, when, how, ending):
    """Guards against a status of bash's own, such as 139, and no word."""
    folder = patient.home / "bin"
    folder.mkdir()
    condition = f'case "$*" in "{when}"*) {how} ;; esac\n'
    (folder / "tshark").write_text(f'#!/bin/sh\n{condition}exec {shutil.which("tshark")} "$@"\n')
    (folder / "tshark").chmod(0o755)
    status, text = patient.ask(path=f"{folder}:{os.environ['PATH']}")
    assert (status, ending in text) == (2, True), text


def test_a_tshark_that_says_nothing(patient):
    (patient.home / "tshark").write_text("#!/bin/sh\n")
    (patient.home / "tshark").chmod(0o755)
    status, text = patient.ask(path=f"{patient.home}:{os.environ['PATH']}")
    assert status == 2 and "since tshark --version names no version" in text


def test_no_tshark(patient):
    """With bash and what it needs, and nothing else."""
    folder = patient.home / "bin"
    folder.mkdir()
    for name in ("bash", "env", "setpriv"):
        (folder / name).symlink_to(shutil.which(name))
    status, text = patient.ask(path=str(folder))
    assert status == 2 and "there is no tshark to ask" in text
