"""Keys in a list to choose from are for the list: else JupyterLab takes them as its commands."""

from __future__ import annotations

import anywidget
import traitlets

# JupyterLab takes a key from whatever in an output has the focus, unless that has this attribute.
SUPPRESS = """
function render({ model, el }) {
  const mark = () => {
    const box = el.closest("." + model.get("box"));
    if (box) box.addEventListener("focusin", event =>
      event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
    else if (tries++ < 600) window.requestAnimationFrame(mark);
  };
  let tries = 0;
  mark();
}
export default { render };
"""


class OwnKeys(anywidget.AnyWidget):
    """An invisible widget; inside the box with the CSS class `box` around it keys are its own."""

    _esm = SUPPRESS
    box = traitlets.Unicode().tag(sync=True)
