// The claims: which are open stands in the address; an article is audited by the interface.

import { ask, attempt } from "./ask.js";
import { makeFiles } from "./files.js";
import { fill, keepAddress, make, makeTable, page, text } from "./page.js";

const claims = [...document.querySelectorAll("details[data-claim]")];
const asked = new URLSearchParams(location.search).getAll("claim");
for (const one of claims) {
  one.open = asked.includes(one.dataset.claim);
  one.addEventListener("toggle", () => keepAddress({ claim: claims.filter((each) => each.open).map((each) => each.dataset.claim) }));
}
if (asked.length) document.getElementById(`open-${asked[0]}`)?.scrollIntoView();

// A line of the overview opens its claim.
for (const link of document.querySelectorAll('.ledger a[href^="#c"]')) {
  link.addEventListener("click", () => {
    const target = document.getElementById(link.hash.slice(1))?.closest("details");
    if (target) target.open = true;
  });
}

fill(document.getElementById("files"), makeFiles("brainmag-claims", {
  heads: ["claim", "level", "says", "verdict", "certainty", "needs", "weight", "weight_low", "weight_high"],
  rows: page.ledger.claims.map((one) => [one.id, one.level, one.claim, one.verdict, one.certainty, one.needs, one.weight.value, one.weight.low, one.weight.high]),
}, page.ledger));

const form = document.getElementById("article");
form.elements.file.addEventListener("change", async () => {
  const [file] = form.elements.file.files;
  if (file) form.elements.text.value = await file.text();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  document.getElementById("checking").textContent = text("checking");
  const told = await attempt(() => ask("audit", { text: form.elements.text.value }));
  document.getElementById("checking").textContent = "";
  if (told) show(told);
});

const { audit, verdicts } = page;

function show(told) {
  const verdictOf = Object.fromEntries(told.claims.map((one) => [one.id, verdicts[one.verdict]]));
  const flags = told.findings.flatMap((one) => one.flags.map((flag) => [String(one.line), one.claim, flag.reference, audit.flag[flag.flag] ?? flag.flag, flag.says]));
  const findings = told.findings.map((one) => [String(one.line), one.claim, [audit.status[one.status], one.denied_by && `(${one.denied_by})`].filter(Boolean).join(" "),
    quote(one), verdictOf[one.claim], one.references.join(", ")]);
  const references = told.references.map((one) => [one.id, [...new Set(one.places.map((place) => place.line))].join(", "), audit.subject[one.subject] ?? one.subject, text(one.known ? "known" : "unknown"), tellRemarks(one), tellSays(one)]);
  const heads = (part, ...names) => names.map((name) => audit[part][name]);
  fill(document.getElementById("audited"), 
    make("p", {}, text("found", { references: told.references.length, claims: told.findings.length, flags: flags.length })),
    ...told.article.warnings.map((one) => make("p", { class: "warn" }, audit.warning[one].replace("{encoding}", told.article.encoding))),
    flags.length ? makeTable(audit.flags.title, heads("flags", "line", "claim", "reference", "flag", "says"), flags) : make("p", {}, audit.flags.none),
    findings.length ? makeTable(audit.findings.title, heads("findings", "line", "claim", "status", "words", "verdict", "references"), findings) : make("p", {}, audit.findings.none),
    references.length ? makeTable(audit.references.title, [...heads("references", "reference", "lines", "subject"), text("ledger"), ...heads("references", "remarks", "says")], references) : make("p", {}, audit.references.none),
    makeFiles("brainmag-audit", { heads: ["line", "claim", "status", "sentence", "verdict"], rows: told.findings.map((one) => [one.line, one.claim, one.status, one.sentence, verdictOf[one.claim]]) }, told));
}

/** Say what must be known of a reference. */
function tellRemarks(one) {
  const keys = ["retracted", "mixed"].filter((key) => one[key]);
  if (!one.known) return [...keys, "unknown"].map((key) => audit.remark[key]).join(", ");
  if (one.industry) keys.push("industry");
  else if (one.industry === null) keys.push("unchecked");
  if (!one.claims.length) keys.push("outside");
  return keys.map((key) => audit.remark[key]).join(", ");
}

/** Say what a source says itself, of each claim. */
const tellSays = (one) => [...new Set(one.claims.map((claim) => claim.says))].join(" ") || one.says;

/** Return the sentence with the words that were matched marked in it. */
function quote(finding) {
  const parts = [];
  let at = 0;
  for (const { start, end } of finding.words) {
    const [from, to] = [start - finding.start, end - finding.start];
    parts.push(finding.sentence.slice(at, from), make("mark", {}, finding.sentence.slice(from, to)));
    at = to;
  }
  return make("span", {}, ...parts, finding.sentence.slice(at));
}
