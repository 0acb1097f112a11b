/** Lists to choose from, as an answer offers them: which resource, which period, which kind of trigger. */

import { element } from "../../stage/source/dom.js";

/**
 * @typedef {object} Choice
 * @property {string} name
 * @property {string} label
 * @property {[string, string][]} options value and text
 * @property {string} value
 */

/**
 * @param {(name: string, value: string) => void} changed
 */
export function choiceLists(changed) {
  const root = element("div", { className: "panel-choices", hidden: true });
  let offeredNow = "";

  /** @param {Choice[]} offered */
  function show(offered) {
    root.hidden = offered.length === 0;
    const text = JSON.stringify(offered);
    if (text === offeredNow) return; // an open list stays open
    offeredNow = text;
    root.replaceChildren(...offered.map(listOf));
  }

  /** @param {Choice} offered */
  function listOf({ name, label, options, value }) {
    const list = element("select", {}, ...options.map(([each, text]) => element("option", { value: each, selected: each === value }, text)));
    list.onchange = () => changed(name, list.value);
    return element("label", { "data-name": name }, `${label} `, list);
  }

  return { root, show };
}
