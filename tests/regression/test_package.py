# SPDX-License-Identifier: GPL-2.0-or-later
"""Where `cmake --install` puts what it installs, and what is in the Debian package."""

import os
import shutil
import subprocess

import pytest
from wireshark import REPOSITORY, one_at_a_time

BUILD = os.environ.get("SIPRESP_BUILD_DIR", REPOSITORY / "build")


def install(folder, *options, check=True):
    """What is installed below the folder, which stands in for the root of the system."""
    with one_at_a_time(BUILD):
        result = subprocess.run(["cmake", "--install", BUILD, *options], env={**os.environ, "DESTDIR": str(folder)},
                                cwd=folder, capture_output=True, text=True, check=False)
    assert not check or result.returncode == 0, result.stderr
    return result, [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("prefix", ["/opt/x", "/opt/with space", "/usr/local", "relative"])
def test_a_prefix_holds_all_that_is_installed(tmp_path, prefix):
    """Guards against files below /usr too, where somebody asked for another place."""
    result, files = install(tmp_path, "--prefix", prefix)
    # A prefix without a slash before it begins where the command is run.
    top = tmp_path / (f"{tmp_path}/{prefix}" if prefix == "relative" else prefix).lstrip("/")
    assert [path for path in files if top not in path.parents] == []
    plugin, = top.rglob("epan/sipresp.so")
    assert {"bin", "share", "lib"} == {path.name for path in top.iterdir()}
    assert (top / "share" / "wireshark" / "profiles" / "SIP responses" / "preferences") in files
    # So that it can be used from there.
    assert f"WIRESHARK_PLUGIN_DIR={plugin.parents[2]}".replace(str(tmp_path), "", 1) in result.stdout.replace("\n", "")


def test_without_a_prefix_it_goes_where_wireshark_looks(tmp_path, wireshark):
    _, files = install(tmp_path)
    folders = dict(line.split(":", 1) for line in wireshark.run("tshark", "-G", "folders").stdout.splitlines())
    profiles = folders["Global configuration"].strip().lstrip("/")
    assert tmp_path / profiles / "profiles" / "SIP responses" / "preferences" in files
    assert len([path for path in files if path.name == "sipresp.so"]) == 1


def test_every_way_brings_the_commands(tmp_path):
    """Guards against a person who installs without being root and has a plugin, and nothing to call."""
    _, files = install(tmp_path)
    everybody = {path.name for path in files if path.parent.name == "bin"}
    assert {"sipresp-gate", "sipresp-report", "sipresp-doctor"} <= everybody
    home, others = tmp_path / "a home", tmp_path / "others"
    for folder in (home, others):
        folder.mkdir()
    # Whoever runs the tests, it is not root.
    (others / "id").write_text("#!/bin/sh\necho 1000\n")
    (others / "id").chmod(0o755)
    environment = {"PATH": f"{others}:{os.environ['PATH']}", "HOME": str(home)}
    with one_at_a_time(BUILD):
        subprocess.run(["cmake", "--install", BUILD, "--component", "user"], env=environment, capture_output=True, check=True)
    assert {path.name for path in (home / ".local" / "bin").iterdir()} == everybody
    said = subprocess.run([home / ".local" / "bin" / "sipresp-gate", "--rules"], env=environment, capture_output=True,
                          text=True, check=True).stdout
    assert "405-allow: " in said
    assert len(list(home.rglob("sipresp.so"))) == 1 and (home / ".config/wireshark/profiles/SIP responses").is_dir()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    missing = [program for program in ("dpkg-deb", "dpkg-shlibdeps", "file") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed, so no package is made; on Debian: apt-get install dpkg-dev file")
    folder = tmp_path_factory.mktemp("package")
    with one_at_a_time(BUILD):
        result = subprocess.run(["cpack", "--config", f"{BUILD}/CPackConfig.cmake", "-G", "DEB", "-B", folder],
                                cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    path, = folder.glob("*.deb")
    return path


def test_the_package_has_what_debian_asks_for(package):
    """Guards against a package without a changelog, and with manual pages that are not compressed."""
    listed = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    names = [line.split(None, 5)[5] for line in listed.splitlines()]
    pages = [name for name in names if name.startswith("./usr/share/man/") and not name.endswith("/")]
    assert len(pages) == 10 and all(name.endswith(".gz") for name in pages)
    assert "./usr/share/doc/sipresp/changelog.gz" in names
    assert [name for name in names if not name.startswith("./usr") and name != "./"] == []


def test_lintian_has_nothing_to_say(package):
    if shutil.which("lintian") is None:
        pytest.skip("lintian is not installed, so nothing looks at the package; on Debian: apt-get install lintian")
    result = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", package],
                            capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")
