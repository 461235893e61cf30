"""The equations of the page on house prices."""

import numpy as np

from lossedu import mse
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-linear-gradient")
def linear_gradient(tex, rng):
    X, w, y = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5)
    p, h = X @ w, 1e-6
    slopes = np.array([(mse(y, X @ (w + dw)) - mse(y, X @ (w - dw))) / (2 * h) for dw in h * np.eye(3)])
    back = {r"\nabla_w L": slopes, r"\frac{\partial L}{\partial \hat{y}}": mse.gradient(y, p)}
    holds(tex, {"X": X, "w": w, r"\hat{y}": p, **back}, rtol=1e-6)
