"""The quick form that some losses keep beside their plain lines gives the same sum and the same slopes."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossedu import Huber, bce_logits, gamma, poisson
from lossedu.losses.base import DistanceLoss, ElementwiseLoss
from lossedu.losses.numerics import sum_log1p
from tests.losses.draws import PAIRED, draw


def has_quick_form(loss):
    if isinstance(loss, DistanceLoss):
        return type(loss).sum_of_residuals is not DistanceLoss.sum_of_residuals
    return isinstance(loss, ElementwiseLoss) and type(loss).sum_of is not ElementwiseLoss.sum_of


POSITIVE = (poisson, gamma)
QUICK = [loss for loss in PAIRED if has_quick_form(loss)]


def test_which_losses_have_one():
    assert {loss.name for loss in QUICK} == {"mse", "mae", "huber", "bce_logits", "poisson", "gamma"}


def targets(loss, rng, n, size):
    if loss is bce_logits:
        return rng.integers(0, 2, n)
    # Targets close to 1 are close to the mean exp(p) of small p, where a difference would lose its digits.
    return rng.gamma(2, 2, n) if size > 1 else 1 + size * rng.uniform(-0.9, 1, n) if loss in POSITIVE else (
        size * rng.normal(size=n))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-9, 1.0, 30.0])
@pytest.mark.parametrize("n", [1, 7, 10_000, 16_384])
@pytest.mark.parametrize("loss", QUICK, ids=repr)
def test_sum_and_slopes_are_those_of_the_plain_lines(loss, n, size, dtype):
    rng = np.random.default_rng(0)
    p = (size * rng.normal(size=n)).astype(dtype)
    if loss in POSITIVE:
        p = p.clip(-80, 80)  # farther out exp is infinite in float32
    y = targets(loss, rng, n, size).astype(dtype)
    values, slopes = loss.of(y, p)
    kept = y.copy(), p.copy()
    for scratch in (None, np.empty_like(p)):
        total, factor, slope = loss._sum_of(y, p, dtype, scratch)
        digits = 1e-14 if dtype == np.float64 else 1e-6
        # The values of poisson and gamma may be negative, too, and cancel in the sum.
        scale = np.abs(values.astype(float)).sum() if loss in POSITIVE else 0
        assert_allclose(total, math.fsum(values.astype(float)), rtol=digits, atol=digits * scale)
        assert_allclose(factor * slope, slopes, rtol=digits)
        assert (y == kept[0]).all() and (p == kept[1]).all()


def test_a_wrong_quick_form_would_be_seen():
    class Wrong(Huber):
        def sum_of_residuals(self, r):
            total, factor, slope = super().sum_of_residuals(r)
            return total, 2 * factor, slope

    with pytest.raises(AssertionError):
        test_sum_and_slopes_are_those_of_the_plain_lines(Wrong(), 7, 1.0, np.float64)


@pytest.mark.parametrize(("loss", "y", "p"), [
    (poisson, 0.0, np.inf), (poisson, 0.0, -np.inf), (poisson, 2.0, -np.inf), (poisson, 2.0, np.inf),
    (gamma, 2.0, -np.inf), (gamma, 2.0, np.inf), (gamma, 1e300, -700.0),
], ids=str)
def test_an_infinity_has_the_limit_of_the_plain_lines(loss, y, p):
    y, p = np.array([y, 1.0]), np.array([p, 0.5])
    with np.errstate(all="ignore"):
        values, slopes = loss.of(y, p)
        total, factor, slope = loss._sum_of(y, p, np.dtype(float), np.empty(2))
    assert total == values.sum() and (factor * slope == slopes).all()


@pytest.mark.parametrize("loss", [loss for loss in PAIRED if isinstance(loss, ElementwiseLoss)], ids=repr)
def test_a_zero_with_a_sign_is_zero(loss):
    """The sign of -0.0 is read by `copysign` and in the bits, but not by a comparison; the two must not be mixed."""
    y, _ = draw(loss, np.random.default_rng(0), 8)
    if not loss.prediction_domain.includes(0.0):
        return
    with np.errstate(all="ignore"):
        values, slopes = loss.of(y, np.zeros(8))
        assert_allclose(loss.of(y, np.full(8, -0.0)), [values, slopes], rtol=1e-15)
    for zero in (0.0, -0.0):
        assert_allclose(8 * loss.gradient(y, np.full(8, zero)), slopes, rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [5, 4097, 4160, 8192, 15_360])
@pytest.mark.parametrize("size", [1.0, 0.05, 0.031, 0.02, 1e-7, 1e-20])
def test_few_logarithms_keep_all_digits(n, size, dtype):
    """Around the average of 1/32 at which products of 1 + e take over, and far on both sides of it."""
    e = (size * np.random.default_rng(0).random(n)).astype(dtype)
    e[::3] *= dtype(1e-9)
    exact = math.fsum(map(math.log1p, e.tolist()))
    assert sum_log1p(e, 1 + e) == pytest.approx(exact, rel=1e-14 if dtype == np.float64 else 1e-6)
