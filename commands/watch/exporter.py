# SPDX-License-Identifier: GPL-2.0-or-later
"""Gives the numbers to Prometheus: serves them, or writes them for the textfile collector of node_exporter."""

import os

from reporting.bins import SECOND
from shared import VERSION
from shared.problem import Problem

from .counters import BUCKETS

try:
    import prometheus_client
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
except ImportError:
    prometheus_client = None

# Name of what is counted -> name, labels and help of the metric.
COUNTERS = {
    "responses": ("sipresp_responses", ("class", "code", "method"), "SIP responses, those sent again too"),
    "sent_again": ("sipresp_responses_sent_again", (), "SIP responses that were sent before"),
    "captured_twice": ("sipresp_responses_captured_twice", (), "Copies of responses, which count nowhere else"),
    "not_judged": ("sipresp_responses_not_judged", ("reason",), "SIP responses not held against all rules"),
    "unread": ("sipresp_connections_not_read", ("over",), "TCP connections with SIP of which a file gave no message, in each "
               "such file"),
    "unanswered": ("sipresp_requests_unanswered", ("method", "state"), "Requests without a final response"),
    "calls": ("sipresp_calls", ("outcome",), "Calls that are over, by what became of them"),
    "counted": ("sipresp_figure_counted", ("figure", "requests"), "What a ratio counts: sessions for SER"),
    "attempts": ("sipresp_figure_attempts", ("figure", "requests"), "What a ratio is of: INVITEs for SER"),
    "causes": ("sipresp_calls_by_cause", ("cause",), "Calls that are over, by the explanation of what became of them"),
    "peer_calls": ("sipresp_peer_calls", ("peer", "cause"), "The same for each host that their INVITE went through"),
    "peer_counted": ("sipresp_peer_figure_counted", ("peer", "figure"), "As sipresp_figure_counted, for each peer"),
    "peer_attempts": ("sipresp_peer_figure_attempts", ("peer", "figure"), "As sipresp_figure_attempts, for each peer"),
    "files": ("sipresp_watch_files", ("result",), "Captures by what became of them"),
}


class Exporter:
    """A collector of prometheus_client. What it tells is set as a whole, when it is certain."""

    def __init__(self):
        if prometheus_client is None:
            raise Problem("Python has no prometheus_client; install it, on Debian: apt-get install "
                          "python3-prometheus-client")
        self._families = []
        self._registry = prometheus_client.CollectorRegistry()
        self._registry.register(self)

    def collect(self):
        return self._families

    def set(self, state, waiting):
        """Takes over what was counted; waiting is how many finished files are yet to be read."""
        self._families = [*_counters(state.counters), _delays(state.counters), *_gauges(state, waiting)]

    def serve(self, host, port):
        try:
            prometheus_client.start_http_server(port, addr=host, registry=self._registry)
        except OSError as error:
            raise Problem(f"--listen {host}:{port}: {error.strerror or error}; name an address of this machine and a "
                          "port that nobody else has") from None

    def write(self, path):
        try:
            prometheus_client.write_to_textfile(path, self._registry)
            # It is for another user to read.
            os.chmod(path, 0o644)
        except OSError as error:
            raise Problem(f"--textfile {path} cannot be written: {error.strerror}; make room, or name a file in a "
                          "folder that you may write to") from None


def _counters(counters):
    for name, (metric, labels, text) in COUNTERS.items():
        family = CounterMetricFamily(metric, text, labels=labels)
        for values, number in sorted(counters.shown(name).items()):
            family.add_metric(values, number)
        yield family


def _delays(counters):
    family = HistogramMetricFamily("sipresp_delay_seconds", "Times of RFC 6076 and the time until it rings (PDD)",
                                   labels=["figure"])
    sums = counters.shown("delays_ns")
    places = counters.shown("delays")
    for labels, ns in sorted(sums.items()):
        below, buckets = 0, []
        for place in range(len(BUCKETS) + 1):
            below += places.get((*labels, str(place)), 0)
            edge = str(BUCKETS[place] / SECOND) if place < len(BUCKETS) else "+Inf"
            buckets.append((edge, below))
        family.add_metric(labels, buckets, ns / SECOND)
    return family


def _gauges(state, waiting):
    yield GaugeMetricFamily("sipresp_open_calls", "Calls of which the end has not come", state.part.still_up)
    yield GaugeMetricFamily("sipresp_watch_waiting_files", "Finished captures that are yet to be read", waiting)
    ratios = GaugeMetricFamily("sipresp_figure_ratio", "Ratios of RFC 6076 over all that was counted",
                               labels=["figure", "requests"])
    counted = state.counters.shown("counted")
    for labels, attempts in sorted(state.counters.shown("attempts").items()):
        if attempts:
            ratios.add_metric(labels, counted.get(labels, 0) / attempts)
    yield ratios
    if state.part.spans:
        yield GaugeMetricFamily("sipresp_watch_last_packet_timestamp_seconds", "Time of the last packet that was read",
                                state.part.spans[0].last / SECOND)
    info = GaugeMetricFamily("sipresp_watch_info", "The version that counts", labels=["version"])
    info.add_metric([VERSION], 1)
    yield info
