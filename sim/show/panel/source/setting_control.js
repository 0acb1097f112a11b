/** One setting: a slider over all its values, a field to type one, and buttons for "not set" and for 0. */

import { element } from "../../stage/source/dom.js";
import { readWhenEntered, typedValue } from "./typed_value.js";

/**
 * @typedef {number | null} Value null: not set
 *
 * @typedef {object} Control
 * @property {string} path
 * @property {string} label
 * @property {string} group
 * @property {string} help
 * @property {string} source
 * @property {string} unit
 * @property {[number, string][]} stops every value the slider reaches, with its text
 * @property {string} unset the text of the button for "not set"; empty: it is always set
 * @property {string} off the text of the button for 0, where 0 means another thing than little; else empty
 *
 * @typedef {object} SettingControl
 * @property {HTMLElement} root
 * @property {(value: Value, has: boolean) => void} show `has`: whether the preset has this setting
 * @property {(sentence: string) => void} complain
 */

/** Each panel of a notebook loads this module for itself: a counter would begin anew in each. */
const newId = () => `lambda-panel-${Math.random().toString(36).slice(2)}`;

/**
 * @param {Control} control
 * @param {(value: Value) => void} changed called while the slider is dragged, too
 * @returns {SettingControl}
 */
export function settingControl(control, changed) {
  const stops = control.stops.filter(([value]) => !(control.off && value === 0));
  const texts = new Map(control.stops);
  const id = newId();
  const slider = element("input", { type: "range", id, min: "0", max: String(stops.length - 1), step: "1" });
  const typed = element("input", { type: "text", className: "panel-typed", "aria-label": `${control.label}, typed`, title: "Type a value, then Enter", size: 8 });
  const unset = choice(control.unset, null);
  const off = choice(control.off, 0);
  const complaint = element("p", { className: "panel-complaint", role: "alert", hidden: true });
  const label = element("label", { htmlFor: id, title: control.help }, control.label);
  const source = element("a", { href: control.source, target: "_blank", rel: "noopener", className: "panel-source", title: `${control.help} Its source opens in a new tab.`, "aria-label": `${control.label}: source` }, "?");
  const name = element("span", { className: "panel-control-name" }, label, "\u00a0", source);
  const head = element("div", { className: "panel-control-head" }, name, typed);
  const buttons = [off, unset].filter((button) => button !== null);
  const row = element("div", { className: "panel-control-row" }, ...(off ? [off] : []), slider, ...(unset ? [unset] : []));
  const root = element("div", { className: "panel-control", "data-path": control.path }, head, row, complaint);
  /** @type {Value} */
  let now = null;

  slider.oninput = () => set(stops[Number(slider.value)][0]);
  readWhenEntered(typed, readTyped);
  typed.onkeydown = (event) => {
    if (event.key === "Escape") typed.value = textOf(now);
  };

  /**
   * @param {string} text
   * @param {Value} value
   */
  function choice(text, value) {
    if (!text) return null;
    return element("button", { type: "button", "aria-label": `${control.label}: ${text}`, onclick: () => set(value) }, text);
  }

  function readTyped() {
    const text = typed.value.trim().toLowerCase();
    const named = control.stops.find(([, each]) => each.toLowerCase() === text);
    if (control.unset && text === control.unset.toLowerCase()) return set(null);
    const value = named ? named[0] : typedValue(text, control.unit);
    if (Number.isNaN(value)) return complain(`${control.label}: “${typed.value}” is not a number. ${control.help}`);
    set(value);
  }

  /** @param {Value} value */
  function set(value) {
    showValue(value);
    changed(value);
  }

  /** @param {Value} value */
  function showValue(value) {
    now = value;
    complain("");
    const place = value === null ? -1 : nearest(value);
    if (place >= 0) slider.value = String(place);
    slider.setAttribute("aria-valuetext", textOf(value));
    slider.classList.toggle("panel-aside", value === null || (control.off !== "" && value === 0));
    typed.value = textOf(value);
    unset?.setAttribute("aria-pressed", String(value === null));
    off?.setAttribute("aria-pressed", String(value === 0));
  }

  /** @param {number} value */
  function nearest(value) {
    let best = 0;
    stops.forEach(([stop], place) => {
      if (Math.abs(stop - value) < Math.abs(stops[best][0] - value)) best = place;
    });
    return best;
  }

  /** @param {Value} value */
  function textOf(value) {
    if (value === null) return control.unset || "–";
    if (control.off && value === 0) return "0";
    return texts.get(value) ?? `${value} ${control.unit === "share" ? "" : control.unit}`.trim();
  }

  /** @param {string} sentence */
  function complain(sentence) {
    complaint.textContent = sentence;
    complaint.hidden = !sentence;
    typed.setAttribute("aria-invalid", String(Boolean(sentence)));
  }

  return {
    root,
    complain,
    show(value, has) {
      showValue(value);
      root.classList.toggle("panel-absent", !has);
      for (const part of [slider, typed, ...buttons]) part.disabled = !has;
      if (!has) typed.value = "–";
    },
  };
}
