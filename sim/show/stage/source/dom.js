/** The few things that the stage does with the page. */

/**
 * An element with properties and children.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [properties] `className`, `onclick`, ...; with a hyphen or "role": attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name.includes("-") || name === "role") made.setAttribute(name, String(value));
    else Object.assign(made, { [name]: value });
  made.append(...children);
  return made;
}

/**
 * Whether the page around an element is dark: JupyterLab says so, another page by its reader's wish.
 *
 * @param {HTMLElement} root
 */
export function isDark(root) {
  const told = root.closest("[data-stage-theme]")?.getAttribute("data-stage-theme");
  if (told) return told === "dark";
  const lab = document.body.dataset.jpThemeLight;
  return lab === undefined ? window.matchMedia("(prefers-color-scheme: dark)").matches : lab === "false";
}

/**
 * Call back when the theme changes; returns how to stop.
 *
 * @param {() => void} changed
 */
export function watchTheme(changed) {
  const attributes = new MutationObserver(changed);
  attributes.observe(document.documentElement, { attributes: true, subtree: false, attributeFilter: ["data-stage-theme"] });
  attributes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-stage-theme"] });
  const wish = window.matchMedia("(prefers-color-scheme: dark)");
  wish.addEventListener("change", changed);
  return () => {
    attributes.disconnect();
    wish.removeEventListener("change", changed);
  };
}

/** Whether the reader wants nothing to move. */
export function wantsStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Offer a file for download.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
