"""The equations of the page on conventions, held against descent and against the loss objects."""

import numpy as np

from lossedu import bce, mse
from tests.equations.latex import evaluate, holds, sides
from tests.equations.registry import equation


@equation("eq-rate-of-sum")
def rate_of_sum(tex, rng):
    """One step on the sum with this learning rate is one step on the mean with its own."""
    (y, p), rate = rng.normal(size=(2, 5)), rng.uniform(0.1, 1)
    other = evaluate(sides(tex)[1], {r"\eta_{\mathrm{mean}}": rate, "n": len(y)})
    assert np.allclose(other * 2 * (p - y), rate * mse.gradient(y, p))


@equation("eq-bits")
def bits(tex, rng):
    p = rng.uniform(0.05, 0.95)
    holds(tex, {r"L_{\mathrm{bits}}": -np.log2(p), "L": bce([1], [p])})
