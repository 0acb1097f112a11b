/** A race in words: what an event does, and how a lane stands. */

import { stepAt } from "./journeys.js";
import { firstAbove } from "./show_clock.js";
import { spoken } from "./times.js";
import { tryName } from "./view.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./race_course.js").Course} Course
 * @typedef {import("./race_places.js").Dot} Dot
 */

const WORK = {
  init: "Its environment initialises (cold start)",
  failure: "The handler works on it, and will fail",
  timeout: "The handler works on it, until its timeout",
  "not reached": "Waits for its turn in the batch",
};

/**
 * @param {Scene} scene
 * @param {Dot} dot
 * @param {number} instant
 */
export function doing(scene, { step, delivery, bounces }, instant) {
  const { where, mark, attempt, until } = step;
  if (where === "end") return `${endSentence(scene.ends[scene.column.end[delivery]])} after ${spoken(scene.column.settled[delivery])}`;
  if (where === "environment") return `${/** @type {Record<string, string>} */ (WORK)[mark] ?? "The handler works on it"}${attempt > 1 ? `, ${tryName(attempt)}` : ""}`;
  const throttled = bounces ? "Throttled: no environment is free. " : "";
  if (where === "bounce" || until === Infinity) return `${throttled}Waits`;
  return `${throttled}Waits for ${attempt > 1 ? `its ${tryName(attempt)}` : "its run"}, in ${spoken(Math.max(0, until - instant))}`;
}

/** @param {string} end */
function endSentence(end) {
  return end === "told" ? "The caller was told of an error" : `${end.slice(0, 1).toUpperCase()}${end.slice(1)}`;
}

/**
 * How many are where, in a lane.
 *
 * @param {Course} course
 * @param {number} instant
 */
export function laneWords(course, instant) {
  let waiting = 0;
  let running = 0;
  for (const journey of course.journeys) {
    const where = journey.steps[stepAt(journey, instant)]?.where;
    if (where === "environment") running += 1;
    else if (where && where !== "end") waiting += 1;
  }
  const ends = course.ends.map((end) => /** @type {const} */ ([firstAbove(course.settled.get(end) ?? [], instant), end === "told" ? "told of an error" : end]));
  const counts = [...ends, /** @type {const} */ ([waiting, "waiting"]), /** @type {const} */ ([running, "running"])];
  const there = counts.filter(([count]) => count);
  return there.map(([count, words]) => `${count} ${words}`).join(", ") || "nothing has arrived yet";
}
