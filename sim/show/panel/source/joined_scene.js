/** Lanes that were made apart, put beside each other in one scene. */

import { readScene } from "../../stage/source/scene.js";

/** @typedef {import("../../stage/source/scene.js").Scene} Scene */

const ALIGNED = 8;
/** @type {Record<string, string>} */
const TYPES = { Float32Array: "f4", Float64Array: "f8", Int32Array: "i4", Uint32Array: "u4", Uint16Array: "u2", Uint8Array: "u1" };

/**
 * One scene of several, each of one lane that is drawn event by event; its bytes.
 *
 * @param {ArrayBuffer[]} scenes
 * @param {string[]} names of the lanes
 * @param {string} title
 */
export function joinedScene(scenes, names, title) {
  const parts = scenes.map((bytes) => /** @type {Scene} */ (readScene(bytes)));
  let first = 0;
  const lanes = parts.map((scene, run) => {
    const lane = { ...scene.lanes[0], name: names[run], run, first };
    first += lane.count;
    return lane;
  });
  const column = Object.fromEntries(Object.keys(parts[0].column).map((name) => [name, joinedColumn(name, parts)]));
  const { column: _column, columns: _columns, ...header } = parts[0];
  const seconds = Math.max(...parts.map((scene) => scene.seconds));
  const words = parts.map((scene) => scene.words).join(" ");
  return sceneBytes({ ...header, lanes, title, words, seconds, first_moment: Math.min(...parts.map((scene) => scene.first_moment)) }, column);
}

/**
 * @param {string} name
 * @param {Scene[]} parts
 */
function joinedColumn(name, parts) {
  const columns = parts.map((scene) => scene.column[name]);
  if (name === "first_span") return firstSpans(columns);
  const joined = new /** @type {any} */ (columns[0].constructor)(columns.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  let batches = 0;
  for (const column of columns) {
    const moved = name === "batch" ? column.map((batch) => (batch ? batch + batches : 0)) : column;
    joined.set(moved, at);
    at += column.length;
    if (name === "batch") batches = Math.max(batches, ...moved);
  }
  return joined;
}

/** @param {import("../../stage/source/scene.js").Column[]} columns where the spans of each delivery begin, and those of the last end */
function firstSpans(columns) {
  const firsts = [0];
  for (const column of columns) {
    const before = firsts[firsts.length - 1];
    for (let place = 1; place < column.length; place += 1) firsts.push(before + column[place]);
  }
  return Uint32Array.from(firsts);
}

/**
 * A scene as Python packs it.
 *
 * @param {object} header
 * @param {Record<string, import("../../stage/source/scene.js").Column>} column
 * @returns {ArrayBuffer}
 */
function sceneBytes(header, column) {
  const columns = Object.entries(column).map(([name, values]) => [name, TYPES[values.constructor.name], values.length]);
  const words = new TextEncoder().encode(JSON.stringify({ ...header, columns }));
  let length = aligned(4 + words.length);
  const starts = Object.values(column).map((values) => {
    const start = length;
    length = aligned(start + values.byteLength);
    return start;
  });
  const bytes = new Uint8Array(length);
  const headed = words.length + (aligned(4 + words.length) - 4 - words.length);
  new DataView(bytes.buffer).setUint32(0, headed, true);
  bytes.fill(32, 4, 4 + headed);
  bytes.set(words, 4);
  Object.values(column).forEach((values, place) => bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), starts[place]));
  return bytes.buffer;
}

/** @param {number} offset */
function aligned(offset) {
  return Math.ceil(offset / ALIGNED) * ALIGNED;
}
