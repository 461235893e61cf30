"""Exercises of the page on the mean squared error."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



def pairs(rng: np.random.Generator) -> Inputs:
    """Targets and predictions: one sample, exact predictions but one, then random ones of several sizes."""
    yield np.array([2.0]), np.array([5.0])
    yield np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 2.0])
    for n in (2, 5, 40):
        yield rng.normal(size=n), rng.normal(size=n)


@exercise(title="Average the squares", points=1,
          hints=["What does one sample cost? Begin with the difference between its prediction and its target.",
                 "Take three steps: the differences of all samples at once, then their squares, and then the average "
                 "of the squares.",
                 "NumPy subtracts and squares arrays entry by entry, so no loop is needed. Which of the steps makes "
                 "one number out of n?"])
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
                 "Each prediction appears in one term of the mean only, so its entry of the gradient is the slope of "
                 "that one square. The 1/n of the mean stays in front of it.",
                 "The chain rule gives two factors, the slope of the square and the slope of the residual in the "
                 "prediction. Check their signs: where a prediction is too big, the gradient should be positive."])
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
          hints=["The mean squared error of c is a parabola in c. What is true of the slope at its lowest point?",
                 "Differentiate the average in c and set the slope to zero. A constant factor does not matter then, "
                 "so a sum of differences remains.",
                 "The differences between c and the n targets must sum to zero. In this sum c occurs n times: solve "
                 "for it."])
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


@exercise(title="Find the bug: a perfect prediction that costs", points=2,
          hints=["What does the loss of a perfect prediction have to be, and what does this code say?",
                 "Print the shape of the difference. How many differences does a sample of n targets have?",
                 "Bring both arrays into one shape before the subtraction; the averaging is right as it stands."])
def column_error_mean(y_true: Array, y_pred: Array) -> Number:
    """Return the mean squared error of predictions that come as a column, one float.

    `y_true` has shape (n,), but `y_pred` has shape (n, 1), which is what the last layer of a network returns. The code
    below runs without an error and is wrong. The cell after it shows the symptom. Repair the code.
    """
    return np.mean((y_true - y_pred[:, 0]) ** 2)


@column_error_mean.inputs
def columns(rng: np.random.Generator) -> Inputs:
    for y, p in pairs(rng):
        yield y, p[:, None]


@column_error_mean.bug("A row of n targets minus a column of n predictions is a table of n² differences, so every "
                       "target is compared with every prediction. Give both arrays the same shape first.")
def table_of_errors(y_true: Array, y_pred: Array) -> Number:
    """Return the mean over all pairs."""
    differences = y_true - y_pred
    return np.mean(differences ** 2)


column_error_mean.mistake("You compared every target with the average prediction; each target has a prediction of its own.",
                          lambda y, p: np.mean((y - p.mean()) ** 2))
column_error_mean.mistake("The shapes agree now, but you summed the squares; a mean also divides by n.",
                          lambda y, p: np.sum((y - p[:, 0]) ** 2))
column_error_mean.mistake("You took the diagonal of the table, which holds the right differences; square and average them.",
                          lambda y, p: np.diag(y - p))
column_error_mean.mistake("Dividing the average of all n² squares by n does not help: the squares of the wrong pairs "
                          "are still in it.", lambda y, p: np.mean((y - p) ** 2) / len(y))
column_error_mean.alternative(lambda y, p: np.mean((y[:, None] - p) ** 2))
column_error_mean.alternative(lambda y, p: np.mean(np.diag(y - p) ** 2))


@exercise(title="Break this answer: errors that cancel", points=2,
          hints=["The given function averages before it squares. What can an average do that a sum of squares cannot?",
                 "Choose errors with both signs, so that they sum to 0. Two of them are enough; the others may be 0.",
                 "If one error is a and another is -a, what is the mean of the n squares? Choose a to fit `loss`."])
def cancelling_predictions(y_true: Array, loss: float) -> Array:
    """Return predictions that fool `squared_mean_error`: it says 0, but their mean squared error is at least `loss`.

    Somebody wrote `squared_mean_error`, given below, for the mean squared error. Show that it is wrong: it should
    say 0 for your predictions. `y_true` has shape (n,) with n of 2 or more, and so has your answer; `loss` is a positive number.
    """
    y_pred = y_true.copy()
    error = np.sqrt(len(y_true) * loss)
    y_pred[0] += error
    y_pred[1] -= error
    return y_pred


@cancelling_predictions.gives
def squared_mean_error(y_true: Array, y_pred: Array) -> Number:
    """Average the errors, and square the average."""
    return np.mean(y_pred - y_true) ** 2


@cancelling_predictions.inputs
def targets(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0, 5.0]), 4.0
    for n in (2, 5, 8):
        y = rng.normal(size=n)
        yield y, float(rng.uniform(2, 5) * np.var(y))


@cancelling_predictions.claim("There should be one prediction for each target, but you gave {count}.")
def one_for_each(answer: Array, y_true: Array, loss: float) -> Held:
    return len(answer) == len(y_true), {"count": len(answer)}


@cancelling_predictions.claim("The function to break should say 0 for your predictions, but it says {reached}.")
def looks_perfect(answer: Array, y_true: Array, loss: float) -> Held:
    reached = squared_mean_error(y_true, answer)
    return reached <= 1e-9 * loss, {"reached": reached}


@cancelling_predictions.claim("The function is fooled, but the mean squared error of your predictions is {reached}, "
                              "and it should be at least {loss}.")
def costs_enough(answer: Array, y_true: Array, loss: float) -> Held:
    reached = np.mean((answer - y_true) ** 2)
    return reached >= loss * (1 - 1e-9), {"reached": reached}


cancelling_predictions.mistake("You returned the targets themselves, and for them the answer 0 is right.", lambda y, loss: y)
cancelling_predictions.mistake("All your errors have the same sign, so nothing cancels.", lambda y, loss: y + np.sqrt(loss))
cancelling_predictions.mistake("The errors of the mean do cancel, but the mean squared error is then the variance of the "
                               "targets, which is less than was asked.", lambda y, loss: np.full(len(y), np.mean(y)))
cancelling_predictions.mistake("You returned errors; add them to the targets to get predictions.",
                               lambda y, loss: cancelling_predictions.reference(y, loss) - y)
cancelling_predictions.mistake("You gave more predictions than there are targets.",
                               lambda y, loss: np.append(cancelling_predictions.reference(y, loss), 0.0))
cancelling_predictions.alternative(lambda y, loss: y - 9 * np.sqrt(loss) * (np.arange(len(y)) - (len(y) - 1) / 2))


@exercise(title="Derive: one more day at the bus stop", points=3,
          hints=["What do `n`, `c` and `loss` still tell you about the lost targets? You can recover their sum, and the sum of "
                 "their squared distances from c.",
                 "Begin with the new constant: what is the best one for n + 1 targets whose sum you know? Then add up what "
                 "the old targets and the new one cost with it.",
                 "The old targets now cost more than before, because the constant has left their mean. Replace c by a constant "
                 "that lies d away, multiply each square out, and see which term vanishes in the sum."])
def after_one_more(n: int, c: float, loss: float, y: float) -> tuple[Number, Number]:
    """Return the best constant for n + 1 targets and its mean squared error, a tuple of two numbers.

    Of the first `n` targets only the best constant `c` and its mean squared error `loss` were written down; the targets
    themselves are lost. Now one more target `y` arrives. Derive on paper which constant is best for all n + 1 targets, and
    how large its mean squared error on all of them is, and write both in Python. `n` is 1 or more.
    """
    best = c + (y - c) / (n + 1)
    return best, (n * loss + (y - c) * (y - best)) / (n + 1)


@after_one_more.inputs
def summaries(rng: np.random.Generator) -> Inputs:
    yield 4, 5.0, 2.0, 10.0
    yield 1, 3.0, 0.0, 5.0
    yield 3, 2.0, 1.5, 2.0
    for n in (2, 7, 30):
        old = rng.exponential(size=n)
        yield n, float(np.mean(old)), float(np.var(old)), float(rng.uniform(2, 5))


def updated(n: int, c: float, loss: float, y: float) -> tuple[Number, Number]:
    """The right answer, for mistakes to differ from."""
    best = (n * c + y) / (n + 1)
    return best, (n * (loss + (best - c) ** 2) + (best - y) ** 2) / (n + 1)


after_one_more.mistake("You measured the new target from the old constant, but from the new one it is less far away.",
                       lambda n, c, L, y: (updated(n, c, L, y)[0], (n * L + (y - c) ** 2) / (n + 1)))
after_one_more.mistake("The old targets cost more than before, because the constant has moved away from their mean.",
                       lambda n, c, L, y: (updated(n, c, L, y)[0], (n * L + (y - updated(n, c, L, y)[0]) ** 2) / (n + 1)))
after_one_more.mistake("The loss fits the old constant, but with one more target another constant is best.",
                       lambda n, c, L, y: (c, (n * L + (y - c) ** 2) / (n + 1)))
after_one_more.mistake("The middle between c and the new target gives this one target as much say as all the old ones together.",
                       lambda n, c, L, y: ((c + y) / 2, (n * (L + (y - c) ** 2 / 4) + (y - c) ** 2 / 4) / (n + 1)))
after_one_more.mistake("You divided by n, but now there are n + 1 targets.",
                       lambda n, c, L, y: (c + (y - c) / n, (n * L + (y - c) * (y - c - (y - c) / n)) / n))
after_one_more.mistake("The constant is right, but the loss is still that of the old targets alone.",
                       lambda n, c, L, y: (updated(n, c, L, y)[0], L))
after_one_more.mistake("The second number is the sum of the squares; the mean also divides by the number of targets.",
                       lambda n, c, L, y: (updated(n, c, L, y)[0], updated(n, c, L, y)[1] * (n + 1)))
after_one_more.alternative(updated)
after_one_more.alternative(lambda n, c, L, y: ((n * c + y) / (n + 1), n / (n + 1) * (L + (y - c) ** 2 / (n + 1))))


@exercise(title="Predict: what does the sixth day cost?", points=1,
          hints=["The mean was chosen so that these five days cost as little as possible. Was the sixth day asked?",
                 "A sixth wait misses the mean of the source because it varies, and misses the mean of the five days also because that "
                 "mean is off by itself. The variance of a mean of n waits is 1/n of the variance of one.",
                 "Measure both costs in variances of the source. The sixth day costs one variance and what the mean of five is off by; "
                 "the five days cost less than one variance, by the same amount, because the mean has moved towards them."])
def sixth_day_ratio() -> float:
    """Return how many times as much a sixth day costs on average as the five days whose mean is the forecast, one float.

    All six waits come from one source, the forecast for all of them is the mean of the first five, and a cost is a mean squared
    error. State your number before you run `cost_ratio`, the experiment given below, which repeats this very often. A
    number within 0.1 of its result is right, and the one that you state first is kept.
    """
    # In variances of the source: one for the sixth wait and 1/5 for the mean, against one less 1/5.
    return (1 + 1 / 5) / (1 - 1 / 5)


@sixth_day_ratio.gives
def cost_ratio() -> Number:
    """Draw six waits 20,000 times, forecast the mean of five, and compare the cost of the sixth with that of the five."""
    waits = np.random.default_rng(0).normal(10.0, 3.0, size=(20_000, 6))
    five, sixth = waits[:, :5], waits[:, 5]
    forecast = five.mean(axis=1)
    return np.mean((sixth - forecast) ** 2) / np.mean((five - forecast[:, None]) ** 2)


@sixth_day_ratio.claim("A ratio of two mean squared errors is above 0, but yours is {ratio}.")
def a_ratio(answer: float) -> Held:
    return answer > 0, {"ratio": answer}


@sixth_day_ratio.claim("Your ratio, {ratio}, is not within 0.1 of what the experiment finds. Run it, and then explain the difference.")
def as_found(answer: float) -> Held:
    return np.abs(answer - cost_ratio()) <= 0.1, {"ratio": answer}


sixth_day_ratio.mistake("The ratio would be 1 if the forecast had been made without looking at the five days.", lambda: 1.0)
sixth_day_ratio.mistake("That is what the sixth day costs in variances of the source, but the five days cost less than one.",
                        lambda: 1.2)
sixth_day_ratio.mistake("That is one variance over what the five days cost, but the sixth day also pays because the mean of five "
                        "is off.", lambda: 1.25)
sixth_day_ratio.mistake("The ratio is turned round: it is the sixth day that costs more, because the mean was not chosen for it.",
                        lambda: 0.8 / 1.2)
sixth_day_ratio.mistake("You stated a difference of two costs; a ratio of two mean squared errors is positive.", lambda: -0.4)
sixth_day_ratio.mistake("The mean of five days is a better forecast than that. With a single earlier day as the forecast, a new day "
                        "would cost two variances.", lambda: 2.0)
sixth_day_ratio.alternative(lambda: 1.45)
