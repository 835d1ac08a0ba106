// Charts by plotly, each with its data as a table and as files.

import { makeFiles } from "./files.js";
import { make, makeTable, page, text, write } from "./page.js";

export const COLOURS = { none: "#5f6b6d", mineral: "#0072b2", carrier: "#b85000" };
export const SCENARIOS = ["#0b6e7d", "#b85000"];

const FONT = { family: "system-ui, sans-serif", size: 13, color: "#1c2b30" };
const CONFIG = { displaylogo: false, responsive: true, displayModeBar: false };

const ready = new Promise((resolve) => {
  if (window.Plotly) resolve();
  else window.addEventListener("load", () => resolve(), { once: true });
});

/** Return the layout that charts share. */
function arrange(chart, place) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const isTold = chart.traces.filter((one) => one.showlegend !== false).length > 1;
  const axis = { gridcolor: "#e3e8e8", zerolinecolor: "#9fb0b3", automargin: true };
  return {
    font: FONT,
    separators: page.lang === "nl" ? ",." : ".,",
    margin: { t: isTold ? 48 : 12, r: 12, b: 44, l: 56 },
    height: chart.height ?? 320,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    showlegend: isTold,
    legend: { orientation: "h", yref: "container", y: 1, yanchor: "top", x: 0 },
    hovermode: chart.hovermode ?? "x unified",
    transition: still ? undefined : chart.transition,
    ...chart.layout,
    xaxis: { ...axis, title: { text: chart.x }, ...chart.layout?.xaxis },
    yaxis: { ...axis, title: { text: chart.y }, ...chart.layout?.yaxis },
    meta: place.id,
  };
}

/**
 * Draw a chart into a figure, or draw it again.
 *
 * chart: {title, x, y, traces, table: {heads, rows}, kept, file, height, layout, document}; `kept` is
 * the table that is kept as a file, where that has more than the one which is shown.
 */
export async function drawChart(figure, chart) {
  figure.classList.add("chart");
  if (!figure.querySelector(".plot")) {
    figure.replaceChildren(
      make("figcaption"), make("div", { class: "plot", role: "img" }), make("div", { class: "data" }));
  }
  const [caption, place, data] = figure.children;
  caption.textContent = chart.title;
  place.setAttribute("aria-label", `${chart.title}. ${text("see_table")}`);
  fillData(data, chart);
  await ready;
  await window.Plotly.react(place, chart.traces, arrange(chart, figure), CONFIG);
}

/** Put the table and the files beside a chart; rows are written when somebody looks. */
function fillData(data, chart) {
  const wasOpen = data.querySelector("details")?.open ?? false;
  const details = make("details", {}, make("summary", {}, text("data_table")));
  const fill = () => {
    if (!details.open || details.querySelector("table")) return;
    const rows = chart.table.rows.map((row) =>
      row.map((cell) => (typeof cell === "number" ? write(cell, 4) : cell)));
    details.append(makeTable(chart.title, chart.table.heads, rows));
  };
  details.addEventListener("toggle", fill);
  details.open = wasOpen;
  data.replaceChildren(details, makeFiles(chart.file, chart.kept ?? chart.table, chart.document));
}

/** Return the traces of a median with its band. */
export function bandOf(name, x, band, colour, dash = "solid") {
  return [
    { x, y: band.low, mode: "lines", line: { width: 0 }, showlegend: false, hoverinfo: "skip", legendgroup: name },
    { x, y: band.high, mode: "lines", line: { width: 0 }, fill: "tonexty", fillcolor: fade(colour, 0.18), showlegend: false, hoverinfo: "skip", legendgroup: name },
    { x, y: band.median, mode: "lines", name, line: { color: colour, width: 2.2, dash }, legendgroup: name,
      hovertemplate: `%{y:.4~g}<extra>${escape(name)}</extra>` },
  ];
}

/** Return what stands for a text in plotly, which reads a few tags. */
export function escape(words) {
  return String(words).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Return a colour of six digits with some transparency. */
function fade(colour, share) {
  const part = (start) => parseInt(colour.slice(start, start + 2), 16);
  return `rgba(${part(1)},${part(3)},${part(5)},${share})`;
}
