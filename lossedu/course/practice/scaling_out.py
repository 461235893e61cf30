"""Exercises of the page on scaling out: gradients from shares of the data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Join the gradients", points=1,
          hints=["If all samples lay in one place, each of them would count equally. How much must the gradient of a "
                 "share count, so that this stays true?",
                 "Weight each row by the number of its samples, add the weighted rows, and divide so that the weights "
                 "sum to 1.",
                 "You need a weighted average of the rows, so one number for each column is left. Which axis runs over "
                 "the shares, and what is the sum of all weights?"])
def join_gradients(gradients: Array, sizes: Array) -> Array:
    """Return the gradient of the mean over all samples, shape (k,).

    Row m of `gradients`, shape (M, k), is the gradient of the mean over share m; `sizes`, shape (M,), holds the numbers of samples.
    """
    return np.average(gradients, axis=0, weights=sizes)


@join_gradients.inputs
def reports(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 2.0], [5.0, -2.0]]), np.array([3, 1])
    for m, k in ((2, 3), (5, 2), (8, 4)):
        yield rng.normal(size=(m, k)), rng.permutation(np.arange(1, 60))[:m]


join_gradients.mistake("You averaged the shares as if they were of one size; weight each by its number of samples.",
                       lambda g, n: np.mean(g, axis=0))
join_gradients.mistake("You added the gradients; the loss is a mean, so they are averaged.", lambda g, n: np.sum(g, axis=0))
join_gradients.mistake("You weighted by the sizes but did not divide by their sum.", lambda g, n: n @ g)
join_gradients.mistake("You divided by the number of shares; divide by the number of samples.", lambda g, n: n @ g / len(n))
join_gradients.mistake("You weighted by 1 / size: small shares would count most.",
                       lambda g, n: np.average(g, axis=0, weights=1 / n))
join_gradients.alternative(lambda g, n: n @ g / np.sum(n))
join_gradients.alternative(lambda g, n: np.sum(n[:, None] * g, axis=0) / n.sum())


@exercise(title="One step from shares", points=2,
          hints=["The loss is a mean over all samples, and the shares only cut its sum into parts. What does each share "
                 "contribute to this sum?",
                 "Cut X and y_true at the same rows, which np.split does for you. Add up the gradients of the summed "
                 "squared errors, share by share and all at the same w. Divide once by the number of all samples, and "
                 "make one step.",
                 "For one share you need the gradient of its summed squared errors, of shape (k,). Which product of its "
                 "rows and its residuals has this shape, and which factor comes from the square?"])
def step_in_shares(X: Array, y_true: Array, w: Array, bounds: Array, learning_rate: float) -> Array:
    """Return the weights after one step of gradient descent on the mean squared error of X @ w, computed share by share, shape (k,).

    `X` has shape (n, k), `y_true` shape (n,), `w` shape (k,). `bounds` holds the rows at which a new share begins.
    """
    total = np.zeros_like(w)
    for X_m, y_m in zip(np.split(X, bounds), np.split(y_true, bounds)):
        total += 2 * X_m.T @ (X_m @ w - y_m)
    return w - learning_rate * total / len(y_true)


@step_in_shares.inputs
def registers(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 5.0, 2.0]), np.array([0.5]), np.array([1]), 0.1
    for n, k, bounds in ((6, 2, [4]), (12, 3, [2, 9]), (40, 4, [5, 6, 30])):
        yield rng.normal(size=(n, k)), rng.normal(size=n), rng.normal(size=k), np.array(bounds), 0.05


def by_size(parts: list[tuple[Array, Array]], n: int) -> Array | float:
    """The shares' gradients, each weighted with its part of the samples."""
    return sum(len(y) / n * g for y, g in parts)


def joined(average: Callable[[list[tuple[Array, Array]], int], Array | float] = by_size, rate: float = 1.0) -> Function:
    """One step with one piece of the joining replaced."""
    def step(X: Array, y: Array, w: Array, bounds: Array, learning_rate: float) -> Array:
        parts = [(b, 2 / len(b) * a.T @ (a @ w - b)) for a, b in zip(np.split(X, bounds), np.split(y, bounds))]
        return w - rate * learning_rate * average(parts, len(y))
    return step


def one_after_the_other(X: Array, y: Array, w: Array, bounds: Array, learning_rate: float) -> Array:
    """Each share makes a step of its own from where the last one ended."""
    for a, b in zip(np.split(X, bounds), np.split(y, bounds)):
        w = w - learning_rate * 2 / len(b) * a.T @ (a @ w - b)
    return w


step_in_shares.mistake("You averaged the shares as if they were of one size; weight each by its number of samples.",
                       joined(lambda parts, n: sum(g for _, g in parts) / len(parts)))
step_in_shares.mistake("You added the shares' gradients without weights: the step is as many times too long as there are shares.",
                       joined(lambda parts, n: sum(g for _, g in parts)))
step_in_shares.mistake("You stepped after each share; all gradients belong to the same w, and there is one step.", one_after_the_other)
step_in_shares.mistake("You used the first share only.", joined(lambda parts, n: parts[0][1]))
step_in_shares.mistake("You walked uphill: subtract the gradient.", joined(rate=-1.0))
step_in_shares.mistake("The 2 from the square is missing.", joined(rate=0.5))
step_in_shares.mistake("You divided nowhere by the number of samples.", joined(lambda parts, n: sum(len(y) * g for y, g in parts)))
step_in_shares.alternative(lambda X, y, w, bounds, rate: w - rate * 2 / len(y) * X.T @ (X @ w - y))


ask("Ten workers hold a million samples and train 100 weights. What does each worker send in a step?",
    right=("100 numbers", "One slope for each weight, however many samples it averaged over."),
    wrong=[("100,000 numbers, one for each of its samples", "The samples stay where they are; only the gradient travels."),
           ("1 number, its loss", "The loss gives no direction: the slopes are needed.")])
ask("Shares have 900 and 100 samples, and somebody takes the plain average of the two gradients. What is trained?",
    right=("a model in which the small share counts too much", "Each of its samples counts nine times as much as one of the large share."),
    wrong=[("the right model: only the step length changes", "The direction changes too: the two shares are off by different factors."),
           ("nothing, the descent diverges", "It converges, to the bottom of another loss.")])
ask("Twice the workers, the same data. Why is a step not twice as fast?",
    right=("messages are not divided", "Computing is divided, but every worker has to be sent the weights and to answer."),
    wrong=[("the gradient gets less exact", "It is the same gradient, up to rounding."),
           ("it is twice as fast", "Only if messages cost nothing.")])


@exercise(title="Transfer: the loss of the best constant, from reports", points=3,
          hints=["Each worker's loss is measured from its own mean, but the best constant for all lies elsewhere. What does a worker "
                 "lose by moving its constant to the common one?",
                 "Find the common mean first. Correct the loss of each share for the distance between its mean and the common one, "
                 "and join the corrected losses as you join gradients.",
                 "When a constant leaves the mean of a share by a distance d, the mean squared error grows. By which function of d? "
                 "Try a share of two numbers."])
def joined_variance(means: Array, losses: Array, sizes: Array) -> Number:
    """Return the mean squared error of the best constant over all samples, one float.

    No worker sends its targets. Worker m reports the mean of its targets, `means[m]`, the mean squared error of this mean
    on its own share, `losses[m]`, and the number of its samples, `sizes[m]`; all three arrays have shape (M,).
    """
    center = np.average(means, weights=sizes)
    return np.average(losses + (means - center) ** 2, weights=sizes)


@joined_variance.inputs
def summaries(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0, 6.0]), np.array([1.0, 3.0]), np.array([3, 1])
    for m in (2, 5, 8):
        yield rng.normal(size=m), rng.uniform(0.5, 3, size=m), rng.permutation(np.arange(1, 60))[:m]


joined_variance.mistake("You joined the losses only; each is measured from another constant.",
                        lambda c, v, n: np.average(v, weights=n))
joined_variance.mistake("That is the spread of the means alone; the samples also spread within each share.",
                        lambda c, v, n: np.average((c - np.average(c, weights=n)) ** 2, weights=n))
joined_variance.mistake("You treated all shares as if they were of one size.",
                        lambda c, v, n: np.mean(v) + np.var(c))
joined_variance.mistake("Your common constant is the plain average of the means; a large share should pull more.",
                        lambda c, v, n: np.average(v + (c - np.mean(c)) ** 2, weights=n))
joined_variance.mistake("The distance between the constants enters by its size; a squared loss grows with its square.",
                        lambda c, v, n: np.average(v + np.abs(c - np.average(c, weights=n)), weights=n))
joined_variance.mistake("Moving the constant away from the mean of a share makes its loss larger, and you made it smaller.",
                        lambda c, v, n: np.average(v - (c - np.average(c, weights=n)) ** 2, weights=n))
joined_variance.alternative(lambda c, v, n: n @ (v + c**2) / n.sum() - (n @ c / n.sum()) ** 2)
