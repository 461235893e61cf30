"""Exercise of the page on PyTorch."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs

exercise, ask = on_page(__name__)



@exercise(title="A backward of your own", points=2,
          hints=["The loss is a chain of steps: a residual, the third power of its size, a mean, and then whatever the "
                 "graph does with the loss. Which slope does each step have?",
                 "Find the slope of |r|³ in r first, and check its sign where the prediction is too small. Then bring "
                 "in the factor of the mean, and last the factor upstream.",
                 "The slope of |r|³ grows like a square, but a square forgets the sign of r. How can you write a square "
                 "of r that keeps this sign?"])
def cubic_loss_backward(y_true: Array, y_pred: Array, upstream: float) -> Array:
    """Return upstream times the gradient of the mean of |y_pred - y_true|³ with respect to y_pred, shape (n,).

    `y_true` and `y_pred` have shape (n,); `upstream`, a float, is the derivative of the final result in this loss.
    """
    residual = y_pred - y_true
    return upstream * 3 * residual * np.abs(residual) / len(y_true)


@cubic_loss_backward.inputs
def losses_in_a_graph(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 4.0]), np.array([3.0, 3.0]), 0.5
    for n in (3, 8, 40):
        yield rng.normal(size=n), rng.normal(size=n), float(rng.uniform(1.5, 3))


cubic_loss_backward.mistake("The factor upstream is missing: this is right only where the loss is the last thing computed.",
                            lambda y, p, u: 3 * (p - y) * np.abs(p - y) / len(y))
cubic_loss_backward.mistake("3r² has lost the sign of r: where the prediction is too small the slope is negative.",
                            lambda y, p, u: u * 3 * (p - y) ** 2 / len(y))
cubic_loss_backward.mistake("The 1/n of the mean is missing.", lambda y, p, u: u * 3 * (p - y) * np.abs(p - y))
cubic_loss_backward.mistake("The 3 of the power is missing.", lambda y, p, u: u * (p - y) * np.abs(p - y) / len(y))
cubic_loss_backward.mistake("The sign is turned round: the slope is positive where y_pred is too big.",
                            lambda y, p, u: u * 3 * (y - p) * np.abs(y - p) / len(y))
cubic_loss_backward.mistake("You added upstream; the chain rule multiplies.", lambda y, p, u: u + 3 * (p - y) * np.abs(p - y) / len(y))
cubic_loss_backward.alternative(lambda y, p, u: u * 3 * np.sign(p - y) * (p - y) ** 2 / y.size)


ask("F.binary_cross_entropy(labels, probabilities) runs and gives a very large number. What happened?",
    right=("the arguments are swapped", "PyTorch takes the prediction first, so the logarithm was taken of labels 0 and 1."),
    wrong=[("the learning rate is too large", "No step was made; this is one evaluation."),
           ("the probabilities do not sum to 1", "Binary cross-entropy takes each probability alone.")])
ask("You change reduction from 'mean' to 'sum' and keep the learning rate. What happens to the steps?",
    right=("they get n times as long", "The gradient of the sum is n times the gradient of the mean."),
    wrong=[("nothing: the minimum is the same", "The minimum is the same, the gradient is not."),
           ("they get shorter", "A sum is larger than a mean, and so is its gradient.")])
ask("Somebody forgets zero_grad. What does the second step follow?",
    right=("the sum of both gradients so far", "backward adds to what is there."),
    wrong=[("the second gradient alone", "That is what clearing is for."),
           ("nothing, there is an error", "There is no error: adding up is a feature, used for large batches.")])


@exercise(title="Derive: the backward of a quotient", points=3,
          hints=["y_pred stands in two places. What would the gradient be if only one of them could move?",
                 "Use the quotient rule: differentiate numerator and denominator, each on its own, and join them; upstream comes last.",
                 "The second part has a square in its denominator. You can write it with the loss itself; how?"])
def relative_error_backward(y_true: Array, y_pred: Array, upstream: float) -> Array:
    """Return upstream times the gradient of sum((y_pred - y_true)²) / sum(y_pred²) with respect to y_pred, shape (n,).

    `y_true` and `y_pred` have shape (n,), and not all predictions are zero; `upstream`, a float, is the derivative of the
    final result in this loss. Give the formula: finite differences are not exact enough.
    """
    residual, size = y_pred - y_true, np.sum(y_pred**2)
    loss = np.sum(residual**2) / size
    return upstream * 2 * (residual - loss * y_pred) / size


@relative_error_backward.inputs
def quotients(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 4.0]), np.array([2.0, 1.0]), 0.5
    for n in (3, 8, 40):
        yield rng.normal(size=n), rng.normal(size=n), float(rng.uniform(1.5, 3))


relative_error_backward.mistake("You let only the numerator move; the predictions stand in the denominator too.",
                                lambda y, p, u: u * 2 * (p - y) / np.sum(p**2))
relative_error_backward.mistake("You let only the denominator move; the residuals depend on the predictions too.",
                                lambda y, p, u: -u * 2 * p * np.sum((p - y) ** 2) / np.sum(p**2) ** 2)
relative_error_backward.mistake("The two parts of the quotient rule are subtracted; you added them.",
                                lambda y, p, u: u * 2 * (p - y + np.sum((p - y) ** 2) / np.sum(p**2) * p) / np.sum(p**2))
relative_error_backward.mistake("The factor upstream is missing.", lambda y, p, u: relative_error_backward.reference(y, p, 1.0))
relative_error_backward.mistake("You divided derivative by derivative; a quotient has a rule of its own.",
                                lambda y, p, u: u * (p - y) / p)
relative_error_backward.alternative(
    lambda y, p, u: u * (2 * (p - y) * (p @ p) - 2 * p * ((p - y) @ (p - y))) / (p @ p) ** 2)
