/** Text that goes to the clipboard; where a page may not use it, the text is selected and copied as by hand. */

import { element } from "../../stage/source/dom.js";

/**
 * Without https or localhost browsers have no clipboard.
 * https://developer.mozilla.org/en-US/docs/Web/API/Clipboard_API
 *
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}

/** @param {string} text */
function copyByHand(text) {
  const field = element("textarea", { value: text, className: "panel-spoken" });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/**
 * A button that says for a moment that it has copied.
 *
 * @param {HTMLButtonElement} button
 * @param {() => string} text
 */
export function copiesText(button, text) {
  const name = button.textContent;
  button.onclick = async () => {
    button.textContent = (await copyText(text())) ? "Copied" : "Not copied: the browser forbids it";
    setTimeout(() => (button.textContent = name), 1500);
  };
}

/**
 * Let the copy buttons and the links to the course's own files work, and keys scroll long code.
 *
 * @param {HTMLElement} root
 */
export function wireUp(root) {
  for (const button of root.querySelectorAll("button.panel-copy")) {
    const code = button.closest("section")?.querySelector("pre");
    copiesText(/** @type {HTMLButtonElement} */ (button), () => code?.textContent ?? "");
  }
  for (const code of root.querySelectorAll("pre")) code.tabIndex = 0;
  const config = document.getElementById("jupyter-config-data");
  const base = config && JSON.parse(config.textContent ?? "{}").baseUrl;
  for (const link of root.querySelectorAll("a[data-lab-path]"))
    if (base) link.setAttribute("href", `${base}lab/tree/${link.getAttribute("data-lab-path")}`);
}
