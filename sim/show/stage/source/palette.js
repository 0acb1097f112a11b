/** The visual language: one meaning, one colour and one shape, in a light and a dark theme. */

/**
 * @typedef {object} Palette
 * @property {boolean} dark
 * @property {string} paper
 * @property {string} ink
 * @property {string} secondary text
 * @property {string} axis
 * @property {string} grid
 * @property {string} card behind a lane
 * @property {string} pinned
 * @property {string} accent of the scrubber and of what is chosen
 * @property {string} success
 * @property {string} failure
 * @property {string} init
 * @property {string} throttle
 * @property {string} wait
 * @property {string} queue
 * @property {string} working that has not succeeded yet
 * @property {string} hatch
 */

const HUES = { success: "#009E73", failure: "#D55E00", init: "#E69F00", throttle: "#CC79A7", wait: "#8A93A0", hatch: "#FFFFFF" };

/** @type {Palette} */
export const LIGHT = {
  ...HUES,
  dark: false,
  paper: "#FFFFFF",
  ink: "#20242B",
  secondary: "#5A6270",
  axis: "#8A93A0",
  grid: "#E3E6EA",
  card: "#F2F3F7",
  pinned: "#7F8792",
  accent: "#0072B2",
  queue: "#C9CED6",
  working: "#7FA89B",
};

/** @type {Palette} */
export const DARK = {
  ...HUES,
  dark: true,
  paper: "#20242B",
  ink: "#FFFFFF",
  secondary: "#B5BBC4",
  axis: "#8A93A0",
  grid: "#3A414D",
  card: "#2A2F38",
  pinned: "#9AA2AE",
  accent: "#56B4E9",
  queue: "#5A6270",
  working: "#6E9A8C",
};

/** Marks of an event for which nothing works meanwhile: thin lines. */
export const WAITS = new Set(["source", "queue", "wait", "not reached"]);

/** How a mark or an end is called in the legend. */
export const MEANINGS = {
  source: "on its way to Lambda",
  queue: "waits in a queue",
  wait: "waits for the next try",
  init: "init (cold start)",
  success: "handler succeeds",
  failure: "handler fails",
  timeout: "handler times out",
  running: "handler at work",
  throttle: "throttled",
  "not reached": "not reached in its batch",
  extension: "extensions work on",
  delivered: "delivered",
  told: "caller told of an error",
  "dead-letter queue": "dead-letter queue",
  destination: "on-failure destination",
  lost: "dropped or expired",
  "under way": "under way at the end",
  filtered: "filtered out",
  "given up": "worked on, then given up",
  pinned: "pinned run",
};

/**
 * The colour of a span with this mark.
 *
 * @param {Palette} palette
 * @param {string} mark
 */
export function markColour(palette, mark) {
  switch (mark) {
    case "success":
      return palette.success;
    case "failure":
    case "timeout":
      return palette.failure;
    case "init":
      return palette.init;
    case "throttle":
      return palette.throttle;
    case "running":
    case "extension":
      return palette.working;
    case "queue":
    case "source":
    case "not reached":
      return palette.queue;
    default:
      return palette.wait;
  }
}

/**
 * The colour of an end.
 *
 * @param {Palette} palette
 * @param {string} end
 */
export function endColour(palette, end) {
  if (end === "delivered") return palette.success;
  if (end === "told") return palette.failure;
  if (end === "filtered" || end === "under way") return palette.wait;
  return palette.ink;
}
