/**
 * What pictures are drawn with: a canvas's context, or `svgPen`, which writes the same as SVG.
 *
 * @typedef {object} Pen
 * @property {string | CanvasGradient | CanvasPattern} fillStyle
 * @property {string | CanvasGradient | CanvasPattern} strokeStyle
 * @property {number} lineWidth
 * @property {number} globalAlpha
 * @property {string} font
 * @property {CanvasTextAlign} textAlign
 * @property {CanvasTextBaseline} textBaseline
 * @property {() => void} beginPath
 * @property {() => void} closePath
 * @property {(x: number, y: number) => void} moveTo
 * @property {(x: number, y: number) => void} lineTo
 * @property {(x: number, y: number, radius: number, from: number, to: number) => void} arc
 * @property {(x: number, y: number, width: number, height: number) => void} rect
 * @property {(x: number, y: number, width: number, height: number, radius: number) => void} roundRect
 * @property {(ax: number, ay: number, bx: number, by: number, x: number, y: number) => void} bezierCurveTo
 * @property {() => void} fill
 * @property {() => void} stroke
 * @property {(x: number, y: number, width: number, height: number) => void} fillRect
 * @property {(text: string, x: number, y: number, most?: number) => void} fillText
 * @property {(text: string) => {width: number}} measureText
 * @property {(dashes: number[]) => void} setLineDash
 */

const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, Ubuntu, 'DejaVu Sans', sans-serif";

/**
 * A font of the stage.
 *
 * @param {number} size in pixels
 * @param {boolean} [bold]
 */
export function font(size, bold = false) {
  return `${bold ? "600 " : ""}${size}px ${FAMILY}`;
}

/**
 * Write a text; one that is too long ends with an ellipsis.
 *
 * @param {Pen} pen
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} width
 */
export function writeWithin(pen, text, x, y, width) {
  if (pen.measureText(text).width <= width) return pen.fillText(text, x, y);
  let kept = text;
  while (kept && pen.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1);
  pen.fillText(`${kept.trimEnd()}…`, x, y);
}

/**
 * Break a text into lines that fit.
 *
 * @param {Pen} pen
 * @param {string} text
 * @param {number} width
 * @param {number} most lines
 */
export function wrapped(pen, text, width, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word;
    if (pen.measureText(longer).width <= width || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), lines.slice(most - 1).join(" ")];
}
