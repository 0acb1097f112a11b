/** Where the dot of each delivery is at an instant. */

import { stepAt } from "./journeys.js";
import { dotRoom, dotsIn, endRoom } from "./race_ends.js";
import { boxOf } from "./race_layout.js";
import { TRACK_FOOT, TRACK_HEAD, TRAY_COLUMNS, TRAY_STEP, trackX } from "./race_track.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").End} End
 * @typedef {import("./journeys.js").Journey} Journey
 * @typedef {import("./journeys.js").Step} Step
 * @typedef {import("./race_course.js").Course} Course
 * @typedef {import("./race_layout.js").Box} Box
 * @typedef {import("./race_layout.js").LaneLayout} LaneLayout
 * @typedef {import("./show_clock.js").ShowClock} ShowClock
 * @typedef {import("./times.js").Countdown} Countdown
 *
 * @typedef {object} Dot
 * @property {number} x
 * @property {number} y
 * @property {number} radius
 * @property {number} delivery
 * @property {Step} step
 * @property {boolean} bounces off full environments
 * @property {boolean} travels towards its environment
 *
 * @typedef {[number, number]} Point
 */

const TRAVEL = 0.5; // seconds of the show from one place to the next
const DEEPEST = 4; // steps shorter than a travel are followed so far back
const DOT = 7;
const SMALL_DOT = 5;
const MANY = 150; // deliveries in a lane from which dots are small
const GOLDEN = 0.618034; // spreads dots evenly over the height of a track

/**
 * @param {Scene} scene
 * @param {ShowClock} clock
 * @param {Course[]} courses
 * @param {Countdown} scale
 */
export function racePlaces(scene, clock, courses, scale) {
  /**
   * The dots of a lane; what has not arrived yet has none. `still`: nothing is on its way.
   *
   * @param {number} lane
   * @param {LaneLayout} layout
   * @param {number} instant
   * @param {boolean} still
   * @returns {Dot[]}
   */
  function dotsOf(lane, layout, instant, still) {
    const show = clock.shown(instant);
    return courses[lane].journeys.flatMap((journey) => {
      const now = stepAt(journey, instant);
      return now < 0 ? [] : [dotAt(journey, now, lane, layout, instant, show, still)];
    });
  }

  /**
   * @param {Journey} journey
   * @param {number} now
   * @param {number} lane
   * @param {LaneLayout} layout
   * @param {number} instant
   * @param {number} show
   * @param {boolean} still
   * @returns {Dot}
   */
  function dotAt(journey, now, lane, layout, instant, show, still) {
    const { delivery, steps } = journey;
    const step = steps[now];
    const before = steps[now - 1]?.where;
    const moves = now > 0 && show - clock.shown(step.at) < TRAVEL;
    const travels = !still && moves && before === "waiting" && step.where === "environment";
    const [x, y] = still ? target(journey, now, lane, layout, instant) : position(journey, now, lane, layout, instant, show, 0);
    return {
      x,
      y,
      radius: travels ? radiusOf(delivery, steps[now - 1], lane, layout) : radiusOf(delivery, step, lane, layout),
      delivery,
      step,
      bounces: step.where === "bounce" || (moves && before === "bounce" && step.where !== "environment"),
      travels,
    };
  }

  /**
   * Where it stands, or on its way from the place of the step before.
   *
   * @param {Journey} journey
   * @param {number} now
   * @param {number} lane
   * @param {LaneLayout} layout
   * @param {number} instant
   * @param {number} show
   * @param {number} depth
   * @returns {Point}
   */
  function position(journey, now, lane, layout, instant, show, depth) {
    const { at } = journey.steps[now];
    const to = target(journey, now, lane, layout, instant);
    const began = clock.shown(at);
    const share = (show - began) / TRAVEL;
    if (now === 0 || share >= 1 || depth >= DEEPEST) return to;
    const from = position(journey, now - 1, lane, layout, at, began, depth + 1);
    const eased = share * share * (3 - 2 * share);
    return [from[0] + (to[0] - from[0]) * eased, from[1] + (to[1] - from[1]) * eased];
  }

  /**
   * @param {Journey} journey
   * @param {number} now
   * @param {number} lane
   * @param {LaneLayout} layout
   * @param {number} instant
   * @returns {Point}
   */
  function target({ delivery, steps }, now, lane, layout, instant) {
    const step = steps[now];
    if (step.where === "environment") return inBox(delivery, step, lane, boxOf(layout, step.environment));
    if (step.where === "bounce") return [layout.environments.left - 8, layout.card.top + layout.card.height / 2];
    if (step.where === "end") return atEnd(delivery, lane, layout);
    if (step.mark === "source" || !courses[lane].waits) return atSender(delivery, layout);
    return onTrack(delivery, step, lane, layout.track, instant);
  }

  /**
   * @param {number} delivery
   * @param {Step} step
   * @param {number} lane
   * @param {Box} track
   * @param {number} instant
   * @returns {Point}
   */
  function onTrack(delivery, step, lane, track, instant) {
    const x = trackX(scale, track, step.until - instant);
    const top = track.top + TRACK_HEAD + DOT;
    const room = track.height - TRACK_HEAD - TRACK_FOOT - 2 * DOT;
    const records = courses[lane].batches.get(step.batch);
    if (!records) return [x, top + spread(delivery) * room];
    const at = records.indexOf(delivery);
    const depth = Math.ceil(records.length / TRAY_COLUMNS) * TRAY_STEP;
    const y = top + spread(step.batch) * Math.max(0, room - depth) + Math.floor(at / TRAY_COLUMNS) * TRAY_STEP;
    return [x - (at % TRAY_COLUMNS) * TRAY_STEP, y];
  }

  /**
   * @param {number} delivery
   * @param {Step} step
   * @param {number} lane
   * @param {Box} box
   * @returns {Point}
   */
  function inBox(delivery, step, lane, box) {
    const records = courses[lane].batches.get(step.batch);
    if (!records) return [box.left + box.width / 2, box.top + box.height / 2];
    const columns = Math.ceil(Math.sqrt(records.length));
    const space = box.width / (columns + 1);
    const at = records.indexOf(delivery);
    return [box.left + ((at % columns) + 1) * space, box.top + (Math.floor(at / columns) + 1) * space];
  }

  /**
   * @param {number} delivery
   * @param {number} lane
   * @param {LaneLayout} layout
   * @returns {Point}
   */
  function atEnd(delivery, lane, layout) {
    const end = scene.ends[scene.column.end[delivery]];
    const room = roomOf(end, lane, layout);
    const { spacing, rowSpacing, columns } = dotsIn(room, mostOf(end));
    const slot = courses[lane].slot.get(delivery) ?? 0;
    return [room.left + ((slot % columns) + 0.5) * spacing, room.top + (Math.floor(slot / columns) + 0.5) * rowSpacing];
  }

  /**
   * @param {End} end
   * @param {number} lane
   * @param {LaneLayout} layout
   */
  function roomOf(end, lane, layout) {
    const { ends } = courses[lane];
    return dotRoom(endRoom(layout.ends, ends.length, Math.max(0, ends.indexOf(end))));
  }

  /** @param {End} end */
  function mostOf(end) {
    return Math.max(1, ...courses.map((course) => course.settled.get(end)?.length ?? 0));
  }

  /**
   * @param {number} delivery
   * @param {Step} step
   * @param {number} lane
   * @param {LaneLayout} layout
   */
  function radiusOf(delivery, step, lane, layout) {
    const end = scene.ends[scene.column.end[delivery]];
    if (step.where === "end") return dotsIn(roomOf(end, lane, layout), mostOf(end)).radius;
    const records = courses[lane].batches.get(step.batch)?.length ?? 1;
    if (step.where === "environment") return radiusInBox(layout.boxSize, records);
    if (records > 1) return TRAY_STEP * 0.4;
    return courses[lane].journeys.length > MANY ? SMALL_DOT : DOT;
  }

  return { dotsOf };
}

/**
 * @param {number} size of an environment
 * @param {number} records that share it
 */
function radiusInBox(size, records) {
  const columns = Math.ceil(Math.sqrt(records)) + (records > 1 ? 0.6 : 0);
  return Math.max(1.5, Math.min(DOT + 2, size / (2.4 * columns)));
}

/**
 * Where a caller stands who holds the line.
 *
 * @param {number} delivery
 * @param {LaneLayout} layout
 * @returns {Point}
 */
export function atSender(delivery, { track, senderX }) {
  return [senderX, track.top + 40 + spread(delivery) * Math.max(0, track.height - 56)];
}

/**
 * A share for each number, spread evenly.
 *
 * @param {number} number
 */
function spread(number) {
  return (number * GOLDEN) % 1;
}
