// Ask the REST interface, which is the same for everybody, and tell what went wrong.

import { make, page, text } from "./page.js";

const view = crypto.randomUUID();
const MOST_TRIES = 5;

export class Problem extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Ask; a newer question of the same place makes an older one void: then it is null. */
export async function ask(path, body, { place, method } = {}) {
  const headers = { Accept: "application/json" };
  const request = { headers, method: method ?? "GET" };
  if (body !== undefined) {
    request.method = "POST";
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  if (place) headers["X-Brainmag-View"] = `${view}-${place}`;
  const address = `/api/${path}${path.includes("?") ? "&" : "?"}lang=${page.lang}`;
  for (let left = MOST_TRIES; ; left -= 1) {
    const answer = await reach(address, request);
    if (answer.status === 503 && left > 1) {
      // More is asked than can be answered just now: it says after how long to come back.
      const seconds = Number(answer.headers.get("Retry-After")) || 1;
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      continue;
    }
    const told = await answer.json().catch(() => null);
    if (answer.ok && told !== null) return told;
    if (told?.error?.code === "app.superseded") return null;
    throw new Problem(told?.error?.code ?? String(answer.status), told?.error?.message ?? text("unreachable"));
  }
}

async function reach(address, request) {
  try {
    return await fetch(address, request);
  } catch {
    throw new Problem("app.unreachable", text("unreachable"));
  }
}

const problem = document.getElementById("problem");

/** Show what went wrong, or take it away. */
export function tell(error) {
  problem.hidden = !error;
  problem.replaceChildren();
  if (error) {
    if (!(error instanceof Problem)) console.error(error);
    problem.append(make("p", {}, error.message));
  }
}

/** Do something and show what goes wrong with it. */
export async function attempt(doing) {
  try {
    tell(null);
    return await doing();
  } catch (error) {
    tell(error);
    return null;
  }
}
