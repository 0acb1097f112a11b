/** What a race needs to know of a lane, to draw it at any instant. */

import { journeysOf, worksOf } from "./journeys.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").End} End
 * @typedef {import("./journeys.js").Journey} Journey
 * @typedef {import("./journeys.js").Work} Work
 *
 * @typedef {object} Course
 * @property {Journey[]} journeys
 * @property {Work[][]} works by environment
 * @property {End[]} ends that are shown
 * @property {Map<End, number[]>} settled by end: instants, rising
 * @property {Map<number, number>} slot by delivery: its place among those of its end
 * @property {Map<number, number[]>} batches by batch: its deliveries, where it has several
 * @property {boolean} waits whether somebody keeps waiting events
 */

/**
 * @param {Scene} scene
 * @param {number} lane
 * @returns {Course}
 */
export function courseOf(scene, lane) {
  const journeys = journeysOf(scene, lane);
  const ends = endsOf(scene, lane);
  const works = worksOf(scene, journeys, scene.lanes[lane].environments);
  const waits = scene.lanes[lane].keeper !== null || journeys.some(waitsBetweenTries);
  return { journeys, works, ends, ...settlements(scene, journeys, ends), batches: batchesOf(journeys), waits };
}

/** @param {Journey} journey */
function waitsBetweenTries({ steps }) {
  return steps.some(({ where, mark }) => where === "waiting" && (mark === "wait" || mark === "queue"));
}

/**
 * The ends that occur in a lane; and where nothing went wrong, what could have, so that a zero is seen.
 *
 * @param {Scene} scene
 * @param {number} lane
 * @returns {End[]}
 */
function endsOf(scene, lane) {
  const occurs = (/** @type {End} */ end) => scene.lanes[lane].counts[end] > 0;
  const shown = scene.ends.filter((end) => end !== "under way" && (end === "delivered" || occurs(end)));
  return shown.length > 1 ? shown : ["delivered", "lost"];
}

/**
 * When deliveries come to their ends, and the place of each among those of its end.
 *
 * @param {Scene} scene
 * @param {Journey[]} journeys
 * @param {End[]} ends
 * @returns {{settled: Map<End, number[]>, slot: Map<number, number>}}
 */
function settlements(scene, journeys, ends) {
  /** @type {Map<End, {delivery: number, at: number}[]>} */
  const byEnd = new Map(ends.map((end) => [end, []]));
  for (const { delivery, steps } of journeys) {
    const last = steps.find(({ where }) => where === "end");
    if (last) byEnd.get(scene.ends[scene.column.end[delivery]])?.push({ delivery, at: last.at });
  }
  const slot = new Map();
  const settled = new Map();
  for (const [end, list] of byEnd) {
    list.sort((a, b) => a.at - b.at);
    list.forEach(({ delivery }, place) => slot.set(delivery, place));
    const instants = list.map(({ at }) => at);
    settled.set(end, instants);
  }
  return { settled, slot };
}

/**
 * @param {Journey[]} journeys
 * @returns {Map<number, number[]>}
 */
function batchesOf(journeys) {
  /** @type {Map<number, Set<number>>} */
  const records = new Map();
  for (const { delivery, steps } of journeys)
    for (const { batch, where } of steps) {
      if (!batch || where !== "environment") continue;
      const known = records.get(batch) ?? new Set();
      records.set(batch, known.add(delivery));
    }
  const several = [...records].filter(([, deliveries]) => deliveries.size > 1);
  return new Map(several.map(([batch, deliveries]) => [batch, [...deliveries]]));
}

/**
 * The longest time that an event waits for a try, in seconds.
 *
 * @param {Course[]} courses
 */
export function longestWait(courses) {
  let longest = 1;
  for (const { journeys } of courses)
    for (const { steps } of journeys)
      for (const { where, mark, at, until } of steps) if (where === "waiting" && until < Infinity && mark !== "source") longest = Math.max(longest, until - at);
  return longest;
}
