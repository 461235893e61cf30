"""Exercises of the page on the quantile loss."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



def levels(rng: np.random.Generator) -> Inputs:
    """Targets, predictions and tau: too low, too high, a hit between two misses, then random ones."""
    yield np.array([10.0]), np.array([8.0]), 0.9
    yield np.array([10.0]), np.array([12.0]), 0.9
    yield np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 1.0]), 0.2
    for n, tau in ((2, 0.3), (6, 0.75), (40, 0.1)):
        yield np.r_[0.0, 0.0, rng.normal(size=n)], np.r_[1.0, -1.5, rng.normal(size=n)], tau


def pinball_of(y: Array, p: Array, tau: float) -> Array:
    """The quantile loss of each sample."""
    return np.maximum(tau * (y - p), (tau - 1) * (y - p))


@exercise(title="Two prices", points=1,
          hints=["There are two kinds of miss, and each has its price. How do you see from y_true and y_pred of "
                 "which kind a sample is?",
                 "Compute the gap of each sample, choose its price by the sign of the gap, multiply, and average.",
                 "Where the prediction is too high, the gap is negative, but its cost must be positive. Which factor "
                 "makes 1 - tau for each unit out of a negative gap?"])
def pinball_mean(y_true: Array, y_pred: Array, tau: float) -> Number:
    """Return the mean quantile loss, one float.

    A prediction that is too low costs `tau` for each unit it falls short, one that is too high costs 1 - `tau` for each
    unit it goes beyond. `y_true` and `y_pred` are arrays of shape (n,), `tau` is a number between 0 and 1.
    """
    gap = y_true - y_pred
    return np.mean(np.where(gap > 0, tau * gap, (tau - 1) * gap))


pinball_mean.inputs(levels)
pinball_mean.mistake("The two prices are swapped: falling short costs tau, going beyond costs 1 - tau.",
                     lambda y, p, t: np.mean(pinball_of(y, p, 1 - t)))
pinball_mean.mistake("Going beyond gives a negative cost in your answer: the gap is negative there, so use tau - 1.",
                     lambda y, p, t: np.mean(np.where(y > p, t * (y - p), (1 - t) * (y - p))))
pinball_mean.mistake("You took the smaller of the two lines; it is never positive. Take the larger.",
                     lambda y, p, t: np.mean(np.minimum(t * (y - p), (t - 1) * (y - p))))
pinball_mean.mistake("You charged tau on both sides; that is the absolute error times tau.",
                     lambda y, p, t: np.mean(t * np.abs(y - p)))
pinball_mean.mistake("Going beyond is free in your answer; it costs 1 - tau a unit.",
                     lambda y, p, t: np.mean(t * np.maximum(y - p, 0)))
pinball_mean.mistake("There is a 2 too many: some books double the loss so that tau = 0.5 gives the absolute error.",
                     lambda y, p, t: 2 * np.mean(pinball_of(y, p, t)))
pinball_mean.mistake("You summed the costs; a mean also divides by n.", lambda y, p, t: np.sum(pinball_of(y, p, t)))
pinball_mean.mistake("You returned the cost of each sample; average them to one number.", pinball_of)
pinball_mean.alternative(lambda y, p, t: np.mean(pinball_of(y, p, t)))
pinball_mean.alternative(lambda y, p, t: np.mean((t - (y < p)) * (y - p)))


@exercise(title="Unequal votes", points=2,
          hints=["Where a prediction is too low, raising it by one unit saves something. How much is it, and which "
                 "sign has the slope?",
                 "The loss of a sample is made of two straight lines, so its slope has only two values. Compare "
                 "prediction and target to choose between them; the 1/n of the mean stays.",
                 "The size of each slope is one of the two prices. On which side of the target does the loss fall as "
                 "the prediction grows?"])
def pinball_gradient(y_true: Array, y_pred: Array, tau: float) -> Array:
    """Return the gradient of the mean quantile loss with respect to `y_pred`.

    `y_true` and `y_pred` are arrays of shape (n,), and so is the gradient; `tau` is a number between 0 and 1. Where a
    prediction hits its target, any subgradient will do.
    """
    return np.where(y_pred > y_true, 1 - tau, np.where(y_pred < y_true, -tau, 0)) / len(y_true)


pinball_gradient.inputs(levels)


@pinball_gradient.accept
def any_quantile_subgradient(answer: Array, y: Array, p: Array, tau: float) -> bool:
    slopes, hit = np.asarray(answer) * len(y), y == p
    right = np.allclose(slopes[~hit], np.where(p > y, 1 - tau, -tau)[~hit])
    return right and bool(((slopes[hit] >= -tau - 1e-9) & (slopes[hit] <= 1 - tau + 1e-9)).all())


pinball_gradient.mistake("The sign is turned round: where y_pred is too low, the gradient is negative.",
                         lambda y, p, t: np.where(p > y, t - 1, np.where(p < y, t, 0)) / len(y))
pinball_gradient.mistake("The prices are swapped: too low has the slope -tau, too high the slope 1 - tau.",
                         lambda y, p, t: np.where(p > y, t, np.where(p < y, t - 1, 0)) / len(y))
pinball_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                         lambda y, p, t: np.where(p > y, 1 - t, np.where(p < y, -t, 0)))
pinball_gradient.mistake("You kept the size of the gap. The loss is made of straight lines: its slope doesn't grow.",
                         lambda y, p, t: np.where(p > y, 1 - t, t) * (p - y) / len(y))
pinball_gradient.mistake("Both slopes are positive in your answer; below the target the loss falls.",
                         lambda y, p, t: np.where(p > y, 1 - t, np.where(p < y, t, 0)) / len(y))
pinball_gradient.mistake("You averaged the gradient to one number; each prediction has its own entry.",
                         lambda y, p, t: np.mean(np.where(p > y, 1 - t, -t)))
pinball_gradient.alternative(lambda y, p, t: ((p > y) - t) / y.size)
pinball_gradient.alternative(lambda y, p, t: ((p >= y) - t) / y.size)


@exercise(title="How many newspapers?", points=2,
          hints=["The cost of a day looks like the quantile loss, but its two prices do not sum to 1. Does it change "
                 "the best quantity when both prices are multiplied by the same number?",
                 "Scale both prices so that they sum to 1. What falling short costs then is the level tau, and the "
                 "quantile of the demand at that level is a best quantity.",
                 "np.quantile interpolates between two days unless you choose another `method`, and a number between "
                 "two days can cost more than either. Take a method that returns a demand of the data, or compare "
                 "the costs of all demands."])
def order_quantity(demand: Array, short: float, left: float) -> Number:
    """Return one quantity with the smallest mean cost over the days in `demand`.

    Each unit of demand that is not met costs `short`, each unit left over costs `left`. `demand` is an array of shape
    (n,); the costs are positive numbers. Where several quantities are best, any of them will do.
    """
    return np.quantile(demand, short / (short + left), method="inverted_cdf")


def cost_of(quantity: float, demand: Array, short: float, left: float) -> Number:
    """Mean cost of one quantity for all days."""
    return np.mean(short * np.maximum(demand - quantity, 0) + left * np.maximum(quantity - demand, 0))


@order_quantity.inputs
def stalls(rng: np.random.Generator) -> Inputs:
    yield np.array([7.0]), 1.0, 1.0
    yield np.array([20.0, 35.0, 30.0, 25.0, 60.0]), 3.0, 1.0
    yield np.array([20.0, 35.0, 30.0, 25.0]), 1.0, 3.0
    for n, short, left in ((9, 5.0, 1.0), (31, 0.7, 1.9), (50, 2.0, 0.5)):
        yield rng.exponential(30, size=n).round(2), short, left


@order_quantity.accept
def as_cheap_as_the_quantile(answer: float, demand: Array, short: float, left: float) -> bool:
    best = np.quantile(demand, short / (short + left), method="inverted_cdf")
    return bool(cost_of(float(answer), demand, short, left) <= cost_of(best, demand, short, left) * (1 + 1e-9))


order_quantity.mistake("You took the two costs the wrong way round: where shortage is dear, order more.",
                       lambda d, s, rest: np.quantile(d, rest / (s + rest), method="inverted_cdf"))
order_quantity.mistake("That is the median; it is right only if both costs are equal.", lambda d, s, rest: np.median(d))
order_quantity.mistake("That is the mean demand; the two costs play no part in it.", lambda d, s, rest: np.mean(d))
order_quantity.mistake("short / left is a ratio of prices, not a level: divide by their sum.",
                       lambda d, s, rest: np.quantile(d, min(s / rest, 1.0), method="inverted_cdf"))
order_quantity.mistake("With the largest demand nothing is ever short, but you pay for all that is left over.",
                       lambda d, s, rest: np.max(d))
order_quantity.mistake("You scaled the mean demand; look for the quantity that is enough on a share of days.",
                       lambda d, s, rest: np.mean(d) * 2 * s / (s + rest))
order_quantity.alternative(lambda d, s, rest: min(d, key=lambda q: cost_of(q, d, s, rest)))
order_quantity.alternative(lambda d, s, rest: np.sort(d)[int(np.ceil(len(d) * s / (s + rest) - 1e-9)) - 1])


@exercise(title="Does the interval hold?", points=1,
          hints=["In which two ways can a target lie outside its interval? The ends belong to the interval.",
                 "Ask for all targets at once whether each end is kept, join the two answers, and make a share of "
                 "the yes and no.",
                 "Arrays of True and False are joined with & and not with the word and; put each comparison in "
                 "brackets. The mean of such an array is the share of True."])
def interval_coverage(y_true: Array, lower: Array, upper: Array) -> Number:
    """Return the share of targets inside their intervals, ends included, one float.

    All three are arrays of shape (n,).
    """
    return np.mean((lower <= y_true) & (y_true <= upper))


@interval_coverage.inputs
def bands(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0]), np.array([3.0]), np.array([5.0])
    yield np.array([1.0, 2.0, 7.0, 0.0]), np.array([0.0, 2.5, 3.0, 1.0]), np.array([2.0, 4.0, 7.0, 2.0])
    for n in (6, 15, 60):
        y = rng.normal(size=n)
        y[:3] = -9.0, 9.0, 0.0
        yield y, -0.7 - rng.uniform(size=n), 0.5 + rng.uniform(size=n)


interval_coverage.mistake("The ends belong to the interval: use <= on both sides.",
                          lambda y, a, b: np.mean((a < y) & (y < b)))
interval_coverage.mistake("You counted the targets; divide by n for the share.",
                          lambda y, a, b: np.sum((a <= y) & (y <= b)))
interval_coverage.mistake("That is the share outside.", lambda y, a, b: np.mean((y < a) | (y > b)))
interval_coverage.mistake("You looked at the upper end only; a target may lie below the interval too.",
                          lambda y, a, b: np.mean(y <= b))
interval_coverage.mistake("You looked at the lower end only; a target may lie above the interval too.",
                          lambda y, a, b: np.mean(y >= a))
interval_coverage.mistake("Every target is either above one end or below the other: join the conditions with &, not |.",
                          lambda y, a, b: np.mean((a <= y) | (y <= b)))
interval_coverage.mistake("You returned yes or no for each target; average them to one number.",
                          lambda y, a, b: (a <= y) & (y <= b))
interval_coverage.alternative(lambda y, a, b: 1 - np.mean(y < a) - np.mean(y > b))
interval_coverage.alternative(lambda y, a, b: np.mean(np.clip(y, a, b) == y))


ask("You predict the 0.9 quantile. How often should the truth lie above your prediction?",
    right=("one time in ten", "Nine times in ten the truth is at most the 0.9 quantile."),
    wrong=[("nine times in ten", "Then you have predicted the 0.1 quantile."),
           ("half of the time", "That is so for the median, the 0.5 quantile.")])
ask("To a baker a loaf short costs four times a loaf left over. Which quantile of the demand is best?",
    right=("0.8, from 4 / (4 + 1)", "At the 0.8 quantile the dear misses are four times rarer than the cheap ones."),
    wrong=[("0.75, from 3 / 4", "The price ratio is 4 to 1, so the level is 4/5, not 3/4."),
           ("0.2, since a fifth may be left over",
            "That is right where left-over bread is the dear side.")])
ask("What is the quantile loss with tau = 0.5?",
    right=("half the absolute error", "Both sides cost 0.5 a unit."),
    wrong=[("the absolute error", "Nearly: both sides cost one half, not one."),
           ("half the squared error", "The quantile loss is made of straight lines for every tau.")])
ask("A 90 percent interval from 10 training samples covers 9 of them. What will it cover of new samples?",
    right=("fewer, most likely: its ends were drawn around these 10",
           "It fits these very samples, so it is too narrow for others."),
    wrong=[("90 percent, as before", "That is what it covers where it was fitted; new samples were not asked."),
           ("more: most new samples are closer to the middle",
            "New samples come from the same source, extremes and all.")])


@exercise(title="Reach a property: a loss under which the middle one wins", points=3,
          hints=["At a level near 0 the lowest forecast wins, at a level near 1 the highest. Try levels in between.",
                 "Compare two forecasts a < b only: from which level on is b better? Do the same for the other two.",
                 "The middle forecast wins between two levels. Each is where two forecasts cost the same."])
def level_of_the_middle(y_true: Array, low: float, middle: float, high: float) -> Number:
    """Return a level tau for which the forecast `middle` has the smallest mean quantile loss of the three forecasts.

    Each forecast is one number for all samples, and low < middle < high. `y_true` is an array of shape (n,), and tau lies
    strictly between 0 and 1. Any such level will do.
    """
    def costs(c: float) -> tuple[Number, Number]:
        return np.mean(np.maximum(y_true - c, 0)), np.mean(np.maximum(c - y_true, 0))

    def level_of_a_tie(a: float, b: float) -> Number:
        (below_a, above_a), (below_b, above_b) = costs(a), costs(b)
        return (above_b - above_a) / (below_a - below_b + above_b - above_a)

    return (level_of_a_tie(low, middle) + level_of_a_tie(middle, high)) / 2


@level_of_the_middle.inputs
def three_forecasts(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 2.0, 3.0, 4.0]), 0.5, 2.5, 4.5
    for n in (9, 15, 30):
        y = rng.exponential(size=n)
        low, middle, high = np.quantile(y, [0.05, rng.uniform(0.65, 0.75), 0.97])
        yield y, float(low), float(middle), float(high)


@level_of_the_middle.claim("A level lies strictly between 0 and 1, but yours is {level}.")
def a_level(answer: float, y_true: Array, low: float, middle: float, high: float) -> Held:
    return 0 < answer < 1, {"level": answer}


@level_of_the_middle.claim("At your level, {level}, the mean quantile loss is {of_low} for {low}, {of_middle} for {middle} and "
                           "{of_high} for {high}; the second should be the smallest.")
def middle_wins(answer: float, y_true: Array, low: float, middle: float, high: float) -> Held:
    of_low, of_middle, of_high = (pinball_mean.reference(y_true, c, answer) for c in (low, middle, high))
    return of_middle < min(of_low, of_high), {
        "level": answer, "of_low": of_low, "of_middle": of_middle, "of_high": of_high}


level_of_the_middle.mistake("At a level of 0.01 it is cheap to be too low, so the lowest forecast wins.",
                            lambda y, a, b, c: 0.01)
level_of_the_middle.mistake("At a level of 0.99 it is cheap to be too high, so the highest forecast wins.",
                            lambda y, a, b, c: 0.99)
level_of_the_middle.mistake("A level of exactly 1 gives excesses no cost at all; levels lie below 1.", lambda y, a, b, c: 1.0)
level_of_the_middle.mistake("You returned a level in percent; a level lies between 0 and 1.",
                            lambda y, a, b, c: 100 * level_of_the_middle.reference(y, a, b, c))
level_of_the_middle.alternative(lambda y, a, b, c: min(
    np.linspace(0.01, 0.99, 99), key=lambda t: pinball_mean.reference(y, b, t) - min(
        pinball_mean.reference(y, a, t), pinball_mean.reference(y, c, t))))
