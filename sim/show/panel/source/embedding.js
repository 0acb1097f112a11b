/** A playground within a lesson's page: the panel alone, in the colours of that page. */

/** Leave out what stands around the panel, and listen for the theme of the page around. */
export function embed() {
  document.body.classList.add("play-embed");
  addEventListener("message", ({ data }) => follow(data?.stageTheme));
}

/** @param {unknown} theme light, dark, or auto: as the reader's system */
function follow(theme) {
  if (theme === "light" || theme === "dark") document.body.dataset.stageTheme = theme;
  if (theme === "auto") delete document.body.dataset.stageTheme;
}
