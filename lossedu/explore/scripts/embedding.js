// An anchor, a positive and a negative on a map: arrows show which way a loss moves them.

function embedding(figure, { points, names, margin, rate, span, step, losses }) {
  const code = Object.fromEntries(losses.map((one) => [one.name, compiled(one.code)]));
  const initial = () => ({ places: points.map((place) => [...place]), margin, steps: 0 });
  const state = { ...initial(), judge: losses[0].name };
  const judged = () => {
    const [loss, ...slopes] = code[state.judge](...state.places.flat(), state.margin);
    return { loss, slopes: [0, 2, 4].map((i) => slopes.slice(i, i + 2)) };
  };
  const [wide, tall] = span.map(([low, high]) => high - low);

  function draw(state, width) {
    const size = Math.min(width - 54, 480);
    const plane = axes({ left: 40, top: 28, width: size, height: (size * tall) / wide }, ...span, { name: "x₂", below: "x₁" });
    const { loss, slopes } = judged();
    const [a, p, n] = state.places;
    const distance = ([x, y]) => Math.hypot(x - a[0], y - a[1]);
    const [near, far] = [distance(p), distance(n)];
    const limit = state.judge === "triplet" ? Math.sqrt(state.margin + near * near) : state.margin;
    const [x, y] = [plane.X(a[0]), plane.Y(a[1])];
    const around = plane.points(range(97, 0, 2 * Math.PI).map((t) => [a[0] + limit * Math.cos(t), a[1] + limit * Math.sin(t)]));
    const holds = state.places.map((place, i) => {
      const put = (...to) => { state.places[i] = to.map((value, k) => clamp(rounded(value, step / 10), span[k])); state.steps = 0; };
      return { key: ["anchor", "positive", "negative"][i], at: plane.inside(place), along: "xy", role: i ? "prediction" : "data", open: i === 2,
        name: fill(words[["anchor_is", "positive_is", "negative_is"][i]], { name: names[i] }),
        now: place[0], least: span[0][0], most: span[0][1], says: fill(words.map_says, { x: number(place[0]), y: number(place[1]) }),
        drag: (to) => put(...plane.back(to)), nudge: (dx, dy) => put(state.places[i][0] + dx * step, state.places[i][1] + dy * step) };
    });
    // Each step is drawn from the rim of its point, where it can be seen.
    const arrows = plane.points(state.places).map(([u, v], i) => {
      const [dx, dy] = slopes[i].map((slope, k) => ((k ? 1 : -1) * rate * slope * size) / wide);
      const rim = 8 / (Math.hypot(dx, dy) || 1);
      return arrow([u + rim * dx, v + rim * dy], [u + (1 + rim) * dx, v + (1 + rim) * dy], "step");
    }).join("");
    const called = holds.map(({ at: [u, v] }, i) => label(clamp(u, [plane.left + 24, plane.right - 24]), v + (v > plane.bottom - 24 ? -14 : 24), names[i], "ink")).join("");
    return {
      svg: plane.frame + plane.window(path(around, "muted", DASHED) + label(x, Math.max(plane.Y(a[1] + limit), plane.top) + 14, words.margin, "muted") +
        path(plane.points([a, p]), "loss", THIN) + path(plane.points([a, n]), "loss", far < limit ? THIN : DASHED) + arrows) + called,
      holds, height: plane.bottom + 44,
      numbers: [
        ["loss", words.loss, "L", loss, "loss"], ["steps", words.steps, "t", state.steps, "ink"],
        ["near", fill(words.distance_to, { name: names[1] }), "", near, "prediction"], ["far", fill(words.distance_to, { name: names[2] }), "", far, "prediction"],
      ],
      said: fill(words.embedding_said, { loss: number(loss), anchor: names[0], positive: names[1], negative: names[2], near: number(near), far: number(far) }),
    };
  }

  mount(figure, state, {
    draw,
    sliders: [{ key: "margin", words: words.margin, symbol: "m", role: "loss", least: step, most: wide, step }],
    buttons: [
      { words: () => words.step, press: () => {
        const { slopes } = judged();
        state.places = state.places.map((place, i) => place.map((value, k) => value - rate * slopes[i][k]));
        state.steps++;
      } },
      { words: () => words.start_again, press: () => Object.assign(state, initial()) },
    ],
    choices: [{ key: "judge", words: words.loss, options: losses.map(({ name }) => [name, name]) }],
  });
}
