"""The equations of the page on scikit-learn."""

import numpy as np

from lossedu import bce_logits, exercises, mse
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-uniform-variance")
def uniform_variance(tex, rng):
    """The loss of the best constant for numbers that stand evenly between 0 and 1."""
    y = (np.arange(1_000_000) + 0.5) / 1_000_000
    variance = mse(y, np.full_like(y, mse.minimiser(y)))
    assert abs(variance - 1 / 12) < 1e-12
    holds(tex, {r"\operatorname{Var}": lambda y: variance, "y": y}, rtol=1e-9)


@equation("eq-sgd-objective")
def objective(tex, rng):
    X, y, w, alpha = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=3), rng.uniform(0.1, 2)
    value = exercises.find_exercise("penalised_objective").reference(X, y, w, alpha)
    holds(tex, {"J": lambda w: value, "n": 6, "k": 3, "w": w, r"\alpha": alpha, "y": y, r"\hat{y}": X @ w})


@equation("eq-leaf-value")
def leaf_value(tex, rng):
    """The bottom of the parabola that has the slopes and the curvatures of the losses in a leaf, with the penalty."""
    n, penalty = 6, rng.uniform(0.1, 2)
    y, guess = rng.integers(0, 2, n), rng.normal(size=n)
    g, h = bce_logits.derivative(y, guess), bce_logits.curvature(y, guess)
    parabola = np.polynomial.Polynomial([0, g.sum(), (h.sum() + penalty) / 2])
    (bottom,) = parabola.deriv().roots()
    holds(tex, {"v": bottom, "g": g, "h": h, "n": n, r"\lambda": penalty}, rtol=1e-9)
