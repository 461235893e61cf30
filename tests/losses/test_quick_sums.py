"""The quick form that some losses keep beside their plain lines gives the same sum and the same slopes."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lossedu import Huber, bce_logits
from lossedu.losses.base import DistanceLoss, Loss
from tests.losses.draws import PAIRED


def has_quick_form(loss):
    plain = DistanceLoss.sum_of_residuals if isinstance(loss, DistanceLoss) else Loss._sum_of
    own = type(loss).sum_of_residuals if isinstance(loss, DistanceLoss) else type(loss)._sum_of
    return own is not plain


QUICK = [loss for loss in PAIRED if has_quick_form(loss)]


def test_which_losses_have_one():
    assert {loss.name for loss in QUICK} == {"mse", "mae", "huber", "bce_logits"}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-9, 1.0, 30.0])
@pytest.mark.parametrize("n", [1, 7, 10_000, 16_384])
@pytest.mark.parametrize("loss", QUICK, ids=repr)
def test_sum_and_slopes_are_those_of_the_plain_lines(loss, n, size, dtype):
    rng = np.random.default_rng(0)
    p = (size * rng.normal(size=n)).astype(dtype)
    y = (rng.integers(0, 2, n) if loss is bce_logits else size * rng.normal(size=n)).astype(dtype)
    values, slopes = loss.of(y, p)
    kept = y.copy(), p.copy()
    for scratch in (None, np.empty_like(p)):
        total, factor, slope = loss._sum_of(y, p, dtype, scratch)
        digits = 1e-14 if dtype == np.float64 else 1e-6
        assert_allclose(total, math.fsum(values.astype(float)), rtol=digits)
        assert_allclose(factor * slope, slopes, rtol=digits)
        assert (y == kept[0]).all() and (p == kept[1]).all()


def test_a_wrong_quick_form_would_be_seen():
    class Wrong(Huber):
        def sum_of_residuals(self, r):
            total, factor, slope = super().sum_of_residuals(r)
            return total, 2 * factor, slope

    with pytest.raises(AssertionError):
        test_sum_and_slopes_are_those_of_the_plain_lines(Wrong(), 7, 1.0, np.float64)
