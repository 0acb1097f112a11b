/** What a widget's view does with its model in Python: it sets values, and hears of changed ones. */

/**
 * @typedef {object} Model of anywidget
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, callback: () => void) => void} on
 * @property {(event: string, callback: () => void) => void} off
 */

/**
 * @param {Model} model
 * @param {Record<string, unknown>} values
 */
export function save(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/**
 * Call back with what has changed; returns how to stop.
 *
 * @param {Model} model
 * @param {Record<string, string>} traits by name: what a change of it is
 * @param {(what: string) => void} changed
 */
export function listen(model, traits, changed) {
  const pairs = Object.entries(traits).map(([trait, what]) => /** @type {const} */ ([`change:${trait}`, () => changed(what)]));
  for (const [event, callback] of pairs) model.on(event, callback);
  return () => {
    for (const [event, callback] of pairs) model.off(event, callback);
  };
}
