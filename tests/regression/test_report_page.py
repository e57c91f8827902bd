# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of tools/report in a headless Chromium that has no network."""

import pytest
from browser import started_browser
from reports import CAPTURES, ReportTool, response_record

from reporting import html_form
from shared.problem import Problem

CLASSES = ["class-1", "class-2", "class-3", "class-4", "class-5"]
# What each chart draws of the two captures below.
COLOURS_OF = {"over-time": CLASSES, "delays": CLASSES,
              "outcomes": ["class-1", "class-2", "class-5", "class-busy", "class-cancelled"]}
# How many points of the canvas have each colour, without those that are empty.
POINTS = """
const canvas = document.getElementById("%s");
const points = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
const counts = {};
for (let at = 0; at < points.length; at += 4)
    if (points[at + 3] === 255) {
        const colour = "#" + [0, 1, 2].map((n) => points[at + n].toString(16).padStart(2, "0")).join("");
        counts[colour] = (counts[colour] || 0) + 1;
    }
return counts;
"""
COLOUR = 'return getComputedStyle(document.documentElement).getPropertyValue("--%s").trim()'
# A bar is that large at least.
BAR_POINTS = 20


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started_browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def tool(tmp_path, wireshark):
    try:
        html_form.Page("")
    except Problem as problem:
        pytest.skip(f"no page can be made: {problem}")
    return ReportTool(tmp_path, wireshark.plugins)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_three_charts_are_drawn(tool, browser, scheme):
    """Guards against a blank canvas, a script that the page's own policy stops, and anything loaded from outside."""
    page = tool.folder / "page.html"
    captures = [CAPTURES / f"{name}.pcapng" for name in ("figures", "redirect-302")]
    tool.report("--format", "html", "--output", page, *captures)
    browser.open(page, scheme)
    assert (int(browser.run(COLOUR % "ground")[1:3], 16) > 128) == (scheme == "light")
    assert {name for name, _ in html_form.CHARTS} == set(COLOURS_OF)
    for chart, names in COLOURS_OF.items():
        drawn = browser.run(POINTS % chart)
        missing = [name for name in names if drawn.get(browser.run(COLOUR % name), 0) < BAR_POINTS]
        assert missing == [], (chart, drawn)
    assert browser.console() == []
    assert browser.run('return performance.getEntriesByType("resource").map((entry) => entry.name)') == []


def test_the_page_has_the_tables_too(tool, browser):
    page = tool.folder / "page.html"
    tool.report("--format", "html", "--output", page, CAPTURES / "figures.pcapng")
    browser.open(page)
    text = browser.run("return document.body.innerText")
    for row in ("SER, every INVITE\t10\t19\t52.63", "486 Busy Here\t3\t", "cancelled\t2\t", "Observed at the capture"):
        assert row in text
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_nothing_on_the_wire_runs_in_the_page(tool, browser):
    """Guards against a reason phrase that is taken for a part of the page."""
    phrase = '</script><script>document.title="taken"</script><img src=x onerror="document.title=1">'
    (tool.folder / "records").write_text(response_record(1, phrase=phrase, differs=True))
    tool.report("--format", "html", "--output", "page.html", "--records", "records")
    browser.open(tool.folder / "page.html")
    assert browser.run("return document.title") == "SIP responses"
    assert phrase in browser.run("return document.body.innerText")
    assert browser.console() == []


def test_a_page_of_nothing(tool, browser):
    (tool.folder / "records").write_text("")
    tool.report("--format", "html", "--output", "page.html", "--records", "records")
    browser.open(tool.folder / "page.html")
    assert "There is no SIP response to draw." in browser.run("return document.body.innerText")
    assert browser.console() == []
