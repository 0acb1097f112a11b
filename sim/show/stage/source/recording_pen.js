/** A pen for tests: remembers what was drawn, with its colour. */

/**
 * @typedef {import("./pen.js").Pen} Pen
 *
 * @typedef {object} Drawn
 * @property {"rect" | "circle" | "text" | "line"} shape
 * @property {number} x
 * @property {number} y
 * @property {number} width or radius
 * @property {string} colour
 * @property {string} text
 */

/** @returns {{pen: Pen, drawn: Drawn[]}} */
export function recordingPen() {
  /** @type {Drawn[]} */
  const drawn = [];
  /** @type {Omit<Drawn, "colour">[]} */
  let path = [];
  const add = (/** @type {Omit<Drawn, "colour">} */ shape, /** @type {unknown} */ colour) => void drawn.push({ ...shape, colour: String(colour) });
  const nothing = () => {};
  /** @type {Pen} */
  const pen = {
    fillStyle: "",
    strokeStyle: "",
    lineWidth: 1,
    globalAlpha: 1,
    font: "",
    textAlign: "left",
    textBaseline: "top",
    beginPath: () => void (path = []),
    closePath: nothing,
    moveTo: nothing,
    lineTo: (x, y) => void path.push({ shape: "line", x, y, width: 0, text: "" }),
    arc: (x, y, width) => void path.push({ shape: "circle", x, y, width, text: "" }),
    rect: (x, y, width) => void path.push({ shape: "rect", x, y, width, text: "" }),
    roundRect: nothing,
    bezierCurveTo: nothing,
    fill: () => path.filter(({ shape }) => shape !== "line").forEach((shape) => add(shape, pen.fillStyle)),
    stroke: () => path.filter(({ shape }) => shape === "line").forEach((shape) => add(shape, pen.strokeStyle)),
    fillRect: (x, y, width) => add({ shape: "rect", x, y, width, text: "" }, pen.fillStyle),
    fillText: (text, x, y) => add({ shape: "text", x, y, width: 0, text }, pen.fillStyle),
    measureText: (text) => ({ width: 6 * text.length }),
    setLineDash: nothing,
  };
  return { pen, drawn };
}
