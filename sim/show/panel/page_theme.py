"""Whether the page that a widget is shown on is light or dark: the browser tells."""

from __future__ import annotations

import anywidget
import traitlets

# JupyterLab and Voila say it on the page's body; others only by what the reader's system prefers.
WATCH = """
function render({ model }) {
  const told = () => document.body.dataset.jpThemeLight;
  const prefers = window.matchMedia("(prefers-color-scheme: dark)");
  const look = () => {
    const theme = (told() === undefined ? prefers.matches : told() === "false") ? "dark" : "light";
    if (theme !== model.get("theme")) {
      model.set("theme", theme);
      model.save_changes();
    }
  };
  look();
  const watching = new MutationObserver(look);
  watching.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => watching.disconnect();
}
export default { render };
"""


class PageTheme(anywidget.AnyWidget):
    """An invisible widget whose `theme` is that of its page: "light" or "dark"."""

    _esm = WATCH
    theme = traitlets.Unicode("light").tag(sync=True)
