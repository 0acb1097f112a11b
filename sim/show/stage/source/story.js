/** The story of the chosen event beside the picture, with the present line lit. */

import { element } from "./dom.js";
import { spoken } from "./times.js";

/**
 * @typedef {object} StoryLine
 * @property {string} [heading] HTML, escaped where it is made
 * @property {number} [level] 1: of an event, 2: of one of its deliveries
 * @property {number} [at] seconds since the event's arrival
 * @property {string} [text] HTML, escaped where it is made
 */

/**
 * @param {() => void} close
 */
export function storyPanel(close) {
  const lines = element("div", { className: "stage-story-lines" });
  const button = element("button", { type: "button", className: "stage-close", title: "Close the story (Escape)", "aria-label": "Close the story", onclick: close }, "×");
  const root = element("aside", { className: "stage-story", hidden: true, "aria-label": "The story of the chosen event", tabIndex: 0 }, button, lines);
  /** @type {{at: number, row: HTMLElement}[]} */
  let rows = [];
  let lit = -1;

  /** @param {StoryLine[]} story */
  function show(story) {
    root.hidden = story.length === 0;
    rows = [];
    lit = -1;
    lines.replaceChildren(...story.map(lineOf));
  }

  /** @param {StoryLine} line */
  function lineOf(line) {
    if (line.heading !== undefined) return element(line.level === 2 ? "h6" : "h5", { innerHTML: line.heading });
    const time = element("span", { className: "stage-story-time" }, spoken(line.at ?? 0));
    const row = element("div", { className: "stage-story-line" }, time, element("span", { innerHTML: line.text ?? "" }));
    if (line.at !== undefined) rows.push({ at: line.at, row });
    return row;
  }

  /**
   * Light the line that is true now.
   *
   * @param {number} age seconds since the event's arrival
   */
  function light(age) {
    let now = -1;
    rows.forEach(({ at }, place) => {
      if (at <= age + 1e-9) now = place;
    });
    if (now === lit) return;
    rows[lit]?.row.classList.remove("stage-now");
    rows[now]?.row.classList.add("stage-now");
    if (now >= 0) scrollTo(rows[now].row);
    lit = now;
  }

  /** @param {HTMLElement} row */
  function scrollTo(row) {
    const top = row.offsetTop - root.clientHeight / 2;
    root.scrollTop = Math.max(0, top);
  }

  return { root, show, light };
}
