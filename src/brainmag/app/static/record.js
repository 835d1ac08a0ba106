// The record: what was published beside what the release foresees, filtered, and one study open.

import { ask, attempt } from "./ask.js";
import { drawChart, SCENARIOS } from "./charts.js";
import { makeFiles } from "./files.js";
import { followJob, nameJob, writeState } from "./jobs.js";
import { fill, keepAddress, make, makeTable, page, text, write, writeLevel } from "./page.js";

const form = document.getElementById("asked");
const fields = form.elements;
// Of each explanation; a study of many figures is run with fewer.
const MOST_DRAWS = 40;
const NAMES = ["who", "level", "grade", "funding", "role", "search"];
let figures = [];
let studies = {};
let open = null;

const query = new URLSearchParams(location.search);
for (const name of NAMES) if (query.has(name)) fields[name].value = query.get(name);

const writePublished = (one) => {
  if (one.outcome === "value") return writeLevel(one.observed, one.observed_low, one.observed_high);
  const edge = one.outcome === "increased" ? one.observed_low : one.observed_high;
  return `${page.outcomes[one.outcome]} (${write(edge)})`;
};
const writeReleased = (one) => (one.released ? writeLevel(one.released.median, one.released.low, one.released.high) : "–");

/** Say whether what was published lies within what the release foresees. */
function judge(one) {
  if (one.hindrance) return page.hindrances[one.hindrance] ?? one.hindrance;
  if (!one.released) return "–";
  const low = one.outcome === "value" ? one.observed : one.observed_low ?? -Infinity;
  const high = one.outcome === "value" ? one.observed : one.observed_high ?? Infinity;
  return low <= one.released.high && high >= one.released.low ? text("inside") : text("outside");
}

function isShown(one) {
  const { value: funding } = fields.funding;
  const words = fields.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const told = `${one.study} ${one.figure} ${one.observable ?? ""} ${page.studies[one.study]?.citation ?? ""}`.toLowerCase();
  return ["who", "level", "grade", "role"].every((name) => !fields[name].value || one[name] === fields[name].value)
    && (!funding || one.industry === (funding === "industry"))
    && words.every((word) => told.includes(word));
}

function show() {
  const shown = figures.filter(isShown);
  const heads = [text("study"), text("what"), text("published"), text("released"), text("unit"), text("grade"), text("role"), text("verdict")];
  const rows = shown.map((one) => [
    make("a", { href: "#study", onclick: (event) => { event.preventDefault(); openStudy(one.study, true); } }, `${one.study}/${one.figure}`),
    page.observables[one.observable] ?? one.observable ?? "–", writePublished(one), writeReleased(one), one.unit,
    `${one.grade}${one.industry ? " *" : ""}`, page.roles[one.role] ?? "–",
    [judge(one), page.studies[one.study]?.retracted && one.hindrance !== "retracted" && text("retracted")].filter(Boolean).join("; ")]);
  fill(document.getElementById("figures"), makeTable(text("caption"), heads, rows));
  const compared = shown.filter((one) => !one.hindrance && one.released);
  const inside = compared.filter((one) => judge(one) === text("inside"));
  document.getElementById("summary").textContent = text("summary", {
    figures: shown.length, studies: new Set(shown.map((one) => one.study)).size, inside: inside.length, compared: compared.length,
  });
  fill(document.getElementById("files"), makeFiles("brainmag-record", {
    heads: ["study", "figure", "observable", "measure", "outcome", "observed", "observed_low", "observed_high", "median", "low", "high", "unit", "grade", "industry", "role"],
    rows: shown.map((one) => [one.study, one.figure, one.observable, one.measure, one.outcome, one.observed, one.observed_low, one.observed_high, one.released?.median, one.released?.low, one.released?.high, one.unit, one.grade, one.industry, one.role]),
  }, shown));
  showAgreement(compared.filter((one) => one.outcome === "value" && one.unit === "%"));
  keepAddress({ ...Object.fromEntries(NAMES.map((name) => [name, fields[name].value])), study: open });
}

/** Draw the numbers in per cent: published against foreseen, the line where they agree. */
function showAgreement(shown) {
  const figure = document.getElementById("agreement");
  figure.hidden = shown.length === 0;
  if (!shown.length) return;
  const ends = shown.flatMap((one) => [one.observed, one.released.low, one.released.high]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const roles = ["calibration", "validation"].filter((role) => shown.some((one) => one.role === role));
  drawChart(figure, {
    title: text("agreement"), x: text("published_axis"), y: text("released_axis"), hovermode: "closest", file: "brainmag-agreement", height: 380,
    traces: [
      { x: [low, high], y: [low, high], mode: "lines", line: { color: "#9fb0b3", dash: "dot" }, showlegend: false, hoverinfo: "skip" },
      ...roles.map((role, place) => {
        const own = shown.filter((one) => one.role === role);
        return {
          x: own.map((one) => one.observed), y: own.map((one) => one.released.median), text: own.map((one) => `${one.study}/${one.figure}`),
          mode: "markers", name: page.roles[role], marker: { color: SCENARIOS[place], size: 8, symbol: place ? "diamond" : "circle" },
          error_y: { type: "data", symmetric: false, thickness: 1, array: own.map((one) => one.released.high - one.released.median), arrayminus: own.map((one) => one.released.median - one.released.low) },
          hovertemplate: "%{text}<br>%{x:.3~g} | %{y:.3~g} %<extra></extra>",
        };
      }),
    ],
    table: { heads: [text("study"), text("published_axis"), text("released_axis")], rows: shown.map((one) => [`${one.study}/${one.figure}`, one.observed, one.released.median]) },
    document: shown,
  });
}

function openStudy(name, isAsked) {
  open = name;
  const section = document.getElementById("study");
  section.hidden = !name;
  keepAddress({ ...Object.fromEntries(NAMES.map((field) => [field, fields[field].value])), study: name });
  if (!name) return;
  const told = page.studies[name];
  const own = figures.filter((one) => one.study === name);
  document.getElementById("head-study").textContent = name;
  const arms = studies[name].arms.map((arm) => `${arm.id} (n = ${arm.n})`).join(", ");
  fill(document.getElementById("about"), 
    make("p", {}, told.citation, " ", told.address ? make("a", { href: told.address, rel: "noreferrer" }, "DOI") : null),
    told.retracted ? make("p", { class: "problem" }, `${text("retracted")}. ${told.retraction}`) : null,
    make("p", { class: "small" }, [`${studies[name].who}, ${studies[name].design}: ${arms}.`, told.funding ? `${text("funding")}: ${told.funding}.` : "", told.caution].filter(Boolean).join(" ")));
  fill(document.getElementById("anew"));
  const charts = document.getElementById("charts");
  charts.replaceChildren();
  for (const unit of new Set(own.map((one) => one.unit))) showStudy(charts, own.filter((one) => one.unit === unit), unit);
  if (isAsked) section.scrollIntoView();
}

/** Draw the figures of a study in one unit: published and foreseen below each other. */
function showStudy(charts, own, unit) {
  const figure = make("figure");
  charts.append(figure);
  const spread = (rows, low, high, middle) => ({
    type: "data", symmetric: false, array: rows.map((one) => (high(one) ?? middle(one)) - middle(one)), arrayminus: rows.map((one) => middle(one) - (low(one) ?? middle(one))),
  });
  const published = own.filter((one) => one.outcome === "value");
  const edges = own.filter((one) => one.outcome !== "value");
  const foreseen = own.filter((one) => one.released);
  const edge = (one) => (one.outcome === "increased" ? one.observed_low : one.observed_high);
  drawChart(figure, {
    title: `${own[0].study} (${unit})`, x: unit, y: "", hovermode: "closest", file: `brainmag-${own[0].study}`, height: 120 + 42 * own.length,
    traces: [
      { y: published.map((one) => one.figure), x: published.map((one) => one.observed), error_x: spread(published, (one) => one.observed_low, (one) => one.observed_high, (one) => one.observed), mode: "markers", name: text("published"), marker: { color: "#1c2b30", symbol: "diamond", size: 9 } },
      { y: edges.map((one) => one.figure), x: edges.map(edge), mode: "markers", name: text("direction"), text: edges.map((one) => page.outcomes[one.outcome]), marker: { color: "#1c2b30", symbol: edges.map((one) => ({ increased: "triangle-right", decreased: "triangle-left" })[one.outcome] ?? "line-ns-open"), size: 11 }, hovertemplate: "%{text}: %{x:.3~g}<extra></extra>" },
      { y: foreseen.map((one) => one.figure), x: foreseen.map((one) => one.released.median), error_x: spread(foreseen, (one) => one.released.low, (one) => one.released.high, (one) => one.released.median), mode: "markers", name: text("released"), marker: { color: SCENARIOS[0], size: 9 } },
    ].filter((one) => one.x.length),
    layout: { yaxis: { autorange: "reversed" } },
    table: { heads: [text("what"), text("published"), text("released"), text("unit")], rows: own.map((one) => [one.figure, writePublished(one), writeReleased(one), unit]) },
    kept: {
      heads: ["figure", "outcome", "observed", "observed_low", "observed_high", "median", "low", "high", "unit"],
      rows: own.map((one) => [one.figure, one.outcome, one.observed, one.observed_low, one.observed_high, one.released?.median, one.released?.low, one.released?.high, unit]),
    },
    document: own,
  });
}

document.getElementById("rerun").addEventListener("click", async (event) => {
  event.target.disabled = true;
  document.getElementById("running").textContent = text("running");
  const answer = await attempt(() => ask("reproduce", { studies: [open], draws: Math.min(MOST_DRAWS, Math.floor(page.most / figures.filter((one) => one.study === open).length)) }));
  document.getElementById("running").textContent = "";
  event.target.disabled = false;
  if (!answer) return;
  const names = Object.keys(answer.weights);
  const rows = answer.figures.map((one) => [one.figure, ...names.map((name) => {
    const part = one.predicted?.[name];
    return part ? writeLevel(part.median, part.low, part.high) : "–";
  }), one.unit]);
  fill(document.getElementById("anew"), makeTable(text("anew"), [text("what"), ...names, text("unit")], rows),
    makeFiles(`brainmag-${open}-anew`, { heads: ["figure", ...names, "unit"], rows }, answer));
});
document.getElementById("close").addEventListener("click", () => openStudy(null));

document.getElementById("requalify").addEventListener("click", async (event) => {
  event.target.disabled = true;
  const told = await attempt(() => ask("reproductions", {}));
  const bar = document.getElementById("progress");
  if (told) {
    bar.hidden = false;
    const last = await followJob(told.id, (one) => {
      document.getElementById("state").textContent = writeState(one);
      bar.value = one.state === "done" ? 1 : one.progress;
    });
    const link = document.getElementById("keep-report");
    link.hidden = last?.state !== "done";
    link.href = `/api/${nameJob(told.id, "report")}?lang=${page.lang}`;
  }
  event.target.disabled = false;
});

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", show);
const record = await attempt(() => ask("record"));
if (record) {
  ({ figures } = record);
  studies = Object.fromEntries(record.studies.map((one) => [one.id, one]));
  const asked = query.get("study");
  if (studies[asked]) openStudy(asked);
  show();
  document.getElementById("figures").setAttribute("aria-busy", "false");
}
