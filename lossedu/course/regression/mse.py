"""Exercises of the page on the mean squared error."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



def pairs(rng: np.random.Generator) -> Inputs:
    """Targets and predictions: one sample, exact predictions but one, then random ones of several sizes."""
    yield np.array([2.0]), np.array([5.0])
    yield np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 2.0])
    for n in (2, 5, 40):
        yield rng.normal(size=n), rng.normal(size=n)


@exercise(title="Average the squares", points=1,
          hints=["Subtract the arrays first: NumPy does it entry by entry.", "Square the differences, then np.mean."])
def squared_error_mean(y_true: Array, y_pred: Array) -> Number:
    """Return the mean of the squared differences, one float.

    `y_true` and `y_pred` are arrays of shape (n,).
    """
    return np.mean((y_true - y_pred) ** 2)


squared_error_mean.inputs(pairs)
squared_error_mean.mistake("You summed the squares; a mean also divides by n.",
                           lambda y, p: np.sum((y - p) ** 2))
squared_error_mean.mistake("You took absolute values; that is the mean absolute error. Square the differences.",
                           lambda y, p: np.mean(np.abs(y - p)))
squared_error_mean.mistake("You averaged first and squared then; errors of opposite sign cancel. Square each, then average.",
                           lambda y, p: np.mean(y - p) ** 2)
squared_error_mean.mistake("There is a ½ in your answer: the ½ convention makes the derivative r, but MSE has none.",
                           lambda y, p: np.mean((y - p) ** 2) / 2)
squared_error_mean.mistake("You took the square root: that is the RMSE, in the units of y. MSE leaves it out.",
                           lambda y, p: np.sqrt(np.mean((y - p) ** 2)))
squared_error_mean.mistake("You returned the square of each difference; average them to one number.",
                           lambda y, p: (y - p) ** 2)
squared_error_mean.alternative(lambda y, p: float(np.dot(y - p, y - p)) / len(y))
squared_error_mean.alternative(lambda y, p: sum((a - b) ** 2 for a, b in zip(y, p)) / len(y))
squared_error_mean.alternative(lambda y, p: np.float32(np.mean((y - p) ** 2)))


@exercise(title="The gradient of the mean squared error", points=2,
          hints=["How does the square of one residual change when its prediction grows a little?",
                 "Each prediction appears in one term of the mean only; the mean's 1/n stays."])
def squared_error_gradient(y_true: Array, y_pred: Array) -> Array:
    """Return the gradient of the mean squared error with respect to `y_pred`.

    `y_true` and `y_pred` are arrays of shape (n,); so is the gradient.
    """
    return 2 * (y_pred - y_true) / len(y_true)


squared_error_gradient.inputs(pairs)
squared_error_gradient.mistake("The sign is turned round: the gradient points uphill, so it is positive where y_pred is too big.",
                               lambda y, p: 2 * (y - p) / len(y))
squared_error_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                               lambda y, p: 2 * (p - y))
squared_error_gradient.mistake("The 2 from the square is missing: this is the gradient of the ½ convention.",
                               lambda y, p: (p - y) / len(y))
squared_error_gradient.mistake("You averaged the gradient to one number; each prediction has its own entry.",
                               lambda y, p: np.mean(2 * (p - y)))
squared_error_gradient.mistake("The sign is turned round and the 2 is missing.",
                               lambda y, p: (y - p) / len(y))
squared_error_gradient.alternative(lambda y, p: -2 / y.size * (y - p))


@exercise(title="The best constant", points=1,
          hints=["Set the gradient of the average squared error in c to zero.", "Σ(c - yᵢ) = 0: which c is that?"])
def squared_error_best_constant(y_true: Array) -> Number:
    """Return the one number c for which predicting c everywhere has the smallest mean squared error.

    `y_true` is an array of shape (n,).
    """
    return np.mean(y_true)


@squared_error_best_constant.inputs
def samples(rng: np.random.Generator) -> Inputs:
    yield (np.array([3.0]),)
    yield (np.array([1.0, 2.0, 4.0, 10.0]),)
    for n in (4, 7, 30):
        yield (rng.exponential(size=n),)


squared_error_best_constant.mistake("That is the median, the best constant of the absolute error.", lambda y: np.median(y))
squared_error_best_constant.mistake("That is the middle between the extremes; it makes the largest error small, not the mean square.",
                                    lambda y: (np.min(y) + np.max(y)) / 2)
squared_error_best_constant.mistake("That is the smallest mean squared error itself, the variance; the constant that reaches it was asked.",
                                    lambda y: np.var(y))
squared_error_best_constant.alternative(lambda y: np.linalg.lstsq(np.ones((len(y), 1)), y)[0][0])


ask("Prices are in dollars. What is the unit of their mean squared error?",
    right=("dollars squared: only its root is in dollars", "A residual is in dollars, and squaring squares the unit."),
    wrong=[("dollars", "That is the unit of the RMSE, the root of the MSE."),
           ("none, it is a pure number between 0 and 1", "MSE has no upper limit and carries the square of the target's unit.")])
ask("All residuals double. What happens to the MSE, and to its gradient?",
    right=("the MSE grows fourfold, the gradient doubles", "Squares grow with the square; the derivative of r² is 2r, which grows like r."),
    wrong=[("both double, for both are built from residuals", "That is true of the absolute error's value; squares grow faster."),
           ("both grow fourfold, for one is the slope of the other",
            "The derivative of a square is linear in the residual: it only doubles.")])
ask("You always predict the mean of the targets. What is your MSE on these targets?",
    right=("their variance", "The average squared distance from the mean is the variance, by definition."),
    wrong=[("zero, as residuals around the mean cancel", "They do, but their squares don't: only if all targets are equal is the MSE zero."),
           ("their standard deviation", "That is its square root, the RMSE.")])
ask("Model A has MSE 4 on its data, model B has MSE 9 on other data. Which model is better?",
    right=("that can't be said: B's targets may simply vary more",
           "A loss compares models on the same data in the same unit."),
    wrong=[("A: a smaller loss means more accurate predictions", "Smaller is better only for one loss on one data set."),
           ("B, whose data must have been harder", "They may have been, but no number here says so.")])
