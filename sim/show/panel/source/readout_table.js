/** The numbers beside a picture: a row for each run, and how far it is from a pinned one. */

import { element } from "../../stage/source/dom.js";

/**
 * @typedef {object} Cell
 * @property {string} text
 * @property {string} difference from the pinned run; empty: none
 * @property {boolean | null} better by meaning; null: neither
 *
 * @typedef {object} Readouts
 * @property {string[]} names
 * @property {{run: string, cells: Cell[]}[]} rows
 */

/**
 * @param {Readouts} readouts
 * @param {Record<string, string>} explanations by name
 */
export function readoutTable(readouts, explanations) {
  const explained = readouts.names.map((name) => ({ name, title: explanations[name] ?? "" }));
  const heads = explained.map(({ name, title }) => element("th", { scope: "col" }, element("abbr", { title, tabIndex: 0 }, name)));
  const rows = readouts.rows.map(({ run, cells }) => element("tr", {}, element("th", { scope: "row" }, run), ...cells.map((cell, place) => cellOf(cell, explained[place]))));
  return element("table", { className: "readout" }, element("thead", {}, element("tr", {}, element("td"), ...heads)), element("tbody", {}, ...rows));
}

/**
 * @param {Cell} cell
 * @param {{name: string, title: string}} readout its name stands before the number where the page has no room for a table
 */
function cellOf({ text, difference, better }, { name, title }) {
  const number = unbroken(text);
  if (!difference) return element("td", { "data-name": name, title }, number);
  const meaning = better === null ? "" : better ? "better" : "worse";
  const arrow = difference.startsWith("+") ? "↑" : "↓";
  const shown = element("span", { className: `panel-difference ${meaning && `panel-${meaning}`}`, title: `${difference} against the pinned run${meaning && `: ${meaning}`}` }, `${arrow}\u00a0${unbroken(difference)}`);
  const spoken = element("span", { className: "panel-spoken" }, meaning && `, ${meaning}`);
  return element("td", { "data-name": name, title }, number, " ", shown, spoken);
}

/**
 * A line may end between two numbers, but not between a number and its unit.
 *
 * @param {string} text
 */
function unbroken(text) {
  return text.replace(/(\d) (?=\D)/g, "$1\u00a0");
}
