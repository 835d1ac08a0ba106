// Which explanation holds: every way to look at the record was computed before; experiments are asked for.

import { ask, attempt } from "./ask.js";
import { COLOURS, drawChart } from "./charts.js";
import { followJob, nameJob, writeState } from "./jobs.js";
import { keepAddress, page, text, write } from "./page.js";

const DRAWS = 40;
const NAMES = ["none", "mineral", "carrier"];
const form = document.getElementById("asked");
const fields = form.elements;
const cases = Object.fromEntries(page.cases.map((one) => [one.key, one]));
const share = (value) => (value > 0.999 ? "> 99.9 %" : value < 0.001 ? "< 0.1 %" : `${write(100 * value)} %`)
  .replace("99.9", write(99.9)).replace("0.1", write(0.1));

const findKey = () => fields.study.value || fields.figure.value || fields.case.value;

function show() {
  const chosen = cases[findKey()];
  const base = page.cases[0];
  const shown = chosen === base ? [base] : [base, chosen];
  drawChart(document.getElementById("weights"), {
    title: text("weights"), x: "", y: text("weight"), hovermode: "closest", file: "brainmag-weights", height: 300,
    traces: shown.map((one, place) => ({
      type: "bar", name: one.label, x: NAMES, y: NAMES.map((name) => 100 * one.weights[name]),
      marker: { color: NAMES.map((name) => COLOURS[name]), opacity: place === shown.length - 1 ? 0.9 : 0.35 },
      // From the least to the most over all ways to look: that range is the answer.
      error_y: place ? undefined : {
        type: "data", symmetric: false, thickness: 2, width: 10, color: "#1c2b30",
        array: NAMES.map((name) => 100 * (page.range[name][1] - one.weights[name])), arrayminus: NAMES.map((name) => 100 * (one.weights[name] - page.range[name][0])),
      },
      hovertemplate: "%{x}: %{y:.3~g} %<extra></extra>",
    })),
    layout: { yaxis: { range: [0, 100], ticksuffix: " %" }, barmode: "group" },
    table: {
      heads: [text("way"), ...NAMES, ...NAMES.map((name) => `log Z ${name}`), text("effective")],
      rows: shown.map((one) => [one.label, ...NAMES.map((name) => one.weights[name]), ...NAMES.map((name) => one.log_evidence[name]), Math.min(...Object.values(one.effective))]),
    },
    document: chosen,
  });
  const words = NAMES.map((name) => `${name} ${share(chosen.weights[name])}`).join(", ");
  const thin = chosen.is_thin ? ` ${text("thin", { draws: Math.min(...Object.values(chosen.effective)) })}` : "";
  document.getElementById("told").textContent = `${chosen.label}: ${words}.${thin}`;
  keepAddress({ case: chosen === base ? null : chosen.key });
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  for (const name of ["study", "figure"]) if (event.target.name !== name) fields[name].value = "";
  show();
});

document.getElementById("rank").addEventListener("click", async (event) => {
  event.target.disabled = true;
  await attempt(async () => {
    const { id } = await ask("experiments", { draws: DRAWS });
    const last = await followJob(id, (told) => { document.getElementById("ranking").textContent = writeState(told); });
    if (last?.state === "done") showExperiments(await ask(nameJob(id, "result")));
  });
  event.target.disabled = false;
});

function showExperiments(answer) {
  const figure = document.getElementById("experiments");
  figure.hidden = false;
  const names = answer.experiments.map((one) => page.experiments[one.experiment]);
  drawChart(figure, {
    title: text("next"), x: text("bits"), y: "", hovermode: "closest", file: "brainmag-next", height: 80 + 34 * names.length,
    traces: [{ type: "bar", orientation: "h", y: names, x: answer.experiments.map((one) => one.information_from_equal), marker: { color: COLOURS.carrier }, hovertemplate: "%{x:.2f}<extra></extra>" }],
    layout: { yaxis: { autorange: "reversed" } },
    table: {
      heads: [text("experiment_head"), text("size"), text("weeks"), text("bits"), text("decides")],
      rows: answer.experiments.map((one, place) => [names[place], one.size, one.hours / 168, one.information_from_equal, one.decides_from_equal]),
    },
    document: answer,
  });
}

const asked = new URLSearchParams(location.search).get("case");
if (cases[asked]) {
  const { kind } = cases[asked];
  if (kind === "study" || kind === "figure") fields[kind].value = asked;
  else fields.case.value = asked;
}
show();
