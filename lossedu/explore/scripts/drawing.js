// Strings of SVG: lines, points, words, arrows and a pair of axes. Every colour is the name of a role.

window.pictures ??= {};
// What the package computes comes as the text of a function.
const compiled = (code) => new Function(`return ${code}`)();

const colour = (role) => `var(--le-${role})`;
const range = (n, low, high) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
const clamp = (value, [low, high]) => Math.min(Math.max(value, low), high);
const linear = ([low, high], [from, to]) => (value) => from + ((value - low) / (high - low)) * (to - from);
const total = (values) => values.reduce((sum, value) => sum + value, 0);
const mean = (values) => total(values) / values.length;
// Which of some numbers lies next to a value.
const nearest = (all, value) => all.reduce((best, one, i) => (Math.abs(one - value) < Math.abs(all[best] - value) ? i : best), 0);
const rounded = (value, step) => Number((Math.round(value / step) * step).toPrecision(12));

// Four digits, with the sign that typesetters use; what is not finite is said in words.
const number = (value) => {
  if (Number.isNaN(value)) return words.undefined;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return (Math.abs(value) < 1e-13 ? "0" : String(Number(value.toPrecision(4)))).replaceAll("-", "−");
};
// A factor that is negative stands in brackets.
const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));
// Put values where a template of the table of words names them: "at {c} the loss is {loss}".
const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const at = (value) => value.toFixed(1);
const seen = (points) => points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
const route = (points) => `M${seen(points).map(([x, y]) => `${at(x)} ${at(y)}`).join("L")}`;
const path = (points, role, more = "") =>
  seen(points).length ? `<path d="${route(points)}" fill="none" stroke="${colour(role)}" stroke-width="2" ${more}/>` : "";
const THIN = 'style="stroke-width:1"';
const DASHED = 'style="stroke-width:1" stroke-dasharray="3 3"';
const area = (points, role) =>
  `<path d="${route(points)}Z" fill="${colour(role)}" fill-opacity=".16" stroke="${colour(role)}" stroke-width="1.3"/>`;
const dot = (x, y, role, { open = false, r = 5 } = {}) =>
  `<circle cx="${at(x)}" cy="${at(y)}" r="${r}" stroke="${colour(role)}" stroke-width="2" fill="${colour(open ? "paper" : role)}"/>`;
const text = (x, y, what, role, anchor = "middle", more = "") =>
  `<text x="${at(x)}" y="${at(y)}" fill="${colour(role)}" text-anchor="${anchor}" ${more}>${what}</text>`;
// A word over lines keeps them away with an edge in the colour of the paper.
const EDGED = `stroke="${colour("paper")}" stroke-width="4" paint-order="stroke"`;
const label = (x, y, what, role, anchor) => text(x, y, what, role, anchor, EDGED);

function arrow([x, y], [u, v], role) {
  const length = Math.hypot(u - x, v - y);
  if (!(length > 1)) return "";
  const [a, b] = [(u - x) / length, (v - y) / length];
  const head = Math.min(7, length);
  const tip = [[u - head * (a - 0.5 * b), v - head * (b + 0.5 * a)], [u, v], [u - head * (a + 0.5 * b), v - head * (b - 0.5 * a)]];
  return path([[x, y], [u, v]], role) + path(tip, role);
}

// The round numbers of an axis, about as many as there is space for.
function ticks([low, high], count) {
  const wanted = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const size = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= wanted * (1 - 1e-9));
  const first = Math.ceil(low / size - 1e-9);
  const many = Math.floor(high / size + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, many) }, (_, i) => rounded((first + i) * size, size));
}

// Halve an interval until no number lies between its ends, or the slope in its middle is 0; at `low` it is negative.
function halved([low, high], slope) {
  for (let middle = low + (high - low) / 2; low < middle && middle < high; middle = low + (high - low) / 2) {
    const here = slope(middle);
    if (here <= 0) low = middle;
    if (!(here < 0)) high = middle;
  }
  return [low, high];
}

// A pair of axes in a box: its two scales, the frame around it, a window that cuts off what leaves it, and the way back
// from pixels to numbers. Below it and on its left stand round numbers, or the marks that are given: [[place, words], ...].
function axes({ left, top, width, height }, x, y, { name = "", role = "ink", below = "", marks = true, heights = true } = {}) {
  const [right, bottom] = [left + width, top + height];
  const [X, Y] = [linear(x, [left, right]), linear(y, [bottom, top])];
  const lines = [[left, top], [left, bottom], [right, bottom]];
  const listed = (given, span, count) => (given === true ? ticks(span, count).map((v) => [v, number(v)]) : given || []);
  const frame = path(heights ? lines : lines.slice(1), "muted", THIN) +
    listed(marks, x, Math.max(3, width / 60)).map(([v, what]) =>
      path([[X(v), bottom], [X(v), bottom + 4]], "muted", THIN) + text(X(v), bottom + 17, what, "muted")).join("") +
    listed(heights, y, clamp(height / 32, [2, 5])).map(([v, what]) => text(left - 6, Y(v) + 4, what, "muted", "end")).join("") +
    text(left - (heights ? 34 : 0), top - 9, name, role, "start") + text((left + right) / 2, bottom + 34, below, "ink");
  const window = (inside) =>
    `<svg x="${at(left)}" y="${at(top)}" width="${at(width)}" height="${at(height)}" viewBox="${at(left)} ${at(top)} ${at(width)} ${at(height)}">${inside}</svg>`;
  const back = ([u, v]) => [x[0] + ((u - left) / width) * (x[1] - x[0]), y[0] + ((bottom - v) / height) * (y[1] - y[0])];
  // A point on the axes that lies outside stays at the edge, where it can still be seen and held.
  const inside = ([u, v]) => [clamp(X(u), [left, right]), clamp(Y(v), [top, bottom])];
  return { X, Y, x, y, frame, window, back, inside, left, right, top, bottom, points: (pairs) => pairs.map(([u, v]) => [X(u), Y(v)]) };
}

// Where a level lies between the corners of each square of a grid, as pairs of points (marching squares).
function ring(values, n, level, put) {
  const pieces = [];
  for (let j = 0; j < n - 1; j++) for (let i = 0; i < n - 1; i++) {
    const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
    const above = corners.map(([a, b]) => values[b * n + a] - level);
    const cuts = [];
    for (let k = 0; k < 4; k++) {
      const [a, b] = [above[k], above[(k + 1) % 4]];
      if (a < 0 === b < 0) continue;
      const share = a / (a - b);
      const [[x, y], [u, v]] = [corners[k], corners[(k + 1) % 4]];
      cuts.push(put(x + share * (u - x), y + share * (v - y)));
    }
    for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push(`M${at(cuts[k][0])} ${at(cuts[k][1])}L${at(cuts[k + 1][0])} ${at(cuts[k + 1][1])}`);
  }
  return pieces.join("");
}
