"""Exercises of the page on time series."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="A series as rows", points=2,
          hints=["A target needs k values before it. Which target is the first one that has them, and how many targets "
                 "are there?",
                 "Write the rows for a series of five values and k = 2 on paper. Each row is a slice of the series, and "
                 "from row to row it moves on by one.",
                 "Row i begins at position i. Where does it end when it has k entries? And which i is the last one that "
                 "still leaves a target after its row?"])
def lag_matrix(y: Array, k: int) -> Array:
    """Return the inputs of an autoregression: for each target, the k values before it, oldest first.

    `y` is an array of shape (n,) and `k` an integer from 1 to n - 1. The targets are y[k], ..., y[n - 1], so the result
    has shape (n - k, k).
    """
    return np.array([y[i:i + k] for i in range(len(y) - k)])


@lag_matrix.inputs
def series(rng: np.random.Generator) -> Inputs:
    yield np.array([10.0, 20.0, 30.0, 40.0, 50.0]), 2
    yield np.array([1.0, 2.0]), 1
    yield np.array([3.0, 1.0, 4.0, 1.5, 9.0]), 2
    yield np.array([3.0, 1.0, 4.0, 1.5, 9.0]), 4
    for n, k in ((7, 3), (12, 5), (30, 11)):
        yield rng.normal(size=n), k


def windows(y: Array, k: int) -> Array:
    """All windows of length k, the last one among them."""
    return np.lib.stride_tricks.sliding_window_view(y, k)


lag_matrix.mistake("There is one row too many: the window that ends with the last value has no target after it.",
                   windows)
lag_matrix.mistake("Each row holds its own target: the row of y[k] ends with y[k - 1].", lambda y, k: windows(y, k)[1:])
lag_matrix.mistake("The rows run backwards; the oldest value comes first.", lambda y, k: windows(y, k)[:-1, ::-1])
lag_matrix.mistake("Rows and columns are swapped: one row a target.", lambda y, k: windows(y, k)[:-1].T)
lag_matrix.mistake("np.roll brings values from the end of the series to its start: the model would see the future.",
                   lambda y, k: np.column_stack([np.roll(y, j) for j in range(k, 0, -1)])[:len(y) - k])
lag_matrix.alternative(lambda y, k: windows(y, k)[:-1].copy())
lag_matrix.alternative(lambda y, k: np.column_stack([y[j:len(y) - k + j] for j in range(k)]))


def pinball(y: Array, p: Array, tau: float) -> Array:
    """The quantile loss of each sample."""
    return np.maximum(tau * (y - p), (tau - 1) * (y - p))


@exercise(title="The price of a band", points=2,
          hints=["A band has two ends, and each end is the forecast of a quantile. Which share of the targets should "
                 "lie below the lower end, and which below the upper one?",
                 "Compute the quantile loss of the lower end at its level and that of the upper end at its own. Add the "
                 "two for each target, and average over the targets.",
                 "All that lies outside of the band is 1 - share, and half of it is below. This gives the level of the "
                 "lower end. The level of the upper end is as far from 1 as that of the lower end is from 0."])
def band_quantile_loss(y_true: Array, lower: Array, upper: Array, share: float) -> Number:
    """Return the mean quantile loss of the lower end plus that of the upper end, one float.

    The band should hold a `share` of the targets, a number between 0 and 1, and miss equally many below and above. So
    its ends are quantiles of the levels (1 - share) / 2 and (1 + share) / 2. The arrays have shape (n,).
    """
    tau = (1 - share) / 2
    low, high = y_true - lower, y_true - upper
    return np.mean(np.maximum(tau * low, (tau - 1) * low) + np.maximum((1 - tau) * high, -tau * high))


@band_quantile_loss.inputs
def bands(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0]), np.array([2.0]), np.array([5.0]), 0.9
    yield np.array([1.0, 7.0, 4.0]), np.array([2.0, 2.0, 4.0]), np.array([5.0, 5.0, 6.0]), 0.8
    for n, share in ((5, 0.9), (12, 0.4), (50, 0.75)):
        y = rng.normal(size=n)
        yield y, rng.normal(size=n) - 0.8, rng.normal(size=n) + 0.9, share


def both(y: Array, a: Array, b: Array, low: float, high: float) -> Number:
    """Mean loss of both ends at the given levels."""
    return np.mean(pinball(y, a, low) + pinball(y, b, high))


band_quantile_loss.mistake("You left the whole 1 - share to each end; half of it belongs below and half above.",
                           lambda y, a, b, s: both(y, a, b, 1 - s, s))
band_quantile_loss.mistake("The levels are swapped: the lower end belongs to the small level.",
                           lambda y, a, b, s: both(y, a, b, (1 + s) / 2, (1 - s) / 2))
band_quantile_loss.mistake("You used one level for both ends.",
                           lambda y, a, b, s: both(y, a, b, (1 - s) / 2, (1 - s) / 2))
band_quantile_loss.mistake("You summed over the targets; a mean also divides by n.",
                           lambda y, a, b, s: len(y) * both(y, a, b, (1 - s) / 2, (1 + s) / 2))
band_quantile_loss.mistake("Add the losses of the two ends; you averaged them.",
                           lambda y, a, b, s: both(y, a, b, (1 - s) / 2, (1 + s) / 2) / 2)
band_quantile_loss.mistake("That is the mean width of the band; a miss must cost something too.",
                           lambda y, a, b, s: np.mean(b - a))
band_quantile_loss.mistake("That is the coverage, the share of targets inside.",
                           lambda y, a, b, s: np.mean((a <= y) & (y <= b)))
band_quantile_loss.alternative(lambda y, a, b, s: both(y, a, b, (1 - s) / 2, (1 + s) / 2))
band_quantile_loss.alternative(lambda y, a, b, s: np.mean(
    (1 - s) / 2 * (b - a) + np.maximum(a - y, 0) + np.maximum(y - b, 0)))


ask("A band covers every test year. Is it a good band?",
    right=("perhaps not", "A band from 0 to 1000 covers everything and says nothing; look at its width, or its loss."),
    wrong=[("yes, the more it covers the better", "A 90 percent band that covers everything is too wide."),
           ("no, a band must miss the truth",
            "Few misses in few years can be luck; coverage alone decides neither way.")])
ask("Which loss trains the upper end of a band that should hold 80 percent?",
    right=("the quantile loss with tau = 0.9, as each end leaves out 10 percent",
           "90 percent lie below the upper end and 10 percent below the lower: 80 are left between."),
    wrong=[("the quantile loss with tau = 0.8, as the band holds 80 percent",
            "Then 20 percent would lie above, and the lower end would have none left to miss."),
           ("the squared error", "Its best prediction is the mean, which is no end of a band.")])
ask("Residuals are small in quiet years and large in others. What does one width for all years do?",
    right=("it is too wide at times and too narrow at others",
           "It fits the average year, and there may be no average year."),
    wrong=[("nothing bad, as long as the coverage in all is right",
            "The right total can hide that the band fails whenever it matters."),
           ("it makes the median forecast worse",
            "The median is trained by its own loss; the width does not touch it.")])
ask("You forecast eleven years ahead. Which years may the model look at?",
    right=("those up to the year in which the forecast is made",
           "Whatever comes later is not known when the forecast is made."),
    wrong=[("those up to the year before the target", "Then it forecasts one year ahead, not eleven."),
           ("all but the target itself", "The years after the target would give it away.")])


@exercise(title="Transfer: an error without a unit", points=3,
          hints=["A large error is no shame where the series itself jumps. Which forecast costs nothing to make, and how large are "
                 "its errors on the years we trained on?",
                 "Compute two mean absolute errors: that of the forecast on the test values, and that of the seasonal naive "
                 "forecast on the training values. Then compare them by a quotient.",
                 "For the second one you need two slices of y_train that lie one season apart. How many pairs are there?"])
def scaled_error(y_train: Array, y_true: Array, y_pred: Array, season: int) -> Number:
    """Return the mean absolute scaled error, one float: the error of a forecast in units of the error of a naive one.

    The unit is the mean absolute error that the seasonal naive forecast makes on the training series, where each value is
    forecast by the value `season` steps before it, as soon as there is one. The error of `y_pred` is its mean absolute error
    on `y_true`; both have shape (m,). `season` is an integer, at least 2, and `y_train` has shape (n,), with n larger than
    `season`, and is not periodic.
    """
    unit = np.mean(np.abs(y_train[season:] - y_train[:-season]))
    return np.mean(np.abs(y_true - y_pred)) / unit


@scaled_error.inputs
def seasons(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 4.0, 3.0, 8.0]), np.array([5.0, 9.0]), np.array([4.0, 7.0]), 2
    yield np.array([2.0, 5.0, 4.0]), np.array([6.0]), np.array([3.0]), 2
    for n, m, season in ((8, 3, 3), (15, 4, 4), (40, 9, 12)):
        yield rng.normal(size=n), rng.normal(size=m), rng.normal(size=m), season


def naive_steps(y: Array, season: int) -> Array:
    """Errors of the seasonal naive forecast."""
    return y[season:] - y[:-season]


scaled_error.mistake("The naive forecast looks one whole season back, and you compared neighbours.",
                     lambda t, y, p, s: np.mean(np.abs(y - p)) / np.mean(np.abs(naive_steps(t, 1))))
scaled_error.mistake("That is the mean absolute error itself, in the unit of the series.",
                     lambda t, y, p, s: np.mean(np.abs(y - p)))
scaled_error.mistake("The quotient is turned round: a better forecast must get a smaller number.",
                     lambda t, y, p, s: np.mean(np.abs(naive_steps(t, s))) / np.mean(np.abs(y - p)))
scaled_error.mistake("Those are roots of mean squared errors; this error is made of absolute ones.",
                     lambda t, y, p, s: np.sqrt(np.mean((y - p) ** 2) / np.mean(naive_steps(t, s) ** 2)))
scaled_error.mistake("You compared mean squared errors; this error is made of absolute ones.",
                     lambda t, y, p, s: np.mean((y - p) ** 2) / np.mean(naive_steps(t, s) ** 2))
scaled_error.mistake("Your unit is a sum over the training series, so it grows with the length of the series.",
                     lambda t, y, p, s: np.mean(np.abs(y - p)) / np.sum(np.abs(naive_steps(t, s))))
scaled_error.mistake("You divided by all n training values, but the first season has no value before it.",
                     lambda t, y, p, s: np.mean(np.abs(y - p)) / (np.sum(np.abs(naive_steps(t, s))) / len(t)))
scaled_error.alternative(lambda t, y, p, s: np.linalg.norm(y - p, 1) / len(y) * (len(t) - s) / np.linalg.norm(naive_steps(t, s), 1))
