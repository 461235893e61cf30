"""Exercises of the page on losses as negative log-likelihoods."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



def bells(rng: np.random.Generator) -> Inputs:
    """Targets, predictions and a standard deviation."""
    yield np.array([1.0]), np.array([3.0]), 0.5
    yield np.array([0.0, 2.0]), np.array([0.0, 5.0]), 2.0
    for n, sigma in ((5, 0.3), (30, 4.0)):
        yield rng.normal(size=n), 2 * rng.normal(size=n), sigma


@exercise(title="The surprise of a bell curve", points=2,
          hints=["The density is exp(-r² / (2σ²)) / (σ √(2π)) with r = y - ŷ. Minus its logarithm is a sum of two terms.",
                 "r² / (2σ²) + log(σ) + log(2π) / 2, averaged."])
def gaussian_surprise(y_true: Array, y_pred: Array, sigma: float) -> Number:
    """Return the mean negative log-likelihood of Gaussian targets, one float.

    Each target comes from a Gaussian with mean `y_pred` and standard deviation `sigma`. `y_true` and `y_pred` are arrays
    of shape (n,), `sigma` is a positive number. Leave no term out.
    """
    residual = (y_true - y_pred) / sigma
    return np.mean(residual**2) / 2 + np.log(sigma) + np.log(2 * np.pi) / 2


def of_bell(terms: Callable[[Array, float], Array]) -> Function:
    """A mean of `terms(squared residuals, sigma)`."""
    return lambda y, p, sigma: np.mean(terms((y - p) ** 2, sigma))


ROOT = np.log(2 * np.pi) / 2
gaussian_surprise.inputs(bells)
gaussian_surprise.mistake("The sign is turned round: that is the log-likelihood, which is largest for the best model.",
                          of_bell(lambda q, s: -q / (2 * s**2) - np.log(s) - ROOT))
gaussian_surprise.mistake("log(2π)/2 is missing. It changes no best model, but here no term may be left out.",
                          of_bell(lambda q, s: q / (2 * s**2) + np.log(s)))
gaussian_surprise.mistake("log(σ) is missing; without it a wide bell would always look better.",
                          of_bell(lambda q, s: q / (2 * s**2) + ROOT))
gaussian_surprise.mistake("Both constants are missing: only the square is left.", of_bell(lambda q, s: q / (2 * s**2)))
gaussian_surprise.mistake("You divided by σ; squares are measured in units of the variance, σ².",
                          of_bell(lambda q, s: q / (2 * s) + np.log(s) + ROOT))
gaussian_surprise.mistake("You took the logarithm of σ²; log(σ) is half of it.",
                          of_bell(lambda q, s: q / (2 * s**2) + 2 * np.log(s) + ROOT))
gaussian_surprise.mistake("The ½ before the square is missing.", of_bell(lambda q, s: q / s**2 + np.log(s) + ROOT))
gaussian_surprise.mistake("You summed; a mean also divides by n.",
                          lambda y, p, s: np.sum((y - p) ** 2 / (2 * s**2) + np.log(s) + ROOT))
gaussian_surprise.alternative(of_bell(lambda q, s: (q / s**2 + np.log(2 * np.pi * s**2)) / 2))


@exercise(title="How wide is the bell?", points=1,
          hints=["Set the slope of r²/(2σ²) + log σ, averaged over the samples, in σ to zero.",
                 "-mean(r²)/σ³ + 1/σ = 0. Solve for σ."])
def best_sigma(y_true: Array, y_pred: Array) -> Number:
    """Return the standard deviation under which Gaussian targets around the predictions are most likely, one float.

    `y_true` and `y_pred` are arrays of shape (n,); the predictions stay as they are.
    """
    return np.sqrt(np.mean((y_true - y_pred) ** 2))


@best_sigma.inputs
def residuals(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([3.0])
    yield np.array([1.0, 2.0, 6.0]), np.array([0.0, 2.0, 2.0])
    for n in (5, 30):
        yield rng.normal(size=n) + 1, rng.normal(size=n)


best_sigma.mistake("That is the variance; its square root was asked.", lambda y, p: np.mean((y - p) ** 2))
best_sigma.mistake("That is the mean absolute residual, the best width of a Laplace distribution.",
                   lambda y, p: np.mean(np.abs(y - p)))
best_sigma.mistake("You subtracted the mean of the residuals; the bells are centred on the predictions, right or not.",
                   lambda y, p: np.std(y - p))
best_sigma.mistake("That is the spread of the targets; the bells are centred on the predictions.",
                   lambda y, p: np.std(y))
best_sigma.mistake("You divided by n - 1; the most likely width divides by n.",
                   lambda y, p: np.sqrt(np.sum((y - p) ** 2) / (len(y) - 1)))
best_sigma.alternative(lambda y, p: np.linalg.norm(y - p) / np.sqrt(len(y)))


@exercise(title="The gradient of counting", points=2,
          hints=["One sample costs exp(z) - y z. What is the derivative of exp(z)?",
                 "Forecast minus truth, exp(z) - y; then the 1/n of the mean."])
def poisson_gradient(counts: Array, z: Array) -> Array:
    """Return the gradient of the mean Poisson loss exp(z) - y z with respect to `z`.

    `counts` holds whole numbers of 0 or more, `z` the logarithms of the forecast means; both have shape (n,), and so has
    the gradient.
    """
    return (np.exp(z) - counts) / len(counts)


@poisson_gradient.inputs
def countings(rng: np.random.Generator) -> Inputs:
    yield np.array([3]), np.array([0.5])
    yield np.array([0, 2]), np.array([0.0, 1.5])
    for n in (5, 40):
        yield rng.poisson(3.0, size=n), rng.normal(size=n)


poisson_gradient.mistake("The sign is turned round: where the forecast is too high the loss grows with z.",
                         lambda y, z: (y - np.exp(z)) / len(y))
poisson_gradient.mistake("The 1/n of the mean is missing.", lambda y, z: np.exp(z) - y)
poisson_gradient.mistake("z is the logarithm of the mean, not the mean: take exp(z).", lambda y, z: (z - y) / len(y))
poisson_gradient.mistake("That is the slope in the mean, 1 - y/exp(z); asked is the slope in z, its logarithm.",
                         lambda y, z: (1 - y * np.exp(-z)) / len(y))
poisson_gradient.mistake("The derivative of -y z in z is -y; the z goes away.",
                         lambda y, z: (np.exp(z) - y * z) / len(y))
poisson_gradient.mistake("There is a 2 too many: that is a habit of squares.", lambda y, z: 2 * (np.exp(z) - y) / len(y))
poisson_gradient.alternative(lambda y, z: [(np.exp(a) - b) / y.size for a, b in zip(z, y)])


@exercise(title="How sure to be", points=3,
          hints=["Per sample ½(s + r² e⁻ˢ) with r = m - y. For the mean: s is a constant. For s: r is.",
                 "In m: r e⁻ˢ. In s: ½(1 - r² e⁻ˢ). Both over n."])
def gaussian_nll_gradients(y: Array, m: Array, s: Array) -> tuple[Array, Array]:
    """Return the gradients of the mean of ½(s + (y - m)² exp(-s)) with respect to `m` and to `s`, a tuple.

    `y` holds targets, `m` forecast means and `s` logarithms of forecast variances; all arrays have shape (n,), also both
    gradients.
    """
    residual, precision = m - y, np.exp(-s)
    return residual * precision / len(y), (1 - residual**2 * precision) / (2 * len(y))


@gaussian_nll_gradients.inputs
def sure_forecasts(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([3.0]), np.array([0.7])
    yield np.array([1.0, 2.0]), np.array([1.0, 0.0]), np.array([-1.0, 2.0])
    for n in (5, 30):
        yield rng.normal(size=n), rng.normal(size=n), rng.normal(size=n)


def of_sure(back: Callable[[Array, Array, int], Array | tuple[Array, Array]]) -> Function:
    """Both gradients from residuals m - y, logarithms of the variance and n."""
    return lambda y, m, s: back(m - y, s, len(y))


gaussian_nll_gradients.mistake("The sign in m is turned round: where m is too high the loss grows with m.", of_sure(
    lambda r, s, n: (-r * np.exp(-s) / n, (1 - r**2 * np.exp(-s)) / (2 * n))))
gaussian_nll_gradients.mistake("The sign in s is turned round: where the miss is larger than claimed, s should grow.",
                               of_sure(lambda r, s, n: (r * np.exp(-s) / n, (r**2 * np.exp(-s) - 1) / (2 * n))))
gaussian_nll_gradients.mistake("The 1/n of the mean is missing.", of_sure(
    lambda r, s, n: (r * np.exp(-s), (1 - r**2 * np.exp(-s)) / 2)))
gaussian_nll_gradients.mistake("You multiplied by exp(s), the variance; a sure forecast, small s, makes a miss dearer.",
                               of_sure(lambda r, s, n: (r * np.exp(s) / n, (1 - r**2 * np.exp(s)) / (2 * n))))
gaussian_nll_gradients.mistake("The ½ is missing in the gradient in s.", of_sure(
    lambda r, s, n: (r * np.exp(-s) / n, (1 - r**2 * np.exp(-s)) / n)))
gaussian_nll_gradients.mistake("There is a 2 too many in the gradient in m: the ½ of the loss cancels it.", of_sure(
    lambda r, s, n: (2 * r * np.exp(-s) / n, (1 - r**2 * np.exp(-s)) / (2 * n))))
gaussian_nll_gradients.mistake("The 1 is missing in the gradient in s: being unsure has a price of its own.", of_sure(
    lambda r, s, n: (r * np.exp(-s) / n, -(r**2) * np.exp(-s) / (2 * n))))
gaussian_nll_gradients.alternative(of_sure(
    lambda r, s, n: np.stack([r / np.exp(s), 0.5 - 0.5 * (r / np.exp(s / 2)) ** 2]) / n))


ask("You minimise the mean absolute error. Which noise have you, perhaps without knowing, assumed?",
    right=("Laplace noise, in which far misses happen", "Minus the log of its density is the absolute residual over its width, plus a constant."),
    wrong=[("Gaussian noise, as in every line fit", "That belongs to squares."),
           ("none, as a loss needs no assumption about noise",
            "A loss needs none, but this one ranks models exactly as Laplace noise would.")])
ask("You add the same constant to the loss of every sample. Which model is best now?",
    right=("the same one", "All models pay it alike. That is why log(y!) may be left out."),
    wrong=[("another one, if the constant is large enough", "It is added to every model's average, so no order changes."),
           ("none, since the loss is no longer a likelihood", "It is one, up to a factor that no model can change.")])
ask("Why the logarithm of the likelihood, and not the likelihood itself?",
    right=("a product becomes a sum, which does not underflow", "The order stays, and the gradient becomes an average over the samples."),
    wrong=[("the best model becomes another, better one", "A logarithm keeps the order: the best stays the best."),
           ("so that the loss cannot be negative", "It can: a density may be larger than 1.")])
ask("A Poisson model forecasts means exp(z). Every z grows by 0.7. The forecast means ...",
    right=("double, whatever they were", "exp(0.7) is about 2, and a sum in z is a product in the mean."),
    wrong=[("grow by 0.7 each", "That would be so without the exponential."),
           ("grow by a factor that depends on the data", "exp(z + 0.7) = exp(0.7) exp(z).")])
ask("A model predicts mean and variance. On one sample its mean is exactly right. What does that sample want of the variance?",
    right=("that it shrinks towards 0 without end", "Its slope in s is ½, whatever s is: only other samples hold it back."),
    wrong=[("that it stays as it is", "That is what a sample wants whose squared miss equals the variance."),
           ("nothing, as its loss is already 0", "Its loss is s/2, which falls without end.")])
