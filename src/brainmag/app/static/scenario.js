// A form that describes who takes what: what its fields may be, and what they ask of the interface.

import { page, text, write } from "./page.js";

const species = Object.fromEntries(page.species.map((one) => [one.name, one]));
const products = Object.fromEntries(page.products.map((one) => [one.name, one]));
const DOSES = {
  g: { range: [0, 4, 0.1], first: 1, written: (n) => `${n} g` },
  "mg Mg": { range: [0, 500, 1], first: 72, written: (n) => `${n} mg Mg` },
  capsules: { range: [0, 8, 1], first: 2, written: (n) => `${n} capsules` },
  "mg/kg": { range: [0, 1000, 1], first: 604, written: (n) => `${n} mg/kg` },
  "mg Mg/kg": { range: [0, 80, 1], first: 50, written: (n) => `${n} mg Mg/kg` },
};
const FIELDS = ["who", "age", "sex", "weight", "egfr", "egfr_of_age", "diet_mg", "cells", "condition",
  "product", "dose", "unit", "times_a_day", "mg", "threonate", "weeks", "hypothesis"];

/** Return the units that a dose of this product may have in this body. */
function listUnits(who, product) {
  if (who !== "human") return ["mg/kg", "mg Mg/kg"];
  return products[product]?.is_formula ? ["capsules"] : ["g", "mg Mg"];
}

export class ScenarioForm {
  constructor(form, prefix) {
    this.form = form;
    this.prefix = prefix;
  }

  field(name) {
    return this.form.elements[name];
  }

  get(name) {
    const field = this.field(name);
    if (name === "condition") {
      return [...field].filter((one) => one.checked && !one.closest("label").hidden).map((one) => one.value);
    }
    if (field.type === "checkbox") return field.checked;
    return field.value;
  }

  /** Fill in what an address or the page says; what is missing keeps what is usual. */
  read(query, first) {
    const asked = (name) => query.get(this.prefix + name) ?? first[name];
    this.field("who").value = species[asked("who")] ? asked("who") : "human";
    this.setRange("weeks", [1, 52, 1], 12);
    this.setRange("times_a_day", [1, 4, 1], 1);
    this.setRange("mg", [0.1, 3, 0.05], 0.8);
    this.setRange("threonate", [0, 1000, 10], 0);
    this.adapt(true);
    this.field("product").value = products[asked("product")] ? asked("product") : "";
    this.field("hypothesis").value = "mineral";
    for (const name of ["sex", "cells", "hypothesis"]) this.choose(name, asked(name));
    this.adaptDose(asked("unit"));
    for (const name of ["age", "weight", "diet_mg", "dose", "times_a_day", "mg", "threonate", "weeks", "egfr"]) {
      const value = asked(name);
      if (value !== undefined && value !== null && Number.isFinite(Number(value))) this.field(name).value = value;
    }
    this.field("egfr_of_age").checked = query.get(`${this.prefix}egfr`) === null;
    const conditions = query.getAll(`${this.prefix}condition`);
    for (const one of this.field("condition")) one.checked = conditions.includes(one.value);
    this.show();
  }

  choose(name, value) {
    const field = this.field(name);
    const known = [...(field.options ?? field)].map((one) => one.value);
    if (known.includes(value)) field.value = value;
  }

  setRange(name, [low, high, step], value) {
    const field = this.field(name);
    [field.min, field.max, field.step] = [low, high, step];
    field.value = value;
  }

  /** Bring the fields in line with who it is. */
  adapt(anew) {
    const who = this.get("who");
    const { ranges, usual } = species[who];
    const isDish = who === "culture";
    for (const part of this.form.querySelectorAll("[data-field]")) {
      const name = part.dataset.field;
      part.hidden = isDish
        ? !["cells", "mg", "threonate", "weeks", "condition"].includes(name)
        : ["cells", "mg", "threonate"].includes(name) || (["egfr", "egfr_of_age"].includes(name) && who !== "human");
    }
    for (const label of this.form.querySelectorAll("label[data-who]")) {
      label.hidden = !label.dataset.who.split(",").includes(who);
    }
    if (anew) {
      const sex = this.get("sex") || "f";
      for (const [name, range] of Object.entries(ranges)) {
        this.setRange(name, range, name === "weight" ? usual[`weight_${sex}`] : usual[name] ?? 85);
      }
      // What animals of the studies drank is told for a whole day.
      if (who !== "human") this.field("times_a_day").value = 1;
    }
    this.adaptDose();
  }

  /** Bring the dose in line with what it is a dose of. */
  adaptDose(unit) {
    const field = this.field("unit");
    const units = listUnits(this.get("who"), this.get("product"));
    const asked = unit ?? field.value;
    const chosen = units.includes(asked) ? asked : units[0];
    field.replaceChildren(...units.map((one) => new Option(one, one, false, one === chosen)));
    field.value = chosen;
    // The slider counts in the unit it was set for; the field has the new one already.
    if (chosen !== this.unit) this.setRange("dose", DOSES[chosen].range, DOSES[chosen].first);
    this.unit = chosen;
  }

  /** Write beside each slider what it says, and hide what says nothing now. */
  show() {
    const who = this.get("who");
    const isNothing = !this.get("product");
    for (const name of ["dose", "unit", "times_a_day"]) {
      this.form.querySelector(`[data-field="${name}"]`).hidden = isNothing || who === "culture";
    }
    this.field("egfr").disabled = this.get("egfr_of_age");
    for (const output of this.form.querySelectorAll("output")) {
      const field = this.field(output.dataset.of);
      const unit = output.dataset.of === "dose" ? this.get("unit") : field.dataset.unit;
      output.value = `${write(Number(field.value), 4)} ${unit}`.trim();
    }
    const units = page.texts.age_units;
    this.form.querySelector('output[data-of="age"]').value = `${this.get("age")} ${who === "human" ? units.years : units.months}`;
    this.form.querySelector('output[data-of="weeks"]').value = `${this.get("weeks")} ${units.weeks}`;
    if (this.get("egfr_of_age")) this.form.querySelector('output[data-of="egfr"]').value = "";
  }

  /** Return what the interface is asked: the names and values of the command line. */
  list(draws) {
    const who = this.get("who");
    const asked = { who, for: `${this.get("weeks")} weeks`, hypothesis: this.get("hypothesis"), uncertainty: draws, seed: 1 };
    const conditions = this.get("condition");
    if (conditions.length) asked.condition = conditions;
    if (who === "culture") {
      return { ...asked, cells: this.get("cells"), mg: `${this.get("mg")} mmol/L`, threonate: `${this.get("threonate")} umol/L` };
    }
    Object.assign(asked, {
      age: who === "human" ? this.get("age") : `${this.get("age")} months`,
      sex: this.get("sex"), weight: this.get("weight"), diet_mg: this.get("diet_mg"),
    });
    if (who === "human" && !this.get("egfr_of_age")) asked.egfr = this.get("egfr");
    const amount = Number(this.get("dose"));
    if (this.get("product") && amount > 0) {
      Object.assign(asked, { product: this.get("product"), dose: DOSES[this.get("unit")].written(amount), times_a_day: this.get("times_a_day") });
      // Animals of the published studies drink it.
      if (who !== "human" && products[this.get("product")].is_soluble) asked.in_water = true;
    }
    return asked;
  }

  /** Say in a line what was asked: what is taken, for how long and under which explanation. */
  write(asked) {
    const [amount, ...unit] = (asked.dose ?? "").split(" ");
    const taken = asked.who === "culture"
      ? text("medium", { mg: parseFloat(asked.mg), threonate: parseFloat(asked.threonate) })
      : asked.product ? `${products[asked.product].label}, ${write(Number(amount))} ${unit.join(" ")} × ${asked.times_a_day}` : page.texts.nothing;
    return `${species[asked.who].label}: ${taken}, ${parseFloat(asked.for)} ${page.texts.age_units.weeks}, ${asked.hypothesis}`;
  }

  /** Return what the address says of this form. */
  describe() {
    const told = {};
    for (const name of FIELDS) {
      const part = this.form.querySelector(`[data-field="${name}"]`);
      if (name === "egfr_of_age" || part?.hidden) continue;
      if (name === "egfr" && this.get("egfr_of_age")) continue;
      told[this.prefix + name] = this.get(name);
    }
    return told;
  }
}
