"""The equations of the page that trains a network, held against the losses."""

import numpy as np

from lossedu import cross_entropy_logits
from lossedu.losses.numerics import softmax
from tests.equations.latex import holds
from tests.equations.registry import equation


def digits(rng):
    """Labels and logits of a few digits; on the page labels are counted from 1, as entries are."""
    n = 4
    labels, Z = rng.integers(10, size=n), rng.normal(size=(n, 10))
    return labels, Z, {"n": n, "z": Z, "y": labels + 1, "C": 10, "P": softmax(Z), "Y": np.eye(10)[labels]}


@equation("eq-train-loss")
def loss(tex, rng):
    labels, Z, env = digits(rng)
    holds(tex, env | {"L": cross_entropy_logits(labels, Z)}, rtol=1e-10)


@equation("eq-train-logits")
def gradient(tex, rng):
    labels, Z, env = digits(rng)
    holds(tex, env | {r"\bar{Z}": cross_entropy_logits.gradient(labels, Z)}, rtol=1e-10)
