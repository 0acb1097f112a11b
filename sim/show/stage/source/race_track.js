/** The countdown track of a race: the place of what waits is the time to its next try. */

import { font, wrapped, writeWithin } from "./pen.js";
import { spoken } from "./times.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./race_course.js").Course} Course
 * @typedef {import("./race_layout.js").Box} Box
 * @typedef {import("./race_places.js").Dot} Dot
 * @typedef {import("./times.js").Countdown} Countdown
 */

export const TRACK_HEAD = 18; // pixels for who keeps the events
export const TRACK_FOOT = 18; // pixels for the scale
export const TRAY_COLUMNS = 5;
export const TRAY_STEP = 8; // pixels from record to record
const FRAME = 0.7; // of a step, around the records of a tray

/**
 * @param {Countdown} scale
 * @param {Box} track
 * @param {number} seconds to the next try
 */
export function trackX(scale, track, seconds) {
  return track.left + track.width - 14 - scale.share(seconds) * (track.width - 36);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Box} track
 */
export function drawNobody(pen, palette, track) {
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.font = font(11.5);
  pen.fillStyle = palette.secondary;
  const lines = wrapped(pen, "nobody: the caller holds the line", track.width - 20, 2);
  lines.forEach((line, at) => pen.fillText(line, track.left + 10, track.top + 4 + 15 * at));
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Box} track
 * @param {string} keeper
 * @param {Countdown | null} scale null: the track has no places
 */
export function drawTrack(pen, palette, track, keeper, scale) {
  pen.fillStyle = palette.paper;
  pen.strokeStyle = palette.grid;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.roundRect(track.left, track.top, track.width, track.height, 6);
  pen.fill();
  pen.stroke();
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.font = font(11.5);
  pen.fillStyle = palette.secondary;
  writeWithin(pen, keeper, track.left + 8, track.top + 4, track.width - 16);
  if (scale) drawTicks(pen, palette, scale, track);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Countdown} scale
 * @param {Box} track
 */
function drawTicks(pen, palette, scale, track) {
  const bottom = track.top + track.height;
  pen.font = font(11);
  pen.textAlign = "center";
  pen.textBaseline = "bottom";
  let free = -Infinity;
  for (const tick of [...scale.ticks, 0]) {
    const x = trackX(scale, track, tick);
    pen.strokeStyle = palette.grid;
    pen.beginPath();
    pen.moveTo(x, track.top + TRACK_HEAD + 2);
    pen.lineTo(x, bottom - TRACK_FOOT);
    pen.stroke();
    const words = tick === 0 ? "now" : spoken(tick);
    const half = pen.measureText(words).width / 2;
    if (x - half < free) continue;
    free = x + half + 6;
    pen.fillStyle = palette.secondary;
    pen.fillText(words, Math.min(x, track.left + track.width - half - 4), bottom - 4);
  }
}

/**
 * A frame around the records that come to a function, or back from it, together.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Course} course
 * @param {Box} track
 * @param {Dot[]} dots
 */
export function drawTrays(pen, palette, course, track, dots) {
  pen.lineWidth = 1;
  pen.strokeStyle = palette.axis;
  for (const [batch, inTray] of byBatch(course, dots)) {
    const count = course.batches.get(batch)?.length ?? 0;
    const right = Math.max(...inTray.map(({ x }) => x)) + TRAY_STEP * FRAME;
    const top = Math.min(...inTray.map(({ y }) => y)) - TRAY_STEP * FRAME;
    const width = (Math.min(count, TRAY_COLUMNS) + 2 * FRAME - 1) * TRAY_STEP;
    const height = (Math.ceil(count / TRAY_COLUMNS) + 2 * FRAME - 1) * TRAY_STEP;
    pen.beginPath();
    pen.roundRect(Math.max(track.left, right - width), top, width, height, 3);
    pen.stroke();
  }
}

/**
 * @param {Course} course
 * @param {Dot[]} dots
 * @returns {Map<number, Dot[]>}
 */
function byBatch(course, dots) {
  /** @type {Map<number, Dot[]>} */
  const trays = new Map();
  for (const dot of dots) {
    const { where, mark, batch } = dot.step;
    if (where !== "waiting" || mark === "source" || !course.batches.has(batch)) continue;
    trays.set(batch, [...(trays.get(batch) ?? []), dot]);
  }
  return trays;
}
