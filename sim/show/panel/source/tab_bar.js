/** The tabs above the picture: one is open, arrow keys go from one to the next. */

import { element } from "../../stage/source/dom.js";

/**
 * @param {{name: string, title: string}[]} tabs
 * @param {(name: string) => void} open
 */
export function tabBar(tabs, open) {
  const buttons = tabs.map(({ name, title }) => element("button", { type: "button", role: "tab", title, "data-tab": name, onclick: () => open(name) }, name));
  const root = element("div", { className: "panel-tabs", role: "tablist", "aria-label": "what to look at" }, ...buttons);

  root.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const there = buttons.filter((button) => !button.hidden);
    const now = there.findIndex((button) => button.getAttribute("aria-selected") === "true");
    const next = there[(now + by + there.length) % there.length];
    next.click();
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {string} name */
  function show(name) {
    for (const button of buttons) {
      const selected = button.dataset.tab === name;
      button.setAttribute("aria-selected", String(selected));
      button.tabIndex = selected ? 0 : -1;
    }
  }

  /** @param {(name: string) => boolean} isThere */
  function offer(isThere) {
    for (const button of buttons) button.hidden = !isThere(button.dataset.tab ?? "");
  }

  return { root, show, offer };
}
