/** What a reader types as a setting's value: a number, with a unit where there is one. */

/** @type {Record<string, number>} seconds of a unit of time */
const SECONDS = { ms: 1e-3, s: 1, sec: 1, second: 1, min: 60, minute: 60, h: 3600, hour: 3600, d: 86400, day: 86400 };
/** @type {Record<string, number>} bytes of a unit of size */
const BYTES = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };
const NUMBER = /^([+-]?\d[\d,_ \u202f]*(?:\.\d+)?|[+-]?\.\d+)\s*([a-zµ%]*)/i;

/**
 * The value in the setting's own unit; NaN: that is no number.
 *
 * @param {string} text
 * @param {string} unit of the setting
 */
export function typedValue(text, unit) {
  const found = NUMBER.exec(text.trim());
  if (!found) return NaN;
  const number = Number(found[1].replace(/[,_ \u202f]/g, ""));
  const written = found[2].toLowerCase().replace(/(.{3,})s$/, "$1");
  if (unit === "share") return written === "%" || number > 1 ? number / 100 : number;
  for (const units of [SECONDS, BYTES]) {
    const own = units[unit.toLowerCase()];
    if (own && units[written]) return (number * units[written]) / own;
  }
  return number;
}

/**
 * Have a field read when it is left, and on Enter: JupyterLab takes away what the key does by itself.
 *
 * @param {HTMLInputElement} field
 * @param {() => void} read
 */
export function readWhenEntered(field, read) {
  field.addEventListener("change", read);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // else it would be read twice where the key does what it does
    read();
  });
}
