/** The parts of a page, by the checksum of what they hold: loaded as classic scripts when they are needed. */

import { element } from "../../stage/source/dom.js";

/** @type {Map<string, string>} base64 of gzip */
const packed = new Map();
/** @type {Map<string, Promise<ArrayBuffer>>} */
const opened = new Map();
/** @type {Map<string, Promise<void>>} */
const loaded = new Map();
const MOST_OPENED = 200;

/** @param {Record<string, string>} parts */
export function put(parts) {
  for (const [name, text] of Object.entries(parts)) packed.set(name, text);
}

/**
 * The bytes of a part.
 *
 * @param {string} name
 * @param {string} file that it is in
 */
export async function bytesOf(name, file) {
  if (!packed.has(name)) await load(file);
  let bytes = opened.get(name);
  if (!bytes) {
    bytes = unpacked(packed.get(name) ?? "");
    if (opened.size >= MOST_OPENED) opened.clear();
    opened.set(name, bytes);
  }
  return bytes;
}

/**
 * A part that is JSON.
 *
 * @param {string} name
 * @param {string} file
 */
export async function valueOf(name, file) {
  return JSON.parse(new TextDecoder().decode(await bytesOf(name, file)));
}

/**
 * Load a script with parts, once; one that is missing is tried again when it is next asked for.
 *
 * @param {string} file
 * @returns {Promise<void>}
 */
export function load(file) {
  const known = loaded.get(file);
  if (known) return known;
  /** @type {Promise<void>} */
  const loading = new Promise((resolve, reject) => {
    const fail = () => {
      loaded.delete(file);
      reject(new Error(`A part of this page is missing: ${file}.js`));
    };
    document.head.append(element("script", { src: `parts/${file}.js`, async: true, onload: () => resolve(), onerror: fail }));
  });
  loaded.set(file, loading);
  return loading;
}

/** @param {string} text */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
