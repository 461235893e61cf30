"""The equations and the claims of the page on robust losses."""

import numpy as np
import pytest

from lossedu import Cauchy, EpsilonInsensitive, Huber, Tukey, data, mae, mse
from tests.claims.experiments import percent, seeds, splits
from tests.claims.registry import claim
from tests.equations.latex import holds
from tests.equations.registry import equation
from tests.equations.residuals import residual_equation

residual_equation("eq-cauchy", Cauchy(1.7), c=1.7)
residual_equation("eq-cauchy-slope", Cauchy(1.7), c=1.7)
residual_equation("eq-tukey", Tukey(1.7), c=1.7)
residual_equation("eq-tukey-slope", Tukey(1.7), c=1.7)
residual_equation("eq-epsilon-insensitive", EpsilonInsensitive(0.8), varepsilon=0.8)


@equation("eq-leverage")
def leverage(tex, rng):
    """The slope of the average loss in w, by differences of the loss itself."""
    loss, x, y, w, b, h = Huber(0.6), rng.normal(size=6), rng.normal(size=6), rng.normal(), rng.normal(), 1e-6
    slope = (loss(y, (w + h) * x + b) - loss(y, (w - h) * x + b)) / (2 * h)
    holds(tex, {r"\frac{\partial L}{\partial w}": slope, r"\psi": lambda r: loss.derivative(np.zeros_like(r), r),
                "r": w * x + b - y, "x": x, "n": 6}, rtol=1e-6)


@equation("eq-mad")
def robust_scale(tex, rng):
    """The printed factor makes the scale of very many Gaussian residuals 1, to the digits printed."""
    d = np.abs(rng.normal(size=7))
    quartile = 0.6744897501960817  # half of all standard Gaussian numbers are smaller in size
    scale = round(1 / quartile, 4) * np.median(d)
    holds(tex, {r"\hat{s}": scale, "d": d, r"\operatorname{median}": np.median}, rtol=1e-9)


# The fits of the page, each in as few lines as there.
WEIGHTS = {
    "huber": (lambda r, c: c / np.maximum(np.abs(r), c), 1.345),
    "cauchy": (lambda r, c: 1 / (1 + (r / c) ** 2), 2.385),
    "tukey": (lambda r, c: np.clip(1 - (r / c) ** 2, 0, 1) ** 2, 4.685),
}
SCALES, GIANTS = np.array([9.8, 10.0, 10.1, 10.3, 47.0]), np.array([10, 19, 29, 33])
EIGHT = np.array([[-3, -2.7], [-2, -2.4], [-1, -0.8], [0, 0.4], [1, 0.7], [2, 1.7], [3, 3.1], [14, 14]])


def scale(residuals):
    return 1.4826 * np.median(np.abs(residuals), axis=-1, keepdims=True)


def centres(samples, name, turns=25):
    """The best constant of each row, from its median, with the usual threshold."""
    weights, factor = WEIGHTS[name]
    m = np.median(samples, axis=-1, keepdims=True)
    c = factor * scale(samples - m)
    for _ in range(turns):
        v = weights(samples - m, c)
        m = np.sum(v * samples, axis=-1, keepdims=True) / np.sum(v, axis=-1, keepdims=True)
    return m[..., 0]


def reweighted(name, x, y, line, c=None, turns=30):
    """Slope and intercept after turns of reweighting; without a threshold, the usual one of the line before."""
    weights, factor = WEIGHTS[name]
    inputs = np.column_stack([x, np.ones_like(x)])
    for _ in range(turns):
        r = inputs @ line - y
        v = weights(r, factor * scale(r) if c is None else c)
        line = np.linalg.solve(inputs.T @ (v[:, None] * inputs), inputs.T @ (v * y))
    return line


def least_squares(x, y):
    return np.polyfit(x, y, 1)


def huber_line(x, y):
    return reweighted("huber", x, y, least_squares(x, y))


def pair_lines(x, y):
    i, j = np.triu_indices(len(x), 1)
    i, j = i[x[i] != x[j]], j[x[i] != x[j]]
    w = (y[j] - y[i]) / (x[j] - x[i])
    return w, y[i] - w * x[i]


def theil_sen(x, y):
    w = np.median(pair_lines(x, y)[0])
    return np.array([w, np.median(y - w * x)])


def least_median(x, y):
    w, b = pair_lines(x, y)
    best = np.argmin(np.median((y - b[:, None] - w[:, None] * x) ** 2, axis=1))
    return np.array([w[best], b[best]])


def usual(x, y, line):
    """Tukey's usual threshold for the residuals of a line."""
    return 4.685 * scale(y - np.polyval(line, x))[0]


def is_minimum(loss, x, y, line):
    """Does the average loss rise from there in each direction?"""
    near = [loss(y, np.polyval(line + 1e-2 * np.array(way), x)) for way in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    return loss(y, np.polyval(line, x)) < min(near)


def rolled(loss, point, start, steps):
    """Slope and intercept after so many steps of the page's picture of a line."""
    data = EIGHT.copy()
    data[7] = point
    w, b = start
    for _ in range(steps):
        slopes = loss.derivative(data[:, 1], w * data[:, 0] + b)
        w, b = w - 0.06 * np.mean(slopes * data[:, 0]), b - 0.06 * np.mean(slopes)
    return w, b


@claim("robust-parcel",
       "The mean squared error answers 17.44, a weight that no scale shows, because the mean spreads the excess of "
       "the broken scale over all five.",
       "Under the absolute error and the Huber loss the broken scale moves the answer a little, but it would move it"
       " no more if it showed 1,000 kilograms.",
       "Under the last two losses the answer is, to a hundredth of a kilogram, that of the four good scales.")
def parcel():
    farther = np.append(SCALES[:4], 1000.0)
    for loss in (mae, Huber(0.4)):
        assert 10.05 < loss.minimiser(SCALES) < 10.2
        assert loss.minimiser(SCALES) == pytest.approx(loss.minimiser(farther), abs=1e-9)
    assert all(abs(loss.minimiser(SCALES) - 10.05) < 0.01 for loss in (Cauchy(0.7), Tukey(1.4)))
    assert mse.minimiser(SCALES) == pytest.approx(10.05 + (47 - 10.05) / 5)
    return [round(mse.minimiser(SCALES), 2), "1,000"]


@claim("robust-picture",
       "A scale farther than $c$ from the answer has a flat loss, so its derivative is zero and it has no say.",
       "The curve has a second valley at 47, and between the valleys it is level: a descent that starts there never "
       "leaves.",
       "When you drag the broken scale up from 10, the best answer under Tukey's loss goes along, but never "
       "beyond 10.17, and it is back at 10.05 when the scale shows 12.",
       "With $c = 50$ the broken scale has a say again, and the best answer is 12.41.")
def picture():
    """The curves of the picture themselves are asserted in tests/explore/test_stories.py."""
    def best(last, c=1.5):
        return round(Tukey(c).minimiser(np.append(SCALES[:4], last)), 2)

    assert Tukey(1.5).derivative([0.0, 0.0], [1.6, -40.0]).tolist() == [0, 0]
    assert Tukey(1.5).gradient(SCALES, np.full(5, 30.0)).tolist() == [0, 0, 0, 0, 0]
    up = [best(last) for last in (10.0, 10.4, 10.8, 11.2)]
    assert up[0] < up[1] < up[2] > up[3] and best(30.0) == 10.05
    return [47, 10, max(up), best(12.0), 12, 50, best(47.0, 50.0)]


@claim("robust-derivatives",
       "All four curves begin at 0 with slope 1, because a small residual counts in all four as it does in half the "
       "squared error.",
       "Far out the derivative of the squared error grows without limit, Huber's stays at 1.345, Cauchy's fades like"
       " one divided by the residual, and Tukey's is zero from 4.685 on.")
def derivatives():
    losses = (Huber(1.345), Cauchy(2.385), Tukey(4.685))
    for loss in losses:
        assert loss.derivative([0.0], [0.0])[0] == 0
        assert loss.derivative([0.0], [1e-4])[0] / 1e-4 == pytest.approx(1, abs=1e-6)
    huber, cauchy, tukey = (loss.derivative(np.zeros(4), [4.7, 1e3, 1e4, 1e5]) for loss in losses)
    assert np.all(tukey == 0) and 1e5 * cauchy[3] == pytest.approx(2.385**2, rel=1e-6)
    return [0, 1, *set(huber), 4.685]


@claim("robust-breakdown",
       "With 10 wrong readings of 21 the median still lies among the good ones, since these are the majority, and "
       "with 11 it does not.",
       "Tukey's estimate, started at the median and with the scale $\\hat{s}$, survives as many.")
def breakdown():
    """The wrong readings take the place of any good ones, drawn anew: far away, near, as stairs, or anywhere.

    A descent from the median ends within the threshold c of a good reading. At the median at least 11 readings lie
    within c / 6.9, so the sum of the losses is below 11 c²/6, and farther than c from the 11 good ones it is not.
    """
    good = np.linspace(9.5, 10.5, 21)
    for rng in seeds(20):
        for wrong in (1, 5, 10):
            steps = 10.5 + rng.uniform(0.2, 3) * np.arange(1, wrong + 1)
            for place in (1000.0, rng.uniform(11, 14), steps, rng.uniform(-100, 100, wrong)):
                readings = rng.permutation(good)
                readings[:wrong] = place
                middle = np.median(readings)
                assert 9.5 <= middle <= 10.5
                c = 4.685 * scale(readings - middle)[0]
                assert c < 7 and 9.5 - c < centres(readings, "tukey", 50) < 10.5 + c
        readings[:11] = 1000.0
        assert np.median(readings) == 1000
    return [10, 21, 11]


@claim("robust-efficiency",
       "In 5 simulations of 2,000 samples of 50 readings our three losses keep between 93 % and 97 %.",
       "Where on average one reading in ten scatters ten times as much, the variance of the mean is 6 to 10 times as "
       "large as theirs.")
def efficiency():
    kept, gained = [], []
    for rng in seeds(5):
        gaussian = rng.normal(size=(2000, 50))
        wild = gaussian * np.where(rng.uniform(size=(2000, 50)) < 0.1, 10, 1)
        for name in WEIGHTS:
            kept.append(np.var(gaussian.mean(axis=1)) / np.var(centres(gaussian, name, 8)))
            gained.append(np.var(wild.mean(axis=1)) / np.var(centres(wild, name, 8)))
    assert 0.93 < min(kept) and max(kept) < 0.97, (min(kept), max(kept))
    assert 6 < min(gained) and max(gained) < 10, (min(gained), max(gained))
    return [5, "2,000", 50, "93 %", "97 %", 6, 10]


@claim("robust-weights",
       "The centre comes to rest at the best constant of the loss.",
       "The weight of the broken scale is 0.0004, so the fit also tells you which reading it does not believe.")
def weights():
    r = np.array([-9.0, -1.0, 0.5, 3.0, 30.0])
    for name, loss in (("huber", Huber(1.5)), ("cauchy", Cauchy(1.5)), ("tukey", Tukey(1.5))):
        assert loss.derivative(np.zeros(5), r) == pytest.approx(WEIGHTS[name][0](r, 1.5) * r)  # the table of the page
    m = np.median(SCALES)
    for _ in range(30):
        v = 1 / (1 + ((SCALES - m) / 0.7) ** 2)
        m = mse.minimiser(SCALES, v)
    assert m == pytest.approx(Cauchy(0.7).minimiser(SCALES), abs=1e-6) and np.argmin(v) == 4
    return round(v[4], 4)


TWO = np.array([0.0, 0.3, 0.5, 0.8, 1.0, 9.2, 9.5, 9.7, 10.0])


@claim("robust-valleys",
       "The first two losses are convex, so each has a single valley, and its bottom lies between the groups, where "
       "there are no data at all.",
       "The Cauchy loss has two, and the start decides: a descent from 4 ends at 0.65, and a descent from 7 ends at "
       "9.42, a *local minimum* with a higher loss.")
def valleys():
    assert all(loss.traits.convex and 1.0 < loss.minimiser(TWO) < 9.2 for loss in (mse, Huber(1.0)))
    cauchy, ends = Cauchy(1.0), []
    for m in (4.0, 7.0):
        for _ in range(60):
            m -= cauchy.gradient(TWO, np.full(9, m)).sum()
        here, *near = (cauchy(TWO, np.full(9, m + move)) for move in (0, -0.05, 0.05))
        assert here < min(near)
        ends.append(m)
    assert cauchy.minimiser(TWO) == pytest.approx(ends[0], abs=1e-3)
    return [4, 7, *(round(end, 2) for end in ends)]


@claim("robust-sideways",
       "At (14, −8) the eighth point brings the slope down to about −0.5, although its residual is only 0.9, because "
       "in the derivative this residual is multiplied by 14.",
       "At (0, −8) the residual is 7.9, but it is clipped to 1 and multiplied by 0: the slope is 0.97, and only the "
       "intercept gives way, to −0.14.",
       "Huber's loss protects a line against strange targets, but not against leverage.")
def sideways():
    """The line descends between the moves until it rests, and in the picture that takes some ten seconds."""
    down = rolled(Huber(1.0), (14, -8), (1.0, 0.0), 150)
    back = rolled(Huber(1.0), (0, -8), down, 150)
    near, far = down[0] * 14 + down[1] + 8, back[1] + 8
    assert np.allclose(rolled(Huber(1.0), (0, -1e6), down, 150), back)  # a stranger target moves it no more
    assert rolled(Huber(1.0), (14, -1e6), (1.0, 0.0), 3000)[0] < down[0] < 0  # and no line without the lever falls
    return [14, 8, f"{down[0]:.1f}", f"{near:.1f}", 0, f"{far:.1f}", int(Huber(1.0).derivative([0.0], [far])[0]),
            f"{back[0]:.2f}", f"{back[1]:.2f}"]


@claim("robust-stars",
       "Least squares and Huber say that hotter stars are fainter, because the giants turn their lines, and Tukey's "
       "loss stays there when it starts there.",
       "From the robust start it ends in a deeper valley and gives the weight zero to the four giants alone.",
       "When 5 stars of the band are left out at random, 100 times, the first two starts lead to a falling line each"
       " time and the third to the band each time.")
def stars():
    stars = data.load("star_cluster")
    x, y = stars["log_temperature"], stars["log_light"]
    band, fits = np.setdiff1d(np.arange(47), GIANTS), (least_squares, huber_line, least_median)
    c = usual(x, y, least_median(x, y))
    lines = [reweighted("tukey", x, y, fit(x, y), c, 100) for fit in fits]
    costs = [Tukey(c)(y, np.polyval(line, x)) for line in lines]
    assert all(fit(x, y)[0] < 0 < fit(x[band], y[band])[0] for fit in fits[:2]) and costs[2] < min(costs[:2])
    assert np.array_equal(np.flatnonzero(abs(y - np.polyval(lines[2], x)) > c), GIANTS)
    slopes = [[line[0] for line in lines]]
    for rng in seeds(100):
        kept = np.setdiff1d(np.arange(47), rng.choice(band, 5, replace=False))
        starts = [fit(x[kept], y[kept]) for fit in fits]
        c = usual(x[kept], y[kept], starts[2])
        slopes.append([reweighted("tukey", x[kept], y[kept], start, c, 60)[0] for start in starts])
    assert np.array_equal(np.sign(slopes), [[-1, -1, 1]] * 101)
    return [5, 100]


def draw(rng, wrong, low, high, height):
    """Forty points around a line with slope 1, some of them replaced."""
    x = rng.uniform(0, 10, 40)
    y = x + rng.normal(0, 1, 40)
    x[:wrong], y[:wrong] = rng.uniform(low, high, wrong), rng.normal(height, 1, wrong)
    return x, y


@claim("robust-start",
       "Call a slope wrong if it is off by more than 0.5.",
       "In 100 draws Tukey's loss ends at a wrong slope in 87 % from least squares, in 87 % from Huber, and in 0 % "
       "from least median of squares; each wrong end is a local minimum with a higher loss.",
       "When the 6 points stand in the middle of the inputs, no start leads to a wrong slope.",
       "The breakdown point of Theil-Sen is 29 percent, because more than half of all pairs must join two good points.")
def starts():
    tukey = Tukey(4.685)

    def ends(place, fits, far=False):
        found = []
        for rng in seeds(100):
            x, y = draw(rng, *place)
            found.append([reweighted("tukey", x, y, fit(x, y), 4.685, 60 if far else 15) for fit in fits])
            costs = [tukey(y, np.polyval(line, x)) for line in found[-1]]
            for line, cost in zip(found[-1], costs, strict=True):
                assert not far or abs(line[0] - 1) < 0.5 or (cost > min(costs) and is_minimum(tukey, x, y, line))
        return [percent(abs(line[0] - 1) > 0.5 for line in lines) for lines in zip(*found, strict=True)]

    three = (least_squares, huber_line, least_median)
    assert ends((6, 3, 7, -10), three) == ["0 %"] * 3
    assert ends((6, 18, 22, 0), [theil_sen]) == ["0 %"] and np.mean([
        theil_sen(*draw(rng, 13, 18, 22, 0))[0] < 0.5 for rng in seeds(40)]) > 0.9  # 13 of 40 are too many for it
    return [100, 0.5, *ends((6, 18, 22, 0), three, far=True), 6, round(100 * (1 - 0.5**0.5))]


@claim("robust-flights",
       "In 200 random halvings of the 360 days, the mean of one half lies nearer to the average delay of the other "
       "half than Tukey's constant in 91 %.",
       "Judged by the mean absolute error, which asks about a usual day, Tukey's constant is the better one in 95 %.")
def flights():
    delay = data.load("flight_delays")["arrival_delay"].astype(float)
    bill, usual_day = [], []
    for rows, out in splits(360, 0.5, 200):
        mean, tukey = delay[rows].mean(), float(centres(delay[rows], "tukey", 50))
        bill.append(abs(mean - delay[out].mean()) < abs(tukey - delay[out].mean()))
        usual_day.append(np.mean(abs(delay[out] - tukey)) < np.mean(abs(delay[out] - mean)))
    return [200, len(delay), percent(bill), percent(usual_day)]
