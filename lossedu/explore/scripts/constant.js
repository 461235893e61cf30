// Data and one answer for all of them: what the loss makes of each residual, and the average loss of every answer.

// Average loss of one answer and its slope, and the best answer: the one that the loss's own `minimiser` returns.
function averages(loss, data, given) {
  const parts = (c) => data.map((y) => loss.of(y, c, ...given));
  const cost = (c) => mean(parts(c).map(([value]) => value));
  const slope = (c) => mean(parts(c).map(([, one]) => one));
  const ends = [Math.min(...data), Math.max(...data)];
  const crossing = (inside) => {
    const [low, high] = halved(inside, slope);
    return Math.abs(slope(low)) <= Math.abs(slope(high)) ? low : high;
  };
  const searches = {
    crossing: () => crossing(ends),
    // Where a whole interval is best, its middle; a slope as small as its own rounding counts as none.
    middle() {
      const none = (c) => 1e-13 * mean(parts(c).map(([, one]) => Math.abs(one)));
      const first = halved(ends, (c) => (slope(c) < -none(c) ? -1 : 1))[1];
      const last = halved(ends, (c) => (slope(c) <= none(c) ? -1 : 1))[0];
      return [first, last].every((c) => Math.abs(slope(c)) <= none(c)) ? (first + last) / 2 : halved(ends, slope)[1];
    },
    // The deepest of several valleys.
    scan() {
      const places = [...new Set([...data, ...range(1001, ...ends)])].sort((a, b) => a - b);
      const costs = places.map(cost);
      const best = costs.indexOf(Math.min(...costs));
      return crossing([places[Math.max(best - 1, 0)], places[Math.min(best + 1, places.length - 1)]]);
    },
  };
  const average = (c) => [cost(c), slope(c)];
  return { average, best: ends[0] === ends[1] ? () => ends[0] : searches[loss.search] };
}

function constant(figure, { data, start, span, step, unit, losses, squares }) {
  const loss = losses.map((one) => ({ ...one, of: compiled(one.code) }));
  const settings = loss[0].settings;
  const initial = () => ({ data: [...data], answer: start, ...Object.fromEntries(settings.map(({ key, value }) => [key, value])) });
  const state = initial();
  const given = (which) => which.settings.map(({ key, value }) => (which === loss[0] ? state[key] : value));
  const put = (value) => clamp(rounded(value, step), span);

  // One shape for each datum: a square, or the area under the loss's slope between datum and answer, which is its loss.
  // On each side of the answer the areas stand on each other, so their heights there are the pulls on the answer.
  function shapes(line, base, height) {
    const { of } = loss[0];
    const c = state.answer;
    const scale = (line.right - line.left) / (span[1] - span[0]);
    const reach = span[1] - span[0];
    const steepest = Math.max(...range(121, -reach, reach).map((r) => Math.abs(of(c, clamp(c + r, span), ...given(loss[0]))[1])).filter(Number.isFinite));
    const unitHeight = (height - 14) / (state.data.length * steepest || 1);
    const floors = { left: 0, right: 0 };
    return [...state.data].sort((a, b) => Math.abs(b - c) - Math.abs(a - c)).map((y) => {
      if (squares) {
        const side = Math.abs(y - c) * scale;
        return area([[line.X(y), base], [line.X(c), base], [line.X(c), base - side], [line.X(y), base - side]], "loss");
      }
      const side = y < c ? "left" : "right";
      const floor = floors[side];
      // At the datum itself a kink has no slope, so the area begins beside it.
      const heights = range(41, y, c).map((t, i) => [t, Math.abs(of(y, i ? t : y + (c - y) * 1e-6, ...given(loss[0]))[1])]);
      floors[side] += Math.max(...heights.map(([, h]) => h));
      const Y = (h) => base - (floor + h) * unitHeight;
      return area([[line.X(y), Y(0)], ...heights.map(([t, h]) => [line.X(t), Y(h)]), [line.X(c), Y(0)]], "loss");
    }).join("");
  }

  // Equal data stand below each other.
  function dots(line, base) {
    const many = new Map();
    return state.data.map((y) => {
      const column = Math.round(line.X(y) / 14);
      const n = many.get(column) ?? 0;
      many.set(column, n + 1);
      return [line.X(y), base + 34 + 26 * n];
    });
  }

  function draw(state, width) {
    const wide = width >= 560;
    const c = state.answer;
    const height = wide ? 220 : 170;
    const top = 28;
    const base = top + height;
    const line = axes({ left: 14, top, width: wide ? width * 0.5 - 40 : width - 28, height }, span, [0, 1], { heights: false });
    const [here, ...others] = loss.map((one) => averages(one, state.data, given(one)));
    const [value, slope] = here.average(c);
    const best = here.best();
    const points = dots(line, base);
    const foot = Math.max(...points.map(([, y]) => y)) + 30;
    const left = line.frame + line.window(shapes(line, base, height)) +
      path([[line.X(c), top - 4], [line.X(c), base]], "prediction") +
      arrow([line.X(c), top + 6], [clamp(line.X(c) - 40 * Math.tanh(slope), [line.left, line.right]), top + 6], "gradient") +
      text((line.left + line.right) / 2, foot, unit, "ink");

    const box = wide ? { left: width * 0.5 + 34, top, width: width * 0.5 - 48, height } : { left: 48, top: foot + 40, width: width - 62, height };
    const before = averages(loss[0], data, given(loss[0]));
    const ceiling = Math.max(...range(41, ...span).map((t) => before.average(t)[0]).filter(Number.isFinite)) * (squares ? 0.6 : 1.05);
    const plane = axes(box, span, [0, ceiling], { name: `${words.average_loss} L`, role: "loss", below: "ŷ" });
    const places = [...range(81, ...span), ...state.data, ...data].sort((a, b) => a - b);
    const curve = (one, scale = 1) => plane.points(places.map((t) => [t, scale * one.average(t)[0]]));
    const moved = state.data.some((y, i) => y !== data[i]);
    const reach = (span[1] - span[0]) / 8;
    // Several others are told apart by their dashes; the key stands in the middle, where curves are low.
    const dashes = (k) => `stroke-dasharray="${others.length > 1 ? ["7 3", "2 3", "12 3 2 3", "none"][k % 4] : "none"}"`;
    const key = (k) => {
      const [x, y] = [(plane.left + plane.right) / 2, plane.top + 12 + 16 * k];
      return path([[x - 44, y - 4], [x - 14, y - 4]], "step", dashes(k)) + label(x - 8, y, loss[k + 1].name, "step", "start");
    };
    const bests = others.map((one) => one.best());
    const compared = others.map((one, k) => {
      // The other loss has a unit of its own, so it is drawn to the same height, and only its lowest place is compared.
      const before = averages(loss[k + 1], data, given(loss[k + 1]));
      const scale = ceiling / Math.max(...range(41, ...span).map((t) => before.average(t)[0])) / 1.05;
      return path(curve(one, scale), "step", dashes(k)) + dot(plane.X(bests[k]), plane.Y(scale * one.average(bests[k])[0]), "step", { open: true, r: 4 }) +
        (others.length > 1 ? key(k) : label(plane.right - 4, plane.Y(clamp(scale * one.average(span[1])[0], [0, ceiling * 0.85])) + 14, loss[1].name, "step", "end"));
    }).join("");
    const right = plane.frame + plane.window((moved ? path(curve(before), "muted", DASHED) : "") + compared + path(curve(here), "loss") +
      path(plane.points([-reach, reach].map((d) => [c + d, value + d * slope])), "gradient") +
      path([plane.inside([c, value]), [plane.X(c), plane.bottom]], "prediction", DASHED) + dot(...plane.inside([best, here.average(best)[0]]), "loss", { open: true, r: 4 }));

    const common = { along: "x", least: span[0], most: span[1] };
    const answer = { ...common, role: "prediction", name: words.answer, now: c, says: fill(words.answer_says, { c: number(c), unit, loss: number(value) }), nudge: (d) => { state.answer = put(state.answer + d * step); } };
    const holds = [
      ...points.map((place, i) => ({ ...common, key: `datum${i}`, at: place, role: "data", name: fill(words.datum, { i: i + 1 }), now: state.data[i], says: `${number(state.data[i])} ${unit}`,
        drag: ([u]) => { state.data[i] = put(line.back([u, 0])[0]); }, nudge: (d) => { state.data[i] = put(state.data[i] + d * step); } })),
      { ...answer, key: "answer", at: [line.X(c), base], drag: ([u]) => { state.answer = put(line.back([u, 0])[0]); } },
      { ...answer, key: "height", at: plane.inside([c, value]), drag: ([u]) => { state.answer = put(plane.back([u, 0])[0]); } },
    ];
    const numbers = [
      ["c", words.answer, "ŷ", c, "prediction"], ["loss", words.average_loss, "L", value, "loss"],
      ["slope", words.slope, "dL/dŷ", slope, "gradient"], ["best", fill(words.best_for, { loss: loss[0].name }), "", best, "loss"],
      ...others.map((_, k) => [`best${k + 1}`, fill(words.best_for, { loss: loss[k + 1].name }), "", bests[k], "step"]),
    ];
    const said = fill(words.constant_said, { c: number(c), unit, loss: number(value), slope: number(slope), best: number(best) });
    return { svg: left + right, height: wide ? Math.max(foot + 10, base + 44) : foot + 40 + height + 44, holds, numbers, said };
  }

  mount(figure, state, {
    draw,
    sliders: settings.map((one) => ({ ...one, words: words[one.key], role: "loss" })),
    buttons: [
      { words: () => words.to_best, press: () => { state.answer = averages(loss[0], state.data, given(loss[0])).best(); } },
      { words: () => words.start_again, press: () => Object.assign(state, initial()) },
    ],
  });
}

Object.assign(window.pictures, { averages }); // for the tests, which compare them with the package
