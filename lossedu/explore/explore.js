// Explorers: sliders that look numbers up in the table that lossedu put into the page, and draw them.
// A classic script, for a page opened from a file may not load modules; nothing is fetched.
(() => {
  const TALL = 150; // pixels; height of one pair of axes
  const LEFT = 48;
  const TOP = 26;
  const PAUSE = 150; // milliseconds between the steps of a run

  const colour = (role) => `var(--le-${role})`;
  const number = (value) =>
    typeof value === "number" ? String(Number(value.toPrecision(4))).replaceAll("-", "−") : value; // inf and nan are words
  const place = ([low, high], [from, to]) => (value) => from + ((value - low) / (high - low)) * (to - from);
  const clamp = (value, [low, high]) => Math.min(Math.max(value, low), high);
  const extent = (values) => [Math.min(...values), Math.max(...values)];
  const padded = ([low, high], share = 0.08) => [low - share * (high - low || 1), high + share * (high - low || 1)];

  // --- drawing: strings of SVG ------------------------------------------------------------------------------------
  const path = (points, role, more = "") =>
    `<path d="M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}" fill="none"
      stroke="${colour(role)}" stroke-width="2" ${more}/>`;
  const dot = (x, y, role, open = false) =>
    `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" stroke="${colour(role)}" stroke-width="2"
      fill="${colour(open ? "paper" : role)}"/>`;
  const text = (x, y, words, role, anchor = "middle") =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${colour(role)}" text-anchor="${anchor}">${words}</text>`;
  // A word in a box of that width, upright where it is too narrow.
  const inside = (word, x, y, width) =>
    `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${width < 10 * word.length ? -90 : 0})">${text(0, 4, word, "ink")}</g>`;
  const arrow = (from, to, y) => {
    const back = Math.sign(from - to) * Math.min(6, Math.abs(from - to));
    return path([[from, y], [to, y]], "step") + path([[to + back, y - 4], [to, y], [to + back, y + 4]], "step");
  };

  // The round numbers of an axis: as many as there is room for, but `least` even where it is tight.
  function ticks([low, high], room, least) {
    const wanted = (high - low) / room;
    const power = 10 ** Math.floor(Math.log10(wanted));
    const sizes = [10, 5, 2, 1, 0.5].map((factor) => factor * power);
    const at = (size) => {
      const first = Math.ceil(low / size);
      return Array.from({ length: Math.max(0, Math.floor((high / size) * (1 + 1e-12)) - first + 1) }, (_, i) => (first + i) * size);
    };
    const finest = sizes.findLastIndex((size) => size >= wanted);
    return sizes.slice(finest).map(at).find((found) => found.length >= least) ?? at(sizes.at(-1));
  }

  // A pair of axes: its two scales, what frames it, and a window that cuts off what leaves it.
  function axes(top, width, height, x, y, { name = "", role = "ink", xName = "", xTicks = true } = {}) {
    const right = width - 14;
    const bottom = top + height;
    const X = place(x, [LEFT, right]);
    const Y = place(y, [bottom, top]);
    const frame =
      path([[LEFT, top], [LEFT, bottom], [right, bottom]], "muted", 'style="stroke-width:1"') +
      (y[0] < 0 && y[1] > 0 ? path([[LEFT, Y(0)], [right, Y(0)]], "grid", 'style="stroke-width:1"') : "") +
      (xTicks ? ticks(x, Math.max(2, width / 90), 3) : []).map((v) => text(X(v), bottom + 17, number(v), "muted")).join("") +
      ticks(y, Math.min(4, height / 18), 1).map((v) => text(LEFT - 6, Y(v) + 4, number(v), "muted", "end")).join("") +
      text(4, top - 8, name, role, "start") + text((LEFT + right) / 2, bottom + 34, xName, "ink");
    const window = (inside) =>
      `<svg x="${LEFT}" y="${top}" width="${right - LEFT}" height="${height}"
        viewBox="${LEFT} ${top} ${right - LEFT} ${height}">${inside}</svg>`;
    return { X, Y, frame, window, points: (pairs) => pairs.map(([u, v]) => [X(u), Y(v)]) };
  }

  // Cut a curve where it jumps: each break is [place, limit from the left, limit from the right].
  function pieces(xs, ys, breaks) {
    const out = [[]];
    let next = 0;
    xs.forEach((x, i) => {
      const jump = breaks[next];
      if (jump && x >= jump[0]) {
        out.at(-1).push([jump[0], jump[1]]);
        out.push([[jump[0], jump[2]]]);
        next++;
        if (x === jump[0]) return;
      }
      out.at(-1).push([x, ys[i]]);
    });
    return out;
  }

  // --- the frame all explorers share: picture, controls, and a sentence that says what the picture shows --------------
  // state: for each slider the index of its value, and what else an explorer remembers;
  // draw(state, width) -> { svg, height, said: [[key, words, symbol, value, role], ...] }
  function mount(figure, { state, sliders, draw, buttons = [] }) {
    const slider = ({ key, words, symbol, role, values }) => {
      const id = `${figure.id}-${key}`;
      // JupyterLab takes the arrow keys for its own commands unless the control itself says that it needs them.
      return `<label for="${id}" style="color:${colour(role)}">${words} <i>${symbol}</i></label>
        <input type="range" data-lm-suppress-shortcuts="true" id="${id}" data-key="${key}" min="0" max="${values.length - 1}" step="1">
        <output for="${id}"></output>`;
    };
    figure.innerHTML =
      `<svg role="img" class="le-picture"></svg><div class="le-controls">${sliders.map(slider).join("")}</div>` +
      `<p class="le-buttons">${buttons.map(({ words }) => `<button type="button">${words}</button>`).join(" ")}</p>` +
      '<p class="le-said" role="status" aria-live="polite" aria-atomic="true"></p>';
    const svg = figure.querySelector("svg");
    const said = figure.querySelector(".le-said");

    function show() {
      for (const { key, values } of sliders) {
        const input = figure.querySelector(`input[data-key="${key}"]`);
        input.value = state[key];
        const value = number(values[state[key]]);
        input.setAttribute("aria-valuetext", value);
        input.nextElementSibling.value = value;
      }
      const width = Math.max(280, Math.min(680, svg.parentElement.clientWidth - 34));
      const view = draw(state, width);
      svg.setAttribute("viewBox", `0 0 ${width} ${view.height}`);
      svg.setAttribute("width", width);
      svg.innerHTML = view.svg;
      said.innerHTML = view.said.map(([key, words, symbol, value, role]) =>
        `<span style="color:${colour(role)}">${words} <i>${symbol}</i> =&nbsp;<b data-value="${key}">${number(value)}</b></span>`).join(", ");
      svg.setAttribute("aria-label", said.textContent);
    }

    figure.addEventListener("input", ({ target }) => { state[target.dataset.key] = Number(target.value); show(); });
    figure.querySelectorAll("button").forEach((button, i) =>
      button.addEventListener("click", () => { buttons[i].press(state, show); show(); }));
    new ResizeObserver(show).observe(figure);
    show();
  }

  // --- one prediction, its loss and slope, and the next step ----------------------------------------------------------
  function loss(figure, table) {
    const { symbol, predictions, rates, targets, labels, comparable, curves, loss_span, slope_span } = table;
    const slope = `∂ℓ/∂${symbol}`;
    const targetWord = labels ? words.label : words.target;
    const x = padded(extent(predictions), 0.02);
    function draw({ prediction, rate, target }, width) {
      const now = predictions[prediction];
      const curve = curves[target];
      const [value, steepness] = [curve.loss[prediction], curve.slope[prediction]];
      const [following, after] = [curve.following[rate][prediction], curve.after[rate][prediction]];
      const above = axes(TOP, width, TALL, x, loss_span, { name: "ℓ", role: "loss" });
      const below = axes(2 * TOP + TALL + 20, width, TALL, x, slope_span, { name: slope, role: "gradient", xName: symbol });
      const reach = (x[1] - x[0]) / 8;
      const tangent = [[now - reach, value - reach * steepness], [now + reach, value + reach * steepness]];
      const y = targets[target];
      const floor = above.Y(loss_span[0]);
      const svg = above.frame + below.frame +
        above.window(
          path(above.points(predictions.map((p, i) => [p, curve.loss[i]])), "loss") +
          path(above.points(tangent), "gradient")) +
        below.window(pieces(predictions, curve.slope, curve.breaks).map((piece) => path(below.points(piece), "gradient")).join("")) +
        curve.breaks.map(([at, left, right]) =>
          dot(below.X(at), below.Y(left), "gradient", true) + dot(below.X(at), below.Y(right), "gradient", true)).join("") +
        path([[above.X(now), above.Y(clamp(value, loss_span))], [above.X(now), below.Y(clamp(steepness, slope_span))]],
          "prediction", 'style="stroke-width:1" stroke-dasharray="3 3"') +
        (comparable ? dot(above.X(y), floor, "data") + text(above.X(y) + 8, floor - 4, "y", "data", "start") : "") +
        arrow(above.X(now), above.X(clamp(following, x)), floor) +
        dot(above.X(now), above.Y(clamp(value, loss_span)), "prediction") +
        dot(below.X(now), below.Y(clamp(steepness, slope_span)), "gradient");
      const said = [
        ["prediction", words.prediction, symbol, now, "prediction"],
        ["target", targetWord, "y", y, "data"],
        ["loss", words.loss, "ℓ", value, "loss"],
        ["slope", words.slope, slope, steepness, "gradient"],
        ["following", words.following, `${symbol} − η·${slope}`, following, "step"],
        ["after", words.after, "ℓ", after ?? words.undefined, "loss"],
      ];
      if (targets.length === 1) said.splice(2, 0, ["residual", words.residual, `${symbol} − y`, now - y, "loss"]);
      return { svg, height: 2 * (TALL + TOP) + 60, said };
    }
    const sliders = [
      { key: "prediction", words: words.prediction, symbol, role: "prediction", values: predictions },
      { key: "rate", words: words.rate, symbol: "η", role: "step", values: rates },
    ];
    if (targets.length > 1) sliders.push({ key: "target", words: targetWord, symbol: "y", role: "data", values: targets });
    mount(figure, { state: { prediction: table.start, rate: table.rate, target: targets.length - 1 }, sliders, draw });
  }

  // --- gradient descent -------------------------------------------------------------------------------------------------
  function descent(figure, { names, span, rates, steps, walks, curve, contours }) {
    const last = (state) => walks[state.rate].loss.length - 1;
    const taken = (state) => Math.min(state.steps, last(state));
    function draw(state, width) {
      const { places, loss: losses, gradient } = walks[state.rate];
      const k = taken(state);
      const height = curve ? 1.6 * TALL : Math.min(400, width * 0.7);
      const plane = curve
        ? axes(TOP, width, height, span[0], padded(extent(curve.map(([, v]) => v))), { name: "L", role: "loss", xName: names[0] })
        : axes(TOP, width, height, span[0], span[1], { name: names[1], xName: names[0] });
      const lines = (curve ? [curve] : contours).map((ring) =>
        path(plane.points(ring), "loss", curve ? "" : 'style="stroke-width:1"')).join("");
      const walked = plane.points(places.slice(0, k + 1).map(([u, v], i) => [u, curve ? losses[i] : v]));
      const svg = plane.frame + plane.window(lines +
        path(walked, "step", 'style="stroke-width:1.5"') +
        walked.map(([u, v], i) => dot(u, v, i < k ? "step" : "prediction")).join(""));
      const said = [
        ["steps", words.steps, "t", k, "ink"],
        ...names.map((name, i) => [`parameter${i}`, words.parameter, name, places[k][i], "prediction"]),
        ["loss", words.loss, "L", losses[k], "loss"],
        ...names.map((name, i) => [`gradient${i}`, words.slope, `∂L/∂${name}`, gradient[k][i], "gradient"]),
      ];
      if (k === last(state) && k < steps) said.push(["beyond", words.next_loss, "L", words.above_a_million, "step"]);
      return { svg, height: height + TOP + 40, said };
    }
    let timer = null;
    const stop = () => clearInterval(timer);
    const onward = (state) => { state.steps = Math.min(taken(state) + 1, last(state)); };
    const buttons = [
      { words: words.step, press: (state) => { stop(); onward(state); } },
      { words: words.run, press: (state, show) => {
        stop();
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) state.steps = last(state);
        else timer = setInterval(() => { onward(state); show(); if (taken(state) === last(state)) stop(); }, PAUSE);
      } },
      { words: words.start_again, press: (state) => { stop(); state.steps = 0; } },
    ];
    const sliders = [{ key: "rate", words: words.rate, symbol: "η", role: "step", values: rates }];
    mount(figure, { state: { rate: 0, steps: 0 }, sliders, draw, buttons });
  }

  // --- several curves over one slider, each with its slope; a second slider chooses the case -------------------------------
  function curves(figure, { input, choice, choices, names, same_scale, cases }) {
    const LOW = 56;
    const isNumber = (value) => typeof value === "number";
    const span = (values) => padded(extent(values.filter(isNumber)), 0.12);
    function draw(state, width) {
      const { inputs, marks, curves } = cases[state.case];
      const now = inputs[state.input];
      const top = (k) => TOP + k * (LOW + TOP);
      const common = span(curves.flatMap(({ value }) => value));
      const panel = ({ value, slope, lowest }, k) => {
        const bottom = k === curves.length - 1;
        const y = same_scale ? common : span(value);
        const { X, Y, frame, window, points } =
          axes(top(k), width, LOW, extent(inputs), y, { name: names[k], role: "loss", xName: bottom ? input : "", xTicks: bottom });
        // Words, such as nan, interrupt the curve; a value without a slope stands apart from it, as a dot.
        const [runs, stretches, apart] = [[[]], [], []];
        value.forEach((v, i) => {
          if (!isNumber(v)) {
            if (v === value[i - 1]) stretches.at(-1).to = inputs[i];
            else { stretches.push({ v, from: inputs[i], to: inputs[i] }); runs.push([]); }
          } else if (slope[i] === null) apart.push([inputs[i], v]);
          else runs.at(-1).push([inputs[i], v]);
        });
        const [height, steepness] = [value[state.input], slope[state.input]];
        const reach = (inputs.at(-1) - inputs[0]) / 12;
        const tangent = [[now - reach, height - reach * steepness], [now + reach, height + reach * steepness]];
        const best = state.input === lowest ? `, ${words.lowest}` : "";
        return frame +
          stretches.map(({ v, from, to }) =>
            `<rect x="${X(from)}" y="${top(k)}" width="${X(to) - X(from)}" height="${LOW}" fill="${colour("grid")}"/>` +
            inside(v, (X(from) + X(to)) / 2, top(k) + LOW / 2, X(to) - X(from))).join("") +
          window(marks.map((at) => path([[X(at), top(k) + LOW], [X(at), top(k) + LOW - 10]], "data")).join("")) +
          path([[X(now), top(k)], [X(now), top(k) + LOW]], "prediction", 'style="stroke-width:1" stroke-dasharray="3 3"') +
          window(runs.filter((run) => run.length > 1).map((run) => path(points(run), "loss")).join("") +
            (isNumber(height) && isNumber(steepness) ? path(points(tangent), "gradient") : "")) +
          points(apart).map(([u, v]) => dot(u, v, "loss")).join("") +
          (lowest === null ? "" : dot(X(inputs[lowest]), Y(value[lowest]), "prediction", true)) +
          (isNumber(height) ? dot(X(now), Y(height), "prediction") : "") +
          text(width - 14, top(k) - 8, `${number(height)}${best}<tspan fill="${colour("gradient")}">, ${words.slope} ${
            number(steepness ?? words.none)}</tspan>`, "loss", "end");
      };
      const said = [
        ["input", input, "", now, "prediction"],
        ["case", choice, "", choices[state.case], "data"],
        ...names.flatMap((name, k) => [
          [name, name, state.input === curves[k].lowest ? `(${words.lowest})` : "", curves[k].value[state.input], "loss"],
          [`slope of ${name}`, words.slope, "", curves[k].slope[state.input] ?? words.none, "gradient"],
        ]),
      ];
      return { svg: curves.map(panel).join(""), height: top(curves.length) + 18, said };
    }
    const state = { input: Math.floor(cases[0].inputs.length / 2), case: 0 };
    const sliders = [
      { key: "input", words: input, symbol: "", role: "prediction", get values() { return cases[state.case].inputs; } },
      { key: "case", words: choice, symbol: "", role: "data", values: choices },
    ];
    mount(figure, { state, sliders, draw });
  }

  // In a notebook this script stands in the output of each explorer, and it runs again when an output is shown twice or
  // scrolled back into view; so it starts only what has not been started. A fault in one explorer leaves the others alone.
  const kinds = { loss, descent, curves };
  for (const figure of document.querySelectorAll(".le-explorer[data-explorer]:not([data-started])")) {
    figure.dataset.started = "";
    figure.id = `explorer-${document.querySelectorAll(".le-explorer[data-started]").length}`;
    try {
      kinds[figure.dataset.explorer](figure, JSON.parse(figure.querySelector("script").textContent));
    } catch (error) {
      console.error(`the explorer ${figure.dataset.explorer} does not start`, error);
    }
  }
})();
