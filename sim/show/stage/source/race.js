/** The race: the same events in a lane each, and where every one of them is at an instant. */

import { crowdWords, drawCrowd } from "./crowd.js";
import { meaningsOf } from "./meanings.js";
import { font, wrapped, writeWithin } from "./pen.js";
import { pinnedCount, pinnedLane } from "./pins.js";
import { courseOf, longestWait } from "./race_course.js";
import { drawDots, drawHeldLines, ringAround } from "./race_dots.js";
import { drawFigure, endRoom } from "./race_ends.js";
import { drawEnvironments } from "./race_environments.js";
import { laneLayout, raceHeight } from "./race_layout.js";
import { racePlaces } from "./race_places.js";
import { drawNobody, drawTrack, drawTrays } from "./race_track.js";
import { doing, laneWords } from "./race_words.js";
import { laneOf, stepOf } from "./scene.js";
import { firstAbove } from "./show_clock.js";
import { countdown, spoken } from "./times.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").End} End
 * @typedef {import("./scene.js").Lane} Lane
 * @typedef {import("./race_layout.js").Box} Box
 * @typedef {import("./race_layout.js").LaneLayout} LaneLayout
 * @typedef {import("./race_places.js").Dot} Dot
 * @typedef {import("./show_clock.js").ShowClock} ShowClock
 * @typedef {import("./view.js").Moment} Moment
 * @typedef {import("./view.js").View} View
 */

const NEAR = 15; // pixels around the pointer

/**
 * @param {Scene} scene
 * @param {ShowClock} clock
 * @returns {View}
 */
export function raceView(scene, clock) {
  const courses = scene.lanes.map((_, lane) => courseOf(scene, lane));
  const scale = countdown(longestWait(courses));
  const places = racePlaces(scene, clock, courses, scale);
  /** @type {Dot[]} */
  let drawn = [];

  /** @type {View["draw"]} */
  function draw(pen, palette, width, height, moment) {
    drawn = [];
    if (!scene.lanes.length) return;
    drawHeadings(pen, palette, laneLayout(scene, 0, width, height));
    scene.lanes.forEach((_, lane) => drawLane(pen, palette, lane, laneLayout(scene, lane, width, height), moment));
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {number} lane
   * @param {LaneLayout} layout
   * @param {Moment} moment
   */
  function drawLane(pen, palette, lane, layout, moment) {
    const { card, name, track } = layout;
    const course = courses[lane];
    const { keeper, count } = scene.lanes[lane];
    pen.fillStyle = palette.card;
    pen.beginPath();
    pen.roundRect(card.left, card.top, card.width, card.height, 6);
    pen.fill();
    drawName(pen, palette, scene.lanes[lane], name);
    const isCrowd = !count && scene.bands !== null;
    if (course.waits) drawTrack(pen, palette, track, keeper ?? "the caller tries again", isCrowd ? null : scale);
    else drawNobody(pen, palette, track);
    const earlier = (/** @type {End} */ end) => earlierCount(moment, lane, end);
    if (isCrowd) return drawCrowd(pen, palette, scene, lane, layout, moment.instant, course.ends, earlier);
    drawEnvironments(pen, palette, layout, course.works, moment.instant);
    course.ends.forEach((end, place) => {
      const count = firstAbove(course.settled.get(end) ?? [], moment.instant);
      drawFigure(pen, palette, endRoom(layout.ends, course.ends.length, place), end, count, earlier(end));
    });
    drawEvents(pen, palette, lane, layout, moment);
  }

  /**
   * @param {Moment} moment
   * @param {number} lane
   * @param {End} end
   */
  function earlierCount({ pinned, instant }, lane, end) {
    const behind = pinned ? pinnedLane(pinned, scene, lane) : -1;
    return pinned && behind >= 0 ? pinnedCount(pinned, behind, end, instant) : null;
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {number} lane
   * @param {LaneLayout} layout
   * @param {Moment} moment
   */
  function drawEvents(pen, palette, lane, layout, moment) {
    const dots = places.dotsOf(lane, layout, moment.instant, moment.still);
    drawn.push(...dots);
    drawTrays(pen, palette, courses[lane], layout.track, dots);
    if (!scene.lanes[lane].keeper) drawHeldLines(pen, palette, layout, dots);
    drawDots(pen, palette, scene, dots);
    for (const dot of dots) {
      const row = scene.column.row[dot.delivery];
      if (row === moment.chosen) ringAround(pen, palette.accent, dot);
      else if (row === moment.hovered) ringAround(pen, palette.secondary, dot);
    }
  }

  /** @type {View["hit"]} */
  function hit(x, y, _width, _height, moment) {
    let best = null;
    let least = NEAR * NEAR;
    for (const dot of drawn) {
      const distance = (dot.x - x) ** 2 + (dot.y - y) ** 2;
      if (distance < least) [best, least] = [dot, distance];
    }
    if (!best) return null;
    const { event, row, arrived } = scene.column;
    const lane = laneOf(scene, best.delivery);
    const name = `Event ${event[best.delivery]}, arrived after ${spoken(arrived[best.delivery])}`;
    const rule = scene.lanes[lane].rules[best.step.mark] ?? "";
    return { lane, row: row[best.delivery], lines: [name, doing(scene, best, moment.instant), rule].filter(Boolean) };
  }

  const hasCrowd = scene.bands !== null && scene.lanes.some(({ count }) => !count);
  const exact = (/** @type {number} */ instant) => (hasCrowd ? scene.column.grid[stepOf(scene, instant)] : instant);

  /** @type {View["words"]} */
  function words({ instant }) {
    const lanes = scene.lanes.map((lane, place) => `${lane.name}: ${lane.count || !scene.bands ? laneWords(courses[place], instant) : crowdWords(scene, place, instant)}`);
    return `After ${spoken(exact(instant))}. ${lanes.join(". ")}.`;
  }

  return {
    height: (width, room = Infinity) => raceHeight(scene, width, room),
    draw,
    hit,
    words,
    exact,
    rows: () => byArrival(scene),
    meanings: [...new Set(meaningsOf(scene).flatMap((meaning) => (meaning === "success" ? ["running", "delivered"] : meaning)))],
  };
}

/**
 * Events as they arrive, each once.
 *
 * @param {Scene} scene
 */
function byArrival(scene) {
  const { row, arrived } = scene.column;
  /** @type {Map<number, number>} */
  const first = new Map();
  row?.forEach((event, delivery) => {
    if (!first.has(event)) first.set(event, arrived[delivery]);
  });
  return [...first].sort((a, b) => a[1] - b[1]).map(([event]) => event);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {LaneLayout} layout
 */
function drawHeadings(pen, palette, { name, track, environments, ends }) {
  pen.font = font(11.5);
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillStyle = palette.secondary;
  if (name.left + name.width < track.left) pen.fillText("sender", name.left, 12);
  writeWithin(pen, "who keeps the event", track.left, 12, track.width);
  writeWithin(pen, "environments", environments.left, 12, environments.width);
  writeWithin(pen, "ends here", ends.left, 12, ends.width);
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Lane} lane
 * @param {Box} room
 */
function drawName(pen, palette, lane, room) {
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.fillStyle = palette.ink;
  pen.font = font(14, true);
  if (pen.measureText(lane.name).width > room.width) pen.font = font(12, true);
  const isLow = room.height < 40;
  const names = wrapped(pen, lane.name, room.width, isLow ? 1 : 2); // what tells names apart is at their ends
  names.forEach((line, at) => writeWithin(pen, line, room.left, room.top + 2 + 16 * at, room.width));
  if (isLow) return;
  pen.fillStyle = palette.secondary;
  pen.font = font(11.5);
  const lines = wrapped(pen, lane.sender, room.width, 2);
  lines.forEach((line, at) => writeWithin(pen, line, room.left, room.top + 6 + 16 * names.length + 15 * at, room.width));
}
