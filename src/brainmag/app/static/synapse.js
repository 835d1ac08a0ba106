// One synapse: each figure is one question to the interface, and only those that a choice moves are asked.

import { ask, attempt } from "./ask.js";
import { bandOf, COLOURS, drawChart, escape, SCENARIOS } from "./charts.js";
import { fill, keepAddress, make, makeTable, page, text, write } from "./page.js";
import { takeTurn } from "./turns.js";

const form = document.getElementById("asked");
const fields = form.elements;
const NAMES = ["mg", "mg_chronic", "calcium", "protocol", "preparation", "block", "set", "pairs", "rate"];
const LEVELS = ["0.6", "0.8", "1.0", "1.2"];
const HUES = ["#5f6b6d", "#0072b2", "#0b6e7d", "#b85000"];
const values = (...names) => Object.fromEntries(names.map((name) => [name, fields[name].value]));

const query = new URLSearchParams(location.search);
for (const name of NAMES) {
  const field = fields[name];
  const given = query.get(name);
  if (given !== null && (!field.options || [...field.options].some((one) => one.value === given))) field.value = given;
}
if (!query.has("mg")) fields.mg.value = page.baths[fields.preparation.value];

function line(name, x, y, colour, unit = "") {
  return { x, y, name, mode: "lines+markers", line: { color: colour, width: 2 }, marker: { size: 4 }, hovertemplate: `%{y:.3~g} ${unit}<extra>${escape(name)}</extra>` };
}

const spreadOf = (middle, { low, high }) => ({
  type: "data", symmetric: false, thickness: 1, color: "#1c2b30",
  array: high.map((one, place) => one - middle[place]), arrayminus: low.map((one, place) => middle[place] - one),
});

const FIGURES = {
  voltage: {
    moved: ["block"],
    asked: () => ({ curve: "voltage", block: fields.block.value }),
    show(figure, answer) {
      const own = (level) => answer.curve.filter((one) => String(one.magnesium) === String(Number(level)));
      drawChart(figure, {
        title: text("figure.voltage"), x: text("axis.voltage"), y: text("axis.open"), file: "brainmag-block", document: answer,
        traces: LEVELS.map((level, place) => line(`${write(Number(level))} mmol/L`, own(level).map((one) => one.x), own(level).map((one) => one.open_fraction), HUES[place])),
        table: { heads: [text("axis.voltage"), text("axis.magnesium"), text("axis.open")], rows: answer.curve.map((one) => [one.x, one.magnesium, one.open_fraction]) },
      });
    },
  },
  open: {
    moved: ["block"],
    asked: () => ({ curve: "mg", block: fields.block.value }),
    show(figure, answer) {
      drawChart(figure, {
        title: text("figure.open", { voltage: answer.voltage }), x: text("axis.magnesium"), y: text("axis.open"), file: "brainmag-open", document: answer,
        traces: [line(text("axis.open"), answer.curve.map((one) => one.x), answer.curve.map((one) => one.open_fraction), SCENARIOS[0])],
        table: { heads: [text("axis.magnesium"), text("axis.open")], rows: answer.curve.map((one) => [one.x, one.open_fraction]) },
      });
    },
  },
  burst: {
    moved: ["mg", "mg_chronic", "calcium", "protocol", "preparation", "block"],
    asked: () => ({ ...values("protocol", "mg", "mg_chronic", "calcium", "preparation", "block"), uncertainty: 100, seed: 1 }),
    show(figure, answer) {
      const pulses = answer.release_per_pulse.map((_, place) => place + 1);
      figure.hidden = pulses.length === 0;
      document.getElementById("no-pulse").hidden = pulses.length > 0;
      drawChart(figure, {
        title: text("figure.burst", { protocol: answer.protocol }), x: text("axis.pulse"), y: text("axis.release"), file: "brainmag-burst", document: answer,
        traces: [{ type: "bar", x: pulses, y: answer.release_per_pulse, error_y: spreadOf(answer.release_per_pulse, answer.intervals.release_per_pulse), marker: { color: SCENARIOS[0] }, hovertemplate: "%{y:.3~g}<extra></extra>" }],
        table: {
          heads: [text("axis.pulse"), text("axis.release"), text("low"), text("high")],
          rows: pulses.map((pulse, place) => [pulse, answer.release_per_pulse[place], answer.intervals.release_per_pulse.low[place], answer.intervals.release_per_pulse.high[place]]),
        },
      });
      showLeft(answer);
    },
  },
  ltp: {
    moved: ["mg_chronic", "calcium", "protocol", "preparation", "block"],
    asked: () => ({ curve: "mg", ...values("protocol", "mg_chronic", "calcium", "preparation", "block"), uncertainty: 50, seed: 1 }),
    show(figure, answer) {
      const x = answer.curve.map((one) => one.x);
      const band = Object.fromEntries(["median", "low", "high"].map((part) => [part, answer.curve.map((one) => one.ltp_percent[part])]));
      drawChart(figure, {
        title: text("figure.ltp", { protocol: answer.protocol }), x: text("axis.acute"), y: text("axis.strength"), file: "brainmag-ltp", document: answer,
        traces: bandOf(text("axis.strength"), x, band, COLOURS.carrier),
        table: { heads: [text("axis.acute"), text("median"), text("low"), text("high")], rows: x.map((one, place) => [one, band.median[place], band.low[place], band.high[place]]) },
      });
    },
  },
  dt: {
    moved: ["set", "pairs", "rate"],
    asked: () => ({ curve: "dt", ...values("set", "pairs", "rate") }),
    show(figure, answer) {
      const x = answer.curve.map((one) => one.x);
      const y = answer.curve.map((one) => 100 * (one.ltp_ratio - 1));
      drawChart(figure, {
        title: text("figure.dt", { set: answer.set }), x: text("axis.interval"), y: text("axis.strength"), file: "brainmag-stdp", document: answer,
        traces: [line(text("axis.strength"), x, y, SCENARIOS[0], "%")],
        table: { heads: [text("axis.interval"), text("axis.strength")], rows: x.map((one, place) => [one, y[place]]) },
      });
    },
  },
};

function showLeft(answer) {
  const { ltp_percent: ltp } = answer;
  const rows = [
    [text("leaves.strength"), `${write(ltp.median)} % (${write(ltp.low)} ${text("to")} ${write(ltp.high)})`],
    [text("leaves.ceiling"), `${write(answer.ltp_ceiling_percent)} %`],
    ...["nmda_charge", "peak_calcium", "terminals", "nr2b"].map((name) => [text(`leaves.${name}`),
      `${write(answer[name])} (${write(answer.intervals[name].low)} ${text("to")} ${write(answer.intervals[name].high)})`]),
  ];
  fill(document.getElementById("left"), makeTable(answer.protocol, [text("leaves.what"), text("leaves.value")], rows),
    ...(answer.notes ?? []).map((one) => make("p", { class: "small" }, page.notes[one] ?? one)));
}

const renew = (name) => takeTurn(name, document.getElementById("shown"), async () => {
  const answer = await attempt(() => ask("synapse", FIGURES[name].asked(), { place: name }));
  if (answer) FIGURES[name].show(document.getElementById(name), answer);
});

function tellValues() {
  for (const output of form.querySelectorAll("output")) {
    const field = fields[output.dataset.of];
    output.value = `${write(Number(field.value))} ${field.dataset.unit}`.trim();
  }
  keepAddress(Object.fromEntries(NAMES.map((name) => [name, fields[name].value])));
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  if (event.target.name === "preparation") fields.mg.value = page.baths[fields.preparation.value];
  tellValues();
  for (const [name, { moved }] of Object.entries(FIGURES)) if (moved.includes(event.target.name)) renew(name);
});
tellValues();
for (const name of Object.keys(FIGURES)) renew(name);
