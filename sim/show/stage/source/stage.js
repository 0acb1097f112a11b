/** The stage: one scene, three views, and what a reader does with them. */

import { agesView } from "./ages.js";
import { SCRUBBER, controls } from "./controls.js";
import { download, element, isDark, wantsStillness, watchTheme } from "./dom.js";
import { failureInstants } from "./failures.js";
import { fillLegend } from "./legend.js";
import { DARK, LIGHT } from "./palette.js";
import { raceView } from "./race.js";
import { firstDelivery } from "./rows.js";
import { gifOf, pngOf, svgOf } from "./save.js";
import { deliveryOf } from "./scene.js";
import { showClock } from "./show_clock.js";
import { storyPanel } from "./story.js";
import { systemView } from "./system.js";
import { clock as clockWords, spoken } from "./times.js";

/**
 * @typedef {import("./controls.js").ViewName} ViewName
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./show_clock.js").ShowClock} ShowClock
 * @typedef {import("./story.js").StoryLine} StoryLine
 * @typedef {import("./view.js").Moment} Moment
 * @typedef {import("./view.js").View} View
 *
 * @typedef {object} Host where the stage stands: a notebook's widget, or a page
 * @property {() => Scene | null} scene
 * @property {() => Scene | null} pinned
 * @property {ViewName[]} views
 * @property {boolean} [hasTabs] false: somebody else chooses the view
 * @property {HTMLElement} [storyPlace] where the story stands; else beside the picture
 * @property {() => ViewName} view
 * @property {(view: ViewName) => void} setView
 * @property {() => {row: number, lane: number}} chosen
 * @property {(row: number, lane: number) => void} choose
 * @property {() => StoryLine[]} story
 * @property {() => number} instant at which a race rests; -1: the first interesting one
 * @property {(instant: number) => void} [setInstant] hears where a pause or a move ends
 * @property {boolean} [plays] as soon as there is something to play, unless the reader wants stillness
 * @property {() => number} [room] pixels of height for all of it; where there are fewer than usual, the picture is lower
 * @property {() => string} caption
 * @property {() => string} waiting what is being done; empty: nothing
 * @property {(changed: (what: string) => void) => () => void} listen to "scene", "view", "chosen", "story" and "waiting"
 */

const NUDGE = 0.01; // of the show
const LEAP = 0.1;
const SAID_EVERY = 700; // milliseconds between two announcements while it plays

/**
 * Put a stage into an element; returns how to take it away.
 *
 * @param {HTMLElement} parent
 * @param {Host} host
 */
export function openStage(parent, host) {
  /** @type {Scene | null} */
  let scene = null;
  /** @type {ShowClock | null} */
  let clock = null;
  /** @type {Map<ViewName, View>} */
  let views = new Map();
  /** @type {number[]} */
  let failures = [];
  /** @type {Moment} */
  const moment = { instant: 0, chosen: -1, hovered: -1, order: "fared", pinned: null, still: wantsStillness() };
  let speed = 1;
  let playing = false;
  let willPlay = host.plays === true && !moment.still;
  let moved = false;
  let last = 0;
  let said = 0;
  let waiting = 0;
  let width = 0; // of the picture, read when the page is laid out anyway
  let room = Infinity; // for its height

  const title = element("h4", { className: "stage-title" });
  const canvas = element("canvas", { tabIndex: 0, role: "img" });
  const tip = element("div", { className: "stage-tip", hidden: true, role: "tooltip" });
  const veil = element("div", { className: "stage-veil", hidden: true, role: "status" });
  const nothing = element("p", { className: "stage-nothing", hidden: true });
  const words = element("p", { className: "stage-words", "aria-live": "polite" });
  const legend = element("div", { className: "stage-legend" });
  const story = storyPanel(() => host.choose(-1, -1));
  const bar = controls({ open: host.setView, playOrPause, nextFailure, setSpeed: (value) => (speed = value), scrub, sort, save }, host.hasTabs === false ? [] : host.views);
  const head = element("div", { className: "stage-head" }, title, bar.tabList, bar.save);
  const picture = element("div", { className: "stage-picture" }, canvas, tip, veil, nothing);
  const body = element("div", { className: "stage-body" }, picture);
  (host.storyPlace ?? body).append(story.root);
  const root = element("div", { className: "stage", "data-lm-suppress-shortcuts": "true" }, head, body, bar.timeBar, bar.orderBar, legend, words);
  parent.append(root);

  const pen = canvas.getContext("2d");
  if (!pen) nothing.textContent = "This browser cannot draw on a canvas; the sentences below say what the picture shows.";
  nothing.hidden = pen !== null;

  function viewName() {
    return host.views.includes(host.view()) ? host.view() : host.views[0];
  }

  /** @returns {View | null} */
  function view() {
    if (!scene || !clock) return null;
    const name = viewName();
    const known = views.get(name);
    if (known) return known;
    const made = name === "ages" ? agesView(scene) : name === "race" ? raceView(scene, clock) : systemView(scene, clock);
    views.set(name, made);
    return made;
  }

  function readScene() {
    const next = host.scene();
    moment.pinned = host.pinned();
    if (!next) return;
    scene = next;
    clock = showClock(scene);
    views = new Map();
    failures = failureInstants(scene);
    const rests = host.instant() >= 0 ? host.instant() : scene.first_moment;
    if (!moved) moment.instant = rests;
    moment.instant = Math.min(moment.instant, scene.seconds);
    title.textContent = scene.title;
    refresh();
    if (willPlay && viewName() !== "ages") playFromTheStart();
  }

  function playFromTheStart() {
    willPlay = false;
    moment.instant = 0;
    play();
  }

  function refresh() {
    bar.open(viewName(), Boolean(scene?.column.row?.length));
    root.dataset.view = viewName();
    root.classList.toggle("stage-dark", isDark(root));
    const shown = view();
    if (shown) fillLegend(legend, [...shown.meanings, ...(moment.pinned ? ["pinned"] : [])], palette());
    measure();
    draw();
    say();
  }

  /** Nothing is laid out for it where there is room enough. */
  function measure() {
    room = host.room?.() ?? Infinity;
    if (room < Infinity) room -= root.offsetHeight - picture.offsetHeight;
  }

  function palette() {
    return isDark(root) ? DARK : LIGHT;
  }

  function draw() {
    const shown = view();
    if (!pen || !shown || !scene || !clock) return;
    width ||= Math.floor(picture.clientWidth);
    if (width < 20) return; // not on the page now
    const height = shown.height(width, room);
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const atRest = !moved || moment.still;
    shown.draw(pen, palette(), width, height, { ...moment, still: atRest });
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
    showTime(scene, clock);
    lightStory();
  }

  /**
   * @param {Scene} now
   * @param {ShowClock} passing
   */
  function showTime(now, passing) {
    bar.scrubber.value = String(Math.round((moment.instant / Math.max(now.seconds, 1e-9)) * SCRUBBER));
    bar.scrubber.setAttribute("aria-valuetext", spoken(moment.instant));
    bar.clock.textContent = clockWords(view()?.exact(moment.instant) ?? moment.instant, now.seconds);
    bar.pace.textContent = passing.factor > 1 ? `×${passing.factor.toLocaleString("en")} in quiet times` : "";
    bar.pace.classList.toggle("stage-quiet", playing && passing.quiet(moment.instant));
  }

  function lightStory() {
    const { row, lane } = host.chosen();
    if (!scene || row < 0 || lane < 0 || viewName() === "ages") return story.light(-Infinity); // all of it is shown
    const delivery = deliveryOf(scene, Math.min(lane, scene.lanes.length - 1), row);
    if (delivery >= 0) story.light(moment.instant - scene.column.arrived[delivery]);
  }

  function say() {
    const shown = view();
    if (!shown) return;
    words.textContent = shown.words(moment);
    canvas.setAttribute("aria-label", `${scene?.title ?? ""}. ${words.textContent} ${HELP[viewName()]}`);
  }

  // -- time

  function playOrPause() {
    if (playing) pause();
    else play();
  }

  function play() {
    if (!scene || !clock) return;
    if (moment.instant >= scene.seconds) moment.instant = 0;
    playing = true;
    moved = true;
    last = 0;
    words.setAttribute("aria-live", "off"); // a screen reader hears where a pause or a move ends
    bar.play.textContent = "❚❚ Pause";
    requestAnimationFrame(tick);
  }

  function pause() {
    playing = false;
    bar.play.textContent = "▶ Play";
    words.setAttribute("aria-live", "polite");
    draw();
    say();
    host.setInstant?.(moment.instant);
  }

  /** @param {number} at */
  function tick(at) {
    if (!playing || !scene || !clock) return;
    const passed = last ? Math.min(0.25, (at - last) / 1000) * speed : 0;
    last = at;
    moment.instant = clock.instant(Math.min(clock.length, clock.shown(moment.instant) + passed));
    draw();
    root.dataset.frames = String(Number(root.dataset.frames ?? 0) + 1);
    if (at - said > SAID_EVERY) {
      say();
      said = at;
    }
    if (moment.instant >= scene.seconds) pause();
    else requestAnimationFrame(tick);
  }

  /** @param {number} instant */
  function moveTo(instant) {
    if (!scene) return;
    moved = true;
    moment.instant = Math.max(0, Math.min(scene.seconds, instant));
    draw();
    say();
    host.setInstant?.(moment.instant);
  }

  /** @param {number} share of the run */
  function scrub(share) {
    if (scene) moveTo(share * scene.seconds);
  }

  /** @param {number} part of the show */
  function nudge(part) {
    if (clock) moveTo(clock.instant(Math.max(0, Math.min(clock.length, clock.shown(moment.instant) + part * clock.length))));
  }

  function nextFailure() {
    if (!scene || !failures.length) return;
    pause();
    moveTo(failures.find((at) => at > moment.instant + 1e-6) ?? failures[0]);
  }

  // -- events

  /** @param {"fared" | "arrival"} order */
  function sort(order) {
    moment.order = order;
    bar.order.value = order;
    draw();
  }

  /** @param {number} by */
  function chooseNext(by) {
    const shown = view();
    if (!scene || !shown) return;
    const rows = shown.rows(moment);
    if (!rows.length) return;
    const now = rows.indexOf(host.chosen().row);
    const next = rows[now < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, now + by))];
    const lane = host.chosen().lane;
    if (lane >= 0 && deliveryOf(scene, lane, next) >= 0) host.choose(next, lane);
    else host.choose(next, firstDelivery(scene, next)[0]);
  }

  /** @param {PointerEvent} event */
  function hitAt(event) {
    const shown = view();
    return shown ? shown.hit(event.offsetX, event.offsetY, picture.clientWidth, canvas.clientHeight, moment) : null;
  }

  canvas.onpointermove = (event) => {
    const found = hitAt(event);
    const row = found?.row ?? -1;
    tip.hidden = !found;
    if (found) {
      tip.replaceChildren(...found.lines.map((line) => element("div", {}, line)));
      const left = Math.min(event.offsetX + 14, picture.clientWidth - tip.offsetWidth - 4);
      tip.style.left = `${Math.max(0, left)}px`;
      tip.style.top = `${event.offsetY + 16}px`;
    }
    if (row === moment.hovered) return;
    moment.hovered = row;
    if (!playing) draw();
  };
  canvas.onpointerleave = () => {
    tip.hidden = true;
    moment.hovered = -1;
    if (!playing) draw();
  };
  canvas.onclick = (event) => {
    const found = hitAt(/** @type {PointerEvent} */ (event));
    if (found && found.row >= 0) host.choose(found.row, found.lane);
  };
  canvas.onkeydown = (event) => {
    const timed = viewName() !== "ages";
    /** @type {Record<string, () => void>} */
    const always = { ArrowDown: () => chooseNext(1), ArrowUp: () => chooseNext(-1), Escape: () => host.choose(-1, -1) };
    /** @type {Record<string, () => void>} */
    const timely = {
      " ": playOrPause,
      n: nextFailure,
      ArrowRight: () => nudge(NUDGE),
      ArrowLeft: () => nudge(-NUDGE),
      PageDown: () => nudge(LEAP),
      PageUp: () => nudge(-LEAP),
      Home: () => moveTo(0),
      End: () => moveTo(Infinity),
    };
    const action = always[event.key] ?? (timed ? timely[event.key] : undefined);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {string} format */
  async function save(format) {
    const shown = view();
    if (!scene || !clock || !shown || !format) return;
    pause();
    const sheet = { view: shown, palette: palette(), moment: { ...moment, hovered: -1 }, title: scene.title, caption: host.caption(), width: Math.max(560, Math.floor(picture.clientWidth)) };
    const name = `lambda-${viewName()}`;
    if (format === "png") download(await pngOf(sheet), `${name}.png`);
    if (format === "svg") download(svgOf(sheet), `${name}.svg`);
    if (format === "gif") download(await gifOf(sheet, clock, (share) => (words.textContent = `Saving the animation: ${Math.round(share * 100)} %`)), `${name}.gif`);
    draw();
    say();
  }

  function showWaiting() {
    clearTimeout(waiting);
    const sentence = host.waiting();
    veil.textContent = sentence;
    if (!sentence) veil.hidden = true;
    else waiting = window.setTimeout(() => (veil.hidden = false), 300);
  }

  function showChosen() {
    moment.chosen = host.chosen().row;
    draw();
  }

  /** @type {Record<string, () => void>} */
  const changes = {
    scene: readScene,
    view: refresh,
    chosen: showChosen,
    waiting: showWaiting,
    story: () => {
      story.show(host.story());
      requestAnimationFrame(draw); // beside a story the picture is narrower
    },
  };
  const stopListening = host.listen((what) => changes[what]?.());
  const resized = new ResizeObserver(() => {
    width = Math.floor(picture.clientWidth);
    draw();
  });
  resized.observe(picture);
  const seen = new IntersectionObserver((entries) => {
    if (playing && !entries[entries.length - 1].isIntersecting) pause();
  });
  seen.observe(root);
  const stopWatching = watchTheme(refresh);
  readScene();
  showChosen();
  story.show(host.story());
  showWaiting();

  return () => {
    playing = false;
    clearTimeout(waiting);
    stopListening();
    stopWatching();
    resized.disconnect();
    seen.disconnect();
    root.remove();
    story.root.remove();
  };
}

const HELP = {
  ages: "Up and down choose an event and tell its story.",
  race: "Space plays, left and right move in time, n goes to the next failure, up and down choose an event and tell its story.",
  system: "Space plays, left and right move in time.",
};
