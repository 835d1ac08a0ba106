// From the form to a design as its file has it.

const quote = (words) => JSON.stringify(String(words));
const TIMES = { 1: ["08:00"], 2: ["08:00", "18:30"], 3: ["08:00", "13:00", "18:30"], 4: ["08:00", "12:00", "16:00", "20:00"] };

/** Return a table of a design: its name, then its fields; what is null is left out. */
function writeTable(name, fields) {
  const lines = Object.entries(fields).filter(([, value]) => value !== null)
    .map(([key, value]) => `${key} = ${typeof value === "string" ? quote(value) : value}`);
  return [`[[${name}]]`, ...lines].join("\n");
}

/** Return the arms that the form names, the first of which is the control. */
function readArms(fields) {
  const known = new Map();
  const arms = [];
  for (let arm = 1; fields[`product_${arm}`]; arm += 1) {
    const product = fields[`product_${arm}`].value;
    if (!product) continue;
    const count = (known.get(product) ?? 0) + 1;
    known.set(product, count);
    arms.push({
      id: count > 1 ? `${product}-${count}` : product, product,
      dose: fields[`dose_${arm}`].value, times: fields[`times_${arm}`].value,
    });
  }
  return arms;
}

/** Return the text of the design that the form describes. */
export function writeDesign(fields, endpoints) {
  const arms = readArms(fields);
  const chosen = endpoints.filter((one) => [...fields.endpoint].some((box) => box.checked && box.value === one.observable));
  const kind = fields.kind.value;
  const weeks = Number(fields.weeks.value);
  const analyses = { parallel: "ancova, mmrm", crossover: "crossover", "before-after": "change" }[kind];
  const isHalved = fields.halfway.checked && weeks > 1 && kind === "parallel";
  const each = Math.max(2, Math.round(Number(fields.n.value.split(",")[0]) / (kind === "crossover" ? 1 : Math.max(1, arms.length))));
  const usable = kind === "before-after" ? arms.filter((one) => one.product !== "placebo").slice(0, 1) : arms;
  return [
    writeTable("trial", {
      visits: isHalved ? `${weeks / 2} weeks, ${weeks} weeks` : `${weeks} weeks`,
      adherence: Number(fields.adherence.value), dropout: Number(fields.dropout.value), alpha: Number(fields.alpha.value),
      multiplicity: usable.length > 2 ? "holm" : null, washout: kind === "crossover" ? `${weeks} weeks` : null,
    }),
    writeTable("study", { source: "assumed", who: "human", design: kind }),
    writeTable("population", {}),
    writeTable("inclusion", { what: "age", lowest: Number(fields.youngest.value), highest: Number(fields.oldest.value) }),
    ...usable.map((one) => writeTable("arm", { id: one.id, n: each })),
    ...usable.filter((one) => one.product !== "placebo").flatMap((one) => (TIMES[one.times] ?? TIMES[1]).map((at) =>
      writeTable("dose", { arm: one.id, product: one.product, amount: one.dose, at, with_meal: true }))),
    ...chosen.map((one) => writeTable("endpoint", { id: one.observable, observable: one.observable, measure: one.measure, level: one.level, unit: one.unit, better: "up" })),
    ...chosen.map((one) => writeTable("assessment", { endpoint: one.observable, primary: one.observable === fields.primary.value, analyses })),
  ].join("\n\n") + "\n";
}
