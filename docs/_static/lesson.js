/* Lessons without Python: a prediction's lock, what it covers, and stages that open once they are seen. */
"use strict";

(function () {
  /** The data of an element's own script. */
  function dataOf(element) {
    return JSON.parse(element.querySelector(":scope > script").textContent);
  }

  /** What a prediction covers: the places with its name. */
  function covers(name) {
    return [...document.querySelectorAll(".covered")].filter((one) => one.dataset.prediction === name);
  }

  /** Show all that a prediction covers; `guess` is "" without one. */
  function uncover(name, guess) {
    for (const cover of covers(name)) {
      const said = dataOf(cover)[guess];
      const comparison = cover.querySelector(".comparison");
      cover.querySelector(".cover").hidden = true;
      comparison.hidden = !said;
      comparison.textContent = said ?? "";
      cover.querySelector(".covered-outputs").hidden = false;
    }
    for (const form of document.querySelectorAll("form.prediction"))
      if (form.dataset.prediction === name) close(form, guess);
  }

  function close(form, guess) {
    for (const control of form.elements) control.disabled = true;
    form.querySelector("button").textContent = guess === "" ? "Shown" : "Locked";
    say(form, guess === "" ? "Shown without a guess." : `Your guess: ${guess}.`);
  }

  function say(form, words) {
    form.querySelector("[role=status]").textContent = words;
  }

  /** The guess as it stands, or the sentence that asks for one. */
  function given(form) {
    const chosen = form.querySelector("input[type=radio]:checked");
    if (form.querySelector("input[type=radio]"))
      return chosen ? { guess: chosen.value } : { problem: "Choose one of the answers first." };
    const low = Number(form.dataset.low);
    const high = Number(form.dataset.high);
    const text = form.elements.guess.value.trim();
    const number = Number(text);
    if (text === "" || !Number.isInteger(number) || number < low || number > high)
      return { problem: `Write a whole number from ${low} to ${high} first.` };
    return { guess: String(number) };
  }

  for (const form of document.querySelectorAll("form.prediction"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { guess, problem } = given(form);
      if (problem) say(form, problem);
      else uncover(form.dataset.prediction, guess);
    });

  for (const cover of document.querySelectorAll(".covered"))
    cover.querySelector("button").addEventListener("click", () => uncover(cover.dataset.prediction, ""));

  /** One lane's story of one event, as the stage takes it. */
  function storyOf(stories, row, lane) {
    const lines = stories.lanes[lane]?.[row] ?? [];
    return lines.map(([at, text, level]) =>
      at === null ? { heading: stories.texts[text], level } : { at, text: stories.texts[text] },
    );
  }

  function open(place) {
    const { scene, pinned, stories, ...options } = dataOf(place);
    place.querySelector(".needs-script").remove();
    const stage = document.createElement("div");
    place.append(stage);
    window.lambdaStage.open(stage, scene, {
      ...options,
      ...(pinned ? { pinned } : {}),
      story: (row, lane) => storyOf(stories, row, lane),
    });
  }

  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        seen.unobserve(entry.target);
        open(entry.target);
      }
    },
    { rootMargin: "400px" },
  );
  for (const place of document.querySelectorAll(".live-stage")) seen.observe(place);

  const playgrounds = [...document.querySelectorAll(".playground")];

  /** The theme's button says light, dark or as the system: stages and playgrounds are told. */
  function followTheme() {
    const { theme } = document.body.dataset;
    if (theme === "light" || theme === "dark") document.body.dataset.stageTheme = theme;
    else delete document.body.dataset.stageTheme;
    playgrounds.forEach(tellTheme);
  }

  /** A page of a disk may not reach into a frame, but it may send it a message. */
  function tellTheme(frame) {
    frame.contentWindow.postMessage({ stageTheme: document.body.dataset.stageTheme ?? "auto" }, "*");
  }

  for (const frame of playgrounds) frame.addEventListener("load", () => tellTheme(frame));
  new MutationObserver(followTheme).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
  followTheme();
})();
