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
          hints=["Write down the density of one target under a Gaussian, with its constant in front.",
                 "Minus the logarithm turns the product of that density into a sum: a term with the residual, a term with the width, and a number.",
                 "Measure the residual in units of sigma first. The constant below the fraction is a root, so its logarithm carries a factor ½."])
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
          hints=["A wide bell pays for its width, a narrow bell pays for its misses. Where do the two balance?",
                 "Write the mean negative log-likelihood as a function of sigma alone, differentiate it and set the slope to zero.",
                 "The slope has two terms, with σ and with σ³ below. Multiply by σ³, and solve for σ; the residuals are taken as they are, without their mean."])
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
          hints=["The loss is a sum of two terms in z. Which of them is a straight line?",
                 "Differentiate each term for one sample; an exponential is its own slope.",
                 "Each z stands in one term of the mean only, so what remains of the mean is one factor."])
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
          hints=["There are two gradients. While you differentiate in one argument, the other is a constant.",
                 "Write the loss of one sample with the residual r = m - y. In m only r² changes; in s there are two terms, and one of them is linear.",
                 "The derivative of exp(-s) brings a minus sign with it. Both answers keep the factor of the mean."])
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


@exercise(title="Transfer: waits that have not ended", points=3,
          hints=["A wait that has ended contributes a density. What do you know of one that goes on, and how likely is that?",
                 "Write minus the logarithm of each of the two, with μ = exp(z). Which term do both have, and which only one?",
                 "The common term is y exp(-z); differentiate it with the chain rule. In the mean count all samples, also those that go on."])
def waiting_gradient(y_true: Array, ended: Array, z: Array) -> Array:
    """Return the gradient of the mean negative log-likelihood of waiting times with respect to `z`.

    The page does not show this loss. A waiting time has the density exp(-y/μ) / μ with the mean μ = exp(z), and it is
    longer than y with the probability exp(-y/μ). `ended` holds 1 where the wait was over after `y_true` minutes, and 0
    where it still goes on after `y_true` minutes, so that only this probability is known. All three have shape (n,), and
    so has the gradient.
    """
    return (ended - y_true * np.exp(-z)) / len(z)


@waiting_gradient.inputs
def waits(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0, 3.0]), np.array([1, 0]), np.array([1.0, 0.5])
    yield np.array([4.0, 0.5]), np.array([0, 0]), np.array([-1.0, 2.0])
    for n in (5, 30):
        yield rng.exponential(3.0, size=n), rng.permutation(np.arange(n) % 2), rng.normal(size=n)


waiting_gradient.mistake("You treated every wait as ended. Of one that goes on you know less than its density says.",
                         lambda y, e, z: (1 - y * np.exp(-z)) / len(z))
waiting_gradient.mistake("You left out the waits that go on. They too say that the mean is not short.",
                         lambda y, e, z: e * (1 - y * np.exp(-z)) / len(z))
waiting_gradient.mistake("You divided by the number of waits that ended; the mean runs over all of them.",
                         lambda y, e, z: (e - y * np.exp(-z)) / max(np.sum(e), 1))
waiting_gradient.mistake("The 1/n of the mean is missing.", lambda y, e, z: e - y * np.exp(-z))
waiting_gradient.mistake("The sign is turned round: a wait that is longer than expected asks for a larger z.",
                         lambda y, e, z: (y * np.exp(-z) - e) / len(z))
waiting_gradient.mistake("That is the slope in the mean μ; asked is the slope in z, its logarithm.",
                         lambda y, e, z: (e - y * np.exp(-z)) * np.exp(-z) / len(z))
waiting_gradient.mistake("Ended and not ended are exchanged: 1 means that the wait is over.",
                         lambda y, e, z: (1 - e - y * np.exp(-z)) / len(z))
waiting_gradient.alternative(lambda y, e, z: np.where(e == 1, 1 - y / np.exp(z), -y / np.exp(z)) / y.size)
