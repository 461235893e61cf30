"""Exercises of the page on gradient descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="One step downhill", points=1, keeps_inputs=True,
          hints=["A positive gradient means the loss grows with the parameter. Which way do you want to go?",
                 "How far: the gradient times the learning rate."])
def descent_step(w: Array, gradient: Array, learning_rate: float) -> Array:
    """Return the parameters after one step of gradient descent.

    `w` and `gradient` are arrays of shape (d,), `learning_rate` is a number. Leave `w` itself unchanged.
    """
    return w - learning_rate * gradient


@descent_step.inputs
def places(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([2.0]), 0.1
    yield np.array([1.0, -2.0]), np.array([-4.0, 0.5]), 0.25
    for d in (3, 6):
        yield rng.normal(size=d), rng.normal(size=d), float(rng.uniform(0.01, 1.0))


descent_step.mistake("That is uphill: the gradient points where the loss grows. Subtract it.",
                     lambda w, g, eta: w + eta * g)
descent_step.mistake("The learning rate is missing, so every step has the full length of the gradient.",
                     lambda w, g, eta: w - g)
descent_step.mistake("You returned the change alone; add it to where you are.", lambda w, g, eta: -eta * g)
descent_step.mistake("You kept only the gradient's sign; the step is the gradient itself times the learning rate.",
                     lambda w, g, eta: w - eta * np.sign(g))
descent_step.mistake("You divided the gradient by its length; that is a normalised step, which never shortens near the bottom.",
                     lambda w, g, eta: w - eta * g / np.linalg.norm(g))
descent_step.alternative(lambda w, g, eta: [a - eta * b for a, b in zip(w, g)])


@exercise(title="Walk down", points=2, rtol=1e-6,
          hints=["One step first: predictions X @ w, residuals, gradient, update. Then put it into a loop.",
                 "The gradient with respect to w is Xᵀ times the gradient with respect to the predictions, 2(ŷ - y)/n."])
def descend(X: Array, y: Array, w: Array, learning_rate: float, steps: int) -> Array:
    """Return the weights after `steps` steps of gradient descent on the mean squared error of X @ w.

    `X` has shape (n, d), `y` (n,), `w` (d,); start from `w`. `learning_rate` is a number, `steps` a whole number.
    """
    for _ in range(steps):
        w = w - learning_rate * 2 / len(y) * X.T @ (X @ w - y)
    return w


@descend.inputs
def problems(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0], [2.0]]), np.array([2.0, 4.0]), np.array([0.0]), 0.1, 1
    yield np.array([[1.0], [2.0]]), np.array([2.0, 4.0]), np.array([0.5]), 0.1, 0
    for n, d, steps in ((4, 2, 3), (20, 3, 10)):
        yield rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d), 0.05, steps


def _descend(X: Array, y: Array, w: Array, eta: float, steps: int,
             gradient: Callable[[Array, Array, Array], Array]) -> Array:
    for _ in range(steps):
        w = w - eta * gradient(X, y, w)
    return w


descend.mistake("The 1/n of the mean is missing: you follow the gradient of the sum, with steps n times too long.",
                lambda X, y, w, eta, steps: _descend(X, y, w, eta, steps, lambda X, y, w: 2 * X.T @ (X @ w - y)))
descend.mistake("The 2 from the square is missing, so each step is half as long as it should be.",
                lambda X, y, w, eta, steps: _descend(X, y, w, eta, steps, lambda X, y, w: X.T @ (X @ w - y) / len(y)))
descend.mistake("The residuals are turned round: the steps lead uphill.",
                lambda X, y, w, eta, steps: _descend(X, y, w, eta, steps, lambda X, y, w: 2 / len(y) * X.T @ (y - X @ w)))
descend.mistake("The gradient is computed once, at the start; recompute it at each new w.",
                lambda X, y, w, eta, steps: w - steps * eta * 2 / len(y) * X.T @ (X @ w - y))
descend.mistake("You took one step too few.",
                lambda X, y, w, eta, steps: descend.reference(X, y, w, eta, max(steps - 1, 0)))
descend.mistake("You took one step too many.",
                lambda X, y, w, eta, steps: descend.reference(X, y, w, eta, steps + 1))


@exercise(title="How large may the learning rate be?", points=2,
          hints=["Along each axis of the bowl the error is multiplied by 1 - η·curvature in each step. When does that stay below 1 in size?",
                 "The curvatures of the mean squared error are the eigenvalues of 2 XᵀX / n."])
def largest_learning_rate(X: Array) -> Number:
    """Return the learning rate above which gradient descent on the mean squared error of X @ w diverges.

    `X` has shape (n, d). The answer is one number.
    """
    return 2 / np.linalg.eigvalsh(2 * X.T @ X / len(X)).max()


@largest_learning_rate.inputs
def matrices(rng: np.random.Generator) -> Inputs:
    yield (np.array([[1.0], [2.0]]),)
    yield (np.array([[1.0, 0.0], [0.0, 3.0], [1.0, 1.0]]),)
    for n, d in ((6, 2), (30, 4)):
        yield (rng.normal(size=(n, d)),)


largest_learning_rate.mistake("You divided by the largest curvature once; the error still shrinks up to twice that rate.",
                              lambda X: 1 / np.linalg.eigvalsh(2 * X.T @ X / len(X)).max())
largest_learning_rate.mistake("You took the smallest curvature; the steepest direction diverges first.",
                              lambda X: 2 / np.linalg.eigvalsh(2 * X.T @ X / len(X)).min())
largest_learning_rate.mistake("The 1/n of the mean is missing in the curvature.",
                              lambda X: 2 / np.linalg.eigvalsh(2 * X.T @ X).max())
largest_learning_rate.mistake("The 2 from the square is missing in the curvature.",
                              lambda X: 2 / np.linalg.eigvalsh(X.T @ X / len(X)).max())
largest_learning_rate.alternative(lambda X: len(X) / np.linalg.norm(X, 2) ** 2)

ask("The curvature of a bowl is 10. Which learning rates converge?",
    right=("those below 0.2", "Each step multiplies the error by 1 - 10η, which is below 1 in size for η < 2/10."),
    wrong=[("those below 0.1", "0.1 is the best rate; up to twice that much still converges."),
           ("any rate, given enough steps", "Beyond 2/c each step makes the error larger.")])
ask("The loss jumps from side to side and slowly shrinks. What helps?",
    right=("a smaller learning rate", "It is between 1/c and 2/c: every step overshoots the bottom."),
    wrong=[("a larger learning rate", "Then it would diverge."), ("more data", "The zigzag comes from the step, not from the data.")])
ask("Why does scaling the features help descent?",
    right=("the bowl of the loss becomes rounder", "One learning rate then suits all directions: the condition number falls."),
    wrong=[("the loss becomes smaller", "The smallest loss of a linear model with an intercept stays the same."),
           ("the gradient becomes exact, which it is not for large numbers", "It was exact before; the valley was long.")])
ask("The loss hardly changes from step to step. May you stop?",
    right=("not before you look at the gradient", "A tiny learning rate also keeps the loss still, at the start of the walk."),
    wrong=[("yes, a loss that stands still has reached its minimum", "It may stand still because the steps are tiny."),
           ("no, one must always run a fixed number of steps", "A small gradient norm is a good reason to stop.")])
