"""What the equations of the loss pages share: draws of inputs, and how a loss and its slope are held."""

import numpy as np

from lossedu import bce_logits
from lossedu.losses.numerics import sigmoid
from tests.equations.latex import holds
from tests.equations.registry import equation


def numbers(rng):
    """Targets and predictions of a regression."""
    return rng.normal(size=(2, rng.integers(2, 7)))


def chances(rng):
    """Labels 0 and 1, both present, and probabilities."""
    n = rng.integers(2, 7)
    return rng.permutation(np.arange(n) % 2), rng.uniform(0.05, 0.95, n)


def logits(rng):
    """Labels 0 and 1, both present, and logits of both signs."""
    y, p = chances(rng)
    return y, rng.normal(size=len(p)) + np.where(y, -1, 1)


def scores(rng):
    """One-hot rows of three classes, each class present, and rows of logits."""
    n = int(rng.integers(3, 7))
    return np.eye(3)[rng.permutation(np.arange(n) % 3)], rng.normal(size=(n, 3))


def shares(rng):
    """One-hot rows of three classes, each class present, and rows of probabilities."""
    y, z = scores(rng)
    return y, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def loss_equation(label, loss, draw):
    """The equation of a loss: the average L where samples are numbered by i, else the loss ℓ of each sample."""

    @equation(label)
    def check(tex, rng):
        targets, predictions = draw(rng)
        samples = [(targets, predictions)] if "_i" in tex else zip(targets, predictions, strict=True)
        for y, p in samples:
            names = {"L": loss, r"\ell": lambda y, p: loss(np.array([y]), np.array([p])), "n": len(targets), "C": 3}
            holds(tex, names | {"y": y, r"\hat{y}": p, "z": p})


def slope_equation(label, loss, draw):
    """The equation of a gradient: ∂L/∂ŷ_i of the average, or ∂ℓ/∂ŷ and ∂ℓ/∂z of one sample."""

    @equation(label)
    def check(tex, rng):
        targets, predictions = draw(rng)
        gradient, slopes = loss.gradient(targets, predictions), loss.derivative(targets, predictions)
        for i, (y, p, slope) in enumerate(zip(targets, predictions, slopes, strict=True), start=1):
            env = {r"\frac{\partial L}{\partial \hat{y}_i}": gradient, "i": i, "n": len(targets)}
            env |= {r"\frac{\partial \ell}{\partial \hat{y}}": slope, r"\frac{\partial \ell}{\partial z}": slope}
            whole = "_i" in tex
            env |= {"y": targets if whole else y, r"\hat{y}": predictions if whole else p}
            if loss is bce_logits:
                env |= {"z": env[r"\hat{y}"], r"\hat{y}": sigmoid(env[r"\hat{y}"])}
            holds(tex, env)
