/** The system: a map from left to right, with what waits where, what works, and what flows. */

import { font, wrapped, writeWithin } from "./pen.js";
import { pinnedWaiting } from "./pins.js";
import { stepOf } from "./scene.js";
import { spoken } from "./times.js";

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").SystemNode} SystemNode
 * @typedef {import("./show_clock.js").ShowClock} ShowClock
 * @typedef {import("./race_layout.js").Box} Box
 * @typedef {import("./view.js").Moment} Moment
 * @typedef {import("./view.js").View} View
 */

const NODE = 78; // pixels of height
const HIGH_NODE = 100; // where it is so narrow that its words need more lines
const GAP = 26; // below a node
const HEAD = 8;
const MOST_WIDE = 190;
const BETWEEN = 13; // pixels for edges between two columns, at least
const EDGE_SPACE = 0.16; // of a column, for edges
const FLOW_SPACE = 16; // pixels between two dots on an edge, at least
const PER_DOT = 1.6; // events of a step of time that one dot stands for, at least
const PACE = 0.35; // of an edge in a second of the show
const INSIDE = 5; // pixels between a node's edge and its words
const NARROW = 90; // pixels of room for a name, below which it is smaller
const VERY_NARROW = 60; // below which a name is broken anywhere
const QUIET = "quiet";
const TURN = 2 * Math.PI;

/**
 * @param {Scene} scene
 * @param {ShowClock} clock
 * @returns {View}
 */
export function systemView(scene, clock) {
  const map = scene.system ?? { nodes: [], edges: [] };
  const columns = 1 + Math.max(0, ...map.nodes.map((node) => node.column));
  const rows = 1 + Math.max(0, ...map.nodes.map((node) => node.row));

  /**
   * @param {number} node
   * @param {number} width
   * @returns {Box}
   */
  function boxOf(node, width) {
    const { column, row } = map.nodes[node];
    const inColumn = 1 + Math.max(...map.nodes.filter((other) => other.column === column).map((other) => other.row));
    const step = width / columns;
    const wide = widthOf(width);
    const high = rowHeight(width);
    const top = HEAD + ((rows - inColumn) * high) / 2 + row * high;
    return { left: column * step + (step - wide) / 2, top, width: wide, height: high - GAP };
  }

  /** @param {number} width of the map; returns a node's */
  function widthOf(width) {
    const step = width / columns;
    return Math.min(MOST_WIDE, step - Math.max(BETWEEN, step * EDGE_SPACE));
  }

  /** @param {number} width of the map */
  function rowHeight(width) {
    return GAP + (widthOf(width) - 2 * INSIDE < VERY_NARROW ? HIGH_NODE : NODE);
  }

  const times = scene.column.grid?.length ?? 1;

  /**
   * @param {string} name
   * @param {number} place
   * @param {number} at
   */
  const value = (name, place, at) => scene.column[name]?.[place * times + at] ?? 0;

  /** @type {View["draw"]} */
  function draw(pen, palette, width, _height, moment) {
    const at = stepOf(scene, moment.instant);
    map.edges.forEach(([from, to], edge) => drawEdge(pen, palette, boxOf(from, width), boxOf(to, width), value("edge_flow", edge, at), moment));
    map.nodes.forEach((node, place) => drawNode(pen, palette, node, place, boxOf(place, width), at));
    if (moment.pinned) map.nodes.forEach((node, place) => drawPinned(pen, palette, node, place, boxOf(place, width), moment));
  }

  /**
   * How full the place was in the pinned run: a dashed line.
   *
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {SystemNode} node
   * @param {number} place
   * @param {Box} box
   * @param {Moment} moment
   */
  function drawPinned(pen, palette, node, place, box, { pinned, instant }) {
    const waited = pinned ? pinnedWaiting(pinned, node, instant) : NaN;
    if (!waited) return;
    const y = box.top + box.height - 1 - Math.min(1, waited / mostWaiting(place)) * (box.height - 2);
    pen.strokeStyle = palette.secondary;
    pen.lineWidth = 1.5;
    pen.setLineDash([4, 3]);
    pen.beginPath();
    pen.moveTo(box.left, y);
    pen.lineTo(box.left + box.width, y);
    pen.stroke();
    pen.setLineDash([]);
  }

  /** @param {number} place */
  function mostWaiting(place) {
    return Math.max(5, ...scene.column.node_waiting.subarray(place * times, (place + 1) * times));
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {Box} from
   * @param {Box} to
   * @param {number} flow
   * @param {Moment} moment
   */
  function drawEdge(pen, palette, from, to, flow, moment) {
    const curve = curveBetween(from, to);
    pen.strokeStyle = flow ? palette.axis : palette.grid;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(curve[0], curve[1]);
    pen.bezierCurveTo(curve[2], curve[3], curve[4], curve[5], curve[6], curve[7]);
    pen.stroke();
    const length = Math.hypot(curve[6] - curve[0], curve[7] - curve[1]);
    const many = Math.min(Math.max(1, Math.floor(length / FLOW_SPACE)), Math.ceil(flow / PER_DOT));
    const phase = moment.still ? 0.5 : clock.shown(moment.instant) * PACE;
    pen.fillStyle = palette.accent;
    pen.beginPath();
    for (let dot = 0; dot < many; dot += 1) {
      const [x, y] = onCurve(curve, (phase + dot / many) % 1);
      pen.moveTo(x + 3, y);
      pen.arc(x, y, 3, 0, TURN);
    }
    pen.fill();
  }

  /**
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {SystemNode} node
   * @param {number} place
   * @param {Box} box
   * @param {number} at
   */
  function drawNode(pen, palette, node, place, box, at) {
    const [waiting, running, failing] = ["node_waiting", "node_running", "node_failing"].map((name) => value(name, place, at));
    pen.fillStyle = palette.card;
    pen.strokeStyle = failing ? palette.failure : palette.axis;
    pen.lineWidth = failing ? 2.5 : 1.2;
    pen.beginPath();
    pen.roundRect(box.left, box.top, box.width, box.height, 6);
    pen.fill();
    pen.stroke();
    drawFill(pen, palette, box, waiting, place);
    pen.textAlign = "left";
    pen.textBaseline = "top";
    pen.fillStyle = palette.ink;
    const room = box.width - 2 * INSIDE;
    pen.font = font(room < NARROW ? 11 : 12.5, true);
    const lines = nameLines(pen, node.name, room);
    lines.forEach((line, at) => writeWithin(pen, line, box.left + INSIDE, box.top + 6 + 14 * at, room));
    pen.fillStyle = palette.secondary;
    pen.font = font(11);
    writeWithin(pen, node.kind, box.left + INSIDE, box.top + 8 + 14 * lines.length, room);
    pen.fillStyle = failing ? palette.failure : palette.ink;
    pen.font = font(11.5, waiting > 0 || failing > 0);
    const status = wrapped(pen, statusOf(node, waiting, running, failing, value("node_done", place, at)), room, box.height > NODE ? 2 : 1);
    status.forEach((line, at) => writeWithin(pen, line, box.left + INSIDE, box.top + box.height - 4 - 14 * (status.length - at), room));
  }

  /**
   * How full the place is, beside the most that it ever held.
   *
   * @param {Pen} pen
   * @param {Palette} palette
   * @param {Box} box
   * @param {number} waiting
   * @param {number} place
   */
  function drawFill(pen, palette, box, waiting, place) {
    if (!waiting) return;
    const share = waiting / mostWaiting(place);
    pen.fillStyle = palette.wait;
    pen.globalAlpha = 0.35;
    pen.fillRect(box.left + 1, box.top + box.height - 1 - share * (box.height - 2), box.width - 2, share * (box.height - 2));
    pen.globalAlpha = 1;
  }

  /** @type {View["hit"]} */
  function hit(x, y, width, _height, moment) {
    const place = map.nodes.findIndex((_, node) => {
      const box = boxOf(node, width);
      return box.left <= x && x <= box.left + box.width && box.top <= y && y <= box.top + box.height;
    });
    return place < 0 ? null : { lane: 0, row: -1, lines: [`${map.nodes[place].kind} ${map.nodes[place].name}`, nodeWords(place, moment.instant)] };
  }

  /**
   * @param {number} place
   * @param {number} instant
   */
  function nodeWords(place, instant) {
    const at = stepOf(scene, instant);
    const [waiting, running, failing, done] = ["node_waiting", "node_running", "node_failing", "node_done"].map((name) => value(name, place, at));
    return statusOf(map.nodes[place], waiting, running, failing, done);
  }

  const exact = (/** @type {number} */ instant) => scene.column.grid?.[stepOf(scene, instant)] ?? instant;

  /** @type {View["words"]} */
  function words({ instant }) {
    const told = map.nodes.map((node, place) => [node.name, nodeWords(place, instant)]).filter(([, status]) => status !== QUIET);
    const sentences = told.map(([name, status]) => `${name}: ${status}`);
    return `After ${spoken(exact(instant))}. ${sentences.join(". ") || "Nothing has arrived yet"}.`;
  }

  return { height: (width) => HEAD + rows * rowHeight(width), draw, hit, words, exact, rows: () => [], meanings: [] };
}

/**
 * A name in at most two lines, broken after a hyphen or where a word of capitals begins; in very
 * little room in at most three, broken anywhere.
 *
 * @param {Pen} pen
 * @param {string} name
 * @param {number} width
 * @param {number} [most] lines
 * @returns {string[]}
 */
function nameLines(pen, name, width, most = width < VERY_NARROW ? 3 : 2) {
  const fits = (/** @type {number} */ end) => pen.measureText(name.slice(0, end)).width <= width;
  if (most === 1 || fits(name.length)) return [name];
  const breaks = [...name.matchAll(/[-_ .](?=.)|[a-z](?=[A-Z])/g)].map(({ index }) => index + 1);
  const anywhere = width < VERY_NARROW ? Array.from(name, (_, place) => place) : [];
  const end = breaks.filter(fits).pop() ?? anywhere.filter(fits).pop();
  return end ? [name.slice(0, end), ...nameLines(pen, name.slice(end), width, most - 1)] : [name];
}

/**
 * @param {SystemNode} node
 * @param {number} waiting
 * @param {number} running
 * @param {number} failing
 * @param {number} done
 */
function statusOf(node, waiting, running, failing, done) {
  const store = node.role === "destination" || node.role === "failure store";
  const parts = [
    waiting ? `${Math.round(waiting).toLocaleString("en")} ${store ? "kept" : "waiting"}` : "",
    running ? `${Math.round(running).toLocaleString("en")} running` : "",
    failing ? `${Math.round(failing).toLocaleString("en")} failing` : "",
  ].filter(Boolean);
  if (parts.length) return parts.join(", ");
  return done ? `${Math.round(done).toLocaleString("en")} so far` : QUIET;
}

/**
 * From the right side of a node to the left side of the next; back, below both.
 *
 * @param {Box} from
 * @param {Box} to
 */
function curveBetween(from, to) {
  const forward = to.left > from.left;
  const [ax, ay] = forward ? [from.left + from.width, from.top + from.height / 2] : [from.left + from.width / 2, from.top + from.height];
  const [bx, by] = forward ? [to.left, to.top + to.height / 2] : [to.left + to.width / 2, to.top + to.height];
  const bend = forward ? (bx - ax) / 2 : 0;
  const sink = forward ? 0 : 24;
  return [ax, ay, ax + bend, ay + sink, bx - bend, by + sink, bx, by];
}

/**
 * @param {number[]} curve
 * @param {number} share
 */
function onCurve([ax, ay, bx, by, cx, cy, dx, dy], share) {
  const rest = 1 - share;
  const weights = [rest ** 3, 3 * rest ** 2 * share, 3 * rest * share ** 2, share ** 3];
  return [weights[0] * ax + weights[1] * bx + weights[2] * cx + weights[3] * dx, weights[0] * ay + weights[1] * by + weights[2] * cy + weights[3] * dy];
}
