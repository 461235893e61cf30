"""The equations of the page on losses that change, held against the reference answers of its exercises."""

import numpy as np

from lossedu.course.practice.changing_losses import uncertainty_weighting, warm_up_weights
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-warm-up")
def warm_up(tex, rng):
    warm, final = int(rng.integers(2, 20)), rng.uniform(0.5, 2)
    for step in (warm // 2, 2 * warm):
        weight = warm_up_weights.reference(np.array([step]), warm, final)[0]
        holds(tex, {r"\beta_t": weight, r"\beta": final, "t": step, "T": warm})


@equation("eq-uncertainty")
def uncertainty(tex, rng):
    losses, s = rng.exponential(size=3), rng.normal(size=3)
    objective, _ = uncertainty_weighting.reference(losses, s)
    holds(tex, {"L": objective, "K": 3, "M": losses, "s": s})


@equation("eq-best-log-variance")
def best(tex, rng):
    """At the equation's s the gradient of the objective is zero."""
    losses = rng.exponential(size=1)
    s = np.log(losses)
    assert np.allclose(uncertainty_weighting.reference(losses, s)[1], 0)
    holds(tex, {"s_k": s[0], "M_k": losses[0]})
