import assert from "node:assert/strict";
import test from "node:test";
import { batchScene, retriedScene } from "./example_scene.js";
import { journeysOf, stepAt, worksOf } from "./journeys.js";

test("an event that failed waits until its next try, whose number it wears", () => {
  const [journey] = journeysOf(retriedScene(), 0);
  const step = journey.steps[stepAt(journey, 40)];
  assert.equal(step.where, "waiting");
  assert.equal(step.until, 71);
  assert.equal(step.attempt, 2);
});

test("an event is nowhere before it arrives, and at its end when it is settled", () => {
  const [journey] = journeysOf(retriedScene(), 0);
  assert.equal(stepAt(journey, 9.9), -1);
  assert.equal(journey.steps[stepAt(journey, 71.5)].where, "end");
});

test("nothing is at its end before it has run", () => {
  for (const journey of journeysOf(retriedScene(), 0)) {
    const end = journey.steps.findIndex(({ where }) => where === "end");
    assert.ok(journey.steps.slice(0, end).some(({ where }) => where === "environment"));
  }
});

test("the records of a batch enter their environment together; the later one waits there for its turn", () => {
  const [first, second] = journeysOf(batchScene(), 0);
  assert.equal(first.steps[stepAt(first, 1)].mark, "success");
  assert.equal(second.steps[stepAt(second, 1)].where, "environment");
  assert.equal(second.steps[stepAt(second, 1)].mark, "not reached");
  assert.equal(second.steps[stepAt(second, 0.5)].until, 1);
});

test("the records of a batch are one work of their environment", () => {
  const scene = batchScene();
  const [works] = worksOf(scene, journeysOf(scene, 0), 1);
  assert.equal(works.length, 1);
  assert.deepEqual([works[0].from, works[0].to, works[0].records.length], [1, 3, 2]);
});
