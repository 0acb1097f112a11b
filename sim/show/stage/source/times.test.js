import assert from "node:assert/strict";
import test from "node:test";
import { ageAxis, clock, countdown, spoken } from "./times.js";

test("a time is said in the unit of a person", () => {
  const said = [0.0004, 0.25, 0.9999, 1.5, 59, 60, 90, 3600, 89991, 3 * 86400].map(spoken);
  assert.deepEqual(said, ["0 ms", "250 ms", "1 s", "1.5 s", "59 s", "1 min", "1 min 30 s", "1 h", "25 h", "3 days"]);
});

test("a clock keeps the places that its run needs", () => {
  assert.equal(clock(57.4, 240), "0 min 57 s");
  assert.equal(clock(3661, 90000), "1 h 01 min 01 s");
  assert.equal(clock(1.5, 5), "1.50 s");
});

test("the axis of ages is logarithmic and holds the fastest and the slowest", () => {
  const axis = ageAxis(0.08, 190);
  assert.ok(axis.from <= 0.08 && axis.to >= 190);
  assert.ok(Math.abs(axis.share(1) - axis.share(0.1) - (axis.share(100) - axis.share(10))) < 1e-9);
  assert.ok(Math.abs(axis.age(axis.share(60)) - 60) < 1e-9);
  assert.equal(axis.share(0), 0);
});

test("a countdown ends at now, and the longest wait stands at its far end", () => {
  const scale = countdown(120);
  assert.equal(scale.share(0), 0);
  assert.equal(scale.share(120), 1);
  assert.equal(scale.share(Infinity), 1);
  assert.ok(scale.ticks.includes(60));
});
