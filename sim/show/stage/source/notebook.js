/** The stage in a notebook: an anywidget's view. */

import { readScene } from "./scene.js";
import { openStage } from "./stage.js";

/**
 * @typedef {object} Model of anywidget
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, callback: () => void) => void} on
 * @property {(event: string, callback: () => void) => void} off
 */

const TRAITS = { scene: "scene", pinned: "scene", view: "view", chosen: "chosen", lane: "chosen", story: "story", waiting: "waiting", instant: "scene" };

/** @param {{model: Model, el: HTMLElement}} widget */
function render({ model, el }) {
  return openStage(el, {
    scene: () => readScene(model.get("scene")),
    pinned: () => readScene(model.get("pinned")),
    views: model.get("views"),
    view: () => model.get("view"),
    setView: (view) => save({ view }),
    chosen: () => ({ row: model.get("chosen"), lane: model.get("lane") }),
    choose: (row, lane) => save({ chosen: row, lane }),
    story: () => model.get("story"),
    instant: () => model.get("instant"),
    caption: () => model.get("caption"),
    waiting: () => model.get("waiting"),
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
