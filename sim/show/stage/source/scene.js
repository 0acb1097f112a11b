/**
 * A scene: what happened to events, as Python packed it (sim/show/stage/scene.py).
 *
 * @typedef {"delivered" | "given up" | "told" | "parked" | "lost" | "filtered" | "under way"} End
 *
 * @typedef {object} Lane
 * @property {string} name
 * @property {string} note what this model does for an event
 * @property {string} sender
 * @property {string} model
 * @property {string | null} keeper who keeps a waiting event; null: nobody, the caller holds the line
 * @property {number} first of its deliveries
 * @property {number} count of its deliveries that are drawn one by one
 * @property {number} environments rows
 * @property {number | null} limit of environments at once, where one binds
 * @property {Record<string, number>} counts
 * @property {number} events
 * @property {number} each how many events one row or dot stands for
 * @property {Record<string, string>} rules by mark: the rule behind it
 *
 * @typedef {object} Bands
 * @property {number} bins
 * @property {number} from seconds
 * @property {number} to seconds
 * @property {number} rows
 * @property {number} times
 *
 * @typedef {object} SystemNode
 * @property {string} name
 * @property {string} kind
 * @property {number} column
 * @property {number} row
 * @property {string} role
 *
 * @typedef {object} SystemMap
 * @property {SystemNode[]} nodes
 * @property {[number, number, string][]} edges from, to, label
 *
 * @typedef {object} Header
 * @property {number} version
 * @property {string} title
 * @property {string} words
 * @property {number} seconds
 * @property {number} first_moment
 * @property {Lane[]} lanes
 * @property {End[]} ends
 * @property {string[]} marks
 * @property {[string, string, number][]} columns
 * @property {Bands | null} bands
 * @property {SystemMap | null} system
 *
 * @typedef {Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array} Column
 * @typedef {Header & {column: Record<string, Column>}} Scene
 */

/** @type {Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => Column>} */
const ARRAYS = { f4: Float32Array, f8: Float64Array, i4: Int32Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };
const ALIGNED = 8;
const JUST_AFTER = 1 + 1e-6; // ages are rounded to 32 bits: the last one may end a hair later
export const NO_ENVIRONMENT = 65535;

/**
 * The scene in these bytes; its columns share their memory where they are aligned.
 *
 * @param {ArrayBuffer | DataView | Uint8Array} bytes
 * @returns {Scene | null} null: there is no scene yet
 */
export function readScene(bytes) {
  const buffer = alignedBuffer(bytes);
  if (buffer.byteLength < 4) return null;
  const length = new DataView(buffer).getUint32(0, true);
  /** @type {Header} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  /** @type {Record<string, Column>} */
  const column = {};
  let offset = aligned(4 + length);
  for (const [name, type, count] of header.columns) {
    column[name] = new ARRAYS[type](buffer, offset, count);
    offset = aligned(offset + column[name].byteLength);
  }
  return { ...header, seconds: header.seconds * JUST_AFTER, column };
}

/** @param {ArrayBuffer | DataView | Uint8Array} bytes */
function alignedBuffer(bytes) {
  if (bytes instanceof ArrayBuffer) return bytes;
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteOffset % ALIGNED === 0 && byteOffset === 0 && byteLength === buffer.byteLength) return /** @type {ArrayBuffer} */ (buffer);
  return /** @type {ArrayBuffer} */ (buffer.slice(byteOffset, byteOffset + byteLength));
}

/** @param {number} offset */
function aligned(offset) {
  return Math.ceil(offset / ALIGNED) * ALIGNED;
}

/**
 * The places of a delivery's spans in the columns of spans.
 *
 * @param {Scene} scene
 * @param {number} delivery
 * @returns {[number, number]} first, and one behind the last
 */
export function spansOf(scene, delivery) {
  const first = scene.column.first_span;
  return [first[delivery], first[delivery + 1]];
}

/**
 * The lane of a delivery.
 *
 * @param {Scene} scene
 * @param {number} delivery
 */
export function laneOf(scene, delivery) {
  return scene.lanes.findIndex((lane) => lane.first <= delivery && delivery < lane.first + lane.count);
}

/**
 * The delivery of a row in a lane; -1: there is none.
 *
 * @param {Scene} scene
 * @param {number} lane
 * @param {number} row
 */
export function deliveryOf(scene, lane, row) {
  const { first, count } = scene.lanes[lane];
  const place = scene.column.row.subarray(first, first + count).indexOf(row);
  return place < 0 ? -1 : first + place;
}

/**
 * The step of a grid of time that an instant lies in.
 *
 * @param {Scene} scene
 * @param {number} instant
 */
export function stepOf(scene, instant) {
  const { grid } = scene.column;
  const step = grid?.findIndex((/** @type {number} */ end) => end >= instant) ?? 0;
  return step < 0 ? grid.length - 1 : step;
}
