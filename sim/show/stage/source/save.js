/** Saved pictures: the title above, the settings below, drawn by the same views as on the screen. */

import { GIFEncoder, applyPalette, quantize } from "gifenc";
import { font, wrapped } from "./pen.js";
import { svgPen } from "./svg_pen.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./view.js").View} View
 * @typedef {import("./view.js").Moment} Moment
 *
 * @typedef {object} Sheet what is saved
 * @property {View} view
 * @property {Palette} palette
 * @property {Moment} moment
 * @property {string} title
 * @property {string} caption
 * @property {number} width
 */

const MARGIN = 16;
const TITLE = 24; // pixels a line
const LINE = 15;
const CRISP = 2; // pixels of a picture for one of the page
const FRAMES = 90;
const GIF_WIDTH = 760;
const COLOURS = 64;
const SECONDS = 12; // of an animation

/**
 * @param {Sheet} sheet
 * @returns {Promise<Blob>}
 */
export async function pngOf(sheet) {
  const { canvas, pen, height } = blank(sheet, CRISP);
  drawSheet(pen, sheet, height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"));
}

/**
 * @param {Sheet} sheet
 * @returns {Blob}
 */
export function svgOf(sheet) {
  const { height } = blank(sheet, 1);
  const pen = svgPen(sheet.width, height, ruler());
  drawSheet(pen, sheet, height);
  return new Blob([pen.text(sheet.title)], { type: "image/svg+xml" });
}

/**
 * An animation of the whole run; `instant` maps seconds of the show to those of the run.
 *
 * @param {Sheet} sheet
 * @param {{length: number, instant: (shown: number) => number}} clock
 * @param {(share: number) => void} progress
 * @returns {Promise<Blob>}
 */
export async function gifOf(sheet, clock, progress) {
  const small = { ...sheet, width: Math.min(sheet.width, GIF_WIDTH) };
  const { canvas, pen, height } = blank(small, 1);
  const gif = GIFEncoder();
  const delay = (SECONDS * 1000) / FRAMES;
  for (let frame = 0; frame <= FRAMES; frame += 1) {
    const moment = { ...small.moment, instant: clock.instant((frame / FRAMES) * clock.length) };
    drawSheet(pen, { ...small, moment }, height);
    const { data } = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (pen)).getImageData(0, 0, canvas.width, canvas.height);
    const palette = quantize(data, COLOURS);
    const last = frame === FRAMES ? 2000 : delay;
    gif.writeFrame(applyPalette(data, palette), canvas.width, canvas.height, { palette, delay: last });
    progress(frame / FRAMES);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  gif.finish();
  return new Blob([gif.bytes()], { type: "image/gif" });
}

/**
 * @param {Sheet} sheet
 * @param {number} ratio
 */
function blank(sheet, ratio) {
  const canvas = document.createElement("canvas");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const height = heightOf(pen, sheet);
  canvas.width = sheet.width * ratio;
  canvas.height = height * ratio;
  pen.scale(ratio, ratio);
  return { canvas, pen: /** @type {Pen} */ (pen), height };
}

/**
 * @param {Pen} pen
 * @param {Sheet} sheet
 */
function linesOf(pen, sheet) {
  const room = sheet.width - 2 * MARGIN;
  pen.font = font(16, true);
  const title = wrapped(pen, sheet.title, room, 3);
  pen.font = font(11.5);
  const caption = sheet.caption ? wrapped(pen, sheet.caption, room, 12) : [];
  return { title, caption };
}

/**
 * @param {Pen} pen
 * @param {Sheet} sheet
 */
function heightOf(pen, sheet) {
  const { title, caption } = linesOf(pen, sheet);
  return Math.ceil(2 * MARGIN + title.length * TITLE + sheet.view.height(sheet.width - 2 * MARGIN) + 12 + caption.length * LINE);
}

/**
 * @param {Pen} pen
 * @param {Sheet} sheet
 * @param {number} height
 */
function drawSheet(pen, sheet, height) {
  const { view, palette, moment, width } = sheet;
  const { title, caption } = linesOf(pen, sheet);
  const top = MARGIN + title.length * TITLE;
  const inner = width - 2 * MARGIN;
  pen.fillStyle = palette.paper;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = palette.ink;
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.font = font(16, true);
  title.forEach((line, at) => pen.fillText(line, MARGIN, MARGIN + at * TITLE));
  const moved = shifted(pen, MARGIN, top);
  view.draw(moved, palette, inner, view.height(inner), moment);
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.font = font(11.5);
  pen.fillStyle = palette.secondary;
  const foot = top + view.height(inner) + 12;
  caption.forEach((line, at) => pen.fillText(line, MARGIN, foot + at * LINE));
}

/**
 * A pen whose places are moved; both kinds of pen can be moved so.
 *
 * @param {Pen} pen
 * @param {number} dx
 * @param {number} dy
 * @returns {Pen}
 */
function shifted(pen, dx, dy) {
  /** @type {Partial<Record<keyof Pen, number>>} how many of the arguments are pairs of places */
  const pairs = { moveTo: 1, lineTo: 1, arc: 1, rect: 1, roundRect: 1, fillRect: 1, bezierCurveTo: 3 };
  return new Proxy(pen, {
    get(target, key) {
      const name = /** @type {keyof Pen} */ (key);
      const value = target[name];
      if (typeof value !== "function") return value;
      const call = /** @type {(...values: unknown[]) => unknown} */ (value).bind(target);
      if (name === "fillText") return (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => call(text, x + dx, y + dy);
      const count = pairs[name];
      if (!count) return call;
      return (/** @type {number[]} */ ...values) => call(...values.map((each, at) => (at < 2 * count ? each + (at % 2 ? dy : dx) : each)));
    },
    set(target, key, value) {
      Object.assign(target, { [key]: value });
      return true;
    },
  });
}

function ruler() {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  return {
    width: (/** @type {string} */ text, /** @type {string} */ style) => {
      pen.font = style;
      return pen.measureText(text).width;
    },
  };
}
