/** Where events end in a race: a dot each, and their number in a large figure. */

import { endColour } from "./palette.js";
import { font, writeWithin } from "./pen.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").End} End
 * @typedef {import("./race_layout.js").Box} Box
 */

const FIGURE = 100; // pixels of width for a count and its word
const LARGE = 44; // pixels of height from which a figure is large
const WORDS = { told: "told of error", parked: "kept aside" };

/**
 * The room of one of several ends.
 *
 * @param {Box} ends
 * @param {number} many
 * @param {number} place
 * @returns {Box}
 */
export function endRoom(ends, many, place) {
  const height = ends.height / many;
  return { left: ends.left, top: ends.top + place * height, width: ends.width, height };
}

/**
 * The part of it that dots have.
 *
 * @param {Box} room
 * @returns {Box}
 */
export function dotRoom(room) {
  return { left: room.left, top: room.top + 3, width: Math.max(20, room.width - FIGURE), height: room.height - 8 };
}

/**
 * How many events of an end fit, and how.
 *
 * @param {Box} room
 * @param {number} count
 */
export function dotsIn(room, count) {
  const spacing = Math.max(2.2, Math.min(13, Math.sqrt((room.width * room.height) / Math.max(1, count))));
  const columns = Math.max(1, Math.floor(room.width / spacing));
  const rows = Math.ceil(count / columns);
  const rowSpacing = rows * spacing > room.height ? Math.max(2, room.height / rows) : spacing;
  return { spacing, rowSpacing, columns, radius: Math.min(spacing, rowSpacing) * 0.4 };
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Box} room
 * @param {End} end
 * @param {number} count
 * @param {number | null} earlier the count of the pinned run; null: there is none
 */
export function drawFigure(pen, palette, room, end, count, earlier) {
  const x = room.left + room.width - FIGURE + 6;
  const middle = room.top + room.height / 2;
  const large = room.height >= LARGE;
  const figure = count.toLocaleString("en");
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillStyle = count ? endColour(palette, end) : palette.secondary;
  pen.font = font(large ? 22 : 14, true);
  const width = pen.measureText(figure).width;
  pen.fillText(figure, x, large ? middle - 9 : middle);
  pen.font = font(11);
  pen.fillStyle = palette.secondary;
  if (earlier !== null && large) writeWithin(pen, `was ${earlier.toLocaleString("en")}`, x + width + 5, middle - 7, FIGURE - 12 - width);
  const word = /** @type {Record<string, string>} */ (WORDS)[end] ?? end;
  if (large) writeWithin(pen, word, x, middle + 11, FIGURE - 8);
  else writeWithin(pen, word, x + width + 4, middle, FIGURE - 10 - width);
}
