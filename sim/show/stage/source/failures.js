/** When something goes wrong. */

/** @typedef {import("./scene.js").Scene} Scene */

const TOGETHER = 1 / 2000; // of the run: what the eye cannot tell apart on the scrubber is one step

/**
 * The instants at which a run that fails begins, an attempt is throttled or an event is lost.
 *
 * @param {Scene} scene
 * @returns {number[]} rising
 */
export function failureInstants(scene) {
  const { arrived, start, mark, first_span: firstSpan, settled, end } = scene.column;
  const bad = new Set(["failure", "timeout", "throttle", "system error"].map((name) => scene.marks.indexOf(name)));
  const lost = scene.ends.indexOf("lost");
  /** @type {number[]} */
  const instants = [];
  for (let delivery = 0; delivery < (arrived?.length ?? 0); delivery += 1) {
    for (let span = firstSpan[delivery]; span < firstSpan[delivery + 1]; span += 1)
      if (bad.has(mark[span])) instants.push(arrived[delivery] + start[span]);
    if (end[delivery] === lost && !Number.isNaN(settled[delivery])) instants.push(arrived[delivery] + settled[delivery]);
  }
  instants.sort((a, b) => a - b);
  /** @type {number[]} */
  const apart = [];
  for (const at of instants) if (!apart.length || at - apart[apart.length - 1] > scene.seconds * TOGETHER) apart.push(at);
  return apart;
}
