/** Ages: a row is an event, x is the time since this event arrived; so the rules become columns. */

import { drawAgeBands } from "./age_bands.js";
import { EDGE, FOOT, HEAD, axisOf, drawAxis, drawHead } from "./age_frame.js";
import { endSign, hatch, signOf } from "./marks.js";
import { meaningsOf } from "./meanings.js";
import { MEANINGS, WAITS, markColour } from "./palette.js";
import { font, writeWithin } from "./pen.js";
import { pinnedLane } from "./pins.js";
import { rowsOf } from "./rows.js";
import { deliveryOf, spansOf } from "./scene.js";
import { spoken } from "./times.js";
import { tryName } from "./view.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Lane} Lane
 * @typedef {import("./age_frame.js").Place} Place
 * @typedef {import("./view.js").Moment} Moment
 * @typedef {import("./view.js").View} View
 * @typedef {import("./rows.js").Rows} Rows
 */

const LEAST_LANE = 130; // pixels of width; below it lanes stand under one another
const GAP = 18; // between lanes
const CAPTION = 18; // what the axis is
const TALLEST_ROW = 9;
const ROOM = 360; // pixels of height for all rows
const MOST_ROOM = 440; // a panel of three lanes stays below 780
const SMALLER_ROOM = 180; // where lanes stand under one another
const BAR = 0.74; // a bar's part of its row
const LEAST_BAR = 3; // pixels of width
const FULL_LINE = 3; // pixels of a row from which its thin lines are not paler than they are
const GHOST = 0.35;

/**
 * @param {Scene} scene
 * @returns {View}
 */
export function agesView(scene) {
  const orders = { fared: rowsOf(scene, "fared"), arrival: rowsOf(scene, "arrival") };
  const axis = axisOf(scene);
  const count = Math.max(orders.fared.count, scene.bands?.rows ?? 0);

  /**
   * @param {number} width
   * @param {number} all pixels of height that there are
   */
  function places(width, all) {
    const many = scene.lanes.length;
    const columns = Math.max(1, Math.min(many, Math.floor((width + GAP) / (LEAST_LANE + GAP))));
    const laneWidth = (width - GAP * (columns - 1)) / columns;
    const isOneRow = many <= columns;
    const room = isOneRow ? Math.min(Math.max(ROOM, Math.min(MOST_ROOM, count)), all - HEAD - FOOT - CAPTION) : SMALLER_ROOM;
    const rowHeight = Math.min(TALLEST_ROW, room / count);
    const height = Math.max(60, rowHeight * count);
    return scene.lanes.map((_, lane) => ({
      left: (lane % columns) * (laneWidth + GAP),
      top: Math.floor(lane / columns) * (HEAD + height + FOOT) + HEAD,
      width: laneWidth,
      height,
      rowHeight,
    }));
  }

  /** @type {View["draw"]} */
  function draw(pen, palette, width, height, moment) {
    const rows = orders[moment.order];
    drawCaption(pen, palette, width, height);
    places(width, height).forEach((place, lane) => {
      drawHead(pen, palette, scene.lanes[lane], place);
      drawAxis(pen, palette, axis, place);
      if (moment.pinned) drawGhost(pen, palette, moment.pinned, lane, place, rows);
      if (scene.lanes[lane].count) drawRows(pen, palette, lane, place, rows);
      else drawAgeBands(pen, palette, scene, lane, place, axis);
      emphasise(pen, palette, lane, place, moment.hovered, rows, false);
      emphasise(pen, palette, lane, place, moment.chosen, rows, true);
    });
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {number} width
   * @param {number} height
   */
  function drawCaption(pen, palette, width, height) {
    pen.font = font(11.5);
    pen.textAlign = "left";
    pen.textBaseline = "bottom";
    pen.fillStyle = palette.secondary;
    const same = orders.fared.shared ? "; the same row is the same event" : "";
    writeWithin(pen, `time since each event arrived (log scale${same})`, 0, height, width);
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {number} lane
   * @param {Place} place
   * @param {Rows} rows
   */
  function drawRows(pen, palette, lane, place, rows) {
    const { first, count } = scene.lanes[lane];
    for (const mark of scene.marks) {
      pen.fillStyle = markColour(palette, mark);
      const thin = WAITS.has(mark);
      for (let delivery = first; delivery < first + count; delivery += 1) drawSpans(pen, palette, place, delivery, rows.place(delivery), mark, thin);
    }
    for (let delivery = first; delivery < first + count; delivery += 1) drawEnd(pen, palette, place, delivery, rows.place(delivery));
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {Place} place
   * @param {number} delivery
   * @param {number} row
   * @param {string} mark
   * @param {boolean} thin
   */
  function drawSpans(pen, palette, place, delivery, row, mark, thin) {
    const { start, stop, mark: marks } = scene.column;
    const [from, to] = spansOf(scene, delivery);
    const code = scene.marks.indexOf(mark);
    const height = thin ? Math.max(1, Math.min(1.5, place.rowHeight * 0.3)) : Math.max(1, place.rowHeight * BAR);
    pen.globalAlpha = thin ? Math.min(1, place.rowHeight / FULL_LINE) : 1;
    const top = place.top + row * place.rowHeight + (place.rowHeight - height) / 2;
    for (let span = from; span < to; span += 1) {
      if (marks[span] !== code) continue;
      const [left, right] = ends(place, start[span], stop[span], thin ? 0 : LEAST_BAR);
      if (mark === "throttle") drawThrottle(pen, left, top, height);
      else pen.fillRect(left, top, right - left, height);
      if (mark === "failure" || mark === "timeout") {
        hatch(pen, palette, left, top, right - left, height);
        if (mark === "timeout") pen.fillRect(right - 1.5, top - 1, 3, height + 2);
      }
    }
    pen.globalAlpha = 1;
  }

  /**
   * @param {Place} place
   * @param {number} start
   * @param {number} stop
   * @param {number} least
   */
  function ends(place, start, stop, least) {
    const wide = place.width - EDGE;
    const left = place.left + axis.share(start) * wide;
    const right = Math.max(left + least, place.left + axis.share(stop) * wide);
    return [left, right];
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {Place} place
   * @param {number} delivery
   * @param {number} row
   */
  function drawEnd(pen, palette, place, delivery, row) {
    const end = scene.ends[scene.column.end[delivery]];
    if (end === "delivered") return;
    const size = Math.max(1.8, Math.min(4, place.rowHeight / 2));
    const settled = scene.column.settled[delivery];
    const y = place.top + (row + 0.5) * place.rowHeight;
    const [, last] = spansOf(scene, delivery);
    const lastStop = last > scene.column.first_span[delivery] ? scene.column.stop[last - 1] : 0;
    const at = Number.isNaN(settled) ? lastStop : Math.max(settled, end === "told" ? lastStop : 0);
    const x = ends(place, at, at, LEAST_BAR)[1] + size + 2;
    endSign(pen, palette, signOf(end, scene.column.store[delivery]), x, y, size);
  }

  /**
   * A pinned run's bars, grey, behind the same events.
   *
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {Scene} pinned
   * @param {number} lane
   * @param {Place} place
   * @param {Rows} rows
   */
  function drawGhost(pen, palette, pinned, lane, place, rows) {
    const behind = pinnedLane(pinned, scene, lane);
    if (behind < 0) return;
    const earlier = pinned.lanes[behind];
    const { start, stop, mark, row } = pinned.column;
    const own = scene.lanes[lane];
    const placeOf = new Map(Array.from({ length: own.count }, (_, at) => [scene.column.row[own.first + at], rows.place(own.first + at)]));
    pen.fillStyle = palette.pinned;
    pen.globalAlpha = GHOST;
    for (let delivery = earlier.first; delivery < earlier.first + earlier.count; delivery += 1) {
      const at = placeOf.get(row[delivery]);
      if (at === undefined) continue;
      const [from, to] = spansOf(pinned, delivery);
      for (let span = from; span < to; span += 1) {
        if (WAITS.has(pinned.marks[mark[span]])) continue;
        const [left, right] = ends(place, start[span], stop[span], LEAST_BAR);
        pen.fillRect(left, place.top + at * place.rowHeight, right - left, place.rowHeight);
      }
    }
    pen.globalAlpha = 1;
  }

  /**
   * A frame around the row of an event.
   *
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {number} lane
   * @param {Place} place
   * @param {number} event
   * @param {Rows} rows
   * @param {boolean} chosen
   */
  function emphasise(pen, palette, lane, place, event, rows, chosen) {
    if (event < 0 || !scene.lanes[lane].count) return;
    const delivery = deliveryOf(scene, lane, event);
    if (delivery < 0) return;
    const height = Math.max(place.rowHeight, 5);
    const y = place.top + (rows.place(delivery) + 0.5) * place.rowHeight - height / 2;
    pen.strokeStyle = chosen ? palette.accent : palette.secondary;
    pen.lineWidth = chosen ? 2 : 1;
    pen.beginPath();
    pen.roundRect(place.left - 2, y - 1, place.width + 4, height + 2, 3);
    pen.stroke();
  }

  /** @type {View["hit"]} */
  function hit(x, y, width, height, moment) {
    const rows = orders[moment.order];
    const lane = places(width, height).findIndex((place) => inside(place, x, y));
    if (lane < 0 || !scene.lanes[lane].count) return null;
    const place = places(width, height)[lane];
    const row = rows.at(lane, Math.min(rows.count - 1, Math.floor((y - place.top) / place.rowHeight)));
    if (row === undefined) return null;
    const delivery = deliveryOf(scene, lane, row);
    if (delivery < 0) return null;
    const age = axis.age((x - place.left) / (place.width - EDGE));
    return { lane, row, lines: told(delivery, lane, age, place) };
  }

  /**
   * What stands under the pointer: event, time, what happens, and the rule behind it.
   *
   * @param {number} delivery
   * @param {number} lane
   * @param {number} age
   * @param {Place} place
   */
  function told(delivery, lane, age, place) {
    const { event, arrived, start, stop, mark, attempt } = scene.column;
    const name = `Event ${event[delivery]}, arrived after ${spoken(arrived[delivery])}`;
    const [from, to] = spansOf(scene, delivery);
    const near = (axis.to / axis.from) ** (4 / place.width); // four pixels
    let found = -1;
    for (let span = from; span < to; span += 1) {
      const under = start[span] / near <= age && age <= Math.max(stop[span], axis.from) * near;
      if (under && (found < 0 || !WAITS.has(scene.marks[mark[span]]))) found = span;
    }
    const ends = [toldWords(delivery), endWords(delivery)].filter(Boolean);
    if (found < 0) return [name, ...ends];
    const kind = scene.marks[mark[found]];
    const when = `${spoken(start[found])} to ${spoken(stop[found])} after its arrival`;
    const meaning = MEANINGS[/** @type {keyof typeof MEANINGS} */ (kind)];
    const which = attempt[found] > 1 ? ` (${tryName(attempt[found])})` : "";
    return [name, `${when}: ${meaning}${which}`, scene.lanes[lane].rules[kind] ?? "", ...ends].filter(Boolean);
  }

  /**
   * What the caller hears, where it hears anything.
   *
   * @param {number} delivery
   */
  function toldWords(delivery) {
    const { told, told_error: isError } = scene.column;
    if (Number.isNaN(told[delivery])) return "";
    return `The caller is told of ${isError[delivery] ? "an error" : "success"} after ${spoken(told[delivery])}`;
  }

  /** @param {number} delivery */
  function endWords(delivery) {
    const end = scene.ends[scene.column.end[delivery]];
    const settled = scene.column.settled[delivery];
    return Number.isNaN(settled) ? "Under way when the simulation ends" : `In the end: ${end}, after ${spoken(settled)}`;
  }

  /** @type {View["height"]} */
  function heightOf(width, room = Infinity) {
    return Math.max(...places(width, room).map((place) => place.top + place.height + FOOT), HEAD + FOOT) + CAPTION;
  }

  /** @type {View["words"]} */
  const words = () =>
    scene.lanes.map((lane) => `${lane.name}: ${lane.counts.delivered} of ${lane.events} delivered${badEnds(lane)}.`).join(" ");

  return {
    height: heightOf,
    draw,
    hit,
    words,
    exact: (instant) => instant,
    rows: (moment) => orders[moment.order].events,
    meanings: meaningsOf(scene),
  };
}

/**
 * @param {Pen} pen
 * @param {number} x
 * @param {number} top
 * @param {number} height
 */
function drawThrottle(pen, x, top, height) {
  const size = Math.max(1.5, Math.min(3, height / 2));
  const y = top + height / 2;
  pen.strokeStyle = pen.fillStyle;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x - size, y - size);
  pen.lineTo(x + size, y + size);
  pen.moveTo(x - size, y + size);
  pen.lineTo(x + size, y - size);
  pen.stroke();
}

/**
 * @param {Place} place
 * @param {number} x
 * @param {number} y
 */
function inside(place, x, y) {
  return place.left <= x && x <= place.left + place.width && place.top <= y && y < place.top + place.height;
}

/** @param {Lane} lane */
function badEnds(lane) {
  const bad = ["given up", "told", "parked", "lost", "filtered", "under way"].filter((end) => lane.counts[end]);
  return bad.map((end) => `, ${lane.counts[end]} ${end === "told" ? "told of an error" : end}`).join("");
}
