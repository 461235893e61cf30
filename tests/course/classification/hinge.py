"""The equations of the page on margin losses, held against the loss objects."""

import numpy as np

from lossedu import exponential, hinge, logistic, multiclass_hinge, perceptron, squared_hinge, zero_one
from tests.equations.latex import evaluate, holds, sides
from tests.equations.registry import equation


def margins(rng):
    """Labels and scores: wrong, narrowly right and clearly right ones of both labels."""
    a = np.concatenate([rng.uniform(low, low + 0.9, 2) for low in (-2, -1, 0.05, 1.05)])
    y = np.where(np.arange(8) % 2, 1.0, -1.0)
    return y, y * a


def margin_loss(loss):
    """The equation of a loss of the margin, at every kind of margin."""

    @equation("eq-" + loss.name.replace("_", "-"))
    def check(tex, rng):
        for y, s in zip(*margins(rng), strict=True):
            holds(tex, {r"\ell": lambda y, s: loss([y], [s]), "y": y, "s": s}, rtol=1e-9)


for _loss in (zero_one, perceptron, hinge, squared_hinge, logistic, exponential):
    margin_loss(_loss)


@equation("eq-multiclass-hinge")
def many_classes(tex, rng):
    for m in (1.0, 0.4):
        for y in (1, 2, 3):
            z = rng.normal(size=3)
            env = {r"\ell": lambda y, z, m=m: type(multiclass_hinge)(m)([y - 1], [z]), "y": y, "z": z, "m": m}
            holds(tex, env | {"k": [1, 2, 3]}, rtol=1e-9)
            z[y - 1] += 0.3 + np.delete(z, y - 1).max() - z[y - 1]  # leads, by less than either margin
            holds(tex, env | {"k": [1, 2, 3]}, rtol=1e-9)


@equation("eq-hinge-bound")
def bound(tex, rng):
    """Besides the inequality: the left side is the 0-1 loss and the right side the hinge."""
    errors, cost = sides(tex)
    for y, s in zip(*margins(rng), strict=True):
        env = {"y": y, "s": s}
        holds(tex, env)
        assert evaluate(errors, env) == zero_one([y], [s])
        assert np.isclose(evaluate(cost, env), hinge([y], [s]))


@equation("eq-hinge-slope")
def slope(tex, rng):
    for y, s in zip(*margins(rng), strict=True):
        holds(tex, {r"\frac{\partial \ell}{\partial s}": hinge.derivative([y], [s])[0], "y": y, "s": s})


@equation("eq-hinge-objective")
def objective(tex, rng):
    (y, s), w, price = margins(rng), rng.normal(size=3), rng.uniform(0.1, 1)
    env = {"y": y, "s": s, "w": w, "b": 0.0, r"\lambda": price, "n": 8, "k": 3}
    holds(tex, env | {"J": lambda w, b: hinge(y, s) + price * w @ w}, rtol=1e-9)
