/** The panel in a notebook: an anywidget's view. */

import { listen, save } from "../../stage/source/model.js";
import { openPanel } from "./panel.js";

/** @typedef {import("../../stage/source/model.js").Model} Model */

const TRAITS = { asked: "asked", answer: "answer", pinned: "pinned", chosen: "chosen", lane: "chosen", story: "story" };

/** @param {{model: Model, el: HTMLElement}} widget */
function render({ model, el }) {
  return openPanel(el, {
    form: model.get("form"),
    asked: () => model.get("asked"),
    ask: (asked) => save(model, { asked }),
    answer: () => model.get("answer"),
    pinned: () => model.get("pinned"),
    chosen: () => ({ row: model.get("chosen"), lane: model.get("lane") }),
    choose: (row, lane) => save(model, { chosen: row, lane }),
    story: () => model.get("story"),
    setTheme: (theme) => theme !== model.get("theme") && save(model, { theme }),
    setWidth: (width) => width !== model.get("width") && save(model, { width }),
    listen: (changed) => listen(model, TRAITS, changed),
  });
}

export default { render };
