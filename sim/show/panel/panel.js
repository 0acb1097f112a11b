// A stand-in until the panel's own source is merged.
function render({ el }) { el.textContent = "panel"; }
export default { render };
