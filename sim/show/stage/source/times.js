/** Times as people say them, and the ticks of axes of time. */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const YEAR = 365.25 * DAY;
const TICKS = [1e-3, 1e-2, 0.1, 1, 10, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 4 * DAY, 40 * DAY];

/**
 * A length of time as people say it: the twin of `spoken` in `sim/phrases.py`, to the letter.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function spoken(seconds) {
  if (Number.isNaN(seconds)) return "–";
  const text = Math.abs(seconds) === Infinity ? "∞" : said(rounded(Math.abs(seconds), 6));
  return seconds < 0 && text !== "0 s" ? `−${text}` : text;
}

/** @param {number} seconds 0 or more, in whole microseconds */
function said(seconds) {
  const tenths = rounded(seconds, 1);
  if (tenths < 2 * MINUTE) return belowTwoMinutes(seconds);
  if (tenths < 10 * MINUTE) return twoUnits(tenths, MINUTE, "min", "s");
  if (rounded(seconds, 0) < HOUR) return twoUnits(rounded(seconds, 0), MINUTE, "min", "s");
  const minutes = rounded(seconds / MINUTE, 0);
  return minutes < (2 * DAY) / MINUTE ? twoUnits(minutes, 60, "h", "min") : days(seconds);
}

/** @param {number} seconds */
function belowTwoMinutes(seconds) {
  if (seconds === 0) return "0 s";
  if (seconds < 0.9995) return `${threeDigits(seconds * 1000)} ms`;
  const hundredths = rounded(seconds, 2);
  return `${hundredths < 10 ? hundredths : rounded(seconds, 1)} s`;
}

/** @param {number} seconds */
function days(seconds) {
  const hours = rounded(seconds / HOUR, 0);
  if (hours < 2400) return twoUnits(hours, 24, "days", "h");
  const whole = rounded(seconds / DAY, 0);
  if (whole < 1000) return `${whole} days`;
  const years = seconds / YEAR;
  return years < 1e6 ? `${threeDigits(years)} years` : "1,000,000 years or more";
}

/**
 * A length in small units, of which `size` make a large one.
 *
 * @param {number} length
 * @param {number} size
 * @param {string} large
 * @param {string} small
 */
function twoUnits(length, size, large, small) {
  const rest = rounded(length % size, 1);
  const whole = `${Math.floor(length / size)} ${large}`;
  return rest ? `${whole} ${rest} ${small}` : whole;
}

/** @param {number} value from 0.001 to 1,000,000 */
export function threeDigits(value) {
  const decimals = [0, 1, 2, 3, 4, 5].find((places) => rounded(value, places) >= 10 ** (2 - places)) ?? 6;
  return rounded(value, decimals).toLocaleString("en-US", { maximumFractionDigits: decimals });
}

/**
 * The nearest number with so many decimals; halves go to the even one, as in Python.
 *
 * @param {number} value 0 or more
 * @param {number} decimals
 */
export function rounded(value, decimals) {
  const isHalf = Math.abs((value * 2 ** (decimals + 1)) % 2) === 1;
  if (!isHalf) return value < 1e15 ? Number(value.toFixed(decimals)) : value;
  const below = Math.floor(value * 10 ** decimals);
  return (below + (below % 2)) / 10 ** decimals;
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
