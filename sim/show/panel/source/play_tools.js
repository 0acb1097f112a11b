/** What a reader does with a whole page: take its link, save its picture, go on in JupyterLab. */

import { copiesText } from "./copying.js";
import { element } from "../../stage/source/dom.js";

/** @typedef {import("./play_states.js").Index} Index */

/**
 * @param {Index} index
 * @param {() => string} address what follows # in the link of the present state
 */
export function playTools(index, address) {
  const link = element("button", { type: "button", title: "Copy the address of exactly this state" }, "Copy link");
  copiesText(link, () => `${location.href.split("#")[0]}#${address()}`);
  const picture = element("button", { type: "button", onclick: () => save("png") }, "Save picture");
  const animation = element("button", { type: "button", onclick: () => save("gif") }, "Save animation");
  return element("div", { className: "play-buttons" }, link, picture, animation, inLab(index));
}

/**
 * The stage saves what it shows; on a tab without a stage there is nothing to save.
 *
 * @param {string} format
 */
function save(format) {
  const list = /** @type {HTMLSelectElement | null} */ (document.querySelector(".stage-save"));
  if (!list || !list.offsetParent) return;
  list.value = format;
  list.dispatchEvent(new Event("change"));
}

/** @param {Index} index */
function inLab({ notebook, cell, in_lab: how }) {
  const start = element("p", {}, "This is in ", element("code", {}, notebook), `, in cell ${cell}. Start the course with `, element("code", {}, "make lab"), ", open that notebook and choose Run All Cells.");
  return element("details", { className: "play-lab" }, element("summary", {}, "Open in JupyterLab"), start, element("p", {}, how));
}
