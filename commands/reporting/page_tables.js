// SPDX-License-Identifier: GPL-2.0-or-later
// Tables whose headings sort them: by number where a column has numbers, and what is not known comes last.
"use strict";

(() => {
    function valueOf(row, place) {
        const text = row.cells[place].textContent;
        const number = Number.parseFloat(text);
        return row.cells[place].classList.contains("number") ? (Number.isNaN(number) ? null : number) : text;
    }

    function compare(one, other) {
        if (one === null || other === null) {
            return (one === null) - (other === null);
        }
        return typeof one === "number" ? one - other : one.localeCompare(other);
    }

    function sortBy(table, place, heading) {
        const down = heading.getAttribute("aria-sort") === "ascending";
        const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("gap"));
        table.querySelectorAll("th").forEach((each) => each.setAttribute("aria-sort", "none"));
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        rows.sort((one, other) => {
            const [a, b] = [valueOf(one, place), valueOf(other, place)];
            return compare(a, b) * (down && a !== null && b !== null ? -1 : 1);
        });
        table.tBodies[0].replaceChildren(...rows);
    }

    document.querySelectorAll("table.sortable").forEach((table) => {
        table.querySelectorAll("th").forEach((heading, place) =>
            heading.querySelector("button").addEventListener("click", () => sortBy(table, place, heading)));
    });
})();
