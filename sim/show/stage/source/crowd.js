/** A lane of more events than can be seen one by one: how full each place is at an instant. */

import { drawFigure, endRoom } from "./race_ends.js";
import { boxOf } from "./race_layout.js";
import { hatch } from "./marks.js";
import { endColour } from "./palette.js";
import { font } from "./pen.js";
import { stepOf } from "./scene.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").End} End
 * @typedef {import("./race_layout.js").LaneLayout} LaneLayout
 * @typedef {import("./race_layout.js").Box} Box
 */

const EDGES = ["now", "30 s", "1 min", "2 min"]; // of the time to the next try: where each class begins
const CLASSES = EDGES.length; // the last one has no end

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} lane
 * @param {LaneLayout} layout
 * @param {number} instant
 * @param {End[]} shownEnds
 * @param {(end: End) => number | null} earlier the pinned run's counts
 */
export function drawCrowd(pen, palette, scene, lane, layout, instant, shownEnds, earlier) {
  const times = scene.bands?.times ?? 1;
  const at = stepOf(scene, instant);
  const value = (/** @type {string} */ name) => scene.column[name][lane * times + at];
  const most = (/** @type {string} */ name) => Math.max(1, ...scene.column[name].subarray(lane * times, (lane + 1) * times));
  drawWaiting(pen, palette, scene, lane, layout.track, at, most("crowd_waiting"));
  drawRunning(pen, palette, layout, value("crowd_running"), value("crowd_init"), value("crowd_failing"), most("crowd_running"));
  drawThrottles(pen, palette, layout, value("crowd_throttles"), most("crowd_throttles"));
  shownEnds.forEach((end, place) => {
    const room = endRoom(layout.ends, shownEnds.length, place);
    const count = scene.column.crowd_ends[(lane * scene.ends.length + scene.ends.indexOf(end)) * times + at];
    drawFigure(pen, palette, room, end, Math.round(count), earlier(end));
    drawBar(pen, endColour(palette, end), palette, room, count / Math.max(1, scene.lanes[lane].events));
  });
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {number} lane
 * @param {Box} track
 * @param {number} at
 * @param {number} most
 */
function drawWaiting(pen, palette, scene, lane, track, at, most) {
  const times = scene.bands?.times ?? 1;
  const width = (track.width - 40) / CLASSES;
  const room = track.height - 44;
  if (scene.lanes[lane].keeper === null) return;
  pen.font = font(11);
  pen.textAlign = "center";
  pen.textBaseline = "bottom";
  let free = Infinity;
  for (let part = 0; part < CLASSES; part += 1) {
    const count = scene.column.crowd_countdown[(lane * CLASSES + part) * times + at];
    const edge = track.left + track.width - 20 - part * width;
    const middle = edge - width / 2;
    const half = pen.measureText(EDGES[part]).width / 2;
    pen.fillStyle = palette.secondary;
    if (edge + half <= free) {
      pen.fillText(EDGES[part], edge, track.top + track.height - 4);
      free = edge - half - 4;
    }
    if (!count) continue;
    const height = Math.max(1, (count / most) * room);
    const bottom = track.top + track.height - 20;
    pen.fillStyle = palette.wait;
    pen.fillRect(middle - width / 2 + 3, bottom - height, width - 6, height);
    pen.fillStyle = palette.ink;
    pen.fillText(Math.round(count).toLocaleString("en"), middle, bottom - height - 2);
  }
}

/**
 * Environments at work, as many boxes as there are.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {LaneLayout} layout
 * @param {number} running
 * @param {number} init
 * @param {number} failing
 * @param {number} most
 */
function drawRunning(pen, palette, layout, running, init, failing, most) {
  const shown = layout.boxCount;
  const each = Math.max(1, most / shown);
  for (let row = 0; row < shown; row += 1) {
    const box = boxOf(layout, row);
    const place = row * each;
    const used = place < running + init;
    pen.fillStyle = place < failing ? palette.failure : place < running ? palette.working : used ? palette.init : palette.paper;
    pen.strokeStyle = used ? palette.axis : palette.grid;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.rect(box.left, box.top, box.width, box.height);
    pen.fill();
    pen.stroke();
    if (place < failing) hatch(pen, palette, box.left, box.top, box.width, box.height);
  }
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {LaneLayout} layout
 * @param {number} throttles
 * @param {number} most
 */
function drawThrottles(pen, palette, { environments, card }, throttles, most) {
  if (!throttles) return;
  const height = Math.max(4, (throttles / most) * (card.height - 30));
  pen.fillStyle = palette.throttle;
  pen.fillRect(environments.left - 9, card.top + (card.height - height) / 2, 5, height);
}

/**
 * @param {Pen} pen
 * @param {string} colour
 * @param {Palette} palette
 * @param {Box} room
 * @param {number} share
 */
function drawBar(pen, colour, palette, room, share) {
  const width = room.width - 110;
  const height = Math.min(14, room.height / 3);
  const top = room.top + (room.height - height) / 2;
  pen.fillStyle = palette.grid;
  pen.fillRect(room.left, top, width, height);
  pen.fillStyle = colour;
  pen.fillRect(room.left, top, width * Math.min(1, share), height);
}

/**
 * How many events of a lane are where, in words.
 *
 * @param {Scene} scene
 * @param {number} lane
 * @param {number} instant
 */
export function crowdWords(scene, lane, instant) {
  const times = scene.bands?.times ?? 1;
  const at = stepOf(scene, instant);
  const { crowd_ends: ends, crowd_waiting: waiting, crowd_running: running } = scene.column;
  const settled = scene.ends.map((end, place) => /** @type {const} */ ([ends[(lane * scene.ends.length + place) * times + at], end === "told" ? "told of an error" : end]));
  const counts = [...settled, /** @type {const} */ ([waiting[lane * times + at], "waiting"]), /** @type {const} */ ([running[lane * times + at], "running"])];
  return counts.filter(([count, words]) => count && words !== "under way").map(([count, words]) => `${Math.round(count).toLocaleString("en")} ${words}`).join(", ");
}
