"""The equations of the page on stock prices."""

import numpy as np

from lossedu import exercises, mse
from tests.equations.latex import holds
from tests.equations.registry import equation


def prices(rng):
    """A random walk above zero."""
    return np.exp(4 + rng.normal(scale=0.1, size=6).cumsum())


@equation("eq-naive-forecast")
def naive_forecast(tex, rng):
    """Predictions with which the exercise's skill is zero."""
    y = prices(rng)
    y_pred = np.r_[np.nan, y[:-1]]
    assert exercises.find_exercise("skill_against_naive").reference(y, y_pred[1:]) == 0
    for t in range(1, len(y)):
        holds(tex, {"y": y, r"\hat{y}": y_pred, "t": t})


@equation("eq-skill")
def skill(tex, rng):
    y = prices(rng)
    y_pred = y[1:] + rng.normal(size=len(y) - 1)
    saved = exercises.find_exercise("skill_against_naive").reference(y, y_pred)
    holds(tex, {"S": saved, "L": mse, "y": y[1:], r"\hat{y}": y_pred, r"\tilde{y}": y[:-1]})


@equation("eq-log-return")
def log_return(tex, rng):
    y = prices(rng)
    r = np.r_[np.nan, exercises.find_exercise("log_returns").reference(y)]
    for t in range(1, len(y)):
        holds(tex, {"r": r, "y": y, "t": t})
