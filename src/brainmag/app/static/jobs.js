// A job of the server: asked for, followed until it has ended, whatever happens to the server meanwhile.

import { ask, tell } from "./ask.js";
import { text } from "./page.js";

const EVERY_MS = 700;

/** Follow a job; `show` is called with every state, and what it gives back is the last one. */
export async function followJob(id, show, isWanted = () => true) {
  let isLost = false;
  while (isWanted()) {
    try {
      const told = await ask(nameJob(id));
      if (isLost) tell(null);
      isLost = false;
      show(told);
      if (!["queued", "running"].includes(told.state)) return told;
    } catch (error) {
      tell(error);
      if (error.code !== "app.unreachable") return null;
      isLost = true;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return null;
}

/** Return what a job's state is in words, with the time that is left. */
export function writeState(told) {
  const left = told.state === "running" && told.left_s !== null ? ` ${text("task.left", { span: writeSpan(told.left_s) })}` : "";
  const error = told.error ? ` ${told.error.message}` : "";
  return `${text(`task.${told.state}`)}${left}${error}`;
}

function writeSpan(seconds) {
  return seconds > 90
    ? text("task.minutes", { number: Math.round(seconds / 60) })
    : text("task.seconds", { number: Math.max(1, Math.round(seconds)) });
}

/** End a job. */
export const cancelJob = (id) => ask(nameJob(id), undefined, { method: "DELETE" });

/** Return the path of a job, or of something that belongs to it. */
export const nameJob = (id, part = "") => `jobs/${encodeURIComponent(id)}${part && `/${part}`}`;
