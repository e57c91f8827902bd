// SPDX-License-Identifier: GPL-2.0-or-later
// Tables whose headings sort them: by number where a column has numbers, and what is not known comes last.
"use strict";

window.sorting = (() => {
    // Of a sort by value, of which null is not known.
    function order(down) {
        return (one, other) => {
            if (one === null || other === null) {
                return (one === null) - (other === null);
            }
            const difference = typeof one === "number" ? one - other : one.localeCompare(other);
            return down ? -difference : difference;
        };
    }

    // Has sort(place, order) called when a heading is chosen; once more turns the order round.
    function listen(table, sort) {
        const headings = [...table.querySelectorAll("th")];
        headings.forEach((heading, place) => heading.querySelector("button").addEventListener("click", () => {
            const down = heading.getAttribute("aria-sort") === "ascending";
            headings.forEach((each) => each.setAttribute("aria-sort", "none"));
            heading.setAttribute("aria-sort", down ? "descending" : "ascending");
            sort(place, order(down));
        }));
    }

    function valueOf(row, place) {
        const text = row.cells[place].textContent;
        const number = Number.parseFloat(text);
        return row.cells[place].classList.contains("number") ? (Number.isNaN(number) ? null : number) : text;
    }

    document.querySelectorAll("table.sortable").forEach((table) => listen(table, (place, compare) => {
        const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("gap"));
        table.tBodies[0].replaceChildren(...rows.sort((one, other) => compare(valueOf(one, place), valueOf(other, place))));
    }));
    return { listen };
})();
