# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-report --sshlogin with two logins over ssh, to a server of the test's own on loopback."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
from reports import CAPTURES, ReportTool

SSHD = "/usr/sbin/sshd"
START_SECONDS = 30
CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
MaxStartups 50
Subsystem sftp internal-sftp
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, server):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"sshd did not start: {server.poll()}")


@contextmanager
def ssh_server(folder):
    """The ssh command that logs in there as ourselves."""
    missing = [program for program in (SSHD, "ssh", "ssh-keygen", "rsync") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed, so no host is reached; "
                    "on Debian: apt-get install openssh-server openssh-client rsync")
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    port = free_port()
    (folder / "sshd_config").write_text(CONFIGURATION.format(port=port, folder=folder))
    # Without this folder of the system's sshd none starts as root.
    if os.getuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    with open(folder / "sshd.log", "wb") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "sshd_config"], stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log)
    (folder / "server.pid").write_text(str(server.pid))
    try:
        wait_for(port, server)
        yield (f"ssh -p {port} -i {folder}/user -o IdentitiesOnly=yes -o StrictHostKeyChecking=no "
               f"-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -l {getpass.getuser()}")
    finally:
        server.terminate()
        server.wait(START_SECONDS)


@pytest.mark.parametrize("options", [[], ["--transfer"]], ids=["same-path", "transfer"])
def test_two_hosts(tmp_path, wireshark, options):
    """Guards against results that differ from one run here, or captures that stay behind on a host."""
    (tmp_path / "tool").mkdir()
    (tmp_path / "server").mkdir(mode=0o700)
    tool = ReportTool(tmp_path / "tool", wireshark)
    names = ["figures.pcapng", "it's $(two) {2}\nwords.pcapng", "redirect-302.pcapng"]
    for name, source in zip(names, ("figures", "proxy-407", "redirect-302"), strict=True):
        shutil.copy(CAPTURES / f"{source}.pcapng", tool.folder / name)
    with ssh_server(tmp_path / "server") as ssh:
        logins = [word for host in ("127.0.0.1", "localhost") for word in ("--sshlogin", f"1/{ssh} {host}")]
        spread = tool.form("json", *names, *options, *logins)
    assert spread == tool.form("json", *names)
    assert (tmp_path / "server" / "sshd.log").read_text().count("Accepted publickey") >= 2


def test_a_host_that_dies(tmp_path, wireshark):
    """Its captures are read on the other one: guards against a report that lacks them."""
    for name in ("tool", "one", "other"):
        (tmp_path / name).mkdir(mode=0o700)
    tool = ReportTool(tmp_path / "tool", wireshark)
    names = [f"{number}.pcapng" for number in range(6)]
    for name in names:
        shutil.copy(CAPTURES / "basic-call.pcapng", tool.folder / name)
    with ssh_server(tmp_path / "one") as one, ssh_server(tmp_path / "other") as other:
        logins = [word for ssh in (one, other) for word in ("--sshlogin", f"1/{ssh} 127.0.0.1")]
        killer = threading.Thread(target=kill_sessions, args=(tmp_path / "one",))
        killer.start()
        spread = tool.form("json", "--by", "capture", *names, "--retries", "3", *logins)
        killer.join()
    assert spread == tool.form("json", "--by", "capture", *names)


def kill_sessions(folder):
    """Ends the server, and who is logged in there, once somebody is."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and "Accepted publickey" not in (folder / "sshd.log").read_text():
        time.sleep(0.05)
    server = int((folder / "server.pid").read_text())
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server)], capture_output=True, text=True, check=True)
    for number in (server, *map(int, children.stdout.split())):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            pass


def test_resume(tmp_path, wireshark):
    """What was read is not read again, and what failed is: guards against a night of work that is lost."""
    tool = ReportTool(tmp_path, wireshark)
    shutil.copy(CAPTURES / "basic-call.pcapng", tool.folder / "one.pcapng")
    names = ["one.pcapng", "two.pcapng"]
    assert tool.start(*names, "--resume", "done").returncode == 2
    shutil.copy(CAPTURES / "busy.pcapng", tool.folder / "two.pcapng")
    os.rename(tool.folder / "one.pcapng", tool.folder / "away")
    resumed = tool.form("json", *names, "--resume", "done")
    os.rename(tool.folder / "away", tool.folder / "one.pcapng")
    assert resumed == tool.form("json", *names)
    assert "is of a run over other captures" in tool.refusal("one.pcapng", "--resume", "done")


def test_shards(tmp_path, wireshark):
    tool = ReportTool(tmp_path, wireshark)
    names = [f"{name}.pcapng" for name in ("basic-call", "busy", "cancel-487")]
    for name in names:
        shutil.copy(CAPTURES / name, tool.folder / name)
    for number in range(1, 5):
        (tool.folder / f"{number}.json").write_bytes(
            tool.form("json", "--shard", f"{number}/4", *reversed(names)))
    assert tool.form("json", "--merge", *(f"{number}.json" for number in (3, 1, 4, 2))) == tool.form("json", *names)
