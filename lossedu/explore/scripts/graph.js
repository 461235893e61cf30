// A program as a graph: step by step, values run down its wires and slopes run back up.

// Values of all lines, and what each sends back: what arrived, its own slope, and their product.
function walked(lines, given) {
  const values = { ...given };
  const own = {};
  for (const { name, inputs, code } of lines) {
    const [value, ...slopes] = code(...inputs.map((one) => values[one]));
    values[name] = value;
    own[name] = slopes;
  }
  const last = lines.at(-1).name;
  const arrived = { [last]: [1] };
  const sent = [...lines].reverse().map(({ name, inputs }) => {
    const sum = total(arrived[name] ?? []);
    return inputs.map((to, i) => {
      const product = sum * own[name][i];
      (arrived[to] ??= []).push(product);
      return { from: name, to, sum, own: own[name][i], product, nth: arrived[to].length };
    });
  });
  return { values, arrived, sent };
}

function graph(figure, { inputs, lines: given, small, boxes, wires, wide, tall }) {
  const [BOX, CHIP, MOST] = [46, 44, 264]; // pixels: height of a box, of the place of a weight, and the greatest width of a box
  const lines = given.map((line) => ({ ...line, code: compiled(line.code) }));
  const initial = () => Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  const state = { values: initial(), step: 0 };
  const end = 2 * lines.length;
  const last = lines.at(-1).name;
  const textOf = Object.fromEntries(lines.map((line) => [line.name, line.text]));

  function draw(state, width) {
    const { values, arrived, sent } = walked(lines, state.values);
    const forward = Math.min(state.step, lines.length);
    const backward = state.step - forward;
    const known = [...inputs, ...lines.slice(0, forward)].map(({ name }) => name);
    const done = sent.slice(0, backward).flat();
    const now = (sent[backward - 1] ?? []).map((one) => ({ ...one, sum: number(one.sum), product: number(one.product) }));
    const active = backward ? lines.at(-backward).name : lines[forward - 1]?.name;
    // What has arrived at a line up to now; at the last line, the slope of the result in itself, which is 1.
    const here = (name) => (arrived[name] ?? []).slice(0, name === last ? Number(forward === lines.length) : done.filter(({ to }) => to === name).length);
    const slope = (name) => number(total(here(name)));

    // The rows and the ways of the wires are those of the still picture, whose boxes are 1 wide. On each side there is
    // space for half of a hold.
    const unit = Math.min(MOST, (width - 8) / wide);
    const left = (width - unit * wide) / 2;
    const half = unit / 2 - 4;
    const place = Object.fromEntries(Object.entries(boxes).map(([name, [x, y]]) => [name, [left + unit * x, y]]));
    const heights = half < 60 ? [14, 28, 42] : [18, 37, 37]; // in a small box the slope stands below the value
    const columns = Math.max(2, Math.floor(width / 112));
    small.forEach((name, i) => { place[name] = [14 + (width / columns) * (i % columns), tall + 22 + CHIP * Math.floor(i / columns)]; });

    const ways = wires.map(([one, name, way]) => `<path d="${way}" fill="none" stroke="${colour(
      done.some(({ from, to }) => from === name && to === one) ? "gradient" : known.includes(name) ? "loss" : "grid",
    )}" stroke-width="2" vector-effect="non-scaling-stroke"/>`).join("");
    const notes = now.filter(({ to }) => to in boxes).map(({ to, sum, own, product }) => {
      const note = `${half < 100 ? "" : `${sum} × ${factor(own)} = `}${product} ↑`; // on a phone the factors stand below
      const [x, y] = place[to];
      const room = note.length * 3.6; // half of its width in pixels, about
      return label(clamp(x, [room, width - room]), y + BOX + 22, note, "gradient");
    }).join("");
    const drawn = Object.keys(boxes).map((name) => {
      const [x, y] = place[name];
      const lit = known.includes(name);
      const line = textOf[name];
      const start = x - half + (line ? 6 : 16); // beside the hold of an input
      return `<rect x="${at(x - half)}" y="${y}" width="${at(2 * half)}" height="${BOX}" rx="6" fill="${colour("paper")}" stroke="${colour(name === active ? "step" : lit ? "muted" : "grid")}" stroke-width="${name === active ? 2.5 : 1}"/>` +
        text(start, y + heights[0], line?.length * 3.6 < half ? line : name, // what is too long stands below, in its turn
          lit ? "ink" : "muted", "start") +
        (lit ? text(start, y + heights[1], `${number(values[name])} ↓`, "loss", "start") : "") +
        (here(name).length ? text(x + half - 6, y + heights[2], `↑ ${slope(name)}`, "gradient", "end") : "");
    }).join("");
    const chips = small.map((name) => text(place[name][0] + 14, place[name][1] + 5, `${name} = ${number(values[name])}`, "ink", "start") +
      (here(name).length ? text(place[name][0] + 14, place[name][1] + 21, `↑ ${slope(name)}`, "gradient", "start") : "")).join("");

    const holds = inputs.map(({ name, least, most, step }) => {
      const chip = small.includes(name);
      const [x, y] = chip ? place[name] : [place[name][0] - half, place[name][1] + BOX / 2];
      const put = (value) => { state.values[name] = clamp(rounded(value, step), [least, most]); };
      const from = state.from?.name === name && state.held === name ? state.from : { name, value: values[name], x };
      return { key: name, at: [x, y], along: "x", role: "data", r: chip ? 5 : 7, name: fill(words.input, { name }), now: values[name], least, most, says: number(values[name]),
        drag: ([u]) => { state.from = from; put(from.value + ((u - from.x) / 240) * (most - least)); }, nudge: (d) => put(state.values[name] + d * step) };
    });
    const numbers = backward
      ? now.flatMap((one) => [[`${one.from} to ${one.to}`, `${one.from}\u00a0→\u00a0${one.to}`, "", `${one.sum} × ${factor(one.own)} = ${one.product}`, "gradient"],
        ...(one.nth > 1 ? [[`sum at ${one.to}`, fill(words.sum_at, { name: one.to }), "", `${arrived[one.to].slice(0, one.nth).map(factor).join(" + ")} = ${slope(one.to)}`, "gradient"]] : [])])
      : forward ? [[active, textOf[active], "", values[active], "loss"]] : [];
    const said = backward ? now.map((one) => fill(words.graph_back, { ...one, own: number(one.own) })).join(" ")
      : forward ? fill(words.graph_forward, { line: textOf[active], value: number(values[active]) }) : words.graph_start;
    return { svg: `<g transform="translate(${at(left)} 0) scale(${unit} 1)">${ways}</g>${drawn}${notes}${chips}`, height: tall + CHIP * Math.ceil(small.length / columns), holds, numbers, said };
  }

  mount(figure, state, {
    draw,
    buttons: [
      { words: () => words.next, off: () => state.step >= end, press: () => { state.step++; } },
      { words: () => words.back, off: () => state.step === 0, press: () => { state.step--; } },
      { words: () => words.to_end, off: () => state.step >= end, press: () => { state.step = end; } },
      { words: () => words.start_again, press: () => Object.assign(state, { step: 0, values: initial() }) },
    ],
  });
}

Object.assign(window.pictures, { walked }); // for the tests, which compare them with the package
