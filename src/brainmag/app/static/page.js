// What the server told this page, its texts, and numbers as its language writes them.

export const page = JSON.parse(document.getElementById("page").textContent);

/** Return a text of this page with its values filled in; numbers take the language's form. */
export function text(key, values = {}) {
  const found = key.split(".").reduce((part, name) => part?.[name], page.texts);
  if (typeof found !== "string") throw new Error(`no text ${key}`);
  return found.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? write(value) : value;
  });
}

const formats = new Map();

/** Return a number with so many significant digits, in the language's own form. */
export function write(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!formats.has(digits)) {
    formats.set(digits, new Intl.NumberFormat(page.lang, { maximumSignificantDigits: digits }));
  }
  return formats.get(digits).format(value).replace("-", "\u2212");
}

/** Return the step to which numbers are rounded that stand beside an interval of this width. */
function findStep(low, high) {
  const size = Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0));
  return size > 0 && Number.isFinite(size) ? 10 ** (Math.floor(Math.log10(size)) - 2) : 0;
}

/** Round a number to what its interval can tell: what is far below that is none. */
export function round(value, low, high) {
  const step = findStep(low, high);
  return step > 0 && value !== null ? Math.round(value / step) * step : value;
}

/** Return a median with its interval in brackets. */
export function writeLevel(middle, low, high) {
  const [a, b, c] = [middle, low, high].map((value) => write(round(value, low, high)));
  return `${a} (${b} ${text("to")} ${c})`;
}

/** Return a change with its sign. */
export function writeChange(value, digits = 2) {
  if (value === null || value === undefined) return "–";
  const written = write(Math.abs(value) < 1e-9 ? 0 : value, digits);
  return value > 1e-9 ? `+${written}` : written;
}

/** Make an element: make("td", {class: "n"}, "text", child, ...). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const namespace = "http://www.w3.org/2000/svg";

/** Fill an element anew; what is null is left out. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/** Make an element of a drawing. */
export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Make a table from heads and rows of cells; the first cell of a row is its head. */
export function makeTable(caption, heads, rows) {
  const body = rows.map((cells) =>
    make("tr", {}, ...cells.map((cell, place) =>
      place ? make("td", {}, cell ?? "–") : make("th", { scope: "row" }, cell))));
  return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    make("table", {},
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...body)));
}

/** Make what must be said of answers that hold only under an explanation which is not proven. */
export function makeCondition(answers) {
  const told = answers.flatMap((answer) => answer.notes).find((one) => one.code === "hypothesis_carrier");
  return told ? make("p", { class: "warn small" }, told.text) : null;
}

/** Keep the address in step with what is shown, so that it reproduces the view. */
export function keepAddress(values) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "" && one !== false) {
        query.append(key, one === true ? "1" : one);
      }
    }
  }
  const written = query.toString();
  history.replaceState(null, "", written ? `?${written}` : location.pathname);
  showAddress();
}

function showAddress() {
  document.getElementById("view-address").textContent = location.href;
  for (const link of document.querySelectorAll("a[data-language]")) {
    link.search = location.search;
  }
}

showAddress();
