"""What a loss says of itself is what one measures: convexity, smoothness, steepness, likelihood, best constant."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import softmax

import lossedu as le
from lossedu.losses.base import MarginLoss
from lossedu.losses.numerics import logit, sigmoid
from tests.losses import measure
from tests.losses.cases import CASES
from tests.losses.cases.constants import frequencies, share, weighted_level
from tests.losses.cases.densities import categorical
from tests.losses.draws import EVERY, PAIRED, ROWS, draw, predicts_rows

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
    densities = CASES[loss.name].likelihood
    assert traits.likelihood in densities, f"give the record of {loss.name} the log density of this distribution"
    log_density = densities[traits.likelihood](loss)
    rng = np.random.default_rng(7)
    y, p = draw(loss, rng, 30)
    _, q = draw(loss, rng, 30)
    if traits.likelihood in {"Bernoulli"} and not isinstance(loss, MarginLoss):
        y = rng.integers(0, 2, 30)
    if traits.likelihood == "Poisson":
        y = np.floor(y)
    if traits.likelihood == "categorical":
        y = rng.integers(0, 4, 30)
    costs = loss.each(y, p) - loss.each(y, q)
    surprises = log_density(y, q) - log_density(y, p)
    largest = np.abs(surprises).argmax()
    scale = costs[largest] / surprises[largest]
    assert scale > 0
    assert_allclose(costs, scale * surprises, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("loss", [loss for loss in PAIRED if loss.traits.likelihood], ids=repr)
def test_likelihood(loss):
    check_likelihood(loss, loss.traits)


def test_joint_likelihoods():
    """InfoNCE is the categorical surprise of the right key, DPO the Bernoulli surprise of the preference."""
    q, k = draw(le.info_nce, np.random.default_rng(8))
    assert_allclose(le.info_nce.each(q, k), -categorical(np.arange(6), softmax(q @ k.T, axis=1)))
    c, r, c0, r0 = draw(le.dpo, np.random.default_rng(9))
    assert_allclose(le.dpo.each(c, r, c0, r0), -stats.bernoulli.logpmf(1, sigmoid(0.1 * (c - c0 - r + r0))))


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
    if forecast := CASES[loss.name].forecast:
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
    predictions = grid if predicts_rows(loss) else np.log(grid)
    assert_allclose(CASES[loss.name].forecast(predictions), grid)
    costs = np.array([loss.each(np.full(len(grid), label), predictions) for label in range(k)])
    for truth in grid:
        assert np.array_equal(grid[(truth @ costs).argmin()], truth)


def test_no_score_of_the_multiclass_hinge_tells_the_frequencies():
    assert le.multiclass_hinge.traits.proper == "no"
    two_truths = [0] * 6 + [1, 2, 2, 2], [0] * 6 + [1, 1, 1, 2]
    assert_allclose(le.multiclass_hinge.minimiser(two_truths[0]), le.multiclass_hinge.minimiser(two_truths[1]))


@pytest.mark.parametrize("loss", [le.dice, le.tversky], ids=repr)
def test_properness_of_sets(loss):
    # The first pixel is sure to belong, the second does in 4 of 10 pictures.
    p = np.linspace(0, 1, 101)
    pair = np.stack([np.ones_like(p), p], axis=1)
    costs = 0.4 * loss.each(np.ones_like(pair), pair) + 0.6 * loss.each(np.tile([1.0, 0.0], (101, 1)), pair)
    assert loss.traits.proper == ("strictly" if np.isclose(p[costs.argmin()], 0.4, atol=0.02) else "no")
    assert costs.argmin() in (0, 100)  # all or nothing


def test_who_forecasts_a_probability():
    """Targets that are labels or probabilities are forecast, but for a distance and for an exponential of a loss."""
    bounded = {loss.name for loss in PAIRED if loss.target_domain.bounded}
    assert {loss.name for loss in PAIRED if loss.traits.proper} == bounded - {"contrastive", "perplexity"}


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_a_record_says_how_to_read_a_forecast(loss):
    if loss.traits.proper == "strictly":
        assert CASES[loss.name].forecast, "give its record the probability that a prediction stands for, as `forecast`"
    if CASES[loss.name].forecast:
        assert loss.traits.proper


# Best constants: nothing on a fine grid, refined by golden section, costs less; and the words name the same number.


# What the words of a best constant mean; words that fit no other loss are explained in the record of their loss.
WORDS = {
    "mean": lambda loss, y, w: np.average(y, weights=w),
    "median": lambda loss, y, w: weighted_level(y, w, 0.5),
    "mode": lambda loss, y, w: np.sign(share(y, w) - 0.5),
    "the more frequent label": lambda loss, y, w: np.sign(share(y, w) - 0.5),
    "0": lambda loss, y, w: 0,
    "2q - 1 for a share q of +1": lambda loss, y, w: 2 * share(y, w) - 1,
    "logit of the share of +1": lambda loss, y, w: logit(share(y, w)),
    "share of ones": lambda loss, y, w: np.average(y, weights=w),
    "logit of the share of ones": lambda loss, y, w: logit(np.average(y, weights=w)),
    "class frequencies": lambda loss, y, w: frequencies(y, w),
    "average of the target rows": lambda loss, y, w: frequencies(y, w),
    "log frequencies": lambda loss, y, w: np.log(frequencies(y, w)),
    "log of the mean": lambda loss, y, w: np.log(np.average(y, weights=w)),
}
WORDS |= {words: best for case in CASES.values() for words, best in case.best_constant.items()}
OPEN = {  # no formula; what the words promise is checked instead
    "M-estimate": lambda loss, y, w, best: abs(loss.gradient(y, 0 * y + best, w).sum()) < 1e-12,
    "a set of constants": lambda loss, y, w, best: y.min() <= best <= y.max(),
    "mode-like: the deepest valley": lambda loss, y, w, best: abs(loss.gradient(y, 0 * y + best, w).sum()) < 1e-12,
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

    least = cost(best)
    if p.ndim == 1:
        grid = np.linspace(p.min(), p.max(), 2001)
        if np.isinf(loss.prediction_domain.low):
            grid = np.linspace(-8, 8, 4001)
        costs = np.array([cost(c) for c in grid])
        i = int(costs.argmin())
        found = golden(cost, grid[max(i - 1, 0)], grid[min(i + 1, len(grid) - 1)])
        assert least <= min(costs.min(), found) + 1e-12
    else:
        for spread in (1e-4, 1e-2, 0.3, 2.0):
            for way in rng.standard_normal((300, p.shape[-1])):
                other = best + spread * way
                if predicts_rows(loss):
                    other = best * np.exp(spread * way)
                    other /= other.sum()
                assert least <= cost(other) + 1e-12
    if traits.best_constant in OPEN:
        assert OPEN[traits.best_constant](loss, y, w, best)
    else:
        assert traits.best_constant in WORDS, f"say in the record of {loss.name} which number these words mean"
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
def test_a_planted_wrong_trait_is_refused(check, loss, wrong, monkeypatch):
    plant_density(monkeypatch, "mae", "Gaussian", stats.norm.logpdf)
    check(loss, loss.traits)
    with pytest.raises(AssertionError):
        check(loss, replace(loss.traits, **wrong))


def plant_density(monkeypatch, name, distribution, log_density):
    """Let the record of a loss give a log density for the name of a distribution."""
    likelihood = CASES[name].likelihood | {distribution: lambda loss: log_density}
    monkeypatch.setitem(CASES, name, replace(CASES[name], likelihood=likelihood))


def test_a_planted_wrong_density_is_refused(monkeypatch):
    plant_density(monkeypatch, "cauchy", "Cauchy", lambda y, p: stats.t.logpdf(y, 2, p))
    with pytest.raises(AssertionError):
        check_likelihood(le.cauchy, le.cauchy.traits)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_every_trait_can_be_printed(loss):
    shown = loss.traits._repr_markdown_()
    assert "convex" in shown and loss.traits.best_constant in shown
    assert loss.traits.smooth in str(loss.traits)
    assert {line.count("|") for line in shown.splitlines()} == {3}  # a bar in the text would be another column
