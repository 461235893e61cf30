"""The equations and the claims of the page on the three roles of a loss."""

import numpy as np

from lossedu import data, huber, mae, mse
from tests.claims.experiments import percent, seeds
from tests.claims.registry import claim
from tests.equations.latex import holds
from tests.equations.losses import numbers
from tests.equations.registry import equation

DISTANCE, MINUTES = np.arange(1.0, 6), np.array([6.0, 9, 13, 15, 22])
MINE, NEIGHBOURS, BEST = np.array([3.0, 3.0]), np.array([5.0, 0.0]), np.array([3.8, 1.6])  # slope and intercept


def predictions(line):
    return line[0] * DISTANCE + line[1]


def loss(line):
    return mse(MINUTES, predictions(line))


def gradient(line):
    by_prediction = mse.gradient(MINUTES, predictions(line))
    return np.array([by_prediction @ DISTANCE, by_prediction.sum()])


def lines(count):
    """Lines drawn at random from the map that the page shows."""
    return [rng.uniform([0, -8], [8, 12]) for rng in seeds(count)]


@equation("eq-average-loss")
def average_loss(tex, rng):
    y, p = numbers(rng)
    for one in (mse, mae, huber):
        holds(tex, {"L": one, r"\ell": one.each, "y": y, r"\hat{y}": p, "n": len(y)})


@equation("eq-objective")
def objective(tex, rng):
    (x, y), w, price = numbers(rng), rng.normal(), rng.uniform(0.1, 1)

    def loss(w):
        return mse(y, w * x)

    holds(tex, {"J": lambda w: loss(w) + price * w * w, "L": loss, "w": w, r"\lambda": price})


@claim("roles-mine-is-smaller", "On these five points, my line has the smaller loss, 3.4 against 8.0.")
def mine_is_smaller():
    assert loss(MINE) < loss(NEIGHBOURS)
    return [f"{loss(MINE):.1f}", f"{loss(NEIGHBOURS):.1f}"]


@claim("roles-unit", "Each residual is divided by 60, so each squared residual, and with it the MSE, is divided by "
       "60² = 3600, whatever the data and the line are.")
def hours():
    """Other data and other predictions each time."""
    draws = [rng.normal(size=(2, 7)) for rng in seeds(100)]
    assert np.allclose([mse(y, p) / mse(y / 60, p / 60) for y, p in draws], 3600)
    return [60, 3600]


@claim("roles-metric", "On these five points, the loss prefers my line, and the metric prefers my neighbour's, with "
       "which nobody is late.")
def late():
    shares = [np.mean(MINUTES - predictions(line) > 2) for line in (MINE, NEIGHBOURS)]
    assert loss(MINE) < loss(NEIGHBOURS) and shares[0] > shares[1] == 0


@claim("roles-lowest", "The loss of C is the lowest that a straight line can have on these five points.",
       "If only the slope of C is raised by 1, the loss rises from 1.12 to 12.12; if the intercept is lowered by 3 at "
       "the same time, it rises only to 3.12, because the two changes cancel in the middle of the data.")
def lowest():
    """A quadratic function with a gradient of 0 and two positive curvatures has its one lowest point there."""
    assert np.allclose(gradient(BEST), 0)
    design = np.column_stack([DISTANCE, np.ones(5)])
    assert np.all(np.linalg.eigvalsh(design.T @ design) > 0)
    assert all(loss(line) > loss(BEST) for line in lines(1000))
    assert predictions(BEST + [1, -3])[2] == predictions(BEST)[2]
    return [1, f"{loss(BEST):.2f}", f"{loss(BEST + [1, 0]):.2f}", 3, f"{loss(BEST + [1, -3]):.2f}"]


@claim("roles-penalty", "The penalty moves the lowest point to a smaller slope.",
       r"This happens for every $\lambda$ above 0, because at the slope 3.80 the loss is level while the penalty still "
       "rises, so a small step to a smaller slope lowers the sum, and above 3.80 both terms are larger than there.")
def penalty_shrinks():
    def total(slope, price):
        return loss([slope, BEST[1]]) + price * slope**2

    slopes = np.linspace(0, 6, 6001)
    for price in 10.0 ** np.linspace(-1, 3, 41):
        found = slopes[np.argmin([total(slope, price) for slope in slopes[::10]]) * 10]
        assert found < 3.8 and total(3.8 - 1e-5, price) < total(3.8, price)
    above = np.linspace(3.81, 10, 100)
    assert all(loss([slope, BEST[1]]) > loss(BEST) for slope in above) and np.all(above**2 > 3.8**2)
    assert abs(gradient(BEST)[0]) < 1e-12
    return [f"{BEST[0]:.2f}", 0]


@claim("roles-held-out", "On the ten houses that it was fitted to, the curve of degree 4 had the smaller loss in 100 % "
       "of the 1,000 draws.",
       "This had to happen, because each straight line is also a curve of degree 4 (with zeros as its higher "
       "coefficients), and the fit takes the best of all these curves.",
       "But on the 536 houses held out, the curve of degree 4 had the smaller loss in only 1 % of the draws.",
       "For a parabola (degree 2) the share on the houses held out is 24 %.",
       "A loss at its lowest point therefore tells us one thing: among the models that we allowed, no other one has a "
       "smaller loss on *these* data.")
def lowest_here_is_not_best_there():
    """Ten houses are drawn anew each time; a fitted curve is compared with a thousand others of its degree, too."""
    houses = data.load("house_prices")
    lot, price = houses["lot_size"] / 1000, houses["price"] / 1000
    wins = {2: [], 4: []}
    for rng in seeds(1000):
        drawn, held_out = np.split(rng.permutation(546), [10])
        fits = {degree: np.polyfit(lot[drawn], price[drawn], degree) for degree in (1, 2, 4)}
        assert np.allclose(np.polyval([0, 0, 0, *fits[1]], lot), np.polyval(fits[1], lot))  # a line of degree 4
        on = {degree: [mse(price[rows], np.polyval(fit, lot[rows])) for rows in (drawn, held_out)]
              for degree, fit in fits.items()}
        for degree, won in wins.items():
            won.append(np.less(on[degree], on[1]))
        other = fits[2] * rng.normal(1, 0.1, 3)
        assert mse(price[drawn], np.polyval(other, lot[drawn])) > on[2][0]
    (_, parabola), (seen, unseen) = (map(percent, np.transpose(won)) for won in wins.values())
    return [4, seen, "1,000", len(held_out), unseen, 2, parabola]


@claim("roles-more-houses", "The parabola is no bad model in itself: fitted to 160 houses instead of ten, it has the "
       "smaller loss on the houses held out in 84 % of 1,000 draws.")
def more_houses():
    houses = data.load("house_prices")
    lot, price = houses["lot_size"] / 1000, houses["price"] / 1000
    wins = []
    for rng in seeds(1000):
        drawn, held_out = np.split(rng.permutation(546), [160])
        line, parabola = (np.polyfit(lot[drawn], price[drawn], degree) for degree in (1, 2))
        wins.append(mse(price[held_out], np.polyval(parabola, lot[held_out]))
                    < mse(price[held_out], np.polyval(line, lot[held_out])))
    return [len(drawn), percent(wins), "1,000"]


@claim("roles-value-cannot-tell", "Both have the loss 3.4, but their gradients are opposite, so the value of a loss "
       "cannot say in which direction to go.")
def the_value_cannot_tell():
    """Of every line the one on the other side of the lowest point has the same loss and the opposite gradient."""
    for line in [MINE, *lines(100)]:
        other = 2 * BEST - line
        assert np.isclose(loss(line), loss(other)) and np.allclose(gradient(line), -gradient(other))
    assert np.allclose(2 * BEST - MINE, [4.6, 0.2])
    return [f"{loss(MINE):.1f}"]


@claim("roles-sign-rule", "If an entry of the gradient is positive, make that parameter smaller.",
       "If an entry of the gradient is negative, make that parameter larger.",
       "Unless the gradient is 0, a small enough step against it therefore lowers the loss.")
def sign_rule():
    """Each parameter alone, and both together, from a thousand lines."""
    for line in lines(1000):
        slope, tiny = gradient(line), 1e-6
        assert np.all(slope != 0)
        for step in (*(np.eye(2) * -np.sign(slope) * tiny), -tiny * slope):
            assert loss(line + step) < loss(line)
    return [0]


@claim("roles-steps", "From my line, the two small steps lower the loss.",
       "The step with the learning rate 0.5 has the right direction and still ends far higher, because it crosses the "
       "valley and climbs the other side.",
       "of 1,000 lines drawn at random from the map with the ball, a step with the learning rate 0.08 lowers the loss "
       "of all 1,000, and a step with the learning rate 0.5 raises the loss of 99 %.")
def steps():
    def after(line, rate):
        return loss(line - rate * gradient(line))

    assert after(MINE, 0.01) < loss(MINE) > after(MINE, 0.05)
    assert gradient(MINE) @ gradient(MINE - 0.5 * gradient(MINE)) < 0  # beyond the bottom the slope is the other one
    assert after(MINE, 0.5) > 10 * loss(MINE)
    assert all(after(line, 0.08) < loss(line) for line in lines(1000))
    return ["0.5", "1,000", "0.08", percent(after(line, 0.5) > loss(line) for line in lines(1000))]
