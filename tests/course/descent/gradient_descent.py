"""The equations of the page on gradient descent."""

import numpy as np

from lossedu.optim import gradient_descent
from tests.equations.descent import update
from tests.equations.latex import holds
from tests.equations.registry import equation

equation("eq-update")(update)


@equation("eq-contraction")
def contraction(tex, rng):
    bottom, curvature, start, rate = rng.normal(), rng.uniform(1, 3), rng.normal(), rng.uniform(0.01, 0.1)
    parabola = gradient_descent(
        lambda w: (curvature * (w - bottom) ** 2 / 2, curvature * (w - bottom)), start, rate, steps=1
    )
    before, after = (float(stop.parameters) for stop in parabola)
    holds(tex, {"w_t": before, "w_{t+1}": after, "w^*": bottom, r"\eta": rate, "c": curvature}, rtol=1e-10)


@equation("eq-rate")
def rate(tex, rng):
    """On a bowl with curvatures 1 and κ the best learning rate, 2/(κ + 1), shrinks both errors by ρ."""
    kappa = rng.uniform(2, 50)
    curvatures = np.array([1, kappa])
    walk = gradient_descent(lambda w: (curvatures @ w**2 / 2, curvatures * w), [1.0, 1.0], 2 / (kappa + 1), steps=1)
    _, after = (stop.parameters for stop in walk)
    holds(tex, {r"\rho": np.linalg.norm(after, np.inf), r"\kappa": kappa})
