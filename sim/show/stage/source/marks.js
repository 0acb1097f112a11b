/** The shapes of the visual language: never colour alone. */

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 */

const TURN = 2 * Math.PI;
const HATCH = 5; // pixels between two lines
const THIN_HATCH = 9;
const LEAST_HATCHED = 4; // pixels of height; below them lines would be a blur

/**
 * A bar of a failed run: white diagonal lines on orange.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
export function hatch(pen, palette, x, y, width, height) {
  if (height < LEAST_HATCHED) return hatchThin(pen, palette, x, y, width, height);
  if (width < LEAST_HATCHED) return;
  pen.strokeStyle = palette.hatch;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let at = HATCH / 2; at < width + height; at += HATCH) {
    const low = Math.max(0, at - height);
    const high = Math.min(width, at);
    pen.moveTo(x + low, y + at - low);
    pen.lineTo(x + high, y + at - high);
  }
  pen.stroke();
}

/**
 * The part of the page's diagonal lines that lies on a bar too thin for lines of its own.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function hatchThin(pen, palette, x, y, width, height) {
  const before = pen.fillStyle;
  pen.fillStyle = palette.hatch;
  const first = THIN_HATCH - ((x + y) % THIN_HATCH);
  for (let at = x + first; at < x + width - 1; at += THIN_HATCH) pen.fillRect(at, y, 1.5, height);
  pen.fillStyle = before;
}

/**
 * The sign of an end other than success, with its middle at x and y.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {string} end "told", "dead-letter queue", "destination", "lost", "under way", "filtered" or "given up"
 * @param {number} x
 * @param {number} y
 * @param {number} size half of its height
 */
export function endSign(pen, palette, end, x, y, size) {
  pen.lineWidth = Math.max(1.2, size / 3);
  pen.setLineDash([]);
  if (end === "told") return exclamation(pen, palette, x, y, size);
  if (end === "dead-letter queue" || end === "destination") return diamond(pen, palette, x, y, size, end === "destination");
  if (end === "lost") return circledCross(pen, palette, x, y, size);
  ring(pen, palette, x, y, size, end === "given up" ? palette.ink : palette.wait);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function exclamation(pen, palette, x, y, size) {
  pen.fillStyle = palette.failure;
  pen.beginPath();
  pen.arc(x, y, size, 0, TURN);
  pen.fill();
  if (size < 3) return;
  pen.fillStyle = "#FFFFFF";
  pen.fillRect(x - size / 6, y - size * 0.6, size / 3, size * 0.7);
  pen.fillRect(x - size / 6, y + size * 0.3, size / 3, size / 3);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {boolean} hollow
 */
function diamond(pen, palette, x, y, size, hollow) {
  pen.beginPath();
  pen.moveTo(x, y - size * 1.15);
  pen.lineTo(x + size, y);
  pen.lineTo(x, y + size * 1.15);
  pen.lineTo(x - size, y);
  pen.closePath();
  pen.fillStyle = hollow ? palette.paper : palette.ink;
  pen.strokeStyle = palette.ink;
  pen.fill();
  pen.stroke();
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function circledCross(pen, palette, x, y, size) {
  ring(pen, palette, x, y, size, palette.ink);
  const arm = size * 0.5;
  pen.beginPath();
  pen.moveTo(x - arm, y - arm);
  pen.lineTo(x + arm, y + arm);
  pen.moveTo(x - arm, y + arm);
  pen.lineTo(x + arm, y - arm);
  pen.stroke();
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} colour
 */
function ring(pen, palette, x, y, size, colour) {
  pen.beginPath();
  pen.arc(x, y, size, 0, TURN);
  pen.fillStyle = palette.paper;
  pen.strokeStyle = colour;
  pen.fill();
  pen.stroke();
}

/**
 * @param {Pen} pen
 * @param {string} colour
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function dot(pen, colour, x, y, radius) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, TURN);
  pen.fill();
}

/**
 * A throttle: an x in its own colour.
 *
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function throttleSign(pen, palette, x, y, size) {
  pen.strokeStyle = palette.throttle;
  pen.lineWidth = Math.max(1.5, size / 2.2);
  pen.beginPath();
  pen.moveTo(x - size, y - size);
  pen.lineTo(x + size, y + size);
  pen.moveTo(x - size, y + size);
  pen.lineTo(x + size, y - size);
  pen.stroke();
}

/**
 * The sign of the store or the end of a delivery.
 *
 * @param {string} end
 * @param {number} store 0: none, 1: a dead-letter queue, 2: a destination
 */
export function signOf(end, store) {
  if (end !== "parked") return end;
  return store === 2 ? "destination" : "dead-letter queue";
}
