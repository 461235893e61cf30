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
    const sum = (arrived[name] ?? [0]).reduce((a, b) => a + b, 0);
    return inputs.map((to, i) => {
      const product = sum * own[name][i];
      (arrived[to] ??= []).push(product);
      return { from: name, to, sum, own: own[name][i], product, nth: arrived[to].length };
    });
  });
  return { values, arrived, sent };
}

function graph(figure, { inputs, lines: given, rows, small }) {
  const [BOX, GAP, CHIP] = [46, 36, 44]; // pixels: height of a box, between boxes, height of a weight's place
  const lines = given.map((line) => ({ ...line, code: compiled(line.code) }));
  const initial = () => Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  const state = { values: initial(), step: 0 };
  const total = 2 * lines.length;
  const level = Object.fromEntries(rows.flatMap((row, r) => row.map((name) => [name, r])));
  const textOf = Object.fromEntries(lines.map(({ name, text: written }) => [name, written]));

  function draw(state, width) {
    const { values, arrived, sent } = walked(lines, state.values);
    const forward = Math.min(state.step, lines.length);
    const backward = Math.max(0, state.step - lines.length);
    const known = new Set([...inputs.map(({ name }) => name), ...lines.slice(0, forward).map(({ name }) => name)]);
    const done = sent.slice(0, backward);
    const active = backward ? lines.at(-backward).name : forward ? lines[forward - 1].name : "";
    const last = lines.at(-1).name;
    // What has arrived at a line up to now; at the last line, the slope of the result in itself, which is 1.
    const here = (name) => (name === last ? (forward === lines.length ? [1] : []) : arrived[name]?.slice(0, done.flat().filter(({ to }) => to === name).length) ?? []);
    const slope = (name) => here(name).reduce((a, b) => a + b, 0);

    // Where each box is. Wires that leap over a row run around on the right.
    const leaps = lines.some(({ name, inputs: used }) => used.some((one) => level[name] - level[one] > 1));
    const space = width - 8 - (leaps ? Math.min(100, width * 0.18) : 0);
    const [x, y, half] = [{}, {}, {}];
    rows.forEach((row, r) => row.forEach((name, k) => {
      const share = space / row.length;
      [x[name], y[name], half[name]] = [4 + share * (k + 0.5), 8 + r * (BOX + GAP), Math.min(150, share / 2 - 4)];
    }));
    const tall = 8 + rows.length * (BOX + GAP) - GAP;
    const columns = Math.max(2, Math.floor((width - 8) / 112));
    small.forEach((name, i) => { [x[name], y[name]] = [14 + ((width - 8) / columns) * (i % columns), tall + 30 + CHIP * Math.floor(i / columns)]; });

    let [wires, notes] = ["", ""];
    for (const { name, inputs: used } of lines) for (const one of used) {
      if (!(one in level)) continue; // a weight has no wire, only its place
      const back = done.flat().find(({ from, to }) => from === name && to === one);
      const [far, lit] = [level[name] - level[one] > 1, known.has(name)];
      const [x1, y1, x2, y2] = [x[one], y[one] + BOX, x[name], y[name]];
      const side = width - 10;
      const route = far ? `M${at(x1 + half[one])} ${at(y1 - BOX / 2)}C${side} ${at(y1 - BOX / 2)} ${side} ${at(y2 + BOX / 2)} ${at(x2 + half[name])} ${at(y2 + BOX / 2)}`
        : `M${at(x1)} ${at(y1)}C${at(x1)} ${at(y1 + GAP / 2)} ${at(x2)} ${at(y2 - GAP / 2)} ${at(x2)} ${at(y2)}`;
      wires += `<path d="${route}" fill="none" stroke="${colour(back ? "gradient" : lit ? "loss" : "grid")}" stroke-width="${lit ? 2 : 1.5}"/>`;
      if (back && name === active) {
        const product = half[one] < 100 ? "" : `${number(back.sum)} × ${factor(back.own)} = `; // on a phone it stands below
        const note = `${product}${number(back.product)} ↑`;
        const room = 3.8 * note.length; // half of its width in pixels, about
        const [u, v, anchor] = far ? [side, y1 + GAP / 2 + 4, "end"] : [clamp(x1, [room, width - room]), y1 + GAP / 2 + 4, "middle"];
        notes += label(u, v, note, "gradient", anchor);
      }
    }
    const boxes = rows.flat().map((name) => {
      const lit = known.has(name);
      const parts = here(name);
      const narrow = half[name] < 100;
      const [left, right] = [x[name] - half[name] + (narrow ? 5 : 9), x[name] + half[name] - (narrow ? 5 : 9)];
      const short = (value) => number(narrow ? Number(value.toPrecision(3)) : value);
      const written = textOf[name] ?? name;
      return `<rect x="${at(x[name] - half[name])}" y="${at(y[name])}" width="${at(2 * half[name])}" height="${BOX}" rx="6" fill="${colour("paper")}"
        stroke="${colour(name === active ? "step" : lit ? "muted" : "grid")}" stroke-width="${name === active ? 2.5 : 1}"/>` +
        text(name in textOf ? left : left + 8, y[name] + (narrow ? 18 : 28), written, lit ? "ink" : "muted", "start") +
        (lit ? text(narrow ? left + (name in textOf ? 0 : 8) : right, y[name] + (narrow ? 37 : 19), `${short(values[name])} ↓`, "loss", narrow ? "start" : "end") : "") +
        (parts.length ? text(right, y[name] + 37, `↑ ${short(slope(name))}`, "gradient", "end") : "");
    }).join("");
    const chips = small.map((name) => text(x[name] + 14, y[name] + 5, `<tspan font-style="italic">${name}</tspan> ${number(values[name])}`, "ink", "start") +
      (here(name).length ? text(x[name] + 14, y[name] + 21, `↑ ${number(slope(name))}`, "gradient", "start") : "")).join("");

    const holds = inputs.map(({ name, least, most, step }) => {
      const chip = small.includes(name);
      const place = chip ? [x[name], y[name]] : [x[name] - half[name], y[name] + BOX / 2];
      const put = (value) => { state.values[name] = clamp(rounded(value, step), [least, most]); };
      const from = state.from?.name === name && state.held === name ? state.from : { name, value: values[name], x: place[0] };
      return { key: name, at: place, along: "x", role: "data", r: chip ? 5 : 7, name: fill(words.input, { name }), now: values[name], least, most, says: number(values[name]),
        drag: ([u]) => { state.from = from; put(from.value + ((u - from.x) / 240) * (most - least)); }, nudge: (d) => put(state.values[name] + d * step) };
    });
    const now = backward ? done.at(-1) : [];
    const numbers = backward
      ? now.flatMap((one) => [[`${one.from} to ${one.to}`, `${one.from}\u00a0→\u00a0${one.to}`, "", `${number(one.sum)} × ${factor(one.own)} = ${number(one.product)}`, "gradient"],
        ...(one.nth > 1 ? [[`sum at ${one.to}`, fill(words.sum_at, { name: one.to }), "", `${arrived[one.to].slice(0, one.nth).map(factor).join(" + ")} = ${number(slope(one.to))}`, "gradient"]] : [])])
      : forward ? [[active, textOf[active], "", values[active], "loss"]] : [];
    const said = backward ? now.map((one) => fill(words.graph_back, { from: one.from, to: one.to, sum: number(one.sum), own: number(one.own), product: number(one.product) })).join(" ")
      : forward ? fill(words.graph_forward, { line: textOf[active], value: number(values[active]) }) : words.graph_start;
    const chipRows = Math.ceil(small.length / columns);
    return { svg: wires + boxes + notes + chips, height: tall + (chipRows ? 18 + CHIP * chipRows : 8), holds, numbers, said };
  }

  mount(figure, state, {
    draw,
    buttons: [
      { words: () => words.next, off: () => state.step >= total, press: () => { state.step++; } },
      { words: () => words.back, off: () => state.step === 0, press: () => { state.step--; } },
      { words: () => words.to_end, off: () => state.step >= total, press: () => { state.step = total; } },
      { words: () => words.start_again, press: () => Object.assign(state, { step: 0, values: initial() }) },
    ],
  });
}

Object.assign(window.pictures, { walked }); // for the tests, which compare them with the package
