import assert from "node:assert/strict";
import test from "node:test";
import { readScene } from "./scene.js";
import { svgPen } from "./svg_pen.js";

/** @param {number} before bytes in front of the message, as a socket may leave them */
function message(before) {
  const header = JSON.stringify({ version: 1, lanes: [], columns: [["row", "i4", 3], ["arrived", "f8", 2]] });
  const text = new TextEncoder().encode(header.padEnd(Math.ceil((4 + header.length) / 8) * 8 - 4));
  const bytes = new Uint8Array(before + 4 + text.length + 16 + 16);
  const view = new DataView(bytes.buffer, before);
  view.setUint32(0, text.length, true);
  bytes.set(text, before + 4);
  [7, 8, 9].forEach((value, place) => view.setInt32(4 + text.length + 4 * place, value, true));
  [0.5, 1.5].forEach((value, place) => view.setFloat64(4 + text.length + 16 + 8 * place, value, true));
  return bytes;
}

test("a scene is read from its bytes, wherever they stand in memory", () => {
  for (const before of [0, 3]) {
    const bytes = message(before);
    const scene = readScene(new DataView(bytes.buffer, before, bytes.length - before));
    assert.deepEqual([...(scene?.column.row ?? [])], [7, 8, 9]);
    assert.deepEqual([...(scene?.column.arrived ?? [])], [0.5, 1.5]);
  }
});

test("no bytes are no scene", () => {
  assert.equal(readScene(new Uint8Array(0)), null);
});

test("the names in a saved picture stay text", () => {
  const pen = svgPen(100, 50, { width: (text) => text.length * 6 });
  pen.fillText('<script>alert("1")</script> & more', 1, 2);
  const svg = pen.text("<b>title</b>");
  assert.ok(!svg.includes("<script>") && !svg.includes("<b>"));
  assert.ok(svg.includes("&lt;script>") && svg.includes("&amp; more"));
});
