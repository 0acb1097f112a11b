/** What is seen: each test would have found a fault of the pictures before the stage. */

import assert from "node:assert/strict";
import test from "node:test";
import { agesView } from "./ages.js";
import { batchScene, exampleScene, retriedScene } from "./example_scene.js";
import { LIGHT } from "./palette.js";
import { raceView } from "./race.js";
import { recordingPen } from "./recording_pen.js";
import { showClock } from "./show_clock.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./recording_pen.js").Drawn} Drawn
 */

const WIDTH = 900;
const NONE = 65535;

/** @type {import("./view.js").Moment} */
const MOMENT = { instant: 0, chosen: -1, hovered: -1, order: "arrival", pinned: null, still: false };

/**
 * @param {Scene} scene
 * @returns {Drawn[]}
 */
function agesOf(scene) {
  const { pen, drawn } = recordingPen();
  const view = agesView(scene);
  view.draw(pen, LIGHT, WIDTH, view.height(WIDTH), MOMENT);
  return drawn;
}

/**
 * @param {Scene} scene
 * @param {number} instant
 * @param {boolean} [still]
 * @returns {Drawn[]}
 */
function raceOf(scene, instant, still = true) {
  const { pen, drawn } = recordingPen();
  const view = raceView(scene, showClock(scene));
  view.draw(pen, LIGHT, WIDTH, view.height(WIDTH), { ...MOMENT, instant, still });
  return drawn;
}

const circles = (/** @type {Drawn[]} */ drawn, /** @type {string} */ colour) => drawn.filter((each) => each.shape === "circle" && each.colour === colour);
const bars = (/** @type {Drawn[]} */ drawn, /** @type {string} */ colour) => drawn.filter((each) => each.shape === "rect" && each.colour === colour);

test("a run is at least 3 pixels wide, however short", () => {
  const drawn = agesOf(exampleScene([[0, "delivered", 3600, [[0, 3599.999, "queue", NONE, 0, 1], [3599.999, 3600, "success", 0, 0, 1]]]], 3600));
  assert.ok(bars(drawn, LIGHT.success).every(({ width }) => width >= 3));
});

test("all lanes have one axis of ages: the same age is at the same place", () => {
  const scene = retriedScene();
  const lanes = { ...scene, lanes: [{ ...scene.lanes[0], count: 1 }, { ...scene.lanes[0], first: 1, count: 1 }] };
  const ticks = agesOf(lanes).filter(({ text }) => text === "1 s");
  assert.equal(ticks.length, 2);
  assert.ok(Math.abs(ticks[1].x - ticks[0].x - (WIDTH + 18) / 2) < 1e-6);
});

test("a caller's error is told where its run ends, although the caller hears of it seconds later", () => {
  const scene = exampleScene([[0, "told", 1, [[0, 1, "failure", 0, 0, 1]]]], 5);
  scene.column.told[0] = 4;
  const drawn = agesOf(scene);
  const [run] = bars(drawn, LIGHT.failure);
  const [sign] = circles(drawn, LIGHT.failure);
  assert.ok(sign.x - (run.x + run.width) < 10);
});

test("a failed run is hatched and an init is not: not by colour alone", () => {
  const hatched = (/** @type {string} */ mark) => agesOf(exampleScene([[0, "delivered", 1, [[0, 1, mark, 0, 0, 1]]]], 1)).some(({ shape, colour }) => shape === "line" && colour === LIGHT.hatch);
  assert.ok(hatched("failure"));
  assert.ok(hatched("timeout"));
  assert.ok(!hatched("init"));
});

test("a dot is green only where its event has ended well", () => {
  const scene = retriedScene();
  const ends = [12.5, 71.5];
  for (const instant of [10, 10.7, 12.2, 40, 71.2, 71.5]) {
    const done = ends.filter((end) => end <= instant).length;
    assert.equal(circles(raceOf(scene, instant), LIGHT.success).length, done, `at ${instant} s`);
  }
});

test("a throttled call bounces off in its own colour, and enters no environment", () => {
  const scene = exampleScene(
    [
      [0, "delivered", 10, [[0, 10, "success", 0, 0, 1]]],
      [2, "delivered", 10, [[0, 0, "throttle", NONE, 0, 1], [0, 8, "wait", NONE, 0, 2], [8, 10, "success", 0, 0, 2]]],
    ],
    12,
  );
  const drawn = raceOf(scene, 2.2, false);
  const [bounced] = circles(drawn, LIGHT.throttle);
  const [working] = circles(drawn, LIGHT.working);
  assert.ok(bounced.x < working.x - 20);
  assert.equal(circles(drawn, LIGHT.failure).length, 0);
});

test("each record of a batch has a dot of its own, in its tray and in its environment", () => {
  for (const instant of [0.5, 1.5]) {
    const dots = raceOf(batchScene(), instant).filter(({ shape }) => shape === "circle");
    assert.equal(new Set(dots.map(({ x, y }) => `${x} ${y}`)).size, 2, `at ${instant} s`);
  }
});

test("a race tells what it shows at the same instant, and a waiting event wears the number of its next try", () => {
  const scene = retriedScene();
  const view = raceView(scene, showClock(scene));
  assert.match(view.words({ ...MOMENT, instant: 40 }), /^After 40 s\. Queue: 1 delivered, 1 waiting\.$/);
  assert.ok(raceOf(scene, 40).some(({ text }) => text === "2"));
});

test("no text is smaller than 11 pixels", () => {
  const { pen } = recordingPen();
  /** @type {number[]} */
  const sizes = [];
  const watched = new Proxy(pen, {
    set: (target, key, value) => {
      if (key === "font") sizes.push(Number(/(\d+(\.\d+)?)px/.exec(value)?.[1]));
      return Reflect.set(target, key, value);
    },
  });
  for (const view of [agesView(retriedScene()), raceView(retriedScene(), showClock(retriedScene()))]) view.draw(watched, LIGHT, WIDTH, view.height(WIDTH), { ...MOMENT, instant: 40 });
  assert.ok(sizes.length > 5 && sizes.every((size) => size >= 11));
});

test("a lane's name that is too long for one line keeps its end in a second one", () => {
  const scene = retriedScene();
  scene.lanes[0].name = "a message group of orders 17";
  const { pen, drawn } = recordingPen();
  const view = raceView(scene, showClock(scene));
  view.draw(pen, LIGHT, WIDTH, view.height(WIDTH), MOMENT);
  assert.ok(drawn.some(({ text }) => text === "orders 17"));
});

test("an empty run is a picture and a sentence", () => {
  const empty = exampleScene([], 0);
  assert.ok(agesOf(empty).some(({ text }) => text === "0 of 0"));
  assert.match(raceView(empty, showClock(empty)).words(MOMENT), /nothing has arrived yet/);
});

test("what is under the pointer is named with what the caller hears, the rule and the end", () => {
  const scene = exampleScene([[0, "told", 1, [[0, 1, "failure", 0, 0, 1]]]], 5);
  scene.column.told[0] = 4;
  scene.column.told_error[0] = 1;
  scene.lanes[0].rules = { failure: "The handler ends with an error." };
  const view = agesView(scene);
  const found = view.hit(WIDTH / 4, 60, WIDTH, view.height(WIDTH), MOMENT);
  assert.ok(found?.lines.includes("The handler ends with an error."));
  assert.ok(found?.lines.includes("The caller is told of an error after 4 s"));
  assert.ok(found?.lines.includes("In the end: told, after 1 s"));
});

test("where there is less room a picture is lower, and its rows and lanes are all in it", () => {
  const scene = exampleScene(Array.from({ length: 60 }, (_, at) => [at, "delivered", 1, [[0, 1, "success", 0, 0, 1]]]), 60);
  const lanes = { ...scene, lanes: Array(4).fill(scene.lanes[0]) };
  for (const view of [agesView(lanes), raceView(lanes, showClock(lanes))]) {
    const room = view.height(WIDTH) - 60;
    const { pen, drawn } = recordingPen();
    assert.ok(view.height(WIDTH, room) <= room);
    assert.equal(view.height(WIDTH, 2000), view.height(WIDTH));
    view.draw(pen, LIGHT, WIDTH, view.height(WIDTH, room), MOMENT);
    assert.ok(drawn.every(({ y }) => y <= room));
  }
});

test("beside the number of events at an end stands the one of a pinned run at the same instant", () => {
  const scene = batchScene();
  const pinned = retriedScene();
  const texts = (/** @type {number} */ instant) => {
    const { pen, drawn } = recordingPen();
    const view = raceView(scene, showClock(scene));
    view.draw(pen, LIGHT, WIDTH, view.height(WIDTH), { ...MOMENT, pinned, instant });
    return drawn.map(({ text }) => text);
  };
  assert.ok(texts(3).includes("was 0"));
  assert.ok(texts(12.6).includes("was 1"));
  assert.ok(texts(71.5).includes("was 2"));
});
