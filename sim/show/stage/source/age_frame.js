/** What stands around the rows of ages: a lane's name and count, and the axis that all lanes share. */

import { WAITS } from "./palette.js";
import { font, writeWithin } from "./pen.js";
import { ageAxis, spoken } from "./times.js";
import { plural } from "./view.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Lane} Lane
 * @typedef {import("./times.js").AgeAxis} AgeAxis
 *
 * @typedef {object} Place of one lane
 * @property {number} left
 * @property {number} top of its rows
 * @property {number} width
 * @property {number} height of its rows
 * @property {number} rowHeight of one of them
 */

export const HEAD = 50; // pixels for name, note and count of a lane
export const FOOT = 26; // pixels for the axis
export const EDGE = 12; // pixels at the right for the sign of what is under way
const NARROW_LANE = 230; // pixels of width; below it a lane's head is smaller

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Lane} lane
 * @param {Place} place
 */
export function drawHead(pen, palette, lane, place) {
  const top = place.top - HEAD;
  const figure = `${lane.counts.delivered.toLocaleString("en")} of ${lane.events.toLocaleString("en")}`;
  pen.textBaseline = "alphabetic";
  const narrow = place.width < NARROW_LANE;
  const right = place.left + place.width - EDGE;
  pen.font = font(narrow ? 15 : 20, true);
  const figureWidth = narrow ? 0 : pen.measureText(figure).width + 10;
  pen.textAlign = narrow ? "left" : "right";
  pen.fillStyle = lane.counts.delivered ? palette.success : palette.ink;
  pen.fillText(figure, narrow ? place.left : right, top + (narrow ? 38 : 22));
  pen.textAlign = "left";
  pen.fillStyle = palette.ink;
  pen.font = font(narrow ? 13 : 14, true);
  writeWithin(pen, lane.name, place.left, top + 20, right - place.left - figureWidth);
  if (narrow) return;
  pen.font = font(11.5);
  pen.fillStyle = palette.secondary;
  const each = lane.each > 1 ? `; a row stands for ${plural(lane.each, "event")}` : "";
  writeWithin(pen, `${lane.note}${each}`, place.left, top + 38, right - place.left);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {AgeAxis} axis
 * @param {Place} place
 */
export function drawAxis(pen, palette, axis, place) {
  const bottom = place.top + place.height + 2;
  const wide = place.width - EDGE;
  pen.font = font(11);
  pen.textAlign = "center";
  pen.textBaseline = "top";
  pen.lineWidth = 1;
  let free = place.left;
  for (const tick of axis.ticks) {
    const x = place.left + axis.share(tick) * wide;
    pen.strokeStyle = palette.grid;
    pen.beginPath();
    pen.moveTo(x, place.top - 2);
    pen.lineTo(x, bottom);
    pen.stroke();
    const half = pen.measureText(spoken(tick)).width / 2 + 4;
    if (x - half < free || x + half > place.left + place.width + 4) continue;
    free = x + half;
    pen.fillStyle = palette.secondary;
    pen.fillText(spoken(tick), x, bottom + 5);
  }
  pen.strokeStyle = palette.axis;
  pen.beginPath();
  pen.moveTo(place.left, bottom);
  pen.lineTo(place.left + place.width, bottom);
  pen.stroke();
}

/**
 * An axis that holds the ages of all lanes.
 *
 * @param {Scene} scene
 */
export function axisOf(scene) {
  if (scene.bands && !scene.column.row?.length) return ageAxis(scene.bands.from * 2, scene.bands.to / 1.25);
  const { start, stop, mark, settled } = scene.column;
  let fastest = Infinity;
  let slowest = scene.bands?.to ?? 0;
  for (let span = 0; span < (start?.length ?? 0); span += 1) {
    slowest = Math.max(slowest, stop[span]);
    if (!WAITS.has(scene.marks[mark[span]])) fastest = Math.min(fastest, stop[span]);
  }
  for (const each of settled ?? []) if (each > slowest) slowest = each;
  return ageAxis(fastest, slowest || 1);
}
