// Several curves over one number, below each other, each with its slope; a choice says which case is looked at.

function curves(figure, { input, choice, choices, names, same_scale: shared, cases }) {
  const [TOP, LOW, LEFT] = [34, 56, 50]; // pixels: above a pair of axes, its height, and on its left
  const finite = (value) => typeof value === "number"; // what is not is a word, such as nan, or null for no slope
  // A number that is nearly 0 is shown here, because a formula that rounds it to 0 may stand beside one that does not.
  const said = (value) => (!finite(value) ? value ?? words.none : value && number(value) === "0" ? value.toPrecision(4).replaceAll("-", "−") : number(value));
  const initial = () => ({ at: Math.floor(cases[0].inputs.length / 2), case: "0" });
  const state = initial();
  const span = (values) => {
    const [low, high] = [Math.min(...values.filter(finite)), Math.max(...values.filter(finite))];
    const margin = 0.12 * (high - low || 1);
    return [low - margin, high + margin];
  };

  // Words interrupt a curve and have a stretch of their own; a value without a slope stands apart from the others.
  function parts(inputs, { value, slope }) {
    const [runs, stretches, apart] = [[[]], [], []];
    value.forEach((v, i) => {
      if (!finite(v)) {
        if (v === value[i - 1]) stretches.at(-1).to = inputs[i];
        else { stretches.push({ v, from: inputs[i], to: inputs[i] }); runs.push([]); }
      } else if (slope[i] === null) apart.push([inputs[i], v]);
      else runs.at(-1).push([inputs[i], v]);
    });
    return { runs: runs.filter((run) => run.length > 1), stretches, apart };
  }

  function panel(k, width) {
    const { inputs, curves: drawn } = cases[state.case];
    const { value, slope, lowest } = drawn[k];
    const [now, top, last] = [inputs[state.at], TOP + k * (LOW + TOP), k === drawn.length - 1];
    const plane = axes({ left: LEFT, top, width: width - LEFT - 14, height: LOW }, [inputs[0], inputs.at(-1)],
      span(shared ? drawn.flatMap((one) => one.value) : value), { name: names[k], role: "loss", below: last ? input : "", marks: last });
    const { X, Y, frame, window, points } = plane;
    const { runs, stretches, apart } = parts(inputs, drawn[k]);
    const [height, steepness] = [value[state.at], slope[state.at]];
    const reach = (inputs.at(-1) - inputs[0]) / 12;
    const tangent = [[now - reach, height - reach * steepness], [now + reach, height + reach * steepness]];
    const best = state.at === lowest ? `, ${words.lowest}` : "";
    return { plane, svg: frame + stretches.map(({ v, from, to }) =>
      `<rect x="${at(X(from))}" y="${top}" width="${at(X(to) - X(from))}" height="${LOW}" fill="${colour("grid")}"/>` +
        (X(to) - X(from) > 8 ? text((X(from) + X(to)) / 2, top + LOW / 2 + 4, v, "ink") : "")).join("") +
      path([[X(now), top], [X(now), top + LOW]], "prediction", DASHED) +
      window(runs.map((run) => path(points(run), "loss")).join("") + (finite(height) && finite(steepness) ? path(points(tangent), "gradient") : "")) +
      points(apart).map(([u, v]) => dot(u, v, "loss")).join("") +
      (lowest === null ? "" : dot(X(inputs[lowest]), Y(value[lowest]), "prediction", { open: true })) +
      (finite(height) ? dot(X(now), Y(height), "prediction") : "") +
      text(width - 14, top - 9, `${said(height)}${best}<tspan fill="${colour("gradient")}">, ${words.slope} ${said(steepness)}</tspan>`, "loss", "end") };
  }

  function draw(_, width) {
    const { inputs, curves: drawn } = cases[state.case];
    const panels = names.map((_, k) => panel(k, width));
    const { X, back, bottom } = panels.at(-1).plane;
    const put = (at) => { state.at = clamp(at, [0, inputs.length - 1]); };
    const now = inputs[state.at];
    const each = drawn.map(({ value, slope, lowest }, k) => ({ name: names[k], value: said(value[state.at]), slope: said(slope[state.at]), best: state.at === lowest }));
    return {
      height: bottom + 44, svg: panels.map(({ svg }) => svg).join(""),
      holds: [{ key: "input", at: [X(now), bottom], along: "x", role: "prediction", name: input, now, least: inputs[0], most: inputs.at(-1),
        says: number(now), drag: (point) => put(nearest(inputs, back(point)[0])), nudge: (d) => put(state.at + d) }],
      numbers: [...each.flatMap(({ name, value, slope }) => [
        [name, name, "", value, "loss"],
        [`slope of ${name}`, fill(words.slope_of, { name }), "", slope, "gradient"]]), ["input", input, "", now, "prediction"]],
      said: [fill(words.curves_at, { input, x: number(now), choice, case: choices[state.case] }),
        ...each.map(({ name, value, slope, best }) => fill(best ? words.curve_lowest : words.curve_said, { name, value, slope }))].join(" "),
    };
  }

  mount(figure, state, {
    draw,
    choices: [{ key: "case", words: choice, options: choices.map((one, i) => [i, one]) }],
    buttons: [{ words: () => words.start_again, press: () => Object.assign(state, initial()) }],
  });
}
