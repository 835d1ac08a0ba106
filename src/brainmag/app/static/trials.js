// Trials: the form writes a design, the server runs it as a job, what comes of it is drawn.

import { ask, attempt } from "./ask.js";
import { COLOURS, drawChart, escape } from "./charts.js";
import { writeDesign } from "./design.js";
import { makeFiles } from "./files.js";
import { cancelJob, followJob, nameJob, writeState } from "./jobs.js";
import { fill, keepAddress, make, makeTable, page, text, write, writeLevel } from "./page.js";

const form = document.getElementById("asked");
const fields = form.elements;
const design = document.getElementById("design-text");
const own = document.getElementById("own");
const NAMES = ["design", "kind", "youngest", "oldest", "weeks", "adherence", "dropout", "alpha", "primary", "n", "replicates", "seed", "hypothesis",
  ...[1, 2, 3, 4].flatMap((arm) => [`product_${arm}`, `dose_${arm}`, `times_${arm}`])];
let job = null;
let isByHand = false;

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const name of NAMES) if (query.has(name)) fields[name].value = query.get(name);
  if (query.has("endpoint")) for (const box of fields.endpoint) box.checked = query.getAll("endpoint").includes(box.value);
  if (query.has("n")) fields.halfway.checked = query.has("halfway");
  job = query.get("job");
}

function keepView() {
  const told = Object.fromEntries(NAMES.map((name) => [name, fields[name].value]));
  const endpoint = [...fields.endpoint].filter((box) => box.checked).map((box) => box.value);
  keepAddress({ ...told, halfway: fields.halfway.checked, endpoint, job });
}

/** Write the design again from the form, or fetch the one that comes along. */
async function renew() {
  isByHand = false;
  job = null;
  own.hidden = fields.design.value !== "";
  keepView();
  if (fields.design.value) {
    const told = await attempt(() => ask(`designs/${fields.design.value}`));
    if (told) design.value = told.toml;
  } else {
    design.value = writeDesign(fields, page.endpoints);
  }
}

form.addEventListener("input", (event) => {
  if (!["n", "replicates", "seed", "hypothesis"].includes(event.target.name) || !(isByHand || fields.design.value)) renew();
  else keepView();
});
design.addEventListener("input", () => { isByHand = true; });
document.getElementById("again").addEventListener("click", renew);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const asked = { n: fields.n.value, replicates: fields.replicates.value, seed: fields.seed.value, hypothesis: fields.hypothesis.value };
  if (fields.design.value && !isByHand) asked.designs = [fields.design.value];
  else asked.design = design.value;
  const told = await attempt(() => ask("trials", asked));
  if (!told) return;
  job = told.id;
  keepView();
  document.getElementById("results").hidden = true;
  watch(job);
});

document.getElementById("cancel").addEventListener("click", () => attempt(() => cancelJob(job)));

function showState(told) {
  const section = document.getElementById("job");
  section.hidden = false;
  document.getElementById("state").textContent = writeState(told);
  const bar = document.getElementById("progress");
  bar.value = told.state === "done" ? 1 : told.progress ?? 0;
  document.getElementById("cancel").hidden = !["queued", "running"].includes(told.state);
  const keep = (id, path, shown) => {
    const link = document.getElementById(id);
    link.hidden = !shown;
    link.href = `/api/${nameJob(told.id, path)}`;
  };
  keep("keep-design", "design", true);
  keep("keep-result", "result", told.state === "done");
  keep("keep-report", `report?lang=${page.lang}`, told.state === "done");
}

async function watch(id) {
  const last = await followJob(id, showState, () => id === job);
  if (last?.state === "done") await attempt(async () => showResults(await ask(nameJob(id, "result"))));
}

/** Put values into a text of the command line, whose braces may hold a form for numbers. */
const fillIn = (words, values) => words.replace(/\{(\w+)(?:[:!][^}]*)?\}/g, (whole, name) => (typeof values[name] === "number" ? write(values[name]) : values[name] ?? whole));

function tellWarning(one) {
  const notice = one.notice ? fillIn(page.notices[one.notice], one.values) : undefined;
  return fillIn(page.warnings[one.code], { ...one, notice });
}

const keyOf = (row) => `${row.endpoint} | ${row.contrast} | ${row.analysis} | ${row.people}`;
const percent = (value) => (value === null || value === undefined ? "–" : `${write(100 * value)} %`);

function showResults(document_) {
  const result = document_.trials ? document_.trials[0] : document_;
  document.getElementById("results").hidden = false;
  fill(document.getElementById("warnings"), result.results.some((row) => row.hypothesis === "carrier") && make("p", { class: "warn small" }, page.carrier),
    ...result.warnings.map((one) => make("p", { class: "warn" }, tellWarning(one))));
  const look = document.getElementById("look");
  const keys = [...new Set(sortRows(result, result.results).map(keyOf))];
  look.replaceChildren(...keys.map((key) => new Option(key, key)));
  look.onchange = () => showPower(result, look.value);
  showPower(result, keys[0]);
  showTables(result);
}

/** Return rows with those of primary endpoints first. */
function sortRows(result, rows) {
  const primary = new Set(result.trial.endpoints.filter((one) => one.primary).map((one) => one.id));
  return [...rows.filter((row) => primary.has(row.endpoint)), ...rows.filter((row) => !primary.has(row.endpoint))];
}

function showPower(result, key) {
  const rows = result.results.filter((row) => keyOf(row) === key);
  const names = [...new Set(rows.map((row) => row.hypothesis))];
  const traces = names.flatMap((name) => {
    const own = rows.filter((row) => row.hypothesis === name).sort((one, other) => one.n - other.n);
    const x = own.map((row) => row.n);
    return [
      { x, y: own.map((row) => 100 * row.power), name: text("power_of", { name }), mode: "lines+markers", line: { color: COLOURS[name], width: 2 },
        error_y: { type: "data", symmetric: false, array: own.map((row) => 100 * (row.power_high - row.power)), arrayminus: own.map((row) => 100 * (row.power - row.power_low)), thickness: 1 },
        hovertemplate: `%{y:.3~g} %<extra>${escape(name)}</extra>` },
      { x, y: own.map((row) => 100 * row.assurance), name: text("assurance_of", { name }), mode: "lines+markers", line: { color: COLOURS[name], width: 2, dash: "dot" }, hovertemplate: `%{y:.3~g} %<extra>${escape(name)}</extra>` },
    ];
  });
  drawChart(document.getElementById("power"), {
    title: key, x: text("people"), y: text("share"), traces, file: "brainmag-power",
    layout: { yaxis: { range: [0, 100], ticksuffix: " %" } },
    table: { heads: [text("hypothesis"), "n", text("power"), text("low"), text("high"), text("assurance")], rows: rows.map((row) => [row.hypothesis, row.n, row.power, row.power_low, row.power_high, row.assurance]) },
    document: rows,
  });
}

function showTables(result) {
  const units = Object.fromEntries(result.trial.endpoints.map((one) => [one.id, one.unit]));
  const results = sortRows(result, result.results).map((row) => [row.endpoint, row.contrast, row.analysis, row.people, row.hypothesis, String(row.n), `${percent(row.power)} (${percent(row.power_low)} ${text("to")} ${percent(row.power_high)})`, percent(row.assurance),
    row.effect ? `${writeLevel(row.effect.median, row.effect.low, row.effect.high)} ${units[row.endpoint]}` : "–", write(row.n_for?.["0.8"])]);
  const heads = [text("endpoint"), text("contrast"), text("analysis"), text("who_counts"), text("hypothesis"), "n", text("power"), text("assurance"), text("effect"), text("n_for")];
  const level = result.type_one.map((row) => [row.endpoint, row.contrast, row.analysis, row.people, String(row.n), `${percent(row.type_one)} (${percent(row.type_one_low)} ${text("to")} ${percent(row.type_one_high)})`]);
  const raw = result.results.map((row) => [row.endpoint, row.contrast, row.analysis, row.people, row.hypothesis, row.n, row.power, row.power_low, row.power_high, row.assurance]);
  fill(document.getElementById("tables"), 
    makeTable(text("results_caption"), heads, results),
    makeFiles("brainmag-trial", { heads: ["endpoint", "contrast", "analysis", "people", "hypothesis", "n", "power", "low", "high", "assurance"], rows: raw }, result),
    makeTable(text("level_caption"), [text("endpoint"), text("contrast"), text("analysis"), text("who_counts"), "n", text("level")], level),
    make("p", { class: "small" }, text("meaning", { replicates: result.replicates, seed: result.seed })));
}

readAddress();
const asked = job;
await renew();
if (asked) {
  job = asked;
  keepView();
  // What was run may have been written by hand: the job knows it.
  const written = await fetch(`/api/${nameJob(job, "design")}`).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
  if (written !== null && written !== design.value) {
    design.value = written;
    isByHand = !fields.design.value;
  }
  watch(job);
}
