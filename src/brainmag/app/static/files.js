// What a person keeps: a table as CSV, its document as JSON.

import { make, text } from "./page.js";

/** Make the buttons that keep a table as CSV and its document as JSON. */
export function makeFiles(name, table, document) {
  const csv = () => keepFile(`${name}.csv`, "text/csv", writeCsv(table.heads, table.rows));
  const json = () => keepFile(`${name}.json`, "application/json", JSON.stringify(document ?? table, null, 1));
  return make("p", { class: "files" },
    make("button", { type: "button", onclick: csv }, text("keep_csv")),
    make("button", { type: "button", onclick: json }, text("keep_json")));
}

/** Let a person keep a text as a file. */
function keepFile(name, kind, content) {
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Return rows as comma-separated values with a point as decimal sign, whatever the language. */
function writeCsv(heads, rows) {
  const cell = (value) => {
    const written = value === null || value === undefined ? "" : String(value);
    // What begins like a formula must not become one in a spreadsheet.
    const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(written) ? `'${written}` : written;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [heads, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
