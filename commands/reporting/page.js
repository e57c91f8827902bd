// SPDX-License-Identifier: GPL-2.0-or-later
// Draws the charts of the report, and again when the reader changes between light and dark.
"use strict";

(() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    const colourOfOutcome = {
        "progress": "1", "answered": "2", "redirected": "3", "challenged": "challenged", "cancelled": "cancelled",
        "busy": "busy", "declined": "busy", "unreachable": "4", "refused": "4", "server failure": "5",
        "global failure": "6", "blocked": "busy", "never answered": "5", "open": "1", "final response not captured": "1",
    };
    let charts = [];

    function colour(name) {
        return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    }

    // Of names every one is shown, of times and numbers as many as there is room for.
    function axis(title, more, hasNames = false) {
        return {
            title: { display: true, text: title, color: colour("text") },
            ticks: { color: colour("text"), maxRotation: 0, autoSkip: !hasNames, autoSkipPadding: 16, precision: 0 },
            grid: { color: colour("grid") },
            ...more,
        };
    }

    function stacked(id, source, hasNames) {
        return new Chart(document.getElementById(id), {
            type: "bar",
            data: {
                labels: source.labels,
                datasets: source.series.map((row) => ({
                    label: row.label,
                    data: row.data,
                    backgroundColor: colour(`class-${row.class}`),
                    categoryPercentage: 1,
                    barPercentage: 0.92,
                    borderColor: colour("ground"),
                    borderWidth: { top: 1 },
                    borderSkipped: false,
                    maxBarThickness: 60,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                scales: { x: axis(source.x, { stacked: true, grid: { display: false } }, hasNames),
                          y: axis(source.y, { stacked: true, beginAtZero: true }) },
                plugins: { legend: { position: "bottom", labels: { color: colour("text"), boxWidth: 14 } } },
            },
        });
    }

    function outcomes(id, rows) {
        return new Chart(document.getElementById(id), {
            type: "bar",
            data: {
                labels: rows.map(([name, calls, percent]) => `${name}: ${calls} (${percent.toFixed(1)} %)`),
                datasets: [{
                    data: rows.map((row) => row[2]),
                    backgroundColor: rows.map(([name]) => colour(`class-${colourOfOutcome[name] || "none"}`)),
                    maxBarThickness: 28,
                }],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                indexAxis: "y",
                onClick: (event, bars) => bars.length && window.chooseCalls && window.chooseCalls(rows[bars[0].index][0]),
                scales: { x: axis("Share of all calls in per cent", { beginAtZero: true, suggestedMax: 100 }),
                          y: axis("Outcome, calls and share", { grid: { display: false } }, true) },
                plugins: {
                    legend: { display: false },
                    tooltip: { callbacks: { label: (item) => `${item.parsed.x.toFixed(2)} %` } },
                },
            },
        });
    }

    function draw() {
        charts.forEach((chart) => chart.destroy());
        charts = [
            stacked("over-time", data.overTime, false),
            outcomes("outcomes", data.outcomes),
            stacked("delays", data.delays, true),
        ];
    }

    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
