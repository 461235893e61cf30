"""Exercises of the page on stock prices."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



def walks(rng: np.random.Generator) -> Inputs:
    """Prices: three days, two days, a rise and a fall of the same size, then random walks."""
    yield (np.array([100.0, 110.0, 99.0]),)
    yield (np.array([100.0, 105.0]),)
    yield (np.array([50.0, 100.0, 50.0, 50.0]),)
    for n in (3, 8, 40):
        yield (np.exp(rng.normal(scale=0.05, size=n).cumsum() + rng.uniform(2, 6)),)


@exercise(title="From prices to returns", points=1,
          hints=["A return compares the price of a day with that of the day before. How many such pairs do n prices "
                 "have?",
                 "Take the logarithm of every price, and then the difference of each pair of neighbours, the later one "
                 "minus the earlier one.",
                 "NumPy has a function for the differences of neighbours. Which array do you hand to it? Check the "
                 "order with a price that rises, because its return must be positive."])
def log_returns(prices: Array) -> Array:
    """Return the log returns, log(tomorrow) - log(today) for each day but the last.

    `prices` is an array of shape (n,) of positive numbers; the result has shape (n - 1,).
    """
    return np.diff(np.log(prices))


log_returns.inputs(walks)
log_returns.mistake("Those are differences of prices; take the logarithm before the difference.", lambda p: np.diff(p))
log_returns.mistake("You took the logarithms today minus tomorrow: a rise must give a positive return.",
                    lambda p: -np.diff(np.log(p)))
log_returns.mistake("Those are simple returns, tomorrow / today - 1. They are close to the log returns, but not equal.",
                    lambda p: p[1:] / p[:-1] - 1)
log_returns.mistake("Those are ratios of prices; their logarithm is still missing.", lambda p: p[1:] / p[:-1])
log_returns.mistake("That is the logarithm to base 10; np.log is the natural one.", lambda p: np.diff(np.log10(p)))
log_returns.mistake("You returned the logarithms of the prices; take the difference of neighbours.",
                    lambda p: np.log(p))
log_returns.mistake("The first day has no day before it, so there is no return for it: n prices give n - 1 returns.",
                    lambda p: np.diff(np.log(p), prepend=np.log(p[0])))
log_returns.alternative(lambda p: np.log(p[1:] / p[:-1]))
log_returns.alternative(lambda p: np.log1p((p[1:] - p[:-1]) / p[:-1]))


def squares(y: Array, p: Array) -> Number:
    """Mean squared error."""
    return np.mean((y - p) ** 2)


@exercise(title="Skill", points=2,
          hints=["The skill compares two losses on the same days. For which days do both the model and the naive "
                 "forecast have a prediction?",
                 "Cut the prices twice: into the days that are predicted, and into the days before them, which are the "
                 "naive forecasts. Compute both mean squared errors, and compare them by a quotient.",
                 "A perfect model has the loss 0 and the skill 1, and a model that is as good as its rival has the "
                 "skill 0. What do you have to do with the quotient of the two losses, so that both come out right?"])
def skill_against_naive(prices: Array, y_pred: Array) -> Number:
    """Return the skill of the predictions against the naive forecast under the mean squared error, one float.

    `prices` is an array of shape (n,), and `y_pred`, of shape (n - 1,), holds the predictions for all days but the
    first. The naive forecast of a day is the price of the day before. The skill is 1 for perfect predictions and 0 for
    those that do as well as the naive forecast.
    """
    y_true, naive = prices[1:], prices[:-1]
    return 1 - np.mean((y_true - y_pred) ** 2) / np.mean((y_true - naive) ** 2)


@skill_against_naive.inputs
def forecasts(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0])
    yield np.array([1.0, 2.0, 4.0]), np.array([2.0, 4.0])
    yield np.array([3.0, 5.0, 4.0, 4.5]), np.array([3.5, 5.5, 3.0])
    for n in (4, 9, 50):
        prices = 100 + rng.normal(size=n).cumsum()
        yield prices, prices[1:] + rng.normal(scale=0.7, size=n - 1)


skill_against_naive.mistake("That is the share of the naive loss that is left; the skill is 1 minus it.",
                            lambda s, p: squares(s[1:], p) / squares(s[1:], s[:-1]))
skill_against_naive.mistake("You compared with the mean of the prices: that is R². Compare with the day before.",
                            lambda s, p: 1 - squares(s[1:], p) / np.var(s[1:]))
skill_against_naive.mistake("You took the roots first: a ratio of RMSEs. Use the mean squared errors themselves.",
                            lambda s, p: 1 - np.sqrt(squares(s[1:], p) / squares(s[1:], s[:-1])))
skill_against_naive.mistake("You compared each prediction with the price of the day before, not of its own day.",
                            lambda s, p: 1 - squares(s[:-1], p) / squares(s[1:], s[:-1]))
skill_against_naive.mistake("You used absolute errors; the task asks for the mean squared error.",
                            lambda s, p: 1 - np.mean(np.abs(s[1:] - p)) / np.mean(np.abs(np.diff(s))))
skill_against_naive.mistake("You divided the naive loss by the model's; it is the other way round.",
                            lambda s, p: 1 - squares(s[1:], s[:-1]) / squares(s[1:], p))
skill_against_naive.mistake("You divided one sum by n and the other by n - 1; both means are over n - 1 days.",
                            lambda s, p: 1 - squares(s[1:], p) / (np.sum(np.diff(s) ** 2) / len(s)))
skill_against_naive.alternative(lambda s, p: 1 - np.sum((s[1:] - p) ** 2) / np.sum(np.diff(s) ** 2))


ask("A model of a price explains 99.7 percent of the variance on later days. What do you ask first?",
    right=("what the naive forecast scores",
           "If repeating the last price scores the same, the model has learned nothing."),
    wrong=[("whether it was trained for long enough",
            "A longer training can't tell whether the score is worth anything."),
           ("nothing: 99.7 percent is close to perfect", "A price that moves slowly gives any forecast near the last value such a score.")])
ask("The skill against the naive forecast is -0.2. What does that say?",
    right=("its loss is a fifth larger than the naive one",
           "1 - 1.2 = -0.2: the model's loss is 1.2 times the naive one."),
    wrong=[("its predictions are too low",
            "The skill compares losses; it does not know the sign of a residual."),
           ("it is wrong on 20 percent of days", "The skill is a ratio of losses and counts no days.")])
ask("Why not shuffle a series before splitting it?",
    right=("the test days would have known neighbours",
           "A model could then look at the day after, which no forecast can."),
    wrong=[("the gradient depends on the order of the samples",
            "The gradient of the whole data set is a mean: it has no order."),
           ("shuffling makes the test loss larger than it is",
            "It makes the test loss smaller here, and that is the trap.")])
ask("The predicted curve looks like the actual curve, one day late. What has the model learned?",
    right=("to repeat the last value", "That is the naive forecast with more weights."),
    wrong=[("to look one day into the future", "Then the curves would turn on the same day."),
           ("the trend",
            "It follows each turn after it has happened.")])


@exercise(title="Reach a property: an impressive model that is worth nothing", points=3,
          hints=["Both scores divide the same loss by the loss of a rival. Which of the two rivals is easy to beat when prices drift?",
                 "You have to lie between the rivals: your loss is larger than that of the price of the day before, and far smaller "
                 "than that of the mean. Start from one of them and make it a little worse.",
                 "Look at the residual of the naive forecast of each day. What happens to its mean square if every residual "
                 "keeps its sign and becomes slightly larger?"])
def impressive_and_worthless(prices: Array) -> Array:
    """Return predictions with an R² above 0.8 that are nevertheless worse than the naive forecast.

    `prices` has shape (n,); the predictions, of shape (n - 1,), are for all days but the first. The naive forecast of a day
    is the price of the day before. R² compares the mean squared error with that of the mean of prices[1:], and for these
    prices the naive forecast has an R² above 0.9. You may look at all prices: the task is to fool a score.
    """
    return prices[1:] - 1.1 * np.diff(prices)


@impressive_and_worthless.inputs
def drifts(rng: np.random.Generator) -> Inputs:
    yield (np.array([10.0, 12.0, 15.0, 19.0, 22.0, 27.0, 30.0, 32.0, 36.0, 40.0, 43.0, 45.0]),)
    for n in (15, 20, 40):
        yield (100 + rng.uniform(0.5, 1.5, size=n).cumsum(),)


@impressive_and_worthless.claim("Give {count_wanted} finite predictions, one for each day but the first; you gave {count}.")
def one_for_each_day(answer: Array, prices: Array) -> Held:
    held = answer.shape == (len(prices) - 1,) and bool(np.isfinite(answer).all())
    return held, {"count_wanted": len(prices) - 1, "count": answer.size}


@impressive_and_worthless.claim("Your R² should be above 0.8, but it is {reached}.")
def impressive(answer: Array, prices: Array) -> Held:
    reached = 1 - squares(prices[1:], answer) / np.var(prices[1:])
    return reached > 0.8, {"reached": reached}


@impressive_and_worthless.claim("Your R² would impress anybody. But your loss, {reached}, should be above the naive one, {naive}.")
def worthless(answer: Array, prices: Array) -> Held:
    reached, naive = squares(prices[1:], answer), squares(prices[1:], prices[:-1])
    return reached > naive, {"reached": reached, "naive": naive}


impressive_and_worthless.mistake("Perfect predictions impress, but they are also better than the naive forecast.",
                                 lambda s: s[1:])
impressive_and_worthless.mistake("The naive forecast is exactly as good as itself, and not worse.", lambda s: s[:-1])
impressive_and_worthless.mistake("The mean of the prices has an R² of 0; it impresses nobody.",
                                 lambda s: np.full(len(s) - 1, np.mean(s[1:])))
impressive_and_worthless.mistake("You gave a prediction for the first day too; it has no day before it.", lambda s: s.copy())
impressive_and_worthless.mistake("You made the residuals smaller, so the naive forecast loses.",
                                 lambda s: s[1:] - 0.9 * np.diff(s))
impressive_and_worthless.alternative(lambda s: s[1:] + 1.2 * np.diff(s))
