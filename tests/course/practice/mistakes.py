"""The equations of the page on mistakes: what stands there mended."""

import numpy as np

from lossedu import bce, cross_entropy_logits, exercises
from tests.equations.latex import evaluate, holds
from tests.equations.registry import equation


@equation("eq-narrow-gradient")
def narrow_gradient(tex, rng):
    x, y, *w = rng.normal(size=4)
    slope, _ = exercises.find_exercise("narrow_gradient").reference(np.array([x]), np.array([y]), *w)
    holds(tex, {r"\frac{\partial \ell}{\partial w_1}": slope, "x": x, "y": y, "w": np.array(w)})


@equation("eq-two-cases")
def two_cases(tex, rng):
    def loss(p, y):
        return bce([y], [p]) if y in (0, 1) else np.nan

    for y in (0, 1):
        holds(tex, {r"\ell": loss, "p": rng.uniform(0.1, 0.9), "y": y})


@equation("eq-log-sum-exp-moves")
def shift(tex, rng):
    each_row = exercises.find_exercise("log_sum_exp").reference
    holds(tex, {"g": lambda x: each_row(x[None])[0], "x": rng.normal(size=4), "b": rng.normal()})


@equation("eq-softmax-floor")
def softmax_twice(tex, rng):
    """The loss of the surest row of probabilities, taken as scores."""
    for k in (2, 4, int(rng.integers(5, 50))):
        floor = cross_entropy_logits([0], np.eye(k)[:1])
        assert np.isclose(floor, exercises.find_exercise("softmax_twice_floor").reference(np.array(k)), rtol=1e-12)
        assert np.isclose(evaluate(tex, {"k": k}), floor, rtol=1e-12)
