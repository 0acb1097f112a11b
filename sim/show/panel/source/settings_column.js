/** The column of settings: preset, controls by group, seed, event, and what can be done with a run. */

import { element } from "../../stage/source/dom.js";
import { choiceLists } from "./choice_lists.js";
import { settingControl } from "./setting_control.js";
import { readWhenEntered } from "./typed_value.js";

/**
 * @typedef {import("./panel.js").Asked} Asked
 * @typedef {import("./panel.js").Form} Form
 * @typedef {import("./setting_control.js").Value} Value
 *
 * @typedef {object} Actions
 * @property {(place: number, value: Value) => void} changed
 * @property {(name: string) => void} setPreset
 * @property {(seed: number) => void} setSeed
 * @property {(row: number) => void} choose an event; -1: none
 * @property {() => void} reset
 * @property {() => void} pinOrUnpin
 * @property {(name: string, value: string) => void} pick what is simulated
 */

const NO_CONTROL = -1;
const SEED = -2;

/**
 * @param {Form} form
 * @param {Actions} actions
 */
export function settingsColumn(form, actions) {
  const presetLabel = form.preset_label ?? "preset";
  const preset = element("select", { "aria-label": presetLabel }, ...form.presets.map(({ name }) => element("option", { value: name }, name)));
  preset.onchange = () => actions.setPreset(preset.value);
  const picks = choiceLists(actions.pick);
  const controls = form.controls.map((control, place) => settingControl(control, (value) => actions.changed(place, value)));
  const seed = wholeNumber("seed", form.seed.min, form.seed.max, actions.setSeed);
  const event = wholeNumber("story of event", 0, form.seed.max, actions.choose);
  event.input.placeholder = "none";
  const reset = element("button", { type: "button", title: "Back to the preset", onclick: actions.reset }, "Reset");
  const pin = element("button", { type: "button", onclick: actions.pinOrUnpin }, "Pin this run");
  const copy = element("button", { type: "button", title: "Copy a short text that `sim.show.panel(settings=…)` takes back" }, "Copy settings");
  const pinned = element("p", { className: "panel-pinned", hidden: true });
  const storyPlace = element("div", { className: "stage panel-story" });
  const buttons = element("div", { className: "panel-buttons" }, reset, pin, copy);
  const hasChoice = form.presets.length > 1;
  const head = hasChoice ? [element("label", { className: "panel-preset" }, `${presetLabel} `, preset)] : [];
  const root = element("div", { className: "panel-settings" }, picks.root, ...head, ...grouped(), element("div", { className: "panel-numbers" }, seed.root, event.root), seed.complaint, buttons, pinned, storyPlace);

  /** The controls, with a heading before each group. */
  function grouped() {
    let group = "";
    return controls.flatMap(({ root: one }, place) => {
      const own = form.controls[place].group;
      const heading = own && own !== group ? [element("h5", { className: "panel-group" }, own)] : [];
      group = own;
      return [...heading, one];
    });
  }

  /** @param {Asked} asked */
  function show(asked) {
    preset.value = asked.preset;
    const has = form.presets.find(({ name }) => name === asked.preset)?.has ?? [];
    controls.forEach((control, place) => control.show(asked.values[place], has[place] ?? true));
    seed.input.value = String(asked.seed);
    seed.complain("");
  }

  /**
   * Say a sentence at the control that it is about; false: it is about none.
   *
   * @param {number} place
   * @param {string} sentence
   */
  function complain(place, sentence) {
    if (place === NO_CONTROL) {
      if (!sentence) for (const each of [...controls, seed]) each.complain("");
      return false;
    }
    (place === SEED ? seed : controls[place]).complain(sentence);
    return true;
  }

  /** @param {{text: string, compares: boolean}} kept */
  function showPin({ text, compares }) {
    pin.textContent = text ? "Drop the pin" : "Pin this run";
    pin.title = text ? "Forget the pinned run" : "Keep it, grey, behind the next one";
    pin.setAttribute("aria-pressed", String(Boolean(text)));
    pinned.textContent = text;
    pinned.hidden = !text;
    pinned.classList.toggle("panel-apart", !compares);
  }

  /** @param {number} row */
  function showEvent(row) {
    event.input.value = row < 0 ? "" : String(row);
  }

  return { root, copy, storyPlace, show, complain, showPin, showEvent, showPicks: picks.show };
}

/**
 * A field for a whole number, which says in a sentence what it takes.
 *
 * @param {string} label
 * @param {number} min
 * @param {number} max
 * @param {(value: number) => void} changed
 */
function wholeNumber(label, min, max, changed) {
  const input = element("input", { type: "text", inputMode: "numeric", size: 6 });
  const complaint = element("p", { className: "panel-complaint", role: "alert", hidden: true });

  /** @param {string} sentence */
  function complain(sentence) {
    complaint.textContent = sentence;
    complaint.hidden = !sentence;
    input.setAttribute("aria-invalid", String(Boolean(sentence)));
  }

  function read() {
    const text = input.value.trim();
    const value = text === "" && label !== "seed" ? -1 : Number(text || NaN);
    const fits = Number.isInteger(value) && value <= max && (value >= min || text === "");
    complain(fits ? "" : `${label}: “${text}” is not a whole number from ${min} to ${max.toLocaleString("en")}.`);
    if (fits) changed(value);
  }

  readWhenEntered(input, read);
  return { root: element("label", {}, `${label} `, input), input, complaint, complain };
}
