/** Where each delivery is at an instant: with its sender, waiting, in an environment, bouncing off, or at its end. */

import { NO_ENVIRONMENT, spansOf } from "./scene.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./show_clock.js").ShowClock} ShowClock
 *
 * @typedef {"waiting" | "environment" | "bounce" | "end"} Where
 *
 * @typedef {object} Step
 * @property {number} at seconds of the run
 * @property {Where} where
 * @property {number} environment row; -1: none
 * @property {number} batch of this work, or of the work that it waits for; 0: alone
 * @property {number} until when the wait or the run ends; Infinity: not within the run
 * @property {number} attempt the try that this is, or that comes next
 * @property {string} mark
 *
 * @typedef {object} Journey
 * @property {number} delivery
 * @property {Step[]} steps in order of time
 */

const WORK = new Set(["init", "success", "failure", "timeout", "running", "not reached"]);

/**
 * The journey of each delivery of a lane.
 *
 * @param {Scene} scene
 * @param {number} lane
 * @returns {Journey[]}
 */
export function journeysOf(scene, lane) {
  const { first, count } = scene.lanes[lane];
  const journeys = Array.from({ length: count }, (_, place) => ({ delivery: first + place, steps: stepsOf(scene, first + place) }));
  const begun = batchStarts(journeys);
  return journeys.map(({ delivery, steps }) => ({ delivery, steps: waitsUntilWork(withTurns(steps, begun)) }));
}

/**
 * When the work on each batch begins.
 *
 * @param {Journey[]} journeys
 * @returns {Map<number, number>}
 */
function batchStarts(journeys) {
  /** @type {Map<number, number>} */
  const begun = new Map();
  for (const { steps } of journeys)
    for (const { where, batch, at } of steps) if (where === "environment" && batch) begun.set(batch, Math.min(at, begun.get(batch) ?? Infinity));
  return begun;
}

/**
 * A record comes to its environment with its batch, and there waits for its turn.
 *
 * @param {Step[]} steps
 * @param {Map<number, number>} begun by batch
 * @returns {Step[]}
 */
function withTurns(steps, begun) {
  let last = 0;
  return steps.flatMap((step) => {
    const at = begun.get(step.batch) ?? Infinity;
    const waits = step.where === "environment" && step.batch !== last && at < step.at;
    if (step.where === "environment") last = step.batch;
    return waits ? [{ ...step, at, until: step.at, mark: "not reached" }, step] : [step];
  });
}

/**
 * @param {Scene} scene
 * @param {number} delivery
 * @returns {Step[]}
 */
function stepsOf(scene, delivery) {
  const { arrived, start, stop, mark, environment, batch, attempt, settled } = scene.column;
  const began = arrived[delivery];
  const ended = Number.isNaN(settled[delivery]) ? Infinity : began + settled[delivery];
  const [from, to] = spansOf(scene, delivery);
  /** @type {Step[]} */
  const steps = [{ at: began, where: "waiting", environment: -1, batch: 0, until: Infinity, attempt: 1, mark: "source" }];
  for (let span = from; span < to; span += 1) {
    const name = scene.marks[mark[span]];
    if (name === "extension") continue;
    const works = WORK.has(name) && environment[span] !== NO_ENVIRONMENT;
    steps.push({
      at: began + start[span],
      where: name === "throttle" ? "bounce" : works ? "environment" : "waiting",
      environment: works ? environment[span] : -1,
      batch: batch[span],
      until: began + stop[span],
      attempt: attempt[span],
      mark: name,
    });
  }
  if (ended < Infinity) steps.push({ at: ended, where: "end", environment: -1, batch: 0, until: Infinity, attempt: 0, mark: "end" });
  steps.sort((a, b) => a.at - b.at || Number(a.where === "end") - Number(b.where === "end"));
  return withoutAfterEnd(steps);
}

/**
 * What has come to its end may still be worked on, but waits no more.
 *
 * @param {Step[]} steps
 */
function withoutAfterEnd(steps) {
  const end = steps.findIndex((step) => step.where === "end");
  if (end < 0) return steps;
  return steps.filter((step, place) => place <= end || step.where === "environment");
}

/**
 * A wait lasts until the next try, however many stages it has.
 *
 * @param {Step[]} steps
 */
function waitsUntilWork(steps) {
  let until = Infinity;
  let next = 1;
  let batch = 0;
  for (let place = steps.length - 1; place >= 0; place -= 1) {
    const step = steps[place];
    if (step.where === "waiting") {
      step.until = until;
      step.attempt = next;
      step.batch = batch;
    } else if (step.where !== "end") {
      until = step.at;
      next = step.attempt;
      batch = step.batch;
    }
  }
  return steps;
}

/**
 * The place of the step that a journey is in at an instant; -1: it has not begun.
 *
 * @param {Journey} journey
 * @param {number} instant
 */
export function stepAt({ steps }, instant) {
  let low = -1;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle].at <= instant) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A run, or an init, of an environment with the records that it works on.
 *
 * @typedef {object} Work
 * @property {number} from
 * @property {number} to
 * @property {string} mark
 * @property {number} batch
 * @property {number[]} deliveries
 * @property {{from: number, to: number, mark: string}[]} records as many as deliveries
 */

/**
 * What each environment of a lane does, in order of time.
 *
 * @param {Scene} scene
 * @param {Journey[]} journeys
 * @param {number} environments
 * @returns {Work[][]}
 */
export function worksOf(scene, journeys, environments) {
  /** @type {Work[][]} */
  const works = Array.from({ length: environments }, () => []);
  /** @type {Map<string, Work>} */
  const batches = new Map();
  for (const { delivery, steps } of journeys)
    for (const step of steps) {
      if (step.where !== "environment") continue;
      if (step.mark === "not reached") continue;
      const record = { from: step.at, to: step.until, mark: step.mark };
      const key = `${step.environment} ${step.batch} ${step.mark === "init"}`;
      const batch = step.batch ? batches.get(key) : undefined;
      if (batch) {
        addRecord(batch, delivery, record);
        continue;
      }
      const work = { ...record, batch: step.batch, deliveries: [delivery], records: [record] };
      if (step.batch) batches.set(key, work);
      works[step.environment]?.push(work);
    }
  for (const each of works) each.sort((a, b) => a.from - b.from || a.to - b.to);
  return works;
}

/**
 * @param {Work} work
 * @param {number} delivery
 * @param {{from: number, to: number, mark: string}} record
 */
function addRecord(work, delivery, record) {
  work.from = Math.min(work.from, record.from);
  work.to = Math.max(work.to, record.to);
  if (record.mark !== "success" && record.mark !== "init") work.mark = record.mark;
  work.deliveries.push(delivery);
  work.records.push(record);
}
