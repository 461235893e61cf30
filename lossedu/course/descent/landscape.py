"""Exercises of the page on loss landscapes."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="What kind of level ground?", points=2,
          hints=["The gradient is zero, so only the curvatures can tell. How many of them are there, and along which axes?",
                 "The curvatures are the eigenvalues of the Hessian; np.linalg.eigvalsh finds those of a symmetric matrix.",
                 "Ask two questions, each about all eigenvalues: do all of them bend up, do all of them bend down? If neither is true, there is a way up and a way down."])
def level_ground(H: Array) -> int:
    """Return 1 for a minimum, -1 for a maximum and 0 for a saddle, given the Hessian at a point of zero gradient.

    `H` is a symmetric array of shape (d, d) without zero eigenvalues.
    """
    curvatures = np.linalg.eigvalsh(H)
    return int(np.all(curvatures > 0)) - int(np.all(curvatures < 0))


def with_curvatures(rng: np.random.Generator, curvatures: Array) -> Array:
    """A symmetric matrix with these eigenvalues and random axes."""
    axes, _ = np.linalg.qr(rng.normal(size=(len(curvatures), len(curvatures))))
    return axes @ np.diag(curvatures) @ axes.T


@level_ground.inputs
def hessians(rng: np.random.Generator) -> Inputs:
    yield (np.array([[2.0]]),)
    yield (np.array([[-1.0, 0.0], [0.0, -3.0]]),)
    yield (np.array([[2.0, 0.0], [0.0, -0.5]]),)
    yield (np.array([[-2.0, 0.0], [0.0, 0.5]]),)
    yield (np.array([[1.0, 3.0], [3.0, 1.0]]),)
    yield (np.array([[2.0, 1.0], [1.0, 2.0]]),)
    yield (np.array([[1.0, 0.0, 0.0], [0.0, -2.0, 0.0], [0.0, 0.0, -3.0]]),)
    yield (np.array([[-1.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 4.0]]),)
    for signs in ([1, 1, 1], [-1, -1, -1, -1], [1, -1, 1]):
        yield (with_curvatures(rng, np.array(signs) * rng.uniform(0.5, 2.0, size=len(signs))),)


level_ground.equivalent("No eigenvalue is zero.",
                        "return int(np.all(curvatures >= 0)) - int(np.all(curvatures < 0))",
                        "return int(np.all(curvatures > 0)) - int(np.all(curvatures <= 0))")
level_ground.mistake("The diagonal is not enough: mixed second derivatives bend the ground, too. Use the eigenvalues.",
                     lambda H: int(np.all(np.diag(H) > 0)) - int(np.all(np.diag(H) < 0)))
level_ground.mistake("The determinant is only the product of the curvatures: two negative ones look like two positive ones.",
                     lambda H: 1 if np.linalg.det(H) > 0 else 0)
level_ground.mistake("The trace is only the sum of the curvatures; each of them must have the sign.",
                     lambda H: int(np.sign(np.trace(H))))
level_ground.mistake("The signs are turned round: positive curvature is a valley.",
                     lambda H: -level_ground.reference(H))
level_ground.mistake("One positive curvature does not make a minimum; all of them must be positive.",
                     lambda H: 1 if np.any(np.linalg.eigvalsh(H) > 0) else -1)
level_ground.alternative(lambda H: {0: -1, len(H): 1}.get(int(np.sum(np.linalg.eigvalsh(H) > 0)), 0))


@exercise(title="The net of two weights", points=1,
          hints=["The loss is a square of something that depends on both weights: use the chain rule.",
                 "The outer slope is the same for both weights. What is the slope of 1 - w1 w2 in each of them?",
                 "In w1 the inner slope holds the other weight, so the weights appear in exchanged order. Do not lose the minus sign."])
def product_gradient(w: Array) -> Array:
    """Return the gradient of (1 - w1 w2)² in w1 and w2.

    `w` is an array of shape (2,), and so is the answer.
    """
    return -2 * (1 - w[0] * w[1]) * w[::-1]


@product_gradient.inputs
def weights(rng: np.random.Generator) -> Inputs:
    yield (np.array([0.0, 0.0]),)
    yield (np.array([2.0, 0.5]),)
    yield (np.array([1.0, -2.0]),)
    for _ in range(3):
        yield (rng.normal(size=2),)


product_gradient.mistake("The minus sign of the inner slope is missing.", lambda w: 2 * (1 - w[0] * w[1]) * w[::-1])
product_gradient.mistake("The 2 from the square is missing.", lambda w: -(1 - w[0] * w[1]) * w[::-1])
product_gradient.mistake("The slope of w1 w2 in w1 is w2, not w1: the two are exchanged.", lambda w: -2 * (1 - w[0] * w[1]) * w)
product_gradient.mistake("The inner slope is missing: after the square comes the slope of 1 - w1 w2.",
                         lambda w: 2 * (1 - w[0] * w[1]) * np.ones(2))
product_gradient.mistake("That is the inner slope alone; multiply by the slope of the square.", lambda w: -w[::-1])
product_gradient.alternative(lambda w: [2 * (w[0] * w[1] - 1) * w[1], 2 * (w[0] * w[1] - 1) * w[0]])


@exercise(title="The slope on the plateau", points=2,
          hints=["The loss is a function of p, and p is a function of z. Which rule joins the two slopes?",
                 "Compute p first. You need the slope of the square in p, and the slope of the sigmoid, which can be written with p alone.",
                 "Multiply the two slopes sample by sample. Nothing is averaged here, because a slope for each sample is asked."])
def plateau_slope(y_true: Array, z: Array) -> Array:
    """Return the slope in the logit of the squared error of a sigmoid, (σ(z) - y)², for each sample.

    `y_true` holds labels 0 and 1 and `z` logits, both of shape (n,); so has the answer. σ(z) = 1 / (1 + exp(-z)).
    """
    p = 1 / (1 + np.exp(-z))
    return 2 * (p - y_true) * p * (1 - p)


@plateau_slope.inputs
def logits(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([0.0])
    yield np.array([1.0, 0.0, 1.0]), np.array([-10.0, 10.0, 3.0])
    for n in (4, 20):
        yield rng.integers(0, 2, size=n).astype(float), rng.normal(size=n) * 3


def p_of(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


plateau_slope.mistake("That is the slope of the cross-entropy; the squared error has two factors more, p (1 - p), and a 2.",
                      lambda y, z: p_of(z) - y)
plateau_slope.mistake("The slope of the sigmoid is missing: multiply by p (1 - p).", lambda y, z: 2 * (p_of(z) - y))
plateau_slope.mistake("The 2 from the square is missing.", lambda y, z: (p_of(z) - y) * p_of(z) * (1 - p_of(z)))
plateau_slope.mistake("The sign is turned round: the slope holds forecast minus truth.",
                      lambda y, z: 2 * (y - p_of(z)) * p_of(z) * (1 - p_of(z)))
plateau_slope.mistake("The slope of the sigmoid is p (1 - p), with p and not z.", lambda y, z: 2 * (p_of(z) - y) * z * (1 - z))
plateau_slope.mistake("You averaged over the samples; each sample has a slope of its own.",
                      lambda y, z: plateau_slope.reference(y, z) / len(z))
plateau_slope.alternative(lambda y, z: 2 * (p_of(z) - y) * np.exp(-z) * p_of(z) ** 2)


@exercise(title="The loss on a straight way", points=2,
          hints=["Which weights stand at the fraction a of the way from u to v? Check your answer at a = 0 and at a = 1.",
                 "Make k fractions with np.linspace, and compute the loss at the weights of each of them.",
                 "The two ends are mixed with shares that sum to 1: what v gains, u loses. Mix the weights first, and compute the loss of the mixture afterwards."])
def loss_between(X: Array, y_true: Array, u: Array, v: Array, k: int) -> Array:
    """Return the mean squared error of X @ w at k points w, evenly spaced on the straight line from u to v.

    The first point is `u`, the last one `v`. `X` has shape (n, d), `y_true` (n,), `u` and `v` (d,), and the answer (k,).
    """
    return np.array([np.mean((X @ ((1 - a) * u + a * v) - y_true) ** 2) for a in np.linspace(0, 1, k)])


@loss_between.inputs
def ways(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0]]), np.array([1.0]), np.array([0.0]), np.array([3.0]), 4
    yield np.array([[1.0], [2.0]]), np.array([1.0, 0.0]), np.array([1.0]), np.array([-1.0]), 2
    for n, d, k in ((5, 2, 5), (20, 3, 8)):
        yield rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d), rng.normal(size=d), k


loss_between.mistake("You walk from v to u.", lambda X, y, u, v, k: loss_between.reference(X, y, v, u, k))
loss_between.mistake("That is the straight line between the two losses, not the loss on the straight line.",
                     lambda X, y, u, v, k: np.linspace(np.mean((X @ u - y) ** 2), np.mean((X @ v - y) ** 2), k))
loss_between.mistake("The last point must be v itself: k points have k - 1 gaps.",
                     lambda X, y, u, v, k: loss_between.reference(X, y, u, u + (v - u) * (k - 1) / k, k))
loss_between.mistake("The mean is missing: that is the sum of the squares.",
                     lambda X, y, u, v, k: loss_between.reference(X, y, u, v, k) * len(y))
loss_between.mistake("You added the way to u without its fraction falling: u + a v should be u + a (v - u).",
                     lambda X, y, u, v, k: [np.mean((X @ (u + a * v) - y) ** 2) for a in np.linspace(0, 1, k)])
loss_between.alternative(lambda X, y, u, v, k: np.mean((np.linspace(u, v, k) @ X.T - y) ** 2, axis=1))


ask("The gradient is zero. What do you know?",
    right=("the ground is level here", "A valley, a summit, a saddle and a plateau are all level."),
    wrong=[("this is a minimum", "It may be a saddle: look at the curvatures."),
           ("the training is finished", "On a saddle or a plateau it has hardly begun.")])
ask("The Hessian has the eigenvalues 5, 3 and -0.01. Where are you?",
    right=("on a saddle, for one is negative", "One negative curvature is enough: there is a way down."),
    wrong=[("in a minimum", "Along the third axis the ground falls, if slowly."),
           ("on a plateau, for the last one is nearly zero", "Two directions bend up strongly.")])
ask("Why should the weights of a network not start at exactly zero?",
    right=("the units are all alike there, and the gradient can't tell them apart",
           "Each hidden unit gets the same push as the next, with tanh or ReLU none at all; so they stay alike."),
    wrong=[("zero is a minimum with a high loss", "There are ways down from it, but the gradient does not show them."),
           ("the loss is infinite there", "It is finite: the net gives the same forecast to everything.")])
ask("A picture of the loss in two random directions shows a smooth bowl. What does it prove?",
    right=("very little", "It is one slice of a space of thousands; hills in other directions do not show in it."),
    wrong=[("the loss is convex", "Exchange two hidden units, and a mountain lies between the twins."),
           ("the trained weights are the best there are", "The bottom of a slice is the lowest place of that slice.")])


@exercise(title="Reach a property: a start that takes its time", points=3,
          hints=["Only on one straight line does the walk run into the saddle. What happens to a start close to that line?",
                 "The distance from the line grows by a factor in each step. Near the saddle you know the curvature, so "
                 "you know the factor.",
                 "Choose the distance from the line that is still small after `few` steps: divide a small number by the "
                 "factor as often as it will be multiplied. Then run the walk and adjust."])
def slow_start(rate: float, few: int, many: int) -> Array:
    """Return a start from which a walk seems to be stuck for `few` steps, but arrives within `many`.

    The landscape is (1 - w1 w2)², and the walk is gradient descent with the learning rate `rate`. The function
    `loss_after`, given below, tells the loss after a number of steps. After `few` steps the loss must still be above 0.9,
    and after `many` steps below 0.01. The start has shape (2,), is at least 1 away from the saddle at the origin, and no
    entry is larger than 2 in size.
    """
    away = 0.02 / (1 + 2 * rate) ** few
    return np.array([1 + away, -1 + away])


@slow_start.gives
def loss_after(w: Array, rate: float, steps: int) -> Number:
    for _ in range(steps):
        w = w + 2 * rate * (1 - w[0] * w[1]) * w[::-1]
    return (1 - w[0] * w[1]) ** 2


@slow_start.inputs
def patience(rng: np.random.Generator) -> Inputs:
    yield 0.1, 60, 120
    for _ in range(3):
        few = int(rng.integers(40, 80))
        yield float(rng.uniform(0.05, 0.1)), few, few + 100


@slow_start.claim("The start has two entries, is at least 1 away from the origin and has no entry larger than 2 in size; yours "
                  "has {count}, is {away} away, and its largest entry is {largest} in size.")
def far_from_the_saddle(answer: Array, rate: float, few: int, many: int) -> Held:
    away, largest = np.linalg.norm(answer), np.abs(answer).max()
    held = answer.shape == (2,) and away >= 1 and largest <= 2
    return held, {"count": answer.size, "away": away, "largest": largest}


@slow_start.claim("After {few} steps the loss is {reached} already; it should still be above 0.9.")
def seems_stuck(answer: Array, rate: float, few: int, many: int) -> Held:
    reached = loss_after(answer, rate, few)
    return reached > 0.9, {"reached": reached}


@slow_start.claim("The walk takes its time, but after {many} steps the loss is still {reached}; it should be below 0.01.")
def arrives(answer: Array, rate: float, few: int, many: int) -> Held:
    reached = loss_after(answer, rate, many)
    return reached < 0.01, {"reached": reached}


slow_start.mistake("On the line w2 = -w1 the walk runs straight into the saddle and never gets away.",
                   lambda rate, few, many: np.array([1.0, -1.0]))
slow_start.mistake("That start is a solution already, so there is nothing to wait for.", lambda rate, few, many: np.array([1.0, 1.0]))
slow_start.mistake("Close to the saddle the walk is slow, but the start should be far away from it.",
                   lambda rate, few, many: np.array([1.0, 1.0]) * 0.02 / (1 + 2 * rate) ** few)
slow_start.mistake("The idea is right, but at that distance from the line the walk turns away too early.",
                   lambda rate, few, many: np.array([1.0, -0.9]))
slow_start.mistake("That start is so close to the line that the walk has hardly turned away by the end.",
                   lambda rate, few, many: np.array([1.0, -1.0 + 0.05 / (1 + 2 * rate) ** many]))
slow_start.mistake("On an axis only one factor is 0, so the slope in it is not, and the walk starts at once.",
                   lambda rate, few, many: np.array([1.5, 0.0]))
slow_start.alternative(lambda rate, few, many: next(start for start in (np.array([1.0, -1.0 + 1.1**-k]) for k in range(10, 400))
                                                    if loss_after(start, rate, few) > 0.95))
