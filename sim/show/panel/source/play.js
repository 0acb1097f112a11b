/** A playground: a panel on a page without Python, whose runs were all made beforehand. */

import { embed } from "./embedding.js";
import { addressText, stateOfAddress } from "./play_address.js";
import { playAnswers } from "./play_answers.js";
import { load, put } from "./play_parts.js";
import { nearest } from "./play_states.js";
import { playTools } from "./play_tools.js";

/**
 * @typedef {import("./page_panel.js").PageState} PageState
 * @typedef {import("./play_states.js").Index} Index
 */

const PAUSE = 150; // milliseconds without a change until the address follows: a browser allows few changes a second

/** @param {Index} index */
function open(index) {
  const answers = playAnswers(index);
  const start = stateOfAddress(index, location.hash);
  if (start.pinned) answers.pin(start.pinned);
  const parent = /** @type {HTMLElement} */ (document.getElementById("play-panel"));
  const notice = /** @type {HTMLElement} */ (document.getElementById("play-notice"));
  const tools = playTools(index, () => addressText(index, state, answers.pinned()));
  /** @type {PageState} */
  let state = start;
  let later = 0;
  if (new URLSearchParams(location.search).has("embed")) embed();
  notice.textContent = start.complaints.join(" ");
  notice.hidden = !start.complaints.length;
  document.getElementById("play-tools")?.append(tools);

  window.lambdaPanel.open(parent, {
    form: index.form,
    asked: start.asked,
    answerOf: answers.answerOf,
    storyOf: answers.storyOf,
    chosen: { row: start.row, lane: start.lane },
    instant: start.instant,
    plays: start.instant < 0,
    changed,
  });
  addEventListener("hashchange", () => location.reload());
  setTimeout(loadPacks, PAUSE);

  /** @param {PageState} now */
  function changed(now) {
    state = { ...now, asked: nearest(index, now.asked).asked };
    clearTimeout(later);
    later = window.setTimeout(() => history.replaceState(null, "", `#${addressText(index, state, answers.pinned())}`), PAUSE);
  }

  /** What a slider may ask for next, as far as it is not too much. */
  function loadPacks() {
    if (index.picks.length) return;
    for (const pack of new Set(Object.values(index.packs))) load(pack);
  }
}


Object.assign(window, { lambdaPlay: { open, put } });
