"""The equations of the loss pages, held against the loss objects."""

import numpy as np

from lossedu import bce, bce_logits, cross_entropy, cross_entropy_logits, huber, mae, mse
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


def loss_equation(label, on, loss, draw):
    """The equation of a loss: the average L where samples are numbered by i, else the loss ℓ of each sample."""

    @equation(label, on)
    def check(tex, rng):
        targets, predictions = draw(rng)
        samples = [(targets, predictions)] if "_i" in tex else zip(targets, predictions, strict=True)
        for y, p in samples:
            names = {"L": loss, r"\ell": lambda y, p: loss(np.array([y]), np.array([p])), "n": len(targets), "C": 3}
            holds(tex, names | {"y": y, r"\hat{y}": p, "z": p})


loss_equation("eq-mse", "regression/mse", mse, numbers)
loss_equation("eq-mse-mean", "regression/mse", mse, numbers)
loss_equation("eq-mae", "regression/mae", mae, numbers)
loss_equation("eq-bce", "classification/bce", bce, chances)
loss_equation("eq-bce-mean", "classification/bce", bce, chances)
loss_equation("eq-bce-softplus", "classification/bce", bce_logits, logits)
loss_equation("eq-bce-logits", "classification/bce", bce_logits, logits)
loss_equation("eq-cross-entropy", "classification/cross-entropy", cross_entropy, shares)
loss_equation("eq-cross-entropy-logits", "classification/cross-entropy", cross_entropy_logits, scores)


def slope_equation(label, on, loss, draw):
    """The equation of a gradient: ∂L/∂ŷ_i of the average, or ∂ℓ/∂ŷ and ∂ℓ/∂z of one sample."""

    @equation(label, on)
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


slope_equation("eq-mse-gradient", "regression/mse", mse, numbers)
slope_equation("eq-bce-slope", "classification/bce", bce, chances)
slope_equation("eq-bce-gradient", "classification/bce", bce, chances)
slope_equation("eq-bce-logit-slope", "classification/bce", bce_logits, logits)


@equation("eq-average-loss", "start/three-roles")
def average_loss(tex, rng):
    y, p = numbers(rng)
    for loss in (mse, mae, huber):
        holds(tex, {"L": loss, r"\ell": loss.each, "y": y, r"\hat{y}": p, "n": len(y)})


@equation("eq-objective", "start/three-roles")
def objective(tex, rng):
    (x, y), w, price = numbers(rng), rng.normal(), rng.uniform(0.1, 1)

    def loss(w):
        return mse(y, w * x)

    holds(tex, {"J": lambda w: loss(w) + price * w * w, "L": loss, "w": w, r"\lambda": price})


@equation("eq-linear-gradient", "practice/house-prices")
def linear_gradient(tex, rng):
    X, w, y = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=5)
    p, h = X @ w, 1e-6
    slopes = np.array([(mse(y, X @ (w + dw)) - mse(y, X @ (w - dw))) / (2 * h) for dw in h * np.eye(3)])
    back = {r"\nabla_w L": slopes, r"\frac{\partial L}{\partial \hat{y}}": mse.gradient(y, p)}
    holds(tex, {"X": X, "w": w, r"\hat{y}": p, **back}, rtol=1e-6)


@equation("eq-bce-without-brackets", "classification/bce")
def without_brackets(tex, rng):
    """The misprint has the cost of the ones right and turns the sign of that of the zeros."""
    for y, p in zip(*chances(rng), strict=True):
        holds(tex, {r"\tilde{\ell}": lambda y, p: bce([y], [p]) * (1 if y else -1), "y": y, r"\hat{y}": p})


@equation("eq-bce-expected", "classification/bce")
def expected(tex, rng):
    p, q = rng.uniform(0.05, 0.95, 2)
    holds(tex, {"E": lambda p: bce([1, 0], [p, p], weight=[q, 1 - q]), "p": p, "q": q})


@equation("eq-sigmoid", "classification/bce")
def the_sigmoid(tex, rng):
    z = rng.normal()
    holds(tex, {r"\hat{y}": sigmoid(z), r"\sigma": sigmoid, "z": z})


@equation("eq-sigmoid-slope", "classification/bce")
def sigmoid_slope(tex, rng):
    """The slope of the sigmoid is the curvature of the cross-entropy in the logit."""
    z = rng.normal()
    holds(tex, {r"\sigma'": lambda z: bce_logits.curvature(1.0, z), r"\sigma": sigmoid, "z": z})
