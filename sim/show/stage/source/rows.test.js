import assert from "node:assert/strict";
import test from "node:test";
import { failureInstants } from "./failures.js";
import { exampleScene, retriedScene } from "./example_scene.js";
import { firstDelivery, rowsOf } from "./rows.js";

test("rows by how they fared: first what went well at once, last what was not delivered", () => {
  const scene = exampleScene(
    [
      [0, "told", 1, [[0, 1, "failure", 0, 0, 1]]],
      [1, "delivered", 61, [[0, 1, "failure", 0, 0, 1], [60, 61, "success", 0, 0, 2]]],
      [2, "delivered", 2, [[0, 2, "success", 0, 0, 1]]],
      [3, "delivered", 1, [[0, 1, "success", 0, 0, 1]]],
    ],
    62,
  );
  assert.deepEqual(rowsOf(scene, "fared").events, [3, 2, 1, 0]);
  assert.deepEqual(rowsOf(scene, "arrival").events, [0, 1, 2, 3]);
});

test("an event is found in the first lane that has it", () => {
  assert.deepEqual(firstDelivery(retriedScene(), 1), [0, 1]);
  assert.deepEqual(firstDelivery(retriedScene(), 7), [-1, -1]);
});

test("failures are the starts of runs that fail", () => {
  assert.deepEqual(failureInstants(retriedScene()), [10.5]);
});

test("lanes that share no event have rows of their own", () => {
  const scene = retriedScene();
  const apart = { ...scene, lanes: [{ ...scene.lanes[0], count: 1 }, { ...scene.lanes[0], first: 1, count: 1 }] };
  const rows = rowsOf(apart, "arrival");
  assert.deepEqual([rows.shared, rows.count, rows.place(0), rows.place(1)], [false, 1, 0, 0]);
  scene.column.row[1] = 0;
  assert.ok(rowsOf(apart, "arrival").shared);
});
