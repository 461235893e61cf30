"""Exercises of the page on the mean absolute error."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



def pairs(rng: np.random.Generator) -> Inputs:
    """Targets and predictions: one sample of each sign, a hit between two misses, then random ones."""
    yield np.array([2.0]), np.array([5.0])
    yield np.array([5.0]), np.array([2.0])
    yield np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 1.0])
    for n in (2, 5, 40):
        yield rng.normal(size=n), rng.normal(size=n)


@exercise(title="Average the distances", points=1,
          hints=["The distance between two numbers has no sign: np.abs.",
                 "Take np.abs of each difference, then np.mean."])
def absolute_error_mean(y_true: Array, y_pred: Array) -> Number:
    """Return the mean of the absolute differences, one float.

    `y_true` and `y_pred` are arrays of shape (n,).
    """
    return np.mean(np.abs(y_true - y_pred))


absolute_error_mean.inputs(pairs)
absolute_error_mean.mistake("Misses to both sides cancel in an average of signed differences. Take np.abs first.",
                            lambda y, p: np.mean(y - p))
absolute_error_mean.mistake("You took np.abs of the average; by then misses to both sides have cancelled.",
                            lambda y, p: np.abs(np.mean(y - p)))
absolute_error_mean.mistake("You summed the distances; a mean also divides by n.",
                            lambda y, p: np.sum(np.abs(y - p)))
absolute_error_mean.mistake("You squared the differences: that is the mean squared error.",
                            lambda y, p: np.mean((y - p) ** 2))
absolute_error_mean.mistake("That is the root of the mean square, RMSE. It has the same unit; large misses count more.",
                            lambda y, p: np.sqrt(np.mean((y - p) ** 2)))
absolute_error_mean.mistake("You took the median of the distances; it does not notice the largest ones. Take the mean.",
                            lambda y, p: np.median(np.abs(y - p)))
absolute_error_mean.mistake("You returned the distance of each sample; average them to one number.",
                            lambda y, p: np.abs(y - p))
absolute_error_mean.alternative(lambda y, p: np.linalg.norm(y - p, 1) / len(y))
absolute_error_mean.alternative(lambda y, p: sum(max(a - b, b - a) for a, b in zip(y, p)) / len(y))


@exercise(title="The gradient of the mean absolute error", points=2,
          hints=["The slope of |r| is +1 to the right of 0 and -1 to the left. np.sign knows.",
                 "Each prediction appears in one term of the mean only; the mean's 1/n stays."])
def absolute_error_gradient(y_true: Array, y_pred: Array) -> Array:
    """Return the gradient of the mean absolute error with respect to `y_pred`.

    `y_true` and `y_pred` are arrays of shape (n,); so is the gradient. Where a prediction hits its target, any
    subgradient will do.
    """
    return np.sign(y_pred - y_true) / len(y_true)


absolute_error_gradient.inputs(pairs)


@absolute_error_gradient.accept
def any_subgradient(answer: Array, y: Array, p: Array) -> bool:
    slope, hit = np.sign(p - y), y == p
    near = np.allclose(np.asarray(answer)[~hit] * len(y), slope[~hit])
    return near and bool((np.abs(np.asarray(answer)[hit]) * len(y) <= 1 + 1e-9).all())


absolute_error_gradient.mistake("The sign is turned round: the gradient is positive where y_pred is too big.",
                                lambda y, p: np.sign(y - p) / len(y))
absolute_error_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                                lambda y, p: np.sign(p - y))
absolute_error_gradient.mistake("You kept the size of the residual. The slope of |r| is 1 or -1: take the sign.",
                                lambda y, p: (p - y) / len(y))
absolute_error_gradient.mistake("Dividing by |r| is 0/0 where the prediction hits. np.sign gives 0 there.",
                                lambda y, p: (p - y) / np.abs(p - y) / len(y))
absolute_error_gradient.mistake("You returned distances, the loss itself; its slope was asked.",
                                lambda y, p: np.abs(p - y) / len(y))
absolute_error_gradient.mistake("You averaged the gradient to one number; each prediction has its own entry.",
                                lambda y, p: np.mean(np.sign(p - y)))
absolute_error_gradient.alternative(lambda y, p: np.where(p >= y, 1.0, -1.0) / len(y))
absolute_error_gradient.alternative(lambda y, p: ((p > y) * 1.0 - (p < y)) / y.size)


# To mypy a sum of True and False is True or False and cannot be subtracted, so it must not know what y_true is.
@exercise(title="Count the votes", points=2,
          hints=["Every target above c votes for a larger c, every target below for a smaller one.",
                 "The slope is (number below minus number above) divided by n."])
def constant_slope(y_true: Any, c: float) -> Number:
    """Return the slope in `c` of the mean absolute error of predicting `c` everywhere, one float.

    `y_true` is an array of shape (n,), `c` a number that is equal to no target.
    """
    return (np.sum(y_true < c) - np.sum(y_true > c)) / len(y_true)


@constant_slope.inputs
def ballots(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0]), 1.0
    yield np.array([3.0, 4.0, 4.0, 5.0, 14.0]), 6.0
    yield np.array([1.0, 2.0, 4.0, 10.0]), 3.0
    for n in (5, 8, 31):
        yield rng.exponential(size=n), float(rng.uniform(0.2, 1.5))


constant_slope.mistake("The sign is turned round: where most targets lie above c, a larger c lowers the loss.",
                       lambda y, c: (np.sum(y > c) - np.sum(y < c)) / len(y))
constant_slope.mistake("The 1/n of the mean is missing: this is the slope of the sum.",
                       lambda y, c: np.sum(y < c) - np.sum(y > c))
constant_slope.mistake("You averaged residuals. Under absolute error each target has one vote, near or far.",
                       lambda y, c: np.mean(c - y))
constant_slope.mistake("You counted only the targets below; those above pull the other way.",
                       lambda y, c: np.mean(y < c))
constant_slope.mistake("That is the loss at c; its slope was asked.", lambda y, c: np.mean(np.abs(y - c)))
constant_slope.mistake("You returned one vote for each target; average them to one number.",
                       lambda y, c: np.sign(c - y) / len(y))
constant_slope.alternative(lambda y, c: np.mean(np.sign(c - y)))
constant_slope.alternative(lambda y, c: 2 * np.mean(y < c) - 1)


@exercise(title="The best constant of the absolute error", points=1,
          hints=["Where are as many targets below c as above?", "Sort the targets and look at the middle."])
def absolute_error_best_constant(y_true: Array) -> Number:
    """Return one number c for which predicting c everywhere has the smallest mean absolute error.

    `y_true` is an array of shape (n,). Where several constants are best, any of them will do.
    """
    return np.median(y_true)


@absolute_error_best_constant.inputs
def samples(rng: np.random.Generator) -> Inputs:
    yield (np.array([3.0]),)
    yield (np.array([14.0, 3.0, 5.0, 4.0, 4.0]),)
    yield (np.array([1.0, 2.0, 4.0, 10.0]),)
    for n in (4, 7, 31):
        yield (rng.exponential(size=n),)


@absolute_error_best_constant.accept
def as_cheap_as_the_median(answer: float, y: Array) -> bool:
    least = np.mean(np.abs(y - np.median(y)))
    return np.mean(np.abs(y - float(answer))) <= least * (1 + 1e-9)


absolute_error_best_constant.mistake("That is the mean, the best constant of the squared error.", lambda y: np.mean(y))
absolute_error_best_constant.mistake("Sort the targets before you look at the middle one.", lambda y: y[len(y) // 2])
absolute_error_best_constant.mistake("That is the middle between the extremes; count targets on both sides instead.",
                                     lambda y: (np.min(y) + np.max(y)) / 2)
absolute_error_best_constant.mistake("That is the least mean absolute error; the constant that reaches it was asked.",
                                     lambda y: np.mean(np.abs(y - np.median(y))))
absolute_error_best_constant.alternative(lambda y: np.sort(y)[len(y) // 2])
absolute_error_best_constant.alternative(lambda y: np.sort(y)[(len(y) - 1) // 2])


ask("Of the waits 3, 4, 4, 5 and 14 the last becomes 44. Where does the best constant under absolute error go?",
    right=("it stays at 4", "The median counts how many lie on each side, not how far away they are."),
    wrong=[("it grows by 6 minutes", "That is what the mean does: 30 minutes more, shared by 5 days."),
           ("it grows, but by less than the mean does",
            "The 44 still has one vote, and it points the same way as before.")])
ask("One prediction misses by 3, another by 300. How do their gradients under absolute error compare?",
    right=("they are equal in size: only the sign of a miss counts", "The slope of |r| is 1 or -1 everywhere but at 0."),
    wrong=[("the second is 100 times larger", "That is true of the squared error, whose slope is 2r."),
           ("the second is smaller, for it is an outlier",
            "Robust losses that redescend do that; the absolute error keeps its pull.")])
ask("What is the derivative of |r| at r = 0?",
    right=("there is none; a program picks a number from -1 to 1",
           "The slopes from left and right differ. Every number from -1 to 1 is a subgradient."),
    wrong=[("0, because the loss is smallest there",
            "0 is one subgradient of many, and a sensible choice; the derivative does not exist."),
           ("1, because |r| rises to the right of 0", "And it falls to the left of it, with slope -1.")])
ask("Four targets are 1, 2, 4 and 10. Which constant is best under absolute error?",
    right=("every number from 2 to 4",
           "Between the middle two, as many targets lie below as above: the floor is flat."),
    wrong=[("3 and no other", "3 is the usual choice of a median here, but 2.5 costs exactly as much."),
           ("4.25, since it is the average of all four", "That is the mean, the best constant of the squared error.")])
