/** The legend: only what occurs, each with its own mark. */

import { element } from "./dom.js";
import { dot, endSign, hatch, throttleSign } from "./marks.js";
import { MEANINGS, WAITS, markColour } from "./palette.js";

/**
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./pen.js").Pen} Pen
 */

const WIDTH = 22;
const HEIGHT = 12;
const BARS = new Set(["init", "success", "failure", "timeout", "running", "extension", "pinned"]);

/**
 * Drawn anew only where something else occurs, or in other colours: under a slider that is rare.
 *
 * @param {HTMLElement} root
 * @param {string[]} meanings
 * @param {Palette} palette
 */
export function fillLegend(root, meanings, palette) {
  const shown = [palette.ink, ...meanings].join();
  if (root.dataset.shown === shown) return;
  root.dataset.shown = shown;
  root.replaceChildren(...meanings.map((meaning) => element("span", {}, sampleOf(meaning, palette), MEANINGS[/** @type {keyof typeof MEANINGS} */ (meaning)] ?? meaning)));
}

/**
 * @param {string} meaning
 * @param {Palette} palette
 */
function sampleOf(meaning, palette) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = element("canvas", { width: WIDTH * ratio, height: HEIGHT * ratio, "aria-hidden": "true" });
  canvas.style.width = `${WIDTH}px`;
  canvas.style.height = `${HEIGHT}px`;
  const pen = /** @type {Pen | null} */ (/** @type {unknown} */ (canvas.getContext("2d")));
  if (!pen) return canvas;
  /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (pen)).scale(ratio, ratio);
  drawSample(pen, palette, meaning);
  return canvas;
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {string} meaning
 */
function drawSample(pen, palette, meaning) {
  const middle = HEIGHT / 2;
  pen.fillStyle = meaning === "pinned" ? palette.pinned : markColour(palette, meaning);
  if (WAITS.has(meaning)) return pen.fillRect(1, middle - 1, WIDTH - 2, 2);
  if (meaning === "throttle") return throttleSign(pen, palette, WIDTH / 2, middle, 4);
  if (meaning === "delivered") return dot(pen, palette.success, WIDTH / 2, middle, 4.5);
  if (!BARS.has(meaning)) return endSign(pen, palette, meaning, WIDTH / 2, middle, 4.5);
  pen.globalAlpha = meaning === "pinned" ? 0.35 : 1;
  pen.fillRect(1, middle - 4, WIDTH - 2, 8);
  if (meaning === "failure" || meaning === "timeout") hatch(pen, palette, 1, middle - 4, WIDTH - 2, 8);
  if (meaning === "timeout") pen.fillRect(WIDTH - 4, middle - 6, 3, 12);
}
