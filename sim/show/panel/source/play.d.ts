interface Window {
  lambdaPanel: { open: (parent: HTMLElement, options: import("./page_panel.js").Options) => { close: () => void } };
}
