// A guess that is typed. It is sent when it is left or entered, not letter by letter: ipywidgets
// holds letters back while the kernel works, so that a quick lock would lock the first ones only.

function render({ model, el }) {
  const input = Object.assign(document.createElement("input"), {
    type: "text",
    inputMode: "numeric",
    autocomplete: "off",
    placeholder: model.get("placeholder"),
  });
  input.className = "jp-mod-styled";
  input.style.cssText = "width: 16em; margin-left: 0.6em";
  input.dataset.lmSuppressShortcuts = "true"; // else Enter edits JupyterLab's cell
  const give = () => {
    model.set("value", input.value);
    model.save_changes();
  };
  input.onchange = give;
  input.onkeydown = event => {
    if (event.key !== "Enter") return;
    give();
    model.send({ event: "submit" });
  };
  const follow = () => {
    input.value = model.get("value");
    input.disabled = model.get("disabled");
  };
  model.on("change:value change:disabled", follow);
  follow();
  const label = document.createElement("label");
  label.append("my guess", input);
  el.append(label);
}

export default { render };
