"""Exercises of the page on conventions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np

from lossedu.exercises.exercise import Formula
from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="One number, four conventions", points=1,
          hints=["Write the four kinds of loss down as formulas. By which factor does each of them differ from the "
                 "mean of the squares without a ½?",
                 "Undo one convention after the other: first make a mean of a sum, and then take the ½ back.",
                 "A sum is n times as large as its mean, and a loss with a ½ is half as large as one without. Each "
                 "convention is undone by the opposite operation."])
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
          hints=["What shape has the difference between a row of n entries and a column of n rows? Print it for a "
                 "small n.",
                 "Bring both arrays into one shape before you subtract. The rest is the mean squared error as "
                 "always.",
                 "A column is a table of shape (n, 1). Select its only column, or reshape the table, so that the "
                 "result has the shape of y_true."])
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
          hints=["A sample of weight 2 should count like two samples of weight 1. How large is the sum of the losses "
                 "then, and how many samples are there?",
                 "Multiply each loss by its weight, add the products up, and divide by a number that grows with the "
                 "weights as that sum does.",
                 "Test your divisor: when every weight is 5, the answer must be the plain mean. Does division by n "
                 "pass this test?"])
def weighted_mean_of(losses: Array, weight: Array) -> Number:
    """Return the weighted mean of the losses, one float.

    `losses` and `weight` have shape (n,); no weight is negative and one at least is positive. Equal weights give the
    plain mean, whatever their size.
    """
    return np.sum(weight * losses) / np.sum(weight)


@weighted_mean_of.inputs
def weightings(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0]), np.array([2.0])
    yield np.array([2.0, 4.0, 9.0]), np.array([1.0, 3.0, 1.0])
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
          hints=["How many rows and how many columns has the answer, and where in row i does the 1 stand?",
                 "There are only k different one-hot rows. Make a table of all of them first, and then pick the row "
                 "of each label.",
                 "The table of all k rows has ones on its diagonal and zeros elsewhere, and NumPy can make it. An "
                 "array of integers in square brackets picks rows of a table, also the same row more than once."])
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
ask("You change from the mean over 100 samples to the sum. What must you do with the learning rate of plain gradient descent?",
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


@exercise(title="Transfer: ask a program for its conventions", points=3,
          hints=["You choose the numbers, so choose them such that each convention changes the loss in a way that you "
                 "recognise. When all samples are alike, the loss is a product of a few factors: which ones?",
                 "Take truth and prediction so far apart that an exchange of the two cannot be mistaken for anything "
                 "else. Once you know the order, divide the loss by what one sample costs, and see which factor is "
                 "left.",
                 "For n samples of weight w, write down the factor that is left under each divisor, with and without a "
                 "½. These are six numbers, and w must be such that they all differ. Which of them are the same when w "
                 "is 1?"])
def conventions_of(program: Function, n: int) -> tuple[int, int, int]:
    """Return the conventions that a program follows, a tuple of three numbers: has_half, divisor and prediction_first.

    You may call `program(first, second, weight)` as often as you like, with three arrays of shape (n,), because it was
    made for batches of `n` samples; `n` lies between 3 and 9. The page does not show its loss: a sample with the truth y and
    the prediction ŷ costs its weight times ((y - ŷ) / y)², the square of the error relative to the truth, and the costs of
    all samples are added up. `divisor` is 0 if nothing divides this sum, 1 if the number of samples does, and 2 if the sum
    of the weights does. `has_half` is 1 if there is a ½ in front and 0 if there is none. `prediction_first` is 1 if `first`
    is the prediction and 0 if it is the truth.
    """
    ones = np.ones(n)
    loss = program(ones, 101 * ones, 7 * ones)
    prediction_first = loss < 100  # relative to 101 the error is less than 1, and relative to 1 it is 100
    # The sum is 7n times the square of the error. The divisor leaves 7n, 7 or 1 of it, and a ½ leaves half of that.
    factor = loss / ((100 / 101) ** 2 if prediction_first else 100**2)
    divisor = 0 if factor > 8.5 else 1 if factor > 1.5 else 2
    has_half = factor < (5 * n, 5, 0.8)[divisor]
    return int(has_half), divisor, int(prediction_first)


@cache
def program_of(n: int, half: int, divisor: int, first: int) -> Formula:
    """The program for n samples that follows these conventions."""
    arguments = ("y, p, w", "p, y, w")[first]
    sum_divided = "np.sum(w * ((y - p) / y) ** 2)" + ("", f" / {n}", " / np.sum(w)")[divisor]
    return Formula(f"lambda {arguments}: {'0.5 * ' * half}{sum_divided}")


@conventions_of.inputs
def programs(rng: np.random.Generator) -> Inputs:
    yield program_of(4, 1, 2, 0), 4
    every = list(product((0, 1), (0, 1, 2), (0, 1)))
    for i in rng.permutation(len(every)):
        n = int(rng.integers(3, 10))
        yield program_of(n, *every[i]), n


def by_one_question(prediction: float = 101.0, weight: Callable[[int], float] = lambda n: 7.0, size: int = 0,
                    orders: tuple[int, ...] = (0, 1)) -> Function:
    """An answer that asks once, with equal samples, and takes the first conventions that explain the loss."""
    def answer(program: Function, n: int) -> tuple[int, ...]:
        ones = np.ones(size or n)
        question = ones, prediction * ones, weight(n) * ones
        return min(product((0, 1), (0, 1, 2), orders), key=lambda each: float(
            abs(program_of(len(ones), *each)(*question) - program(*question)).round(9)))

    return answer


conventions_of.mistake("When all weights are 1, their sum is the number of samples, so two of the divisors look alike.",
                       by_one_question(weight=lambda n: 1.0))
conventions_of.mistake("Your weights sum to 1, so dividing by their sum changes nothing and looks like no division.",
                       by_one_question(weight=lambda n: 1 / n))
conventions_of.mistake("Your weights sum to 2, so dividing by their sum looks like a ½ in front of the plain sum.",
                       by_one_question(weight=lambda n: 2 / n))
conventions_of.mistake("You asked with a single sample, but the program was made for n of them and divides by n if at all.",
                       by_one_question(size=1))
conventions_of.mistake("A perfect prediction costs nothing under all conventions, so its loss tells nothing about them.",
                       by_one_question(prediction=1.0))
conventions_of.mistake("You took for granted that the truth comes first, but the order is one of the three questions.",
                       by_one_question(orders=(0,)))
conventions_of.mistake("The order is read the wrong way round: the error is divided by the truth and not by the prediction.",
                       lambda program, n: (lambda half, divisor, first: (half, divisor, 1 - first))(
                           *conventions_of.reference(program, n)))
conventions_of.alternative(by_one_question())
