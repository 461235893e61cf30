"""The equations and the claims of the page on the training loop."""

import numpy as np

from lossedu import data, mse
from tests.claims.experiments import seeds, splits
from tests.claims.registry import claim
from tests.equations.latex import evaluate, holds, sides
from tests.equations.registry import equation

DISTANCE, MINUTES = np.arange(1.0, 6), np.array([6.0, 9.0, 13.0, 15.0, 22.0])
COLUMNS = np.column_stack([DISTANCE, np.ones(5)])
BEST = np.linalg.lstsq(COLUMNS, MINUTES)[0]
GUESS = np.array([0.0, 10.0])


def along_and_across(columns=COLUMNS):
    """The curvatures of the mean squared error, the smaller one first, and the directions as columns."""
    return np.linalg.eigh(2 / len(columns) * columns.T @ columns)


def walk(rate, steps, start=GUESS, columns=COLUMNS, targets=MINUTES):
    """The parameters before the first step and after each."""
    places = [np.array(start)]
    for _ in range(steps):
        gradient = columns.T @ mse.gradient(targets, columns @ places[-1])
        places.append(places[-1] - rate * gradient)
    return np.array(places)


def parts(places):
    """What the two directions add to the lowest loss at each place, along the valley and across it."""
    curvature, direction = along_and_across()
    return 0.5 * curvature * ((places - BEST) @ direction) ** 2


def left(places):
    """How far the loss at each place is above the lowest."""
    return np.array([mse(MINUTES, COLUMNS @ place) for place in places]) - mse(MINUTES, COLUMNS @ BEST)


def line(rng):
    """Random rides, a line, and its two partial derivatives by differences."""
    x, y, (w, b), h = *rng.normal(size=(2, 5)), rng.normal(size=2), 1e-6
    along = (mse(y, (w + h) * x + b) - mse(y, (w - h) * x + b)) / (2 * h)
    up = (mse(y, w * x + b + h) - mse(y, w * x + b - h)) / (2 * h)
    return x, y, w, b, {r"\frac{\partial L}{\partial w}": along, r"\frac{\partial L}{\partial b}": up}


@equation("eq-training-step")
def training_step(tex, rng):
    """One turn of the loop in matrix form is one turn of the loop of two lines."""
    x, y, w, b, slopes = line(rng)
    rate, columns = rng.uniform(0.1, 1), np.column_stack([x, np.ones(5)])
    _, (new_w, new_b) = walk(rate, 1, (w, b), columns, y)
    holds(tex, slopes | {"w_t": w, "b_t": b, "w_{t+1}": new_w, "b_{t+1}": new_b, r"\eta": rate}, rtol=1e-6)


@equation("eq-line-gradient")
def line_gradient(tex, rng):
    x, y, w, b, slopes = line(rng)
    holds(tex, slopes | {"n": 5, "x": x, "y": y, r"\hat{y}": w * x + b}, rtol=1e-6)


@equation("eq-loop-shrink")
def shrink(tex, rng):
    """In the direction of each curvature the loop moves as the formula says."""
    curvature, direction = along_and_across()
    rate = rng.uniform(0.01, 0.1)
    before, after = (walk(rate, 1, rng.normal(size=2)) - BEST) @ direction
    for k in range(2):
        holds(tex, {"d_t": before[k], "d_{t+1}": after[k], r"\eta": rate, "c": curvature[k]}, rtol=1e-9)


@equation("eq-loop-limit")
def limit(tex, rng):
    """A little below the limit the loss comes down, a little above it climbs."""
    limit = evaluate(sides(tex)[1], {r"c_{\max}": along_and_across()[0][1]})
    start = rng.normal(size=2)
    first, below, above = left([start, walk(0.99 * limit, 500, start)[-1], walk(1.01 * limit, 500, start)[-1]])
    assert below < first / 100 and above > 100 * first


@claim("loop-rates-seen",
       "With 0.005 the ball takes small steps, and after 100 of them it is still far from the bottom of the valley.",
       "With 0.08 it jumps from one wall of the valley to the other, each time a little less far, and still gets "
       "down.",
       "With 0.09 each jump is longer than the one before, and the ball leaves the picture.")
def rates_in_the_picture():
    across = along_and_across()[1][:, 1]
    small, jumping, away = (walk(rate, 100) for rate in (0.005, 0.08, 0.09))
    assert np.hypot(*(small[-1] - BEST)) > 7 and np.hypot(*np.diff(small, axis=0).T).max() < 0.2
    for places, grows in ((jumping[:60], False), (away, True)):
        jumps = np.diff(places, axis=0) @ across
        assert np.all(jumps[1:] * jumps[:-1] < 0) and np.all((np.abs(jumps[1:]) > np.abs(jumps[:-1])) == grows)
    assert left(jumping)[-1] < 0.06 and np.abs(away[-1]).min() > 16
    return [0.005, 100, 0.08, 0.09]


@claim("loop-directions",
       "raise the slope and the intercept together, and the line rises at all five rides.",
       "raise the intercept and lower the slope by about a quarter as much, and the line turns about a point near "
       "3.6 kilometres.",
       "Short rides get longer predictions and long rides get shorter ones, all of them by little, so the loss "
       "hardly answers.")
def directions():
    (flat, steep), (along, across) = along_and_across()[0], along_and_across()[1].T
    lifted, turned = COLUMNS @ across * np.sign(across[1]), COLUMNS @ along * np.sign(along[1])
    assert np.all(lifted > 1) and turned[0] > 0 > turned[-1] and np.abs(turned).max() < np.abs(lifted).min()
    assert 0.2 < -along[0] / along[1] < 0.3 and flat < steep / 50
    return [f"{-along[1] / along[0]:.1f}"]


@claim("loop-limit-here",
       "For our rides it is 2/23.66 = 0.0845.")
def limit_of_the_rides():
    largest = along_and_across()[0][1]
    return [2, f"{largest:.2f}", f"{2 / largest:.4f}"]


@claim("loop-straight",
       "The distance to the lowest loss (wide line) is the sum of two parts (thin lines).",
       "Each step multiplies a part by the same factor, and on this scale that makes a straight line.")
def parts_are_straight():
    for rng in seeds(20):
        places = walk(rng.uniform(0.01, 0.08), 12, rng.normal(0, 5, 2))
        assert np.allclose(left(places), parts(places).sum(axis=1), rtol=1e-6, atol=1e-9)
        logarithms = np.log(parts(places[:6]))
        assert np.allclose(np.diff(logarithms, 2, axis=0), 0, atol=1e-6)


@claim("loop-phases",
       "After 2 steps the part across the valley has fallen from 23.9 to 0.03, but the part along it only from 14.0 "
       "to 13.1.",
       "From then on nearly all of $L - L^*$ is the part along the valley, and that part needs 21 steps to fall to "
       "half.")
def phases():
    (along, across), (along_later, across_later) = parts(walk(0.05, 100))[[0, 2]]
    shares = parts(walk(0.05, 100))[2:, 0] / left(walk(0.05, 100))[2:]
    assert shares.min() > 0.99
    falls = parts(walk(0.05, 100))[:, 0]
    return [2, f"{across:.1f}", f"{across_later:.2f}", f"{along:.1f}", f"{along_later:.1f}",
            int(np.argmax(falls <= falls[0] / 2))]


@claim("loop-limit",
       "After 60 steps the distance to the lowest loss is 11.45 with the rate 0.005, 1.81 with 0.05 and 0.52 with "
       "0.08, while with 0.09 it has grown to more than a million times its first value.",
       "The rate 0.08 wins here although it needs many jumps to settle across the valley, because with longer steps "
       "the long tail falls faster.")
def the_limit():
    after = {rate: left(walk(rate, 60)[[0, -1]]) for rate in (0.005, 0.05, 0.08, 0.09)}
    assert after[0.09][1] > 1e6 * after[0.09][0] and after[0.08][1] == min(end for _, end in after.values())
    middle, long = (parts(walk(rate, 60)) for rate in (0.05, 0.08))
    assert np.all(long[2:30, 1] > middle[2:30, 1]) and np.all(long[1:, 0] < middle[1:, 0])
    return [60, *(part for rate in (0.005, 0.05, 0.08) for part in (f"{after[rate][1]:.2f}", rate)), 0.09]


@claim("loop-stop",
       "Both parameters are then within 0.000003 of those of the best line.",
       "A loss that hardly changes is not a reason to stop.",
       "With the learning rate 0.0000001, the first step lowers the loss by 0.0001, but the gradient has a norm of "
       "34 and the training has only begun.")
def flat_is_not_done():
    """From any first guess: a direction of curvature c is at most the norm of the gradient divided by c away."""
    gradients = {place: COLUMNS.T @ mse.gradient(MINUTES, COLUMNS @ place) for place in map(tuple, walk(0.05, 1000))}
    assert np.linalg.norm(gradients[tuple(GUESS)]) > 1e-6
    stopped = next(place for place, gradient in gradients.items() if np.linalg.norm(gradient) < 1e-6)
    assert np.abs(stopped - BEST).max() < 1e-6 / along_and_across()[0][0] < 3e-6
    first, second = left(walk(1e-7, 1))
    norm = np.linalg.norm(gradients[tuple(GUESS)])
    assert second > 0.99 * first
    return ["0.000003", "0.0000001", f"{first - second:.4f}", f"{norm:.0f}"]


HOUSES = data.load("house_prices")
PRICE = HOUSES["price"] / 1000
FEATURES = HOUSES.matrix("lot_size", "bathrooms", "stories", "air_conditioning")


def error(X, weights, rows):
    """Root of the mean squared error on some houses, in thousands of dollars."""
    return np.sqrt(mse(PRICE[rows], X[rows] @ weights))


def descended(X, train, rate, steps):
    """The weights after so many steps from zero, in one go, as each step multiplies what is missing by one matrix.

    For a column of numbers of steps, a row of weights for each.
    """
    best = np.linalg.lstsq(X[train], PRICE[train])[0]
    curvature, direction = along_and_across(X[train])
    return best - ((1 - rate * curvature) ** steps * (direction.T @ best)) @ direction.T


@claim("loop-houses",
       "In this split the error on the houses kept aside falls from 68.6 to 17.3 thousand dollars, while one price "
       "for all, the mean of the training houses, misses by 23.4.",
       "In each of 100 random splits the loop did better than one price for all: the median of its error on the "
       "houses kept aside is 17.3 thousand dollars, against 26.1.",
       "With 5 weights for 410 houses there is hardly any over-fitting: averaged over the splits, the loss on the "
       "houses kept aside was 3 % larger than the loss on the training houses.")
def houses():
    found = []
    for train, aside in splits(546, 136 / 546, 100):
        X = scaled(train)
        none, end = np.zeros(5), descended(X, train, 0.1, 100)
        found.append([error(X, none, aside), error(X, end, aside),
                      np.sqrt(mse(PRICE[aside], np.full(len(aside), PRICE[train].mean()))), error(X, end, train)])
    train, _ = next(splits(546, 136 / 546, 1))
    assert np.allclose(descended(scaled(train), train, 0.1, 3),
                       walk(0.1, 3, np.zeros(5), scaled(train)[train], PRICE[train])[-1])
    none, end, constant, seen = np.array(found).T
    assert np.all(end < constant)
    return [*(f"{one[0]:.1f}" for one in (none, end, constant)), 100, f"{np.median(end):.1f}",
            f"{np.median(constant):.1f}", X.shape[1], len(train), f"{np.mean(end**2) / np.mean(seen**2) - 1:.0%}"]


def scaled(train):
    """All houses in the scale of those that are trained on, with a column of ones."""
    features = (FEATURES - FEATURES[train].mean(0)) / FEATURES[train].std(0)
    return np.column_stack([features, np.ones(len(features))])


@claim("loop-dip",
       "In our split the error on the houses kept aside dips to 16.4 after 12 steps, where the second rule would have "
       "stopped.",
       "Such a gain is rare here: in 96 of the 100 splits the dip was smaller than 0.5.")
def dips():
    errors = []
    for train, aside in splits(546, 136 / 546, 100):
        X = scaled(train)
        weights = descended(X, train, 0.1, np.arange(100)[:, None])
        errors.append(np.sqrt(np.mean((weights @ X[aside].T - PRICE[aside]) ** 2, axis=1)))
    ours, dip = errors[0], np.array([one[-1] - one.min() for one in errors])
    assert np.all(np.diff(ours[:13]) < 0) and np.all(np.diff(ours[12:40]) > 0)
    return [f"{ours.min():.1f}", int(ours.argmin()), int(np.sum(dip < 0.5)), 100, 0.5]


@claim("loop-raw",
       "In each of the 100 splits, 100,000 steps on the raw features, at the best of three rates below their limit, "
       "left a larger error on the houses kept aside than 100 steps on the scaled ones.")
def raw_features():
    X = np.column_stack([FEATURES, np.ones(546)])
    for train, aside in splits(546, 136 / 546, 100):
        limit = 2 / along_and_across(X[train])[0][-1]
        raw = min(error(X, descended(X, train, share * limit, 100_000), aside) for share in (0.5, 0.9, 0.99))
        assert raw > 1.1 * error(scaled(train), descended(scaled(train), train, 0.1, 100), aside)
    return [100, "100,000", 100]


@claim("loop-curvatures",
       "For a line and the squared error, the largest curvature limits the learning rate, and at a given rate the "
       "smallest curvature decides how many steps the long tail takes.")
def curvatures_decide():
    """For random lines through 20 points: the limit, and at half of it the steps that the smallest curvature takes."""
    for rng in seeds(12):
        columns = np.column_stack([rng.normal(rng.uniform(1, 3), 1, 20), np.ones(20)])
        curvature, direction = along_and_across(columns)
        far = [np.linalg.norm(walk(share * 2 / curvature[1], 500, direction[:, 1], columns, np.zeros(20))[-1])
               for share in (0.99, 1.01)]
        assert far[0] < 1e-3 and far[1] > 1e3
        start = direction @ rng.choice([-1.0, 1.0], 2)
        lengths = np.linalg.norm(walk(1 / curvature[1], 500, start, columns, np.zeros(20)), axis=1)
        steps = np.ceil(np.log(0.01) / np.log(1 - curvature[0] / curvature[1]))
        assert steps > 500 or np.argmax(lengths < 0.01) == steps
