import assert from "node:assert/strict";
import { test } from "node:test";
import { typedValue } from "./typed_value.js";

test("a number without a unit is in the setting's own", () => {
  assert.equal(typedValue("30", "s"), 30);
  assert.equal(typedValue("512", "MB"), 512);
  assert.equal(typedValue("3", "retries"), 3);
});

test("a unit of time or size is reckoned in the setting's own", () => {
  assert.equal(typedValue("2 min", "s"), 120);
  assert.equal(typedValue("6 hours", "s"), 21600);
  assert.equal(typedValue("1 GB", "MB"), 1024);
  assert.equal(typedValue("2 s", "ms"), 2000);
});

test("a share may be typed in per cent", () => {
  assert.equal(typedValue("20 %", "share"), 0.2);
  assert.equal(typedValue("20", "share"), 0.2);
  assert.equal(typedValue("0.2", "share"), 0.2);
});

test("thousands may be set apart, and a value beyond the range stays what it is", () => {
  assert.equal(typedValue("10,240", "MB"), 10240);
  assert.equal(typedValue("-5", "s"), -5);
});

test("a word is no number", () => {
  assert.ok(Number.isNaN(typedValue("many", "s")));
  assert.ok(Number.isNaN(typedValue("", "s")));
});
