"""Exercises and quiz of the page on the training loop."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)


ask("Why does the loss curve flatten near the end, with a constant learning rate?",
    right=("the gradient fades near the bottom, and the steps with it",
           "A step is the learning rate times the gradient; small slope, small step."),
    wrong=[("the learning rate shrinks from step to step", "It is constant here; schedules come on a later page."),
           ("the data run out", "Every step uses the same data again.")])
ask("In each step the loop computes a value and a gradient. Who needs the value?",
    right=("we do, to see how it goes", "The update uses the gradient alone; the value is for the person who watches, and for stopping."),
    wrong=[("the parameters, which are moved by the size of the loss", "They move by the learning rate times the gradient."),
           ("the next step, which starts from it", "The next step starts from the parameters.")])
ask("The loop stopped because the gradient is nearly zero. What do you know?",
    right=("this is a flat place of the loss on its data",
           "That is all: not that it is the only one, nor that new data are predicted well."),
    wrong=[("the model will predict new data well", "Only data kept aside can tell that."),
           ("the loss is zero, for otherwise a gradient would be left to follow",
            "The smallest loss there is may be far from zero: here it is 1.12.")])


@exercise(title="Find the bug: one parameter runs ahead", points=2,
          hints=["The cell after the code prints the step beside the gradient. Which of the two parameters moves wrongly?",
                 "A gradient belongs to one line. For which line does each of the two derivatives hold here?",
                 "Compute both derivatives from the same residuals, before you change a parameter."])
def line_step(x: Array, y: Array, slope: Number, intercept: Number, learning_rate: float) -> tuple[Number, Number]:
    """Return slope and intercept after one step of gradient descent on the mean squared error, a tuple in this order.

    The line predicts slope · x + intercept. `x` and `y` are arrays of shape (n,), the other arguments are numbers. The code
    below is wrong: its loss falls, but one of the two parameters does not follow the gradient. Repair it.
    """
    residual = slope * x + intercept - y
    along_slope = 2 * np.mean(residual * x)
    along_intercept = 2 * np.mean(residual)
    return slope - learning_rate * along_slope, intercept - learning_rate * along_intercept


@line_step.inputs
def places(rng: np.random.Generator) -> Inputs:
    """One ride, two rides, then random ones."""
    yield np.array([1.0]), np.array([3.0]), 1.0, 0.0, 0.25
    yield np.array([1.0, 2.0]), np.array([2.0, 4.0]), 1.0, 2.0, 0.1
    for n in (5, 12):
        slope, intercept = rng.normal(size=2)
        yield rng.normal(size=n), rng.normal(size=n), float(slope), float(intercept), float(rng.uniform(0.05, 0.5))


@line_step.bug("The intercept's derivative is computed with the slope that has moved already. Both belong to the old line.")
def slope_first(x: Array, y: Array, slope: Number, intercept: Number, learning_rate: float) -> tuple[Number, Number]:
    """Move the slope, then look at the line again."""
    residual = slope * x + intercept - y
    slope = slope - learning_rate * 2 * np.mean(residual * x)
    residual = slope * x + intercept - y
    intercept = intercept - learning_rate * 2 * np.mean(residual)
    return slope, intercept


def stepped(x: Array, y: Array, slope: Number, intercept: Number, rate: float, two: float = 2) -> tuple[Number, Number]:
    """The step with another factor."""
    residual = slope * x + intercept - y
    return slope - rate * two * np.mean(residual * x), intercept - rate * two * np.mean(residual)


def intercept_first(x: Array, y: Array, slope: Number, intercept: Number, rate: float) -> tuple[Number, Number]:
    """The same bug the other way round."""
    intercept = intercept - rate * 2 * np.mean(slope * x + intercept - y)
    return slope - rate * 2 * np.mean((slope * x + intercept - y) * x), intercept


line_step.mistake("Now the slope's derivative is computed with the intercept that has moved already.", intercept_first)
line_step.mistake("Both derivatives are those of the sum of squares; the loss is their mean.",
                  lambda x, y, w, b, eta: stepped(x, y, w, b, eta * len(x)))
line_step.mistake("The 2 from the square is missing, so the step is half as long as it should be.",
                  lambda x, y, w, b, eta: stepped(x, y, w, b, eta, two=1))
line_step.mistake("That step leads uphill: subtract the gradient.", lambda x, y, w, b, eta: stepped(x, y, w, b, -eta))
line_step.mistake("You returned the change of the parameters; add it to where they were.",
                  lambda x, y, w, b, eta: tuple(np.array(stepped(x, y, w, b, eta)) - (w, b)))


@line_step.alternative
def as_a_matrix(x: Array, y: Array, slope: Number, intercept: Number, learning_rate: float) -> tuple[Number, Number]:
    columns, parameters = np.column_stack([x, np.ones(len(x))]), np.array([slope, intercept])
    parameters = parameters - learning_rate * 2 / len(x) * columns.T @ (columns @ parameters - y)
    return parameters[0], parameters[1]


@exercise(title="Derive: a curvature from a loss curve", points=3, rtol=1e-6,
          hints=["In one step the distance to the bottom is multiplied by the same factor again and again. Which one?",
                 "The loss that is left goes with the square of the distance. How is it multiplied in one step, and how over all steps?",
                 "Undo the powers first, so that only the factor of the distance in one step is left. Then solve for c."])
def curvature_from_curve(left: Array, learning_rate: float) -> Number:
    """Return the curvature c of the direction that is left at the end of a training, one float.

    `left` holds L - L*, the loss minus the lowest loss, before each of k + 1 successive steps. The training has gone on for so
    long that only the flattest direction of the valley matters, so the loss that is left is c d² / 2. `learning_rate` is a
    number below 1/c, so no step overshoots. k is at least 1.
    """
    steps = len(left) - 1
    return (1 - (left[-1] / left[0]) ** (1 / (2 * steps))) / learning_rate


@curvature_from_curve.inputs
def tails(rng: np.random.Generator) -> Inputs:
    """The part along one direction: one step, two steps, then longer tails."""
    yield np.array([4.0, 1.0]), 0.25
    yield np.array([16.0, 4.0, 1.0]), 0.5
    for k in (3, 8):
        rate, product = rng.uniform(0.01, 0.2), rng.uniform(0.05, 0.6)
        yield rng.uniform(1, 9) * (1 - product) ** (2 * np.arange(k + 1)), float(rate)


curvature_from_curve.mistake("The loss goes with the square of the distance; you took its ratio for that of the distances.",
                             lambda left, eta: (1 - (left[-1] / left[0]) ** (1 / (len(left) - 1))) / eta)
curvature_from_curve.mistake("k + 1 losses have k steps between them; you counted one step too many.",
                             lambda left, eta: (1 - (left[-1] / left[0]) ** (1 / (2 * len(left)))) / eta)
curvature_from_curve.mistake("That is the product of learning rate and curvature; divide by the learning rate.",
                             lambda left, eta: 1 - (left[-1] / left[0]) ** (1 / (2 * (len(left) - 1))))
curvature_from_curve.mistake("That is the factor of one step; the curvature is what makes it smaller than 1.",
                             lambda left, eta: (left[-1] / left[0]) ** (1 / (2 * (len(left) - 1))))
curvature_from_curve.mistake("The ratio is upside down: the loss falls, so the later one is the smaller.",
                             lambda left, eta: (1 - (left[0] / left[-1]) ** (1 / (2 * (len(left) - 1)))) / eta)
curvature_from_curve.alternative(lambda left, eta: (1 - np.sqrt(left[1] / left[0])) / eta)
curvature_from_curve.alternative(lambda left, eta: np.mean(1 - np.sqrt(left[1:] / left[:-1])) / eta)
