/** The state of a page as a short text, in the words of "Copy settings": the twin of settings_text.py, but milder. */

/**
 * @typedef {import("./panel.js").Asked} Asked
 * @typedef {import("./panel.js").Form} Form
 * @typedef {import("./setting_control.js").Value} Value
 */

const NOT_SET = "not set";
const PLAIN = /^[^\s;="]([^;="]*[^\s;="])?$/;
const PART = /\s*([^=;"]+?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;"]*?)\s*(?:;|$)/y;

/** @param {string} name */
export function named(name) {
  return PLAIN.test(name) ? name : JSON.stringify(name);
}

/**
 * The text of a state; a panel in a notebook takes it back.
 *
 * @param {Asked} asked
 * @param {Form} form
 */
export function settingsText(asked, form) {
  const own = form.presets.find(({ name }) => name === asked.preset)?.values ?? [];
  const moved = form.controls.flatMap(({ path }, place) => (asked.values[place] === own[place] ? [] : [`${path}=${asked.values[place] ?? NOT_SET}`]));
  const picks = Object.entries(asked.picks ?? {}).flatMap(([name, value]) => (value ? [`${name}=${named(value)}`] : []));
  return [`preset=${named(asked.preset)}`, ...moved, ...picks, `seed=${asked.seed}`, `tab=${named(asked.tab)}`].join("; ");
}

/**
 * What a text names, by name; what cannot be read is left out, and told in a sentence.
 *
 * @param {string} text
 * @returns {{given: Map<string, string>, complaints: string[]}}
 */
export function readParts(text) {
  /** @type {Map<string, string>} */
  const given = new Map();
  let place = 0;
  while (text.slice(place).trim()) {
    PART.lastIndex = place;
    const found = PART.exec(text);
    if (!found) return { given, complaints: [`“${text.slice(place).trim()}” in the address cannot be read.`] };
    given.set(found[1], unquoted(found[2]));
    place = PART.lastIndex;
  }
  return { given, complaints: [] };
}

/** @param {string} value */
function unquoted(value) {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}

/**
 * A value as it is written in a text; NaN: it is none.
 *
 * @param {string} text
 * @returns {Value}
 */
export function valueIn(text) {
  if (text === NOT_SET) return null;
  return text.trim() === "" ? NaN : Number(text);
}
