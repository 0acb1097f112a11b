/** A pinned run beside the present one: which of its lanes stands behind which, and how it stood at an instant. */

import { firstAbove } from "./show_clock.js";
import { stepOf } from "./scene.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").End} End
 * @typedef {import("./scene.js").SystemNode} SystemNode
 */

/** @type {WeakMap<Scene, Map<string, number[]>>} */
const known = new WeakMap();

/**
 * The lane of a pinned run behind a lane: that of its name; where none is called so, the one at its place.
 *
 * @param {Scene} pinned
 * @param {Scene} scene
 * @param {number} lane
 * @returns {number} -1: there is none
 */
export function pinnedLane(pinned, scene, lane) {
  const named = pinned.lanes.findIndex(({ name }) => name === scene.lanes[lane].name);
  const sameMany = pinned.lanes.length === scene.lanes.length;
  return named >= 0 || !sameMany ? named : lane;
}

/**
 * How many events of a pinned lane had come to an end at an instant.
 *
 * @param {Scene} pinned
 * @param {number} lane of the pinned run
 * @param {End} end
 * @param {number} instant
 */
export function pinnedCount(pinned, lane, end, instant) {
  const code = pinned.ends.indexOf(end);
  if (pinned.lanes[lane].count || !pinned.bands) return firstAbove(settledInstants(pinned, lane, code), instant);
  const place = (lane * pinned.ends.length + code) * pinned.bands.times + stepOf(pinned, instant);
  return Math.round(pinned.column.crowd_ends[place]);
}

/**
 * The instants at which a pinned lane's events came to an end, rising.
 *
 * @param {Scene} pinned
 * @param {number} lane
 * @param {number} code of the end
 */
function settledInstants(pinned, lane, code) {
  const found = known.get(pinned) ?? new Map();
  known.set(pinned, found);
  const key = `${lane} ${code}`;
  const instants = found.get(key) ?? countedInstants(pinned, lane, code);
  found.set(key, instants);
  return instants;
}

/**
 * @param {Scene} pinned
 * @param {number} lane
 * @param {number} code of the end
 */
function countedInstants(pinned, lane, code) {
  const { first, count } = pinned.lanes[lane];
  const { end, arrived, settled } = pinned.column;
  const mine = Array.from({ length: count }, (_, place) => first + place).filter((delivery) => end[delivery] === code && !Number.isNaN(settled[delivery]));
  return mine.map((delivery) => arrived[delivery] + settled[delivery]).sort((a, b) => a - b);
}

/**
 * How many events waited at a node of a pinned run's map at an instant; NaN: there is no such node.
 *
 * @param {Scene} pinned
 * @param {SystemNode} node
 * @param {number} instant
 */
export function pinnedWaiting(pinned, node, instant) {
  const place = pinned.system?.nodes.findIndex(({ name, kind }) => name === node.name && kind === node.kind) ?? -1;
  if (place < 0) return NaN;
  return pinned.column.node_waiting[place * pinned.column.grid.length + stepOf(pinned, instant)];
}
