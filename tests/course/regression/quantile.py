"""The equations and the claims of the page on the quantile loss."""

from functools import cache
from itertools import permutations
from math import ceil

import numpy as np
from sklearn.linear_model import QuantileRegressor

from lossedu import Quantile, data, gradient_check, mae, mse
from tests.claims.experiments import percent, seeds, splits
from tests.claims.registry import claim
from tests.equations.latex import holds
from tests.equations.registry import equation
from tests.equations.residuals import residual_equation

FLIGHTS = data.load("flight_delays")
DELAYS, DEPARTURE = FLIGHTS["arrival_delay"].astype(float), FLIGHTS["departure_delay"].astype(float)
MONTH = FLIGHTS["date"].astype("datetime64[M]").astype(int) % 12
JULY = DELAYS[FLIGHTS["date"] >= np.datetime64("2013-07-01")][:10]
HOUSES = data.load("house_prices")
LOT, PRICE = HOUSES["lot_size"] / 1000, HOUSES["price"] / 1000

residual_equation("eq-quantile", Quantile(0.8), tau=0.8)
residual_equation("eq-quantile-slope", Quantile(0.8), tau=0.8)


@equation("eq-quantile-balance")
def balance(tex, rng):
    y, tau = rng.normal(size=7), rng.uniform(0.1, 0.9)
    for c in rng.normal(size=4):
        slope = Quantile(tau).gradient(y, np.full(7, c)).sum()
        holds(tex, {"L'": lambda c, slope=slope: slope, "F": lambda c: np.mean(y <= c), "c": c, r"\tau": tau})


@equation("eq-quantile-level")
def level(tex, rng):
    """At the level that the prices u and v give, the cheapest datum is the quantile."""
    y, u, v = rng.normal(size=40), *rng.uniform(0.2, 3, 2)
    costs = [np.sum(u * np.maximum(y - c, 0) + v * np.maximum(c - y, 0)) for c in y]
    share = np.mean(y <= y[np.argmin(costs)])
    assert share - 1 / 40 <= u / (u + v) <= share
    holds(tex, {r"\tau": u / (u + v), "u": u, "v": v})


@equation("eq-quantile-chance")
def chance(tex, rng):
    """The standard deviation of the share, from the probabilities of all counts."""
    p, m = rng.uniform(0.1, 0.9), 12
    of_count = np.array([1.0])
    for _ in range(m):
        of_count = np.convolve(of_count, [1 - p, p])
    shares = np.arange(m + 1) / m
    holds(tex, {r"\sigma": np.sqrt(of_count @ (shares - of_count @ shares) ** 2), "p": p, "m": m}, rtol=1e-9)


@equation("eq-quantile-gaps")
def gaps(tex, rng):
    """Of the orders of n + 1 days, count those in which the last day lies between places j and k of the others."""
    n = 5
    for j, k in ((1, 5), (2, 4), (1, 2)):
        lies_inside = [sorted(order[:n])[j - 1] < order[n] < sorted(order[:n])[k - 1]
                       for order in permutations(range(n + 1))]
        holds(tex, {"P": np.mean(lies_inside), "j": j, "k": k, "n": n})


@equation("eq-quantile-swap")
def swap(tex, rng):
    for y in rng.normal(size=9):
        low, high = np.sort(rng.uniform(0.05, 0.95, 2))
        q2, q1 = np.sort(rng.normal(size=2))
        one, two = (lambda y, q, tau=tau: Quantile(tau)([y], [q]) for tau in (low, high))
        levels = {r"\tau_1": low, r"\tau_2": high}
        holds(tex, {r"\ell_1": one, r"\ell_2": two, "y": y, "q_1": q1, "q_2": q2} | levels, rtol=1e-9)


def quantile(level, values):
    """A quantile that is one of the values, as fast as numpy finds it."""
    return np.quantile(values, level, method="inverted_cdf")


def score(level, y_true, y_pred):
    return Quantile(level)(y_true, np.broadcast_to(y_pred, y_true.shape))


def inside(y_true, low, high):
    return np.mean((low <= y_true) & (y_true <= high))


def quantiles(level, rows):
    """The same of each row, as a column."""
    k = ceil(level * rows.shape[1] - 1e-9) - 1
    return np.partition(rows, k, axis=1)[:, k:k + 1]


def lines(level, x, y):
    """Slope and intercept with the smallest quantile loss for each row of x and y.

    For a given slope the best intercept is a quantile of the rest, and the loss that is left is convex in the slope.
    """
    def of_slope(w):
        b = quantiles(level, y - w * x)
        gap = y - w * x - b
        return np.maximum(level * gap, (level - 1) * gap).mean(axis=1, keepdims=True), b

    low, high = np.full((len(x), 1), -100.0), np.full((len(x), 1), 100.0)
    for _ in range(60):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        left = of_slope(one)[0] < of_slope(two)[0]
        low, high = np.where(left, low, one), np.where(left, two, high)
    w = (low + high) / 2
    loss, b = of_slope(w)
    by_library = QuantileRegressor(quantile=level, alpha=0.0).fit(x[0][:, None], y[0]).predict(x[0][:, None])
    assert np.isclose(loss[0, 0], score(level, y[0], by_library), rtol=1e-6)
    return w, b


def least_squares(x, y):
    """Slope and intercept of the least-squares line for each row of x and y."""
    middle = x.mean(axis=1, keepdims=True)
    w = ((x - middle) * y).sum(axis=1, keepdims=True) / ((x - middle) ** 2).sum(axis=1, keepdims=True)
    return w, y.mean(axis=1, keepdims=True) - w * middle


@claim("quantile-car",
       "The answer 17 has the smallest average cost of these three.")
def seventeen_is_cheapest():
    """Over the year no whole or half minute is cheaper; on held-out days it wins on average as well."""
    cost = {c: score(0.8, DELAYS, c) for c in (*np.arange(-60, 421, 0.5), mse.minimiser(DELAYS))}
    assert min(cost, key=cost.get) == 17
    rules = Quantile(0.8).minimiser, mae.minimiser, mse.minimiser
    rivals = [[score(0.8, DELAYS[new], rule(DELAYS[seen])) for rule in rules] for seen, new in splits(360, 0.5, 100)]
    assert np.argmin(np.mean(rivals, axis=0)) == 0
    return [17]


@claim("quantile-walk",
       "With $\\tau = 0.8$ the two stacks are equally high for every answer between 104 and 166 minutes, because "
       "eight flights with weight 0.2 stand against two with weight 0.8.",
       "The average loss is flat there, and the picture marks the middle, 135.",
       "As $\\tau$ grows from 0.05 to 0.95, the best answer moves through the sorted flights, from the earliest at "
       "−26 to the latest at 420 minutes.")
def the_level_walks():
    for c in np.linspace(104.5, 165.5, 9):
        assert np.isclose(0.2 * np.sum(JULY < c), 0.8 * np.sum(JULY > c))
        assert np.isclose(score(0.8, JULY, c), score(0.8, JULY, 104))
    assert score(0.8, JULY, 103) > score(0.8, JULY, 104) < score(0.8, JULY, 167)
    best = [Quantile(tau).minimiser(JULY) for tau in np.arange(0.05, 0.951, 0.05)]
    assert np.all(np.diff(best) >= 0) and best[0] == JULY.min() and best[-1] == JULY.max()
    first, last = np.sort(JULY)[7:9]
    middle = Quantile(0.8).minimiser(JULY)
    return [0.8, f"{first:g} {last:g}", 0.2, f"{middle:g}", 0.05, 0.95, f"{best[0]:g} {best[-1]:g}"]


@claim("quantile-proof",
       "The numbers found in the two cases are exactly these, so the best constants are the quantiles of level "
       "$\\tau$.")
def best_constants_are_the_quantiles():
    """On samples with many ties, an answer has the smallest loss if and only if it meets the definition."""
    for rng in seeds(100):
        n = rng.integers(1, 12)
        y, tau = rng.integers(0, 6, n).astype(float), rng.integers(1, 8) / 8
        answers = np.arange(-1, 7, 0.25)
        losses = np.array([score(tau, y, c) for c in answers])
        meets = np.array([np.mean(y < c) <= tau <= np.mean(y <= c) for c in answers])
        assert np.array_equal(np.isclose(losses, losses.min(), rtol=0, atol=1e-12), meets)
        if tau * n % 1:
            assert answers[meets] == np.sort(y)[ceil(tau * n) - 1]


@claim("quantile-ties",
       "Over the whole year $\\tau n = 0.8 \\cdot 360 = 288$ is a whole number, but the flights 288 and 289 of the "
       "sorted list were both 17 minutes late, so 17 is the only best answer.")
def ties_decide():
    first, second = np.sort(DELAYS)[287:289]
    assert first == second and score(0.8, DELAYS, 16.9) > score(0.8, DELAYS, 17) < score(0.8, DELAYS, 17.1)
    assert [Quantile(tau).minimiser(DELAYS) for tau in (0.8, 0.5, 0.2)] == [17, -4.5, -22]  # the table below
    return [0.8, len(DELAYS), round(0.8 * len(DELAYS)), 289, f"{first:g}"]


@claim("quantile-traits",
       "*Lipschitz 0.8* means that one minute more or less in the prediction changes the loss by at most 0.8.")
def a_minute_changes_the_loss_by_at_most_the_level():
    changes = [abs(score(0.8, DELAYS[:1], c + 1) - score(0.8, DELAYS[:1], c)) for c in np.linspace(-500, 500, 999)]
    assert np.isclose(max(changes), Quantile(0.8).traits.lipschitz)
    return [0.8]


@cache
def halves():
    """Coverage on one half of the days, of the interval from the 0.1 to the 0.9 quantile of the other half."""
    return [inside(DELAYS[new], *(Quantile(tau).minimiser(DELAYS[seen]) for tau in (0.1, 0.9)))
            for seen, new in splits(360, 0.5, 200)]


@claim("quantile-random-halves",
       "On average the interval keeps its promise: over 200 random splits it covers 80 % of the held-out days.",
       "But 95 % of the splits lie between 72 % and 88 %, so a single count proves little.")
def random_halves_cover_what_was_promised():
    shares = halves()
    ends = np.quantile(shares, (0.025, 0.975))
    return [len(shares), f"{np.mean(shares):.0%}", "95 %", *(f"{end:.0%}" for end in ends)]


@claim("quantile-chance",
       "About 95 % of all such shares lie within $2 \\sigma$ of $p$.",
       "For $p = 0.8$ this is from 0.65 to 0.95 with 30 days, from 0.74 to 0.86 with 180 days, and from 0.77 to "
       "0.83 with 1,000 days.",
       "For 180 days $\\sigma$ is 0.030, but the shares of our 200 splits have the standard deviation 0.043.",
       "Both are draws of 180 days and contribute equally to the variance, so together they give $\\sqrt{2} \\cdot "
       "0.030 \\approx 0.042$.")
def counting_and_fitting_both_scatter():
    """The counts of intervals that stand still follow the formula; twice their variance is that of the splits."""
    found = []
    for m in (30, 180, 1000):
        sigma = np.sqrt(0.8 * 0.2 / m)
        counts = np.random.default_rng(0).binomial(m, 0.8, 20_000) / m
        assert 0.93 < np.mean(abs(counts - 0.8) <= 2 * sigma) < 0.975
        found += [f"{m:,}", f"{0.8 - 2 * sigma:.2f}", f"{0.8 + 2 * sigma:.2f}"]
    sigma, spread = np.sqrt(0.8 * 0.2 / 180), np.std(halves())
    ends = np.sort(np.random.default_rng(0).uniform(size=(4000, 180)), axis=1)[:, [17, 161]]  # of uniform days
    held, counted = ends[:, 1] - ends[:, 0], np.random.default_rng(1).binomial(180, 0.8, 4000) / 180
    assert abs(held.std() / sigma - 1) < 0.05 and abs(counted.std() / sigma - 1) < 0.05
    assert abs(spread / (np.sqrt(2) * sigma) - 1) < 0.1
    return ["95 %", 2, 0.8, *found, f"{sigma:.3f}", len(halves()), f"{spread:.3f}", 180, f"{np.sqrt(2) * sigma:.3f}"]


def late_enough(years):
    """For each year and month, the share of its days on which the 0.8 quantile of the other months sufficed."""
    return np.transpose([np.mean(years[:, MONTH == m] <= quantiles(0.8, years[:, MONTH != m]), axis=1)
                         for m in range(12)])


@claim("quantile-season",
       "In June the promised 80 % become 47 %, and in January 100 %.",
       "This is more than chance: the twelve shares have the standard deviation 0.14, and in none of 1,000 years "
       "whose days we shuffled was it as large.",
       "The reason is that the months differ in their level: June was 37 minutes late on average, and January 18 "
       "minutes early.",
       "If we subtract from each delay the median of its own month, which nobody knows in advance, the standard "
       "deviation of the shares falls to 0.08, as in shuffled years.",
       "From a single year we cannot tell whether every June is like this one.")
def the_season_spreads_the_coverage():
    shares = late_enough(DELAYS[None])[0]
    shuffled = late_enough(np.array([rng.permutation(DELAYS) for rng in seeds(1000)])).std(axis=1)
    assert max(shuffled) < shares.std()
    level = DELAYS - np.array([np.median(DELAYS[MONTH == m]) for m in range(12)])[MONTH]
    low, high = np.quantile(shuffled, (0.025, 0.975))
    levelled = late_enough(level[None]).std()
    assert low < levelled < high
    june, january = DELAYS[MONTH == 5].mean(), DELAYS[MONTH == 0].mean()
    return ["80", f"{shares[5]:.0%}", f"{shares[0]:.0%}", f"{shares.std():.2f}", f"{len(shuffled):,}", f"{june:.0f}",
            f"{-january:.0f}", f"{levelled:.2f}"]


@claim("quantile-dax",
       "Of the 1,859 daily moves of the German index DAX in `european_stocks`, the interval from the 0.05 to the "
       "0.95 quantile of the first half covers 0.835 of the second, and the other way round it covers 0.949, while "
       "for 95 % of 200 random halves the coverage lies between 0.874 and 0.925.")
def calm_years_do_not_cover_stormy_ones():
    moves = 100 * np.diff(np.log(data.load("european_stocks")["dax"]))

    def covered(seen, new):
        return inside(new, *(quantile(tau, seen) for tau in (0.05, 0.95)))

    half = len(moves) // 2
    there, back = covered(moves[:half], moves[half:]), covered(moves[half:], moves[:half])
    random = [covered(moves[seen], moves[new]) for seen, new in splits(len(moves), 0.5, 200)]
    low, high = np.quantile(random, (0.025, 0.975))
    assert there < low and back > high
    return [f"{len(moves):,}", 0.05, 0.95, f"{there:.3f}", f"{back:.3f}", "95 %", 200, f"{low:.3f}", f"{high:.3f}"]


@claim("quantile-gaps",
       "The flights agree: over 4,000 random choices of 10 days, the interval from the first to the ninth covers "
       "73 % of the other days on average.",
       "So such an interval from few days is too narrow, and the farther out its levels lie, the more days it takes.")
def few_days_make_a_narrow_interval():
    """Levels farther out: the same ten days, between a datum at either end of the list, never hold 90 %."""
    shares = []
    for rng in seeds(4000):
        days = rng.permutation(DELAYS)
        ends = np.sort(days[:10])
        shares.append(inside(days[10:], ends[0], ends[8]))
    needed = {}
    for tail in (0.1, 0.05, 0.01):  # days until the expected coverage comes within a hundredth of the promise
        promised = 1 - 2 * tail
        needed[tail] = next(n for n in range(2, 2000)
                            if (ceil(n * (1 - tail) - 1e-9) - ceil(n * tail - 1e-9)) / (n + 1) > promised - 0.2 * tail)
    assert needed[0.1] < needed[0.05] < needed[0.01]
    return ["4,000", 10, percent_of(np.mean(shares))]


def percent_of(share):
    return f"{share:.0%}".replace("%", " %")


@claim("quantile-departure",
       "It comes to about $\\hat{y} = 1.0 x + 2.9$.",
       "In 100 random splits into halves this line always costs less on the held-out days than the constant, 36 "
       "dollars instead of 72 on average.",
       "The least-squares line, raised by the 0.8 quantile of its residuals, comes within 1 dollar of this, "
       "because flights that left late scatter about as much as those that left on time.")
def knowing_the_departure_halves_the_cost():
    seen, new = map(np.array, zip(*splits(360, 0.5, 100)))
    x, y = DEPARTURE[seen], DELAYS[seen]
    (w, b), (slope, intercept) = lines(0.8, x, y), least_squares(x, y)
    raised = slope * DEPARTURE[new] + intercept + quantiles(0.8, y - slope * x - intercept)
    gap = DELAYS[new] - np.array([np.broadcast_to(quantiles(0.8, y), y.shape), w * DEPARTURE[new] + b, raised])
    costs = np.maximum(4 * gap, -gap).mean(axis=2)
    assert np.all(costs[1] < costs[0])
    w, b = (one.item() for one in lines(0.8, DEPARTURE[None], DELAYS[None]))
    gained, late = DELAYS - DEPARTURE, DEPARTURE > 10
    assert 0.8 < gained[late].std() / gained[~late].std() < 1.3
    constant, with_line, raised = costs.mean(axis=1)
    assert abs(with_line - raised) < 1
    return [f"{w:.1f}", f"{b:.1f}", costs.shape[1], f"{with_line:.0f}", f"{constant:.0f}", 0.8, 1]


@claim("quantile-fan",
       "Over 100 random splits into halves, we count how many held-out prices are at most the predicted 0.9 "
       "quantile, among the smallest quarter of the lots and among the largest.",
       "The constant gives 99 % and 76 %, the raised least-squares line 99 % and 82 %, and the quantile line "
       "between 89 % and 91 % in both.",
       "Its quantile loss on the held-out houses is smaller than that of the raised line in 97 % of the splits.")
def the_fan_keeps_its_promise_for_small_and_large():
    seen, new = map(np.array, zip(*splits(546, 0.5, 100)))
    x, y, lot, price = LOT[seen], PRICE[seen], LOT[new], PRICE[new]
    (w, b), (slope, intercept) = lines(0.9, x, y), least_squares(x, y)
    raised = slope * lot + intercept + quantiles(0.9, y - slope * x - intercept)
    small, large = np.quantile(LOT, (0.25, 0.75))
    rules = np.array([np.broadcast_to(quantiles(0.9, y), y.shape), raised, w * lot + b])
    shares = [np.mean(price <= rule, axis=1, where=rows).mean()
              for rule in rules for rows in (lot <= small, lot >= large)]
    gap = price - rules
    losses = np.maximum(0.9 * gap, -0.1 * gap).mean(axis=2)
    assert all(0.89 < share < 0.91 for share in shares[4:])
    return [len(seen), 0.9, *map(percent_of, shares[:4]), "89 % 91 %", percent(losses[2] < losses[1])]


@claim("quantile-one-split",
       "The shares should be the levels, and here each lies within two standard deviations $\\sqrt{2} \\sigma$ of its "
       "level.")
def shares_below_the_lines_of_one_split():
    seen, new = (rows[None] for rows in np.split(np.random.default_rng(0).permutation(546), 2))
    for tau in (0.1, 0.5, 0.9):
        w, b = lines(tau, LOT[seen], PRICE[seen])
        assert abs(np.mean(PRICE[new] < w * LOT[new] + b) - tau) < 2 * np.sqrt(2 * tau * (1 - tau) / 273)
    return 2


@claim("quantile-crossing",
       "When lines for the 19 levels 0.05, 0.10 … 0.95 are fitted on 50 random houses, some of them cross in all "
       "of 10 repetitions, and on average 31 % of the other houses get predictions that are out of order.")
def lines_from_few_houses_cross():
    seen, new = map(np.array, zip(*splits(546, 496 / 546, 10)))
    levels = np.arange(1, 20) / 20
    fan = [w * LOT[new] + b for w, b in (lines(tau, LOT[seen], PRICE[seen]) for tau in levels)]
    shares = np.mean(np.any(np.diff(fan, axis=0) < -1e-6, axis=0), axis=1)
    assert shares.min() > 0
    return [len(levels), "0.05 0.10", 0.95, seen.shape[1], len(shares), percent_of(shares.mean())]


@claim("quantile-sorting",
       "The remedy is to sort the predictions of each house, and this can only lower the sum of their losses, "
       "whatever the price turns out to be.",
       "A model that predicts the lowest quantile and then positive distances to the next ones cannot cross at "
       "all.")
def sorting_helps():
    levels = np.arange(1, 10) / 10
    for rng in seeds(50):
        y, fan = rng.normal(), rng.normal(size=9)
        before, after = (sum(Quantile(tau)([y], [q]) for tau, q in zip(levels, some)) for some in (fan, np.sort(fan)))
        assert after <= before
        assert np.all(np.diff(np.cumsum(np.r_[fan[0], np.exp(fan[1:])])) > 0)


@claim("quantile-score",
       "The interval from −60 to 420 never misses, and pays a tenth of its width, 48, for every flight.",
       "Over 200 random halves our two quantiles have the score 17 on average.",
       "The delays have a long tail to the right, so here it covers 93 % of the held-out days on average, and its "
       "score is worse than that of the two quantiles in at least 99 % of the splits.")
def a_bell_curve_is_too_wide():
    scores, covered = [], []
    for seen, new in splits(360, 0.5, 200):
        y, bell = DELAYS[seen], DELAYS[seen].mean() + 1.28 * DELAYS[seen].std() * np.array([-1, 1])
        intervals = (DELAYS.min(), DELAYS.max()), bell, [quantile(tau, y) for tau in (0.1, 0.9)]
        scores.append([score(0.1, DELAYS[new], low) + score(0.9, DELAYS[new], high) for low, high in intervals])
        covered.append(inside(DELAYS[new], *bell))
    whole, gaussian, ours = np.transpose(scores)
    assert np.mean(gaussian > ours) >= 0.99 and np.allclose(whole, whole[0])
    return [f"{-DELAYS.min():g} {DELAYS.max():g}", f"{whole[0]:.0f}", len(scores), f"{ours.mean():.0f}",
            percent_of(np.mean(covered)), "99 %"]


@claim("quantile-numpy",
       "At the level 0.85 of the flights in July its default, `linear`, interpolates and returns 144.3 minutes "
       "with a mean loss of 40.2; `inverted_cdf` returns the datum 166, which has the smallest mean loss, 39.1.")
def numpy_interpolates():
    default, datum = np.quantile(JULY, 0.85), quantile(0.85, JULY)
    assert datum == Quantile(0.85).minimiser(JULY)
    assert min(score(0.85, JULY, c) for c in np.arange(-60, 421)) == score(0.85, JULY, datum)
    of_default, of_datum = score(0.85, JULY, default), score(0.85, JULY, datum)
    return [0.85, f"{default:.1f}", f"{of_default:.1f}", f"{datum:g}", f"{of_datum:.1f}"]


@claim("quantile-take-away",
       "Its best constants are the quantiles of level $\\tau$.")
def a_slope_has_two_values():
    """The list repeats what is held above; that the slope takes only two values is counted here."""
    best_constants_are_the_quantiles()
    misses = np.full(360, 50.5)
    assert np.unique(Quantile(0.8).derivative(DELAYS, misses).round(9)).tolist() == [-0.8, 0.2]
    assert gradient_check(Quantile(0.8), DELAYS, misses).passed
