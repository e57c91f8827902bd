# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of sipresp-report in a headless Chromium that has no network."""

import pytest
from browser import started_browser
from conversation import ACK, INVITE, ladder
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
    return ReportTool(tmp_path, wireshark)


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


SORTABLE = """return [...document.querySelectorAll("table.sortable")[%d].tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))"""


def test_a_breakdown_is_sorted(tool, browser, make_capture):
    """By number where there are numbers; hours without a call have their place in the order of time only."""
    def call(hour, name, *lines):
        return ladder(*((hour * 3600 + after, way, *more, f"Call-ID: {name}", f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{name}")
                        for after, way, *more in lines))

    busy = ((0, ">", INVITE), (1, "<", "SIP/2.0 486 Busy Here"), (1.1, ">", ACK))
    answered = ((0, ">", INVITE), (12, "<", "SIP/2.0 200 OK"), (12.1, ">", ACK))
    packets = [*call(0, "9", *busy), *call(5, "10", *answered), *call(5.2, "10b", *answered), *call(6, "11", *answered)]
    page = tool.folder / "page.html"
    tool.report("--format", "html", "--output", page, "--by", "hour", make_capture(packets))
    browser.open(page)
    rows = browser.run(SORTABLE % 0)
    assert [row[1] for row in rows] == ["1", "", "2", "1"] and rows[1][0].endswith("without calls)")
    for down in (False, True):
        browser.run('document.querySelectorAll("table.sortable th button")[1].click()')
        assert [row[1] for row in browser.run(SORTABLE % 0)] == (["2", "1", "1"] if down else ["1", "1", "2"])
    assert browser.run('return document.querySelectorAll("table.sortable th")[1].getAttribute("aria-sort")') == "descending"
    assert browser.console() == []


def test_a_page_without_captures_says_why_it_lists_no_calls(tool, browser):
    (tool.folder / "records").write_text(response_record(1))
    tool.report("--format", "html", "--output", "page.html", "--records", "records")
    browser.open(tool.folder / "page.html")
    assert "sipresp-calls lists them" in browser.run("return document.body.innerText")


@pytest.fixture
def call_page(tool, browser):
    """The page of calls that went well and of one that did not, opened."""
    page = tool.folder / "page.html"
    tool.report("--format", "html", "--output", page, CAPTURES / "figures.pcapng", CAPTURES / "proxy-both-sides.pcapng")
    browser.open(page)
    return browser


ROWS = """return [...document.querySelectorAll("#call-table tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))"""


def column(browser, place):
    return [row[place] for row in browser.run(ROWS)]


def test_failed_calls_come_first(call_page):
    text = call_page.run("return document.body.innerText")
    assert text.index("calls began") < text.index("Responses over time")
    assert column(call_page, 4)[0] == "server failure"
    assert len(column(call_page, 4)) == 18
    assert {name.rpartition("/")[2] for name in column(call_page, 9)} == {"figures.pcapng", "proxy-both-sides.pcapng"}
    assert call_page.console() == []


def test_calls_are_sorted_as_numbers(call_page):
    """Guards against 10 before 9."""
    call_page.run('document.querySelectorAll("#call-table th button")[5].click()')
    rings = [float(ring) for ring in column(call_page, 5) if ring != "-"]
    assert rings == sorted(rings)
    call_page.run('document.querySelectorAll("#call-table th button")[0].click()')
    call_page.run('document.querySelectorAll("#call-table th button")[0].click()')
    assert column(call_page, 0)[0] == "17"
    assert call_page.run('return document.querySelector("#call-table th").getAttribute("aria-sort")') == "descending"


def test_calls_are_searched_and_narrowed(call_page):
    call_page.run('const field = document.getElementById("call-search"); field.value = "gave up"; field.dispatchEvent(new Event("input"))')
    assert column(call_page, 4) == ["cancelled", "cancelled"]
    call_page.run('const field = document.getElementById("call-search"); field.value = ""; field.dispatchEvent(new Event("input"))')
    call_page.run('Chart.getChart("outcomes").options.onClick({}, [{ index: Chart.getChart("outcomes").data.labels.findIndex((label) => label.startsWith("busy")) }])')
    assert column(call_page, 4) == ["busy"] * 3
    assert call_page.run('return document.getElementById("calls-shown").textContent') == "3 of 18 shown"


def test_a_call_opens_as_a_ladder(call_page):
    """By the row of the one that went over a proxy, whose messages are arrows between three hosts."""
    call_page.run("""[...document.querySelectorAll("#call-table tbody tr")].find((row) => row.textContent.includes("0.51 s;")
        && row.textContent.includes("frame 11)")).querySelector("button").click()""")
    assert call_page.run('return document.getElementById("call-dialog").open')
    assert call_page.run('return [...document.querySelectorAll(".ladder .host")].map((host) => host.textContent)') == [
        "127.0.0.1", "127.0.0.2", "127.0.0.3"]
    assert call_page.run('return document.querySelectorAll(".ladder .arrow").length') == 14
    assert "INVITE" in call_page.run('return document.querySelector(".for-readers").textContent')
    call_page.click("#copy-filter")
    assert call_page.run('return document.getElementById("call-filter").value') == "sipcall.number == 1"
    assert call_page.run('return document.getElementById("copied").textContent') == "copied"
    call_page.run('document.getElementById("close-call").click()')
    assert not call_page.run('return document.getElementById("call-dialog").open')
    assert call_page.console() == []


def test_the_page_fits_a_phone(tool, browser):
    page = tool.folder / "page.html"
    tool.report("--format", "html", "--output", page, CAPTURES / "figures.pcapng")
    browser.size(390, 800)
    try:
        browser.open(page)
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        browser.run('document.querySelector("#call-table button.open").click()')
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        assert browser.run('return document.getElementById("call-dialog").getBoundingClientRect().right <= innerWidth')
    finally:
        browser.size(1000, 1400)


def test_names_of_callers_are_no_markup(tool, browser, make_capture):
    evil = 'From: "</script><img src=x onerror=document.title=1>" <sip:<b>x</b>@example.com>;tag=a'
    capture = make_capture(ladder((0, ">", INVITE, evil), (1, "<", "SIP/2.0 486 <script>document.title=2</script>", evil)))
    page = tool.folder / "page.html"
    tool.report("--format", "html", "--output", page, capture)
    browser.open(page)
    browser.run('document.querySelector("#call-table button.open").click()')
    assert browser.run("return document.title") == "SIP responses"
    assert "<script>document.title=2" in browser.run('return document.querySelector(".ladder").textContent')
    assert browser.console() == []
