"""The equations of the gallery of best constants, and the experiments that hold its claims."""

from functools import cache

import numpy as np
from sklearn.dummy import DummyRegressor

from lossedu import EpsilonInsensitive, Huber, Quantile, data, huber, mae, mape, mse, msle
from lossedu.losses import cauchy
from tests.claims.experiments import percent, seeds, splits
from tests.claims.registry import claim
from tests.equations.latex import holds
from tests.equations.losses import loss_equation
from tests.equations.registry import equation

ORDERS, SHOPS = np.array([1.0, 5, 5, 6, 8, 11, 13]), np.array([1.0, 2, 4, 10])
ADVISERS = {"mse": mse, "mae": mae, "huber": Huber(2.0), "quantile": Quantile(0.8), "mape": mape}


def amounts(rng):
    """Targets of both signs that are not near zero, and predictions."""
    y = rng.choice([-1, 1], 6) * rng.uniform(0.5, 3, 6)
    return y, y + rng.normal(size=6)


loss_equation("eq-mape", mape, amounts)


@equation("eq-constant-loss")
def constant_loss(tex, rng):
    y, c = rng.normal(size=6), rng.normal()
    for loss in (mse, mae, huber):
        holds(tex, {"L": lambda c, loss=loss: loss(y, np.full(6, c)), r"\ell": loss.each, "y": y, "c": c, "n": 6})


@equation("eq-zero-one-constant")
def zero_one_constant(tex, rng):
    y = rng.integers(0, 3, 7).astype(float)
    for c in (0.0, 1.0, 2.0):
        holds(tex, {"L": lambda c: 1 - np.count_nonzero(y == c) / 7, "y": y, "c": c, "n": 7})


@equation("eq-gallery-square")
def square_completed(tex, rng):
    y, c = rng.normal(size=6), rng.normal()
    for i in range(1, 7):
        holds(tex, {"y": y, "c": c, "i": i, r"\bar{y}": y.mean()}, rtol=1e-9)
    assert abs(np.sum(y - y.mean())) < 1e-12


@equation("eq-mean-is-best")
def mean_is_best(tex, rng):
    y, c = rng.normal(size=6), rng.normal()
    holds(tex, {"L": lambda c: mse(y, np.full(6, c)), "c": c, r"\bar{y}": mse.minimiser(y)}, rtol=1e-10)


@equation("eq-gallery-exchange")
def one_unit_exchanged(tex, rng):
    y, tau = np.sort(rng.normal(size=7)), rng.uniform(0.1, 0.9)
    for k in range(1, 7):
        c = y[k - 1] + 0.3 * (y[k] - y[k - 1])
        env = {"L": lambda c: Quantile(tau)(y, np.full(7, c)), "c": c, "h": 0.5 * (y[k] - c), "k": k, "n": 7}
        holds(tex, env | {r"\tau": tau}, rtol=1e-8)


def expectile(y, tau):
    """The constant with the smallest average of the squared distances, which weigh tau above it and 1 - tau below."""
    low, high = y.min(), y.max()
    for _ in range(100):
        c = (low + high) / 2
        rising = (1 - tau) * np.maximum(c - y, 0).sum() < tau * np.maximum(y - c, 0).sum()
        low, high = (c, high) if rising else (low, c)
    return (low + high) / 2


@equation("eq-gallery-expectile")
def expectile_balances(tex, rng):
    y, tau = rng.normal(size=7), rng.uniform(0.1, 0.9)
    grid = np.linspace(y.min(), y.max(), 20001)[:, None]
    price = np.where(y > grid, tau, 1 - tau) * (y - grid)**2
    best = grid[price.sum(axis=1).argmin(), 0]
    assert abs(best - expectile(y, tau)) < 2 * np.ptp(y) / 20000
    holds(tex, {"y": y, "c": expectile(y, tau), "n": 7, r"\tau": tau}, rtol=1e-9)


@equation("eq-gallery-mape-ratio")
def mape_ratio(tex, rng):
    holds(tex, {r"\sigma": rng.uniform(0.1, 2)})


def cost(loss, y, c):
    """The average loss of one constant for all targets."""
    return loss(y, np.full_like(y, c))


@cache
def flights():
    return data.load("flight_delays")["arrival_delay"].astype(float)


@cache
def prices():
    return data.load("house_prices")["price"].astype(float)


@claim("gallery-see",
       "The five lowest places are 7, 6, 6.5, 11 and 1, in the order of the list, although the days are the "
       "same for all of them.",
       "Only the dot of the squared error follows the last day, by one cake for every seven, because the slope "
       "of the squared error grows with the distance.")
def last_day_is_dragged():
    best = [loss.minimiser(ORDERS) for loss in ADVISERS.values()]
    for last in (14.0, 17.0, 20.0):
        moved = [loss.minimiser(np.append(ORDERS[:-1], last)) for loss in ADVISERS.values()]
        assert np.isclose(moved[0] - best[0], (last - 13) / 7) and np.allclose(moved[1:], best[1:])
    return [f"{one:g}" for one in best]


@claim("gallery-all",
       "The data are the same for every curve, and only the price differs.",
       'So "the best prediction" has no meaning until a loss has been named.')
def six_prices():
    values, counts = np.unique(ORDERS, return_counts=True)
    best = [loss.minimiser(ORDERS) for loss in ADVISERS.values()]
    assert len({*best, values[counts.argmax()]}) == 6


@claim("gallery-expectile",
       "On the seven days the mean, 7, costs 14, and the 5 costs $14 + 2^2 = 18$.",
       "So no constant costs less than $12 + 6 + 3 = 21$ in total.",
       "Only the constant 6, which is left in the middle, costs exactly 21.",
       "Its solution is $24.2 / 2.6 \\approx 9.31$, more than the mean, because the days above now count "
       "four times as much.",
       "With $\\tau = 0.5$ the weights are equal, and the expectile is the mean.")
def three_best_constants():
    squares = [round(cost(mse, ORDERS, c)) for c in (7.0, 5.0)]
    grid = np.linspace(0, 14, 1401)
    distances = np.abs(ORDERS - grid[:, None]).sum(axis=1)
    least = np.flatnonzero(np.isclose(distances, distances.min()))
    assert len(least) == 1
    total, apart = round(distances.min()), (ORDERS[::-1] - ORDERS)[:3].astype(int)
    assert np.isclose(expectile(ORDERS, 0.5), ORDERS.mean())
    best = expectile(ORDERS, 0.8)
    assert np.isclose(best, 24.2 / 2.6) and np.array_equal(ORDERS[ORDERS > best], [11, 13]) and best > ORDERS.mean()
    return [7, squares[0], 5, squares[0], 2, 2, squares[1], *apart, total, round(grid[least[0]]), total,
            "24.2", "2.6", f"{best:.2f}", 0.5]


def huber_best(samples, delta):
    """The best constant of each row: where the residuals, cut off at delta, add up to 0."""
    low, high = samples.min(axis=1), samples.max(axis=1)
    for _ in range(60):
        middle = (low + high) / 2
        up = np.clip(samples - middle[:, None], -delta, delta).sum(axis=1) > 0
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    return (low + high) / 2


@claim("gallery-huber",
       "With $\\delta = 2$ the best constant is 0.333, outside of the interval that consists of 0 alone.",
       "How rare this is depends on $\\delta$: in 2,000 samples of 9 numbers from a normal distribution with "
       "standard deviation 1, the best constant lay outside of the interval from the median to the mean in 36 % of "
       "the samples with $\\delta = 1$ and in 7 % with $\\delta = 2$.")
def huber_leaves_the_interval():
    five = np.array([-5.0, -1, 0, 2, 4])
    assert np.median(five) == five.mean() == 0
    samples = np.array([rng.normal(size=9) for rng in seeds(2000)])
    best, median, mean = huber_best(samples, 1.0), np.median(samples, axis=1), samples.mean(axis=1)
    for y, one in zip(samples[:50], best[:50], strict=True):
        assert np.isclose(Huber(1.0).minimiser(y), one, atol=1e-6)
        apart = np.diff(np.sort(y))[3:5].min()  # from the median to its neighbours
        assert np.isclose(Huber(np.abs(y - y.mean()).max()).minimiser(y), y.mean(), atol=1e-8)
        assert np.isclose(Huber(apart).minimiser(y), np.median(y), atol=1e-8)
    shares = []
    for delta in (1.0, 2.0):
        best = huber_best(samples, delta)
        shares.append(percent((best < np.minimum(median, mean) - 1e-9) | (best > np.maximum(median, mean) + 1e-9)))
    return [2, f"{Huber(2.0).minimiser(five):.3f}", 0, f"{len(samples):,}", 9, 1, shares[0], 1, shares[1], 2]


PEOPLE = {"Ann": (mae, 1), "Ben": (mse, 1), "Cleo": (Quantile(0.8), 5)}


@claim("gallery-riders",
       "Ann names −4.5 minutes, the median: on half of the days the plane is earlier than that.",
       "Ben names 7.0, the mean, which the few very late days raise.",
       "Cleo names 17, the 0.8 quantile, because the plane lands at most 17 minutes late on 80 % of the days.",
       "With Ann's number Cleo would pay 86.1 coins a day instead of 71.2.",
       "In each row the smallest number stands in the person's own column.")
def three_people():
    delays = flights()
    numbers = [loss.minimiser(delays) for loss, _ in PEOPLE.values()]
    for own, (loss, _) in enumerate(PEOPLE.values()):
        assert np.argmin([cost(loss, delays, number) for number in numbers]) == own
    coins = np.where(delays > numbers[0], 4 * (delays - numbers[0]), numbers[0] - delays)
    assert np.isclose(coins.mean(), 5 * cost(Quantile(0.8), delays, numbers[0]))
    assert np.mean(delays < numbers[0]) == 0.5
    assert np.mean(delays <= numbers[2]) >= 0.8 > np.mean(delays <= numbers[2] - 1)
    assert delays[delays <= 60].mean() < numbers[0]
    paid = [f"{5 * cost(Quantile(0.8), delays, numbers[of]):.1f}" for of in (0, 2)]
    return [f"{numbers[0]:.1f}", f"{numbers[1]:.1f}", f"{numbers[2]:.0f}", 0.8, percent(delays <= numbers[2]), *paid]


@claim("gallery-riders-held-out",
       "On other days of the same year it is the rule: we computed the three numbers on a random half of the days "
       "and judged them on the other half, 200 times.",
       "For Ann her own number was the cheapest of the three in 96 % of the splits, for Ben his in 77 % and "
       "for Cleo hers in 85 %.")
def three_people_on_other_days():
    delays, cheapest = flights(), []
    for fit, judge in splits(len(delays), 1 / 2, 200):
        numbers = [loss.minimiser(delays[fit]) for loss, _ in PEOPLE.values()]
        paid = [[cost(loss, delays[judge], number) for number in numbers] for loss, _ in PEOPLE.values()]
        cheapest.append(np.argmin(paid, axis=1))
    return [200, *(percent(np.transpose(cheapest)[own] == own) for own in range(3))]


@claim("gallery-mape",
       "It is 1, the smallest of the four, because a forecast between zero and the target is never off by more than "
       "100 percent of the target, but a forecast that is too high can be off by any percentage.",
       "The small targets also have the largest weight, because MAPE is the absolute error in which a target $y$ has "
       "$1/y$ votes.",
       "Here the 1 has 1 vote and the other three shops have 0.85 together, so the 1 wins ([de Myttenaere et al., "
       "2016](../back/references.md#myttenaere2016)).")
def four_shops():
    for rng in seeds(50):
        y = rng.lognormal(size=20)
        assert mape.each(y, y * rng.uniform(size=20)).max() <= 1 < mape.each(y, 3 * y).min()
        order = np.sort(y)
        assert mape.minimiser(y) == order[np.cumsum(1 / order) >= (1 / order).sum() / 2][0]  # a median with weights 1/y
    votes = 1 / SHOPS
    return [int(mape.minimiser(SHOPS)), 100, 1, 1, int(votes[0]), f"{votes[1:].sum():.2f}", 2016]


@claim("gallery-mape-skewed",
       "In 20 samples of 20,001 sales, the best constant under MAPE was 0.22 to 0.23 of the average sale.")
def skewed_sales():
    ratios = []
    for rng in seeds(20):
        sales = rng.lognormal(size=20001)
        ratios.append(mape.minimiser(sales) / sales.mean())
    assert min(ratios) < np.exp(-1.5) < max(ratios)
    return [20, "20,001", f"{min(ratios):.2f}", f"{max(ratios):.2f}"]


@claim("gallery-mape-houses",
       "Real prices are less skewed: for 546 houses that were sold in Windsor, Canada, the best constant under MAPE "
       "is 54,000 dollars, 0.79 of the mean.",
       "It was below the median, and the median below the mean, in each of 200 random halves of the houses.")
def biased_prices():
    price = prices()
    for half, _ in splits(len(price), 1 / 2, 200):
        assert mape.minimiser(price[half]) < np.median(price[half]) < price[half].mean()
    assert np.log(price).std() < 0.5  # of the sales above it is 1
    best = mape.minimiser(price)
    return [len(price), f"{best:,.0f}", f"{best / price.mean():.2f}", 200]


def flat(loss, y):
    """The grid points of a fine grid at which the average loss is lowest."""
    grid = np.linspace(y.min(), y.max(), 1001)
    costs = np.array([cost(loss, y, c) for c in grid])
    return grid[np.isclose(costs, costs.min(), rtol=1e-12, atol=1e-15)]


@claim("gallery-floor",
       "For the four shops every number from 2 to 4 is a best constant, because each costs 2.75; `lossedu` takes the "
       "middle, 3.",
       "Other losses can have such a flat *floor* too: the quantile loss, if $\\tau n$ is a whole number, and the "
       "ε-insensitive loss (a *tube*), which does not charge for misses up to ε at all.",
       "With ε = 6, every forecast from 4 to 7 costs nothing for these shops.")
def flat_floors():
    floor = flat(mae, SHOPS)
    assert len(flat(Quantile(0.25), SHOPS)) > 10 and len(flat(Quantile(0.3), SHOPS)) == 1
    tube = flat(EpsilonInsensitive(6.0), SHOPS)
    assert cost(EpsilonInsensitive(6.0), SHOPS, tube[0]) == 0
    ends = [round(end) for floors in (floor, tube) for end in (floors.min(), floors.max())]
    return [*ends[:2], f"{cost(mae, SHOPS, 3.0):.2f}", round(mae.minimiser(SHOPS)), 6, *ends[2:]]


@claim("gallery-strict",
       "Such a loss cannot have a flat floor, because between two equally low places it would be lower still.")
def strictly_convex_losses_have_one_best_constant():
    for loss in (mse, mae, Quantile(0.25), EpsilonInsensitive(6.0), Huber(2.0)):
        middle = loss.each([0.0], [20.0]) - (loss.each([0.0], [16.0]) + loss.each([0.0], [24.0])) / 2
        assert (middle[0] < -1e-9) == loss.traits.strictly_convex
    assert all(len(flat(mse, rng.normal(size=4))) == 1 for rng in seeds(10))


@claim("gallery-huber-floor",
       "The squared error is strictly convex.",
       "The Huber loss is convex but not strictly, and it has a flat floor if a gap that is wider than $2 \\delta$ "
       "splits the data evenly.",
       "The Cauchy loss on the page [Robust losses](robust.ipynb) is not even convex and can have two separate "
       "valleys.")
def floor_and_valleys():
    apart = np.array([0.0, 1.0, 20.0, 21.0])
    for gap, wide in ((2.5, True), (2.1, True), (1.9, False), (1.0, False)):
        assert (len(flat(Huber(1.0), np.array([0.0, 1.0, 1.0 + gap, 2.0 + gap]))) > 1) == wide
    costs = np.array([cost(cauchy, apart, c) for c in np.linspace(-2, 23, 501)])
    assert np.sum((costs[1:-1] < costs[:-2]) & (costs[1:-1] < costs[2:])) == 2
    return [2]


@cache
def interpolated():
    dummy = DummyRegressor(strategy="quantile", quantile=0.8).fit(np.zeros((7, 1)), ORDERS)
    return dummy.predict(np.zeros((1, 1)))[0]


@claim("gallery-interpolated",
       "Its 0.8 quantile of the seven days is 10.4, because it interpolates between two targets, while ours is one of "
       "the targets.",
       "So 10.4 is not a best constant: its quantile loss is 1.14, and that of our 11 is 1.09.")
def quantile_between_two_targets():
    ours = Quantile(0.8).minimiser(ORDERS)
    assert interpolated() not in ORDERS and 8 < interpolated() < 11 and ours in ORDERS
    between, at = (cost(Quantile(0.8), ORDERS, c) for c in (interpolated(), ours))
    return [0.8, f"{interpolated():.1f}", f"{interpolated():.1f}", f"{between:.2f}", round(ours), f"{at:.2f}"]


@claim("gallery-proofs",
       'A loss decides what "the best number" means: the mode, the median, the mean, or something else.',
       "The mean is best under squares because the price of a constant is the price of the mean plus a square; "
       "the median is best under distances because each pair of targets has a price that no constant can beat.",
       "The best constant of the Huber loss need not lie between the median and the mean.",
       "A best constant need not be unique if the loss is not strictly convex, so compare the losses of two "
       "answers and not the answers.")
def what_was_proved():
    assert Huber(2.0).minimiser(np.array([-5.0, -1, 0, 2, 4])) > 0.3 and len(flat(mae, SHOPS)) > 1
    for rng in seeds(100):
        y, c = np.sort(rng.standard_t(2, 9)), rng.normal()
        assert np.isclose(cost(mse, y, c), cost(mse, y, y.mean()) + (c - y.mean())**2)
        bound = (y[::-1] - y)[:4].sum()
        assert np.isclose(9 * cost(mae, y, np.median(y)), bound) and 9 * cost(mae, y, c) >= bound - 1e-12


@claim("gallery-low",
       "Percentage errors prefer forecasts that are too low, and they are undefined at a target of zero.")
def percentages_prefer_low():
    for rng in seeds(100):
        y = rng.uniform(1, 10, 25)
        assert mape.minimiser(y) < np.median(y)
    try:
        cost(mape, np.array([0.0, 1.0]), 1.0)
    except ValueError:
        return
    raise AssertionError("a percentage of zero was computed")


@claim("gallery-ratios",
       "The median moves from 1 to $\\exp(-\\sigma^2)$, the best constant of MAPE.",
       "Ratios can also be judged by squares: the squared error of $\\log(1 + y)$, `msle` in `lossedu`, has the best "
       "constant $c$ at which $\\log(1 + c)$ is the mean of the logarithms $\\log(1 + y_i)$.")
def constants_of_ratios():
    for rng in seeds(5):
        for sigma in (0.5, 1.0):
            y = np.exp(sigma * rng.normal(size=20_001))
            assert abs(np.median(y) - 1) < 0.05
            assert abs(mape.minimiser(y) / np.exp(-sigma**2) - 1) < 0.1
            assert np.isclose(np.log1p(msle.minimiser(y)), np.mean(np.log1p(y)))
    return [1, 2, 1, 1, 1]
