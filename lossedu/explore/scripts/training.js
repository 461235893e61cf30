// A run of training that has been recorded: its losses, and beside them what the model was at the moment that is chosen.

function training(figure, { losses, accuracy, moments, best, unit, logarithmic, names, view }) {
  const PAUSE = 200; // milliseconds between the moments of a run
  const height = logarithmic ? Math.log10 : (value) => value;
  const curves = losses.map((values) => values.map((value, t) => [t, height(value)])); // what JSON lacks is a word
  const heights = curves.flat().map(([, value]) => value).filter(Number.isFinite);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const margin = 0.06 * (high - low) || 0.5;
  const end = moments.length - 1;
  const state = { i: 0, which: "0", running: false };
  const called = [words.training_loss, words.validation_loss];

  // On a logarithmic axis 1, 2 and 5 times each power of ten, or the powers alone where these are many.
  function marks() {
    const powers = Array.from({ length: 40 }, (_, k) => k - 20);
    const inside = (list) => list.map((value) => [Math.log10(value), number(value)]).filter(([mark]) => Math.abs(mark - (low + high) / 2) <= (high - low) / 2 + margin);
    const many = inside(powers.flatMap((k) => [1, 2, 5].map((times) => times * 10 ** k)));
    return many.length > 6 ? inside(powers.map((k) => 10 ** k)) : many;
  }

  function lossCurves(box, i) {
    const t = moments[i];
    const plane = axes(box, [0, curves[0].length - 1], [low - margin, high + margin],
      { name: words.loss, role: "loss", below: words[unit], heights: logarithmic ? marks() : true });
    const drawn = curves.map((curve, k) => {
      const more = k ? 'stroke-dasharray="5 4"' : "";
      const points = plane.points(curve);
      // Losses fall, so there is space for their names on the upper right.
      const y = plane.top + 14 + 18 * k;
      return path(points, "grid", more) + path(points.slice(0, t + 1), "loss", more) +
        label(plane.right - 34, y, called[k], "loss", "end") + path([[plane.right - 28, y - 4], [plane.right - 4, y - 4]], "loss", more);
    }).join("");
    const judged = curves.at(-1);
    const here = plane.inside([t, Number.isFinite(curves[0][t][1]) ? curves[0][t][1] : high]);
    const svg = plane.frame + plane.window(path([[plane.X(t), plane.top], [plane.X(t), plane.bottom]], "muted", DASHED) + drawn) +
      [best, ...(curves[1] ? [t] : [])].map((moment, k) => dot(...plane.inside(judged[moment]), "loss", { open: !k, r: 4 })).join("");
    const hold = { key: "moment", at: here, along: "x", role: "loss", name: words[unit], now: t, least: 0, most: moments[end],
      says: fill(words.moment_says, { t, loss: number(Number(losses[0][t])) }),
      drag: (place) => { state.i = nearest(moments, plane.back(place)[0]); }, nudge: (d) => { state.i = clamp(state.i + d, [0, end]); } };
    return { svg, holds: [hold] };
  }

  // The three things that can stand beside the losses. Each takes a box and what the model was, and draws it.
  const views = {
    // A row for each number: its name, a bar from zero, its value; before them a small picture, if there is one.
    bars({ left, top, width, height }, values, { image }) {
      const side = image ? Math.min(96, width * 0.3) : 0;
      const pixel = side / (image?.[0].length ?? 1);
      const dots = (image ?? []).flatMap((row, v) => row.map((shade, u) => shade > 0 &&
        dot(left + (u + 0.5) * pixel, top + (v + 0.5) * pixel, "data", { r: at(Math.max(0.1, 0.5 * pixel * Math.sqrt(shade) - 1)) }))).filter(Boolean).join("");
      const first = left + side + (image ? 12 : 0) + 8 + 7.5 * Math.max(...view.bars.map((name) => name.length));
      const across = linear(view.span, [first, left + width - 52]);
      const hundredth = 10 ** (Math.floor(Math.log10(view.span[1] - view.span[0])) - 2);
      const row = height / values.length;
      return dots + values.map((value, k) => {
        const y = top + row * k;
        const [from, to] = [across(0), across(value)].sort((a, b) => a - b);
        return text(first - 8, y + row / 2 + 4, view.bars[k], "ink", "end") +
          `<rect x="${at(from)}" y="${at(y + 2)}" width="${at(to - from)}" height="${at(row - 4)}" fill="${colour("prediction")}"/>` +
          text(left + width, y + row / 2 + 4, number(rounded(value, hundredth)), "prediction", "end");
      }).join("") + path([[across(0), top], [across(0), top + height]], "muted", THIN);
    },
    // Data, and what the model predicts for every x.
    curve(box, values) {
      const plane = axes(box, ...view.spans, { name: names[1], below: names[0] });
      return plane.frame + plane.window(view.points.map(([x, y]) => dot(plane.X(x), plane.Y(y), "data", { r: 3 })).join("") +
        path(plane.points(view.x.map((x, k) => [x, values[k]])), "prediction"));
    },
    // Points of two classes, and the probability of the second everywhere, a byte for each place of a grid.
    plane(box, bytes) {
      const plane = axes(box, ...view.spans, { name: names[1], below: names[0] });
      const n = view.side;
      const values = Array.from(atob(bytes), (byte) => byte.charCodeAt(0) / 255);
      const [w, h] = [(plane.right - plane.left) / (n - 1), (plane.bottom - plane.top) / (n - 1)];
      const put = (u, v) => [plane.left + u * w, plane.bottom - v * h];
      const shade = (u, v) => Math.round(8 * values[v * n + u]) - 4;
      let shades = "";
      for (let v = 0; v < n; v++) for (let from = 0, u = 1; u <= n; u++) { // neighbours of one shade are one piece
        const here = shade(from, v);
        if (u < n && shade(u, v) === here) continue;
        const [x, y] = put(from - 0.5, v + 0.5);
        if (here) shades += `<rect x="${at(x)}" y="${at(y)}" width="${at((u - from) * w)}" height="${at(h)}" fill="${colour(here > 0 ? "data" : "step")}" fill-opacity="${Math.abs(here) * 0.06}"/>`;
        from = u;
      }
      return plane.frame + plane.window(shades + `<path d="${ring(values, n, 0.5, put)}" fill="none" stroke="${colour("prediction")}" stroke-width="2"/>` +
        view.points.map(([x, y, label]) => dot(plane.X(x), plane.Y(y), label ? "data" : "step", { open: !label, r: 3.5 })).join(""));
    },
  };

  function draw({ i, which }, width) {
    const wide = width >= 560;
    const t = moments[i];
    const size = wide ? width * 0.5 - 56 : width - 56;
    const tall = wide ? Math.min(300, size) : 200;
    const left = lossCurves({ left: 46, top: 28, width: size, height: tall }, i);
    const one = view.cases[Number(which)];
    const below = wide ? 28 : tall + 96;
    const bars = view.kind === "bars";
    const box = bars ? { left: wide ? width * 0.5 + 16 : 8, top: below, width: wide ? width * 0.5 - 20 : width - 16, height: Math.max(tall, 18 * view.bars?.length) }
      : { left: wide ? width - size - 8 : 46, top: below, width: size, height: wide ? tall : size * 0.8 };
    const values = one.values[i];
    const top = bars ? values.reduce((found, value, k) => (Math.abs(value) > Math.abs(values[found]) ? k : found), 0) : null;
    const now = losses.map((loss) => Number(loss[t]));
    const numbers = [
      ["t", words[unit], "t", t, "ink"], ["loss", called[0], "L", now[0], "loss"],
      ...(now.length > 1 ? [["validation", called[1], "", now[1], "loss"]] : []),
      ...(accuracy ? [["accuracy", words.accuracy, "", Number(accuracy[t]), "ink"]] : []),
      ...(bars ? [["largest", words.largest_bar, view.bars[top], values[top], "prediction"]] : []),
    ];
    const given = { unit: words[unit], t, loss: number(now[0]), validation: number(now[1]), name: bars && view.bars[top], value: bars && number(values[top]) };
    const said = [now.length > 1 ? words.training_judged : words.training_said, ...(bars ? [words.largest_said] : [])].map((sentence) => fill(sentence, given)).join(" ");
    return { svg: left.svg + views[view.kind](box, values, one), height: box.top + box.height + (bars && !wide ? 12 : 44), holds: left.holds, numbers, said };
  }

  const { run, stop } = runner(figure, state, { pause: PAUSE, over: () => state.i === end, onward: () => { state.i++; } });
  const go = (i) => () => { stop(); state.i = i(); };
  mount(figure, state, {
    draw,
    changed: stop,
    sliders: [{ key: "i", words: words[unit], symbol: "t", role: "loss", least: 0, most: end, step: 1, says: (i) => number(moments[i]) }],
    buttons: [
      { words: () => words.next, off: () => state.i === end, press: go(() => state.i + 1) },
      { words: () => (state.running ? words.stop : words.run), press: (_, later) => { if (state.i === end) state.i = 0; run(later); } },
      ...(losses.length > 1 ? [{ words: () => words.to_lowest, press: go(() => moments.indexOf(best)) }] : []),
      { words: () => words.start_again, press: go(() => 0) },
    ],
    choices: view.cases.length > 1 ? [{ key: "which", words: view.choice, options: view.cases.map(({ name }, k) => [String(k), name]) }] : [],
  });
}
