/** How a run's time passes on the stage: evenly where something happens, many times faster where nothing does. */

import { WAITS } from "./palette.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 *
 * @typedef {object} ShowClock
 * @property {number} length seconds that the whole run takes to play at speed 1
 * @property {(instant: number) => number} shown from seconds of the run to seconds of the show
 * @property {(shown: number) => number} instant from seconds of the show to seconds of the run
 * @property {number} pace seconds of the run in a second of the show, where something happens
 * @property {number} factor how many times faster quiet times pass; 1: there are none
 * @property {(instant: number) => boolean} quiet
 */

const LENGTH = 24; // seconds of the show, about
const FACTORS = [5, 20, 100, 500, 2000, 10000, 50000, 250000];
const QUIET_PART = 0.35; // of the show, at most
const LEAST_QUIET = 0.04; // of the show: shorter pauses are no quiet times
const CALM = 3; // a pause is quiet if it is so many times longer than the time that is busy on average

/**
 * @param {Scene} scene
 * @returns {ShowClock}
 */
export function showClock(scene) {
  if (scene.column.grid) return gridClock(scene.column.grid);
  const busy = busyTimes(scene);
  const until = Math.max(scene.seconds, 1e-6);
  const quiet = between(busy, until);
  const quietLength = quiet.reduce((sum, [from, to]) => sum + to - from, 0);
  const busyLength = until - quietLength;
  const factor = quietLength ? factorOf(quietLength, busyLength) : 1;
  const pace = (busyLength + quietLength / factor) / LENGTH;
  return { ...mapping(quiet, until, pace, factor), pace, factor, quiet: (instant) => quiet.some(([from, to]) => from <= instant && instant < to) };
}

const MUCH = 4; // times longer than most: a step of quiet time

/**
 * The clock of a crowd: each step of its grid, short where much happens, takes as long.
 *
 * @param {import("./scene.js").Column} grid the ends of its steps, in seconds
 * @returns {ShowClock}
 */
function gridClock(grid) {
  const instants = [0, ...grid];
  const shows = instants.map((_, step) => (step * LENGTH) / grid.length);
  const lengths = instants.slice(1).map((end, step) => end - instants[step]);
  const usual = Math.max(1e-9, lengths.toSorted((a, b) => a - b)[lengths.length >> 2]);
  const times = Math.max(...lengths) / usual;
  return {
    ...clockOf(instants, shows),
    pace: (usual * grid.length) / LENGTH,
    factor: times > MUCH ? (FACTORS.findLast((factor) => factor <= times) ?? 1) : 1,
    quiet: (instant) => lengths[Math.min(lengths.length - 1, firstAbove(grid, instant))] > MUCH * usual,
  };
}

/**
 * @param {number[]} instants rising
 * @param {number[]} shows rising
 */
function clockOf(instants, shows) {
  return {
    length: shows[shows.length - 1],
    shown: (/** @type {number} */ instant) => interpolated(instants, shows, instant),
    instant: (/** @type {number} */ shown) => interpolated(shows, instants, shown),
  };
}

/**
 * @param {number} quiet seconds
 * @param {number} busy seconds
 */
function factorOf(quiet, busy) {
  const most = (busy * QUIET_PART) / (1 - QUIET_PART);
  return FACTORS.find((factor) => quiet / factor <= most) ?? FACTORS[FACTORS.length - 1];
}

/**
 * The times in which something is seen to happen, joined where they nearly touch.
 *
 * @param {Scene} scene
 * @returns {[number, number][]}
 */
function busyTimes(scene) {
  const { arrived, start, stop, mark, first_span: firstSpan } = scene.column;
  const waits = new Set(scene.marks.flatMap((name, code) => (WAITS.has(name) ? [code] : [])));
  /** @type {[number, number][]} */
  const times = [];
  for (let delivery = 0; delivery < (arrived?.length ?? 0); delivery += 1) {
    const at = arrived[delivery];
    times.push([at, at]);
    for (let span = firstSpan[delivery]; span < firstSpan[delivery + 1]; span += 1)
      if (!waits.has(mark[span])) times.push([at + start[span], at + stop[span]]);
  }
  times.sort((a, b) => a[0] - b[0]);
  return joined(times, pauseOf(times, scene.seconds));
}

/**
 * How long nothing may happen before the time counts as quiet.
 *
 * @param {[number, number][]} times
 * @param {number} until
 */
function pauseOf(times, until) {
  const busy = joined(times, 0).reduce((sum, [from, to]) => sum + to - from, 0);
  return Math.min(until * LEAST_QUIET, Math.max(0.5, (CALM * busy) / Math.max(1, times.length)));
}

/**
 * @param {[number, number][]} times by their starts
 * @param {number} pause
 */
function joined(times, pause) {
  /** @type {[number, number][]} */
  const whole = [];
  for (const [from, to] of times) {
    const last = whole[whole.length - 1];
    if (last && from - last[1] <= pause) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return whole;
}

const LEAD = 0.25; // of a pause is left at each of its ends, at most LEAD_SECONDS of a show's pace

/**
 * The pauses between busy times, without a little time at each end.
 *
 * @param {[number, number][]} busy
 * @param {number} until
 * @returns {[number, number][]}
 */
function between(busy, until) {
  const total = busy.reduce((sum, [from, to]) => sum + to - from, 0);
  const lead = Math.max(total / 40, until / 2000);
  /** @type {[number, number][]} */
  const quiet = [];
  let last = 0;
  for (const [from, to] of [...busy, /** @type {[number, number]} */ ([until, until])]) {
    const edge = Math.min(lead, (from - last) * LEAD);
    if (from - last > 2 * edge && from > last) quiet.push([last + edge, from - edge]);
    last = Math.max(last, to);
  }
  return quiet.filter(([from, to]) => to - from > until / 1000);
}

/**
 * @param {[number, number][]} quiet
 * @param {number} until
 * @param {number} pace
 * @param {number} factor
 */
function mapping(quiet, until, pace, factor) {
  const instants = [0];
  const shows = [0];
  const add = (/** @type {number} */ instant, /** @type {number} */ rate) => {
    const last = instants.length - 1;
    if (instant <= instants[last]) return;
    shows.push(shows[last] + (instant - instants[last]) / rate);
    instants.push(instant);
  };
  for (const [from, to] of quiet) {
    add(from, pace);
    add(to, pace * factor);
  }
  add(until, pace);
  return clockOf(instants, shows);
}

/**
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} value
 */
function interpolated(from, to, value) {
  const last = from.length - 1;
  if (value >= from[last]) return to[last];
  if (value <= 0) return to[0];
  const above = firstAbove(from, value);
  const share = (value - from[above - 1]) / (from[above] - from[above - 1] || 1);
  return to[above - 1] + share * (to[above] - to[above - 1]);
}

/**
 * The place of the first number above a value, in rising numbers.
 *
 * @param {ArrayLike<number>} numbers
 * @param {number} value
 * @param {number} [from]
 * @param {number} [to]
 */
export function firstAbove(numbers, value, from = 0, to = numbers.length) {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
