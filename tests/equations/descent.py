"""One step of gradient descent, as two pages print it."""

import numpy as np

from lossedu.optim import gradient_descent
from tests.equations.latex import holds


def update(tex, rng):
    """One step of the optimiser on the bowl Σ (w - a)^4, whose gradient is 4 (w - a)^3."""
    a, start, rate = rng.normal(size=3), rng.normal(size=3), rng.uniform(0.01, 0.1)
    before, after = gradient_descent(lambda w: (np.sum((w - a) ** 4), 4 * (w - a) ** 3), start, rate, steps=1)
    steps = {"w_t": before.parameters, "w_{t+1}": after.parameters, r"\eta": rate}
    holds(tex, steps | {r"\nabla L": lambda w: 4 * (w - a) ** 3})
