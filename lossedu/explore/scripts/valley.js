// A line through data on the left, the valley of its loss on the right: whatever moves one moves the other. Without
// data there is the valley alone, of any function of two parameters. A line without an intercept has one parameter, and
// its valley is a curve.

// Average loss of a line, and its two partial derivatives; only the data of a batch count.
function lineAverage({ of }, given, x, y, [w, b], batch) {
  let [value, alongW, alongB] = [0, 0, 0];
  for (const i of batch) {
    const [v, s] = of(y[i], w * x[i] + b, ...given);
    value += v;
    alongW += s * x[i];
    alongB += s;
  }
  return [value, alongW, alongB].map((sum) => sum / batch.length);
}

function valley(figure, { x: xs = [], y: ys = [], loss, surface, spans, start, rate, rates, momentum, batches, first, others, names }) {
  const PAUSE = 120; // milliseconds between the steps of a run
  const FAR = 1e6; // a walk ends there
  const all = xs.map((_, i) => i);
  const average = loss && { of: compiled(loss.code) };
  const given = loss?.settings.map(({ value }) => value);
  const height = surface && compiled(surface);
  const single = !spans.b;
  const rules = Object.fromEntries([first, ...others].map((rule) => [rule.name, { ...rule, step: compiled(rule.code) }]));
  const initial = () => ({ x: [...xs], y: [...ys], w: start[0], b: start[1], rate, momentum, batch: xs.length, beside: "", seed: 1 });
  const state = { ...initial(), rate2: rate, steps: 0, walks: [], running: false };
  // The loss and its two partial derivatives.
  const loss3 = (place, batch = all) => (height ? height(...place) : lineAverage(average, given, state.x, state.y, place, batch));
  const [called, symbols] = height ? [["", ""], names] : [[words.slope_of_line, words.intercept], ["w", "b"]];

  const settingsOf = ({ settings }) => Object.entries(settings).map(([key, value]) => (key === "momentum" && momentum !== null ? state.momentum : value));
  const walker = (name) => ({ rule: rules[name], places: [[state.w, state.b]], memory: [0, 1].map(() => [...rules[name].memory]), away: false });
  function restart() {
    state.walks = [walker(first.name), ...(state.beside ? [walker(state.beside)] : [])];
    Object.assign(state, { steps: 0, running: false, seed: 1, chosen: all });
  }
  // A random batch, the same in every run: the numbers of a linear congruential generator.
  function nextBatch() {
    if (state.batch === all.length) return all;
    const left = [...all];
    const random = () => { state.seed = (state.seed * 1103515245 + 12345) % 2 ** 31; return state.seed / 2 ** 31; };
    return Array.from({ length: state.batch }, () => left.splice(Math.floor(random() * left.length), 1)[0]).sort((a, b) => a - b);
  }
  function onward() {
    state.chosen = nextBatch();
    state.walks.forEach((walk, k) => {
      if (walk.away) return;
      const place = walk.places.at(-1);
      const [, ...gradient] = loss3(place, state.chosen);
      const next = gradient.map((g, i) => {
        if (single && i) return 0;
        const [change, ...memory] = walk.rule.step(place[i], g, k ? state.rate2 : state.rate, ...settingsOf(walk.rule), ...walk.memory[i]);
        walk.memory[i] = memory;
        return place[i] + change;
      });
      if (next.every((value) => Math.abs(value) < FAR)) walk.places.push(next);
      else walk.away = true;
    });
    state.steps++;
    [state.w, state.b] = state.walks[0].places.at(-1);
  }
  restart();

  // The rings are drawn once for each place of the data: coarse while a datum is dragged, fine when it rests.
  let drawn = { key: "", svg: "" };
  function rings(plane) {
    const dragged = typeof state.held === "string" && state.held.startsWith("datum");
    const n = dragged ? 25 : 51;
    const key = JSON.stringify([n, state.x, state.y, plane.left, plane.top, plane.right]);
    if (drawn.key === key) return drawn.svg;
    const [us, vs] = [range(n, ...spans.w), range(n, ...spans.b)];
    const values = vs.flatMap((v) => us.map((u) => loss3([u, v])[0]));
    const finite = values.filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    const [across, up] = [linear([0, n - 1], [plane.left, plane.right]), linear([0, n - 1], [plane.bottom, plane.top])];
    // Equal steps of the square root are rings at equal distances around the bottom of a bowl.
    const svg = high > low ? range(14, 0, Math.sqrt(high - low)).slice(1, -1).map((root, k) =>
      `<path d="${ring(values, n, low + root * root, (i, j) => [across(i), up(j)])}" fill="none" stroke="${colour("loss")}" stroke-width="1" stroke-opacity="${(1 - k / 16).toFixed(2)}"/>`).join("") : "";
    drawn = { key, svg };
    return svg;
  }

  const stay = (value, span) => clamp(rounded(value, 10 ** Math.floor(Math.log10((span[1] - span[0]) / 1000))), span);
  function put(w, b) {
    [state.w, state.b] = [w, b];
    restart();
  }

  function lineAndData(data, { w, b }) {
    const fit = (t) => w * t + b;
    // The line is turned by two grips, where it can be seen.
    const visible = range(121, ...spans.x).filter((t) => fit(t) >= spans.y[0] && fit(t) <= spans.y[1]);
    const ends = state.ends ?? (visible.length > 20 ? [visible[4], visible.at(-5)] : [0.1, 0.9].map((share) => spans.x[0] + share * (spans.x[1] - spans.x[0])));
    const turn = (k, height) => {
      const other = single ? 0 : ends[1 - k]; // there the line stays
      const slope = clamp((state.w * other + state.b - height) / (other - ends[k]), spans.w);
      put(slope, single ? 0 : clamp(height - slope * ends[k], spans.b));
    };
    const [stepX, stepY] = [(spans.x[1] - spans.x[0]) / 100, (spans.y[1] - spans.y[0]) / 100];
    const svg = data.frame + data.window(
      state.x.map((t, i) => path(data.points([[t, state.y[i]], [t, fit(t)]]), "loss", state.chosen.includes(i) ? "" : 'style="stroke-opacity:.3"')).join("") +
      path(data.points(spans.x.map((t) => [t, fit(t)])), "prediction"));
    const move = (i, u, v) => {
      state.x[i] = clamp(rounded(u, stepX / 10), spans.x);
      state.y[i] = clamp(rounded(v, stepY / 10), spans.y);
    };
    const holds = [
      ...state.x.map((t, i) => ({
        key: `datum${i}`, at: [data.X(t), data.Y(state.y[i])], along: "xy", role: "data", name: fill(words.datum, { i: i + 1 }),
        now: state.y[i], least: spans.y[0], most: spans.y[1], says: fill(words.point_says, { x: number(t), y: number(state.y[i]) }),
        drag: (place) => move(i, ...data.back(place)), nudge: (dx, dy) => move(i, state.x[i] + dx * stepX, state.y[i] + dy * stepY) })),
      ...ends.map((end, k) => ({
        key: `end${k}`, at: data.inside([end, fit(end)]), along: "xy", role: "prediction", open: true, name: fill(words.end, { x: number(end) }),
        now: fit(end), least: spans.y[0], most: spans.y[1], says: number(fit(end)),
        drag: (place) => { state.ends = ends; turn(k, data.back(place)[1]); }, nudge: (dx, dy) => turn(k, state.w * end + state.b + (dx + dy) * stepY) })).slice(Number(single)),
    ];
    if (!state.held) state.ends = null;
    return { svg, holds };
  }

  function ballAndValley(plane, { w, b }, [value, alongW, alongB]) {
    const here = plane.inside([w, b]);
    const { memory, rule } = state.walks[0];
    // The step that comes next, and what of it the gradient and the velocity do; short steps are drawn larger.
    const step = [alongW, alongB].map((g, i) => rule.step([w, b][i], g, state.rate, ...settingsOf(rule), ...memory[i])[0]);
    const byGradient = [alongW, alongB].map((g) => -state.rate * g);
    const byVelocity = step.map((change, i) => change - byGradient[i]);
    const pixels = ([u, v]) => [plane.X(w + u) - plane.X(w), plane.Y(b + v) - plane.Y(b)];
    const length = Math.hypot(...pixels(step));
    const factor = length > 0 ? 2 ** clamp(Math.ceil(Math.log2(28 / length)), [0, 12]) : 1;
    const to = (vector) => pixels(vector).map((pixel, i) => here[i] + factor * pixel);
    const walks = [...state.walks].reverse().map((walk) => {
      const role = walk === state.walks[0] ? "step" : "data";
      const points = plane.points(walk.places.slice(-400));
      return path(points, role, 'style="stroke-width:1.5"') + points.map(([u, v]) => dot(u, v, role, { r: 2 })).join("") +
        (role === "data" ? dot(...plane.inside(walk.places.at(-1)), role) : "");
    }).join("");
    const svg = plane.frame + plane.window(rings(plane) + walks +
      (Math.hypot(...pixels(byVelocity)) > 1e-9 ? arrow(here, to(byVelocity), "step") + path([here, to(step)], "ink", DASHED) : "") +
      arrow(here, to(byGradient), "gradient") + (factor > 1 ? label(plane.right - 4, plane.top + 14, `→ × ${factor}`, "muted", "end") : ""));
    const [stepW, stepB] = [spans.w, spans.b].map(([low, high]) => (high - low) / 100);
    const move = (u, v) => put(stay(u, spans.w), stay(v, spans.b));
    const hold = { key: "ball", at: here, along: "xy", role: "prediction", r: 8, name: height ? words.point : words.ball, now: w, least: spans.w[0], most: spans.w[1],
      says: fill(height ? words.place_says : words.ball_says, { u: symbols[0], v: symbols[1], w: number(w), b: number(b), loss: number(value) }),
      drag: (place) => move(...plane.back(place)), nudge: (dx, dy) => move(state.w + dx * stepW, state.b + dy * stepB) };
    return { svg, holds: [hold] };
  }

  // The valley of one parameter: the loss of every slope as a curve, its tangent, and the step that comes next.
  function ballOnCurve(plane, { w }, [value, slope]) {
    const on = (u) => [u, loss3([u, 0])[0]];
    const here = plane.inside([w, value]);
    const { memory, rule } = state.walks[0];
    const [change] = rule.step(w, slope, state.rate, ...settingsOf(rule), ...memory[0]);
    const walks = [...state.walks].reverse().map((walk) => {
      const role = walk === state.walks[0] ? "step" : "data";
      const points = plane.points(walk.places.slice(-400).map(([u]) => on(u)));
      return path(points, role, 'style="stroke-width:1.5"') + points.map(([u, v]) => dot(u, v, role, { r: 2.5 })).join("");
    }).join("");
    const [reach, step] = [8, 100].map((part) => (spans.w[1] - spans.w[0]) / part);
    const svg = plane.frame + plane.window(path(plane.points(range(121, ...spans.w).map(on)), "loss") +
      path(plane.points([-reach, reach].map((d) => [w + d, value + d * slope])), "gradient", DASHED) +
      walks + arrow(here, [plane.X(w + change), here[1]], "gradient"));
    const move = (u) => put(stay(u, spans.w), 0);
    return { svg, holds: [{ key: "ball", at: here, along: "x", role: "prediction", r: 8, name: words.slope_of_line, now: w, least: spans.w[0], most: spans.w[1],
      says: fill(words.slope_says, { w: number(w), loss: number(value) }), drag: (place) => move(plane.back(place)[0]), nudge: (d) => move(state.w + d * step) }] };
  }
  const ceiling = single ? 1.05 * Math.max(...range(41, ...spans.w).map((u) => loss3([u, 0])[0])) : 0;

  function draw(state, width) {
    const wide = width >= 560;
    const size = height ? Math.min(width - 58, 460) : wide ? width * 0.5 - 60 : width - 58;
    const tall = height ? size * 0.7 : wide ? size : Math.min(size * 0.62, 220);
    const top = 28;
    const below = { left: 44, top: height ? top : top + tall + 66, width: size, height: height ? tall : size * 0.8 };
    const box = wide && !height ? { left: width - size - 8, top, width: size, height: tall } : below;
    const plane = single ? axes(box, spans.w, [0, ceiling], { name: `${words.average_loss} L`, role: "loss", below: `${called[0]} ${symbols[0]}` })
      : axes(box, spans.w, spans.b, { name: `${called[1]} ${symbols[1]}`, below: `${called[0]} ${symbols[0]}` });
    const now = loss3([state.w, state.b]);
    const left = height ? { svg: "", holds: [] }
      : lineAndData(axes({ left: 44, top, width: size, height: tall }, spans.x, spans.y, { name: names[1], below: names[0] }), state);
    const right = (single ? ballOnCurve : ballAndValley)(plane, state, now);
    const { w, b, steps } = state;
    const numbers = [
      ["steps", words.steps, "t", steps, "ink"], ["loss", height ? words.loss : words.average_loss, "L", now[0], "loss"],
      ["w", called[0], symbols[0], w, "prediction"], ["alongW", "", single ? "dL/dw" : `∂L/∂${symbols[0]}`, now[1], "gradient"],
      ...(single ? [] : [["b", called[1], symbols[1], b, "prediction"], ["alongB", "", `∂L/∂${symbols[1]}`, now[2], "gradient"]]),
      ...state.walks.slice(1).map((walk) => ["beside", fill(words.loss_of, { rule: walk.rule.name }), "L", loss3(walk.places.at(-1))[0], "data"]),
    ];
    const away = state.walks.some((walk) => walk.away);
    const said = away ? fill(words.valley_diverges, { steps }) : fill(height ? words.surface_said : single ? words.hill_said : words.valley_said, { steps, u: symbols[0], v: symbols[1], w: number(w), b: number(b), loss: number(now[0]), slope: number(now[1]) });
    return { svg: left.svg + right.svg, height: plane.bottom + 44, holds: [...left.holds, ...right.holds], numbers, said };
  }

  const { run, stop } = runner(figure, state, { pause: PAUSE, onward, most: 100, over: () => state.steps >= 1000 || state.walks.every((walk) => walk.away) });
  const speed = { role: "step", least: rates[0], most: rates[1], logarithmic: true, symbol: "η" };
  mount(figure, state, {
    draw,
    changed: (_, key) => {
      if (key === "beside") { state.rate2 = rules[state.beside]?.rate ?? state.rate; restart(); }
      if (key === "batch") {
        const { seed } = state;
        state.chosen = nextBatch(); // it is shown now, and the next step takes the same
        state.seed = seed;
      }
    },
    sliders: [
      { ...speed, key: "rate", words: words.rate },
      { key: "momentum", words: words.momentum, symbol: "μ", role: "step", least: 0, most: 0.99, step: 0.01, hidden: () => momentum === null },
      { key: "batch", words: words.batch, symbol: "", role: "data", least: 1, most: xs.length, step: 1, hidden: () => !batches },
      { ...speed, key: "rate2", words: words.rate_of, role: "data", least: Math.min(rates[0], 1e-3), most: 10, hidden: () => !state.beside },
    ],
    buttons: [
      { words: () => words.step, press: () => { stop(); onward(); } },
      { words: () => (state.running ? words.stop : words.run), press: (_, later) => run(later) },
      { words: () => words.start_again, press: () => { stop(); Object.assign(state, initial(), { beside: state.beside }); restart(); } },
    ],
    choices: others.length ? [{ key: "beside", words: words.beside, options: [["", words.nothing], ...others.map(({ name }) => [name, name])] }] : [],
  });
}
