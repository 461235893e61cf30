"""Exercises of the page on house prices: features prepared without looking, and a gain beside its baseline."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Prepare houses nobody has looked at", points=2,
          hints=["Which houses may you ask for a mean and a spread, if the test houses must stay unseen?",
                 "Compute a mean and a spread for each feature from the training houses. Then take the mean off the "
                 "test features, and divide by the spread.",
                 "A feature is a column, so its mean runs over the houses. Which axis do the houses stand on? The "
                 "result has one number for each feature, and NumPy applies it to every row."])
def prepare_unseen(train: Array, test: Array) -> Array:
    """Return the features of the test houses, centred and scaled with the numbers of the training houses only.

    `train` has shape (n, k) and `test` shape (m, k): a row for each house, a column for each feature. From each column
    take the training mean and divide by the training spread (`std` as NumPy computes it). No column of `train` is
    constant. The result has shape (m, k).
    """
    return (test - train.mean(axis=0)) / train.std(axis=0)


@prepare_unseen.inputs
def houses(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 10.0], [3.0, 30.0]]), np.array([[2.0, 40.0]])
    yield np.array([[1.0], [2.0], [6.0]]), np.array([[3.0], [0.0]])
    for n, m, k in ((4, 3, 2), (20, 7, 5)):
        yield (rng.normal(size=(n, k)) * np.arange(1, k + 1) + 3, rng.normal(size=(m, k)) * 2 + np.arange(k))


def scaled(x: Array, by: Array) -> Array:
    """Features scaled with the numbers of other rows; a constant column stays as it is."""
    spread = by.std(axis=0)
    return (x - by.mean(axis=0)) / np.where(spread > 0, spread, 1)


prepare_unseen.mistake("You used the test houses' own mean and spread; ask the training houses only.",
                       lambda train, test: scaled(test, test))
prepare_unseen.mistake("You used the numbers of all houses together; so the test houses have been looked at.",
                       lambda train, test: scaled(test, np.concatenate([train, test])))
prepare_unseen.mistake("You returned the training houses.", lambda train, test: scaled(train, train))
prepare_unseen.mistake("The mean is of all features together; each column has its own (axis=0).",
                       lambda train, test: (test - train.mean()) / train.std())
prepare_unseen.mistake("You took a mean and a spread for each house (axis=1); each feature needs its own (axis=0).",
                       lambda train, test: (test - test.mean(axis=1, keepdims=True))
                       / np.where(test.std(axis=1, keepdims=True) > 0, test.std(axis=1, keepdims=True), 1))
prepare_unseen.mistake("You divided by the variance; the spread is its root.",
                       lambda train, test: (test - train.mean(axis=0)) / train.var(axis=0))
prepare_unseen.mistake("You only centred; divide by the spread as well.", lambda train, test: test - train.mean(axis=0))
prepare_unseen.mistake("You only scaled; take the mean off first.", lambda train, test: test / train.std(axis=0))
prepare_unseen.mistake("You divided by the spread first; the mean must be taken off before.",
                       lambda train, test: test / train.std(axis=0) - train.mean(axis=0))
prepare_unseen.mistake("This spread divides by n - 1; NumPy's std divides by n.",
                       lambda train, test: (test - train.mean(axis=0)) / train.std(axis=0, ddof=1))
prepare_unseen.alternative(lambda train, test: np.stack(
    [(test[:, j] - np.mean(train[:, j])) / np.std(train[:, j]) for j in range(test.shape[1])], axis=1))


def mean_square(y: Array, p: Array | float) -> Number:
    """Mean squared error."""
    return np.mean((y - p) ** 2)


@exercise(title="The share of the error that is gone", points=1,
          hints=["There are two mean squared errors: that of the model, and that of always answering `baseline`. "
                 "Which of them is the whole of which a share is asked?",
                 "First compute which share of the baseline's error is left with the model. The share that is gone "
                 "is what is missing to 1.",
                 "Test your formula with the three cases of the prompt: a perfect model should give 1, the baseline "
                 "itself 0, and a worse model a negative number."])
def error_gone(y_true: Array, y_pred: Array, baseline: float) -> Number:
    """Return the share of the baseline's mean squared error that the model removes, one float.

    `y_true` and `y_pred` have shape (n,). `baseline` is the number that the baseline always answers, such as the mean
    price of the training houses; it does not hit all of `y_true`. The share is 1 for a perfect model, 0 for one as
    good as the baseline, and negative for a worse one.
    """
    return 1 - np.mean((y_true - y_pred) ** 2) / np.mean((y_true - baseline) ** 2)


@error_gone.inputs
def prices(rng: np.random.Generator) -> Inputs:
    yield np.array([60.0, 80.0]), np.array([65.0, 75.0]), 65.0
    yield np.array([60.0, 80.0, 100.0]), np.array([60.0, 80.0, 100.0]), 70.0
    yield np.array([60.0, 80.0]), np.array([100.0, 40.0]), 68.0
    for n in (3, 20):
        y = rng.normal(70, 20, size=n)
        yield y, y + rng.normal(0, 9, size=n), float(rng.normal(66, 4))


error_gone.mistake("That is the share that is left; the share that is gone is 1 minus it.",
                   lambda y, p, c: mean_square(y, p) / mean_square(y, c))
error_gone.mistake("You compared with the mean of y_true; the baseline is a number that was known before.",
                   lambda y, p, c: 1 - mean_square(y, p) / np.var(y))
error_gone.mistake("You took the root of both errors; the share is one of squared errors.",
                   lambda y, p, c: 1 - np.sqrt(mean_square(y, p) / mean_square(y, c)))
error_gone.mistake("You compared absolute errors; the share is one of squared errors.",
                   lambda y, p, c: 1 - np.mean(np.abs(y - p)) / np.mean(np.abs(y - c)))
error_gone.mistake("Numerator and denominator are swapped: divide by the baseline's error.",
                   lambda y, p, c: 1 - mean_square(y, c) / max(mean_square(y, p), 1e-12))
error_gone.mistake("That is a difference of errors, in squared units; a share divides by the baseline's error.",
                   lambda y, p, c: mean_square(y, c) - mean_square(y, p))
error_gone.mistake("That is the squared correlation: it forgives predictions that are all too high.",
                   lambda y, p, c: np.corrcoef(y, p)[0, 1] ** 2)
error_gone.alternative(lambda y, p, c: 1 - np.sum((p - y) ** 2) / np.sum((c - y) ** 2))
error_gone.alternative(lambda y, p, c: (mean_square(y, c) - mean_square(y, p)) / mean_square(y, c))

ask("Why are the features centred and scaled with the numbers of the training part only?",
    right=("the test houses must stay unseen", "Their mean and spread are facts about them; a model that uses these has looked."),
    wrong=[("it is quicker, as there are fewer houses to average", "The time it saves is nothing."),
           ("then the test features have mean zero too", "They have not: their own mean differs a little, and that is as it should be.")])
ask("Descent, algebra and scikit-learn agree in all digits shown. What does that prove?",
    right=("that all three found the only lowest point of the loss", "The squared error of a linear model has one lowest point, and all three reached it."),
    wrong=[("that the model is good", "They agree on the best line; whether a line is good is another question."),
           ("that the weights are the causes of the prices",
            "They solve one problem on one data set; causes are not among its columns.")])
ask("A baseline always answers the mean training price. Its test MSE is close to what?",
    right=("the variance of the prices", "The mean squared distance from the mean is the variance."),
    wrong=[("zero", "Only if all houses cost the same."),
           ("the standard deviation of the prices", "That is close to the root of its MSE.")])


@exercise(title="Find the bug: the same model in feet", points=3,
          hints=["The cell after the code prints the predictions of both models. By how much do they differ, and is it the same for "
                 "all houses?",
                 "Since the difference is the same for all houses, the slopes are right and the first entry is wrong. What does the "
                 "new model predict for a house whose features are all 0?",
                 "A feature of 0 is a prepared feature of -centre / spread. Put this into the old model, and see in which unit the "
                 "weight must be that multiplies the centre."])
def weights_per_unit(w: Array, centre: Array, spread: Array) -> Array:
    """Return the weights of the same model for features that have not been prepared, shape (k + 1,).

    `w` has shape (k + 1,): first the intercept, then a weight for each feature, to be used with the features after `centre`
    was taken off and the rest was divided by `spread`; both have shape (k,). The new weights, in the same order, must
    give the same prediction from the features as they are, so a new weight is the price of one foot or one bedroom
    more. The code below is wrong, and the cell after it shows the symptom. Repair the code.
    """
    slopes = w[1:] / spread
    intercept = w[0] - np.sum(slopes * centre)
    return np.append(intercept, slopes)


@weights_per_unit.inputs
def models(rng: np.random.Generator) -> Inputs:
    yield np.array([60.0, 8.0, 6.0]), np.array([50.0, 3.0]), np.array([20.0, 0.5])
    yield np.array([70.0, -3.0]), np.array([5.0]), np.array([2.0])
    for k in (2, 3, 6):
        yield rng.normal(size=k + 1) * 5, rng.normal(size=k) * 4, rng.uniform(0.3, 3, size=k)


@weights_per_unit.bug("The slopes are right, but the intercept is not: it takes off the centre, which is in feet, with the weights of the "
                      "prepared features.")
def old_weights_take_centre_off(w: Array, centre: Array, spread: Array) -> Array:
    """Take the centre off with the weights of the prepared features."""
    slopes = w[1:] / spread
    intercept = w[0] - np.sum(w[1:] * centre)
    return np.append(intercept, slopes)


weights_per_unit.mistake("The intercept is still that of the mean house. Without preparation it belongs to a house whose features are 0.",
                         lambda w, m, s: np.append(w[0], w[1:] / s))
weights_per_unit.mistake("The sign is turned round: the mean house must come out as before, so its features are taken off.",
                         lambda w, m, s: np.append(w[0] + np.sum(w[1:] / s * m), w[1:] / s))
weights_per_unit.mistake("You multiplied by the spread; one foot is only a small part of one spread, so its weight must be smaller.",
                         lambda w, m, s: np.append(w[0] - np.sum(w[1:] * s * m), w[1:] * s))
weights_per_unit.mistake("The intercept is right now, but the slopes have lost their division.",
                         lambda w, m, s: np.append(w[0] - np.sum(w[1:] / s * m), w[1:]))
weights_per_unit.mistake("You averaged what the features take off the intercept; each of them takes off its part, so add them.",
                         lambda w, m, s: np.append(w[0] - np.mean(w[1:] / s * m), w[1:] / s)
                         if len(m) > 1 else np.append(w[0], w[1:] / s))
weights_per_unit.mistake("You divided the intercept by the spread too, but it multiplies no feature.",
                         lambda w, m, s: np.append(w[0] / s[0] - np.sum(w[1:] / s * m), w[1:] / s))
weights_per_unit.mistake("The intercept stands at the end; the old weights have it first.",
                         lambda w, m, s: np.append(w[1:] / s, w[0] - np.sum(w[1:] / s * m)))
weights_per_unit.alternative(lambda w, m, s: np.concatenate([[w[0] - (m / s) @ w[1:]], w[1:] / s]))
