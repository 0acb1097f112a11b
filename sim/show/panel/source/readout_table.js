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
  const heads = readouts.names.map((name) => element("th", { scope: "col" }, element("abbr", { title: explanations[name] ?? "", tabIndex: 0 }, name)));
  const rows = readouts.rows.map(({ run, cells }) => element("tr", {}, element("th", { scope: "row" }, run), ...cells.map(cellOf)));
  return element("table", { className: "readout" }, element("thead", {}, element("tr", {}, element("td"), ...heads)), element("tbody", {}, ...rows));
}

/** @param {Cell} cell */
function cellOf({ text, difference, better }) {
  if (!difference) return element("td", {}, text);
  const meaning = better === null ? "" : better ? "better" : "worse";
  const arrow = difference.startsWith("+") ? "↑" : "↓";
  const shown = element("span", { className: `panel-difference ${meaning && `panel-${meaning}`}`, title: `${difference} against the pinned run${meaning && `: ${meaning}`}` }, `${arrow} ${difference}`);
  const spoken = element("span", { className: "panel-spoken" }, meaning && `, ${meaning}`);
  return element("td", {}, text, " ", shown, spoken);
}
