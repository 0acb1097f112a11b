/** A small scene for the tests of the stage's modules. */

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Column} Column
 */

const MARKS = ["source", "queue", "wait", "init", "success", "failure", "timeout", "running", "throttle", "not reached", "extension", "system error"];
/** @type {import("./scene.js").End[]} */
const ENDS = ["delivered", "given up", "told", "parked", "lost", "filtered", "under way"];

/**
 * One lane; each event is [arrived, end, settled, spans], each span [start, stop, mark, environment, batch, attempt].
 *
 * @param {[number, import("./scene.js").End, number, [number, number, string, number, number, number][]][]} events
 * @param {number} seconds
 * @returns {Scene}
 */
export function exampleScene(events, seconds) {
  const spans = events.flatMap(([, , , mine]) => mine);
  const firstSpan = [0];
  for (const [, , , mine] of events) firstSpan.push(firstSpan[firstSpan.length - 1] + mine.length);
  const counts = Object.fromEntries(ENDS.map((end) => [end, events.filter(([, each]) => each === end).length]));
  const environments = 1 + Math.max(-1, ...spans.map(([, , , environment]) => environment).filter((row) => row < 65535));
  const lane = { name: "Queue", note: "", sender: "sender", model: "polling", keeper: "the queue keeps it", rules: {}, first: 0, count: events.length };
  return {
    version: 1,
    title: "An example",
    words: "",
    seconds,
    first_moment: 0,
    lanes: [{ ...lane, environments, limit: null, counts, events: events.length, each: 1 }],
    ends: ENDS,
    marks: MARKS,
    columns: [],
    bands: null,
    system: null,
    column: {
      event: Int32Array.from(events.keys()),
      row: Int32Array.from(events.keys()),
      arrived: Float64Array.from(events, ([arrived]) => arrived),
      settled: Float32Array.from(events, ([, , settled]) => settled),
      told: Float32Array.from(events, () => NaN),
      told_error: Uint8Array.from(events, () => 0),
      end: Uint8Array.from(events, ([, end]) => ENDS.indexOf(end)),
      store: Uint8Array.from(events, () => 0),
      first_span: Uint32Array.from(firstSpan),
      start: Float32Array.from(spans, ([start]) => start),
      stop: Float32Array.from(spans, ([, stop]) => stop),
      mark: Uint8Array.from(spans, ([, , mark]) => MARKS.indexOf(mark)),
      environment: Uint16Array.from(spans, ([, , , environment]) => environment),
      batch: Uint16Array.from(spans, ([, , , , batch]) => batch),
      attempt: Uint8Array.from(spans, ([, , , , , attempt]) => attempt),
    },
  };
}

const NONE = 65535;

/** One event that fails once and waits a minute, and one that succeeds at once. */
export function retriedScene() {
  return exampleScene(
    [
      [10, "delivered", 61.5, [[0, 0.5, "queue", NONE, 0, 1], [0.5, 1, "failure", 0, 0, 1], [1, 61, "wait", NONE, 0, 2], [61, 61.5, "success", 0, 0, 2]]],
      [12, "delivered", 0.5, [[0, 0.5, "success", 0, 0, 1]]],
    ],
    71.5,
  );
}

/** Two records of one batch, of which the second waits for its turn. */
export function batchScene() {
  return exampleScene(
    [
      [0, "delivered", 3, [[0, 1, "queue", NONE, 1, 1], [1, 2, "success", 0, 1, 1]]],
      [0, "delivered", 3, [[0, 1, "queue", NONE, 1, 1], [2, 3, "success", 0, 1, 1]]],
    ],
    3,
  );
}
