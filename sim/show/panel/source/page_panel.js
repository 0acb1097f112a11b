/** The panel on a page without Python: `lambdaPanel.open(element, options)`. */

import { openPanel } from "./panel.js";

/**
 * @typedef {import("./panel.js").Answer} Answer
 * @typedef {import("./panel.js").Asked} Asked
 * @typedef {import("./panel.js").Form} Form
 * @typedef {import("../../stage/source/story.js").StoryLine} StoryLine
 *
 * @typedef {object} Options
 * @property {Form} form
 * @property {Asked} asked what is shown first
 * @property {(asked: Asked) => Promise<{answer: Answer, pinned: ArrayBuffer | null}>} answerOf a run computed before
 * @property {(row: number, lane: number) => StoryLine[]} storyOf an event of the last answer
 * @property {(state: {asked: Asked, row: number, lane: number}) => void} [changed]
 */

const NOTHING = new ArrayBuffer(0);

/**
 * Open a panel; `close` takes it away.
 *
 * @param {HTMLElement} parent
 * @param {Options} options
 */
function open(parent, options) {
  let { asked } = options;
  let chosen = { row: -1, lane: 0 };
  /** @type {Answer | null} */
  let answer = null;
  /** @type {ArrayBuffer} */
  let pinned = NOTHING;
  /** @type {StoryLine[]} */
  let story = [];
  /** @type {(what: string) => void} */
  let tell = () => {};

  const close = openPanel(parent, {
    form: options.form,
    asked: () => asked,
    ask,
    answer: () => answer,
    pinned: () => pinned,
    chosen: () => chosen,
    choose: (row, lane) => {
      chosen = { row, lane: Math.max(0, lane) };
      tellStory();
      tell("chosen");
      told();
    },
    story: () => story,
    setTheme: () => {},
    setWidth: () => {},
    listen: (changed) => {
      tell = changed;
      return () => (tell = () => {});
    },
  });
  ask(asked);

  /** @param {Asked} next */
  async function ask(next) {
    asked = next;
    const found = await options.answerOf(next);
    if (next.move < asked.move) return;
    answer = { ...found.answer, move: next.move };
    pinned = found.pinned ?? NOTHING;
    tell("pinned");
    tell("answer");
    tellStory();
    told();
  }

  function tellStory() {
    story = chosen.row < 0 ? [] : options.storyOf(chosen.row, chosen.lane);
    tell("story");
  }

  function told() {
    options.changed?.({ asked, ...chosen });
  }

  return { close };
}

Object.assign(window, { lambdaPanel: { open } });
