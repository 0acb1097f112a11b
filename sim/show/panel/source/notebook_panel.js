/** The panel in a notebook: an anywidget's view. */

import { openPanel } from "./panel.js";

/** @typedef {import("../../stage/source/notebook.js").Model} Model */

const TRAITS = { asked: "asked", answer: "answer", pinned: "pinned", chosen: "chosen", lane: "chosen", story: "story" };

/** @param {{model: Model, el: HTMLElement}} widget */
function render({ model, el }) {
  return openPanel(el, {
    form: model.get("form"),
    asked: () => model.get("asked"),
    ask: (asked) => save({ asked }),
    answer: () => model.get("answer"),
    pinned: () => model.get("pinned"),
    chosen: () => ({ row: model.get("chosen"), lane: model.get("lane") }),
    choose: (row, lane) => save({ chosen: row, lane }),
    story: () => model.get("story"),
    setTheme: (theme) => theme !== model.get("theme") && save({ theme }),
    setWidth: (width) => width !== model.get("width") && save({ width }),
    listen,
  });

  /** @param {Record<string, unknown>} values */
  function save(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }

  /** @param {(what: string) => void} changed */
  function listen(changed) {
    const pairs = Object.entries(TRAITS).map(([trait, what]) => /** @type {const} */ ([`change:${trait}`, () => changed(what)]));
    for (const [event, callback] of pairs) model.on(event, callback);
    return () => {
      for (const [event, callback] of pairs) model.off(event, callback);
    };
  }
}

export default { render };
