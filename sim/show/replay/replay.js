// Plays a run: dots are deliveries, boxes are execution environments. `data` is made by sim/show/steps.py.

const LENGTH = 20; // seconds the whole show takes at speed 1
const TRAVEL = 0.35; // seconds of the show that a dot needs from one place to the next
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const PLACES = ["source", "waiting", "environment", "end"];
const HEADINGS = ["sent", "waits", "execution environments", "ends here"];
const COLUMNS = [0.02, 0.14, 0.44, 0.72, 0.99]; // where the four places begin, as shares of the width
const TOP = 26, DOT = 4.2, SAMPLE = 16;
const QUEUES = { queue: true, wait: true };

function render({ model, el }) {
  const data = model.get("data");
  const theme = () => (document.body.dataset.jpThemeLight === "false" ? 1 : 0);
  const root = el.appendChild(document.createElement("div"));
  root.className = "replay";
  root.innerHTML = `<h4></h4><canvas tabindex="0" role="img"></canvas>
    <div class="controls"><button type="button">Play</button>
    <input type="range" min="0" max="1000" value="0" aria-label="time of the replay">
    <span class="clock"></span><label>speed <select>${SPEEDS.map(
      (speed) => `<option value="${speed}" ${speed === 1 ? "selected" : ""}>${speed} ×</option>`).join("")}</select></label>
    </div><p class="words" aria-live="polite"></p><div class="legend"></div><div class="story" aria-live="polite"></div>`;
  const find = (selector) => root.querySelector(selector);
  const canvas = find("canvas"), pen = canvas.getContext("2d"), slider = find("input");
  find("h4").textContent = data.title;
  canvas.setAttribute("aria-label", `Replay. ${data.words} Space plays, left and right move in time, up and down choose an event for its story.`);

  const scene = stage(data), events = [...new Set(data.deliveries.map((one) => one.event))];
  let show = 0, playing = false, speed = 1, last = null, frame = null, said = 0;

  function draw() {
    root.classList.toggle("dark", theme() === 1);
    const width = canvas.clientWidth || 900, height = scene.height, ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    scene.draw(pen, width, height, show, theme(), model.get("chosen"), getComputedStyle(root));
    slider.value = Math.round((1000 * show) / scene.length);
    const now = spoken(scene.simulated(show));
    slider.setAttribute("aria-valuetext", now);
    find(".clock").textContent = now;
  }

  function tick(at) {
    if (last !== null) show = Math.min(scene.length, show + ((at - last) / 1000) * speed * (scene.length / LENGTH));
    last = at;
    root.dataset.frames = Number(root.dataset.frames || 0) + 1;
    draw();
    if (at - said > 500) {
      say();
      said = at;
    }
    if (show >= scene.length) pause();
    if (playing) frame = requestAnimationFrame(tick);
  }

  function play() {
    if (show >= scene.length) show = 0;
    playing = true;
    last = null;
    find(".words").setAttribute("aria-live", "off"); // a screen reader hears where a pause or a move ends
    find("button").textContent = "Pause";
    frame = requestAnimationFrame(tick);
  }

  function pause() {
    playing = false;
    cancelAnimationFrame(frame);
    find("button").textContent = "Play";
    find(".words").setAttribute("aria-live", "polite");
    say();
  }

  function say() {
    find(".words").textContent = scene.words(show);
  }

  function move(to) {
    show = Math.max(0, Math.min(scene.length, to));
    draw();
    say();
  }

  function chooseNext(by) {
    const place = events.indexOf(model.get("chosen")) + by;
    choose(events[Math.max(0, Math.min(events.length - 1, place))] ?? -1);
  }

  function choose(event) {
    model.set("chosen", event);
    model.save_changes();
  }

  find("button").onclick = () => (playing ? pause() : play());
  slider.oninput = () => move((slider.value / 1000) * scene.length);
  find("select").onchange = (change) => (speed = Number(change.target.value));
  canvas.onclick = (click) => choose(scene.nearest(click.offsetX, click.offsetY));
  canvas.onkeydown = (key) => {
    const chosen = { ArrowDown: 1, ArrowUp: -1 };
    const steps = { ArrowRight: 0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1, Home: -1, End: 1 };
    if (key.key === " ") playing ? pause() : play();
    else if (key.key in chosen) chooseNext(chosen[key.key]);
    else if (key.key in steps) move(show + steps[key.key] * scene.length);
    else return;
    key.preventDefault();
    key.stopPropagation();
  };
  model.on("change:story", () => (find(".story").innerHTML = model.get("story"))); // escaped where it is made
  model.on("change:chosen", draw);
  find(".story").innerHTML = model.get("story");
  legend(find(".legend"), data, theme);
  const resized = new ResizeObserver(draw);
  resized.observe(canvas);
  const themed = new MutationObserver(draw);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  move(0);
  return () => (pause(), resized.disconnect(), themed.disconnect());
}

// Where everything is at any time of the show: no state but the data, so scrubbing and playing are the same.
function stage(data) {
  const clock = data.clock, end = clock[clock.length - 1][1] || 1;
  const length = end * (1 + (2 * TRAVEL) / LENGTH); // so that the last dots arrive
  const simulated = (show) => between(clock, show, 1, 0);
  const shown = (time) => between(clock, time, 0, 1);
  const travel = (TRAVEL * length) / LENGTH;
  const deliveries = data.deliveries.map(({ event, steps }) => ({
    event, steps: steps.map(([at, place, row, mark]) => ({ at: shown(at), place, row, mark, slot: 0 })) }));
  const environments = data.environments.map((one) => ({
    ...one, periods: one.periods.map(([start, end, mark]) => [shown(start), shown(end), mark]) }));
  const kinds = [...new Set(deliveries.flatMap((one) => one.steps.filter((s) => s.place === 3).map((s) => s.row)))].sort();
  const rows = 1 + Math.max(0, ...environments.map((one) => one.row));
  slots(deliveries, length);
  const rowHeight = Math.max(5, Math.min(36, 380 / rows));
  const height = TOP + Math.max(240, Math.min(420, rows * rowHeight + 10));
  const stamps = {};
  let placed = [];

  function target(step, width) {
    const left = COLUMNS[step.place] * width, right = COLUMNS[step.place + 1] * width - 14;
    const room = height - TOP - 10;
    if (step.place === 2) return [(left + right) / 2, TOP + (step.row + 0.5) * rowHeight];
    const band = step.place === 3 ? room / Math.max(1, kinds.length) : room;
    const top = TOP + 8 + (step.place === 3 ? kinds.indexOf(step.row) * band + 16 : 0);
    const deep = Math.max(1, Math.floor((band - 22) / 10)), wide = Math.max(1, Math.floor((right - left) / 10));
    const slot = step.slot % (deep * wide);
    return [left + 6 + 10 * Math.floor(slot / deep), top + 5 + 10 * (slot % deep)];
  }

  function position(one, show, width) {
    const now = current(one.steps, show);
    if (now < 0) return null;
    const step = one.steps[now], to = target(step, width);
    const share = Math.min(1, (show - step.at) / travel);
    if (now === 0 || share >= 1) return [to, step];
    const from = target(one.steps[now - 1], width), eased = share * (2 - share);
    return [[from[0] + (to[0] - from[0]) * eased, from[1] + (to[1] - from[1]) * eased], step];
  }

  function draw(pen, width, height, show, theme, chosen, style) {
    const ink = style.getPropertyValue("--ink"), secondary = style.getPropertyValue("--secondary");
    const axis = style.getPropertyValue("--axis"), pale = style.getPropertyValue("--pale");
    const paper = style.getPropertyValue("--paper");
    pen.clearRect(0, 0, width, height);
    pen.font = "12px sans-serif";
    pen.textBaseline = "top";
    HEADINGS.forEach((words, place) => {
      pen.fillStyle = secondary;
      pen.fillText(words, COLUMNS[place] * width, 6, (COLUMNS[place + 1] - COLUMNS[place]) * width - 6);
    });
    kinds.forEach((kind, number) => {
      const end = ends(kind), top = TOP + 8 + (number * (height - TOP - 10)) / kinds.length;
      const count = deliveries.filter((one) => one.steps.some((s) => s.place === 3 && s.row === kind && s.at <= show)).length;
      pen.fillStyle = ink;
      pen.fillText(`${end}: ${count}`, COLUMNS[3] * width, top, (COLUMNS[4] - COLUMNS[3]) * width);
    });
    const left = COLUMNS[2] * width, right = COLUMNS[3] * width - 14;
    for (const one of environments) {
      if (!one.periods.length || show < one.periods[0][0]) continue;
      const period = one.periods.find(([start, end]) => start <= show && show < end);
      const cold = show > one.periods[one.periods.length - 1][1];
      pen.fillStyle = period ? data.marks[period[2]][1][theme] : pale;
      pen.globalAlpha = period ? 0.35 : 1;
      pen.fillRect(left, TOP + one.row * rowHeight + 1, right - left, rowHeight - 2);
      pen.globalAlpha = 1;
      pen.strokeStyle = period ? data.marks[period[2]][2][theme] : axis;
      pen.setLineDash(cold ? [2, 3] : []);
      pen.strokeRect(left + 0.5, TOP + one.row * rowHeight + 1.5, right - left - 1, rowHeight - 3);
      pen.setLineDash([]);
      if (rowHeight >= 15) {
        pen.fillStyle = secondary;
        pen.font = "10px sans-serif";
        pen.fillText(one.name, left + 4, TOP + one.row * rowHeight + rowHeight / 2 - 5);
        pen.font = "12px sans-serif";
      }
    }
    placed = [];
    for (const one of deliveries) {
      const found = position(one, show, width);
      if (found === null) continue;
      const [[x, y], step] = found;
      placed.push([x, y, one.event]);
      stamp(pen, step.mark, x, y, theme, paper);
      if (one.event === chosen) {
        pen.strokeStyle = ink;
        pen.lineWidth = 2;
        pen.beginPath();
        pen.arc(x, y, DOT + 4, 0, 7);
        pen.stroke();
        pen.lineWidth = 1;
      }
    }
  }

  // A mark is drawn once and then copied to a whole pixel: six hundred circles a frame are slow to draw.
  function stamp(pen, name, x, y, theme, paper) {
    const ratio = window.devicePixelRatio || 1, key = `${name} ${theme} ${ratio}`;
    stamps[key] ??= sample(name, data.marks, theme, paper, ratio);
    const whole = (place) => Math.round((place - SAMPLE / 2) * ratio) / ratio;
    pen.drawImage(stamps[key], whole(x), whole(y), SAMPLE, SAMPLE);
  }

  const ends = (kind) => data.ends[kind];

  function words(show) {
    const count = { sent: 0, waiting: 0, running: 0 }, done = {};
    for (const one of deliveries) {
      const now = current(one.steps, show);
      if (now < 0) continue;
      const step = one.steps[now];
      if (step.place === 3) done[ends(step.row)] = (done[ends(step.row)] || 0) + 1;
      else count[["sent", "waiting", "running"][step.place]] += 1;
    }
    const parts = [...Object.entries(count), ...Object.entries(done)].filter(([, many]) => many);
    const what = parts.map(([name, many]) => `${many} ${name}`).join(", ") || "nothing has been sent yet";
    return `After ${spoken(simulated(show))}: ${what}.`;
  }

  function nearest(x, y) {
    let best = -1, least = 15 * 15;
    for (const [left, top, event] of placed) {
      const distance = (left - x) ** 2 + (top - y) ** 2;
      if (distance < least) [best, least] = [event, distance];
    }
    return best;
  }

  return { length, height, simulated, draw, words, nearest };
}

// The lowest free slot of a waiting place, so that dots stand side by side and stay where they are.
function slots(deliveries, length) {
  for (const place of [0, 1, 3]) {
    const visits = [];
    for (const one of deliveries)
      one.steps.forEach((step, n) => {
        if (step.place === place) visits.push([step.at, one.steps[n + 1]?.at ?? length + 1, step]);
      });
    visits.sort((a, b) => a[0] - b[0]);
    const free = {};
    for (const [at, until, step] of visits) {
      const ends = (free[step.row] ??= []);
      let slot = ends.findIndex((end) => end <= at);
      if (slot < 0) slot = ends.length;
      ends[slot] = until;
      step.slot = slot;
    }
  }
}

function current(steps, show) {
  let low = -1, high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle].at <= show) low = middle;
    else high = middle - 1;
  }
  return low;
}

function between(pairs, value, from, to) {
  let low = 0, high = pairs.length - 1;
  if (value >= pairs[high][from]) return pairs[high][to];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (pairs[middle][from] <= value) low = middle;
    else high = middle;
  }
  const [a, b] = [pairs[low], pairs[high]], span = b[from] - a[from] || 1;
  return a[to] + ((b[to] - a[to]) * (value - a[from])) / span;
}

// One meaning, one mark: shapes differ, not only colours.
function mark(pen, name, x, y, marks, theme, paper) {
  const [, face, edge] = marks[name];
  pen.fillStyle = face[theme];
  pen.strokeStyle = edge[theme];
  pen.lineWidth = 1.4;
  pen.beginPath();
  if (name === "dead letter" || name === "destination") {
    pen.moveTo(x, y - 5); pen.lineTo(x + 4, y); pen.lineTo(x, y + 5); pen.lineTo(x - 4, y); pen.closePath();
  } else if (name === "init") pen.rect(x - 3.5, y - 3.5, 7, 7);
  else pen.arc(x, y, DOT, 0, 7);
  if (["lost", "running", "destination"].includes(name)) pen.fillStyle = paper;
  pen.fill();
  pen.stroke();
  pen.beginPath();
  if (name === "failure" || name === "timeout") {
    pen.strokeStyle = "#ffffff";
    pen.moveTo(x - 2.5, y + 2.5); pen.lineTo(x + 2.5, y - 2.5);
  } else if (name === "lost") {
    pen.moveTo(x - 2.5, y - 2.5); pen.lineTo(x + 2.5, y + 2.5); pen.moveTo(x + 2.5, y - 2.5); pen.lineTo(x - 2.5, y + 2.5);
  } else if (QUEUES[name] && name === "wait") {
    pen.strokeStyle = paper;
    pen.moveTo(x - 2, y); pen.lineTo(x + 2, y);
  }
  pen.stroke();
  pen.lineWidth = 1;
}

// A small canvas with one mark in its middle.
function sample(name, marks, theme, paper, ratio) {
  const made = document.createElement("canvas"), pen = made.getContext("2d");
  made.width = made.height = SAMPLE * ratio;
  pen.scale(ratio, ratio);
  mark(pen, name, SAMPLE / 2, SAMPLE / 2, marks, theme, paper);
  return made;
}

function legend(box, data, theme) {
  const used = new Set(data.deliveries.flatMap((one) => one.steps.map((step) => step[3])));
  for (const name of Object.keys(data.marks).filter((name) => used.has(name))) {
    const paper = theme() ? "#20242b" : "#ffffff", ratio = window.devicePixelRatio || 1;
    const item = box.appendChild(document.createElement("span"));
    item.append(sample(name, data.marks, theme(), paper, ratio), data.marks[name][0]);
  }
  if (data.left_out) box.append(`The first ${data.deliveries.length} deliveries; ${data.left_out} more are left out.`);
}

function spoken(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7200) return `${(seconds / 60).toFixed(1)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

export default { render };
