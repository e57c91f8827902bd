# SPDX-License-Identifier: GPL-2.0-or-later
"""sipresp-watch: each finished file is read once, whatever happens, and what is told only grows."""

import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from conversation import INVITE, message
from packets import BOB, response, tcp, udp
from wireshark import REPOSITORY

pytest.importorskip("prometheus_client", reason="there is no prometheus_client; apt-get install python3-prometheus-client")

from loopback import ANSWERED, ASKED, own_loopback, require_capturing, talk  # noqa: E402
from watching import PROGRAM, Watching, call, end, fetch, free_port, ladder, samples, traffic  # noqa: E402

sys.path.append(str(REPOSITORY / "commands"))

from watch.counters import LABELS_MAX, PEERS_MAX, Counters  # noqa: E402
from watch.folder import Folder  # noqa: E402

AS_ROOT = os.getuid() == 0
CALLS = 12


@pytest.fixture
def watching(tmp_path, wireshark):
    return Watching(tmp_path, wireshark)


def report_of(watching, packets):
    """What sipresp-report says of all of it, but for what is left open."""
    watching.write("whole.pcap", packets)
    whole = watching.folder.parent / "whole.pcap"
    os.rename(watching.folder / "whole.pcap", whole)
    result = subprocess.run([REPOSITORY / "commands" / "sipresp-report", "--format", "json", whole], env=watching.environment,
                            capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


@pytest.mark.parametrize("pieces", [1, 2, 7, 40])
def test_what_is_counted_is_what_the_report_says(watching, pieces):
    """Guards against calls that are lost, or counted twice, where one file ends and the next begins."""
    packets = traffic(CALLS)
    report = report_of(watching, packets)
    watching.write_pieces(packets, pieces)
    assert watching.once() == []
    metrics = watching.metrics()
    assert metrics["sipresp_watch_files_total", "result=read"] == pieces
    for outcome in ("answered", "busy"):
        assert metrics["sipresp_calls_total", f"outcome={outcome}"] == report["calls_by_outcome"][outcome]
    for row in report["ratios"]:
        labels = f"figure={row['id'].upper()},requests={'merged' if row['merged'] else 'every'}"
        assert metrics["sipresp_figure_counted_total", labels] == row["count"]
        assert metrics["sipresp_figure_attempts_total", labels] == row["of"]
        if row["of"]:
            assert metrics["sipresp_figure_ratio", labels] == pytest.approx(row["percent"] / 100)
    for row in report["delays"]:
        labels = f"figure={row['id'].upper()}"
        assert metrics["sipresp_delay_seconds_count", labels] == row["count"]
        assert metrics["sipresp_delay_seconds_bucket", f"{labels},le=+Inf"] == row["count"]
        if row["count"]:
            mean = metrics["sipresp_delay_seconds_sum", labels] / row["count"] * {"ms": 1000, "s": 1}[row["unit"]]
            assert mean == pytest.approx(row["mean"])
    for row in report["by_code"]:
        labels = f"class={row['class']}xx,code={row['code']},method={row['method']}"
        assert metrics["sipresp_responses_total", labels] == row["count"]


def test_files_that_come_one_after_the_other(watching):
    """The same with a start of the watch for each file; no number goes back, and a call counts when it is over."""
    packets = traffic(CALLS)
    before, size = {}, -(-len(packets) // 6)
    for number in range(6):
        watching.write(f"{number}.pcap", packets[number * size:(number + 1) * size])
        watching.once()
        metrics = watching.metrics()
        assert all(metrics[key] >= value for key, value in before.items() if key[0].endswith(("_total", "_bucket", "_count")))
        before = metrics
    assert before["sipresp_calls_total", "outcome=answered"] == 8
    assert before["sipresp_calls_total", "outcome=busy"] == 4
    assert before["sipresp_open_calls", ""] == 0


def test_killed_at_any_instant_each_file_counts_once(watching):
    """Guards against a file that is counted and not noted as read, or the other way round."""
    packets = traffic(CALLS)
    watching.write_pieces(packets, 8)
    began = time.monotonic()
    watching.once("--state", watching.folder.parent / "undisturbed")
    # What a run takes on this machine, which may be busy with others.
    longest = time.monotonic() - began
    expected, shown = watching.metrics(), {}
    watching.textfile.unlink()
    chance = random.Random(4)
    kills, status = 0, None
    while status != 0:
        process = watching.start("--once", "--textfile", watching.textfile)
        try:
            process.wait(chance.uniform(longest / 8, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
            longest *= 1.05
        said = process.communicate()[1]
        status = process.returncode
        assert status in (0, -signal.SIGKILL), said
        if watching.textfile.exists():
            metrics = watching.metrics()
            assert all(metrics.get(key, 0) >= value for key, value in shown.items() if key[0].endswith("_total"))
            shown = metrics
    assert kills
    assert watching.metrics() == expected


def test_a_file_that_is_being_written_is_left_alone(watching):
    packets = traffic(3)
    watching.write("a.pcap", packets)
    with open(watching.folder / "a.pcap", "ab"):
        assert watching.once() == []
        assert ("sipresp_watch_files_total", "result=read") not in watching.metrics()
    watching.once()
    assert watching.metrics()["sipresp_watch_files_total", "result=read"] == 1


def test_where_the_kernel_does_not_tell_a_newer_file_or_time_does(tmp_path, monkeypatch):
    """Files of another user: no lease is granted on them."""
    def refused(path):
        raise PermissionError

    monkeypatch.setattr("watch.folder._is_closed", refused)
    for name in ("old", "new"):
        (tmp_path / name).write_bytes(b"x")
    os.utime(tmp_path / "old", (time.time() - 60,) * 2)
    folder = Folder(str(tmp_path), 300, [])
    files = folder.files()
    assert [(file.name, folder.is_finished(file, files[-1].changed_ns)) for file in files] == [("old", True), ("new", False)]
    os.utime(tmp_path / "new", (time.time() - 301,) * 2)
    new = next(file for file in folder.files() if file.name == "new")
    assert folder.is_finished(new, new.changed_ns)


def test_what_is_broken_is_named_and_set_aside(watching):
    """Each once, and what is whole beside it is read; of what is cut the beginning counts."""
    packets = traffic(3)
    watching.write("0.pcap", packets)
    whole = (watching.folder / "0.pcap").read_bytes()
    (watching.folder / "1-cut.pcap").write_bytes(whole[:-9])
    (watching.folder / "2-junk.pcap").write_bytes(b"junk" * 100)
    (watching.folder / "3-empty.pcap").touch()
    (watching.folder / ".on-its-way.pcap").write_bytes(b"half")
    (watching.folder / "a folder").mkdir()
    (watching.folder / "5\x1b[31m.pcap").write_bytes(b"\0" * 30)
    said = watching.once()
    assert [line.partition(": ")[0] for line in said] == ["1-cut.pcap", "2-junk.pcap", "3-empty.pcap", "5\\x1b[31m.pcap"]
    assert said[0].endswith("; what could be read is counted, and it is set aside")
    assert all(line.endswith("; it is set aside") for line in said[1:])
    assert watching.once() == []
    metrics = watching.metrics()
    assert [metrics["sipresp_watch_files_total", f"result={result}"] for result in ("read", "damaged", "broken")] == [1, 1, 3]


def test_a_file_that_grows_after_it_was_read(watching):
    """Guards against packets that count twice; a new file under an old name is another thing."""
    packets = traffic(6)
    watching.write("a.pcap", packets[:20])
    watching.once()
    whole = (watching.folder / "a.pcap").read_bytes()
    watching.write("b.pcap", packets)
    grown = whole + (watching.folder / "b.pcap").read_bytes()[len(whole):]
    os.unlink(watching.folder / "b.pcap")
    (watching.folder / "a.pcap").write_bytes(grown)
    assert watching.once() == ["a.pcap has grown after it was read, and what came then is not counted; let it be written "
                               "under another name first"]
    assert watching.once() == []
    watching.write("a.pcap", packets[20:])
    watching.once()
    metrics = watching.metrics()
    assert metrics["sipresp_watch_files_total", "result=read"] == 2
    assert metrics["sipresp_watch_files_total", "result=grown"] == 1
    assert metrics["sipresp_calls_total", "outcome=answered"] == 4


def test_a_file_under_another_name_is_not_read_again(watching):
    watching.write("a.pcap", traffic(3))
    watching.once()
    os.rename(watching.folder / "a.pcap", watching.folder / "b.pcap")
    watching.once()
    assert watching.metrics()["sipresp_watch_files_total", "result=read"] == 1


def test_no_sender_makes_up_labels(watching):
    """Guards against a series for each method and code that somebody invents."""
    invented = [udp(response(f"SIP/2.0 {200 + number} X", f"METHOD{number}")) for number in range(400)]
    watching.write("a.pcap", [(number / 10, packet) for number, packet in enumerate(invented)] + traffic(0))
    watching.once()
    found = {labels for name, labels in watching.metrics() if name == "sipresp_responses_total"}
    assert 10 < len(found) < 120 and all("method=other" in labels for labels in found)
    counters = Counters()
    for number in range(3 * LABELS_MAX):
        counters.add("calls", (str(number),), 1)
    assert len(counters.shown("calls")) == LABELS_MAX + 1
    assert sum(counters.shown("calls").values()) == 3 * LABELS_MAX


def test_peers(watching):
    """Those with a name by it, 200 of the others by address, and the rest as one."""
    packets = ladder(*call(0, 0), *call(1, 100, False))
    many = [(200 + number, "<" if number % 2 else ">", INVITE, f"Call-ID: m{number}",
             f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKm{number}") for number in range(2 * (PEERS_MAX + 50))]
    elsewhere = [(seconds, udp(message(*line), source=bytes([10, 0, number >> 8, number & 255]), destination=BOB))
                 for number, (seconds, _, *line) in enumerate(many)]
    watching.write("a.pcap", packets + elsewhere + traffic(0))
    names = watching.folder.parent / "peers"
    names.write_text("# ours\n192.0.2.1 the first trunk\n10.0.1.200 late\n")
    watching.once("--peers", names)
    metrics = watching.metrics()
    assert metrics["sipresp_peer_calls_total", "cause=answered-ended-by-caller,peer=the first trunk"] == 1
    assert metrics["sipresp_peer_figure_attempts_total", "figure=SER,peer=the first trunk"] == 2
    assert metrics["sipresp_peer_figure_counted_total", "figure=SER,peer=the first trunk"] == 1
    peers = {labels.partition("peer=")[2] for name, labels in metrics if name == "sipresp_peer_calls_total"}
    assert len(peers) == PEERS_MAX + 3 and {"the first trunk", "late", "other"} < peers
    by_cause = {labels: number for (name, labels), number in metrics.items() if name == "sipresp_calls_by_cause_total"}
    assert by_cause["cause=answered-ended-by-caller"] == 1 and sum(by_cause.values()) == len(many) + 2


def test_what_is_open_does_not_grow_without_end(watching):
    """Calls whose end is lost: the oldest are counted as they are, and forgotten."""
    lines = [line for number in range(30) for line in call(number, 7 * number)[:4]]
    watching.write_pieces(ladder(*lines), 4)
    few = ("import sys; sys.path.insert(0, sys.argv.pop(1)); import watch.reading; watch.reading.OPEN_MESSAGES_MAX = 40; "
           "from watch.command import main; sys.exit(main(sys.argv[1:]))")
    assert watching.once(program=[sys.executable, "-c", few, str(REPOSITORY / "commands")]) == []
    metrics = watching.metrics()
    assert metrics["sipresp_open_calls", ""] <= 10
    assert metrics["sipresp_calls_total", "outcome=answered"] + metrics["sipresp_open_calls", ""] == 30


def test_connections_that_gave_no_message_are_counted_and_forgotten(watching):
    """Guards against a state that grows with each connection over TLS, for ever."""
    for number in range(3):
        watching.write(f"{number}.pcap", [(number, tcp(b"\x17\x03\x03\0\x05hello", 1, 5061, 40000))])
    watching.once()
    metrics = watching.metrics()
    assert [metrics["sipresp_connections_not_read_total", f"over={over}"] for over in ("tls", "websocket")] == [3, 0]
    with gzip.open(watching.folder / ".sipresp-watch.json.gz") as state:
        assert json.loads(json.load(state)["open"])["open"]["unread"] == []


def test_promtool_has_nothing_to_say(watching):
    if not shutil.which("promtool"):
        pytest.skip("there is no promtool; apt-get install prometheus")
    watching.write("a.pcap", traffic(6))
    (watching.folder / "junk.pcap").write_bytes(b"junk" * 100)
    watching.once()
    checked = subprocess.run(["promtool", "check", "metrics"], input=watching.textfile.read_bytes(), capture_output=True,
                             check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    assert watching.textfile.stat().st_mode & 0o777 == 0o644


def test_serving_goes_on_until_a_signal(watching):
    port = free_port()
    process = watching.start("--listen", f"127.0.0.1:{port}", "--poll", "1")
    try:
        url = f"http://127.0.0.1:{port}/metrics"
        assert samples(fetch(url))["sipresp_calls_total", "outcome=answered"] == 0
        watching.write("a.pcap", traffic(6))
        deadline = time.monotonic() + 60
        while samples(fetch(url))["sipresp_calls_total", "outcome=answered"] != 4:
            assert time.monotonic() < deadline
            time.sleep(0.5)
    finally:
        status, said = end(process)
    assert status == 0
    assert said.endswith(f"sipresp-watch: serving {url}\nsipresp-watch: ended by SIGTERM; 1 file was read\n")


def test_an_interface(watching):
    """dumpcap rotates, what was read goes, and at the end dumpcap has ended too."""
    prefix = own_loopback()
    require_capturing(prefix)
    command = talk(watching.folder.parent / "talk.py", *[ASKED, ANSWERED, 0.4] * 12)
    both = watching.folder.parent / "both.sh"
    both.write_text(f'''"$@" & watch=$!
until ls {watching.folder}/*_00001_*; do sleep 0.1; done
sleep 1
{command[0]} {command[1]}
for second in $(seq 90); do grep -q 'result="read"}} \\([2-9]\\|[1-9][0-9]\\)' {watching.textfile} && break; sleep 1; done
kill -TERM $watch
wait $watch''')
    process = watching.start("--textfile", watching.textfile, "--interface", "lo", "--seconds", "2", "--poll", "1",
                             program=["sh", both, PROGRAM], prefix=prefix)
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 0 and "Traceback" not in said, said
    metrics = watching.metrics()
    read = metrics["sipresp_watch_files_total", "result=read"]
    assert read >= 2 and set(key[1] for key in metrics if key[0] == "sipresp_watch_files_total") == {"result=read"}
    # sipresp-watch_00004_20231114221320.pcapng
    left = sorted(int(path.name.split("_")[1]) for path in watching.folder.iterdir() if not path.name.startswith("."))
    assert left == list(range(int(read) + 1, int(read) + 1 + len(left)))
    watching.once("--idle", "1")
    # Too short for anything to be over, so all that was said is open yet.
    assert len(_open_messages(watching)) == 24


def _open_messages(watching):
    import gzip
    document = json.loads(gzip.decompress((watching.folder / ".sipresp-watch.json.gz").read_bytes()))
    return [message for *_, messages in json.loads(document["open"])["open"]["groups"] for message in messages]


REFUSALS = {
    "no folder is named; name the one that captures are in": ["--listen", "127.0.0.1:9"],
    "nothing is to be done with what is counted; say --listen": ["."],
    "the folder absent cannot be read: No such file or directory": ["--textfile", "x", "--state", "s", "absent"],
    "--listen is '9797'; it takes an address and a port": ["--listen", "9797", "."],
    "--listen is 'x:0'; it takes": ["--listen", "x:0", "."],
    "--listen 192.0.2.77:9797: ": ["--listen", "192.0.2.77:9797", "--state", "/tmp/{state}", "."],
    "--seconds is for captures made here; name the interface": ["--textfile", "x", "--seconds", "5", "."],
    "--poll is '0'; it takes a number of seconds from 1": ["--textfile", "x", "--poll", "0", "."],
    "--once ends after what is there": ["--textfile", "x", "--once", "--interface", "lo", "."],
    "the state /absent/s cannot be written: No such file or directory": ["--textfile", "x", "--state", "/absent/s", "."],
    "the state {damaged} is damaged (": ["--textfile", "x", "--state", "{damaged}", "{folder}"],
    "--textfile /absent/x cannot be written: No such file or directory": ["--textfile", "/absent/x", "--once", "{folder}"],
}


@pytest.mark.parametrize("sentence, arguments", REFUSALS.items(), ids=range(len(REFUSALS)))
def test_refusals(watching, sentence, arguments):
    damaged = watching.folder.parent / "damaged"
    damaged.write_bytes(b"\x1f\x8b\x08\0")
    places = {"damaged": damaged, "folder": watching.folder, "state": f"sipresp-{os.getpid()}"}
    said = watching.refusal(*(word.format(**places) for word in arguments))
    assert said.startswith(sentence.format(**places))


def test_two_watches_of_one_state(watching):
    process = watching.start("--listen", f"127.0.0.1:{free_port()}")
    try:
        deadline = time.monotonic() + 30
        while not (watching.folder / ".sipresp-watch.json.gz.lock").exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "another sipresp-watch runs with the state" in watching.refusal("--textfile", watching.textfile, watching.folder)
    finally:
        end(process, signal.SIGINT)


def test_the_help_has_every_option():
    text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    sources = (REPOSITORY / "commands" / "watch" / "command_line.py").read_text(encoding="utf-8")
    known = re.findall(r'"([a-z-]+)=?"', re.search(r"LONG_OPTIONS = \[(.*?)\]", sources, re.S)[1])
    assert set(re.findall(r"^  (?:-h, )?--([a-z-]+)", text, re.M)) == set(known)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze; apt-get install systemd")
def test_the_unit_is_one(tmp_path):
    text = (REPOSITORY / "monitoring" / "sipresp-watch@.service").read_text(encoding="utf-8")
    unit = tmp_path / "sipresp-watch@lo.service"
    unit.write_text(text.replace("\nExecStart=sipresp-watch", f"\nExecStart={PROGRAM}"))
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
