"""Exercises of the page on the mean absolute error."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



def pairs(rng: np.random.Generator) -> Inputs:
    """Targets and predictions: one sample of each sign, a hit between two misses, then random ones."""
    yield np.array([2.0]), np.array([5.0])
    yield np.array([5.0]), np.array([2.0])
    yield np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 1.0])
    for n in (2, 5, 40):
        yield rng.normal(size=n), rng.normal(size=n)


@exercise(title="Average the distances", points=1,
          hints=["A miss of 2 minutes costs the same on either side. How do you get rid of the sign of a difference?",
                 "Take the distance of each sample first and average afterwards, because signed differences would "
                 "cancel.",
                 "np.abs works entry by entry. Of the two operations, averaging and taking the size, which one must "
                 "stand inside the other?"])
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
          hints=["Draw |r|. How steep is it to the right of 0, and how steep to the left?",
                 "An entry depends only on the side of the target on which its prediction lies, and not on how far "
                 "away it is. The 1/n of the mean stays.",
                 "np.sign gives 1, -1 or 0 for each entry. Of which difference must you take it, so that a "
                 "prediction that is too big gets a positive entry?"])
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
          hints=["When c grows a little, which targets does it approach, and which does it leave behind?",
                 "Each target above c lowers the loss as c grows and each target below raises it, all at the same "
                 "rate. So two counts are enough.",
                 "A comparison gives an array of True and False, and the sum of such an array is a count. Which of "
                 "the two counts gets a minus, and what does the mean divide by?"])
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
constant_slope.mistake("You counted only the targets below; those above count with the opposite sign.",
                       lambda y, c: np.mean(y < c))
constant_slope.mistake("That is the loss at c; its slope was asked.", lambda y, c: np.mean(np.abs(y - c)))
constant_slope.mistake("You returned one vote for each target; average them to one number.",
                       lambda y, c: np.sign(c - y) / len(y))
constant_slope.alternative(lambda y, c: np.mean(np.sign(c - y)))
constant_slope.alternative(lambda y, c: 2 * np.mean(y < c) - 1)


@exercise(title="The best constant of the absolute error", points=1,
          hints=["At the best constant a step to either side does not pay. What does this say about the number of "
                 "targets on each side?",
                 "As many targets must lie below c as above it, so only the order of the targets matters and not "
                 "their distances.",
                 "Sort the targets and look at the middle. With an even number there are two in the middle, and any "
                 "number from one to the other will do. NumPy has a function that finds such a number."])
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
            "Robust losses that redescend do that; the absolute error keeps its slope.")])
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


@exercise(title="Reach a property: two losses that disagree", points=3,
          hints=["Which constant does the mean absolute error like best, and which the mean squared error?",
                 "You need a sample whose median is near `low` and whose mean is near `high`, or beyond it.",
                 "Let most waits be equal to `low`, and make one wait long. How long must it be to move the mean to `high`?"])
def days_that_disagree(low: float, high: float) -> Array:
    """Return waits for which the mean absolute error prefers the forecast `low` and the mean squared error prefers `high`.

    Each forecast is made for all days at once. Give at most 20 waits between 0 and 1000, an array of one dimension.
    `low` and `high` are numbers with 0 < low < high < 50.
    """
    return np.array([low, low, low + 3 * (high - low)])


@days_that_disagree.inputs
def forecasts(rng: np.random.Generator) -> Inputs:
    yield 4.0, 6.0
    for _ in range(4):
        low = float(rng.uniform(1, 20))
        yield low, low + float(rng.uniform(1, 20))


@days_that_disagree.claim("Give at most 20 waits between 0 and 1000; you gave {count}, from {least} to {most}.")
def waits(answer: Array, low: float, high: float) -> Held:
    least, most = answer.min(), answer.max()
    return len(answer) <= 20 and 0 <= least and most <= 1000, {"count": len(answer), "least": least, "most": most}


@days_that_disagree.claim("The mean absolute error should prefer {low}, but it is {of_low} for {low} and {of_high} for {high}.")
def absolute_prefers_low(answer: Array, low: float, high: float) -> Held:
    of_low, of_high = np.mean(np.abs(answer - low)), np.mean(np.abs(answer - high))
    return of_low < of_high * (1 - 1e-9), {"of_low": of_low, "of_high": of_high}


@days_that_disagree.claim("The mean absolute error prefers {low} as it should, but so does the mean squared error: it is "
                          "{of_low} for {low} and {of_high} for {high}.")
def squared_prefers_high(answer: Array, low: float, high: float) -> Held:
    of_low, of_high = np.mean((answer - low) ** 2), np.mean((answer - high) ** 2)
    return of_high < of_low * (1 - 1e-9), {"of_low": of_low, "of_high": of_high}


days_that_disagree.mistake("When every wait is equal to the low forecast, that forecast is perfect and both losses prefer it.",
                           lambda low, high: np.array([low, low, low]))
days_that_disagree.mistake("One wait at each forecast is a tie for both losses. The low forecast needs the majority of the days.",
                           lambda low, high: np.array([low, high]))
days_that_disagree.mistake("The majority of your waits is at the high forecast, so the absolute error prefers that one.",
                           lambda low, high: np.array([low, high, high]))
days_that_disagree.mistake("The long wait moves the mean up, but only a third of the way. Make it longer.",
                           lambda low, high: np.array([low, low, high]))
days_that_disagree.mistake("The idea is right, but no wait may be longer than 1000.",
                           lambda low, high: np.array([low, low, low, 5000.0]))
days_that_disagree.alternative(lambda low, high: [low] * 6 + [1000.0])


@exercise(title="Transfer: an error in percent", points=2,
          hints=["Write down the loss of one sample. What multiplies |r|, and does it depend on the prediction?",
                 "A constant factor stays in front of a derivative, so each entry is the slope of |r| times its own factor.",
                 "A target may be negative, and a distance may not be: which of the two does the loss divide by?"])
def percentage_error_gradient(y_true: Array, y_pred: Array) -> Array:
    """Return the gradient of the mean absolute percentage error with respect to `y_pred`.

    The page does not show this loss. A sample costs |ŷ - y| / |y|, so that a miss counts relative to the size of the
    target, and the loss is the mean over the samples. `y_true` and `y_pred` are arrays of shape (n,), and so is the
    gradient. No target is 0, some are negative, and no prediction hits its target.
    """
    return np.sign(y_pred - y_true) / np.abs(y_true) / len(y_true)


@percentage_error_gradient.inputs
def sizes(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0]), np.array([5.0])
    yield np.array([-2.0]), np.array([-1.0])
    yield np.array([4.0, -2.0, 5.0]), np.array([5.0, -3.0, 4.0])
    for n in (3, 8):
        yield rng.choice([-1, 1], size=n) * rng.uniform(0.5, 3.0, size=n), rng.normal(size=n)


percentage_error_gradient.mistake("You divided by the target itself. Where it is negative, that turns the sign round.",
                                  lambda y, p: np.sign(p - y) / y / len(y))
percentage_error_gradient.mistake("That is the gradient of the mean absolute error; every miss counts relative to its target here.",
                                  lambda y, p: np.sign(p - y) / len(y))
percentage_error_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                                  lambda y, p: np.sign(p - y) / np.abs(y))
percentage_error_gradient.mistake("The sign is turned round: where the prediction is too big, the loss grows with it.",
                                  lambda y, p: np.sign(y - p) / np.abs(y) / len(y))
percentage_error_gradient.mistake("You divided by the size of the prediction; the loss divides by that of the target.",
                                  lambda y, p: np.sign(p - y) / np.abs(p) / len(y))
percentage_error_gradient.mistake("You kept the size of the miss, but the slope of a distance has the size 1.",
                                  lambda y, p: (p - y) / np.abs(y) / len(y))
percentage_error_gradient.mistake("That is the loss of each sample, not its slope.",
                                  lambda y, p: np.abs(p - y) / np.abs(y) / len(y))
percentage_error_gradient.alternative(lambda y, p: np.where(p > y, 1, -1) / (y.size * np.sqrt(y**2)))
