"""The equations of the page on the quantile loss."""

import numpy as np

from lossedu import Quantile
from tests.equations.latex import holds
from tests.equations.registry import equation
from tests.equations.residuals import residual_equation

residual_equation("eq-quantile", Quantile(0.8), tau=0.8)
residual_equation("eq-quantile-slope", Quantile(0.8), tau=0.8)


@equation("eq-quantile-balance")
def balance(tex, rng):
    y, tau = rng.normal(size=7), rng.uniform(0.1, 0.9)
    for c in rng.normal(size=4):
        slope = Quantile(tau).gradient(y, np.full(7, c)).sum()
        holds(tex, {"L'": lambda c, slope=slope: slope, "F": lambda c: np.mean(y < c), "c": c, r"\tau": tau})


@equation("eq-quantile-level")
def level(tex, rng):
    """At the level that the prices a and b give, the cheapest datum is the quantile."""
    y, a, b = rng.normal(size=40), *rng.uniform(0.2, 3, 2)
    costs = [np.sum(a * np.maximum(y - c, 0) + b * np.maximum(c - y, 0)) for c in y]
    share = np.mean(y <= y[np.argmin(costs)])
    assert share - 1 / 40 <= a / (a + b) <= share
    holds(tex, {r"\tau": a / (a + b), "a": a, "b": b})
