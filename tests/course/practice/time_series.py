"""The equations of the page on time series."""

import numpy as np

from lossedu import exercises
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-autoregression")
def autoregression(tex, rng):
    """The rows of the exercise, times the weights, oldest value first."""
    k, y, w_0 = int(rng.integers(2, 4)), rng.normal(size=8), rng.normal()
    w = rng.normal(size=k)
    rows = exercises.find_exercise("lag_matrix").reference(y, k)
    y_pred = np.r_[np.full(k, np.nan), w_0 + rows @ w[::-1]]
    for t in range(k, len(y)):
        holds(tex, {r"\hat{y}": y_pred, "y": y, "w_0": w_0, "w": w, "k": k, "t": t})


@equation("eq-coverage")
def coverage(tex, rng):
    y, a, b = rng.normal(size=(3, 9))
    a[:3], b[:3] = y[:3] - 1, y[:3] + 1
    share = exercises.find_exercise("interval_coverage").reference(y, a, b)
    holds(tex, {"C": share, "a": a, "b": b, "y": y, "n": len(y)})
