/** Numbers as people say them: the twins in `sim/phrases.py`, to the letter. */

import { rounded, spoken, threeDigits } from "../../stage/source/times.js";

/** @typedef {"counted" | "amount" | "percent" | "usd" | "spoken"} Way how a number is written */

/** @type {Record<Way, (value: number) => string>} */
const WAYS = { counted: signed(whole), amount: signed(digits), percent: signed(share), usd: signed((value) => `${dollars(value)} USD`), spoken };
const MOST = 1e15; // that or more is not told apart
const DECIMALS = 6;

/**
 * @param {Way} way
 * @param {number} value
 */
export function written(way, value) {
  return WAYS[way](value);
}

/** @param {(value: number) => string} words of a number of 0 or more */
function signed(words) {
  return (/** @type {number} */ value) => {
    if (Number.isNaN(value)) return "–";
    const text = Math.abs(value) === Infinity ? "∞" : words(Math.abs(value));
    return value < 0 && /[1-9∞]/.test(text) ? `−${text}` : text;
  };
}

/** @param {number} value */
function whole(value) {
  return value >= MOST ? "1,000 trillion or more" : short(rounded(value, 0), 0);
}

/** @param {number} value */
function digits(value) {
  if (value >= MOST) return whole(value);
  return value && !rounded(value, DECIMALS) ? "almost 0" : threeDigits(value);
}

/** @param {number} part of 1 */
function share(part) {
  const hundredths = 100 * part;
  if (part < 1 && rounded(hundredths, 2) === 100) return "almost 100 %";
  if (part && !rounded(hundredths, 2)) return "almost 0 %";
  if (hundredths >= 1000) return `${whole(hundredths)} %`;
  const decimals = hundredths >= 1 && hundredths <= 99 ? 1 : 2;
  return `${short(rounded(hundredths, decimals), decimals)} %`;
}

/** @param {number} value */
function dollars(value) {
  if (value >= 999.995) return whole(value);
  const cents = rounded(value, 2);
  if (cents >= 0.1) return cents.toFixed(2);
  const decimals = [3, 4, 5].find((places) => rounded(value, places) >= 10 ** (1 - places));
  if (decimals) return short(rounded(value, decimals), decimals);
  return value && !rounded(value, DECIMALS) ? "almost 0" : short(rounded(value, DECIMALS), DECIMALS);
}

/**
 * @param {number} value
 * @param {number} decimals at most
 */
function short(value, decimals) {
  return value.toLocaleString("en-US", { maximumFractionDigits: decimals });
}
