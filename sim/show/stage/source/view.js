/**
 * What the stage asks of a view.
 *
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 *
 * @typedef {object} Moment what is to be shown
 * @property {number} instant seconds since the start of the run
 * @property {number} chosen row of the event whose story is told; -1: none
 * @property {number} hovered row under the pointer; -1: none
 * @property {"fared" | "arrival"} order of rows
 * @property {Scene | null} pinned
 * @property {boolean} still the reader wants nothing to move
 *
 * @typedef {object} Hit
 * @property {number} lane
 * @property {number} row the event; -1: none in particular
 * @property {string[]} lines what to say of it
 *
 * @typedef {object} View
 * @property {(width: number, room?: number) => number} height at most as much as there is room for, where that can be
 * @property {(pen: Pen, palette: Palette, width: number, height: number, moment: Moment) => void} draw
 * @property {(x: number, y: number, width: number, height: number, moment: Moment) => Hit | null} hit
 * @property {(moment: Moment) => string} words
 * @property {(instant: number) => number} exact the instant that its numbers are of: a crowd is counted step by step
 * @property {(moment: Moment) => number[]} rows events in the order in which the arrow keys go through them
 * @property {string[]} meanings the entries of the legend
 */

/**
 * A count with its noun.
 *
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

const ORDINALS = ["", "1st", "2nd", "3rd"];

/**
 * The try of a number: "2nd try".
 *
 * @param {number} attempt
 */
export function tryName(attempt) {
  return `${ORDINALS[attempt] ?? `${attempt}th`} try`;
}
