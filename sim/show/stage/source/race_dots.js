/** How events are drawn in a race. */

import { endSign, signOf } from "./marks.js";
import { font } from "./pen.js";
import { workColour } from "./race_environments.js";
import { atSender } from "./race_places.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./race_layout.js").LaneLayout} LaneLayout
 * @typedef {import("./race_places.js").Dot} Dot
 */

const FAILS = new Set(["failure", "timeout"]);
const NUMBERED = 6.5; // pixels of radius from which a dot can hold a number
const CLEAR = 20; // lines; more of them are paler, for they cross
const TURN = 2 * Math.PI;

/**
 * Dots of one colour are one path: hundreds of single ones a frame are slow to paint.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Scene} scene
 * @param {Dot[]} dots
 */
export function drawDots(pen, palette, scene, dots) {
  const { end, store } = scene.column;
  const hasSign = (/** @type {Dot} */ { step, delivery }) => step.where === "end" && scene.ends[end[delivery]] !== "delivered";
  for (const [colour, same] of byColour(palette, dots.filter((dot) => !hasSign(dot)))) drawSame(pen, colour, same);
  for (const { x, y, radius, delivery } of dots.filter(hasSign)) endSign(pen, palette, signOf(scene.ends[end[delivery]], store[delivery]), x, y, radius);
  drawNumbers(pen, dots);
}

/**
 * @param {Palette} palette
 * @param {Dot[]} dots
 * @returns {Map<string, Dot[]>}
 */
function byColour(palette, dots) {
  /** @type {Map<string, Dot[]>} */
  const groups = new Map();
  for (const dot of dots) {
    const colour = dotColour(palette, dot);
    const same = groups.get(colour);
    if (same) same.push(dot);
    else groups.set(colour, [dot]);
  }
  return groups;
}

/**
 * @param {Pen} pen
 * @param {string} colour
 * @param {Dot[]} dots
 */
function drawSame(pen, colour, dots) {
  pen.fillStyle = colour;
  pen.beginPath();
  for (const { x, y, radius } of dots) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, TURN);
  }
  pen.fill();
}

/**
 * @param {Palette} palette
 * @param {Dot} dot
 */
function dotColour(palette, { step, bounces, travels }) {
  if (bounces) return palette.throttle;
  if (step.where === "end") return palette.success;
  if (step.where === "waiting" || travels) return palette.wait;
  return workColour(palette, step.mark);
}

/**
 * The try that comes next, in dots that wait for another; a sign in those that fail or bounce.
 *
 * @param {Pen} pen
 * @param {Dot[]} dots
 */
function drawNumbers(pen, dots) {
  pen.font = font(11, true);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = "#FFFFFF";
  for (const dot of dots) {
    if (dot.radius < NUMBERED) continue;
    const sign = signIn(dot);
    if (sign) pen.fillText(sign, dot.x, dot.y + 0.5);
  }
}

/** @param {Dot} dot */
function signIn({ step, bounces, travels }) {
  if (step.where === "end") return "";
  if (bounces) return "×";
  if (step.where === "waiting" || travels) return step.attempt > 1 ? String(step.attempt) : "";
  return FAILS.has(step.mark) ? "!" : "";
}

/**
 * A caller who waits holds a line to the run of their call.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {LaneLayout} layout
 * @param {Dot[]} dots
 */
export function drawHeldLines(pen, palette, layout, dots) {
  const held = dots.filter(({ step }) => step.where !== "end");
  pen.strokeStyle = palette.axis;
  pen.lineWidth = 1;
  pen.globalAlpha = Math.min(1, CLEAR / Math.max(1, held.length));
  pen.beginPath();
  for (const dot of held) {
    const [x, y] = atSender(dot.delivery, layout);
    pen.moveTo(x, y);
    pen.lineTo(dot.x, dot.y);
  }
  pen.stroke();
  pen.globalAlpha = 1;
  pen.fillStyle = palette.secondary;
  for (const dot of held) {
    const [x, y] = atSender(dot.delivery, layout);
    pen.fillRect(x - 3, y - 3, 6, 6);
  }
}

/**
 * @param {Pen} pen
 * @param {string} colour
 * @param {Dot} dot
 */
export function ringAround(pen, colour, { x, y, radius }) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, radius + 3, 0, TURN);
  pen.stroke();
}
