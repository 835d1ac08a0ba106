// The table of numbers: narrowed while somebody types, kept as files.

import { makeFiles } from "./files.js";
import { fill, keepAddress, page, text } from "./page.js";

const form = document.querySelector("[role=search]");
const table = document.getElementById("numbers");
const rows = [...table.tBodies[0].rows].map((row) => ({ row, words: row.textContent.toLowerCase().replaceAll("_", " ") }));
const read = (row) => [...row.cells].map((cell) => cell.textContent.trim());

function narrow() {
  const words = form.elements.search.value.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
  for (const one of rows) one.row.hidden = !words.every((word) => one.words.includes(word));
  const found = rows.filter((one) => !one.row.hidden);
  document.getElementById("count").value = text("count", { found: found.length, total: page.total });
  keepAddress({ station: form.elements.station?.value, search: form.elements.search.value });
  const data = { heads: read(table.tHead.rows[0]), rows: found.map((one) => read(one.row)) };
  fill(document.getElementById("files"), makeFiles("brainmag-numbers", data));
}

// What the server narrowed already is not here to be found again: a shorter word asks it anew.
const asked = form.elements.search.value;
form.elements.search.addEventListener("input", () => {
  if (asked && !form.elements.search.value.startsWith(asked)) form.requestSubmit();
  else narrow();
});
narrow();
