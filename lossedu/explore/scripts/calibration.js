// Forecasts of yes and no: a reliability diagram, and what the forecasts cost when they are made sharper or blunter.

// Average cross-entropy, its slope along the sharpness, and the average Brier score.
function scores(of, log_odds, outcomes, sharpness) {
  const each = log_odds.map((z, i) => of(outcomes[i], z, sharpness));
  return [0, 1, 2].map((k) => mean(each.map((one) => one[k])));
}

// The cross-entropy has one valley along the sharpness: halve the interval around its lowest place, or end at its end.
const sharpest = (of, log_odds, outcomes, span) => halved(span, (a) => scores(of, log_odds, outcomes, a)[1])[1];

function calibration(figure, { logOdds, outcomes, bins, span, code }) {
  const of = compiled(code);
  const initial = () => ({ outcomes: [...outcomes], sharpness: 1, bins });
  const state = initial();
  const ends = span.map(Math.log10);
  const put = (power) => { state.sharpness = Number((10 ** clamp(rounded(power, 0.01), ends)).toPrecision(12)); };

  // The forecasts of each bin that has any. A forecast at an edge belongs to the bin above it.
  function binned() {
    const forecasts = logOdds.map((z) => of(0, z, state.sharpness)[3]);
    return range(state.bins + 1, 0, 1).slice(1).map((high, b) => {
      const low = b / state.bins;
      const members = forecasts.flatMap((p, i) => (Math.min(Math.floor(p * state.bins + 1e-9), state.bins - 1) === b ? [i] : []));
      return { low, high, members, forecast: mean(members.map((i) => forecasts[i])), share: mean(members.map((i) => state.outcomes[i])) };
    }).filter(({ members }) => members.length);
  }

  function diagram(plane) {
    const all = binned();
    const svg = all.map(({ low, high, forecast, share }) =>
      area([[plane.X(low), plane.bottom], [plane.X(low), plane.Y(share)], [plane.X(high), plane.Y(share)], [plane.X(high), plane.bottom]], "data") +
      path(plane.points([[forecast, share], [forecast, forecast]]), "loss")).join("");
    const holds = all.map(({ low, high, members, forecast, share }, n) => {
      const ones = () => total(members.map((i) => state.outcomes[i]));
      // Those that came stay as long as enough are wanted.
      const come = (many) => [...members].sort((i, j) => state.outcomes[j] - state.outcomes[i])
        .forEach((i, nth) => { state.outcomes[i] = Number(nth < Math.round(many)); });
      return { key: `bin${n}`, at: [plane.X(forecast), plane.Y(share)], along: "y", role: "data", name: fill(words.bin, { low: number(low), high: number(high) }),
        now: share, least: 0, most: 1, says: fill(words.bin_says, { forecast: number(forecast), share: number(share), n: members.length }),
        drag: ([, v]) => come(plane.back([0, v])[1] * members.length), nudge: (dx, dy) => come(ones() + dx + dy) };
    });
    return { svg: svg + path(plane.points([[0, 0], [1, 1]]), "muted", DASHED), holds };
  }

  function draw(state, width) {
    const wide = width >= 560;
    const size = { top: 28, width: wide ? width * 0.5 - 62 : width - 54, height: wide ? 240 : 200 };
    const left = axes({ left: 40, ...size }, [0, 1], [0, 1], { name: words.share_of_ones, role: "data", below: words.forecast });
    const points = diagram(left);
    const costs = range(81, ...ends).map((power) => [power, ...scores(of, logOdds, state.outcomes, 10 ** power)]);
    const curve = (k) => right.points(costs.map((row) => [row[0], row[1 + k]]));
    const before = scores(of, logOdds, outcomes, span[1])[0];
    const box = wide ? { ...size, left: width - size.width - 8 } : { ...size, left: 40, top: left.bottom + 66 };
    const marks = [0.2, 0.5, 1, 2, 5].filter((one) => clamp(one, span) === one).map((one) => [Math.log10(one), number(one)]);
    const right = axes(box, ends, [0, 1.05 * Math.max(before, Math.LN2)], { name: words.average_loss, below: `${words.sharpness} a`, marks });
    const a = state.sharpness;
    const [cross, , brier] = scores(of, logOdds, state.outcomes, a);
    const best = sharpest(of, logOdds, state.outcomes, span);
    const at_a = [Math.log10(a), cross];
    const hold = { key: "sharpness", at: right.inside(at_a), along: "x", role: "prediction", name: words.sharpness, now: a, least: span[0], most: span[1],
      says: fill(words.sharpness_says, { a: number(a), cross: number(cross), brier: number(brier) }),
      drag: ([u]) => put(right.back([u, 0])[0]), nudge: (d) => put(Math.log10(state.sharpness) + d * 0.02) };
    const named = (called, k, role, dy) => {
      const [u, v] = right.inside([costs[4][0], costs[4][1 + k]]);
      return label(u, v + dy, called, role, "start");
    };
    return {
      svg: left.frame + points.svg + right.frame + right.window(path(right.points([[at_a[0], 0], at_a]), "prediction", THIN) +
        path(curve(2), "step") + path(curve(0), "loss") + dot(...right.inside([at_a[0], brier]), "step")) +
        named(words.cross_entropy, 0, "loss", -10) + named(words.brier, 2, "step", -8),
      holds: [hold, ...points.holds], height: right.bottom + 44,
      numbers: [
        ["sharpness", words.sharpness, "a", a, "prediction"], ["cross", words.cross_entropy, "", cross, "loss"],
        ["brier", words.brier, "", brier, "step"], ["best", words.best_sharpness, "", best, "loss"],
      ],
      said: fill(words.calibration_said, { a: number(a), cross: number(cross), brier: number(brier), best: number(best) }),
    };
  }

  mount(figure, state, {
    draw,
    sliders: [
      { key: "sharpness", words: words.sharpness, symbol: "a", role: "prediction", least: span[0], most: span[1], logarithmic: true },
      { key: "bins", words: words.bins, symbol: "", role: "data", least: 2, most: 20, step: 1 },
    ],
    buttons: [
      { words: () => words.to_sharpness, press: () => { state.sharpness = sharpest(of, logOdds, state.outcomes, span); } },
      { words: () => words.start_again, press: () => Object.assign(state, initial()) },
    ],
  });
}

Object.assign(window.pictures, { scores, sharpest }); // for the tests, which compare them with the package
