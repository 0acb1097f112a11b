/** Ages of more events than rows can hold: each row stands for many, and is as full as they are. */

import { EDGE } from "./age_frame.js";
import { markColour } from "./palette.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./times.js").AgeAxis} AgeAxis
 */

const WHOLE = 255;

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} lane
 * @param {{left: number, top: number, width: number, height: number}} place
 * @param {AgeAxis} axis
 */
export function drawAgeBands(pen, palette, scene, lane, place, axis) {
  if (!scene.bands) return;
  const { age_lane: lanes, age_row: rows, age_bin: bins, age_mark: marks, age_share: shares } = scene.column;
  const { bins: count, from, to, rows: rowCount } = scene.bands;
  // whole pixels: neighbours that share one would show a seam
  const edge = (/** @type {number} */ bin) => Math.round(place.left + axis.share(from * (to / from) ** (bin / count)) * (place.width - EDGE));
  const top = (/** @type {number} */ row) => Math.round(place.top + (row * place.height) / rowCount);
  for (let cell = 0; cell < lanes.length; cell += 1) {
    if (lanes[cell] !== lane) continue;
    const left = edge(bins[cell]);
    pen.fillStyle = markColour(palette, scene.marks[marks[cell]]);
    pen.globalAlpha = Math.max(0.15, shares[cell] / WHOLE);
    pen.fillRect(left, top(rows[cell]), Math.max(1, edge(bins[cell] + 1) - left), Math.max(1, top(rows[cell] + 1) - top(rows[cell])));
  }
  pen.globalAlpha = 1;
}
