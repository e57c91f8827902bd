# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands that README and docs/ tell people to type, as they stand there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from wireshark import REPOSITORY

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
PROGRAM = r"(?:sudo |tools/|commands/|tshark |sipresp-|cmake |wireshark |ctest |tcpdump |dumpcap |systemctl |ssh |apt-get )"
COMMAND = re.compile(rf"^    (?:\$ )?({PROGRAM}.*)$", re.M)
# What is not carried out here, and why. All others are.
LEFT_OUT = [
    (r"^sudo |^apt-get |^cmake |\$\(tools/package\)", "changes the machine; test_package.py and tools/try_packages do it"),
    (r"^tools/(test|check|fuzz|fuzz_captures|hostile|mutate|matrix|try_packages|window|portable|foreign|bench|make_\w+)\b",
     "takes minutes, or is what runs this test; what CI runs of them is in .ci/run"),
    (r"^tools/annotate ", "builds the plugin first; test_annotate.py does it"),
    (r"^wireshark ", "needs a screen; tools/window does it"),
    (r"^(tcpdump|dumpcap|systemctl) |-i any|--interface|/var/spool/sip|^ssh ",
     "captures; test_gate_run.py and test_watch.py do it on loopback"),
    (r"--sshlogin|/shared/", "needs other hosts; test_report_hosts.py does it with sshd on loopback"),
    (r"^ctest ", "needs a build with unit tests; tools/test does it"),
    (r"--shard|^sbatch|^parallel", "needs many captures; test_report_hosts.py does it"),
]
# How each ends: sipresp-gate says in its status what it found.
FINDINGS = {"sipresp-gate": (0, 1)}


def commands():
    found = {}
    for page in PAGES:
        for command in COMMAND.findall(page.read_text(encoding="utf-8")):
            found.setdefault(command, page.name)
    return [pytest.param(command, id=f"{page}: {command}") for command, page in found.items()]


@pytest.fixture(scope="module")
def folder(commands_of_everybody, wireshark, tmp_path_factory):
    """A folder such as a user has: captures of two days, commands as in a tree and as installed."""
    place = tmp_path_factory.mktemp("commands")
    (place / "commands").symlink_to(commands_of_everybody)
    (place / "bin").mkdir()
    for program in commands_of_everybody.glob("sipresp-*"):
        (place / "bin" / program.name).symlink_to(program)
    for name in ("captures", "monday", "tuesday"):
        (place / name).mkdir()
    for capture in sorted((REPOSITORY / "captures").glob("*.pcapng")):
        shutil.copy(capture, place / "captures")
    for name, day in (("busy", "monday"), ("basic-call", "tuesday")):
        shutil.copy(REPOSITORY / "captures" / f"{name}.pcapng", place / day)
        shutil.copy(REPOSITORY / "captures" / f"{name}.pcapng", place / day / f"{name}.pcap")
    (place / "trunks.txt").write_text("127.0.0.3 the trunk\n")
    for name in ("my.pcap", "call.pcapng", "sip-1.pcap", "sip-2.pcap"):
        shutil.copy(REPOSITORY / "captures" / "figures.pcapng", place / name)
    environment = {**wireshark.environment(), **wireshark.of_commands(place), "PATH": f"{place / 'bin'}:{wireshark.path}"}
    for day in ("monday", "tuesday"):
        capture, = (place / day).glob("*.pcap")
        subprocess.run(["sipresp-report", "--format", "json", "--output", f"{day}.json", capture], cwd=place,
                       env=environment, check=True, capture_output=True)
    shutil.copy(place / "monday.json", place / "before.json")
    subprocess.run(["chmod", "-R", "a+rwX", place], check=True)
    return place, environment


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_docs(folder, wireshark, command):
    """Guards against options and files that were renamed since the page was written."""
    for pattern, reason in LEFT_OUT:
        if re.search(pattern, command):
            pytest.skip(f"{command}: {reason}")
    place, environment = folder
    as_user = wireshark.prefix if command.startswith("tshark") else []
    result = subprocess.run([*as_user, "bash", "-o", "pipefail", "-c", command], cwd=place, env=environment,
                            capture_output=True, text=True, timeout=120, check=False)
    allowed = FINDINGS.get(Path(command.split()[0]).name, (0,))
    assert result.returncode in allowed, f"(cd {place} && {command}) ended with {result.returncode}: {result.stderr}"
