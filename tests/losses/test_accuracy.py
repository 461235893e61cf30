"""Every elementwise loss against mpmath: value and derivative keep 14 digits, however far out or however sure.

Each entry below is the loss's textbook formula and its derivative, worked out in 60 digits. Where a formula is a
difference that may vanish, no float64 program can keep the relative digits of the result; there the error is held
against the size of what is subtracted, and the entry says so with a third expression.
"""

import math

import mpmath as mp
import numpy as np
import pytest

from lossedu import losses
from lossedu.losses import catalogue
from lossedu.losses.base import DistanceLoss, ElementwiseLoss, MarginLoss
from lossedu.losses.domain import DIVISORS, REAL

DIGITS = 1e-14
SMALLEST, LARGEST = 1e-300, 1e300  # below and above, float64 itself runs out of digits
mp.mp.dps = 60


def sigmoid(z):
    return 1 / (1 + mp.exp(-z)) if z > 0 else mp.exp(z) / (1 + mp.exp(z))


def softplus(z):
    return max(z, mp.mpf(0)) + mp.log1p(mp.exp(-abs(z)))


def tukey(r):
    c = mp.mpf(4.685)
    inside = 1 - (r / c) ** 2 if abs(r) <= c else mp.mpf(0)
    return c**2 / 6 * (1 - inside**3), r * inside**2


def focal(y, z):
    """Focal loss with gamma = 2, and the loss of each class as the terms that a soft label adds up."""
    def one(z):
        p, q = sigmoid(z), sigmoid(-z)
        return q**2 * softplus(-z), -(q**3) - 2 * p * q**2 * softplus(-z)
    (v1, s1), (v0, s0) = one(z), one(-z)
    return y * v1 + (1 - y) * v0, y * s1 - (1 - y) * s0, (0, abs(y * s1) + abs((1 - y) * s0))


def bce(y, p):
    slope = (0 if y == 1 else (1 - y) / (1 - p)) - (0 if y == 0 else y / p)
    value = -(0 if y == 0 else y * mp.log(p)) - (0 if y == 1 else (1 - y) * mp.log1p(-p))
    return (value, slope, (0, (1 - y) / (1 - p) + y / p))


def bce_logits(y, z):
    return (y * softplus(-z) + (1 - y) * softplus(z), (1 - y) * sigmoid(z) - y * sigmoid(-z),
            (0, (1 - y) * sigmoid(z) + y * sigmoid(-z)))


def tweedie(y, z):
    power = mp.mpf("1.5")
    up, down = mp.exp((2 - power) * z), y * mp.exp((1 - power) * z)
    return up / (2 - power) + down / (power - 1), up - down, (0, up + down)


def msle(y, p):
    a, b = mp.log1p(p), mp.log1p(y)
    size = abs(a) + abs(b)
    return (a - b) ** 2, 2 * (a - b) / (1 + p), (size * abs(a - b) + (size * mp.mpf(2) ** -52) ** 2,
                                                 2 * size / (1 + p))


def tube(r):
    return max(abs(r) - mp.mpf(0.1), mp.mpf(0))


OF_RESIDUAL = {
    "mse": lambda r: (r**2, 2 * r),
    "mae": lambda r: (abs(r), mp.sign(r)),
    "huber": lambda r: (r**2 / 2, r) if abs(r) <= 1 else (abs(r) - mp.mpf(1) / 2, mp.sign(r)),
    "pseudo_huber": lambda r: (r**2 / (mp.sqrt(1 + r**2) + 1), r / mp.sqrt(1 + r**2)),
    "log_cosh": lambda r: (abs(r) + mp.log1p(mp.expm1(-2 * abs(r)) / 2), mp.tanh(r)),
    "quantile": lambda r: (abs(r) / 2, mp.sign(r) / 2),
    "epsilon_insensitive": lambda r: (tube(r), mp.sign(r) * (tube(r) > 0), (abs(r), 0)),
    "squared_epsilon_insensitive": lambda r: (tube(r) ** 2, 2 * mp.sign(r) * tube(r), (abs(r) * tube(r), abs(r))),
    "cauchy": lambda r: (mp.log1p(r**2) / 2, r / (1 + r**2)),
    "tukey": tukey,
}
OF_MARGIN = {
    "zero_one": lambda a: (mp.mpf(a <= 0), mp.mpf(0)),
    "perceptron": lambda a: (max(-a, 0), -mp.mpf(a < 0)),
    "hinge": lambda a: (max(1 - a, 0), -mp.mpf(a < 1)),
    "squared_hinge": lambda a: (max(1 - a, 0) ** 2, -2 * max(1 - a, 0)),
    "modified_huber": lambda a: (-4 * a, mp.mpf(-4)) if a < -1 else (max(1 - a, 0) ** 2, -2 * max(1 - a, 0)),
    "logistic": lambda a: (softplus(-a), -sigmoid(-a)),
    "exponential": lambda a: (mp.exp(-a), -mp.exp(-a)),
    "savage": lambda a: (sigmoid(-a) ** 2, -2 * sigmoid(-a) ** 2 * sigmoid(a)),
}
OF_PAIR = {
    "msle": msle,
    "mape": lambda y, p: (abs(p - y) / abs(y), mp.sign(p - y) / abs(y)),
    "bce": bce,
    "bce_logits": bce_logits,
    "brier": lambda y, p: ((p - y) ** 2, 2 * (p - y)),
    "focal": focal,
    "poisson": lambda y, z: (mp.exp(z) - y * z, mp.exp(z) - y, (mp.exp(z) + y * abs(z), mp.exp(z) + y)),
    "gamma": lambda y, z: (z + y * mp.exp(-z), 1 - y * mp.exp(-z),
                           (abs(z) + y * mp.exp(-z), 1 + y * mp.exp(-z))),
    "tweedie": tweedie,
    "contrastive": lambda y, d: (y * d**2 + (1 - y) * max(1 - d, 0) ** 2,
                                 2 * y * d - 2 * (1 - y) * max(1 - d, 0)),
}
ELEMENTWISE = [loss for loss in catalogue.values() if isinstance(loss, ElementwiseLoss)]


def exact(loss, y, p):
    """Value and derivative in 60 digits, and for each the size of what was subtracted to get it (0: nothing)."""
    y, p = mp.mpf(y), mp.mpf(p)
    if isinstance(loss, DistanceLoss):
        answer = OF_RESIDUAL[loss.name](p - y)
    elif isinstance(loss, MarginLoss):
        value, slope = OF_MARGIN[loss.name](y * p)
        answer = value, y * slope
    else:
        answer = OF_PAIR[loss.name](y, p)
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
    assert {loss.name for loss in ELEMENTWISE} == {*OF_RESIDUAL, *OF_MARGIN, *OF_PAIR}


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
