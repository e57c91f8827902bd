# SPDX-License-Identifier: GPL-2.0-or-later
"""CMake takes the Wireshark series that sipresp is made for, and no other."""

import subprocess

import pytest
from wireshark import REPOSITORY


@pytest.fixture(scope="module")
def configure(tmp_path_factory):
    """Configures the project beside a Wireshark of that version, or beside none; returns CMake's result. In one folder, since
    to try the compiler is what takes long."""
    folder = tmp_path_factory.mktemp("configure")

    def run(version):
        packages = folder / str(version)
        packages.mkdir()
        if version:
            major, minor, _ = version.split(".")
            (packages / "WiresharkConfig.cmake").write_text(
                f"set(Wireshark_MAJOR_VERSION {major})\nset(Wireshark_MINOR_VERSION {minor})\n", "utf-8")
            (packages / "WiresharkConfigVersion.cmake").write_text(f"set(PACKAGE_VERSION {version})\n", "utf-8")
        return subprocess.run(["cmake", "-S", REPOSITORY, "-B", folder / "build", f"-DWireshark_DIR={packages}",
                               f"-DCMAKE_DISABLE_FIND_PACKAGE_Wireshark={'OFF' if version else 'ON'}",
                               "-DPython3_EXECUTABLE=/usr/bin/python3"],
                              capture_output=True, text=True, check=False)
    return run


@pytest.mark.parametrize("version", ["3.6.24", "4.1.0", "4.8.0", "5.0.1"])
def test_other_series_are_refused(configure, version):
    result = configure(version)
    assert result.returncode != 0
    message = " ".join(result.stderr.split())
    assert f"Wireshark {version} in " in message
    assert ("is none that sipresp is made for, which are the series 4.0, 4.2, 4.4, 4.6; "
            "install the development files of one of these.") in message


def test_without_wireshark_it_says_what_to_install(configure):
    result = configure(None)
    assert result.returncode != 0
    assert "install wireshark-dev, or name their folder by Wireshark_DIR." in " ".join(result.stderr.split())


@pytest.mark.parametrize("version", ["4.0.17", "4.2.2", "4.4.18", "4.6.9"])
def test_series_it_is_made_for(configure, version):
    """Such a Wireshark has no more than a version here, so CMake goes on past the check."""
    assert "none that sipresp is made for" not in configure(version).stderr
