"""The equation of the page on text."""

import numpy as np

from lossedu import bce_logits
from lossedu.losses.numerics import sigmoid
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-word-gradient")
def word_gradient(tex, rng):
    X, y, w, h = rng.normal(size=(5, 3)), rng.permutation([0, 0, 1, 1, 1]), rng.normal(size=3), 1e-6
    slopes = np.array([bce_logits(y, X @ (w + dw)) - bce_logits(y, X @ (w - dw)) for dw in h * np.eye(3)]) / (2 * h)
    for j in (1, 2, 3):
        env = {r"\frac{\partial L}{\partial w_j}": slopes, r"\sigma": sigmoid, "z": X @ w, "x": X, "y": y}
        holds(tex, env | {"n": 5, "j": j}, rtol=1e-6)
