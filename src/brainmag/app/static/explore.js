// Explore: sliders ask the interface, the chain fills, one station opens to its course.

import { ask, attempt } from "./ask.js";
import { bandOf, drawChart, SCENARIOS } from "./charts.js";
import { makeFiles } from "./files.js";
import { draw, fill, keepAddress, make, makeCondition, makeTable, page, round, text, writeChange, writeLevel } from "./page.js";
import { ScenarioForm } from "./scenario.js";
import { takeTurn } from "./turns.js";

const DRAWS = 200;
const query = new URLSearchParams(location.search);
const names = ["a", "b"];
const forms = {
  a: new ScenarioForm(document.getElementById("form-a"), ""),
  b: new ScenarioForm(document.getElementById("form-b"), "b_"),
};
const answers = {};
// What the answers are answers to: the forms may have moved on.
const titles = {};
let open = page.observables[query.get("open")] ? query.get("open") : page.open;
let side = query.get("side") === "b" ? "b" : "a";

const isFirst = [...query.keys()].every((name) => name === "lang");
forms.a.read(query, isFirst ? page.first : {});
forms.b.read(query, isFirst ? { ...page.first, product: "" } : {});

/** Return whether a body or a dish has an observable. */
function has(form, name) {
  const { who, cells } = page.observables[name];
  return who.includes(form.get("who")) && (!cells || form.get("who") !== "culture" || cells === form.get("cells"));
}

/** Open a station that one of the two has, where neither has the one that is open. */
function chooseOpen() {
  if (names.some((name) => has(forms[name], open))) return;
  open = page.stations.find((name) => has(forms[side], name)) ?? open;
}

/** Ask for one scenario; of several questions only the newest counts. */
async function renew(name) {
  const started = performance.now();
  const asked = forms[name].list(DRAWS);
  const series = has(forms[name], open) ? [open] : false;
  const answer = await attempt(() => ask("simulate", { ...asked, series }, { place: name }));
  if (!answer) return;
  answers[name] = answer;
  titles[name] = forms[name].write(asked);
  await showAll();
  performance.measure("redraw", { start: started, end: performance.now(), detail: name });
}

const shown = document.getElementById("shown");
const schedule = (name) => takeTurn(name, shown, renew);

function keepView() {
  keepAddress({ ...forms.a.describe(), ...forms.b.describe(), open, side });
}

for (const name of names) {
  const { form } = forms[name];
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (["who", "sex"].includes(event.target.name)) forms[name].adapt(true);
    if (["product", "unit"].includes(event.target.name)) forms[name].adaptDose();
    forms[name].show();
    chooseOpen();
    keepView();
    schedule(name);
  });
  document.getElementById(`tab-${name}`).addEventListener("click", () => showSide(name));
}

document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  showSide(side === "a" ? "b" : "a");
  document.getElementById(`tab-${side}`).focus();
});

function showSide(name) {
  side = name;
  for (const one of names) {
    forms[one].form.hidden = one !== side;
    const tab = document.getElementById(`tab-${one}`);
    tab.setAttribute("aria-selected", String(one === side));
    tab.tabIndex = one === side ? 0 : -1;
  }
  keepView();
}

document.getElementById("copy").addEventListener("click", () => {
  const other = side === "a" ? "b" : "a";
  const told = Object.entries(forms[side].describe()).flatMap(([key, value]) =>
    [value].flat().filter((one) => one !== false).map((one) => [forms[other].prefix + key.slice(forms[side].prefix.length), one]));
  forms[other].read(new URLSearchParams(told), {});
  keepView();
  schedule(other);
});

// What is shown

const changeOf = (answer, name) => {
  const end = answer?.end?.[name];
  if (!end) return null;
  const isShare = end.change_percent !== null && end.unit !== "z";
  return isShare
    ? { median: end.change_percent, low: end.change_percent_low, high: end.change_percent_high, unit: "%", size: 0.3, most: 400 }
    : { median: end.change, low: end.change_low, high: end.change_high, unit: page.observables[name].unit, size: 0.01, most: 3 };
};

const asLevel = (value, { size, most }) =>
  Math.min(0.97, Math.max(0.03, 0.5 + 0.47 * Math.asinh(value / size) / Math.asinh(most / size)));

/** Draw the vessels of a station: half full is the own day before, the whisker is the interval. */
function drawVessels(changes) {
  const drawing = draw("svg", { viewBox: "0 0 90 76", "aria-hidden": "true" });
  const wide = 26;
  changes.forEach((change, place) => {
    const x = changes.length > 1 ? 14 + place * 36 : 32;
    const colour = SCENARIOS[place];
    drawing.append(draw("rect", { x, y: 4, width: wide, height: 68, rx: 6, fill: "#f1f5f5", stroke: "#9fb0b3" }));
    if (!change) return;
    const at = (value) => 72 - 68 * asLevel(value, change);
    const top = at(change.median);
    drawing.append(
      draw("rect", { x: x + 1.5, y: top, width: wide - 3, height: Math.max(0, 70.5 - top), rx: 4, fill: colour, "fill-opacity": place ? 0.45 : 0.6 }),
      draw("line", { x1: x + wide / 2, x2: x + wide / 2, y1: at(change.low), y2: at(change.high), stroke: "#1c2b30", "stroke-width": 2 }),
      draw("line", { x1: x - 3, x2: x + wide + 3, y1: 38, y2: 38, stroke: "#1c2b30", "stroke-dasharray": "3 2" }));
  });
  return drawing;
}

const rounded = (change, part = "median") => round(change[part], change.low, change.high);
const writeInterval = (change) =>
  `${writeChange(rounded(change))} ${change.unit} (${writeChange(rounded(change, "low"))} ${text("to")} ${writeChange(rounded(change, "high"))})`;

/** Say what A and B are, and, of an explanation that is not proven, that all hangs on it. */
function showLegend() {
  const told = names.filter((name) => answers[name]);
  fill(document.getElementById("legend"),
    ...told.map((name) => make("p", { class: `line-of ${name}` }, make("b", {}, name.toUpperCase()), ` ${titles[name]}`)),
    makeCondition(told.map((name) => answers[name])));
}

function showChain() {
  const told = names.map((name) => answers[name]).filter(Boolean);
  const known = page.stations.filter((name) => told.some((one) => one.end?.[name]));
  const chain = document.getElementById("chain");
  const hadFocus = chain.contains(document.activeElement) ? document.activeElement.dataset.name : null;
  chain.replaceChildren(...known.map((name) => {
    const changes = names.map((one) => changeOf(answers[one], name));
    const lines = changes.map((change, place) => change &&
      make("span", { class: names[place] }, `${names[place].toUpperCase()} ${writeChange(rounded(change))} ${change.unit}`));
    const button = make("button", { type: "button", class: "station", "aria-pressed": String(name === open), "data-name": name, onclick: () => openStation(name) },
      make("b", {}, page.observables[name].label), drawVessels(changes), make("span", { class: "told" }, ...lines));
    return make("li", {}, button);
  }));
  if (hadFocus) chain.querySelector(`[data-name="${hadFocus}"]`)?.focus();
}

function showChoices() {
  const select = document.getElementById("observable");
  const known = Object.keys(page.observables).filter((name) => names.some((one) => answers[one]?.end?.[name]));
  if (select.options.length !== known.length || select.value !== open) {
    select.replaceChildren(...known.map((name) => new Option(page.observables[name].label, name, false, name === open)));
  }
  const { explanation, station } = page.observables[open];
  const grades = names.map((name) => answers[name]?.grades?.[station]).find(Boolean);
  document.getElementById("meaning").textContent = grades ? `${explanation} ${text("grades", grades)}` : explanation;
}

async function showCourse() {
  const { label, unit } = page.observables[open];
  const told = names.filter((name) => answers[name]?.series?.[open]);
  if (!told.length) return;
  const longest = Math.max(...told.map((name) => answers[name].series.time_h.at(-1)));
  const [size, time] = longest > 24 * 21 ? [168, text("time.weeks")] : longest > 72 ? [24, text("time.days")] : [1, text("time.hours")];
  const traces = told.flatMap((name) => {
    const { series } = answers[name];
    const x = series.time_h.map((hours) => hours / size);
    return bandOf(text(`scenario_${name}`), x, series[open], SCENARIOS[names.indexOf(name)], name === "b" ? "dash" : "solid");
  });
  const rows = told.flatMap((name) => answers[name].series.time_h.map((hours, place) => [name.toUpperCase(), hours,
    ...["median", "low", "high"].map((part) => answers[name].series[open][part][place])]));
  await drawChart(document.getElementById("course"), {
    title: `${label} (${unit})`, x: time, y: unit, traces, file: `brainmag-${open}`,
    table: { heads: [text("scenario"), text("time.hours"), text("median"), text("low"), text("high")], rows },
    document: Object.fromEntries(told.map((name) => [name, answers[name]])),
  });
}

/** Say in words what changes: by how much, and whether the interval holds no change at all. */
function tellChange(name, change) {
  const { label } = page.observables[name];
  const small = change.unit === "%" ? 0.5 : 0.02;
  const interval = writeInterval(change);
  if (Math.abs(change.median) < small && Math.abs(change.low) < 2 * small && Math.abs(change.high) < 2 * small) {
    return text("words.flat", { label, interval });
  }
  if (change.low <= 0 && change.high >= 0) return text("words.open", { label, interval });
  return text(change.median > 0 ? "words.up" : "words.down", { label, interval });
}

function showWords() {
  const parts = names.filter((name) => answers[name]?.end).map((name) => {
    const lines = page.stations.map((one) => [one, changeOf(answers[name], one)]).filter(([, change]) => change);
    const moved = lines.filter(([, change]) => !(Math.abs(change.median) < (change.unit === "%" ? 0.5 : 0.02)));
    const still = lines.filter((line) => !moved.includes(line)).map(([one]) => page.observables[one].label);
    return make("div", {}, make("h3", { class: name }, text(`scenario_${name}`)),
      make("ul", { class: "words" }, ...moved.map(([one, change]) => make("li", {}, tellChange(one, change))),
        still.length ? make("li", {}, text("words.still", { labels: still.join(", ") })) : null));
  });
  const notes = [...new Map(names.flatMap((name) => answers[name]?.notes ?? []).map((one) => [one.code, one.text])).values()];
  fill(document.getElementById("words"), ...parts,
    make("details", {}, make("summary", {}, text("notes")), ...notes.map((one) => make("p", { class: "small" }, one))));
}

function showSafety() {
  const parts = names.filter((name) => answers[name]).map((name) => {
    const answer = answers[name];
    const days = answer.intake.hours / 24;
    const product = (answer.intake.totals_mmol?.product_magnesium ?? 0) * 24.305 / days;
    const stool = changeOf(answer, "stool_looseness");
    const lines = [text("safe.product", { mg: product })];
    if (answer.subject.egfr) lines.push(text("safe.kidney", { egfr: answer.subject.egfr }));
    if (stool) lines.push(text("safe.stool", { interval: writeInterval(stool) }));
    return make("div", {}, make("h3", { class: name }, text(`scenario_${name}`)),
      ...answer.warnings.map((one) => make("p", { class: "warn" }, one.text)),
      answer.warnings.length ? null : make("p", {}, text(answer.subject.who === "human" ? "safe.no_warning" : "safe.no_limits")),
      make("ul", {}, ...lines.map((line) => make("li", { class: "small" }, line))));
  });
  fill(document.getElementById("safety"), ...parts);
}

function writeGrades(one) {
  const grades = names.map((name) => answers[name]?.grades?.[page.observables[one].station]).find(Boolean);
  return grades ? `${grades.a}a ${grades.b}b ${grades.c}c` : "–";
}

function showTable() {
  const told = names.filter((name) => answers[name]?.end);
  const known = Object.keys(page.observables).filter((one) => told.some((name) => answers[name].end[one]));
  const heads = [text("observable"), text("unit"), text("grade"), ...told.flatMap((name) => [`${name.toUpperCase()}: ${text("before")}`, `${name.toUpperCase()}: ${text("change")}`])];
  const rows = known.map((one) => [page.observables[one].label, page.observables[one].unit, writeGrades(one), ...told.flatMap((name) => {
    const before = answers[name].baseline[one];
    const change = changeOf(answers[name], one);
    return before ? [writeLevel(before.median, before.low, before.high), writeInterval(change)] : ["–", "–"];
  })]);
  const numbers = known.flatMap((one) => told.filter((name) => answers[name].end[one]).map((name) => {
    const [before, end] = [answers[name].baseline[one], answers[name].end[one]];
    return [name.toUpperCase(), one, end.unit, before.median, before.low, before.high, end.median, end.low, end.high, end.change, end.change_low, end.change_high];
  }));
  const table = { heads: ["scenario", "observable", "unit", "before", "before_low", "before_high", "end", "end_low", "end_high", "change", "change_low", "change_high"], rows: numbers };
  fill(document.getElementById("all"), makeTable(text("all_caption"), heads, rows),
    makeFiles("brainmag-explore", table, Object.fromEntries(told.map((name) => [name, answers[name]]))));
}

/** Draw what moves with a slider; what is read waits until it rests. */
async function showAll() {
  showLegend();
  showChain();
  showChoices();
  later(() => {
    showWords();
    showSafety();
    showTable();
  });
  await showCourse();
}

let waiting = 0;
/** Do something once nothing has moved for a moment. */
function later(doing) {
  clearTimeout(waiting);
  waiting = setTimeout(doing, 150);
}

function openStation(name) {
  open = name;
  keepView();
  showChain();
  for (const one of names) schedule(one);
}

document.getElementById("observable").addEventListener("change", (event) => openStation(event.target.value));

chooseOpen();
showSide(side);
await schedule("a");
schedule("b");
