"""Exercises of the page on stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="The gradient of a mini-batch", points=1,
          hints=["Which samples take part in the loss of this batch? Take them out of both arrays first.",
                 "On the smaller arrays it is the gradient of a mean squared error as before.",
                 "An array of row numbers as an index repeats a sample that was drawn twice. Which count then belongs below the mean?"])
def batch_gradient(X: Array, y_true: Array, w: Array, rows: Array) -> Array:
    """Return the gradient in w of the mean squared error of X @ w on the samples in `rows`.

    `X` has shape (n, d), `y_true` (n,) and `w` (d,). `rows` are whole numbers, the samples of the batch; a sample that
    was drawn twice counts twice. The answer has shape (d,).
    """
    X, y_true = X[rows], y_true[rows]
    return 2 / len(rows) * X.T @ (X @ w - y_true)


@batch_gradient.inputs
def draws(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 0.0, 2.0]), np.array([2.0]), np.array([1])
    yield np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 0.0, 2.0]), np.array([2.0]), np.array([2, 0, 2])
    for n, d, size in ((6, 2, 3), (30, 4, 8)):
        yield rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d), rng.integers(n, size=size)


batch_gradient.mistake("You divided by the size of the whole data set; average over the batch.",
                       lambda X, y, w, rows: 2 / len(X) * X[rows].T @ (X[rows] @ w - y[rows]))
batch_gradient.mistake("You used all the samples; take those in rows only.",
                       lambda X, y, w, rows: 2 / len(X) * X.T @ (X @ w - y))
batch_gradient.mistake("That is the gradient of the sum; divide by the size of the batch.",
                       lambda X, y, w, rows: 2 * X[rows].T @ (X[rows] @ w - y[rows]))
batch_gradient.mistake("The residual is turned round: the gradient is built from prediction minus truth.",
                       lambda X, y, w, rows: 2 / len(rows) * X[rows].T @ (y[rows] - X[rows] @ w))
batch_gradient.mistake("The 2 from the square is missing.",
                       lambda X, y, w, rows: 1 / len(rows) * X[rows].T @ (X[rows] @ w - y[rows]))
batch_gradient.mistake("A sample that was drawn twice counts twice; you counted it once.",
                       lambda X, y, w, rows: batch_gradient.reference(X, y, w, np.unique(rows)))
batch_gradient.alternative(lambda X, y, w, rows: np.mean([2 * (X[i] @ w - y[i]) * X[i] for i in rows], axis=0))


@exercise(title="One epoch", points=2, rtol=1e-6,
          hints=["Which samples form the batch that begins at a given place in `order`?",
                 "Let range run over the beginnings of the batches; a slice that reaches beyond the end is simply shorter.",
                 "Compute each gradient at the w of that moment, and average over the batch at hand."])
def sgd_epoch(X: Array, y_true: Array, w: Array, order: Array, batch_size: int, learning_rate: float) -> Array:
    """Return the weights after one epoch of stochastic gradient descent on the mean squared error of X @ w.

    Visit the samples as `order` has them, a permutation of the n row numbers: the first `batch_size` of them are the
    first batch, and so on. The last batch may be smaller. `X` has shape (n, d), `y_true` (n,), `w` (d,).
    """
    for start in range(0, len(order), batch_size):
        rows = order[start:start + batch_size]
        w = w - learning_rate * 2 / len(rows) * X[rows].T @ (X[rows] @ w - y_true[rows])
    return w


@sgd_epoch.inputs
def epochs(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 0.0, 2.0]), np.array([0.5]), np.array([2, 0, 1]), 2, 0.1
    for n, d, size in ((5, 2, 2), (7, 3, 3), (23, 3, 5)):
        yield rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d), rng.permutation(n), size, 0.1


def epoch_with(gradient: Callable[[Array, Array, Array, int], Array] = lambda X, y, w, size: 2 / len(y) * X.T @ (X @ w - y),
               rows_of: Callable[[Array, int, int], Array] = lambda order, i, b: order[i:i + b],
               last: int = 0) -> Function:
    """An epoch with one thing replaced."""
    def walk(X: Array, y: Array, w: Array, order: Array, batch_size: int, learning_rate: float) -> Array:
        for start in range(0, len(order) - last * (len(order) % batch_size), batch_size):
            rows = rows_of(order, start, batch_size)
            w = w - learning_rate * gradient(X[rows], y[rows], w, batch_size)
        return w

    return walk


def at_the_start(X: Array, y: Array, w: Array, order: Array, batch_size: int, learning_rate: float) -> Array:
    """Every step uses the gradient at the first w."""
    return w + sum(sgd_epoch.reference(X[rows], y[rows], w, np.arange(len(rows)), batch_size, learning_rate) - w
                   for rows in (order[i:i + batch_size] for i in range(0, len(order), batch_size)))


sgd_epoch.mistake("You went through the data in their own order; visit them as order says.",
                  epoch_with(rows_of=lambda order, i, b: np.arange(len(order))[i:i + b]))
sgd_epoch.mistake("The last batch is missing: it is smaller, but its samples count as well.", epoch_with(last=1))
sgd_epoch.mistake("The last batch has fewer samples; divide by its own size, not by batch_size.",
                  epoch_with(lambda X, y, w, size: 2 / size * X.T @ (X @ w - y)))
sgd_epoch.mistake("You follow the sum over the batch; divide by its size.",
                  epoch_with(lambda X, y, w, size: 2 * X.T @ (X @ w - y)))
sgd_epoch.mistake("The steps lead uphill: subtract the gradient.",
                  epoch_with(lambda X, y, w, size: 2 / len(y) * X.T @ (y - X @ w)))
sgd_epoch.mistake("All steps use the gradient at the start; compute it anew at each w.", at_the_start)
sgd_epoch.mistake("That is one step on all samples: gradient descent. Step after each batch.",
                  lambda X, y, w, order, size, rate: w - rate * 2 / len(y) * X.T @ (X @ w - y))


@exercise(title="How many steps?", points=1,
          hints=["How many batches does an epoch have if the samples do not divide evenly?",
                 "Count the batches of one epoch, the incomplete one included, before you multiply by the number of epochs.",
                 "Rounding up gives a float in NumPy; turn it into whole numbers. Round before you multiply, because a batch does not reach into the next epoch."])
def number_of_steps(n: int, batch_sizes: Array, epochs: int) -> Array:
    """Return how many steps stochastic gradient descent takes in `epochs` passes over `n` samples, for each batch size.

    Each step uses a batch of samples; the last one of an epoch uses what is left. `n` and `epochs` are whole numbers,
    `batch_sizes` and the answer arrays of whole numbers, shape (k,).
    """
    return epochs * np.ceil(n / batch_sizes).astype(int)


@number_of_steps.inputs
def plans(rng: np.random.Generator) -> Inputs:
    yield 10, np.array([5]), 1
    yield 11, np.array([5, 11, 20]), 3
    for _ in range(3):
        yield 10 * int(rng.integers(10, 100)) + 1, np.array([10, int(rng.integers(2, 100))]), int(rng.integers(3, 20))


number_of_steps.mistake("You dropped the last, smaller batch of each epoch.", lambda n, sizes, epochs: epochs * (n // sizes))
number_of_steps.mistake("You divided once at the end; batches do not reach from one epoch into the next.",
                        lambda n, sizes, epochs: np.ceil(epochs * n / sizes))
number_of_steps.mistake("That is the number of samples looked at; each step looks at a whole batch of them.",
                        lambda n, sizes, epochs: n * epochs + 0 * sizes)
number_of_steps.mistake("You counted one epoch only.", lambda n, sizes, epochs: np.ceil(n / sizes))
number_of_steps.mistake("You counted one step too many where the samples divide evenly.",
                        lambda n, sizes, epochs: epochs * (n // sizes + 1))
number_of_steps.alternative(lambda n, sizes, epochs: epochs * -(-n // sizes))


ask("You want half the noise in your mini-batch gradient. How much larger must the batch be?",
    right=("four times", "The noise falls with the square root of the batch size."),
    wrong=[("twice", "That lowers the noise by a factor of 1.4 only."),
           ("half as large", "A smaller batch is noisier.")])
ask("In what sense is the gradient of a mini-batch right?",
    right=("on average over all batches, though each single one misses",
           "It is unbiased: the misses of all batches cancel in the average."),
    wrong=[("it has the right direction every time", "Near the bottom a batch may well point uphill."),
           ("it has the right length, only its direction is noisy", "Length and direction both vary.")])
ask("Your training loss goes up and down from batch to batch but falls from epoch to epoch. What is wrong?",
    right=("nothing", "Batches differ; the average over an epoch tells how the training goes."),
    wrong=[("the learning rate is too large, it diverges", "Then the average of the epochs would grow as well."),
           ("the gradient is wrong", "It may be, but this is no sign of it: with the right one the batches differ just as much.")])
ask("Why shuffle before each epoch?",
    right=("so that each batch is a fair sample", "In sorted data a batch shows one corner of the world only."),
    wrong=[("to make each epoch cheaper", "Shuffling costs a little; it saves nothing by itself."),
           ("so that no sample is used twice in an epoch", "Cutting the data into batches takes care of that in any order.")])


@exercise(title="Derive: the noise of a batch without repeats", points=3,
          hints=["Begin at the ends: what is the spread of a batch of 1, and of the batch that holds all n samples?",
                 "The variance of a sum of b answers is the sum of b variances and of b (b - 1) covariances. All covariances "
                 "are equal; call them c.",
                 "The answers of all n samples have a fixed sum, whose variance is 0. That equation gives you c. Put it "
                 "into the variance of the batch's sum, and divide by b²."])
def spread_without_repeats(s: float, n: int, b: int) -> Number:
    """Return the spread of the mean of `b` answers that are drawn from `n` samples without repeats, one float.

    The page's rule for the noise takes independent draws, in which a sample may come twice. In an epoch a batch holds
    every sample at most once, so its answers are not independent. `s` is the standard deviation of the single answers,
    the root of the mean squared distance of all n answers from their mean. `n` and `b` are whole numbers, n is at least
    2, and b goes from 1 to n.
    """
    return s * np.sqrt((n - b) / (b * (n - 1)))


@spread_without_repeats.inputs
def samplings(rng: np.random.Generator) -> Inputs:
    yield 3.0, 5, 2
    yield 2.0, 4, 4
    yield 2.0, 2, 1
    for n in (10, 50, 500):
        yield float(rng.uniform(0.5, 3.0)), n, int(rng.integers(2, n - 1))


spread_without_repeats.mistake("That is the spread of independent draws; without repeats a batch of all samples has no noise.",
                               lambda s, n, b: s / np.sqrt(b))
spread_without_repeats.mistake("You took the share of the samples that are left out, so a batch of 1 is less noisy than one answer.",
                               lambda s, n, b: s * np.sqrt((n - b) / (b * n)))
spread_without_repeats.mistake("That is the variance; the spread is its root.", lambda s, n, b: s**2 * (n - b) / (b * (n - 1)))
spread_without_repeats.mistake("That is the spread of the sum of the batch; its mean was asked.",
                               lambda s, n, b: s * np.sqrt(b * (n - b) / (n - 1)))
spread_without_repeats.mistake("The noise does fall to 0 at b = n, but a root is missing over the correction.",
                               lambda s, n, b: s / np.sqrt(b) * (n - b) / (n - 1))
spread_without_repeats.mistake("The size of the batch does not stand below, so a batch of 2 is nearly as noisy as a single sample.",
                               lambda s, n, b: s * np.sqrt((n - b) / (n - 1)))
spread_without_repeats.alternative(lambda s, n, b: s * np.sqrt((1 / b) * (1 - (b - 1) / (n - 1))))
