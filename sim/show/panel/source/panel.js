/** A panel: settings at the left, what follows from them at the right, while a slider is being dragged. */

import { choiceLists } from "./choice_lists.js";
import { copiesText, wireUp } from "./copying.js";
import { element, isDark, watchTheme } from "../../stage/source/dom.js";
import { moves } from "./moves.js";
import { readScene } from "../../stage/source/scene.js";
import { openStage } from "../../stage/source/stage.js";
import { readoutTable } from "./readout_table.js";
import { settingsColumn } from "./settings_column.js";
import { tabBar } from "./tab_bar.js";

/**
 * @typedef {import("../../stage/source/controls.js").ViewName} ViewName
 * @typedef {import("../../stage/source/story.js").StoryLine} StoryLine
 * @typedef {import("./choice_lists.js").Choice} Choice
 * @typedef {import("./readout_table.js").Readouts} Readouts
 * @typedef {import("./setting_control.js").Control} Control
 * @typedef {import("./setting_control.js").Value} Value
 *
 * @typedef {object} Form
 * @property {{name: string, values: Value[], has: boolean[]}[]} presets
 * @property {string} [preset_label] what a preset is called here
 * @property {number} [first_seed] the one that a preset and Reset go back to
 * @property {Control[]} controls
 * @property {{name: string, title: string}[]} tabs
 * @property {Record<string, string>} readouts explanations by name
 * @property {{min: number, max: number}} seed
 *
 * @typedef {object} Asked
 * @property {number} move
 * @property {string} preset
 * @property {Value[]} values
 * @property {number} seed
 * @property {string} tab
 * @property {Record<string, string>} choices of the open tab
 * @property {Record<string, string>} [picks] of what is simulated, beside the settings
 * @property {"" | "keep" | "drop"} pin
 *
 * @typedef {object} Answer
 * @property {number} move
 * @property {string} tab
 * @property {string} complaint
 * @property {number} control the complaint's; -1: none, -2: the seed
 * @property {string} stopped
 * @property {Readouts} readouts
 * @property {DataView | ArrayBuffer} scene
 * @property {ViewName[]} views
 * @property {string} caption
 * @property {string} svg
 * @property {string} html
 * @property {Choice[]} choices of the open tab
 * @property {Choice[]} [picks] of what is simulated, beside the settings
 * @property {string} words
 * @property {{text: string, compares: boolean}} pin
 * @property {string} settings
 *
 * @typedef {object} PanelHost where the panel stands: a notebook's widget, or a page
 * @property {Form} form
 * @property {() => Asked} asked
 * @property {(asked: Asked) => void} ask
 * @property {() => Answer | null} answer
 * @property {() => DataView | ArrayBuffer} pinned
 * @property {() => {row: number, lane: number}} chosen
 * @property {(row: number, lane: number) => void} choose
 * @property {() => StoryLine[]} story
 * @property {(theme: "light" | "dark") => void} setTheme
 * @property {(width: number) => void} setWidth of a picture, in pixels
 * @property {() => number} [instant] at which a race rests; -1: the first interesting one
 * @property {(instant: number) => void} [setInstant] hears where a pause or a move ends
 * @property {boolean} [plays] as soon as there is something to play
 * @property {(changed: (what: string) => void) => () => void} listen to "asked", "answer", "pinned", "chosen" and "story"
 */

/**
 * JupyterLab takes the arrow keys of a slider for its own, in a notebook's command mode.
 *
 * @param {KeyboardEvent} event
 */
function keepArrows(event) {
  if (event.key.startsWith("Arrow") && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}

const WIDTH_STEP = 20;
const MARGINS = 16; // pixels of height between the parts of a panel
const HIGHEST = 780; // pixels
const STACKED = 700; // pixels of width; up to it the picture stands under the settings, as panel.css says
const STAGE_TABS = ["ages", "race", "system"];

/**
 * Put a panel into an element; returns how to take it away.
 *
 * @param {HTMLElement} parent
 * @param {PanelHost} host
 */
export function openPanel(parent, host) {
  const { form } = host;
  let asked = host.asked();
  /** @type {Answer | null} */
  let answer = null;
  let kept = { tab: "", width: 0, runs: "" };
  /** @type {(what: string) => void} */
  let tellStage = () => {};

  const settings = settingsColumn(form, { changed: move, setPreset, setSeed, reset, pinOrUnpin, choose: (row) => host.choose(row, 0), pick });
  const tabs = tabBar(form.tabs, openTab);
  const readouts = element("div", { className: "panel-readouts" });
  const stage = element("div", { className: "panel-stage" });
  const picture = element("div", { className: "panel-picture", hidden: true });
  const choices = choiceLists((name, value) => change({ choices: { ...asked.choices, [name]: value } }));
  const veil = element("div", { className: "stage-veil", hidden: true, role: "status" });
  const shown = element("div", { className: "panel-shown" }, choices.root, stage, picture, veil);
  const complaint = element("p", { className: "panel-complaint", role: "alert", hidden: true });
  const notice = element("p", { className: "panel-notice", role: "status", hidden: true });
  const words = element("p", { className: "panel-words words", role: "status", "aria-live": "polite" });
  const result = element("div", { className: "panel-result" }, readouts, tabs.root, shown, complaint, notice, words);
  const columns = element("div", { className: "panel-columns" }, settings.root, result);
  const root = element("div", { className: "lambda-panel", "data-lm-suppress-shortcuts": "true" }, columns);
  root.addEventListener("keydown", keepArrows);
  parent.append(root);
  copiesText(settings.copy, () => answer?.settings ?? "");

  const queue = moves(sendNow, (late) => {
    veil.hidden = !late;
    veil.textContent = late ? "Simulating …" : "";
  });

  const closeStage = openStage(stage, {
    scene: () => (answer?.scene?.byteLength ? readScene(answer.scene) : null),
    pinned: () => readScene(host.pinned()),
    get views() {
      return answer?.views ?? [];
    },
    hasTabs: false,
    storyPlace: settings.storyPlace,
    view: () => /** @type {ViewName} */ (asked.tab),
    setView: openTab,
    chosen: host.chosen,
    choose: host.choose,
    story: host.story,
    room,
    instant: host.instant ?? (() => -1),
    setInstant: host.setInstant,
    plays: host.plays,
    caption: () => answer?.caption ?? "",
    waiting: () => "",
    listen(changed) {
      tellStage = changed;
      return () => (tellStage = () => {});
    },
  });

  // -- what the reader does

  /** @param {Partial<Asked>} change */
  function change(change) {
    asked = { ...asked, ...change };
    queue.ask();
  }

  function sendNow() {
    asked = { ...asked, move: Math.max(asked.move, host.asked().move) + 1 };
    host.ask(asked);
    root.dataset.sent = String(asked.move);
    const { move } = asked;
    asked = { ...asked, pin: "" };
    return move;
  }

  /**
   * @param {number} place
   * @param {Value} value
   */
  function move(place, value) {
    change({ values: asked.values.map((each, number) => (number === place ? value : each)) });
  }

  /** @param {string} name */
  function setPreset(name) {
    restore(name);
    settings.show(asked);
  }

  /** @param {string} name */
  function restore(name) {
    const preset = form.presets.find((each) => each.name === name) ?? form.presets[0];
    change({ preset: preset.name, values: preset.values, seed: form.first_seed ?? asked.seed });
  }

  /** @param {number} seed */
  function setSeed(seed) {
    change({ seed });
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  function pick(name, value) {
    change({ picks: { ...asked.picks, [name]: value } });
  }

  function reset() {
    restore(asked.preset);
    settings.show(asked);
  }

  function pinOrUnpin() {
    change({ pin: answer?.pin.text ? "drop" : "keep" });
  }

  /** @param {string} tab */
  function openTab(tab) {
    const hasScene = Boolean(answer?.scene?.byteLength) && (answer?.views ?? []).includes(/** @type {ViewName} */ (tab)) && tab !== "system";
    change({ tab, choices: {} });
    tabs.show(tab);
    if (hasScene && STAGE_TABS.includes(answer?.tab ?? "")) tellStage("view");
  }

  // -- what follows

  function draw() {
    const next = host.answer();
    if (!next) return;
    if (next.complaint) showComplaint(next);
    else showAnswer(next);
    queue.answered(next.move);
    root.dataset.move = String(next.move);
  }

  /** @param {Answer} next */
  function showComplaint(next) {
    root.classList.add("panel-old");
    const isShown = settings.complain(next.control, next.complaint);
    complaint.textContent = isShown ? "The picture is the last one that could be simulated." : next.complaint;
    complaint.hidden = false;
  }

  /** @param {Answer} next */
  function showAnswer(next) {
    answer = next;
    root.classList.remove("panel-old");
    settings.complain(-1, "");
    complaint.hidden = true;
    notice.textContent = next.stopped;
    notice.hidden = !next.stopped;
    readouts.replaceChildren(readoutTable(next.readouts, form.readouts));
    const runs = next.readouts.rows.map(({ run }) => run).join("\n");
    if (next.pin.text || readouts.classList.contains("panel-flow") || kept.runs !== runs) fitReadouts();
    kept.runs = runs;
    settings.showPin(next.pin);
    words.innerHTML = next.words;
    tabs.offer((name) => !STAGE_TABS.includes(name) || next.views.includes(/** @type {ViewName} */ (name)));
    if (queue.quiet()) tabs.show(next.tab);
    choices.show(next.choices);
    settings.showPicks(next.picks ?? []);
    const isStage = STAGE_TABS.includes(next.tab);
    stage.hidden = !isStage;
    picture.hidden = isStage;
    words.hidden = isStage; // the stage says its own
    if (isStage) tellStage("scene");
    else showPicture(next);
    if (kept.tab !== next.tab || next.pin.text) shown.style.minHeight = "";
    kept.tab = next.tab;
  }

  /** Where a table would be cut, as beside a pin or on a phone, each run has lines of its own. */
  function fitReadouts() {
    readouts.classList.remove("panel-flow");
    readouts.classList.toggle("panel-flow", readouts.scrollWidth > readouts.clientWidth);
  }

  /** For the stage: differences to a pinned run take some of it. */
  function room() {
    if (!answer?.pin.text || root.clientWidth <= STACKED) return Infinity;
    const others = [readouts, tabs.root, notice].map((each) => each.getBoundingClientRect().height);
    return HIGHEST - others.reduce((sum, each) => sum + each, MARGINS);
  }

  /** What stands below a panel does not move while a slider is dragged: a tab is never lower than it was. */
  function keepHeight() {
    const isFitted = room() < Infinity;
    if (kept.width !== shown.clientWidth || isFitted) shown.style.minHeight = "";
    kept.width = shown.clientWidth;
    if (isFitted) return;
    shown.style.minHeight = `${shown.offsetHeight}px`;
  }

  /** @param {Answer} next */
  function showPicture(next) {
    picture.innerHTML = next.svg || next.html;
    picture.classList.toggle("panel-svg", Boolean(next.svg));
    const drawing = picture.querySelector("svg");
    drawing?.setAttribute("role", "img");
    drawing?.setAttribute("aria-label", words.textContent ?? "");
    wireUp(picture);
  }

  function followOther() {
    const other = host.asked();
    if (other.move <= asked.move) return;
    asked = { ...other, pin: "" };
    settings.show(asked);
    tabs.show(asked.tab);
  }

  function showTheme() {
    const theme = isDark(root) ? "dark" : "light";
    root.classList.toggle("panel-dark", theme === "dark");
    settings.storyPlace.classList.toggle("stage-dark", theme === "dark");
    host.setTheme(theme);
  }

  function showChosen() {
    settings.showEvent(host.chosen().row);
    tellStage("chosen");
  }

  /** In steps: a scroll bar that comes or goes draws nothing anew. */
  function showWidth() {
    const width = Math.floor(shown.clientWidth / WIDTH_STEP) * WIDTH_STEP;
    if (width > 0) host.setWidth(width);
  }

  /** @type {Record<string, () => void>} */
  const changes = { asked: followOther, answer: draw, pinned: () => tellStage("scene"), chosen: showChosen, story: () => tellStage("story") };
  const stopListening = host.listen((what) => changes[what]?.());
  const stopWatching = watchTheme(showTheme);
  const resized = new ResizeObserver(() => {
    if (kept.width !== shown.clientWidth) fitReadouts();
    keepHeight();
    showWidth();
  });
  resized.observe(shown);
  showTheme();
  settings.show(asked);
  tabs.show(asked.tab);
  draw();
  showChosen();
  tellStage("story");

  return () => {
    queue.stop();
    stopListening();
    stopWatching();
    resized.disconnect();
    closeStage();
    root.remove();
  };
}
