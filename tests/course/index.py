"""The claims of the cover."""

import numpy as np

from lossedu import Tensor, mse, optim
from tests.claims.registry import COMPARATIVE, NOT_YET, claim, every_claim, pages_with_claims, unsupported
from tools.parts import abilities

X, Y = np.arange(1.0, 6), np.array([4.0, 9, 11, 16, 20])
START = (7.0, -9.0)  # slope and intercept, where the picture begins


def walk(rate, steps):
    """Slope and intercept after each step, from where the picture begins."""
    w, b = map(Tensor, START)
    descent, places = optim.GradientDescent([w, b], rate), []
    for _ in range(steps):
        mse(Y, Tensor(X) * w + b).backward()
        descent.step()
        places.append((float(w), float(b)))
    return np.array(places)


def loss_after(rate, steps):
    w, b = walk(rate, steps)[-1]
    return round(mse(Y, w * X + b), 2)


def steps_to(loss, rate):
    """After how many of 400 steps the loss is below a bound, and stays there."""
    losses = np.array([mse(Y, w * X + b) for w, b in walk(rate, 400)])
    return int(np.flatnonzero(losses >= loss)[-1]) + 2


@claim("index-rates",
       "With the learning rate 0.04, at which the picture begins, the ball drops to the floor of the valley in a "
       "single step, and then it creeps along the floor.",
       "After 100 steps the loss is 1.44, and with a rate of 0.08 it is 0.45; the line that fits best has 0.38.",
       "The fewest steps are needed with a rate near 0.083: then the loss is within 0.01 of the lowest after 131 "
       "steps, and with 0.04 after 272.",
       "From a rate of 0.085 on, each step carries the ball farther across the valley than the step before, and it "
       "never arrives.")
def rates_of_the_cover():
    curvature, direction = np.linalg.eigh(2 * np.array([[np.mean(X * X), X.mean()], [X.mean(), 1]]))
    across = [np.abs(np.diff(walk(rate, 40) @ direction[:, 1])) for rate in (0.084, 0.085, 0.09, 0.1, 0.4, 0.8)]
    grows = [bool(np.all(np.diff(lengths) > 0)) for lengths in across]
    assert grows == [False, True, True, True, True, True] and 0.084 < 2 / curvature[1] < 0.085
    line = np.polyfit(X, Y, 1)
    best = mse(Y, np.polyval(line, X))
    away = np.abs((np.vstack([START, walk(0.04, 100)]) - line) @ direction)  # along the valley and across it
    assert away[1, 1] < 0.06 * away[0, 1] and away[1, 0] > 0.98 * away[0, 0]
    steps = {rate: steps_to(best + 0.01, rate) for rate in np.round(np.arange(0.04, 0.0846, 0.001), 3)}
    assert 0.082 <= min(steps, key=steps.get) <= 0.084
    return [0.04, 100, loss_after(0.04, 100), 0.08, loss_after(0.08, 100), round(best, 2), 0.083, 0.01, steps[0.083],
            0.04, steps[0.04], 0.085]


@claim("index-trust",
       "In the parts *Start* and *Regression losses* the conclusions are tested as well: where a page concludes that"
       " something is better, faster or always so, a test repeats the experiment or the calculation behind the "
       "sentence, and it fails if the sentence does not hold.")
def conclusions_are_held():
    """The parts named are those of the second edition; on their pages no conclusion that compares lacks a test."""
    assert set(abilities()["parts"]) == {"start", "regression"}
    assert all(map(COMPARATIVE.search, ("better", "faster", "always")))
    assert not [name for name in NOT_YET if name.startswith(("index", "start", "regression"))]
    for language, name, notebook in pages_with_claims():
        if language == "en" and name.startswith(("index", "start/", "regression/")):
            assert list(unsupported(notebook, every_claim())) == []
