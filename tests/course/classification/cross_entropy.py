"""The equations of the cross-entropy page, held against the loss objects."""

import numpy as np

from lossedu import cross_entropy, cross_entropy_logits
from lossedu.losses.numerics import softmax
from tests.equations.latex import holds
from tests.equations.losses import loss_equation, scores, shares
from tests.equations.registry import equation

loss_equation("eq-cross-entropy", cross_entropy, shares)
loss_equation("eq-cross-entropy-logits", cross_entropy_logits, scores)


@equation("eq-softmax")
def the_softmax(tex, rng):
    _, rows = scores(rng)
    for z in rows:
        for k in (1, 2, 3):
            holds(tex, {r"\hat{y}": softmax(z), "z": z, "k": k, "C": 3})


@equation("eq-cross-entropy-mean")
def mean_of_labels(tex, rng):
    rows, p = shares(rng)
    labels = rows.argmax(axis=1)
    holds(tex, {"L": lambda y, p: cross_entropy(y - 1, p), "y": labels + 1, r"\hat{y}": p, "n": len(p)})


@equation("eq-softmax-slope")
def softmax_slope(tex, rng):
    """Share j is exp(-loss) of the label j, so its slope is minus itself times the slope of that loss."""
    z = rng.normal(size=3)
    p = softmax(z)
    slopes = -p[:, None] * cross_entropy_logits.derivative(np.arange(3), np.tile(z, (3, 1)))
    for j in (1, 2, 3):
        for k in (1, 2, 3):
            holds(tex, {r"\frac{\partial \hat{y}_j}{\partial z_k}": slopes, r"\hat{y}": p, "j": j, "k": k})


@equation("eq-cross-entropy-slope")
def slope_in_a_score(tex, rng):
    for y, z in zip(*scores(rng), strict=True):
        slope = cross_entropy_logits.derivative(y[None], z[None])[0]
        for k in (1, 2, 3):
            env = {r"\frac{\partial \ell}{\partial z_k}": slope, "y": y, r"\hat{y}": softmax(z), "k": k, "C": 3}
            holds(tex, env, rtol=1e-9)


@equation("eq-softmax-twice")
def floor_of_a_doubled_softmax(tex, rng):
    holds(tex, {r"\ell": cross_entropy_logits([0], softmax(rng.normal(size=(1, 3)))), "e": np.e})
    holds(tex.replace(r"\ge", "="), {r"\ell": cross_entropy_logits([0], [[1.0, 0, 0]])})


@equation("eq-softmax-regression")
def softmax_regression(tex, rng):
    (Y, _), W = scores(rng), rng.normal(size=(2, 3))
    X, h = rng.normal(size=(len(Y), 2)), 1e-6
    steps = h * np.eye(6).reshape(6, 2, 3)
    slopes = [cross_entropy_logits(Y, X @ (W + s)) - cross_entropy_logits(Y, X @ (W - s)) for s in steps]
    back = {r"\frac{\partial L}{\partial W}": np.reshape(slopes, (2, 3)) / (2 * h)}
    holds(tex, back | {"X": X, "Y": Y, r"\hat{Y}": softmax(X @ W), "n": len(Y)}, rtol=1e-5)
