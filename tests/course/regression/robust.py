"""The equations of the page on robust losses."""

import numpy as np

from lossedu import Cauchy, EpsilonInsensitive, Tukey, mse
from tests.equations.latex import holds
from tests.equations.registry import equation
from tests.equations.residuals import residual_equation

residual_equation("eq-cauchy", Cauchy(1.7), c=1.7)
residual_equation("eq-cauchy-slope", Cauchy(1.7), c=1.7)
residual_equation("eq-tukey", Tukey(1.7), c=1.7)
residual_equation("eq-tukey-slope", Tukey(1.7), c=1.7)
residual_equation("eq-epsilon-insensitive", EpsilonInsensitive(0.8), varepsilon=0.8)
residual_equation("eq-epsilon-insensitive-slope", EpsilonInsensitive(0.8), varepsilon=0.8)


@equation("eq-cauchy-weight")
def cauchy_weight(tex, rng):
    """A weight is the pull divided by the residual."""
    y, m, c = rng.normal(size=5), rng.normal(), rng.uniform(0.5, 2)
    w = Cauchy(c).derivative(y, np.full(5, m)) / (m - y)
    for i in range(1, 6):
        holds(tex, {"w": w, "y": y, "m": m, "c": c, "i": i}, rtol=1e-10)


@equation("eq-weighted-mean")
def weighted_mean(tex, rng):
    y, w = rng.normal(size=5), rng.uniform(size=5)
    holds(tex, {"m": mse.minimiser(y, w), "w": w, "y": y, "n": 5})


@equation("eq-mad")
def robust_scale(tex, rng):
    """The printed factor makes the scale of very many Gaussian residuals 1, to the digits printed."""
    d = np.abs(rng.normal(size=7))
    quartile = 0.6744897501960817  # half of all standard Gaussian numbers are smaller in size
    scale = round(1 / quartile, 4) * np.median(d)
    holds(tex, {r"\hat{s}": scale, "d": d, r"\operatorname{median}": np.median}, rtol=1e-9)
