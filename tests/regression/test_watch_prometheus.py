# SPDX-License-Identifier: GPL-2.0-or-later
"""A real Prometheus scrapes sipresp-watch, over a kill and a restart, and answers the queries of the dashboard."""

import json
import shutil
import signal
import subprocess
import time
import urllib.parse

import pytest
from wireshark import REPOSITORY

pytest.importorskip("prometheus_client", reason="there is no prometheus_client; apt-get install python3-prometheus-client")
for _program in ("prometheus", "promtool"):
    if not shutil.which(_program):
        pytest.skip(f"there is no {_program}; apt-get install prometheus", allow_module_level=True)

from conversation import ladder  # noqa: E402
from watching import Watching, end, fetch, free_port, traffic  # noqa: E402

MONITORING = REPOSITORY / "monitoring"
PIECES = 6
PATIENCE_SECONDS = 90


class Prometheus:
    """One that scrapes each second."""

    def __init__(self, folder, target):
        port = free_port()
        self._url = f"http://127.0.0.1:{port}"
        config = (MONITORING / "prometheus.yml").read_text(encoding="utf-8")
        (folder / "prometheus.yml").write_text(config.replace("127.0.0.1:9797", target).replace("15s", "1s"))
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
             f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        fetch(f"{self._url}/-/ready", PATIENCE_SECONDS)

    def query(self, expression):
        """[(labels, value)]"""
        answer = json.loads(fetch(f"{self._url}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"))
        assert answer["status"] == "success", answer
        return [(row["metric"], float(row["value"][1])) for row in answer["data"]["result"]]

    def wait_for(self, expression, value):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := [number for _, number in self.query(expression)]) != [value]:
            assert time.monotonic() < deadline, (expression, found)
            time.sleep(1)


@pytest.fixture(scope="module")
def scraped(tmp_path_factory, wireshark):
    """A Prometheus that scraped a watch while captures came, and while it was killed and started again."""
    folder = tmp_path_factory.mktemp("prometheus")
    watching = Watching(folder, wireshark)
    port = free_port()
    arguments = ["--listen", f"127.0.0.1:{port}", "--poll", "1"]
    lost = ladder((30, ">", "MESSAGE sip:bob@example.com SIP/2.0", "Call-ID: lost",
                   "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKlost"))
    packets = sorted(traffic(18) + lost, key=lambda item: item[0])
    size = -(-len(packets) // PIECES)
    watch = watching.start(*arguments)
    prometheus = Prometheus(folder, f"127.0.0.1:{port}")
    try:
        for number in range(PIECES):
            watching.write(f"{number}.pcap", packets[number * size:(number + 1) * size])
            if number == PIECES // 2:
                end(watch, signal.SIGKILL)
                watch = watching.start(*arguments)
            prometheus.wait_for('sipresp_watch_files_total{result="read"}', number + 1)
        (watching.folder / "junk.pcap").write_bytes(b"junk" * 100)
        prometheus.wait_for('sum(sipresp_watch_files_total{result!="read"})', 1)
        yield prometheus
    finally:
        end(watch)
        prometheus.process.terminate()
        prometheus.process.wait()


def test_no_counter_goes_back_over_a_restart(scraped):
    """Prometheus would take each for a restart from 0, and count everything twice."""
    assert scraped.query('sum(sipresp_calls_total{outcome="answered"})')[0][1] == 12
    names = {labels["__name__"] for labels, _ in scraped.query('{__name__=~"sipresp_.*(_total|_bucket|_count|_sum)"}')}
    assert len(names) > 8
    assert {name: scraped.query(f"max(resets({name}[10m]))") for name in names} == {name: [({}, 0)] for name in names}
    # The same numbers once the watch that was killed is there again.
    assert scraped.query("count(count by (instance) (sipresp_watch_info))") == [({}, 1)]


def queries():
    panels = json.loads((MONITORING / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]
    return {(panel["title"], target["refId"]): target["expr"] for panel in panels for target in panel["targets"]}


@pytest.mark.parametrize("name", queries(), ids=" ".join)
def test_every_query_of_the_dashboard_has_an_answer(scraped, name):
    expression = queries()[name].replace("$__rate_interval", "5m")
    assert "$" not in expression
    assert scraped.query(expression), expression


def test_the_quantile_is_that_of_the_calls(scraped):
    """A second until it rings, in each."""
    (_, seconds), = scraped.query('histogram_quantile(0.95, sum by (le) (sipresp_delay_seconds_bucket{figure="PDD"}))')
    assert 0.5 < seconds <= 1


def test_prometheus_takes_the_configuration():
    checked = subprocess.run(["promtool", "check", "config", MONITORING / "prometheus.yml"], capture_output=True, text=True,
                             check=False)
    assert checked.returncode == 0, checked.stderr
