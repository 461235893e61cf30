"""The equations of the page on the mean absolute error, and the experiments that hold its claims."""

from functools import cache

import numpy as np
from scipy.stats import laplace, norm
from scipy.stats import t as student
from sklearn.linear_model import LinearRegression, QuantileRegressor

from lossedu import data, mae, mse
from tests.claims.experiments import percent, seeds, splits
from tests.claims.registry import claim
from tests.equations.latex import holds
from tests.equations.losses import loss_equation, numbers, slope_equation
from tests.equations.registry import equation

loss_equation("eq-mae", mae, numbers)
loss_equation("eq-mae-mean", mae, numbers)
slope_equation("eq-mae-gradient", mae, numbers)


@equation("eq-mae-votes")
def votes(tex, rng):
    y = rng.normal(size=rng.integers(3, 8))
    for c in (*rng.normal(size=4), y.min() - 1, y.max() + 1):
        slope = mae.gradient(y, np.full_like(y, c)).sum()
        holds(tex, {"L'": lambda c, slope=slope: slope, "c": c, "y": y, "n": len(y)})


@equation("eq-mae-pair")
def pair(tex, rng):
    y = np.sort(rng.normal(size=rng.integers(2, 8)))
    for c in (*rng.uniform(-4, 4, 8), y[0], y[-1]):
        holds(tex.replace(r"\ge", "=") if y[0] < c < y[-1] else tex, {"y": y, "c": c, "n": len(y)}, rtol=1e-10)


@equation("eq-mae-efficiency")
def efficiency(tex, rng):
    sigma = rng.uniform(0.5, 3)
    holds(tex, {r"\sigma": sigma, "f": 1 / np.sqrt(2 * np.pi * sigma**2), "n": int(rng.integers(2, 50))})


def cost(loss, y, c):
    """The average loss of one answer for all targets."""
    return loss(y, np.full_like(y, c))


@cache
def flights():
    table = data.load("flight_delays")
    return table["arrival_delay"].astype(float), table["date"].astype("datetime64[M]").astype(int) % 12 + 1


@cache
def prices():
    return data.load("house_prices")["price"].astype(float)


def july(days):
    return flights()[0][180:180 + days]


@claim("mae-see",
       "The stacks balance at 10 minutes, the **median** of the nine days: four days lie below it and four above.",
       "This answer costs 38.8 coins a day, and the mean, 36.6, costs 43.8.",
       "While you drag the longest delay anywhere to the right of 10, the best answer stays at 10, because the "
       "vote of that day does not change.",
       "The best answer of the squared error moves by one minute for every nine minutes that you drag.")
def longest_day_is_dragged():
    nine = july(9)
    best = mae.minimiser(nine)
    assert np.sum(nine < best) == np.sum(nine > best) == 4 and nine.argmax() == 8
    for moved in (11, 50, 165, 240, 1e6):
        dragged = np.append(nine[:8], moved)
        assert mae.minimiser(dragged) == best
        assert np.isclose(mse.minimiser(dragged) - nine.mean(), (moved - nine[8]) / 9)
    assert mae.minimiser(np.append(nine[:8], 0.0)) < best
    assert cost(mse, nine, nine.mean()) < cost(mse, nine, best)
    means = f"{nine.mean():.1f}", f"{cost(mae, nine, nine.mean()):.1f}"
    return [int(best), f"{cost(mae, nine, best):.1f}", *means]


@claim("mae-one-vote",
       "The two gradients have the same size, because the gradient of the absolute error depends only on the "
       "side of the target on which the prediction lies: the miss of 129 minutes counts as much as the miss of "
       "1.")
def one_vote_each():
    nine, miss = july(9), np.abs(july(9) - 37)
    gradient = np.abs(mae.gradient(nine, np.full(9, 37.0)))
    assert gradient[miss.argmax()] == gradient[miss.argmin()]
    for rng in seeds(50):
        y, p = rng.standard_t(2, (2, 20))
        assert np.array_equal(mae.gradient(y, p), np.where(p > y, 1, -1) / 20)
    return [int(miss.max()), int(miss.min())]


@claim("mae-pairs",
       "The four pairs of our nine days are 192, 106, 30 and 21 minutes apart.",
       "So every answer costs at least 349 minutes in all, and the answer 10 costs exactly 349.")
def four_pairs():
    ordered = np.sort(july(9))
    apart = (ordered[::-1] - ordered)[:4]
    least = min(np.abs(ordered - c).sum() for c in np.linspace(-100, 300, 4001))
    assert np.isclose(least, apart.sum())
    return [*apart.astype(int), round(least), 10, int(np.abs(ordered - 10).sum())]


@claim("mae-floor",
       "The one day of 420 minutes raises the mean from 36.6 to 74.9.",
       "The best constants of the absolute error were 10 alone and are now all numbers from 10 to 28; each of "
       "them costs 75.9, and `lossedu` returns the middle, 19.")
def tenth_day():
    answers = np.arange(-30, 430)
    costs = np.array([cost(mae, july(10), c) for c in answers.astype(float)])
    floor = answers[np.isclose(costs, costs.min())]
    alone = answers[np.argmin([cost(mae, july(9), c) for c in answers.astype(float)])]
    assert np.array_equal(floor, np.arange(floor[0], floor[-1] + 1))
    means = [f"{july(days).mean():.1f}" for days in (9, 10)]
    return [july(10)[-1].astype(int), *means, alone, floor[0], floor[-1], f"{costs.min():.1f}",
            int(mae.minimiser(july(10)))]


def descend(samples, rate, steps=500):
    """The paths of one constant for each sample, one row for each moment."""
    c = np.zeros(len(samples))
    path = [c]
    for t in range(steps):
        c = c - rate(t) * np.sign(c[:, None] - samples).mean(axis=1)
        path.append(c)
    return np.array(path)


@claim("mae-steps",
       "The reason is a count: if $n$ is odd, an odd number of votes cannot be tied, so at every $c$ that is "
       "none of the targets the slope is at least $1/n$ in size, and a step is at least $\\eta / n$ long, no "
       "matter how near the median is.",
       "We walked 500 steps from 0 on each of 200 samples of 9 numbers from a normal distribution.",
       "In the last 100 steps the answers lay 1.51 from the median on average with the fixed rate 4, and 0.03 "
       "with the fixed rate 0.4: a smaller rate makes the jumps shorter but does not end them.",
       "With the rate $4/(1 + t)$, which falls but has an infinite sum, all 200 paths ended within 0.01 of the "
       "median.")
def steps_do_not_settle():
    samples = np.array([rng.normal(size=9) for rng in seeds(200)])
    median, off = np.median(samples, axis=1), []
    for rate in (4, 0.4):
        path = descend(samples, lambda t, rate=rate: rate)
        assert np.abs(np.diff(path, axis=0)).min() > rate / 9 - 1e-12
        off.append(f"{np.abs(path - median)[-100:].mean():.2f}")
    falling = descend(samples, lambda t: 4 / (1 + t))
    assert np.abs(falling[-1] - median).max() < 0.01
    tied = descend(np.array([[-1.0, 1.0, 3.0, 9.0]]), lambda t: 0.5)  # an even number, with room between the middle two
    assert np.all(tied[-100:] == tied[-1])
    return [1, 500, 0, 200, 9, 100, off[0], 4, off[1], 0.4, "0.01"]


@claim("mae-nothing",
       "If more than half of the days sell nothing, the median is 0, so the forecast *nothing* has the smallest "
       "mean absolute error, although the shop that follows it would have no part in stock.")
def seldom_sold():
    for rng in seeds(100):
        sold = np.where(rng.permutation(101) < rng.integers(51, 100), 0.0, rng.integers(1, 9, 101))
        assert np.mean(sold == 0) > 0.5 and sold.sum() > 0
        assert cost(mae, sold, 0.0) < min(cost(mae, sold, c) for c in (0.1, sold.mean(), 1.0, sold.max()))
    return [0]


@claim("mae-year",
       "The mean says that the plane is 7.0 minutes late, and the median says that it is 4.5 minutes early.",
       "A few very late days make the difference: without the 28 days on which the plane was more than an hour "
       "late, the mean would be −4.7.",
       "Each constant wins under the loss it was chosen to minimise, so this comparison cannot tell us which "
       "of the two is better.",
       "The cost of a minute decides.")
def the_year():
    delays, _ = flights()
    mean, median = delays.mean(), np.median(delays)
    assert cost(mae, delays, median) < cost(mae, delays, mean) and cost(mse, delays, mean) < cost(mse, delays, median)
    hour = delays > 60
    without = delays[~hour].mean()
    return [f"{mean:.1f}", f"{median:.1f}", hour.sum(), f"{without:.1f}"]


def wins_held_out(y, count):
    """Per split into halves: whether the median has the smaller MAE on the other half, and the mean the smaller MSE."""
    for fit, judge in splits(len(y), 1 / 2, count):
        mean, median = y[fit].mean(), np.median(y[fit])
        yield (cost(mae, y[judge], median) < cost(mae, y[judge], mean),
               cost(mse, y[judge], mean) < cost(mse, y[judge], median))


@claim("mae-held-out",
       "We computed both constants on a random half of the days, judged them on the other half, and repeated "
       "this for 200 splits.",
       "The median had the smaller mean absolute error in 96 % of the splits, and the mean had the smaller "
       "mean squared error in 90 % of them.")
def held_out_days():
    return [200, *map(percent, zip(*wins_held_out(flights()[0], 200)))]


@claim("mae-months",
       "From February to December the median had the smaller mean absolute error in only 3 of 11 months.",
       "The delays of this year differ from month to month: the median of a month lies between −19 in January and "
       "15.5 in June.")
def months_to_come():
    delays, month = flights()
    wins = []
    for m in range(2, 13):
        before, coming = delays[month < m], delays[month == m]
        wins.append(cost(mae, coming, np.median(before)) < cost(mae, coming, before.mean()))
    medians = {m: np.median(delays[month == m]) for m in range(1, 13)}
    assert min(medians, key=medians.get) == 1 and max(medians, key=medians.get) == 6
    return [sum(wins), len(wins), f"{medians[1]:.0f}", medians[6]]


def draw(rng, name):
    """2,000 samples of 101 numbers around 0."""
    size = (2000, 101)
    if name == "t":
        return rng.standard_t(3, size)
    return rng.normal(size=size) if name == "normal" else rng.laplace(size=size)


@cache
def estimates(name):
    """Over 10 seeds: how often the median lies nearer to the centre, and the ratio of the variances."""
    found = []
    for rng in seeds(10):
        sample = draw(rng, name)
        median, mean = np.median(sample, axis=1), sample.mean(axis=1)
        found.append((np.mean(np.abs(median) < np.abs(mean)), mean.var() / median.var()))
    return np.transpose(found)


LAWS = ("normal", "Laplace", "t")


@claim("mae-tails",
       "Averaged over 10 seeds, the median was nearer to the centre in 39 % of the samples under normal errors, in "
       "62 % under Laplace errors and in 58 % under the $t$ distribution.")
def light_and_heavy_tails():
    return [10, *(f"{estimates(name)[0].mean():.0%}".replace("%", " %") for name in LAWS)]


@claim("mae-efficiency",
       "The average ratios of the variances were 0.65, 1.69 and 1.62.",
       "The formula is a limit for large $n$; for the Laplace distribution 101 numbers are still far from it.",
       "So the median pays for its safety with about a third of the data if the errors are normal, and it gains if "
       "the tails are heavy enough.")
def relative_efficiency():
    ratio = {name: estimates(name)[1].mean() for name in LAWS}
    limits = {"normal": 4 * norm.pdf(0)**2, "Laplace": 4 * laplace.var() * laplace.pdf(0)**2}
    limits |= {nu: 4 * student.var(nu) * student.pdf(0, nu)**2 for nu in (3, 4, 5)}
    assert np.isclose(limits["normal"], 2 / np.pi) and np.isclose(limits["Laplace"], 2) and np.isclose(limits[4], 1.125)
    assert round(limits[3], 2) == 1.62 and round(limits[5], 2) == 0.96
    assert abs(1 - ratio["normal"] - 1 / 3) < 0.05 and 2 - ratio["Laplace"] > 0.2
    large = np.array([rng.laplace(size=(1000, 3001)) for rng in seeds(1)])[0]
    assert large.mean(axis=1).var() / np.median(large, axis=1).var() > ratio["Laplace"]
    return [*(f"{ratio[name]:.2f}" for name in LAWS), 101]


@claim("mae-lines",
       "In 30 random splits we fitted this line and that of the squared error to four fifths of the houses and "
       "judged both on the last fifth.",
       "The line of the absolute error had the smaller mean absolute error in 23 of the 30 splits, and the "
       "line of the squared error had the smaller mean squared error in 23: this is a tendency and no law.")
def two_lines():
    price, lot, wins = prices(), data.load("house_prices").matrix("lot_size") / 1000, []
    for fit, judge in splits(len(price), 1 / 5, 30):
        mean, median = (line.fit(lot[fit], price[fit]) for line in (LinearRegression(), QuantileRegressor(alpha=0.0)))
        for rows, held_out in ((fit, False), (judge, True)):
            won = (mae(price[rows], median.predict(lot[rows])) < mae(price[rows], mean.predict(lot[rows])),
                   mse(price[rows], mean.predict(lot[rows])) < mse(price[rows], median.predict(lot[rows])))
            if held_out:
                wins.append(won)
            else:
                assert all(won)
    return [30, *np.sum(wins, axis=0)]


@claim("mae-median",
       "Its best constant is the median, because every sample has one vote, however far away it lies.",
       "If the number of samples is even, a whole stretch can be best.")
def best_constant_is_the_median():
    for rng in seeds(200):
        y = rng.standard_t(2, rng.integers(2, 30))
        least = cost(mae, y, np.median(y))
        assert all(least <= cost(mae, y, c) + 1e-12 for c in (*y, *rng.normal(size=5), y.mean()))
        far = np.where(y > np.median(y), 10 * y + 100, y)  # the same sides, other distances
        assert len(y) % 2 == 0 or np.median(far) == np.median(y)


@claim("mae-exact",
       "As an estimate of a centre, the median is less exact than the mean under normal errors and more exact "
       "if the tails are heavy enough, as under the $t$ distribution with 3 degrees of freedom.")
def median_is_exact_under_heavy_tails():
    assert estimates("normal")[0].max() < 0.5 < estimates("t")[0].min()
    assert estimates("normal")[1].max() < 1 < estimates("t")[1].min()
    return [3]
