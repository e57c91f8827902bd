// SPDX-License-Identifier: GPL-2.0-or-later
// Draws the charts of the report, and again when the reader changes between light and dark.
"use strict";

(() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    const colourOfOutcome = {
        "progress": "1", "answered": "2", "redirected": "3", "challenged": "challenged", "cancelled": "cancelled",
        "busy": "busy", "declined": "busy", "unreachable": "4", "refused": "4", "server failure": "5",
        "global failure": "6",
    };
    let charts = [];

    function colour(name) {
        return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    }

    function axis(title, more) {
        return {
            title: { display: true, text: title, color: colour("text") },
            ticks: { color: colour("text"), maxRotation: 0, autoSkipPadding: 16, precision: 0 },
            grid: { color: colour("grid") },
            ...more,
        };
    }

    function stacked(id, source) {
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
                    maxBarThickness: 60,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                scales: { x: axis(source.x, { stacked: true, grid: { display: false } }),
                          y: axis(source.y, { stacked: true, beginAtZero: true }) },
                plugins: { legend: { position: "bottom", labels: { color: colour("text"), boxWidth: 14 } } },
            },
        });
    }

    function outcomes(id, rows) {
        return new Chart(document.getElementById(id), {
            type: "bar",
            data: {
                labels: rows.map(([name, calls]) => `${name} (${calls})`),
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
                scales: { x: axis("Share of all calls in per cent", { beginAtZero: true, suggestedMax: 100 }),
                          y: axis("Outcome (calls)", { grid: { display: false } }) },
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
            stacked("over-time", data.overTime),
            outcomes("outcomes", data.outcomes),
            stacked("delays", data.delays),
        ];
    }

    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
