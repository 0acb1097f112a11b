/** A pen that writes SVG, so that a saved picture is drawn by the same code as the one on the screen. */

/** @typedef {import("./pen.js").Pen} Pen */

const PRECISION = 100;

/**
 * @param {number} width
 * @param {number} height
 * @param {{width: (text: string, font: string) => number}} ruler measures texts
 * @returns {Pen & {text: (title: string) => string}}
 */
export function svgPen(width, height, ruler) {
  /** @type {string[]} */
  const parts = [];
  let path = "";
  let dashes = "";
  const pen = {
    fillStyle: "#000",
    strokeStyle: "#000",
    lineWidth: 1,
    globalAlpha: 1,
    font: "10px sans-serif",
    textAlign: /** @type {CanvasTextAlign} */ ("left"),
    textBaseline: /** @type {CanvasTextBaseline} */ ("alphabetic"),
    beginPath: () => void (path = ""),
    closePath: () => void (path += "Z"),
    moveTo: (/** @type {number} */ x, /** @type {number} */ y) => void (path += `M${n(x)} ${n(y)}`),
    lineTo: (/** @type {number} */ x, /** @type {number} */ y) => void (path += `L${n(x)} ${n(y)}`),
    /** @type {Pen["bezierCurveTo"]} */
    bezierCurveTo: (ax, ay, bx, by, x, y) => void (path += `C${n(ax)} ${n(ay)} ${n(bx)} ${n(by)} ${n(x)} ${n(y)}`),
    /** @type {Pen["arc"]} */
    arc: (x, y, radius, from, to) => void (path += arcPath(x, y, radius, from, to, path === "" || path.endsWith("Z"))),
    /** @type {Pen["rect"]} */
    rect: (x, y, w, h) => void (path += `M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}Z`),
    /** @type {Pen["roundRect"]} */
    roundRect: (x, y, w, h, radius) => void (path += roundPath(x, y, w, h, Math.min(radius, w / 2, h / 2))),
    fill: () => add(`<path d="${path}" fill="${pen.fillStyle}"${opacity()}/>`),
    stroke: () => add(`<path d="${path}" fill="none" ${strokes()}${opacity()}/>`),
    /** @type {Pen["fillRect"]} */
    fillRect: (x, y, w, h) => add(`<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${pen.fillStyle}"${opacity()}/>`),
    /** @type {Pen["fillText"]} */
    fillText: (text, x, y) => add(`<text x="${n(x)}" y="${n(y)}" ${textStyle()} fill="${pen.fillStyle}"${opacity()}>${escaped(text)}</text>`),
    measureText: (/** @type {string} */ text) => ({ width: ruler.width(text, pen.font) }),
    setLineDash: (/** @type {number[]} */ each) => void (dashes = each.join(" ")),
    text: (/** @type {string} */ title) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">` +
      `<title>${escaped(title)}</title>${parts.join("")}</svg>`,
  };

  /** @param {string} part */
  function add(part) {
    parts.push(part);
  }

  function opacity() {
    return pen.globalAlpha < 1 ? ` opacity="${n(pen.globalAlpha)}"` : "";
  }

  function strokes() {
    return `stroke="${pen.strokeStyle}" stroke-width="${n(pen.lineWidth)}"${dashes ? ` stroke-dasharray="${dashes}"` : ""}`;
  }

  function textStyle() {
    const anchors = { left: "start", start: "start", right: "end", end: "end", center: "middle" };
    const lines = { top: "text-before-edge", middle: "central", alphabetic: "alphabetic", bottom: "text-after-edge" };
    const line = /** @type {Record<string, string>} */ (lines)[pen.textBaseline] ?? "alphabetic";
    return `style="font:${escaped(pen.font)}" text-anchor="${anchors[pen.textAlign]}" dominant-baseline="${line}"`;
  }

  return pen;
}

/** @param {number} value */
function n(value) {
  return Math.round(value * PRECISION) / PRECISION;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number} from
 * @param {number} to
 * @param {boolean} begins
 */
function arcPath(x, y, radius, from, to, begins) {
  const at = (/** @type {number} */ angle) => `${n(x + radius * Math.cos(angle))} ${n(y + radius * Math.sin(angle))}`;
  const whole = Math.abs(to - from) >= 2 * Math.PI - 1e-6;
  const turn = (/** @type {number} */ end) => `A${n(radius)} ${n(radius)} 0 ${Math.abs(end - from) > Math.PI ? 1 : 0} 1 ${at(end)}`;
  const start = `${begins || whole ? "M" : "L"}${at(from)}`;
  if (!whole) return start + turn(to);
  return `${start}A${n(radius)} ${n(radius)} 0 1 1 ${at(from + Math.PI)}A${n(radius)} ${n(radius)} 0 1 1 ${at(from)}Z`;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @param {number} r
 */
function roundPath(x, y, w, h, r) {
  const corner = (/** @type {number} */ dx, /** @type {number} */ dy) => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`;
  return (
    `M${n(x + r)} ${n(y)}h${n(w - 2 * r)}${corner(r, r)}v${n(h - 2 * r)}${corner(-r, r)}` +
    `h${n(2 * r - w)}${corner(-r, -r)}v${n(2 * r - h)}${corner(r, -r)}Z`
  );
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
