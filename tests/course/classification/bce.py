"""The equations of the page on binary cross-entropy."""

from lossedu import bce, bce_logits
from lossedu.losses.numerics import sigmoid
from tests.equations.latex import holds
from tests.equations.losses import chances, logits, loss_equation, slope_equation
from tests.equations.registry import equation

loss_equation("eq-bce", bce, chances)
loss_equation("eq-bce-mean", bce, chances)
loss_equation("eq-bce-softplus", bce_logits, logits)
loss_equation("eq-bce-logits", bce_logits, logits)
slope_equation("eq-bce-slope", bce, chances)
slope_equation("eq-bce-gradient", bce, chances)
slope_equation("eq-bce-logit-slope", bce_logits, logits)


@equation("eq-bce-without-brackets")
def without_brackets(tex, rng):
    """The misprint has the cost of the ones right and turns the sign of that of the zeros."""
    for y, p in zip(*chances(rng), strict=True):
        holds(tex, {r"\tilde{\ell}": lambda y, p: bce([y], [p]) * (1 if y else -1), "y": y, r"\hat{y}": p})


@equation("eq-bce-expected")
def expected(tex, rng):
    p, q = rng.uniform(0.05, 0.95, 2)
    holds(tex, {"E": lambda p: bce([1, 0], [p, p], weight=[q, 1 - q]), "p": p, "q": q})


@equation("eq-sigmoid")
def the_sigmoid(tex, rng):
    z = rng.normal()
    holds(tex, {r"\hat{y}": sigmoid(z), r"\sigma": sigmoid, "z": z})


@equation("eq-sigmoid-slope")
def sigmoid_slope(tex, rng):
    """The slope of the sigmoid is the curvature of the cross-entropy in the logit."""
    z = rng.normal()
    holds(tex, {r"\sigma'": lambda z: bce_logits.curvature(1.0, z), r"\sigma": sigmoid, "z": z})
