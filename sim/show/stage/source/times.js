/** Times as people say them, and the ticks of axes of time. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const TICKS = [1e-3, 1e-2, 0.1, 1, 10, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 4 * DAY, 40 * DAY];

/**
 * A time in the unit a person would say.
 *
 * @param {number} seconds
 */
export function spoken(seconds) {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < MINUTE) return `${short(seconds, seconds < 10 ? 1 : 0)} s`;
  if (seconds < HOUR) return twoUnits(seconds, MINUTE, "min", 1, "s");
  if (seconds < 2 * DAY) return twoUnits(seconds, HOUR, "h", MINUTE, "min");
  return twoUnits(seconds, DAY, "days", HOUR, "h");
}

/**
 * @param {number} seconds
 * @param {number} big
 * @param {string} bigName
 * @param {number} small
 * @param {string} smallName
 */
function twoUnits(seconds, big, bigName, small, smallName) {
  const rounded = Math.round(seconds / small) * small;
  const rest = Math.round((rounded % big) / small);
  const whole = `${Math.floor(rounded / big)} ${bigName}`;
  return rest ? `${whole} ${rest} ${smallName}` : whole;
}

/**
 * A number without zeros that say nothing.
 *
 * @param {number} value
 * @param {number} digits
 */
function short(value, digits) {
  return String(Number(value.toFixed(digits)));
}

/**
 * A clock that keeps its width: minutes and seconds, with hours where the run needs them.
 *
 * @param {number} seconds
 * @param {number} until the end of the run
 */
export function clock(seconds, until) {
  if (until < MINUTE) return `${seconds.toFixed(until < 10 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  if (until < HOUR) return `${minutes} min ${two(whole % MINUTE)} s`;
  return `${Math.floor(whole / HOUR)} h ${two(minutes)} min ${two(whole % MINUTE)} s`;
}

/**
 * A logarithmic axis of ages.
 *
 * @typedef {object} AgeAxis
 * @property {number} from seconds at the left edge
 * @property {number} to seconds at the right edge
 * @property {(age: number) => number} share of the width, from 0 to 1
 * @property {(share: number) => number} age at a share of the width
 * @property {number[]} ticks
 */

/**
 * An axis that holds ages from the fastest to the slowest.
 *
 * @param {number} fastest seconds
 * @param {number} slowest seconds
 * @returns {AgeAxis}
 */
export function ageAxis(fastest, slowest) {
  const from = 10 ** Math.floor(Math.log10(Math.max(1e-3, Math.min(fastest, 0.1) / 2)));
  const to = Math.max(slowest * 1.25, from * 100);
  const decades = Math.log(to / from);
  return {
    from,
    to,
    share: (age) => Math.min(1, Math.log(Math.max(age, from) / from) / decades),
    age: (share) => from * Math.exp(share * decades),
    ticks: TICKS.filter((tick) => tick > from * 1.2 && tick <= to),
  };
}

/**
 * A track on which the time to the next try is a place: 0 is now, 1 the longest wait.
 *
 * @typedef {object} Countdown
 * @property {(seconds: number) => number} share
 * @property {number[]} ticks
 */

const COUNTDOWN_TICKS = [1, 5, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 4 * DAY];
const NEAR = 12; // what is nearer than this part of the longest wait gets half of the track

/**
 * @param {number} longest wait of a lane, in seconds
 * @returns {Countdown}
 */
export function countdown(longest) {
  const unit = Math.max(longest, 1) / NEAR;
  const whole = Math.log1p(Math.max(longest, 1) / unit);
  const share = (/** @type {number} */ seconds) => Math.min(1, Math.log1p(Math.max(0, seconds) / unit) / whole);
  const ticks = COUNTDOWN_TICKS.filter((tick) => tick <= Math.max(longest, 1) * 1.01);
  return { share, ticks: apart(ticks.reverse(), share) };
}

const TICK_SPACE = 0.13; // of the track

/**
 * The ticks, from the longest on, that stand far enough apart.
 *
 * @param {number[]} ticks
 * @param {(seconds: number) => number} share
 */
function apart(ticks, share) {
  /** @type {number[]} */
  const kept = [];
  let last = 2;
  for (const tick of ticks)
    if (last - share(tick) >= TICK_SPACE && share(tick) >= TICK_SPACE) {
      kept.push(tick);
      last = share(tick);
    }
  return kept;
}
