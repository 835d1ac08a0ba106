// Salts beside each other: one question for each, the same person and draws behind all.

import { ask, attempt } from "./ask.js";
import { drawChart, SCENARIOS } from "./charts.js";
import { makeFiles } from "./files.js";
import { fill, keepAddress, make, makeCondition, page, text, write, writeChange } from "./page.js";

const DRAWS = 200;
const DAYS_A_MONTH = 30;
const form = document.getElementById("asked");
const fields = form.elements;
const salts = Object.fromEntries(page.salts.map((one) => [one.name, one]));
const answers = new Map();
const SIMPLE = ["magnesium", "money", "age", "sex", "weight", "diet_mg", "weeks"];

const boxes = [...document.querySelectorAll("input[name=salt]")];
const listChosen = () => boxes.filter((one) => one.checked).map((one) => one.value);
const get = (name) => Number(fields[name].value);

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const name of [...SIMPLE, ...page.salts.flatMap((one) => [`label_${one.name}`, `price_${one.name}`])]) {
    if (query.has(name)) fields[name].value = query.get(name);
  }
  for (const name of ["mode", "hypothesis"]) {
    if ([...fields[name]].some((one) => one.value === query.get(name))) fields[name].value = query.get(name);
  }
  const chosen = query.has("salt") ? query.getAll("salt") : page.chosen;
  for (const one of boxes) one.checked = chosen.includes(one.value);
}

/** Return what of a salt is taken in a day, g. */
function findPowder(name) {
  if (fields.mode.value === "label") return get(`label_${name}`);
  if (fields.mode.value === "money") return get(`price_${name}`) > 0 ? 100 * get("money") / DAYS_A_MONTH / get(`price_${name}`) : NaN;
  return get("magnesium") / salts[name].mg_per_g;
}

function adapt() {
  for (const part of form.querySelectorAll("[data-mode]")) part.hidden = part.dataset.mode !== fields.mode.value;
  for (const output of form.querySelectorAll("output")) {
    const field = fields[output.dataset.of];
    const unit = output.dataset.of === "age" ? text("years") : output.dataset.of === "weeks" ? text("weeks_unit") : field.dataset.unit;
    output.value = `${write(Number(field.value), 4)} ${unit}`;
  }
  const told = Object.fromEntries(SIMPLE.map((name) => [name, fields[name].value]));
  for (const { name, label_g: label, price } of page.salts) {
    if (get(`label_${name}`) !== label) told[`label_${name}`] = fields[`label_${name}`].value;
    if (get(`price_${name}`) !== price) told[`price_${name}`] = fields[`price_${name}`].value;
  }
  keepAddress({ ...told, mode: fields.mode.value, hypothesis: fields.hypothesis.value, salt: listChosen() });
  for (const row of document.querySelectorAll("tr[data-salt]")) showDose(row);
}

function showDose(row) {
  const { salt } = row.dataset;
  const powder = findPowder(salt);
  const answer = listChosen().includes(salt) ? answers.get(salt) : null;
  const cell = (name, written) => { row.querySelector(`[data-cell=${name}]`).textContent = written; };
  const cost = powder * DAYS_A_MONTH * get(`price_${salt}`) / 100;
  cell("powder", powder > 0 ? `${write(powder)} g` : "–");
  cell("taken", powder > 0 ? `${write(powder * salts[salt].mg_per_g)} mg` : "–");
  cell("cost", cost > 0 ? `€ ${write(cost)}` : "–");
  const share = answer?.absorbed_fraction;
  cell("absorbed", share ? `${write(100 * share.median, 2)} % (${write(100 * share.low, 2)} ${text("to")} ${write(100 * share.high, 2)})` : "–");
}

let round = 0;
let resting = 0;

/** Ask for every salt in turn; a new choice begins another round. */
async function renew() {
  const own = ++round;
  document.getElementById("shown").setAttribute("aria-busy", "true");
  for (const salt of [...answers.keys()]) if (!listChosen().includes(salt)) answers.delete(salt);
  if (!listChosen().length) show();
  for (const salt of listChosen().filter((name) => findPowder(name) > 0)) {
    const asked = {
      who: "human", age: fields.age.value, sex: fields.sex.value, weight: fields.weight.value, diet_mg: fields.diet_mg.value,
      product: salt, dose: `${(findPowder(salt) / 2).toPrecision(6)} g`, times_a_day: 2, for: `${fields.weeks.value} weeks`,
      hypothesis: fields.hypothesis.value, uncertainty: DRAWS, seed: 1,
    };
    const answer = await attempt(() => ask("simulate", asked, { place: "salts" }));
    if (own !== round) return;
    if (answer) answers.set(salt, answer);
    else answers.delete(salt);
    show();
  }
  document.getElementById("shown").setAttribute("aria-busy", "false");
}

function show() {
  for (const row of document.querySelectorAll("tr[data-salt]")) showDose(row);
  const told = listChosen().filter((name) => answers.has(name));
  const charts = document.getElementById("charts");
  for (const [name, observable] of Object.entries(page.observables)) {
    let figure = charts.querySelector(`[data-name="${name}"]`);
    if (!figure) charts.append((figure = make("figure", { "data-name": name })));
    const changes = told.map((salt) => answers.get(salt).end[name]);
    const labels = told.map((salt) => salts[salt].label);
    const rows = told.map((salt, place) => [labels[place], ...["change_percent", "change_percent_low", "change_percent_high"].map((part) => changes[place][part])]);
    drawChart(figure, {
      title: observable.label, x: text("change_percent"), y: "", hovermode: "closest", file: `brainmag-salts-${name}`,
      height: 90 + 34 * told.length,
      traces: [{
        type: "scatter", mode: "markers", showlegend: false, y: labels, x: changes.map((one) => one.change_percent),
        error_x: { type: "data", symmetric: false, array: changes.map((one) => one.change_percent_high - one.change_percent), arrayminus: changes.map((one) => one.change_percent - one.change_percent_low), color: "#1c2b30", thickness: 1.5 },
        marker: { color: SCENARIOS[0], size: 10 }, hovertemplate: "%{y}: %{x:.3~g} %<extra></extra>",
      }],
      layout: { yaxis: { autorange: "reversed", automargin: true }, xaxis: { zeroline: true, rangemode: "tozero" } },
      table: { heads: [text("salt"), text("change_percent"), text("low"), text("high")], rows },
      document: Object.fromEntries(told.map((salt) => [salt, answers.get(salt)])),
    });
  }
  fill(document.getElementById("files"), makeFiles("brainmag-salts", {
    heads: ["salt", "observable", "change_percent", "low", "high"],
    rows: told.flatMap((salt) => Object.keys(page.observables).map((name) => {
      const end = answers.get(salt).end[name];
      return [salt, name, end.change_percent, end.change_percent_low, end.change_percent_high];
    })),
  }, Object.fromEntries(told.map((salt) => [salt, answers.get(salt)]))));
  fill(document.getElementById("notes"), makeCondition(told.map((salt) => answers.get(salt))));
  const warnings = told.flatMap((salt) => answers.get(salt).warnings.map((one) => make("p", { class: "warn" }, `${salts[salt].label}: ${one.text}`)));
  fill(document.getElementById("warnings"), ...(warnings.length ? warnings : [make("p", {}, text("no_warning"))]));
}

function begin() {
  adapt();
  clearTimeout(resting);
  resting = setTimeout(renew, 120);
}

readAddress();
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", begin);
for (const field of document.querySelectorAll("table [form=asked]")) field.addEventListener("input", begin);
begin();
