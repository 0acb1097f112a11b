/** What a reader can do with the stage besides pointing: switch views, play, scrub, sort, save. */

import { element } from "./dom.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];
export const SCRUBBER = 10000; // steps from the start of the run to its end
const VIEW_NAMES = { ages: "Ages", race: "Race", system: "System" };
const VIEW_TITLES = {
  ages: "How long each event takes, since it arrived",
  race: "Where every event is, as time passes",
  system: "What waits where, and what flows",
};

/**
 * @typedef {keyof typeof VIEW_NAMES} ViewName
 *
 * @typedef {object} Actions
 * @property {(view: ViewName) => void} open
 * @property {() => void} playOrPause
 * @property {() => void} nextFailure
 * @property {(speed: number) => void} setSpeed
 * @property {(share: number) => void} scrub
 * @property {(order: "fared" | "arrival") => void} sort
 * @property {(format: string) => void} save
 */

/**
 * @param {Actions} actions
 * @param {ViewName[]} views
 */
export function controls(actions, views) {
  const tabs = views.map((view) =>
    element("button", { type: "button", role: "tab", title: VIEW_TITLES[view], "data-view": view, onclick: () => actions.open(view) }, VIEW_NAMES[view]),
  );
  const tabList = element("div", { className: "stage-tabs", role: "tablist", "aria-label": "views", hidden: views.length < 2 }, ...tabs);
  const play = element("button", { type: "button", className: "stage-play", onclick: actions.playOrPause }, "▶ Play");
  const next = element("button", { type: "button", title: "Go to the next failure or throttle (n)", onclick: actions.nextFailure }, "Next failure");
  const scrubber = element("input", { type: "range", min: "0", max: String(SCRUBBER), value: "0", "aria-label": "time since the start of the run" });
  scrubber.oninput = () => actions.scrub(Number(scrubber.value) / SCRUBBER);
  const clock = element("span", { className: "stage-clock" });
  const pace = element("span", { className: "stage-pace" });
  const speed = select("speed", SPEEDS.map((each) => [String(each), `${each} ×`]), "1", (value) => actions.setSpeed(Number(value)));
  const order = select(
    "rows",
    [
      ["fared", "by how they fared"],
      ["arrival", "by arrival"],
    ],
    "fared",
    (value) => actions.sort(value === "arrival" ? "arrival" : "fared"),
  );
  const formats = [
    ["", "Save…"],
    ["png", "Picture (PNG)"],
    ["svg", "Picture (SVG)"],
    ["gif", "Animation (GIF)"],
  ];
  const save = element("select", { "aria-label": "save the picture", className: "stage-save" }, ...formats.map(([value, name]) => element("option", { value }, name)));
  save.onchange = () => {
    const format = save.value;
    save.value = "";
    actions.save(format);
  };
  const timeBar = element("div", { className: "stage-bar stage-time" }, play, next, scrubber, clock, pace, speed.root);
  const orderBar = element("div", { className: "stage-bar" }, order.root);

  /**
   * @param {ViewName} view
   * @param {boolean} sorts whether its rows can be sorted
   */
  function open(view, sorts) {
    for (const tab of tabs) {
      const selected = tab.dataset.view === view;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    timeBar.hidden = view === "ages";
    orderBar.hidden = view !== "ages";
    orderBar.style.visibility = sorts ? "" : "hidden"; // its place stays, so nothing below it moves
  }

  tabList.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const now = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const tab = tabs[(now + by + tabs.length) % tabs.length];
    tab.click();
    tab.focus();
  };

  return { tabList, timeBar, orderBar, save, play, scrubber, clock, pace, order: order.list, open };
}

/**
 * @param {string} label
 * @param {string[][]} options value and name
 * @param {string} value
 * @param {(value: string) => void} changed
 */
function select(label, options, value, changed) {
  const list = element("select", { "aria-label": label }, ...options.map(([each, name]) => element("option", { value: each, selected: each === value }, name)));
  list.onchange = () => changed(list.value);
  return { root: element("label", {}, `${label} `, list), list };
}
