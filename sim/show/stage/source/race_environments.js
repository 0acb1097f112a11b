/** Execution environments in a race: each fills while its work lasts. */

import { hatch } from "./marks.js";
import { markColour } from "./palette.js";
import { boxOf } from "./race_layout.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./journeys.js").Work} Work
 * @typedef {import("./race_layout.js").Box} Box
 * @typedef {import("./race_layout.js").LaneLayout} LaneLayout
 */

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {LaneLayout} layout
 * @param {Work[][]} works by environment
 * @param {number} instant
 */
export function drawEnvironments(pen, palette, layout, works, instant) {
  for (let row = 0; row < layout.boxCount; row += 1) {
    const box = boxOf(layout, row);
    const mine = works[row] ?? [];
    const work = workAt(mine, instant);
    if (work) drawFilling(pen, palette, box, work, instant);
    drawOutline(pen, palette, box, mine.length > 0 && mine[0].from <= instant);
  }
}

/**
 * The work that an environment does at an instant.
 *
 * @param {Work[]} works by their starts
 * @param {number} instant
 */
function workAt(works, instant) {
  let low = 0;
  let high = works.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (works[middle].from <= instant) low = middle + 1;
    else high = middle;
  }
  const work = works[low - 1];
  return work && instant < work.to ? work : null;
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Box} box
 * @param {Work} work
 * @param {number} instant
 */
function drawFilling(pen, palette, box, work, instant) {
  const share = Math.min(1, (instant - work.from) / Math.max(work.to - work.from, 1e-9));
  const width = box.width - 2;
  const height = Math.max(1, share * (box.height - 2));
  const left = box.left + 1;
  const top = box.top + box.height - 1 - height;
  pen.fillStyle = palette.paper;
  pen.fillRect(left, box.top + 1, width, box.height - 2);
  pen.fillStyle = workColour(palette, work.mark);
  pen.globalAlpha = work.mark === "init" ? 0.75 : 0.45;
  pen.fillRect(left, top, width, height);
  pen.globalAlpha = 1;
  if (work.mark === "failure" || work.mark === "timeout") hatch(pen, palette, left, top, width, height);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Box} box
 * @param {boolean} isThere
 */
function drawOutline(pen, palette, box, isThere) {
  pen.strokeStyle = isThere ? palette.axis : palette.grid;
  pen.lineWidth = box.width > 14 ? 1.5 : 1;
  pen.setLineDash(isThere ? [] : [4, 3]);
  pen.beginPath();
  pen.roundRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1, Math.min(5, box.width / 5));
  pen.stroke();
  pen.setLineDash([]);
}

/**
 * What will succeed is green only when it has.
 *
 * @param {Palette} palette
 * @param {string} mark
 */
export function workColour(palette, mark) {
  return mark === "success" ? palette.working : markColour(palette, mark);
}
