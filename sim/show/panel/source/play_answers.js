/** What a page answers: parts that were made beforehand, put together as Python's panel does. */

import { joinedScene } from "./joined_scene.js";
import { written } from "./numbers.js";
import { bytesOf, valueOf } from "./play_parts.js";
import { settingsText } from "./play_settings.js";
import { entriesOf, nearest, pickLists } from "./play_states.js";

/**
 * @typedef {import("./panel.js").Answer} Answer
 * @typedef {import("./panel.js").Asked} Asked
 * @typedef {import("./play_states.js").Index} Index
 * @typedef {import("./play_states.js").LaneEntry} LaneEntry
 * @typedef {import("./play_states.js").StateEntry} StateEntry
 * @typedef {import("./readout_table.js").Cell} Cell
 * @typedef {import("../../stage/source/story.js").StoryLine} StoryLine
 */

/** @type {[string, string][]} */
const FORMATS = [
  ["sam", "SAM"],
  ["cdk-python", "CDK Python"],
  ["cdk-typescript", "CDK TypeScript"],
];

const CARDS = ["card", "sample event"];

/**
 * @param {Index} index
 */
export function playAnswers(index) {
  /** @type {Asked | null} */
  let pinned = null;
  /** @type {LaneEntry[]} */
  let shown = [];
  /** @type {Answer | null} */
  let last = null;

  /** @param {Asked} wish */
  async function answerOf(wish) {
    const { asked, complaints } = nearest(index, wish);
    const entries = entriesOf(index, asked);
    const refused = entries.find(({ complaint }) => complaint);
    if (refused) {
      last ??= await answered(firstAsked(index), []);
      return { answer: { ...last, complaint: refused.complaint ?? "" }, pinned: null };
    }
    if (asked.pin === "keep") pinned = { ...asked, pin: "" };
    if (asked.pin === "drop") pinned = null;
    const answer = await answered(asked, complaints);
    last = answer;
    const isOther = JSON.stringify(asked) !== JSON.stringify(wish);
    return { answer, pinned: await pinnedScene(asked), shown: isOther ? asked : undefined };
  }

  /**
   * @param {Asked} asked that is a state of this page
   * @param {string[]} complaints
   * @returns {Promise<Answer>}
   */
  async function answered(asked, complaints) {
    const entries = entriesOf(index, asked);
    const lanes = lanesOf(index, entries);
    shown = lanes;
    const { tab } = asked;
    const views = /** @type {import("../../stage/source/controls.js").ViewName[]} */ (lanes.length === 1 && lanes[0].map ? ["race", "ages", "system"] : ["race", "ages"]);
    const isStage = ["race", "ages", "system"].includes(tab);
    const view = isStage && !views.includes(/** @type {any} */ (tab)) ? views[0] : tab;
    const html = isStage ? "" : await page(lanes, view, asked);
    return {
      move: asked.move,
      tab: view,
      complaint: "",
      control: -1,
      stopped: complaints.join(" "),
      readouts: readouts(lanes, beside(lanes)),
      scene: isStage ? await sceneOf(entries, lanes, view) : new ArrayBuffer(0),
      views,
      caption: entries[0].caption ?? [...new Set(lanes.map(({ caption }) => caption))].join("; "),
      svg: "",
      html,
      choices: view === "deploy" ? [{ name: "format", label: "as", options: FORMATS, value: asked.choices.format ?? FORMATS[0][0] }] : [],
      picks: pickLists(index, asked),
      words: lanes.map(({ words }) => words).join(" "),
      pin: pinSaid(lanes),
      settings: settingsText(inLab(asked), index.form),
    };
  }

  /**
   * What the panel in JupyterLab takes back: it has not every list of this page.
   *
   * @param {Asked} asked
   */
  function inLab(asked) {
    const known = index.picks.filter((list) => !list.here_alone).map(({ name }) => [name, asked.picks?.[name] ?? ""]);
    return { ...asked, picks: Object.fromEntries(known) };
  }

  /**
   * @param {StateEntry[]} entries
   * @param {LaneEntry[]} lanes
   * @param {string} view
   */
  async function sceneOf(entries, lanes, view) {
    if (lanes.length === 1) {
      const [{ scene, map }] = lanes;
      return view === "system" ? bytesOf(map, index.packs[map]) : bytesOf(scene, index.packs[scene]);
    }
    const whole = entries.length === 1 ? entries[0].scene : undefined;
    if (whole) return bytesOf(whole, index.packs[whole]);
    const scenes = await Promise.all(lanes.map(({ scene }) => bytesOf(scene, index.packs[scene])));
    return joinedScene(scenes, lanes.map(({ name }) => name), titleOf(lanes));
  }

  /**
   * @param {LaneEntry[]} lanes
   * @param {string} view
   * @param {Asked} asked
   */
  async function page(lanes, view, asked) {
    if (view === "deploy") return (await Promise.all(lanes.map(({ code }) => valueOf(code, code)))).map((code) => code[asked.choices.format ?? FORMATS[0][0]]).join("");
    if (CARDS.includes(view)) return (await Promise.all(lanes.map(({ card }) => valueOf(card, card)))).map((card) => card[view]).join("");
    const compared = beside(lanes).filter((lane) => lane !== null);
    const bills = [...lanes.map((lane) => billOf(lane, "")), ...compared.map((lane) => billOf(lane, "Pinned: "))];
    return (await Promise.all(bills)).join("");
  }

  /**
   * @param {LaneEntry} lane
   * @param {string} before its name
   */
  async function billOf(lane, before) {
    const { bill } = await valueOf(lane.details, lane.details);
    return `<h4>${before}${escaped(lane.name)}, for a million events</h4>${bill}`;
  }

  // -- what is pinned

  function pinLanes() {
    return pinned ? lanesOf(index, entriesOf(index, pinned)) : [];
  }

  /**
   * Why the pin does not compare; empty: it does.
   *
   * @param {LaneEntry[]} lanes
   */
  function pinProblem(lanes) {
    const kept = pinLanes();
    if (kept.length !== lanes.length) return `it has ${kept.length === 1 ? "1 run" : `${kept.length} runs`}, and here are ${lanes.length}`;
    for (const lane of lanes) {
      const before = partner(lane, kept);
      if (!before) return `it has the runs ${kept.map(({ name }) => name).join(", ")}`;
      if (before.events !== lane.events) return `it has ${written("counted", before.events)} events, and here are ${written("counted", lane.events)}`;
      if (lane.ways.length > 1 && String(before.ways) !== String(lane.ways)) return `its events go to ${before.ways.join(", ")}`;
    }
    return "";
  }

  /**
   * By lane: the pinned one that it is compared with.
   *
   * @param {LaneEntry[]} lanes
   * @returns {(LaneEntry | null)[]}
   */
  function beside(lanes) {
    if (!pinned || pinProblem(lanes)) return lanes.map(() => null);
    const kept = pinLanes();
    return lanes.map((lane) => partner(lane, kept));
  }

  /** @param {LaneEntry[]} lanes */
  function pinSaid(lanes) {
    if (!pinned) return { text: "", compares: false };
    const problem = pinProblem(lanes);
    const text = settingsText(pinned, index.form);
    return problem ? { text: `This pin no longer compares, because ${problem}: ${text}`, compares: false } : { text: `Pinned: ${text}`, compares: true };
  }

  /** @param {Asked} asked */
  async function pinnedScene(asked) {
    if (!pinned) return null;
    const kept = pinLanes();
    return pinProblem(lanesOf(index, entriesOf(index, asked))) ? null : sceneOf(entriesOf(index, pinned), kept, "race");
  }

  // -- numbers

  /**
   * @param {LaneEntry[]} lanes
   * @param {(LaneEntry | null)[]} before
   */
  function readouts(lanes, before) {
    const rows = lanes.map((lane, place) => ({ run: lane.name, cells: lane.cells.map((_, number) => cellOf(lane, before[place], number)) }));
    return { names: index.form.numbers.map(({ name }) => name), rows };
  }

  /**
   * @param {LaneEntry} lane
   * @param {LaneEntry | null} before
   * @param {number} number of the readout
   * @returns {Cell}
   */
  function cellOf(lane, before, number) {
    const [text, value] = lane.cells[number];
    const [textThen, then] = before?.cells[number] ?? [text, null];
    if (value === null || then === null || text === textThen) return { text, difference: "", better: null };
    const { better, written: way, grows } = index.form.numbers[number];
    const signs = new Set([Math.sign(value - then)]);
    if (grows && lane.events && before?.events) signs.add(Math.sign(value / lane.events - then / before.events));
    const isBetter = better === "neither" || signs.size > 1 ? null : signs.has(better === "more" ? 1 : -1);
    return { text, difference: (value > then ? "+" : "−") + written(way, Math.abs(value - then)), better: isBetter };
  }

  // -- stories

  /**
   * @param {number} row
   * @param {number} lane of the scene
   * @returns {Promise<StoryLine[]>}
   */
  async function storyOf(row, lane) {
    const entry = shown.length > 1 ? shown[lane] : shown[0];
    if (!entry) return [];
    const { stories } = await valueOf(entry.details, entry.details);
    if (stories[row]) return stories[row];
    if (row >= entry.events) return [];
    const some = Object.keys(stories).slice(0, 12).join(", ");
    return [{ heading: `The story of event ${row} is in JupyterLab; this page tells those of some events of this large run, such as ${some}.`, level: 1 }];
  }

  return { answerOf, storyOf, pinned: () => pinned, pin };

  /** @param {Asked} asked */
  function pin(asked) {
    pinned = asked;
  }
}

/** @param {Index} index */
export function firstAsked(index) {
  const { preset, values, seed, tab, picks } = index.first;
  return /** @type {Asked} */ ({ move: 0, preset, values, seed, tab, choices: {}, picks, pin: "" });
}

/**
 * @param {Index} index
 * @param {StateEntry[]} entries
 */
function lanesOf(index, entries) {
  return entries.flatMap(({ lanes }) => (lanes ?? []).map((place) => index.lanes[place]));
}

/**
 * The lane that one is compared with: the one of its name; a lane that is alone compares with one that was alone.
 *
 * @param {LaneEntry} lane
 * @param {LaneEntry[]} kept
 */
function partner(lane, kept) {
  return kept.length === 1 ? kept[0] : (kept.find(({ name }) => name === lane.name) ?? null);
}

/**
 * What lanes say that were made apart: how many events each delivers.
 *
 * @param {LaneEntry[]} lanes
 */
function titleOf(lanes) {
  const { events } = lanes[0];
  const counts = lanes.map(({ delivered }) => delivered);
  if (counts.every((count) => count === counts[0])) return `Each delivers ${written("counted", counts[0])} of ${written("counted", events)} events`;
  return `Of ${written("counted", events)} events: ${lanes.map(({ name, delivered }) => `${name} ${written("counted", delivered)}`).join("; ")} delivered`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
