import assert from "node:assert/strict";
import test from "node:test";
import { exampleScene, retriedScene } from "./example_scene.js";
import { firstAbove, showClock } from "./show_clock.js";

test("the clock of the show goes forward with that of the run, and back the same way", () => {
  const scene = retriedScene();
  const clock = showClock(scene);
  let before = -1;
  for (let instant = 0; instant <= scene.seconds; instant += 0.25) {
    const shown = clock.shown(instant);
    assert.ok(shown > before);
    assert.ok(Math.abs(clock.instant(shown) - instant) < 1e-6);
    before = shown;
  }
  assert.ok(Math.abs(clock.shown(scene.seconds) - clock.length) < 1e-9);
});

test("a quiet time passes faster, and says so", () => {
  const clock = showClock(retriedScene());
  assert.ok(clock.factor > 1);
  assert.ok(clock.quiet(40));
  assert.ok(!clock.quiet(10.7));
  assert.ok(Math.abs((clock.shown(41) - clock.shown(40)) * clock.pace * clock.factor - 1) < 1e-6);
});

test("a run without events, or without pauses, has a clock too", () => {
  assert.ok(showClock(exampleScene([], 0)).length > 0);
  const busy = exampleScene([[0, "delivered", 10, [[0, 10, "success", 0, 0, 1]]]], 10);
  assert.equal(showClock(busy).factor, 1);
});

test("the first number above a value is found in rising numbers", () => {
  assert.deepEqual([0, 1, 2.5, 9].map((value) => firstAbove([1, 2, 2, 3], value)), [0, 1, 3, 4]);
});
