/** Which state of a page is meant: what is asked for, or the nearest that was simulated, and a word about it. */

import { readParts, valueIn } from "./play_settings.js";

/**
 * @typedef {import("./panel.js").Asked} Asked
 * @typedef {import("./choice_lists.js").Choice} Choice
 * @typedef {import("./setting_control.js").Value} Value
 *
 * @typedef {object} StateEntry
 * @property {number[]} [lanes] places in the index
 * @property {string} [scene] of several lanes
 * @property {string} [caption]
 * @property {string} [words]
 * @property {string} [complaint] what AWS says of these settings
 *
 * @typedef {object} LaneEntry
 * @property {string} name
 * @property {[string, number | null][]} cells text and number of each readout
 * @property {number} events
 * @property {number} delivered
 * @property {string[]} ways the functions that events go to
 * @property {string} caption
 * @property {string} words
 * @property {string} scene
 * @property {string} map empty: there is none
 * @property {string} details
 * @property {string} code
 * @property {string} card of a kind of trigger; empty: it is none
 *
 * @typedef {object} NumberOf how a readout's difference is written and judged
 * @property {string} name
 * @property {"less" | "more" | "neither"} better
 * @property {import("./numbers.js").Way} written
 * @property {boolean} grows with the number of events
 *
 * @typedef {import("./setting_control.js").Control & {values: Value[]}} PageControl
 * @typedef {Omit<import("./panel.js").Form, "controls"> & {controls: PageControl[], numbers: NumberOf[]}} PageForm
 *
 * @typedef {object} PickList
 * @property {string} name
 * @property {string} label
 * @property {[string, string][] | Record<string, [string, string][]>} options by preset, where they differ
 * @property {boolean} [here_alone] JupyterLab's own panel does not know it
 *
 * @typedef {object} Index what is on a page
 * @property {string} name
 * @property {string} title
 * @property {PageForm} form
 * @property {{preset: string, values: Value[], seed: number, tab: string, picks: Record<string, string>, row: number, lane: number}} first
 * @property {PickList[]} picks
 * @property {string} notebook
 * @property {number} cell
 * @property {string} in_lab what to do there
 * @property {LaneEntry[]} lanes
 * @property {Record<string, Record<string, StateEntry[]>>} states by what is picked and preset
 * @property {Record<string, string>} packs the file of a scene
 *
 * @typedef {object} Meant
 * @property {Asked} asked
 * @property {string[]} complaints
 */

/**
 * The entries of a state: one, or one for each kind that is picked.
 *
 * @param {Index} index
 * @param {Asked} asked that is a state of this page
 */
export function entriesOf(index, asked) {
  const picked = [...new Set(Object.values(asked.picks ?? {}).filter(Boolean))];
  const keys = picked.length ? picked : [""];
  return keys.map((key) => index.states[key][asked.preset][placeOf(index, asked)]);
}

/**
 * @param {Index} index
 * @param {Asked} asked
 */
function placeOf(index, asked) {
  return index.form.controls.reduce((place, { values }, number) => place * values.length + Math.max(0, values.indexOf(asked.values[number])), 0);
}

/**
 * The lists of what can be picked, in a preset.
 *
 * @param {Index} index
 * @param {Asked} asked
 * @returns {Choice[]}
 */
export function pickLists(index, asked) {
  return index.picks.map(({ name, label, options }) => ({ name, label, options: optionsOf(options, asked.preset), value: asked.picks?.[name] ?? "" }));
}

/**
 * @param {PickList["options"]} options
 * @param {string} preset
 */
function optionsOf(options, preset) {
  return Array.isArray(options) ? options : options[preset];
}

/**
 * The nearest state that was simulated.
 *
 * @param {Index} index
 * @param {Asked} asked
 * @returns {Meant}
 */
export function nearest(index, asked) {
  /** @type {string[]} */
  const complaints = [];
  const { form, first } = index;
  const preset = form.presets.find(({ name }) => name === asked.preset) ?? form.presets[0];
  if (preset.name !== asked.preset) complaints.push(`There is no ${form.preset_label ?? "preset"} “${asked.preset}”; this is “${preset.name}”.`);
  const values = form.controls.map((control, place) => {
    if (!preset.has[place]) return preset.values[place];
    const asks = asked.values[place];
    const value = nearestValue(control, asks);
    if (value !== asks) complaints.push(`${control.label} ${textOf(control, asks)} was not simulated for this page; the nearest that was is ${textOf(control, value)}.`);
    return value;
  });
  if (asked.seed !== first.seed) complaints.push(`The runs of this page have seed ${first.seed}; JupyterLab has the others.`);
  const tab = form.tabs.some(({ name }) => name === asked.tab) ? asked.tab : first.tab;
  if (tab !== asked.tab) complaints.push(`The tab “${asked.tab}” is in JupyterLab alone; this is “${tab}”.`);
  return { asked: { ...asked, preset: preset.name, values, seed: first.seed, tab, picks: nearestPicks(index, asked, preset.name, complaints) }, complaints };
}

/**
 * @param {Index} index
 * @param {Asked} asked
 * @param {string} preset
 * @param {string[]} complaints
 */
function nearestPicks(index, asked, preset, complaints) {
  /** @type {Record<string, string>} */
  const picks = {};
  for (const { name, label, options } of index.picks) {
    const offered = optionsOf(options, preset);
    const wish = asked.picks?.[name] ?? "";
    const isThere = offered.some(([value]) => value === wish);
    picks[name] = isThere ? wish : offered[0][0];
    if (!isThere && wish && asked.preset === preset && !isOfOther(options, wish)) complaints.push(`${label}: there is no “${wish}” here.`);
  }
  return picks;
}

/**
 * What another preset offers is given up without a word when the preset changes.
 *
 * @param {PickList["options"]} options
 * @param {string} wish
 */
function isOfOther(options, wish) {
  return !Array.isArray(options) && Object.values(options).some((each) => each.some(([value]) => value === wish));
}

/**
 * @param {PageControl} control
 * @param {Value} value
 */
function nearestValue(control, value) {
  if (control.values.includes(value)) return value;
  const numbers = control.values.filter((each) => each !== null);
  if (value === null || Number.isNaN(value)) return numbers[0];
  return numbers.reduce((best, each) => (Math.abs(each - value) < Math.abs(best - value) ? each : best));
}

/**
 * @param {PageControl} control
 * @param {Value} value
 */
function textOf(control, value) {
  if (value === null) return "not set";
  return control.stops.find(([stop]) => stop === value)?.[1] ?? String(value);
}

/**
 * The state that a text means.
 *
 * @param {Index} index
 * @param {string} text
 * @param {Asked} start what the text does not name is as here
 * @returns {Meant & {given: Map<string, string>}} `given`: what is named beside the state
 */
export function stateIn(index, text, start) {
  const { given, complaints } = readParts(text);
  const { form } = index;
  const preset = given.get("preset") ?? start.preset;
  const own = form.presets.find(({ name }) => name === preset) ?? form.presets[0];
  const paths = form.controls.map(({ path }) => path);
  const values = paths.map((path, place) => {
    const named = given.get(path);
    return named === undefined ? own.values[place] : valueIn(named);
  });
  const picks = Object.fromEntries(index.picks.map(({ name }) => [name, given.get(name) ?? start.picks?.[name] ?? ""]));
  const asked = { ...start, preset, values, picks, seed: Number(given.get("seed") ?? start.seed), tab: given.get("tab") ?? start.tab };
  const known = new Set(["preset", "seed", "tab", ...BESIDE, ...paths, ...Object.keys(picks)]);
  for (const name of given.keys()) if (!known.has(name)) complaints.push(`This page has no “${name}”; JupyterLab may have it.`);
  const meant = nearest(index, asked);
  return { asked: meant.asked, complaints: [...complaints, ...meant.complaints], given };
}

/** What an address names beside the state of a panel. */
export const BESIDE = ["event", "lane", "instant", "pinned"];
