"""Exercises of the gallery of best constants."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="A miss is a miss", points=1,
          hints=["Under the 0-1 loss it does not matter how far a miss goes. What does the loss of a number c depend "
                 "on then?",
                 "Count how often each value occurs among the targets, and take a value with the largest count.",
                 "np.unique can return the counts beside the values. Find the place of the largest count, and then "
                 "look up which value stands at that place."])
def most_frequent(y_true: Array) -> Number:
    """Return one number with the smallest 0-1 loss: the one that differs from the fewest targets.

    `y_true` is an array of shape (n,). Where several numbers are best, any of them will do.
    """
    values, counts = np.unique(y_true, return_counts=True)
    return values[np.argmax(counts)]


@most_frequent.inputs
def counted(rng: np.random.Generator) -> Inputs:
    yield (np.array([3.0]),)
    yield (np.array([1.0, 8.0, 5.0, 5.0, 6.0, 11.0, 13.0]),)
    yield (np.array([4.0, 4.0, 2.0, 2.0, 9.0]),)
    for n in (9, 15, 40):
        yield (np.r_[12.0, 12.0, 12.0, 12.0, rng.permutation(np.r_[12.0, 30.0 + rng.permutation(60)[:n]])],)


@most_frequent.accept
def hits_as_often(answer: float, y: Array) -> bool:
    return np.sum(y == float(answer)) == np.unique(y, return_counts=True)[1].max()


most_frequent.mistake("That is the median: as many above as below. Count how often each value occurs.",
                      lambda y: np.median(y))
most_frequent.mistake("That is the mean; it may hit no target at all.", lambda y: np.mean(y))
most_frequent.mistake("You returned how often the most frequent value occurs; the value was asked.",
                      lambda y: np.unique(y, return_counts=True)[1].max())
most_frequent.mistake("You returned the place of the most frequent value among the sorted values; look it up there.",
                      lambda y: np.argmax(np.unique(y, return_counts=True)[1]))
most_frequent.mistake("You took the value that occurs least often.",
                      lambda y: np.unique(y)[np.argmin(np.unique(y, return_counts=True)[1])])
most_frequent.mistake("You returned the smallest 0-1 loss; the number that reaches it was asked.",
                      lambda y: 1 - np.unique(y, return_counts=True)[1].max() / len(y))
most_frequent.alternative(lambda y: max(y.tolist(), key=y.tolist().count))
most_frequent.alternative(lambda y: y[np.argmax((y[:, None] == y).sum(axis=1))])


def percentage_price(c: float, y: Array) -> Number:
    """Mean absolute percentage error of one constant."""
    return np.mean(np.abs(y - c) / y)


@exercise(title="What a percentage wants", points=2,
          hints=["Draw the loss of one sample over c: it is a V. What does an average of several such curves look "
                 "like, and where can its lowest point be?",
                 "The average is made of straight pieces that meet at the targets, so one of the targets is a best "
                 "constant. Compute the mean percentage error of each of them as a forecast for all.",
                 "Collect these errors in the order of the targets. np.argmin gives the place of the smallest one; "
                 "which target stands at that place?"])
def percentage_best_constant(y_true: Array) -> Number:
    """Return one number c for which predicting c everywhere has the smallest mean absolute percentage error.

    `y_true` is an array of shape (n,) of positive numbers. Where several constants are best, any of them will do.
    """
    prices = [np.mean(np.abs(y_true - c) / y_true) for c in y_true]
    return y_true[np.argmin(prices)]


@percentage_best_constant.inputs
def skewed(rng: np.random.Generator) -> Inputs:
    yield (np.array([3.0]),)
    yield (np.array([4.0, 1.0, 10.0, 2.0]),)
    yield (np.array([10.0, 9.0, 11.0, 12.0, 10.5, 100.0, 200.0]),)
    for n in (6, 15, 31):
        yield (rng.lognormal(sigma=1.2, size=n),)


@percentage_best_constant.accept
def as_cheap_in_percent(answer: float, y: Array) -> bool:
    return bool(percentage_price(float(answer), y) <= min(percentage_price(c, y) for c in y) * (1 + 1e-9))


percentage_best_constant.mistake("That is the median; but here each miss is divided by its target.",
                                 lambda y: np.median(y))
percentage_best_constant.mistake("That is the mean, the best constant of the squared error.", lambda y: np.mean(y))
percentage_best_constant.mistake("The smallest target is best for some data only; compare the prices.",
                                 lambda y: np.min(y))
percentage_best_constant.mistake("You divided by the forecast; the percentage is of the target.",
                                 lambda y: y[np.argmin([np.mean(np.abs(y - c) / c) for c in y])])
percentage_best_constant.mistake("You returned the smallest price; the constant that reaches it was asked.",
                                 lambda y: min(percentage_price(c, y) for c in y))
percentage_best_constant.mistake("That is the mean with weights 1/y. Percentages of distances ask for a median.",
                                 lambda y: len(y) / np.sum(1 / y))


@percentage_best_constant.alternative
def weighted_median(y: Array) -> Number:
    y = np.sort(y)
    below = np.cumsum(1 / y)
    return y[np.searchsorted(below, below[-1] / 2)]


@exercise(title="The whole floor", points=2,
          hints=["When does a small step to the right leave the mean absolute error as it is? Count the targets on "
                 "both sides.",
                 "Sort the targets. The floor reaches from one of the middle two to the other, and when their number "
                 "is odd, both are the same entry.",
                 "Integer division finds both places. Write down for n = 4 and for n = 5 which places you need, "
                 "counted from 0, and look for one rule for the left one and one for the right one."])
def all_best_constants(y_true: Array) -> tuple[Number, Number]:
    """Return the lowest and the highest constant with the smallest mean absolute error, a tuple of two numbers.

    `y_true` is an array of shape (n,). With an odd number of targets both are the same.
    """
    y, n = np.sort(y_true), len(y_true)
    return y[(n - 1) // 2], y[n // 2]


@all_best_constants.inputs
def floors(rng: np.random.Generator) -> Inputs:
    yield (np.array([3.0]),)
    yield (np.array([10.0, 1.0, 4.0, 2.0]),)
    yield (np.array([5.0, 1.0, 13.0, 6.0, 8.0]),)
    for n in (2, 6, 9, 30):
        yield (rng.normal(size=n).round(3),)


all_best_constants.mistake("You took the two places without sorting first.",
                           lambda y: (y[(len(y) - 1) // 2], y[len(y) // 2]))
all_best_constants.mistake("That is the middle of the floor, twice; its two ends were asked.",
                           lambda y: (np.median(y), np.median(y)))
all_best_constants.mistake("You returned the smallest and the largest target; the floor lies between the middle two.",
                           lambda y: (np.min(y), np.max(y)))
all_best_constants.mistake("Your upper end is one place too high when n is odd: it is entry n // 2, counted from 0.",
                           lambda y: (np.sort(y)[(len(y) - 1) // 2], np.sort(y)[min((len(y) + 1) // 2, len(y) - 1)]))
all_best_constants.mistake("The ends are swapped: the lower one comes first.",
                           lambda y: (np.sort(y)[len(y) // 2], np.sort(y)[(len(y) - 1) // 2]))
all_best_constants.mistake("Those are the quartiles; the floor lies between the middle two targets.",
                           lambda y: (np.quantile(y, 0.25), np.quantile(y, 0.75)))
all_best_constants.alternative(lambda y: (np.quantile(y, 0.5, method="lower"), np.quantile(y, 0.5, method="higher")))


@exercise(title="The price of missing the mean", points=1,
          hints=["The page splits the mean squared error of c into two terms. Which of them does the mean pay as "
                 "well?",
                 "Subtract the mean squared error of the mean: one term cancels, and what is left depends only on c "
                 "and on the mean.",
                 "What is left is the squared error of one forecast against one target. Which number plays the part "
                 "of the target?"])
def price_of_missing_the_mean(y_true: Array, c: float) -> Number:
    """Return by how much the mean squared error of predicting `c` everywhere exceeds that of the mean, one float.

    `y_true` is an array of shape (n,), `c` a number.
    """
    return (c - np.mean(y_true)) ** 2


@price_of_missing_the_mean.inputs
def misses(rng: np.random.Generator) -> Inputs:
    yield np.array([3.0]), 5.0
    yield np.array([1.0, 5.0, 5.0, 6.0, 8.0, 11.0, 13.0]), 4.0
    yield np.array([1.0, 2.0, 6.0]), 3.0
    for n in (2, 9, 30):
        yield rng.normal(3, 2, size=n), float(rng.normal())


price_of_missing_the_mean.mistake("That is the whole mean squared error of c; take that of the mean off.",
                                  lambda y, c: np.mean((y - c) ** 2))
price_of_missing_the_mean.mistake("You forgot to square the distance.", lambda y, c: np.abs(c - np.mean(y)))
price_of_missing_the_mean.mistake("The sign is turned round: nothing is cheaper than the mean.",
                                  lambda y, c: np.mean((y - np.mean(y)) ** 2) - np.mean((y - c) ** 2))
price_of_missing_the_mean.mistake("That is the variance, the price of the mean itself.", lambda y, c: np.var(y))
price_of_missing_the_mean.mistake("You measured the distance from the median.", lambda y, c: (c - np.median(y)) ** 2)
price_of_missing_the_mean.mistake("You added where the sum of squares goes: averages are compared here, not sums.",
                                  lambda y, c: len(y) * (c - np.mean(y)) ** 2)
price_of_missing_the_mean.alternative(lambda y, c: np.mean((y - c) ** 2) - np.var(y))


ask("An adviser names the most frequent value. Which price was he told?",
    right=("0-1 loss", "If every miss costs the same, hit as often as you can."),
    wrong=[("absolute error", "That elects the median."),
           ("squared error, since frequent values weigh most in it",
            "That gives the mean, which may never occur at all.")])
ask("A team is judged by MAPE on skewed sales. What does this measure tempt it to do?",
    right=("to forecast too little, which costs 100 percent at most", "Too high has no limit."),
    wrong=[("to forecast too much, since large sales weigh most",
            "Small sales weigh most, and too high is the expensive side: its percentage has no limit."),
           ("nothing: a percentage treats all shops alike",
            "They treat shops alike, but not the two sides of a shop.")])
ask("The mean of y has MSE 4. What is the MSE of a constant that lies 3 above the mean?",
    right=("13", "4 plus 3 squared: the price of the mean plus the squared distance from it."),
    wrong=[("7", "The distance is squared before it is added."),
           ("that depends on the data", "It does not: the decomposition holds for any data.")])
ask("Two programs minimise the same absolute error and return 2.0 and 3.5. What follows?",
    right=("nothing yet: compare their losses", "The floor may be flat, and then both are best."),
    wrong=[("one of them has a bug, or stopped too early", "Not if the loss is the same at both places, as on a flat floor."),
           ("the loss is not convex, or its best place would be single",
            "The absolute error is convex, but not strictly: its floor can be flat.")])


@exercise(title="Derive: a percentage of the forecast", points=3,
          hints=["The constant stands above and below the line of the fraction, so the price is no parabola in c. Multiply the "
                 "square out: which powers of c are left, and which averages of the targets stand beside them?",
                 "Write u for 1/c. In u the price is a parabola, and you know how to find the lowest point of one.",
                 "Set the slope in u to zero. Two averages remain, that of the targets and that of their squares. Solve for u, "
                 "and do not forget the way back from u to c."])
def forecast_percentage_best(y_true: Array) -> Number:
    """Return the one positive number c for which the average of ((y - c) / c)² over the targets y is smallest, one float.

    A team measures each miss in percent of the forecast instead of the target, so that a target of 0 does no harm, and
    squares it. Derive on paper which forecast this price asks for, and write it in Python. `y_true` is an array of
    shape (n,) of numbers that are not negative; at least one of them is positive.
    """
    return np.sum(y_true**2) / np.sum(y_true)


@forecast_percentage_best.inputs
def sold(rng: np.random.Generator) -> Inputs:
    yield (np.array([3.0]),)
    yield (np.array([1.0, 2.0, 3.0, 4.0]),)
    yield (np.array([0.0, 4.0]),)
    for n in (2, 6, 30):
        yield (rng.lognormal(sigma=0.8, size=n),)


forecast_percentage_best.mistake("That is the mean. It would be right if the c that divides the miss were a fixed number, "
                                 "but it changes as well.", lambda y: np.mean(y))
forecast_percentage_best.mistake("That is the best constant when a square is divided by c once; here it is divided by c².",
                                 lambda y: np.sqrt(np.mean(y**2)))
forecast_percentage_best.mistake("You solved for u = 1/c and stopped; the constant c itself was asked.",
                                 lambda y: np.sum(y) / np.sum(y**2))
forecast_percentage_best.mistake("That is the best constant when each miss is divided by its target instead of the forecast.",
                                 lambda y: np.sum(1 / y) / np.sum(1 / y**2))
forecast_percentage_best.mistake("That is the smallest price itself; the constant that reaches it was asked.",
                                 lambda y: 1 - np.mean(y) ** 2 / np.mean(y**2))
forecast_percentage_best.mistake("That is the average of the squared targets; one more step leads to the constant.",
                                 lambda y: np.mean(y**2))
forecast_percentage_best.mistake("You returned the median, which is asked for by distances and not by squares.",
                                 lambda y: np.median(y))
forecast_percentage_best.alternative(lambda y: np.average(y, weights=y))
forecast_percentage_best.alternative(lambda y: np.mean(y) + np.var(y) / np.mean(y))
