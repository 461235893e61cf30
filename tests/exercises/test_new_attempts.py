"""Wrong answers, each with the cause its author had in mind; they were written before any verdict was looked at."""

from __future__ import annotations

import numpy as np
import pytest

from lossedu.exercises import exercises
from lossedu.exercises.check import verdict_on


def scaled_by_the_test(y_train, y_true, y_pred, season):
    return np.mean(np.abs(y_true - y_pred)) / np.mean(np.abs(np.diff(y_true, prepend=0.0)))


def scaled_first_season(y_train, y_true, y_pred, season):
    unit = np.mean(np.abs(y_train[season:] - y_train[:-season]))
    return np.mean(y_true - y_pred) / unit


def counted_with_log2(X, y):
    yes, no = X[y == 1], X[y == 0]
    return np.log2((yes.sum(axis=0) + 1) / (len(yes) + 2)) - np.log2((no.sum(axis=0) + 1) / (len(no) + 2))


def counted_one_class(X, y):
    yes = X[y == 1]
    return np.log((yes.sum(axis=0) + 1) / (len(yes) + 2))


def joined_without_weights(means, losses, sizes):
    center = np.sum(means * sizes) / np.sum(sizes)
    return np.sum((losses + (means - center) ** 2) * sizes)


def joined_with_roots(means, losses, sizes):
    center = np.average(means, weights=sizes)
    return np.sqrt(np.average(losses + (means - center) ** 2, weights=sizes))


def penalised_without_mean(X, y_true, alpha):
    n, k = X.shape
    return np.linalg.solve(X.T @ X / n + alpha * np.eye(k), X.T @ y_true)


def penalised_minus(X, y_true, alpha):
    n, k = X.shape
    return np.linalg.solve(X.T @ X / n - alpha * np.eye(k), X.T @ y_true / n)


def quotient_loss(y_true, y_pred, upstream):
    return upstream * np.sum((y_pred - y_true) ** 2) / np.sum(y_pred ** 2)


def quotient_of_truth(y_true, y_pred, upstream):
    residual, size = y_pred - y_true, np.sum(y_true ** 2)
    return upstream * 2 * (residual - np.sum(residual ** 2) / size * y_pred) / size


def quotient_without_two(y_true, y_pred, upstream):
    residual, size = y_pred - y_true, np.sum(y_pred ** 2)
    return upstream * (residual - np.sum(residual ** 2) / size * y_pred) / size


def spread_without_minus_one(s, n, b):
    return s * np.sqrt((n - b) / (b * (n + 1)))


def spread_floor(s, n, b):
    return s * np.sqrt((n - b) // (b * (n - 1)))


def keras_weights(y_true, y_pred, sample_weight):
    return np.sum(sample_weight ** 2 * (y_true - y_pred) ** 2) / len(y_true)


def focal_without_mean(y_true, y_pred, gamma):
    p = np.where(y_true == 1, y_pred, 1 - y_pred)
    return -np.sum((1 - p) ** gamma * np.log(p))


def focal_power_of_p(y_true, y_pred, gamma):
    p = np.where(y_true == 1, y_pred, 1 - y_pred)
    return -np.mean(p ** gamma * np.log(p))


def info_nce_no_temperature(queries, keys, temperature):
    scores = queries @ keys.T
    scores = scores - scores.max(axis=1, keepdims=True)
    return -np.mean(np.diag(scores) - np.log(np.exp(scores).sum(axis=1)))


def huber_half_missing(y_true, y_pred, delta):
    r = np.abs(y_pred - y_true)
    return np.mean(np.where(r <= delta, r ** 2, delta * (r - delta / 2)))


def huber_loss_for_gradient(y_true, y_pred, delta):
    r = y_pred - y_true
    size = np.abs(r)
    return np.where(size <= delta, r ** 2 / 2, delta * (size - delta / 2)) / len(r)


def log_cosh_gradient(y_true, y_pred):
    return np.mean(np.tanh(y_pred - y_true))


def tube_squared(y_true, y_pred, epsilon):
    return np.mean(np.maximum(np.abs(y_true - y_pred) - epsilon, 0) ** 2)


def pinball_other_way(y_true, y_pred, tau):
    e = y_pred - y_true
    return np.mean(np.maximum(tau * e, (tau - 1) * e))


def momentum_old_velocity(w, v, gradient, learning_rate, momentum):
    new = momentum * v + gradient
    return w - learning_rate * v, new


def momentum_climbs(w, v, gradient, learning_rate, momentum):
    new = momentum * v + gradient
    return w + learning_rate * new, new


def entropy_natural(q):
    kept = q[q > 0]
    return -np.sum(kept * np.log(kept))


def bell_at_minus(x):
    return 2 * x * np.exp(-x**2)


def plateau_loss(y_true, z):
    return (1 / (1 + np.exp(-z)) - y_true) ** 2


def tanh_backward_plus(H, H_bar):
    return H_bar * (1 + H ** 2)


def clean_guess_wrong_root(noisy, noise, alpha):
    return (noisy - np.sqrt(alpha) * noise) / np.sqrt(1 - alpha)


def both_ways_positive(scores):
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return -np.mean(np.log(np.diag(p)))


def returns_in_percent(prices):
    return 100 * np.diff(np.log(prices))


def one_hot_from_one(labels, k):
    return np.eye(k)[labels - 1]


# exercise, answer, the cause in mind, and the words by which the judge tells it; "" where it tells none
NEW = [
    ("scaled_error", scaled_by_the_test, "the unit is taken from the test values", ""),
    ("scaled_error", scaled_first_season, "the errors lose their absolute value", "`abs` is left out"),
    ("counted_weights", counted_with_log2, "logarithms to base 2", "1/log 2 times"),
    ("counted_weights", counted_one_class, "the other class is left out", "one term of a sum is left out"),
    ("joined_variance", joined_without_weights, "a sum in place of an average", ""),
    ("joined_variance", joined_with_roots, "a root too many", "the roots of the right ones"),
    ("penalised_minimum", penalised_without_mean, "the right side is not divided by n", "The 1/n of a mean is missing"),
    ("penalised_minimum", penalised_minus, "the penalty has the wrong sign", "The sign of the penalty is turned round"),
    ("relative_error_backward", quotient_loss, "the loss instead of its gradient", "to be differentiated"),
    ("relative_error_backward", quotient_of_truth, "y_true in place of y_pred below the line",
     "`y_true` is used at a place where `y_pred`"),
    ("relative_error_backward", quotient_without_two, "the factor 2 is missing", "1/2 times the right ones"),
    ("spread_without_repeats", spread_without_minus_one, "n + 1 in place of n - 1", "a plus stands where a minus"),
    ("spread_without_repeats", spread_floor, "a division without remainder", ""),
    ("keras_weighted_error", keras_weights, "a weight for each row meets a table", "whose shapes do not fit"),
    ("focal_mean", focal_without_mean, "a sum in place of a mean", "a mean also divides by n"),
    ("focal_mean", focal_power_of_p, "p in place of 1 - p", "weight is turned round"),
    ("info_nce_mean", info_nce_no_temperature, "the temperature is left out", "over the temperature"),
    ("huber_mean", huber_half_missing, "the half of the square is missing", "½ of the parabola is missing"),
    ("huber_gradient", huber_loss_for_gradient, "the loss instead of its gradient", "to be differentiated"),
    ("log_cosh_mean", log_cosh_gradient, "the gradient instead of the loss", "That is the slope, tanh"),
    ("tube_mean", tube_squared, "the excess is squared", "You squared"),
    ("pinball_mean", pinball_other_way, "the residual has the wrong sign", "The two prices are swapped"),
    ("momentum_step", momentum_old_velocity, "the step uses the old velocity", "along the old velocity"),
    ("momentum_step", momentum_climbs, "the step goes up", "subtract it"),
    ("entropy_bits", entropy_natural, "natural logarithms", "You measured in nats"),
    ("bell_slope", bell_at_minus, "a minus is lost", "with its minus sign"),
    ("plateau_slope", plateau_loss, "the loss instead of its slope", "to be differentiated"),
    ("tanh_backward", tanh_backward_plus, "a plus in place of a minus", "a plus stands where a minus"),
    ("clean_guess", clean_guess_wrong_root, "alpha and 1 - alpha are exchanged", "1 - `alpha` stands in place"),
    ("both_ways_loss", both_ways_positive, "only one of the two directions", ""),
    ("log_returns", returns_in_percent, "in percent", "100 times"),
    ("one_hot_rows", one_hot_from_one, "counted from 1", "counted the classes from 1"),
]


@pytest.mark.parametrize(("name", "answer", "says"), [(name, answer, says) for name, answer, _, says in NEW],
                         ids=[f"{name}: {cause}" for name, _, cause, _ in NEW])
def test_the_cause_in_mind_is_told_or_none_is(name, answer, says):
    verdict = verdict_on(answer, exercises[name])
    assert not verdict.passed
    assert says in verdict.diagnosis if says else verdict.diagnosis == ""


def test_a_multiple_of_an_argument_is_no_loss_where_the_gradient_does_not_depend_on_it():
    task = exercises["undo_broadcast"]
    verdict = verdict_on(lambda g, x: task.reference(g, x) * x + 3, task)
    assert not verdict.passed and "to be differentiated" not in verdict.diagnosis


def test_most_causes_are_told():
    assert sum(bool(says) for *_, says in NEW) >= 0.6 * len(NEW) >= 18
