/** The stage in a notebook: an anywidget's view. */

import { listen, save } from "./model.js";
import { readScene } from "./scene.js";
import { openStage } from "./stage.js";

/** @typedef {import("./model.js").Model} Model */

const TRAITS = { scene: "scene", pinned: "scene", view: "view", chosen: "chosen", lane: "chosen", story: "story", waiting: "waiting", instant: "scene" };

/** @param {{model: Model, el: HTMLElement}} widget */
function render({ model, el }) {
  return openStage(el, {
    scene: () => readScene(model.get("scene")),
    pinned: () => readScene(model.get("pinned")),
    views: model.get("views"),
    view: () => model.get("view"),
    setView: (view) => save(model, { view }),
    chosen: () => ({ row: model.get("chosen"), lane: model.get("lane") }),
    choose: (row, lane) => save(model, { chosen: row, lane }),
    story: () => model.get("story"),
    instant: () => model.get("instant"),
    caption: () => model.get("caption"),
    waiting: () => model.get("waiting"),
    listen: (changed) => listen(model, TRAITS, changed),
  });
}

export default { render };
