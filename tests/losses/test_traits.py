"""What a loss says of itself is what one measures: convexity, smoothness, steepness, likelihood, best constant."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import lossedu as le
from lossedu.losses.base import MarginLoss
from lossedu.losses.domain import SETS
from lossedu.losses.numerics import logit, sigmoid
from tests.losses import measure
from tests.losses.cases import CASES
from tests.losses.cases.densities import bernoulli, categorical, softmax
from tests.losses.draws import EVERY, PAIRED, ROWS, draw, in_order, predicts_rows

# Measuring. Each function takes the traits apart from the loss, so that a wrong trait can be planted.


def check_shape(loss, traits):
    assert measure.shape(loss) == (traits.convex, traits.strictly_convex, traits.strongly_convex)


def check_smoothness(loss, traits):
    assert measure.smoothness(loss) == traits.smooth


def check_lipschitz(loss, traits):
    measured = measure.lipschitz(loss)
    if traits.lipschitz is None or measured is None:
        assert measured == traits.lipschitz
    else:
        assert traits.lipschitz * 0.999 <= measured <= traits.lipschitz * (1 + 1e-6)


@pytest.mark.parametrize("check", [check_shape, check_smoothness, check_lipschitz])
@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_shape_smoothness_and_steepness(loss, check):
    check(loss, loss.traits)


# Likelihood: at a fixed target, the loss of two predictions differs as the log densities do, up to one scale.


def check_likelihood(loss, traits):
    distribution, log_density = CASES[loss.name].likelihood
    assert traits.likelihood == distribution
    rng = np.random.default_rng(7)
    y, p = draw(loss, rng, 30)
    _, q = draw(loss, rng, 30)
    if traits.likelihood == "Bernoulli" and not isinstance(loss, MarginLoss):
        y = rng.integers(0, 2, 30)
    if traits.likelihood in ("Poisson", "negative binomial"):
        y = np.floor(y)
    if traits.likelihood == "categorical":
        y = rng.integers(0, 4, 30)
    costs = loss.each(y, p) - loss.each(y, q)
    surprises = log_density(loss, y, q) - log_density(loss, y, p)
    largest = np.abs(surprises).argmax()
    scale = costs[largest] / surprises[largest]
    assert scale > 0
    assert_allclose(costs, scale * surprises, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("loss", [loss for loss in PAIRED if loss.traits.likelihood], ids=repr)
def test_likelihood(loss):
    check_likelihood(loss, loss.traits)


def test_every_likelihood_has_its_density():
    known = {name for name, case in CASES.items() if case.likelihood}
    assert {loss.name for loss in PAIRED if loss.traits.likelihood} == known


def test_joint_likelihoods():
    """InfoNCE is the categorical surprise of the right key, a sigmoid pair the Bernoulli surprise of a whole row."""
    q, k = draw(le.info_nce, np.random.default_rng(8))
    assert_allclose(le.info_nce.each(q, k), -categorical(np.arange(6), softmax(q @ k.T)))
    table = sigmoid(q @ k.T - 2)
    assert_allclose(le.SigmoidPair(temperature=1.0, bias=-2.0).each(q, k), -bernoulli(np.eye(6), table).sum(axis=1))
    c, r, c0, r0 = draw(le.dpo, np.random.default_rng(9))
    assert_allclose(le.dpo.each(c, r, c0, r0), -bernoulli(1, sigmoid(0.1 * (c - c0 - r + r0))))


# Properness: when an event has probability q, the best forecast is q.

def expected(loss, q, x):
    """Average loss of predictions x when the positive label has probability q."""
    low = -1.0 if isinstance(loss, MarginLoss) else 0.0
    return q * loss.each(np.ones_like(x), x) + (1 - q) * loss.each(np.full_like(x, low), x)


def best_forecasts(loss, q):
    """All predictions of a fine grid that are as good as the best."""
    x = np.linspace(0, 1, 20_001)[1:-1] if loss.prediction_domain.bounded else np.linspace(-8, 8, 80_001)
    costs = expected(loss, q, x)
    return x[costs <= costs.min() + 1e-13]


def check_proper(loss, traits):
    levels = (0.1, 0.3, 0.6, 0.9)
    best = [best_forecasts(loss, q) for q in levels]
    forecast = CASES[loss.name].forecast
    if forecast:
        told = [forecast(x) for x in best]
        true = all(np.abs(t - q).max() < 1e-4 for t, q in zip(told, levels, strict=True))
    else:  # no reading of the score can tell 0.6 from 0.9 when both have the same best scores
        true = not np.array_equal(best[2], best[3])
    assert traits.proper == ("strictly" if true else "no")


@pytest.mark.parametrize("loss", [x for x in PAIRED if x.traits.proper and hasattr(x, "curvature")], ids=repr)
def test_properness(loss):
    check_proper(loss, loss.traits)


@pytest.mark.parametrize("loss", [x for x in ROWS if CASES[x.name].forecast], ids=repr)
def test_properness_of_rows(loss):
    assert loss.traits.proper == "strictly"
    k, grid = 3, np.array([(a, b, 20 - a - b) for a in range(1, 19) for b in range(1, 20 - a)]) / 20
    predictions = grid if predicts_rows(loss) else CASES[loss.name].scores(grid)
    assert_allclose(CASES[loss.name].forecast(predictions), grid)
    costs = np.array([loss.each(np.full(len(grid), label), predictions) for label in range(k)])
    for truth in grid:
        assert np.array_equal(grid[(truth @ costs).argmin()], truth)


def test_no_score_of_the_multiclass_hinge_tells_the_frequencies():
    assert le.multiclass_hinge.traits.proper == "no"
    two_truths = [0] * 6 + [1, 2, 2, 2], [0] * 6 + [1, 1, 1, 2]
    assert_allclose(le.multiclass_hinge.minimiser(two_truths[0]), le.multiclass_hinge.minimiser(two_truths[1]))


@pytest.mark.parametrize("loss", [x for x in PAIRED if x.target_domain == SETS], ids=repr)
def test_properness_of_sets(loss):
    # The first pixel is sure to belong, the second does in 4 of 10 pictures.
    p = np.linspace(0, 1, 101)
    pair = np.stack([np.ones_like(p), p], axis=1)
    costs = 0.4 * loss.each(np.ones_like(pair), pair) + 0.6 * loss.each(np.tile([1.0, 0.0], (101, 1)), pair)
    assert loss.traits.proper == ("strictly" if np.isclose(p[costs.argmin()], 0.4, atol=0.02) else "no")
    assert costs.argmin() in (0, 100)  # all or nothing


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_who_forecasts_a_probability(loss):
    case = CASES[loss.name]
    assert not (case.forecast and case.decides)
    assert bool(loss.traits.proper) == bool(case.forecast or case.decides)
    assert not case.decides or loss.traits.proper == "no"


# Best constants: nothing on a fine grid, refined by golden section, costs less; and the words name the same number.


def share(y, w):
    return np.average(y > 0, weights=w)


def frequencies(y, w):
    return np.bincount(y, w, 4) / w.sum() if y.ndim == 1 else np.average(y, axis=0, weights=w)


def weighted_median(y, w):
    order = np.argsort(y)
    below = np.cumsum(w[order])
    return y[order][np.searchsorted(below, below[-1] / 2)]


def weighted_level(y, w, level):
    order = np.argsort(y)
    below = np.cumsum(w[order])
    return y[order][np.searchsorted(below, below[-1] * level)]


def mean_direction(y, w):
    total = np.average(y / np.linalg.norm(y, axis=1, keepdims=True), axis=0, weights=w)
    return total / np.linalg.norm(total)


def mean_and_log_variance(y, w):
    mean = np.average(y, weights=w)
    return [mean, np.log(np.average((y - mean) ** 2, weights=w))]


WORDS = {
    "mean": lambda loss, y, w: np.average(y, weights=w),
    "median": lambda loss, y, w: weighted_median(y, w),
    "quantile of level tau": lambda loss, y, w: weighted_level(y, w, loss.tau),
    "expm1 of the mean of log1p": lambda loss, y, w: np.expm1(np.average(np.log1p(y), weights=w)),
    "median with weights 1/abs(y)": lambda loss, y, w: weighted_median(y, w / abs(y)),
    "mode": lambda loss, y, w: np.sign(share(y, w) - 0.5),
    "the more frequent label": lambda loss, y, w: np.sign(share(y, w) - 0.5),
    "0": lambda loss, y, w: 0,
    "2q - 1 for a share q of +1": lambda loss, y, w: 2 * share(y, w) - 1,
    "logit of the share of +1": lambda loss, y, w: logit(share(y, w)),
    "half the logit of the share of +1": lambda loss, y, w: logit(share(y, w)) / 2,
    "share of ones": lambda loss, y, w: np.average(y, weights=w),
    "logit of the share of ones": lambda loss, y, w: logit(np.average(y, weights=w)),
    "class frequencies": lambda loss, y, w: frequencies(y, w),
    "average of the target rows": lambda loss, y, w: frequencies(y, w),
    "log frequencies": lambda loss, y, w: np.log(frequencies(y, w)),
    "logits of the cumulative frequencies": lambda loss, y, w: logit(np.cumsum(frequencies(y, w))[:-1]),
    "log of the mean": lambda loss, y, w: np.log(np.average(y, weights=w)),
    "mean and log variance": lambda loss, y, w: mean_and_log_variance(y, w),
    "margin times the share of unlike pairs": lambda loss, y, w: loss.margin * (1 - np.average(y, weights=w)),
    "log of the total time over the number of ends seen":
        lambda loss, y, w: np.log(np.average(abs(y), weights=w) / np.average(y > 0, weights=w)),
    "quantiles at evenly spaced levels":
        lambda loss, y, w: [weighted_level(y, w, (i + 0.5) / 9) for i in range(9)],
    "mean direction": lambda loss, y, w: mean_direction(y, w),
    "a class with the majority leads by the margin; without one, all are equal":
        lambda loss, y, w: loss.margin * (frequencies(y, w) > 0.5),
}
OPEN = {  # no formula; what the words promise is checked instead
    "M-estimate": lambda loss, y, w, best: abs(loss.gradient(y, 0 * y + best, w).sum()) < 1e-12,
    "a set of constants": lambda loss, y, w, best: y.min() <= best <= y.max(),
    "mode-like: the deepest valley": lambda loss, y, w, best: abs(loss.gradient(y, 0 * y + best, w).sum()) < 1e-12,
    "a mean and a log variance, without a closed form":
        lambda loss, y, w, best: np.abs(loss.gradient(y, np.tile(best, (len(y), 1)), w).sum(axis=0)).max() < 1e-13,
    "a logit pulled towards 0": lambda loss, y, w, best: abs(best) < abs(logit(np.average(y, weights=w))),
}


def golden(cost, low, high):
    """The least cost on an interval by golden section."""
    shrink = (5**0.5 - 1) / 2
    for _ in range(80):
        a, b = high - shrink * (high - low), low + shrink * (high - low)
        low, high = (low, b) if cost(a) < cost(b) else (a, high)
    return cost((low + high) / 2)


def check_best_constant(loss, traits, seed=10):
    rng = np.random.default_rng(seed)
    y, p = draw(loss, rng, 9)
    w = rng.uniform(0.2, 2, 9)
    best = loss.minimiser(y, w)

    def cost(c):
        return loss(y, np.broadcast_to(c, p.shape), w)

    def costs_of(constants):
        """The costs of many constants at once; one call for each would take most of the time of this file."""
        many = np.repeat(constants, 9, axis=0).reshape(len(constants), *p.shape)
        return np.average(loss.each(np.broadcast_to(y, (len(many), *y.shape)), many), axis=1, weights=w)

    least = cost(best)
    if p.ndim == 1:
        grid = np.linspace(p.min(), p.max(), 2001)
        if np.isinf(loss.prediction_domain.low):
            grid = np.linspace(-8, 8, 4001)
        costs = costs_of(grid)
        i = int(costs.argmin())
        found = golden(cost, grid[max(i - 1, 0)], grid[min(i + 1, len(grid) - 1)])
        assert least <= min(costs.min(), found) + 1e-12
    else:
        for spread in (1e-4, 1e-2, 0.3, 2.0):
            ways = rng.standard_normal((300, p.shape[-1]))
            others = in_order(loss, best + spread * ways)
            if predicts_rows(loss):
                others = best * np.exp(spread * ways)
                others /= others.sum(axis=1, keepdims=True)
            assert least <= costs_of(others).min() + 1e-12
    if traits.best_constant in OPEN:
        assert OPEN[traits.best_constant](loss, y, w, best)
    else:
        assert_allclose(best, WORDS[traits.best_constant](loss, y, w), rtol=1e-9, atol=1e-9)


HAVE_BEST = [loss for loss in PAIRED if hasattr(loss, "minimiser")]


@pytest.mark.parametrize("seed", [10, 11, 12])
@pytest.mark.parametrize("loss", HAVE_BEST, ids=repr)
def test_best_constant(loss, seed):
    check_best_constant(loss, loss.traits, seed)


def test_losses_without_a_best_constant_say_so():
    for loss in EVERY:
        if not hasattr(loss, "minimiser"):
            assert loss.traits.best_constant.startswith(("no", "none")), loss


def test_every_word_is_used():
    assert {loss.traits.best_constant for loss in HAVE_BEST} == {*WORDS, *OPEN}


# A checker that can't refuse is no checker: plant wrong traits and see each one fall.

PLANTED = [
    (check_shape, le.log_cosh, {"strongly_convex": True}),
    (check_shape, le.huber, {"strictly_convex": True}),
    (check_shape, le.bce, {"strongly_convex": False}),
    (check_shape, le.mse, {"strongly_convex": False}),
    (check_shape, le.poisson, {"convex": False}),
    (check_shape, le.savage, {"convex": True}),
    (check_shape, le.Focal(gamma=0.5), {"convex": True}),
    (check_shape, le.cross_entropy_logits, {"strictly_convex": True}),
    (check_shape, le.gaussian_nll, {"convex": True}),
    (check_shape, le.dice, {"convex": True}),
    (check_smoothness, le.mse, {"smooth": "C1"}),
    (check_smoothness, le.huber, {"smooth": "C2"}),
    (check_smoothness, le.tukey, {"smooth": "C∞"}),
    (check_smoothness, le.mae, {"smooth": "C1"}),
    (check_smoothness, le.zero_one, {"smooth": "kink"}),
    (check_smoothness, le.multiclass_hinge, {"smooth": "C1"}),
    (check_lipschitz, le.zero_one, {"lipschitz": 1.0}),
    (check_lipschitz, le.mse, {"lipschitz": 10.0}),
    (check_lipschitz, le.focal, {"lipschitz": 1.0}),
    (check_lipschitz, le.savage, {"lipschitz": 0.3}),
    (check_lipschitz, le.cross_entropy_logits, {"lipschitz": 1.0}),
    (check_lipschitz, le.hinge, {"lipschitz": None}),
    (check_likelihood, le.mae, {"likelihood": "Gaussian"}),
    (check_proper, le.focal, {"proper": "strictly"}),
    (check_proper, le.hinge, {"proper": "strictly"}),
    (check_proper, le.exponential, {"proper": "no"}),
    (check_best_constant, le.mse, {"best_constant": "median"}),
    (check_best_constant, le.exponential, {"best_constant": "logit of the share of +1"}),
    (check_best_constant, le.mape, {"best_constant": "median"}),
    (check_best_constant, le.pseudo_huber, {"best_constant": "median"}),
    (check_best_constant, le.log_cosh, {"best_constant": "mean"}),
    (check_best_constant, le.mae, {"best_constant": "M-estimate"}),
]


@pytest.mark.parametrize(("check", "loss", "wrong"), PLANTED)
def test_a_planted_wrong_trait_is_refused(check, loss, wrong):
    check(loss, loss.traits)
    with pytest.raises(AssertionError):
        check(loss, replace(loss.traits, **wrong))


@pytest.mark.parametrize(("loss", "name", "log_density"), [
    (le.cauchy, "Cauchy", lambda loss, y, p: stats.t.logpdf(y, 2, p)),
    (le.mae, "Gaussian", CASES["mse"].likelihood[1]),
], ids=["cauchy", "mae"])
def test_a_planted_wrong_density_is_refused(loss, name, log_density, monkeypatch):
    monkeypatch.setitem(CASES, loss.name, replace(CASES[loss.name], likelihood=(name, log_density)))
    with pytest.raises(AssertionError, match="Not equal to tolerance|scale"):
        check_likelihood(loss, replace(loss.traits, likelihood=name))


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_every_trait_can_be_printed(loss):
    shown = loss.traits._repr_markdown_()
    assert "convex" in shown and loss.traits.best_constant in shown
    assert loss.traits.smooth in str(loss.traits)
    assert {line.count("|") for line in shown.splitlines()} == {3}  # a bar in the text would be another column
