/** What occurs in a scene: the entries of its legend. */

import { signOf } from "./marks.js";
import { MEANINGS } from "./palette.js";

/** @typedef {import("./scene.js").Scene} Scene */

/**
 * The marks and ends that occur in a scene, in the legend's order.
 *
 * @param {Scene} scene
 */
export function meaningsOf(scene) {
  const { mark, end, store, age_mark: banded } = scene.column;
  const used = new Set([...new Set(mark ?? []), ...new Set(banded ?? [])].map((code) => scene.marks[code]));
  for (let delivery = 0; delivery < (end?.length ?? 0); delivery += 1) {
    const name = scene.ends[end[delivery]];
    if (name !== "delivered") used.add(signOf(name, store[delivery]));
  }
  return Object.keys(MEANINGS).filter((meaning) => used.has(meaning));
}
