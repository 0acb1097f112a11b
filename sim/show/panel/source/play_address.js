/** A link is a state: all that a reader has set, in the address of the page, in the words of "Copy settings". */

import { firstAsked } from "./play_answers.js";
import { named, settingsText } from "./play_settings.js";
import { entriesOf, stateIn } from "./play_states.js";

/**
 * @typedef {import("./page_panel.js").PageState} PageState
 * @typedef {import("./panel.js").Asked} Asked
 * @typedef {import("./play_states.js").Index} Index
 */

/**
 * What follows # in the address of a state.
 *
 * @param {Index} index
 * @param {PageState} state
 * @param {Asked | null} pinned
 */
export function addressText(index, { asked, row, lane, instant }, pinned) {
  const parts = [settingsText(asked, index.form)];
  if (row >= 0) parts.push(`event=${row}`);
  if (row >= 0 && lane > 0) parts.push(`lane=${lane}`);
  if (instant >= 0) parts.push(`instant=${Number(instant.toFixed(3))}`);
  if (pinned) parts.push(`pinned=${named(settingsText(pinned, index.form))}`);
  return encodeURI(parts.join("; ")).replaceAll("%20", "+").replaceAll("#", "%23");
}

/**
 * The state of an address; where it is none of this page, the nearest one, and sentences about it.
 *
 * @param {Index} index
 * @param {string} hash
 * @returns {PageState & {pinned: Asked | null, complaints: string[]}}
 */
export function stateOfAddress(index, hash) {
  const { first } = index;
  const text = decoded(hash.replace(/^#/, "").replaceAll("+", " "));
  const { asked, complaints, given } = stateIn(index, text, firstAsked(index));
  const { row, lane } = eventIn(index, given, asked, complaints);
  const kept = given.has("pinned") ? stateIn(index, given.get("pinned") ?? "", firstAsked(index)) : null;
  const isPlain = !text.trim();
  return {
    asked,
    row: isPlain ? first.row : row,
    lane: isPlain ? first.lane : lane,
    instant: readNumber(given, "instant", Infinity, complaints),
    pinned: kept && kept.asked,
    complaints: [...complaints, ...(kept?.complaints ?? [])],
  };
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * @param {Index} index
 * @param {Map<string, string>} given
 * @param {Asked} asked
 * @param {string[]} complaints
 */
function eventIn(index, given, asked, complaints) {
  const lanes = entriesOf(index, asked).flatMap((entry) => entry.lanes ?? []);
  const events = Math.max(0, ...lanes.map((place) => index.lanes[place].events));
  return { row: readNumber(given, "event", events - 1, complaints), lane: Math.max(0, readNumber(given, "lane", Infinity, complaints)) };
}

/**
 * A number of an address from 0 to `most`; -1: there is none.
 *
 * @param {Map<string, string>} given
 * @param {string} name
 * @param {number} most
 * @param {string[]} complaints
 */
function readNumber(given, name, most, complaints) {
  const text = given.get(name);
  if (text === undefined) return -1;
  const number = Number(text || NaN);
  const isWhole = name === "instant" || Number.isInteger(number);
  if (number >= 0 && number <= most && isWhole) return number;
  complaints.push(`There is no ${name} ${text} here.`);
  return -1;
}
