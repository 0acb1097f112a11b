/** Where the parts of a race's lane are. */

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Lane} Lane
 *
 * @typedef {object} Box
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} LaneLayout
 * @property {Box} card
 * @property {Box} name
 * @property {Box} track where waiting events count down
 * @property {Box} environments
 * @property {Box} ends
 * @property {number} boxSize of one environment
 * @property {number} boxColumns
 * @property {number} boxCount
 * @property {number} senderX where callers stand
 */

export const HEAD = 26; // the names of the columns
const GAP = 10; // between lanes
const LOWEST = 48; // pixels of a lane where there is little room
const NARROW = 760; // pixels; below it a lane's name stands above its parts
const LARGEST_BOX = 46;
const BOX_GAP = 6;
const LEAST_BOX = 5;
const MOST_FREE = 24; // environments that a limit allows are shown up to this many

/**
 * Of a lane where there is room enough, without the name above it.
 *
 * @param {number} lanes
 * @param {number} width
 */
function laneHeight(lanes, width) {
  const [all, least] = width < NARROW ? [336, 57] : [400, 74];
  return Math.max(least, Math.min(260, Math.round(all / lanes)));
}

/**
 * @param {Scene} scene
 * @param {number} width
 * @param {number} room pixels of height that there are
 */
export function raceHeight(scene, width, room) {
  const lanes = Math.max(1, scene.lanes.length);
  const usual = laneHeight(lanes, width);
  const around = nameHeight(width) + GAP;
  const given = Math.floor((room - HEAD) / lanes) - around;
  return HEAD + lanes * (Math.max(LOWEST, Math.min(usual, given)) + around);
}

/** @param {number} width */
function nameHeight(width) {
  return width < NARROW ? 22 : 0;
}

/**
 * @param {Scene} scene
 * @param {number} lane
 * @param {number} width
 * @param {number} all the height of all lanes, as `raceHeight` says
 * @returns {LaneLayout}
 */
export function laneLayout(scene, lane, width, all) {
  const extra = nameHeight(width);
  const height = (all - HEAD) / scene.lanes.length - GAP;
  const card = { left: 0, top: HEAD + lane * (height + GAP), width, height };
  const narrow = width < NARROW;
  const [track, boxes, ends] = narrow ? [0.02, 0.4, 0.6] : [0.16, 0.545, 0.745];
  const part = (/** @type {number} */ from, /** @type {number} */ to) => ({
    left: from * width,
    top: card.top + 8 + extra,
    width: (to - from) * width,
    height: height - 16 - extra,
  });
  const environments = part(boxes + 0.012, ends - 0.012);
  return {
    card,
    name: narrow ? { left: 10, top: card.top + 4, width: width - 20, height: extra } : { ...part(0, track - 0.025), left: 12 },
    senderX: narrow ? 8 : track * width - 10,
    track: part(narrow ? track + 0.02 : track, boxes),
    environments,
    ends: part(ends, 0.995),
    ...boxesIn(environments, boxCount(scene.lanes[lane])),
  };
}

/** @param {Lane} lane */
function boxCount(lane) {
  return Math.max(lane.environments, Math.min(lane.limit ?? 0, MOST_FREE), 1);
}

/**
 * @param {Box} room
 * @param {number} boxCount
 */
function boxesIn(room, boxCount) {
  let boxSize = LARGEST_BOX;
  const columns = () => Math.max(1, Math.floor((room.width + BOX_GAP) / (boxSize + gapOf(boxSize))));
  while (boxSize > LEAST_BOX && Math.ceil(boxCount / columns()) * (boxSize + gapOf(boxSize)) > room.height + BOX_GAP) boxSize -= 1;
  return { boxSize, boxColumns: Math.min(columns(), boxCount), boxCount };
}

/** @param {number} size */
function gapOf(size) {
  return Math.max(1, Math.min(BOX_GAP, size / 5));
}

/**
 * The place of an environment.
 *
 * @param {LaneLayout} layout
 * @param {number} row
 * @returns {Box}
 */
export function boxOf({ environments: room, boxSize: size, boxColumns, boxCount }, row) {
  const step = size + gapOf(size);
  const rows = Math.ceil(boxCount / boxColumns);
  const top = room.top + Math.max(0, (room.height - rows * step + gapOf(size)) / 2);
  return { left: room.left + (row % boxColumns) * step, top: top + Math.floor(row / boxColumns) * step, width: size, height: size };
}
