"""Exercises of the page on gradient descent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="One step downhill", points=1, keeps_inputs=True,
          hints=["A positive gradient means that the loss grows with the parameter. Which way do you want to go?",
                 "The step is as long as the gradient times the learning rate, in the direction that you found.",
                 "`w` itself must stay, so build a new array instead of changing the old one with -= ."])
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
          hints=["Write one step first: predictions, residuals, gradient, update. Then put it into a loop.",
                 "The gradient in w needs the gradient in the predictions, and the matrix that leads from w to the predictions.",
                 "On the way back the matrix is transposed. The factor of the square and the mean over the samples belong to the gradient, which has to be computed anew in each step."])
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
          hints=["Along each axis of the bowl one step multiplies the error by 1 - η · curvature. When does its size stay below 1?",
                 "Every axis must shrink. Which of them is the first to grow when the rate rises?",
                 "The curvatures are the eigenvalues of the Hessian of the mean squared error, so differentiate its gradient in w once more; np.linalg.eigvalsh finds the eigenvalues."])
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


@exercise(title="Find the bug: a walk that climbs", points=2,
          hints=["The cell after the code prints the loss step by step. What does a loss that grows ever faster tell you?",
                 "A smaller learning rate would hide the bug. Which number in the gradient makes the steps too long?",
                 "Compare the gradient with the loss: is the loss a sum over the samples or their mean?"])
def descend_line(x: Array, y: Array, learning_rate: float, steps: int) -> tuple[Number, Number]:
    """Return slope and intercept of a line after gradient descent on its mean squared error, a tuple in this order.

    Both start at 0. `x` and `y` are arrays of shape (n,), `learning_rate` is a number and `steps` a whole number. The
    code below is wrong: with a learning rate that should converge, its loss grows without end. Repair it.
    """
    slope: Number = 0.0
    intercept: Number = 0.0
    for _ in range(steps):
        residual = slope * x + intercept - y
        slope = slope - learning_rate * 2 * np.mean(residual * x)
        intercept = intercept - learning_rate * 2 * np.mean(residual)
    return slope, intercept


@descend_line.inputs
def lines(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([2.0]), 0.1, 1
    yield np.array([1.0, 2.0]), np.array([2.0, 4.0]), 0.1, 2
    for n, steps in ((5, 3), (12, 8)):
        yield rng.normal(size=n), rng.normal(size=n), 0.05, steps


@descend_line.bug("The gradient is that of the sum of squares, so every step is n times too long. The loss is their mean.")
def descend_sum(x: Array, y: Array, learning_rate: float, steps: int) -> tuple[Number, Number]:
    """Walk on the sum."""
    slope: Number = 0.0
    intercept: Number = 0.0
    for _ in range(steps):
        residual = slope * x + intercept - y
        slope = slope - learning_rate * 2 * np.sum(residual * x)
        intercept = intercept - learning_rate * 2 * np.sum(residual)
    return slope, intercept


def line_after(x: Array, y: Array, rate: float, steps: int, two: float = 2, in_turn: bool = False,
               fixed: bool = False) -> tuple[Number, Number]:
    """The walk with one thing replaced."""
    w: Number = 0.0
    b: Number = 0.0
    start = -y
    for _ in range(steps):
        r = start if fixed else w * x + b - y
        w = w - rate * two * np.mean(r * x)
        r = w * x + b - y if in_turn else r
        b = b - rate * two * np.mean(r)
    return w, b


descend_line.mistake("The intercept's step uses the slope that was already changed. Compute both gradients first, then step.",
                     lambda x, y, eta, steps: line_after(x, y, eta, steps, in_turn=True))
descend_line.mistake("The 2 from the square is missing, so each step is half as long as it should be.",
                     lambda x, y, eta, steps: line_after(x, y, eta, steps, two=1))
descend_line.mistake("The steps lead uphill: subtract the gradient.",
                     lambda x, y, eta, steps: line_after(x, y, eta, steps, two=-2))
descend_line.mistake("The residuals are computed once, before the walk; they change with every step.",
                     lambda x, y, eta, steps: line_after(x, y, eta, steps, fixed=True))
descend_line.mistake("You divided by n twice, so every step is n times too short.",
                     lambda x, y, eta, steps: line_after(x, y, eta / len(x), steps))
descend_line.alternative(lambda x, y, eta, steps: tuple(descend.reference(
    np.column_stack([x, np.ones(len(x))]), y, np.zeros(2), eta, steps)))


@exercise(title="Reach a property: one rate for two directions", points=3,
          hints=["Each step multiplies the error along direction i by 1 - η cᵢ. Which direction shrinks most slowly, and why?",
                 "A larger rate helps the flat direction and harms the steep one. Where is the best compromise?",
                 "At the best rate both directions shrink by factors of the same size and of opposite sign."])
def rate_that_arrives(curvatures: Array, start: Array, steps: int, goal: float) -> Number:
    """Return a learning rate that brings the loss of a bowl below `goal` in `steps` steps of gradient descent.

    The loss is the sum of cᵢ wᵢ² / 2, where `curvatures` holds the cᵢ, all positive, shape (d,). The walk begins at
    `start`, also of shape (d,). The rate 1/c of the largest curvature c is too slow. Any rate that is fast enough will do.
    """
    return 2 / (curvatures.min() + curvatures.max())


def loss_after(rate: float, curvatures: Array, start: Array, steps: int) -> Number:
    """The loss at the end of the walk."""
    return np.sum(curvatures / 2 * ((1 - rate * curvatures) ** steps * start) ** 2)


@rate_that_arrives.inputs
def bowls(rng: np.random.Generator) -> Inputs:
    for flat in (1.0, 0.5, *rng.uniform(0.5, 2.0, size=3)):
        curvatures = flat * np.array([10.0 if flat == 0.5 else rng.uniform(8, 12), 1.0])
        start = np.array([2.0, 1.0]) if flat == 0.5 else rng.uniform(1, 2, size=2)
        best, cautious = (loss_after(rate, curvatures, start, 30) for rate in (2 / curvatures.sum(), 1 / curvatures.max()))
        yield curvatures, start, 30, float(f"{np.sqrt(best * cautious):.3g}")


@rate_that_arrives.claim("A learning rate is positive, but yours is {rate}.")
def positive(answer: float, curvatures: Array, start: Array, steps: int, goal: float) -> Held:
    return answer > 0, {"rate": answer}


@rate_that_arrives.claim("With your rate, {rate}, the loss after {steps} steps is {reached}; it should be below {goal}.")
def fast_enough(answer: float, curvatures: Array, start: Array, steps: int, goal: float) -> Held:
    reached = loss_after(answer, curvatures, start, steps)
    return reached < goal, {"rate": answer, "reached": reached}


rate_that_arrives.mistake("That rate is best for the steepest direction alone; along the flat one the walk crawls.",
                          lambda c, w, steps, goal: 1 / c.max())
rate_that_arrives.mistake("That is the limit of convergence: along the steepest direction the walk jumps to and fro for ever.",
                          lambda c, w, steps, goal: 2 / c.max())
rate_that_arrives.mistake("That rate suits the flattest direction, but along the steepest one the walk diverges.",
                          lambda c, w, steps, goal: 1 / c.min())
rate_that_arrives.mistake("Every direction shrinks with that rate, but it is only half of the best one.",
                          lambda c, w, steps, goal: 1 / c.sum())
rate_that_arrives.mistake("The minus sign stands in the rule of the step already; the rate itself is positive.",
                          lambda c, w, steps, goal: -2 / c.sum())
rate_that_arrives.alternative(lambda c, w, steps, goal: min(
    np.linspace(0, 2 / c.max(), 500), key=lambda rate: loss_after(rate, c, w, steps)))


@exercise(title="Predict: one more digit", points=1,
          hints=["One learning rate serves both directions, so each step multiplies the distance to the bottom by some "
                 "factor. Which curvatures decide about it?",
                 "At the best rate for the two, the error along each direction is multiplied by the same factor in size; "
                 "the page gives it for a ratio of curvatures. The loss is a square, so what is its factor?",
                 "You look for the power of that factor which is a tenth. Logarithms turn the power into a product."])
def steps_for_a_digit() -> float:
    """Return how many steps it takes on average until the loss is ten times as small, one float.

    A bowl has the curvatures 1 and 50, and gradient descent walks down with the best learning rate that never changes. State
    your number before you run `steps_for_ten_digits`, the experiment given below, which counts the steps until the loss is
    10¹⁰ times as small and divides by ten. A number within 2 of its result is right, and the one that you state first is
    kept.
    """
    kappa = 50
    return np.log(10) / (-2 * np.log((kappa - 1) / (kappa + 1)))


@steps_for_a_digit.gives
def steps_for_ten_digits() -> float:
    """Count the steps of a walk until its loss has become 10¹⁰ times as small, and divide by ten."""
    curvatures, w, steps = np.array([1.0, 50.0]), np.array([1.0, 1.0]), 0
    first = curvatures @ w**2
    while curvatures @ w**2 > first * 1e-10:
        w, steps = w - 2 / np.sum(curvatures) * curvatures * w, steps + 1
    return steps / 10


@steps_for_a_digit.claim("A walk takes more than 0 steps, but you say {steps}.")
def some_steps(answer: float) -> Held:
    return answer > 0, {"steps": answer}


@steps_for_a_digit.claim("Your number, {steps}, is not within 2 of what the experiment finds. Run it, and then explain the "
                         "difference.")
def as_counted(answer: float) -> Held:
    return np.abs(answer - steps_for_ten_digits()) <= 2, {"steps": answer}


steps_for_a_digit.mistake("So few steps would do if both directions had the same curvature, but one rate must serve two that "
                          "differ by a factor of 50.", lambda: 1.0)
steps_for_a_digit.mistake("That many steps shrink the distance to a tenth. The loss is a square, so it is a hundred times as "
                          "small by then.", lambda: 2 * steps_for_a_digit.reference())
steps_for_a_digit.mistake("That is the ratio of the curvatures itself. It tells the order of size, but the factor of one step has "
                          "still to be worked out.", lambda: 50.0)
steps_for_a_digit.mistake("That many steps are needed at the rate 1/50, which is safe but only half as large as the best one.",
                          lambda: np.log(10) / (-2 * np.log(1 - 1 / 50)))
steps_for_a_digit.mistake("You counted the steps that shrink the loss by a factor of e, not of ten.",
                          lambda: 1 / (-2 * np.log(49 / 51)))
steps_for_a_digit.mistake("A number of steps cannot be negative. The logarithm of a factor below 1 is, so a sign is missing.",
                          lambda: -steps_for_a_digit.reference())
steps_for_a_digit.alternative(lambda: 28.0)
