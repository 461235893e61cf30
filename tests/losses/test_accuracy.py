"""Every elementwise loss against mpmath: value and derivative keep 14 digits, however far out or however sure.

The `exact` entry of a record is the loss's textbook formula and its derivative, worked out in 60 digits. Where a
formula is a difference that may vanish, no float64 program can keep the relative digits of the result; there the error
is held against the size of what is subtracted, and the entry says so with a third expression.
"""

import math

import mpmath as mp
import numpy as np
import pytest

from lossedu import losses
from lossedu.losses import catalogue
from lossedu.losses.base import DistanceLoss, ElementwiseLoss, MarginLoss
from lossedu.losses.domain import DIVISORS, REAL, TIMES
from tests.losses.cases import CASES

DIGITS = 1e-14
SMALLEST, LARGEST = 1e-300, 1e300  # below and above, float64 itself runs out of digits

ELEMENTWISE = [loss for loss in catalogue.values() if isinstance(loss, ElementwiseLoss)]


def exact(loss, y, p):
    """Value and derivative in 60 digits, and for each the size of what was subtracted to get it (0: nothing)."""
    y, p = mp.mpf(y), mp.mpf(p)
    if isinstance(loss, DistanceLoss):
        answer = CASES[loss.name].exact(p - y)
    elif isinstance(loss, MarginLoss):
        value, slope = CASES[loss.name].exact(y * p)
        answer = value, y * slope
    else:
        answer = CASES[loss.name].exact(y, p)
    return answer if len(answer) == 3 else (*answer, (0, 0))


def spread(rng, low, high, n):
    """Numbers of both signs, of every size from `low` to `high`."""
    return rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(math.log10(low), math.log10(high), n)


def inputs(loss, rng, n=400):
    """Targets and predictions as far out as promised: residuals 1e-12 to 1e12, logits -1e3 to 1e3."""
    logits = np.concatenate([rng.uniform(-1e3, 1e3, n // 2), spread(rng, 1e-12, 1e3, n // 2)])
    unit = np.concatenate([10 ** rng.uniform(-100, 0, n // 2), 1 - 10 ** rng.uniform(-15, -1, n // 2)])
    share = rng.permutation(np.concatenate([rng.choice([0.0, 1.0], n // 2), rng.permutation(unit)[:n // 2]]))
    target, prediction = loss.target_domain, loss.prediction_domain
    if isinstance(loss, DistanceLoss):
        y = np.concatenate([np.zeros(n // 2), rng.normal(size=n // 2)])
        return y, y + spread(rng, 1e-12, 1e12, n)
    if isinstance(loss, MarginLoss):
        return rng.choice([-1.0, 1.0], n), logits
    if target == DIVISORS:
        return spread(rng, 1e-12, 1e12, n), spread(rng, 1e-12, 1e12, n)
    if target == TIMES:
        return spread(rng, 1e-12, 1e6, n), logits
    if prediction.bounded:
        return share, unit
    if prediction == REAL and target.bounded:
        return share, logits
    if target.bounded:
        return rng.choice([target.low, target.high], n), np.abs(spread(rng, 1e-12, 1e12, n))
    if prediction != REAL:
        return np.abs(spread(rng, 1e-12, 1e12, n)), np.abs(spread(rng, 1e-12, 1e12, n))
    return np.abs(spread(rng, 1e-12, 1e6, n)), logits  # Poisson, gamma, Tweedie: a count or an amount, a log mean


def errors(loss, y, p):
    """Largest relative error of the values and of the derivatives."""
    got = loss.each(y, p), loss.derivative(y, p)
    worst = [0.0, 0.0]
    for i, (target, prediction) in enumerate(zip(y, p)):
        *answers, sizes = exact(loss, target, prediction)
        for k, (answer, size) in enumerate(zip(answers, sizes)):
            if answer == 0 or SMALLEST < abs(answer) < LARGEST:
                scale = max(abs(answer), size)
                error = abs(mp.mpf(float(got[k][i])) - answer)
                worst[k] = max(worst[k], float(error / scale if scale else error))
    return worst


def test_every_elementwise_loss_has_its_formula_here():
    assert {loss.name for loss in ELEMENTWISE} == {name for name, case in CASES.items() if case.exact}


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=lambda loss: loss.name)
def test_value_and_derivative_keep_14_digits(loss):
    value, slope = errors(loss, *inputs(loss, np.random.default_rng(0)))
    assert value <= DIGITS and slope <= DIGITS, f"relative error of the value {value:.1e}, of the slope {slope:.1e}"


def softmax_rows(z, y):
    """Cross-entropy and its gradient of one row of logits, for a row y of class probabilities."""
    z, y = [mp.mpf(v) for v in z], [mp.mpf(v) for v in y]
    top = z.index(max(z))
    rest = sum(mp.exp(v - z[top]) for j, v in enumerate(z) if j != top)
    value = mp.log1p(rest) + sum(t * (z[top] - v) for t, v in zip(y, z))
    forecast = [mp.exp(v - z[top]) / (1 + rest) for v in z]
    slope = [f - t for f, t in zip(forecast, y)]
    slope[top] = (1 - y[top]) - rest / (1 + rest)
    return value, slope, forecast


ROWS = {
    "usual": lambda rng: rng.normal(size=(60, 5)) * 3,
    "sure": lambda rng: np.where(np.arange(5) == rng.integers(0, 5, (60, 1)), 30.0, 0.0) - rng.uniform(0, 1, (60, 5)),
    "surer": lambda rng: np.where(np.arange(5) == rng.integers(0, 5, (60, 1)), 60.0, 0.0) - rng.uniform(0, 1, (60, 5)),
    "far out": lambda rng: rng.uniform(-1e3, 1e3, (60, 5)),
    "tiny": lambda rng: spread(rng, 1e-12, 1e-3, (60, 5)),
    "one class": lambda rng: rng.uniform(-1e3, 1e3, (60, 1)),
}


@pytest.mark.parametrize("targets", ["labels", "one-hot", "soft"])
@pytest.mark.parametrize("kind", ROWS)
def test_softmax_cross_entropy_keeps_14_digits(kind, targets):
    """Subtracting two logits rounds the difference d, which costs an entry of the gradient d roundings: for entries
    smaller than exp(-90) of the largest the 14 digits become 12. A soft target adds a difference that may vanish."""
    rng = np.random.default_rng(1)
    z = ROWS[kind](rng)
    n, k = z.shape
    labels = np.where(rng.random(n) < 0.5, z.argmax(axis=1), rng.integers(0, k, n))
    rows = np.eye(k)[labels]
    if targets == "soft":
        rows = rng.dirichlet(np.ones(k), n)
    y = labels if targets == "labels" else rows
    values, slopes = losses.cross_entropy_logits.each(y, z), losses.cross_entropy_logits.derivative(y, z)
    for i in range(n):
        value, slope, forecast = softmax_rows(z[i], rows[i])
        assert close(values[i], value, DIGITS)
        for j in range(k):
            reach = DIGITS * max(1.0, float(abs(z[i, j] - z[i].max())) / 90)
            scale = max(abs(slope[j]), rows[i, j] + forecast[j] if targets == "soft" else 0)
            assert abs(slope[j]) < SMALLEST or abs(mp.mpf(slopes[i, j]) - slope[j]) <= reach * scale


def close(got, answer, digits):
    return abs(mp.mpf(float(got)) - answer) <= digits * abs(answer) or abs(answer) < SMALLEST


@pytest.mark.parametrize("loss", [losses.mse, losses.mae, losses.huber, losses.bce_logits], ids=lambda loss: loss.name)
@pytest.mark.parametrize("sure", [False, True])
def test_the_mean_of_many_keeps_14_digits(loss, sure):
    """The quick sums (dot products, few logarithms) against math.fsum of the values; also where all are tiny."""
    rng = np.random.default_rng(2)
    n = 200_000
    p = rng.normal(size=n) * (1e-9 if sure else 3)
    y = rng.normal(size=n) * (1e-9 if sure else 1)
    if loss is losses.bce_logits:
        y = (rng.random(n) < 0.5) * 1.0
        p = np.where(y > 0, 1, -1) * rng.uniform(36, 40, n) if sure else p
    value, gradient = loss.value_and_gradient(y, p)
    assert value == pytest.approx(math.fsum(loss.each(y, p)) / n, rel=DIGITS, abs=0)
    assert np.allclose(gradient, loss.derivative(y, p) / n, rtol=DIGITS, atol=0)
    assert loss(y, p) == value


def test_a_sure_and_right_answer_keeps_its_cost():
    """log(1 + exp(-40)) is 4.2e-18; a program that forms 1 + exp(-40) first gets 0."""
    cost = pytest.approx(float(mp.log1p(mp.exp(-40))), rel=DIGITS, abs=0)
    assert losses.bce_logits([1.0], [40.0]) == cost
    assert losses.cross_entropy_logits([0], [[40.0, 0.0]]) == cost
    assert losses.bce_logits.gradient([1.0], [40.0])[0] == pytest.approx(-float(mp.exp(-40)), rel=DIGITS, abs=0)


def test_float32_means_lose_nothing_to_the_order_of_adding():
    """A running float32 sum of 2e6 squares is off in the third digit; pairs in a block, float64 between, are not."""
    rng = np.random.default_rng(3)
    y, p = (rng.normal(size=2_000_000).astype(np.float32) for _ in range(2))
    for loss in (losses.mse, losses.mae, losses.huber):
        assert loss(y, p) == pytest.approx(math.fsum(loss.each(y, p).astype(float)) / len(y), rel=2e-7, abs=0)
