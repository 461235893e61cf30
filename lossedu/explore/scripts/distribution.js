// A truth and a belief over a few outcomes, as bars to be dragged; and entropy, cross-entropy and divergence as areas.

// What a belief p costs where q is true, and the surprise −log p of each outcome. It is the cross-entropy of an outcome
// that is certain.
function information({ cross, divergence }, q, p) {
  const surprises = (row) => row.map((_, k) => cross(row.map((_, i) => Number(i === k)), row)[0]);
  return {
    entropy: cross(q, q)[0], cross: cross(q, p)[0], forward: divergence(q, p)[0], backward: divergence(p, q)[0],
    own: surprises(q), believed: surprises(p),
  };
}

// One probability of a row is set, and the others share the rest as they did before.
function shared(row, k, value) {
  const rest = total(row.filter((_, i) => i !== k));
  return row.map((one, i) => (i === k ? value : rest > 1e-9 ? (one * (1 - value)) / rest : (1 - value) / (row.length - 1)));
}

function distribution(figure, { q, p, names, bits, model, code }) {
  const [STEP, TALLEST] = [0.01, 7 * Math.LN2]; // the step of an arrow key; the highest surprise that is drawn
  const losses = { cross: compiled(code.cross), divergence: compiled(code.divergence) };
  const family = model && compiled(model.code);
  const initial = () => ({ q: [...q], p: [...p], z: model?.start, from: null });
  const state = { ...initial(), unit: bits ? "bits" : "nats" };
  // A word that has no room ends early; a letter takes about 8 pixels.
  const short = (word, room) => (8 * word.length <= room ? word : room < 16 ? "" : `${word.slice(0, Math.floor(room / 8) - 1)}…`);

  // Pairs of bars, with a hold on top of each that is not the model's.
  function bars(plane) {
    const slot = (plane.right - plane.left) / names.length;
    const [svg, holds] = [[], []];
    for (const [row, role, called, side] of [["q", "data", words.truth_of, 0], ["p", "prediction", words.belief_in, 1]]) {
      state[row].forEach((value, k) => {
        const [u, width] = [plane.left + slot * (k + 0.12 + 0.38 * side), 0.38 * slot];
        const top = plane.Y(value);
        svg.push(area([[u, plane.bottom], [u, top], [u + width, top], [u + width, plane.bottom]], role));
        if (row === "p" && model) return;
        const key = `${row}${k}`;
        const before = state.held === key && state.from?.key === key ? state.from : { key, row: state[row] };
        const put = (wanted, from) => { state[row] = shared(from, k, clamp(rounded(wanted, STEP), [0, 1])); };
        holds.push({ key, at: [u + width / 2, top], along: "y", role, open: row === "p", r: Math.min(7, width / 2 + 1), name: fill(called, { name: names[k] }),
          now: value, least: 0, most: 1, says: number(value),
          drag: ([, v]) => { state.from = before; put(plane.back([0, v])[1], before.row); }, nudge: (dx, dy) => put(state[row][k] + (dx + dy) * STEP, state[row]) });
      });
    }
    return { svg: svg.join(""), holds };
  }

  // A strip for each outcome, as wide as its truth. Below is its own surprise, the part of the entropy; above it what
  // the belief adds. Where the belief is larger than the truth it saves something, which is dashed.
  function strips(plane, { own, believed }) {
    let x = 0;
    return names.map((_, k) => {
      const [left, right] = [plane.X(x), plane.X((x += state.q[k]))];
      if (right - left < 0.05) return "";
      const [a, b] = [own[k], believed[k]].map((height) => plane.Y(Math.min(height, 2 * TALLEST)));
      const box = (low, high) => [[left, low], [left, high], [right, high], [right, low]];
      return area(box(plane.bottom, Math.max(a, b)), "data") +
        (b < a ? area(box(a, b), "loss") : path([...box(b, a), [left, b]], "data", DASHED)) +
        (b < plane.top ? label((left + right) / 2, plane.top + 14, believed[k] === Infinity ? "∞" : "↑", "loss") : "");
    }).join("");
  }

  function draw(state, width) {
    if (model) state.p = family(state.z);
    const wide = width >= 560;
    const per = state.unit === "bits" ? Math.LN2 : 1;
    const said = information(losses, state.q, state.p);
    const size = { top: 28, width: wide ? width * 0.5 - 62 : width - 54, height: wide ? 230 : 170 };
    const first = axes({ left: 40, ...size }, [0, names.length], [0, 1], {
      name: `${words.truth} q`, role: "data", marks: names.map((name, k) => [k + 0.5, short(name, size.width / names.length)]) });
    const middles = state.q.map((share, k) => [total(state.q.slice(0, k)) + share / 2, short(names[k], share * size.width)]).filter(([, word]) => word);
    const box = wide ? { ...size, left: width - size.width - 8 } : { ...size, left: 40, top: first.bottom + 62 };
    const second = axes(box, [0, 1], [0, TALLEST / per], { name: `${words.surprise} −log p (${words[state.unit]})`, role: "loss", below: `${words.probability} q`, marks: middles });
    const { svg, holds } = bars(first);
    const inUnit = (value) => (value === Infinity ? words.infinite : number(value / per));
    const lost = state.p.findIndex((one, k) => one === 0 && state.q[k] > 0);
    return {
      svg: first.frame + svg + text(first.right, first.top - 9, `${words.belief} p`, "prediction", "end") +
        second.frame + second.window(strips({ ...second, Y: (height) => second.Y(height / per) }, said)),
      holds, height: second.bottom + 44,
      numbers: [
        ["cross", words.cross_entropy, "H(q, p)", inUnit(said.cross), "ink"], ["entropy", words.entropy, "H(q)", inUnit(said.entropy), "data"],
        ["forward", words.divergence, "KL(q‖p)", inUnit(said.forward), "loss"],
        ...(model ? [] : [["backward", words.divergence, "KL(p‖q)", inUnit(said.backward), "ink"]]),
      ],
      said: lost < 0 ? fill(words.distribution_said, { cross: inUnit(said.cross), entropy: inUnit(said.entropy), more: inUnit(said.forward), unit: words[state.unit] })
        : fill(words.distribution_infinite, { name: names[lost], share: number(state.q[lost]) }),
    };
  }

  mount(figure, state, {
    draw,
    sliders: model ? [{ key: "z", words: model.name, role: "prediction", ...model }] : [],
    buttons: [
      ...(model ? [] : [{ words: () => words.to_truth, press: () => { state.p = [...state.q]; } }]),
      { words: () => words.start_again, press: () => Object.assign(state, initial()) },
    ],
    choices: bits ? [{ key: "unit", words: words.unit, options: [["bits", words.bits], ["nats", words.nats]] }] : [],
  });
}

Object.assign(window.pictures, { information }); // for the tests, which compare them with the package
