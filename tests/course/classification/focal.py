"""The equations of the page on focal loss and rare classes, held against the loss objects."""

import numpy as np

from lossedu import Focal, cross_entropy_logits, smooth_labels
from lossedu.losses.numerics import logit, sigmoid
from tests.equations.latex import evaluate, holds
from tests.equations.notation import statements
from tests.equations.registry import equation


@equation("eq-focal")
def focal_loss(tex, rng):
    for gamma in (0.7, 2.0):
        for y in (0, 1):
            env = {r"\ell": lambda y, z, gamma=gamma: Focal(gamma)([y], [z]), "y": y, "z": rng.normal()}
            holds(tex, env | {r"\gamma": gamma, r"\sigma": sigmoid}, rtol=1e-9)


@equation("eq-focal-slope")
def focal_slope(tex, rng):
    for gamma in (0.7, 2.0):
        z = rng.normal()
        slope = Focal(gamma).derivative([1.0], [z])[0]
        holds(tex, {r"\frac{\partial \ell}{\partial z}": slope, "p": sigmoid(z), r"\gamma": gamma}, rtol=1e-9)


def force(p, gamma):
    """How steep the focal loss of a label 1 is where its probability is p."""
    return -Focal(gamma).derivative([1.0], [logit(p)])[0] if 0 < p < 1 else np.nan


@equation("eq-focal-truth")
def focal_truth(tex, rng):
    """q comes back from the forecast that is best for it, and A is the size of the slope."""
    (_, pull), _ = list(statements(tex))[1]
    for gamma in (0.7, 2.0):
        q, p = rng.uniform(0.1, 0.9, 2)
        z = Focal(gamma).minimiser([1.0, 0.0], weight=[q, 1 - q])
        env = {r"\gamma": gamma, "A": lambda p, gamma=gamma: force(p, gamma)}
        holds(tex, env | {"q": q, "p": sigmoid(z)}, rtol=1e-9)
        assert np.isclose(evaluate(pull, env | {"p": p}), force(p, gamma))


@equation("eq-label-smoothing")
def label_smoothing(tex, rng):
    amount, y = rng.uniform(0.1, 0.9), rng.permutation(3)
    soft = smooth_labels(y, 3, amount)
    for row, target in zip(soft, np.eye(3)[y], strict=True):
        for k in (1, 2, 3):
            holds(tex, {"y'": row, "y": target, "k": k, "C": 3, r"\varepsilon": amount})


@equation("eq-label-smoothing-lead")
def smoothing_lead(tex, rng):
    """The best scores of a smoothed label lead by this much."""
    amount = rng.uniform(0.1, 0.9)
    best = cross_entropy_logits.minimiser(smooth_labels([0], 3, amount))
    holds(tex, {"m": best[0] - best[1], "C": 3, r"\varepsilon": amount}, rtol=1e-9)
