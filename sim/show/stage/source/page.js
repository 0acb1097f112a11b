/** The stage on a page without Python: `lambdaStage.open(element, scene, options)`. */

import { readScene } from "./scene.js";
import { openStage } from "./stage.js";

/**
 * @typedef {import("./controls.js").ViewName} ViewName
 * @typedef {import("./story.js").StoryLine} StoryLine
 *
 * @typedef {object} Options
 * @property {ViewName[]} [views]
 * @property {ViewName} [view]
 * @property {(row: number, lane: number) => StoryLine[]} [story] of an event in a lane
 * @property {number} [instant]
 * @property {string} [caption]
 * @property {ArrayBuffer | string} [pinned]
 * @property {(state: {view: ViewName, row: number, lane: number}) => void} [changed]
 */

/**
 * Open a stage; `show` puts another scene into it, `close` takes it away.
 *
 * @param {HTMLElement} parent
 * @param {ArrayBuffer | string} bytes of a scene; as text: base64
 * @param {Options} [options]
 */
function open(parent, bytes, options = {}) {
  const views = options.views ?? ["ages", "race"];
  let view = options.view ?? views[0];
  let scene = readScene(bufferOf(bytes));
  let pinned = options.pinned ? readScene(bufferOf(options.pinned)) : null;
  let chosen = { row: -1, lane: -1 };
  /** @type {StoryLine[]} */
  let story = [];
  /** @type {(what: string) => void} */
  let tell = () => {};

  const close = openStage(parent, {
    scene: () => scene,
    pinned: () => pinned,
    views,
    view: () => view,
    setView: (next) => {
      view = next;
      tell("view");
      options.changed?.({ view, ...chosen });
    },
    chosen: () => chosen,
    choose: (row, lane) => {
      chosen = { row, lane };
      story = row < 0 ? [] : (options.story?.(row, lane) ?? []);
      tell("chosen");
      tell("story");
      options.changed?.({ view, ...chosen });
    },
    story: () => story,
    instant: () => options.instant ?? -1,
    caption: () => options.caption ?? "",
    waiting: () => "",
    listen: (changed) => {
      tell = changed;
      return () => (tell = () => {});
    },
  });

  return {
    close,
    /**
     * @param {ArrayBuffer | string} next
     * @param {ArrayBuffer | string} [behind]
     */
    show(next, behind) {
      scene = readScene(bufferOf(next));
      pinned = behind ? readScene(bufferOf(behind)) : null;
      tell("scene");
    },
  };
}

/** @param {ArrayBuffer | string} bytes */
function bufferOf(bytes) {
  if (typeof bytes !== "string") return bytes;
  return Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)).buffer;
}

Object.assign(window, { lambdaStage: { open } });
