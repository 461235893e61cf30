"""The equations of the gallery of best constants."""

import numpy as np

from lossedu import huber, mae, mape, mse
from tests.equations.latex import holds
from tests.equations.losses import loss_equation
from tests.equations.registry import equation


def amounts(rng):
    """Targets of both signs that are not near zero, and predictions."""
    y = rng.choice([-1, 1], 6) * rng.uniform(0.5, 3, 6)
    return y, y + rng.normal(size=6)


loss_equation("eq-mape", mape, amounts)


@equation("eq-constant-loss")
def constant_loss(tex, rng):
    y, c = rng.normal(size=6), rng.normal()
    for loss in (mse, mae, huber):
        holds(tex, {"L": lambda c, loss=loss: loss(y, np.full(6, c)), r"\ell": loss.each, "y": y, "c": c, "n": 6})


@equation("eq-zero-one-constant")
def zero_one_constant(tex, rng):
    y = rng.integers(0, 3, 7).astype(float)
    for c in (0.0, 1.0, 2.0):
        holds(tex, {"L": lambda c: 1 - np.count_nonzero(y == c) / 7, "y": y, "c": c, "n": 7})


@equation("eq-mean-is-best")
def mean_is_best(tex, rng):
    y, c = rng.normal(size=6), rng.normal()
    holds(tex, {"L": lambda c: mse(y, np.full(6, c)), "c": c, r"\bar{y}": mse.minimiser(y)}, rtol=1e-10)
