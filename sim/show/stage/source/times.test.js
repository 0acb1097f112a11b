import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ageAxis, clock, countdown, spoken } from "./times.js";

test("a length of time is said as Python says it", () => {
  const examples = new URL("../../../../tests/support/lengths_of_time.json", import.meta.url);
  for (const [seconds, words] of JSON.parse(readFileSync(examples, "utf8")))
    assert.equal(spoken(seconds ?? NaN), words, `${seconds} s`);
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
