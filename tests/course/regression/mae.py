"""The equations of the page on the mean absolute error."""

import numpy as np

from lossedu import mae
from tests.equations.latex import holds
from tests.equations.losses import loss_equation, numbers, slope_equation
from tests.equations.registry import equation

loss_equation("eq-mae", mae, numbers)
loss_equation("eq-mae-mean", mae, numbers)
slope_equation("eq-mae-gradient", mae, numbers)


@equation("eq-mae-votes")
def votes(tex, rng):
    y = rng.normal(size=rng.integers(3, 8))
    for c in (*rng.normal(size=4), y.min() - 1, y.max() + 1):
        slope = mae.gradient(y, np.full_like(y, c)).sum()
        holds(tex, {"L'": lambda c, slope=slope: slope, "c": c, "y": y, "n": len(y)})
