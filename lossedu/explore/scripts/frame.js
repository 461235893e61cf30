// What all pictures share: the drawing, what can be held and dragged, sliders, buttons, numbers, and one announcement.
//
// A kind gives `draw(state, width)`, which returns
//   { height, svg, holds, numbers, said }
//   holds: [{ key, at: [x, y], along: "x" | "y" | "xy", role, name, now, least, most, says, drag([x, y]), nudge(dx, dy) }]
//   numbers: [[key, words, symbol, value, role]], the grid below the picture
//   said: one sentence, which is also what a screen reader hears.
// The drawing is one string, made anew each time. What is held lies above it: one element for each, which is only moved,
// because an element that is replaced loses the finger and the keyboard's focus.

// JupyterLab and Notebook take arrow keys for their own commands, unless the element that has the focus says this.
const OWN_KEYS = "data-lm-suppress-shortcuts";
// The keys that a picture uses stay in it. Visual Studio Code would hear them at the window, where an arrow goes to the
// next cell and Enter opens the source of the cell.
const used = (event) => /^(Arrow|Page|Home|End|Enter| )/.test(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey;
const REST = 700; // milliseconds without a change, after which the sentence is announced
const EDGE = 2; // pixels between the picture and its frame

const give = (element, attributes) => { Object.entries(attributes).forEach((pair) => element.setAttribute(...pair)); };

function mount(figure, state, { sliders = [], buttons = [], choices = [], draw, changed = () => {} }) {
  const id = figure.id;
  const control = ({ key, words: called, symbol, role }) =>
    `<label for="${id}-${key}" style="color:${colour(role)}">${called} <i>${symbol}</i></label>
     <input type="range" id="${id}-${key}" data-key="${key}" ${OWN_KEYS}="true"><output for="${id}-${key}"></output>`;
  const choice = ({ key, words: called, options }) =>
    `<label>${called} <select data-key="${key}" ${OWN_KEYS}="true">${options.map(([value, what]) => `<option value="${value}">${what}</option>`).join("")}</select></label>`;
  figure.innerHTML = '<svg class="le-picture" role="group"><g aria-hidden="true"></g><g></g></svg>' +
    `<div class="le-controls">${sliders.map(control).join("")}</div>` +
    `<div class="le-buttons">${buttons.map(() => '<button type="button"></button>').join("")}${choices.map(choice).join("")}</div>` +
    '<dl class="le-numbers"></dl><p class="le-said le-announce" role="status"></p>';
  const svg = figure.querySelector("svg");
  const [drawing, front] = svg.children;
  const grid = figure.querySelector("dl");
  const status = figure.querySelector(".le-said");
  const elements = new Map();
  let view, waiting = 0, rest = 0;

  const later = () => { waiting ||= requestAnimationFrame(show); };

  function show() {
    waiting = 0;
    const width = clamp(figure.clientWidth - 2 * parseFloat(getComputedStyle(figure).paddingLeft) - EDGE, [200, 700]);
    view = draw(state, width);
    give(svg, { viewBox: `0 0 ${width} ${view.height}`, width, height: view.height, "aria-label": view.said });
    drawing.innerHTML = view.svg;
    for (const one of view.holds) place(elements.get(one.key) ?? hold(one.key), one);
    for (const [key, element] of elements) {
      if (view.holds.some((one) => one.key === key)) continue;
      element.remove();
      elements.delete(key);
    }
    for (const slider of sliders) set(slider);
    for (const { key } of choices) figure.querySelector(`select[data-key="${key}"]`).value = state[key];
    figure.querySelectorAll("button").forEach((button, i) => {
      button.textContent = buttons[i].words(state);
      button.disabled = buttons[i].off?.(state) ?? false;
    });
    grid.innerHTML = view.numbers.map(([key, called, symbol, value, role]) =>
      `<div style="color:${colour(role)}"><dt>${called} <i>${symbol}</i></dt><dd data-value="${key}">${typeof value === "number" ? number(value) : value}</dd></div>`).join("");
    clearTimeout(rest);
    rest = setTimeout(() => { status.textContent = view.said; }, status.textContent ? REST : 0);
  }

  function set({ key, least, most, step, logarithmic = false, hidden = () => false, says = number }) {
    const input = figure.querySelector(`input[data-key="${key}"]`);
    const to = logarithmic ? Math.log10 : (value) => value;
    Object.assign(input, { min: to(least), max: to(most), step: logarithmic ? 0.01 : step });
    input.value = to(state[key]);
    const value = says(state[key]);
    give(input, { "aria-valuetext": value });
    input.nextElementSibling.value = value;
    for (const part of [input.previousElementSibling, input, input.nextElementSibling]) part.hidden = hidden(state);
  }

  function place(element, { at: [x, y], along, role, name, now, least, most, says, r = 7, open = false }) {
    give(element, { class: `le-hold le-along-${along}`, transform: `translate(${at(x)} ${at(y)})`, "aria-label": name,
      "aria-valuenow": rounded(now, 1e-6), "aria-valuemin": least, "aria-valuemax": most, "aria-valuetext": says });
    give(element.lastElementChild, { r, fill: colour(open ? "paper" : role), stroke: colour(role) });
  }

  function hold(key) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", "g");
    element.innerHTML = '<circle r="14" fill="transparent"/><circle class="le-ring" r="12"/><circle class="le-dot" stroke-width="2"/>';
    give(element, { tabindex: 0, role: "slider", [OWN_KEYS]: true });
    element.dataset.hold = key;
    const now = () => view.holds.find((one) => one.key === key);
    const point = (event) => {
      const box = svg.getBoundingClientRect();
      const scale = svg.viewBox.baseVal.width / box.width;
      return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    };
    let grip = null;
    const release = () => {
      if (!grip) return;
      grip = null;
      state.held = null;
      later();
    };
    // The CSS property touch-action has no effect inside an SVG, and the browser would scroll after a few moves.
    element.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    element.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      const [[x, y], [u, v]] = [point(event), now().at];
      grip = [u - x, v - y];
      state.held = key;
      element.setPointerCapture(event.pointerId);
      element.focus({ preventScroll: true, focusVisible: false });
      event.preventDefault();
    });
    element.addEventListener("pointermove", (event) => {
      if (!grip || !now()) return;
      const [x, y] = point(event);
      now().drag([x + grip[0], y + grip[1]]);
      later();
    });
    element.addEventListener("lostpointercapture", release); // which follows when the pointer goes up, or is cancelled
    element.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 10], PageDown: [0, -10] }[event.key];
      if (!way || !used(event)) return;
      event.preventDefault();
      const [dx, dy] = way.map((one) => one * (event.shiftKey ? 10 : 1));
      const one = now();
      if (one.along === "x") one.nudge(dx + dy, 0);
      else one.nudge(dx, dy);
      later();
    });
    front.append(element);
    elements.set(key, element);
    return element;
  }

  figure.addEventListener("keydown", (event) => { if (used(event)) event.stopPropagation(); });
  figure.addEventListener("input", ({ target }) => {
    const { key } = target.dataset;
    if (!key) return;
    const slider = sliders.find((one) => one.key === key);
    state[key] = !slider ? target.value : slider.logarithmic ? 10 ** Number(target.value) : Number(target.value);
    changed(state, key);
    later();
  });
  figure.querySelectorAll("button").forEach((button, i) =>
    button.addEventListener("click", () => { buttons[i].press(state, later); later(); }));
  new ResizeObserver(later).observe(figure);
  show();
}

// A run goes on by itself until it is over or stopped. Readers who want no motion see at once what it comes to.
function runner(figure, state, { pause, onward, over, most = 1000 }) {
  let clock = 0;
  const stop = () => { clearInterval(clock); state.running = false; };
  function run(later) {
    if (state.running) stop();
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      for (let i = 0; i < most && !over(); i++) onward();
    } else {
      state.running = true;
      clock = setInterval(() => {
        if (document.hidden) return;
        if (!state.running || !figure.isConnected || over()) stop();
        else onward();
        later();
      }, pause);
    }
  }
  return { run, stop };
}
