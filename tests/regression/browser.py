# SPDX-License-Identifier: GPL-2.0-or-later
"""Chromium without a window and without a network, driven by its own chromedriver over WebDriver."""

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager

import pytest

PROGRAMS = ("chromium", "chromedriver")
START_SECONDS = 60
# No host name leads anywhere, and no proxy either.
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--host-resolver-rules=MAP * ~NOTFOUND", "--no-proxy-server", "--window-size=1000,1400"]


class Browser:
    """One page at a time."""

    def __init__(self, address):
        self._address = address
        self._session = ""
        capabilities = {"browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
                        "goog:chromeOptions": {"binary": shutil.which("chromium"), "args": OPTIONS}}
        self._session = self._ask("POST", "", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]

    def _ask(self, method, path, body=None):
        url = f"{self._address}/session{f'/{self._session}' if self._session else ''}{path}"
        asked = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode(),
                                       headers={"Content-Type": "application/json"})
        # A proxy of the environment would be asked for this host too.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(asked, timeout=120) as answer:
            return json.load(answer)["value"]

    def open(self, page, scheme="light"):
        self._ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]}})
        self._ask("POST", "/url", {"url": page.as_uri()})

    def size(self, width, height):
        """As of a window whose page is that large."""
        self._ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}})

    def run(self, script):
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def click(self, selector):
        """As a user does: what only a user may do, such as to copy, works by it."""
        found, = self._ask("POST", "/element", {"using": "css selector", "value": selector}).values()
        self._ask("POST", f"/element/{found}/click", {})

    def console(self):
        """Everything that the page complained of."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def picture(self, path, most=None):
        """The page from its top, all of it or so many pixels of its height, as PNG."""
        height = most or self.run("return document.documentElement.scrollHeight")
        taken = self._ask("POST", "/goog/cdp/execute", {"cmd": "Page.captureScreenshot", "params": {
            "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": 1000, "height": height, "scale": 1}}})
        path.write_bytes(base64.b64decode(taken["data"]))

    def close(self):
        self._ask("DELETE", "")


@contextmanager
def started_browser(folder):
    """A browser with its files in the folder; skips the test where there is none."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} is not installed, so no page is drawn; "
                    "on Debian: apt-get install chromium chromium-driver")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}
    with open(folder / "chromedriver.log", "wb") as log:
        driver = subprocess.Popen(["chromedriver", "--port=0"], env=environment, stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log)
    try:
        browser = Browser(f"http://127.0.0.1:{_port(folder / 'chromedriver.log', driver)}")
        try:
            yield browser
        finally:
            browser.close()
    finally:
        driver.terminate()
        driver.wait(START_SECONDS)


def _port(log, driver):
    """chromedriver takes a port that is free and says which."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and driver.poll() is None:
        words = log.read_text(errors="replace").rpartition("started successfully on port ")[2].split(".")
        if words[0].isdigit():
            return int(words[0])
        time.sleep(0.1)
    raise AssertionError(f"chromedriver did not start: {log.read_text(errors='replace')}")
