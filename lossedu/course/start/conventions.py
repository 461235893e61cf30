"""Exercises of the page on conventions."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="One number, four conventions", points=1,
          hints=["A sum over n samples is n times their mean.", "A ½ halves the number: take it back by doubling."])
def mse_from_report(values: Array, n: int, is_sum: int, has_half: int) -> Array:
    """Return the mean squared errors that belong to reported losses of squares, an array of shape (k,).

    `values` holds the numbers reported for k models on the same `n` samples. `is_sum` is 1 if they are sums and 0 if
    they are means, and `has_half` is 1 if there is a ½ before the squares and 0 if there is none.
    """
    means = values / n if is_sum else values
    return 2 * means if has_half else means


@mse_from_report.inputs
def reports(rng: np.random.Generator) -> Inputs:
    for k, is_sum, has_half in ((1, 0, 0), (2, 0, 1), (2, 1, 0), (3, 1, 1)):
        yield rng.uniform(1, 10, size=k), int(rng.integers(3, 50)), is_sum, has_half
    yield np.array([6.0, 14.0]), 4, 1, 1


mse_from_report.mistake("You halved where the ½ has to be taken back: double.",
                        lambda v, n, s, h: (v / n if s else v) * (0.5 if h else 1))
mse_from_report.mistake("You took no notice of the ½.", lambda v, n, s, h: v / n if s else v)
mse_from_report.mistake("You took no notice of the sum.", lambda v, n, s, h: 2 * v if h else v)
mse_from_report.mistake("You multiplied the sum by n; a mean is the sum over n.",
                        lambda v, n, s, h: (v * n if s else v) * (2 if h else 1))
mse_from_report.mistake("You divided the mean by n, too; only a sum needs that.",
                        lambda v, n, s, h: v / n * (2 if h else 1))
mse_from_report.alternative(lambda v, n, s, h: v * (1 + h) / n**s)


@exercise(title="A column against a row", points=1,
          hints=["(n, 1) minus (n,) is a table of n² differences. Bring both to one shape first.",
                 "y_pred.reshape(-1), or y_pred[:, 0]."])
def mse_of_a_column(y_true: Array, y_pred: Array) -> Number:
    """Return the mean squared error of predictions that come as a column, one float.

    `y_true` has shape (n,) and `y_pred` has shape (n, 1).
    """
    return np.mean((y_true - y_pred[:, 0]) ** 2)


@mse_of_a_column.inputs
def columns(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 2.0]), np.array([[1.0], [3.0]])
    for n in (3, 20):
        yield rng.normal(size=n), rng.normal(size=(n, 1))


mse_of_a_column.mistake("You averaged all n² differences: (n,) minus (n, 1) is a table. Flatten the column first.",
                        lambda y, p: np.mean((y - p) ** 2))
mse_of_a_column.mistake("You summed; a mean also divides by n.", lambda y, p: np.sum((y - p[:, 0]) ** 2))
mse_of_a_column.mistake("You used the first prediction for every sample; take the column, p[:, 0], not the row p[0].",
                        lambda y, p: np.mean((y - p[0]) ** 2))
mse_of_a_column.mistake("You summed the table of n² differences and divided by n.",
                        lambda y, p: np.sum((y - p) ** 2) / len(y))
mse_of_a_column.alternative(lambda y, p: np.mean((y - p.reshape(-1)) ** 2))
mse_of_a_column.alternative(lambda y, p: np.mean((y[:, None] - p) ** 2))


@exercise(title="A weighted mean", points=1,
          hints=["Samples with a large weight count more: sum weight times loss.",
                 "Divide by the sum of the weights, so that equal weights give the plain mean."])
def weighted_mean_of(losses: Array, weight: Array) -> Number:
    """Return the weighted mean of the losses, one float.

    `losses` and `weight` have shape (n,); no weight is negative and one at least is positive. Equal weights give the
    plain mean, whatever their size.
    """
    return np.sum(weight * losses) / np.sum(weight)


@weighted_mean_of.inputs
def weightings(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0]), np.array([2.0])
    yield np.array([1.0, 5.0]), np.array([0.0, 2.0])
    for n in (4, 20):
        yield rng.uniform(1, 5, size=n), rng.uniform(0, 3, size=n)


weighted_mean_of.mistake("You divided by the number of samples; divide by the sum of the weights.",
                         lambda x, w: np.mean(w * x))
weighted_mean_of.mistake("You summed; divide by the sum of the weights.", lambda x, w: np.sum(w * x))
weighted_mean_of.mistake("You took no notice of the weights.", lambda x, w: np.mean(x))
weighted_mean_of.mistake("You divided by the number of samples whose weight is not 0; divide by the sum of the weights.",
                         lambda x, w: np.sum(w * x) / np.count_nonzero(w))
weighted_mean_of.alternative(lambda x, w: np.average(x, weights=w))


@exercise(title="From labels to rows", points=1,
          hints=["Row i has k entries: a 1 in column labels[i], zeros elsewhere.",
                 "np.eye(k) holds all such rows; pick them by the labels."])
def one_hot_rows(labels: Array, k: int) -> Array:
    """Return the one-hot rows of the labels, an array of shape (n, k).

    `labels` holds integers from 0 to `k` - 1 and has shape (n,).
    """
    return np.eye(k)[labels]


@one_hot_rows.inputs
def labellings(rng: np.random.Generator) -> Inputs:
    yield np.array([1]), 3
    yield np.array([0, 2, 0]), 4
    for n, k in ((5, 3), (20, 6)):
        yield rng.integers(k, size=n), k


one_hot_rows.mistake("You counted the classes from 1; labels here begin at 0.", lambda y, k: np.eye(k)[y - 1])
one_hot_rows.mistake("Your table lies on its side: one row for each sample, one column for each class.",
                     lambda y, k: np.eye(k)[:, y])
one_hot_rows.mistake("You made as many columns as there are labels in this batch; a class may be missing from it. Use k.",
                     lambda y, k: np.eye(y.max() + 1)[y])
one_hot_rows.mistake("You put the label itself into its column; a one-hot row holds a 1.",
                     lambda y, k: np.eye(k)[y] * y[:, None])
one_hot_rows.alternative(lambda y, k: (y[:, None] == np.arange(k)).astype(float))


ask("You report an MSE of 8 and a colleague, with the same predictions, a loss of 4. What is likely?",
    right=("a ½ in the colleague's loss", "½r² is a common convention. Both models are equally good."),
    wrong=[("the colleague's model is better, as its loss is smaller", "The predictions were the same."),
           ("a sum in place of a mean", "A sum would be larger, not half.")])
ask("You change from the mean over 100 samples to the sum. What must you do with the learning rate?",
    right=("divide it by 100", "The gradient became 100 times as long, and the step should stay what it was."),
    wrong=[("nothing, since the lowest point stays where it is", "It stays, but steps are now 100 times as long and overshoot."),
           ("multiply it by 100", "Then the steps would be 10,000 times as long.")])
ask("A cross-entropy is 0.693 in one report and 1.000 in another, for the same forecasts. Why?",
    right=("one is in nats, the other in bits", "0.693 is log 2: the second report took logarithms to base 2."),
    wrong=[("a mean and a sum", "Then the ratio would be the number of samples."),
           ("clipped probabilities in one of the two programs",
            "Clipping changes extreme forecasts only, and not by such a factor.")])
ask("You pass probabilities to a loss that takes logits. What do you see?",
    right=("a number that looks plausible, without any error",
           "Any real number is a logit. Between 0 and 1 logits tell classes hardly apart, so the loss stays far from 0."),
    wrong=[("an error message that names the mistake", "Probabilities are valid logits, so nothing can notice."),
           ("NaN", "Logits between 0 and 1 are harmless numbers.")])
