// Some answers to choose one of: radio buttons of one group, which are one stop by keyboard.

const CSS = `
  .lambda-options { border: 0; margin: 4px 0; padding: 0 }
  .lambda-options label { display: block; line-height: 1.7 }
  .lambda-options input { margin: 0 0.6em 0 0 }
`;

function render({ model, el }) {
  const group = `options-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  const list = document.createElement("fieldset");
  list.className = "lambda-options";
  list.setAttribute("aria-label", "my guess");
  list.dataset.lmSuppressShortcuts = "true"; // else arrows move between JupyterLab's cells
  const radios = model.get("options").map((words, number) => {
    const radio = Object.assign(document.createElement("input"), {
      type: "radio",
      name: group,
      onchange: () => {
        model.set("index", number);
        model.save_changes();
      },
    });
    const label = document.createElement("label");
    label.append(radio, words);
    list.append(label);
    return radio;
  });
  list.onkeydown = event => {
    if (event.key === "Enter") model.send({ event: "submit" });
  };
  const follow = () => {
    radios.forEach((radio, number) => (radio.checked = number === model.get("index")));
    list.disabled = model.get("disabled");
  };
  model.on("change:index change:disabled", follow);
  follow();
  const style = document.createElement("style");
  style.textContent = CSS;
  el.append(style, list);
}

export default { render };
