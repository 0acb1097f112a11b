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
 * @property {(asked: Asked) => Promise<Found>} answerOf a run computed before
 * @property {(row: number, lane: number) => StoryLine[] | Promise<StoryLine[]>} storyOf an event of the last answer
 * @property {(state: PageState) => void} [changed]
 * @property {{row: number, lane: number}} [chosen] the event whose story is told first
 * @property {number} [instant] at which a race rests first; -1: the first interesting one
 * @property {boolean} [plays] as soon as there is something to play
 *
 * @typedef {object} Found
 * @property {Answer} answer
 * @property {ArrayBuffer | null} pinned
 * @property {Asked} [shown] what is shown instead of what was asked for
 *
 * @typedef {object} PageState
 * @property {Asked} asked
 * @property {number} row of the event whose story is told; -1: none
 * @property {number} lane
 * @property {number} instant at which a race was paused; -1: it was not
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
  let chosen = options.chosen ?? { row: -1, lane: 0 };
  let instant = options.instant ?? -1;
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
    instant: () => instant,
    setInstant: (now) => {
      instant = now;
      told();
    },
    plays: options.plays,
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
    if (found.shown) showOther(found.shown);
    tellStory();
    told();
  }

  /**
   * The controls go to what is shown.
   *
   * @param {Asked} shown
   */
  function showOther(shown) {
    asked = { ...shown, move: asked.move + 1, pin: "" };
    tell("asked");
  }

  async function tellStory() {
    const { row, lane } = chosen;
    const lines = row < 0 ? [] : await options.storyOf(row, lane);
    if (row !== chosen.row || lane !== chosen.lane) return;
    story = lines;
    tell("story");
  }

  function told() {
    options.changed?.({ asked, ...chosen, instant });
  }

  return { close };
}

Object.assign(window, { lambdaPanel: { open } });
