/** Which row an event has: the same one in every lane. */

import { deliveryOf } from "./scene.js";

/** @typedef {import("./scene.js").Scene} Scene */

/**
 * @typedef {object} Rows
 * @property {number} count of rows, in the lane that has most
 * @property {boolean} shared whether a row is the same event in every lane
 * @property {number[]} events from the top; where rows are not shared, lane by lane
 * @property {(delivery: number) => number} place of a delivery from the top
 * @property {(lane: number, place: number) => number | undefined} at the event of a place in a lane
 */

/**
 * Events in an order: by how they fared in all lanes, or by arrival.
 *
 * @param {Scene} scene
 * @param {"fared" | "arrival"} order
 * @returns {Rows}
 */
export function rowsOf(scene, order) {
  const { row } = scene.column;
  const keys = eventKeys(scene);
  const events = [...keys.keys()];
  const compare = order === "arrival" ? byArrival(keys) : byFate(keys);
  events.sort(compare);
  const lanes = scene.lanes.map(({ first, count }) => new Set(row?.subarray(first, first + count)));
  const shared = lanes.reduce((sum, lane) => sum + lane.size, 0) > events.length;
  const orders = shared ? lanes.map(() => events) : lanes.map((lane) => events.filter((event) => lane.has(event)));
  const placeOf = new Map(orders.flatMap((order) => order.map((event, place) => [event, place])));
  return {
    count: Math.max(1, ...orders.map((order) => order.length)),
    shared,
    events: shared ? events : orders.flat(),
    place: (delivery) => placeOf.get(row[delivery]) ?? 0,
    at: (lane, place) => orders[lane]?.[place],
  };
}

/**
 * @typedef {object} Key what an event is sorted by
 * @property {number} arrived
 * @property {number} failed in how many lanes it was not delivered
 * @property {number} tries the most of all lanes
 * @property {number} latency in the first lane that has it
 * @property {number} event
 */

/** @param {Scene} scene */
function eventKeys(scene) {
  const { row, arrived, settled, end, attempt, first_span: firstSpan } = scene.column;
  const delivered = scene.ends.indexOf("delivered");
  /** @type {Map<number, Key>} */
  const keys = new Map();
  for (let delivery = 0; delivery < (row?.length ?? 0); delivery += 1) {
    const event = row[delivery];
    const last = firstSpan[delivery + 1] - 1;
    const latency = Number.isNaN(settled[delivery]) ? Infinity : settled[delivery];
    const key = keys.get(event) ?? { arrived: arrived[delivery], failed: 0, tries: 0, latency, event };
    key.failed += end[delivery] === delivered ? 0 : 1;
    key.tries = Math.max(key.tries, last >= firstSpan[delivery] ? attempt[last] : 0);
    keys.set(event, key);
  }
  return keys;
}

/** @param {Map<number, Key>} keys */
function byArrival(keys) {
  return (/** @type {number} */ a, /** @type {number} */ b) => {
    const [one, other] = [keys.get(a), keys.get(b)];
    return one && other ? one.arrived - other.arrived || one.event - other.event : 0;
  };
}

/** @param {Map<number, Key>} keys */
function byFate(keys) {
  return (/** @type {number} */ a, /** @type {number} */ b) => {
    const [one, other] = [keys.get(a), keys.get(b)];
    if (!one || !other) return 0;
    return one.failed - other.failed || one.tries - other.tries || one.latency - other.latency || one.event - other.event;
  };
}

/**
 * The delivery of an event in the first lane that has it.
 *
 * @param {Scene} scene
 * @param {number} row
 * @returns {[number, number]} lane and delivery; -1 where no lane has it
 */
export function firstDelivery(scene, row) {
  for (let lane = 0; lane < scene.lanes.length; lane += 1) {
    const delivery = deliveryOf(scene, lane, row);
    if (delivery >= 0) return [lane, delivery];
  }
  return [-1, -1];
}
