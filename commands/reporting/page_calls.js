// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of the page: a table that is sorted, searched and narrowed, and the ladder of the one that is opened.
"use strict";

(() => {
    const table = document.getElementById("call-table");
    if (!table) {
        return;
    }
    const rows = JSON.parse(document.getElementById("data").textContent).calls;
    const search = document.getElementById("call-search");
    const choice = document.getElementById("call-choice");
    const shown = document.getElementById("calls-shown");
    const dialog = document.getElementById("call-dialog");
    const columns = ["number", "begun", "caller", "callee", "result", "ring", "talk", "ended", "explanation", "capture"]
        .slice(0, table.querySelectorAll("th").length);
    const numbers = new Set(["number", "begun", "ring", "talk"]);
    // SVG has lengths of its own: the ladder is as wide as its hosts ask for.
    const LEFT = 110, GAP = 230, LINE = 24, SMALL = 15, HEAD = 34;
    let inOrder = null;

    function clock(seconds) {
        return new Date(seconds * 1000).toISOString().slice(11, 19);
    }

    function cellOf(row, column) {
        if (column === "begun") {
            return clock(row.begun);
        }
        if (column === "number") {
            return row.leg ? `${row.number} (leg of ${row.leg})` : `${row.number}`;
        }
        const value = row[column];
        return value === null ? "-" : typeof value === "number" ? value.toFixed(1) : value;
    }

    function element(name, text, className) {
        const made = document.createElement(name);
        made.textContent = text;
        if (className) {
            made.className = className;
        }
        return made;
    }

    function lineOf(row) {
        const line = document.createElement("tr");
        columns.forEach((column) => {
            const cell = element("td", column === "number" ? "" : cellOf(row, column), numbers.has(column) ? "number" : "");
            if (column === "number") {
                const open = element("button", cellOf(row, column), "open");
                open.type = "button";
                open.title = `Open call ${row.number}`;
                open.addEventListener("click", () => openCall(row));
                cell.append(open);
            } else if (column === "result") {
                cell.className = `outcome-${row.outcome.replace(" ", "-")}`;
            }
            line.append(cell);
        });
        return line;
    }

    function isChosen(row) {
        const words = search.value.toLowerCase();
        const fits = !choice.value || row.result === choice.value || row.outcome === choice.value;
        return fits && (!words || columns.some((column) => cellOf(row, column).toLowerCase().includes(words)));
    }

    function show() {
        const chosen = rows.filter(isChosen);
        if (inOrder) {
            chosen.sort(inOrder);
        }
        table.tBodies[0].replaceChildren(...chosen.map(lineOf));
        shown.textContent = `${chosen.length} of ${rows.length} shown`;
    }

    function drawn(name, attributes, text = "") {
        const made = document.createElementNS("http://www.w3.org/2000/svg", name);
        Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
        if (text) {
            made.textContent = text;
        }
        return made;
    }

    // Where a host sends to itself, its ports tell who is who.
    function hostsOf(messages) {
        const bare = (end) => end.replace(/:\d+$/, "");
        const withPorts = messages.some((each) => bare(each[2]) === bare(each[3]));
        const named = messages.map((each) => [each[2], each[3]].map((end) => (withPorts ? end : bare(end))));
        return { named, hosts: [...new Set(named.flat())] };
    }

    function drawMessage(svg, message, ends, places, top, start, leg) {
        const [from, to] = ends.map((end) => places.get(end));
        const [frame, time, , , title, count, again, media] = message;
        const way = to >= from ? 1 : -1;
        svg.append(drawn("text", { x: 60, y: top + 4, class: "time" }, (time - start).toFixed(3)));
        svg.append(drawn("text", { x: 100, y: top + 4, class: "time" }, `${frame}`));
        const middle = (from + to) / 2;
        const label = `${title}${count > 1 ? ` x ${count}` : ""}${leg}`;
        svg.append(drawn("text", { x: from === to ? from + 8 : middle, y: top - 4, class: from === to ? "own" : "label" },
                         label.length > 34 ? `${label.slice(0, 33)}...` : label));
        if (from !== to) {
            svg.append(drawn("line", { x1: from, y1: top, x2: to, y2: top, class: "arrow" }));
            svg.append(drawn("path", { d: `M${to},${top} l${-8 * way},-4 v8 z`, class: "tip" }));
        }
        const below = [...media, ...(again === null ? [] : [`again until ${(again - start).toFixed(3)} s`])];
        below.forEach((text, place) => svg.append(drawn("text", { x: middle, y: top + SMALL * (place + 1) - 1, class: "small" },
                                                        text.length > 38 ? `${text.slice(0, 37)}...` : text)));
        return below.length * SMALL;
    }

    function ladderOf(row, messages) {
        const { named, hosts } = hostsOf(messages.map((each) => each.message));
        const places = new Map(hosts.map((host, place) => [host, LEFT + 60 + GAP * place]));
        const width = LEFT + 120 + GAP * (hosts.length - 1);
        const svg = drawn("svg", { role: "img", "aria-label": `Ladder of call ${row.number}; the list below says the same` });
        const start = messages[0].message[1];
        const several = new Set(messages.map((each) => each.number)).size > 1;
        let top = HEAD + LINE;
        messages.forEach((each, place) => {
            const leg = several ? ` [${each.number}]` : "";
            top += LINE + drawMessage(svg, each.message, named[place], places, top, start, leg);
        });
        places.forEach((at, host) => {
            svg.prepend(drawn("line", { x1: at, y1: HEAD, x2: at, y2: top, class: "life" }));
            svg.append(drawn("text", { x: at, y: HEAD - 12, class: "host" }, host));
        });
        svg.setAttribute("width", width);
        svg.setAttribute("height", top + 6);
        svg.setAttribute("viewBox", `0 0 ${width} ${top + 6}`);
        return svg;
    }

    function legsOf(row) {
        const first = row.leg || row.number;
        return rows.filter((each) => each.capture === row.capture && (each.number === first || each.leg === first));
    }

    function openCall(row) {
        const legs = legsOf(row);
        const messages = legs.flatMap((leg) => leg.ladder.map((message) => ({ number: leg.number, message })))
            .sort((one, other) => one.message[1] - other.message[1] || one.message[0] - other.message[0]);
        const inside = dialog.querySelector(".inside");
        document.getElementById("call-title").textContent = `Call ${row.number}: ${row.caller || "?"} to ${row.callee || "?"}, ${row.result}`;
        inside.replaceChildren(element("p", row.explanation), element("p", `In ${row.capture}`, "small-text"));
        if (messages.length) {
            const list = element("ol", "", "for-readers");
            messages.forEach(({ message }) => list.append(element("li",
                `${(message[1] - messages[0].message[1]).toFixed(3)} s, ${message[2]} to ${message[3]}: ${message[4]}` +
                (message[5] > 1 ? `, ${message[5]} times` : ""))));
            const frame = element("div", "", "ladder");
            frame.append(ladderOf(row, messages));
            inside.append(frame, list);
        } else {
            inside.append(element("p", "The page has no room for the ladder of this call: sipresp-calls --ladder draws it."));
        }
        document.getElementById("call-filter").value = legs.map((leg) => `sipcall.number == ${leg.number}`).join(" || ");
        document.getElementById("copied").textContent = "";
        dialog.showModal();
    }

    document.getElementById("copy-filter").addEventListener("click", () => {
        document.getElementById("call-filter").select();
        document.getElementById("copied").textContent = document.execCommand("copy") ? "copied" : "copy it with your keyboard";
    });
    document.getElementById("close-call").addEventListener("click", () => dialog.close());
    window.sorting.listen(table, (place, compare) => {
        inOrder = (one, other) => compare(one[columns[place]], other[columns[place]]);
        show();
    });
    search.addEventListener("input", show);
    choice.addEventListener("change", show);
    // A click on a bar of the chart of outcomes.
    window.chooseCalls = (result) => {
        choice.value = choice.value === result ? "" : result;
        show();
        table.scrollIntoView();
    };
    show();
})();
