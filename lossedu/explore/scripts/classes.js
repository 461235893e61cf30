// Points of two or three classes in the plane, and the linear model whose average loss, with a small penalty on its
// weights, is least: where a point is dragged, the boundary between the classes follows.

const scalarProduct = (a, b) => total(a.map((one, i) => one * b[i]));

// Where the gradient of a function vanishes, by the method of Broyden, Fletcher, Goldfarb and Shanno. Only gradients are
// asked for, because near the lowest place values no longer differ.
function descended(gradient, start) {
  let place = start;
  let slope = gradient(place);
  let inverse = start.map((_, i) => start.map((_, j) => Number(i === j)));
  for (let round = 0; round < 300 && Math.hypot(...slope) > 1e-12; round++) {
    const way = inverse.map((row) => -scalarProduct(row, slope));
    const steepness = scalarProduct(way, slope);
    let [low, high, step, next, there] = [0, Infinity, 1];
    for (let halvings = 0; halvings < 60; halvings++) {
      next = place.map((one, i) => one + step * way[i]);
      there = gradient(next);
      const ahead = scalarProduct(there, way);
      if (Math.abs(ahead) <= -0.5 * steepness) break;
      if (ahead < 0) low = step;
      else high = step;
      step = high < Infinity ? (low + high) / 2 : 2 * step;
    }
    const [moved, bent] = [next.map((one, i) => one - place[i]), there.map((one, i) => one - slope[i])];
    const curved = scalarProduct(moved, bent);
    if (curved > 0) {
      const turned = inverse.map((row) => scalarProduct(row, bent));
      const share = (1 + scalarProduct(bent, turned) / curved) / curved;
      inverse = inverse.map((row, i) => row.map((one, j) => one + share * moved[i] * moved[j] - (turned[i] * moved[j] + moved[i] * turned[j]) / curved));
    }
    [place, slope] = [next, there];
  }
  return place;
}

// The fit: for each score its two weights and its intercept; and for each point its scores, its loss, and how strongly
// it pulls, which is the size of its slope.
function fitted({ of, search, targets }, given, points, labels, penalty) {
  const rows = Array.isArray(targets[0]) ? targets.length : 1;
  const target = labels.map((label) => targets[label]);
  const answer = (scores, i) => of(target[i], rows > 1 ? scores : scores[0], ...given);
  // In units of the data's own spread no direction is much steeper than another.
  const middle = [0, 1].map((axis) => mean(points.map((p) => p[axis])));
  const spread = [0, 1].map((axis) => Math.sqrt(mean(points.map((p) => (p[axis] - middle[axis]) ** 2))) || 1);
  const near = points.map((p) => p.map((one, axis) => (one - middle[axis]) / spread[axis]));
  const scoresOf = (place, [x, y]) => {
    const scores = [];
    for (let k = 0; k < place.length; k += 3) scores.push(place[k] * x + place[k + 1] * y + place[k + 2]);
    return scores;
  };
  // `answers` gives a loss and its slopes, as the recorded code does.
  const descent = (answers, start) => descended((place) => {
    const sums = place.map((one, j) => (j % 3 < 2 ? (2 * penalty * one) / spread[j % 3] ** 2 : 0));
    near.forEach((p, i) => {
      const found = answers(scoresOf(place, p), i);
      for (let k = 0; k < rows; k++) {
        const slope = found[k + 1] / near.length;
        sums[3 * k] += slope * p[0];
        sums[3 * k + 1] += slope * p[1];
        sums[3 * k + 2] += slope;
      }
    });
    return sums;
  }, start);

  let [place, pulls] = [Array(3 * rows).fill(0), null];
  if (search === "street") {
    // The hinge has a kink, and its best line leans on it: the slope of a point there lies between its two sides. So
    // these shares of the full slope are sought together with the line, by the method of multipliers.
    pulls = target.map(() => 0);
    for (let [stiff, change] = [1, 1]; change > 1e-9 && stiff < 1e12; stiff *= 2) {
      const firm = Math.min(stiff, 1e4);
      const pull = ([score], i) => clamp(pulls[i] + firm * (1 - target[i] * score), [0, 1]);
      place = descent((scores, i) => [0, -target[i] * pull(scores, i)], place);
      const next = near.map((p, i) => pull(scoresOf(place, p), i));
      change = Math.max(...next.map((one, i) => Math.abs(one - pulls[i])));
      pulls = next;
    }
    // Where several intercepts are best, the middle.
    const left = near.map((p, i) => target[i] - scalarProduct(p, place));
    const bound = (sign) => left.filter((_, i) => (target[i] === sign ? pulls[i] < 1 : pulls[i] > 0));
    place[2] = (Math.max(...bound(1)) + Math.min(...bound(-1))) / 2;
  } else place = descent(answer, place);

  const weights = Array.from({ length: rows }, (_, k) => {
    const [u, v] = [0, 1].map((axis) => place[3 * k + axis] / spread[axis]);
    return [u, v, place[3 * k + 2] - u * middle[0] - v * middle[1]];
  });
  const scores = near.map((p) => scoresOf(place, p));
  const answers = scores.map(answer);
  return { weights, scores, values: answers.map(([value]) => value), pulls: pulls ?? answers.map(([, ...slopes], i) => Math.abs(slopes[rows > 1 ? labels[i] : 0])) };
}

function classes(figure, { points, labels, losses, penalty, threshold, spans, names, called, forecast }) {
  const ROLES = ["step", "data", "prediction"];
  const CELL = 36; // pixels: a cell of the confusion matrix
  const two = called.length === 2;
  const known = losses.map((one) => ({ ...one, of: compiled(one.code) }));
  const chances = compiled(forecast);
  const settings = known.flatMap((one) => one.settings);
  const initial = () => ({ points: points.map((p) => [...p]), level: threshold ?? 0.5, touched: -1, ...Object.fromEntries(settings.map(({ key, value }) => [key, value])) });
  const state = { ...initial(), which: known[0].name };
  const loss = () => known.find(({ name }) => name === state.which);
  const given = () => loss().settings.map(({ key }) => state[key]);
  const fit = (places) => fitted(loss(), given(), places, labels, penalty);
  const kept = {}; // the fits to the points of the page
  const before = () => (kept[[state.which, ...given()]] ??= fit(points));
  const logit = (p) => Math.log(p / (1 - p));
  const box = [[0, 0], [1, 0], [1, 1], [0, 1]].map((corner) => corner.map((end, axis) => spans[axis][end]));
  const steps = spans.map(([low, high]) => (high - low) / 100);

  // The part of a polygon where a linear function is not negative, or only the points of its edge where it vanishes.
  const cut = (corners, height, edge = false) => corners.flatMap((p, i) => {
    const q = corners[(i + 1) % corners.length];
    const [a, b] = [height(p), height(q)];
    return [...(a < 0 || edge ? [] : [p]), ...(a < 0 === b < 0 ? [] : [p.map((one, axis) => one + (a / (a - b)) * (q[axis] - one))])];
  });
  // How high each class stands at a point; the highest is predicted. Of two classes, the first stands at the threshold.
  const heights = ({ weights }) => (two ? [[0, 0, threshold !== null && loss().forecast ? logit(state.level) : 0], ...weights] : weights)
    .map(([u, v, b]) => ([x, y]) => u * x + v * y + b);
  const regions = (all) => all.map((own) => all.reduce((left, other) => (other === own ? left : cut(left, (p) => own(p) - other(p))), box));

  // A line where the score is so high; its name stands at its upper end.
  function line(plane, score, level, role, name, more) {
    const ends = plane.points(cut(box, (p) => score(p) - level, true)).sort(([, a], [, b]) => a - b);
    return ends.length ? path(ends, role, more) + label(clamp(ends[0][0], [plane.left + 16, plane.right - 16]), clamp(ends[0][1] + 4, [plane.top + 12, plane.bottom - 6]), name, role) : "";
  }

  // How often each class was taken for each.
  function matrix(counts, left, top, room) {
    const [X, Y] = [left + room, top + 40].map((from) => (k) => from + k * CELL);
    const mark = (x, y, k) => dot(x, y, ROLES[k], { open: !k });
    return text(X(called.length / 2), top + 6, words.prediction, "ink") + counts.map((row, k) =>
      mark(X(k + 0.5), top + 26, k) + mark(left + 6, Y(k + 0.5), k) + text(left + 18, Y(k + 0.5) + 4, called[k], "ink", "start") + row.map((count, j) =>
        area([[X(j) + 1, Y(k) + 1], [X(j + 1) - 1, Y(k) + 1], [X(j + 1) - 1, Y(k + 1) - 1], [X(j) + 1, Y(k + 1) - 1]], j === k ? ROLES[k] : "muted") + text(X(j + 0.5), Y(k + 0.5) + 5, count, "ink")).join("")).join("");
  }

  function draw(state, width) {
    const wide = width >= 560;
    const room = 7.5 * Math.max(...called.map((name) => name.length)) + 30;
    const [top, aside, tall] = [28, room + called.length * CELL, called.length * CELL + 50];
    const size = width - (wide ? 76 + aside : 58);
    const plane = axes({ left: 44, top, width: size, height: wide ? Math.min(size * 0.8, 340) : Math.min(size * 0.9, 330) }, ...spans, { name: names[1], below: names[0] });
    const now = fit(state.points);
    const { forecast: probable, search } = loss();
    const all = heights(now);
    const chosen = state.points.map((p) => all.map((height) => height(p))).map((one) => one.indexOf(Math.max(...one)));
    const counts = called.map((_, k) => called.map((_, j) => labels.filter((one, i) => one === k && chosen[i] === j).length));
    const wrong = labels.filter((one, i) => one !== chosen[i]).length;
    const average = rounded(mean(now.values), 1e-10); // of a point on the edge of the street, rounding leaves a little
    const moved = state.points.some((p, i) => p.some((one, axis) => one !== points[i][axis]));
    const svg = plane.frame + plane.window(
      regions(all).map((one, k) => (one.length ? area(plane.points(one), ROLES[k]) : "")).join("") +
      // Where the boundary was before anything was moved.
      (moved ? regions(heights(before())).map((one) => path(plane.points([...one, ...one.slice(0, 1)]), "muted", THIN)).join("") : "") +
      (two ? (probable ? [0.1, 0.9] : [-1, 1]).map((one) => line(plane, all[1], probable ? logit(one) : one, "muted", number(one), DASHED)).join("") + line(plane, all[1], all[0]([0, 0]), "prediction", "") : "") +
      state.points.map((p, i) => `<circle cx="${at(plane.X(p[0]))}" cy="${at(plane.Y(p[1]))}" r="11" fill="none" stroke="${colour("gradient")}" stroke-width="${at(now.pulls[i] > 1e-9 ? (search === "street") + 3 * now.pulls[i] : 0)}"/>`).join("")) +
      matrix(counts, ...(wide ? [plane.right + 24, top + 8] : [44, plane.bottom + 62]), room);

    const put = (i, place) => {
      state.touched = i;
      state.points[i] = place.map((one, axis) => clamp(rounded(one, 10 ** Math.floor(Math.log10(steps[axis] / 10))), spans[axis]));
    };
    const holds = state.points.map(([x, y], i) => ({
      key: `datum${i}`, at: [plane.X(x), plane.Y(y)], along: "xy", role: ROLES[labels[i]], open: !labels[i], r: 6, name: fill(words.datum_of, { i: i + 1, name: called[labels[i]] }),
      now: x, least: spans[0][0], most: spans[0][1], says: fill(words.place_says, { u: names[0], w: number(x), v: names[1], b: number(y), loss: number(now.values[i]) }),
      drag: (where) => put(i, plane.back(where)), nudge: (...by) => put(i, state.points[i].map((one, axis) => one + by[axis] * steps[axis])) }));

    const [[u, v, b]] = now.weights;
    const numbers = [["loss", words.average_loss, "L", average, "loss"], ["wrong", words.errors, "", wrong, "ink"]];
    if (two) numbers.push(["u", words.weight, "w₁", u, "prediction"], ["v", words.weight, "w₂", v, "prediction"], ["b", words.intercept, "b", b, "prediction"]);
    if (threshold !== null && probable) {
      const [[, falsely], [missed, rightly]] = counts;
      numbers.push(["precision", words.precision, "", rightly / (rightly + falsely), "ink"], ["recall", words.recall, "", rightly / (rightly + missed), "ink"]);
    }
    if (two && !probable) numbers.push(["street", words.street, "", 2 / Math.hypot(u, v), "prediction"]);
    if (search === "street") numbers.push(["support", words.support_vectors, "", now.pulls.filter((pull) => pull > 1e-9).length, "gradient"]);
    if (state.touched >= 0 && probable) numbers.push(...chances(now.scores[state.touched]).map((p, k) =>
      [`p${k}`, fill(words.forecast_of, { i: state.touched + 1, name: called[two ? 1 : k] }), "", p, "prediction"]));
    const outside = two && regions(all).some((one) => one.length < 3);
    const said = fill(outside ? words.classes_nowhere : words.classes_said, { loss: state.which, value: number(average), wrong, n: labels.length }) +
      (state.touched < 0 ? "" : ` ${fill(words.datum_moved, { i: state.touched + 1, x: number(state.points[state.touched][0]), y: number(state.points[state.touched][1]) })}`);
    return { svg, height: wide ? Math.max(plane.bottom + 44, top + tall) : plane.bottom + 62 + tall, holds, numbers, said };
  }

  mount(figure, state, {
    draw,
    sliders: [
      { key: "level", words: words.threshold, symbol: "t", role: "prediction", least: 0.01, most: 0.99, step: 0.01, hidden: () => threshold === null || !loss().forecast },
      ...settings.map((one) => ({ ...one, words: words[one.key], role: "loss", hidden: () => !loss().settings.some(({ key }) => key === one.key) })),
    ],
    buttons: [{ words: () => words.start_again, press: () => Object.assign(state, initial()) }],
    choices: known.length > 1 ? [{ key: "which", words: words.loss, options: known.map(({ name }) => [name, name]) }] : [],
  });
}

Object.assign(window.pictures, { fitted }); // for the tests, which compare them with the package
