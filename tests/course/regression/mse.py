"""The equations and the claims of the page on the mean squared error."""

from functools import cache

import numpy as np
from scipy.stats import norm
from sklearn import metrics

from lossedu import data, mae, mse
from tests.claims.experiments import percent, seeds, splits
from tests.claims.registry import claim
from tests.equations.latex import evaluate, holds, sides
from tests.equations.losses import loss_equation, numbers, slope_equation
from tests.equations.registry import equation

loss_equation("eq-mse", mse, numbers)
loss_equation("eq-mse-mean", mse, numbers)
slope_equation("eq-mse-gradient", mse, numbers)

FLIGHTS = data.load("flight_delays")
DELAYS, DEPARTURE, DATES = (FLIGHTS[name] for name in ("arrival_delay", "departure_delay", "date"))
JULY = DELAYS[DATES >= np.datetime64("2013-07-01")][:10]


def cost(targets, answer):
    """The mean squared error of one answer for all targets."""
    return mse(targets, np.full(len(targets), answer))


@equation("eq-mse-constant-slope")
def slope_of_a_constant(tex, rng):
    y, _ = numbers(rng)
    c = rng.normal()
    slope = mse.gradient(y, np.full(len(y), c)).sum()
    holds(tex, {"L'(c)": slope, "c": c, "y": y, r"\bar{y}": y.mean(), "n": len(y)}, rtol=1e-9)


@equation("eq-mse-detour")
def by_way_of_the_mean(tex, rng):
    y, _ = numbers(rng)
    for i in range(1, len(y) + 1):
        holds(tex, {"y": y, "i": i, "c": rng.normal(), r"\bar{y}": y.mean()}, rtol=1e-9)


@equation("eq-mse-split")
def variance_and_distance(tex, rng):
    y, _ = numbers(rng)
    c = rng.normal()
    env = {"y": y, "c": c, r"\bar{y}": y.mean(), "n": len(y)}
    holds(tex, env, rtol=1e-9)
    assert np.isclose(evaluate(sides(tex)[0], env), len(y) * cost(y, c))


@equation("eq-mse-r2")
def share_of_the_variance(tex, rng):
    y, _ = numbers(rng)
    y_pred = y + 0.1 * (y - y.mean()) * rng.uniform(-1, 1, len(y))
    r2 = 1 - mse(y, y_pred) / np.var(y)
    holds(tex, {"R": np.sqrt(r2), "y": y, r"\hat{y}": y_pred, r"\bar{y}": y.mean(), "n": len(y)}, rtol=1e-9)


@equation("eq-mse-normal")
def logarithm_of_the_normal_density(tex, rng):
    c, sigma = rng.normal(), rng.uniform(0.5, 2)
    holds(tex, {"f": lambda y: norm.pdf(y, c, sigma), "y": rng.normal(), "c": c, r"\sigma": sigma}, rtol=1e-9)


@claim("mse-last-day",
       "The answer 19 is nearer to the delay than 75 on 7 of the 10 days, and yet it costs more on average.",
       "The reason is the last day: a miss of 401 minutes costs 160,801, and that is 83 % of all that the answer 19 "
       "costs.")
def one_day_decides():
    nearer = np.abs(JULY - 19) < np.abs(JULY - 75)
    assert cost(JULY, 19) > cost(JULY, 75) and cost(JULY[:9], 19) < cost(JULY[:9], 75)
    last = mse.each(JULY, np.full(10, 19.0))[-1]
    return [19, 75, nearer.sum(), len(JULY), f"{abs(JULY[-1] - 19):.0f}", f"{last:,.0f}",
            f"{last / (10 * cost(JULY, 19)):.0%}"]


@claim("mse-tenth",
       "The best answer is 74.9 minutes, which is the mean of the ten delays.",
       "Each day has a tenth of a say in it: if you move a delay by 50 minutes, the best answer moves by 5 minutes in "
       "the same direction.",
       "The long delay dominates the cost because its miss is squared: at every answer from 0 to 75 minutes its square "
       "has more area than the other nine squares together.")
def a_tenth_of_a_say():
    answers = np.arange(-100, 480, 0.1)
    costs = [cost(JULY, answer) for answer in answers]
    best = mse.minimiser(JULY)
    assert best == JULY.mean() and abs(answers[np.argmin(costs)] - best) < 0.1
    moves = {round(mse.minimiser(JULY + by * day) - best, 9) / by for day in np.eye(10) for by in (-50, 50)}
    assert moves == {0.1}
    for answer in range(76):
        squares = (JULY - answer) ** 2
        assert 2 * squares[JULY.argmax()] > squares.sum(), answer
    return [f"{best:.1f}", 50, 5, 0, 75]


@claim("mse-nineteen",
       "For the ten days of July the answer 19 costs their variance, 16,161.7, and the squared distance from 19 to "
       "their mean, 3,124.8.",
       "The sum is the 19,286.5 of the first table.")
def variance_and_squared_distance():
    distance = (19 - JULY.mean()) ** 2
    assert np.isclose(JULY.var() + distance, cost(JULY, 19))
    assert all(cost(JULY, answer) > JULY.var() for answer in np.linspace(-1000, 1000, 1000))
    return [19, f"{JULY.var():,.1f}", f"{distance:,.1f}", f"{cost(JULY, 19):,.1f}"]


@claim("mse-rmse",
       "Over the whole year the RMSE of the mean is 52.5 minutes, but the mean misses by only 29.6 minutes on average.",
       "The RMSE is never below the average miss, because [the second proof](#eq-mse-split), applied to the sizes of "
       "the misses with $c = 0$, says that their mean square is the square of their mean plus their variance.")
def root_and_average():
    for rng in seeds(100):
        misses = np.abs(rng.standard_t(2, rng.integers(1, 50)))
        assert np.isclose(np.mean(misses**2), misses.mean() ** 2 + misses.var())
        assert np.sqrt(np.mean(misses**2)) >= misses.mean() * (1 - 1e-12)
    mean = np.full(len(DELAYS), DELAYS.mean())
    return [f"{np.sqrt(mse(DELAYS, mean)):.1f}", f"{mae(DELAYS, mean):.1f}", 0]


@claim("mse-gradient-sign",
       "Where an entry is positive, the prediction is too large, so a step against the gradient makes it smaller; "
       "where it is negative, the step makes it larger.")
def against_the_gradient():
    for rng in seeds(100):
        y, y_pred = rng.normal(size=(2, 5))
        gradient = mse.gradient(y, y_pred)
        assert np.array_equal(gradient > 0, y_pred > y)
        assert mse(y, y_pred - 0.1 * gradient) < mse(y, y_pred)


@claim("mse-twin",
       "The lower curve crosses zero at the residual 0, where the parabola has its lowest point.",
       "It is a straight line, because the derivative of $r^2$ is $2r$.",
       "Therefore a descent changes a prediction that is far off by much, and one that is almost right by little.")
def line_through_zero():
    r = np.linspace(-3, 3, 601)
    values, slopes = mse.each(np.zeros(601), r), mse.derivative(np.zeros(601), r)
    assert np.allclose(slopes, 2 * r) and np.argmin(values) == np.argmin(np.abs(slopes)) == 300
    h = 1e-4
    assert np.allclose((mse.each(np.zeros(601), r + h) - mse.each(np.zeros(601), r - h)) / (2 * h), slopes)
    for rng in seeds(100):
        y, y_pred = rng.normal(size=(2, 5))
        order = np.argsort(np.abs(y_pred - y))
        assert np.all(np.diff(np.abs(mse.gradient(y, y_pred))[order]) > 0)
    return [0, 2, 2]


@claim("mse-convex",
       "*Convex*: a straight line between two points of the curve never passes below it, so a descent cannot end in a "
       "second, higher valley.",
       "*Strictly convex*: the curve has no straight piece either, so it has at most one lowest point.",
       "*Strongly convex*: the second derivative, which is 2 for every $r$, never falls below some positive number.",
       "*Smooth, C∞*: it can be differentiated as often as one likes ($2r$, then 2, then 0 for ever).",
       "*Best constant*: the mean, as we have proved.")
def convex_and_strongly():
    for rng in seeds(200):
        (left, right), share = rng.normal(0, 10, 2), rng.uniform()
        between = share * left + (1 - share) * right
        chord = share * left**2 + (1 - share) * right**2
        assert chord >= mse.each([0.0], [between])[0] - 1e-9
        # Strong convexity with second derivative 2: the chord lies above the curve by this much.
        assert np.isclose(chord - between**2, share * (1 - share) * (left - right) ** 2)
    slopes = mse.derivative(np.zeros(41), np.linspace(-1000, 1000, 41))
    assert np.allclose(slopes, 2 * np.linspace(-1000, 1000, 41)) and np.allclose(np.diff(slopes) / 50, 2)
    assert mse.traits.best_constant == "mean" and mse.traits.smooth == "C∞"
    return [2, f"{np.abs(np.diff(slopes, 2)).max():.0f}"]


@claim("mse-not-normal",
       "Our delays are far from normal: a normal distribution with their mean and standard deviation would let the "
       "flight arrive before −60 minutes on about 36 of the 360 days, and it never did.")
def too_few_early_days():
    assert np.sum(DELAYS < -60) == 0
    return [-60, f"{len(DELAYS) * norm.cdf(-60, DELAYS.mean(), DELAYS.std()):.0f}", len(DELAYS)]


@claim("mse-one-flight",
       "Without this one flight the mean of the ten days falls from 74.9 to 36.6 minutes, and even the mean of the "
       "whole year from 7.0 to 5.8.",
       "The median of the ten days falls from 19 to 10, and that of the year by half a minute.",
       "But this delay happened, and the second person had the worst evening of his year.")
def without_the_longest():
    assert DATES[DELAYS.argmax()] == np.datetime64("2013-07-10") and JULY.argmax() == 9
    ten, year = (np.delete(days, days.argmax()) for days in (JULY, DELAYS))
    assert np.median(DELAYS) - np.median(year) == 0.5
    assert all(np.argmax((DELAYS - answer) ** 2) == DELAYS.argmax() for answer in (JULY.mean(), DELAYS.mean()))
    return [f"{JULY.mean():.1f}", f"{ten.mean():.1f}", f"{DELAYS.mean():.1f}", f"{year.mean():.1f}",
            f"{np.median(JULY):.0f}", f"{np.median(ten):.0f}"]


@claim("mse-chosen",
       "The mean was chosen on these days, so no other constant has a smaller mean squared error on them, as we have "
       "proved.")
def on_the_days_it_was_chosen_on():
    assert all(cost(DELAYS, DELAYS.mean()) < cost(DELAYS, answer) for answer in (*range(-60, 421), np.median(DELAYS)))


@cache
def halves():
    """Of 1,000 random splits: the losses and R² on the held-out days, and which constant lies nearer to their mean."""
    rows = []
    for fit, new in splits(len(DELAYS), 0.5, 1000):
        y, mean, median = DELAYS[new], DELAYS[fit].mean(), np.median(DELAYS[fit])
        line = np.polyval(np.polyfit(DEPARTURE[fit], DELAYS[fit], 1), DEPARTURE[new])
        rows.append((cost(y, mean), cost(y, median), mse(y, line), np.var(y), np.mean(np.abs(y - mean)),
                     np.mean(np.abs(y - median)), abs(mean - y.mean()) < abs(median - y.mean())))
    return np.array(rows).T


@claim("mse-held-out",
       "In 1,000 random splits the mean has a smaller mean squared error on the held-out days than the median in 89 %, "
       "while the median has the smaller average miss in 97 %: each answer is good for the person whose cost it was "
       "fitted to.",
       "The mean can lose, because the held-out days have a mean of their own, and by our second proof the constant "
       "nearer to it wins.",
       "The $R^2$ of the line lay between 0.43 and 0.90.")
def on_held_out_days():
    mean, median, line, variance, mean_misses, median_misses, nearer = halves()
    assert np.array_equal(mean < median, nearer.astype(bool)) and not nearer.all()
    assert np.all(mean >= variance * (1 - 1e-12)) and np.all(median >= variance * (1 - 1e-12))
    r2 = 1 - line / variance
    return ["1,000", percent(mean < median), percent(median_misses < mean_misses), 2, f"{r2.min():.2f}",
            f"{r2.max():.2f}"]


@claim("mse-in-time",
       "Fitted on one half of the year and judged on the other, the mean wins both ways (2,596 against 2,754, and "
       "2,923 against 3,022), but these are two splits only.")
def in_the_order_of_the_year():
    first = DATES < np.datetime64("2013-07-01")
    found = []
    for fit, new in ((first, ~first), (~first, first)):
        losses = cost(DELAYS[new], DELAYS[fit].mean()), cost(DELAYS[new], np.median(DELAYS[fit]))
        assert losses[0] < losses[1]
        found += [f"{loss:,.0f}" for loss in losses]
    return found


@claim("mse-baseline",
       "The mean of the days used for fitting is the *baseline*: a model has learned something if its loss on new days "
       "is smaller than that of this mean, as that of the line was in all 1,000 random splits.")
def the_line_beats_the_mean():
    mean, _, line, *_ = halves()
    assert np.all(line < mean)
    return f"{len(line):,}"


@claim("mse-order",
       "The MSE is the same in both orders, but $R^2$ is not, since its variance is that of the targets: for the line "
       "on the held-out days `r2_score` gives 0.775, and 0.701 with the arguments exchanged.")
def two_orders():
    """The page's own split, judged by scikit-learn."""
    fit, new = next(splits(len(DELAYS), 0.5, 1))
    y, line = DELAYS[new], np.polyval(np.polyfit(DEPARTURE[fit], DELAYS[fit], 1), DEPARTURE[new])
    assert np.isclose(metrics.mean_squared_error(y, line), mse(y, line))
    assert np.isclose(metrics.mean_squared_error(line, y), mse(y, line))
    assert np.isclose(metrics.root_mean_squared_error(y, line), np.sqrt(mse(y, line)))
    return [2, f"{metrics.r2_score(y, line):.3f}", f"{metrics.r2_score(line, y):.3f}"]


@claim("mse-take-away",
       "The constant with the smallest mean squared error is the mean.",
       "Any other constant costs the variance plus its squared distance from the mean.",
       "Choose the squared error where a miss twice as large really is four times as bad.")
def what_one_takes_away():
    for rng in seeds(100):
        y = rng.standard_t(2, rng.integers(2, 50))
        c = y.mean() + rng.normal()
        assert np.isclose(cost(y, c), y.var() + (c - y.mean()) ** 2) and cost(y, c) > cost(y, y.mean())
        assert np.isclose(mse.each([0.0], [2 * c])[0], 4 * mse.each([0.0], [c])[0])


@claim("mse-r2",
       "The third name compares the loss with that of the best constant, the mean.",
       "It is 1 for perfect predictions, 0 for predictions that do as well as the mean of these very targets, and "
       "**negative** for worse ones, although $R^2$ looks like a square.",
       "On new data this can happen, because no model knows the mean of days still to come.",
       "By our second proof the $R^2$ of a constant is never above 0 on new days.",
       "None of them ranks models that were judged on *different* data: an RMSE of 50 minutes may be poor for one "
       "flight and excellent for another.")
def at_most_one_and_often_negative():
    def r2(y, y_pred):
        return 1 - mse(y, y_pred) / np.var(y)

    for rng in seeds(200):
        y = 20 + 50 * rng.standard_t(3, 30)
        constant = np.full(30, y.mean())
        assert r2(y, y) == 1 and abs(r2(y, constant)) < 1e-12
        assert r2(y, constant + rng.choice([-1, 1])) < 0  # a constant that another mean has given
        assert r2(y, y + 0.5 * (constant - y)) > 0
    # The same RMSE of 50 minutes: worse than the mean for one flight, far better for another.
    calm, wild = 20 * np.arange(-5.0, 6.0), 200 * np.arange(-5.0, 6.0)
    miss = 50.0 * (-1) ** np.arange(11)
    assert r2(calm, calm + miss) < 0.5 and r2(wild, wild + miss) > 0.9
    return [2, 1, 0, 50, 2, 0]
