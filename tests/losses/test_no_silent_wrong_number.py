"""Infinities, weights of 0, overflowing sums, close rows and empty arrays: a right number, or an error in words.

Each test draws inputs of one kind for every loss that the kind concerns.
"""

import re

import mpmath as mp
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import lossedu as le
from lossedu.losses.base import DistanceLoss
from lossedu.losses.domain import INCREASING, ONE_HOT, SIGNS, Simplex
from lossedu.losses.likelihood import LogMeanLoss
from lossedu.losses.numerics import softmax
from tests.losses.cases import CASES
from tests.losses.draws import (
    ELEMENTWISE,
    EVERY,
    PAIRED,
    ROWS,
    draw,
    in_order,
    predicts_rows,
    takes_labels,
)

SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
SEEDS = st.integers(0, 2**32)
BEST = [loss for loss in PAIRED if hasattr(loss, "minimiser")]
EPS = np.finfo(float).eps


# An infinite number costs what ever larger finite ones approach.


def limit(near, far):
    """What two numbers, taken far out and farther out, approach."""
    with np.errstate(invalid="ignore"):
        still = (near == far) | (np.abs(near - far) <= 1e-12 * np.abs(far))
        vanish = np.maximum(np.abs(near), np.abs(far)) < 1e-50
        return np.where(still, far, np.where(vanish, 0, np.inf * np.sign(far)))


def answers(loss, y, p):
    yield loss.each(y, p)
    yield loss.derivative(y, p)
    yield loss.gradient(y, p)
    yield np.asarray(loss(y, p))
    if loss in ELEMENTWISE:
        yield loss.curvature(y, p)


def assert_continues(loss, inputs, place, index, sign):
    """The answers with an infinity at an index of an input are the limits of those with finite numbers there."""
    found = []
    for size in (1e200, 1e300, np.inf):
        inputs[place][index] = sign * size
        found.append(list(answers(loss, *inputs)))
    for near, far, infinite in zip(*found, strict=True):
        assert not np.isnan(infinite).any()
        assert_allclose(infinite, limit(near, far), rtol=1e-12)


REAL_PREDICTIONS = [loss for loss in PAIRED if not predicts_rows(loss) and loss.prediction_domain.includes(np.inf)]
REAL_TARGETS = [loss for loss in PAIRED if loss.target_domain.includes(np.inf)]


@pytest.mark.parametrize("loss", REAL_PREDICTIONS, ids=repr)
@SOME
@given(seed=SEEDS, sign=st.sampled_from([-1, 1]), label=st.sampled_from([None, 0.0, 1.0]))
def test_an_infinite_prediction_costs_the_limit(loss, seed, sign, label):
    rng = np.random.default_rng(seed)
    y, p = draw(loss, rng, 1)
    if label is not None and loss in ELEMENTWISE and loss.target_domain.includes(label):
        y[0] = 2 * label - 1 if loss.target_domain == SIGNS else label
    assume(loss.prediction_domain.includes(sign * np.inf))
    index = tuple(rng.integers(0, p.shape))
    if loss.prediction_domain == INCREASING:  # an infinity fits only at an end of its row
        index = 0, -1 if sign > 0 else 0
    assert_continues(loss, [y, p], 1, index, sign)


@pytest.mark.parametrize("loss", REAL_TARGETS, ids=repr)
@SOME
@given(seed=SEEDS, sign=st.sampled_from([-1, 1]))
def test_an_infinite_target_costs_the_limit(loss, seed, sign):
    rng = np.random.default_rng(seed)
    y, p = draw(loss, rng, 1)
    assume(loss.target_domain.includes(sign * np.inf))
    assert_continues(loss, [y, p], 0, tuple(rng.integers(0, y.shape)), sign)


def test_infinities_that_cancel_are_still_refused():
    for call in (lambda: le.cross_entropy_logits([0], [[np.inf, np.inf]]), lambda: le.mape([np.inf], [np.inf]),
                 lambda: le.cross_entropy_logits([0], [[-np.inf, -np.inf]]),
                 lambda: le.pseudo_huber([np.inf], [np.inf]),
                 lambda: le.cosine([[1.0, 0.0]], [[np.inf, np.inf]]), lambda: le.poisson([np.inf], [np.inf]),
                 lambda: le.mse.minimiser([np.inf, -np.inf]), lambda: le.mae.minimiser([np.inf, -np.inf]),
                 lambda: le.info_nce.gradient([[1.0], [1.0]], [[1.0], [-np.inf]])):
        with pytest.raises(ValueError, match="infinities that cancel"):
            call()


def test_nan_is_not_taken_for_the_leading_class():
    with pytest.raises(ValueError, match="NaN"):
        le.cross_entropy_logits([0], [[np.nan]])


# Under a weight of 0 anything may stand.


JUNK = [np.nan, np.inf, -np.inf, -7.0, 0.0, 99.0]


def spoilt(x, silent, rng):
    """The same array with junk wherever `silent` is true."""
    x = x.copy()
    x[silent] = rng.choice(JUNK if x.dtype == float else [-1, -100, 99], x[silent].shape)
    return x


weights = st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.5]), min_size=5, max_size=5).filter(any)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
@SOME
@given(seed=SEEDS, weight=weights)
def test_a_weight_of_zero_silences_anything(loss, seed, weight):
    rng, weight = np.random.default_rng(seed), np.array(weight)
    silent = weight == 0
    inputs = draw(loss, rng, 5)
    value, gradient = loss.value_and_gradient(*inputs, weight=weight)
    junk = [spoilt(x, silent, rng) for x in inputs]
    again, spoilt_gradient = loss.value_and_gradient(*junk, weight=weight)
    assert_allclose(again, value, rtol=1e-14)
    assert loss(*junk, weight=weight) == again
    gradients = zip(np.atleast_1d(gradient), np.atleast_1d(spoilt_gradient)) if loss in PAIRED else zip(
        gradient, spoilt_gradient)
    for before, after in gradients:
        assert_allclose(after, before, rtol=1e-14)
    for of_one in [spoilt_gradient] if loss in PAIRED else spoilt_gradient:
        assert not of_one[silent].any()
    if CASES[loss.name].whole_batch:  # what is masked is no part of the batch
        assert_allclose(value, loss(*(x[~silent] for x in inputs), weight=weight[~silent]), rtol=1e-14)


@pytest.mark.parametrize("loss", BEST, ids=repr)
@SOME
@given(seed=SEEDS, weight=weights)
def test_a_best_constant_does_not_see_what_has_no_weight(loss, seed, weight):
    rng, weight = np.random.default_rng(seed), np.array(weight)
    y = draw(loss, rng, 5)[0]
    named = {"classes": 4} if loss in ROWS and y.ndim == 1 and y.dtype != float else {}
    best = loss.minimiser(y[weight > 0], weight[weight > 0], **named)
    assert_allclose(loss.minimiser(spoilt(y, weight == 0, rng), weight, **named), best, rtol=1e-6, atol=1e-9)


def test_a_weight_that_is_tiny_is_not_zero():
    assert le.bce(np.float32([1, 1]), np.float32([0, 0.5]), weight=[1e-300, 1.0]) == np.inf


# Equal numbers in a row are no reason for NaN.


@pytest.mark.parametrize("loss", ROWS, ids=repr)
@SOME
@given(seed=SEEDS, ties=st.integers(2, 4))
def test_equal_predictions_never_have_a_gradient_of_nan(loss, seed, ties):
    rng = np.random.default_rng(seed)
    y, p = draw(loss, rng, 6)
    if predicts_rows(loss):
        p[:] = 1 / p.shape[1]
    else:
        p[:, :ties] = p[:, :1]
        p = in_order(loss, p)
    targets = [y, np.eye(4)[y], rng.dirichlet(np.ones(4), 6)] if takes_labels(loss) else [y]
    for target in targets[:2] if loss.target_domain is ONE_HOT else targets:
        for answer in (loss.each(target, p), loss.derivative(target, p), loss.gradient(target, p)):
            assert not np.isnan(answer).any()


# A message shows a number that is outside.


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_a_message_shows_that_the_number_is_outside(loss, dtype):
    for domain in (loss.target_domain, loss.prediction_domain):
        for end, away in ((domain.low, -np.inf), (domain.high, np.inf)):
            if not np.isfinite(end):
                continue
            bad = np.nextafter(dtype(end), dtype(away))
            if isinstance(domain, Simplex):
                bad *= 1 + 100 * np.finfo(dtype).eps  # a row is allowed some roundings above 1
            with pytest.raises(ValueError, match="must") as error:
                domain.check("y_true", np.array([bad, 0], dtype)[:1 + isinstance(domain, Simplex)])
            said = re.search(r"but holds ([-+0-9.e]*[0-9])", str(error.value))
            assert dtype(said[1]) == bad


def test_a_sum_that_is_off_is_shown_with_its_digits():
    with pytest.raises(ValueError, match=r"one sums to 1\.00000001"):
        le.cross_entropy([0], [[0.5, 0.50000001]])


# Rows that a softmax makes are rows of probabilities.


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("loss", [loss for loss in PAIRED if predicts_rows(loss)], ids=repr)
@SOME
@given(seed=SEEDS, size=st.floats(0.1, 60), k=st.integers(1, 300))
def test_rows_of_a_softmax_are_accepted(loss, dtype, seed, size, k):
    rng = np.random.default_rng(seed)
    rows = softmax((size * rng.normal(size=(20, k))).astype(dtype))
    labels = rng.integers(0, k, 20)
    loss.each(labels, rows)
    loss.each(rows, rows)
    above = np.zeros((1, k), dtype)
    above[0, 0] = np.nextafter(dtype(1), dtype(2))
    assert np.isfinite(loss.each(above, above)).all()


@pytest.mark.parametrize("row", [[1.001, -0.001], [1 + 1e-6, 0.0], [1.0, -1e-17]])
def test_rows_that_are_none_are_still_refused(row):
    with pytest.raises(ValueError, match="y_pred must be|must sum to 1"):
        le.cross_entropy([0], [row])


# Best constants.


@pytest.mark.parametrize("loss", [loss for loss in BEST if not isinstance(loss.target_domain, Simplex)], ids=repr)
@SOME
@given(seed=SEEDS, n=st.integers(1, 30), weighted=st.booleans())
def test_float32_targets_have_the_best_constant_of_the_same_numbers_in_float64(loss, seed, n, weighted):
    rng = np.random.default_rng(seed)
    y = draw(loss, rng, n)[0].astype(np.float32)
    if isinstance(loss, DistanceLoss):
        y = np.round(y)  # ties, where the best constants are an interval
    weight = rng.integers(1, 4, n) if weighted else None
    assert_array_equal(loss.minimiser(y, weight), loss.minimiser(y.astype(float), weight))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", BEST, ids=repr)
@SOME
@given(seed=SEEDS, n=st.integers(1, 40), same=st.booleans())
def test_a_loss_takes_its_own_best_constant(loss, dtype, seed, n, same):
    rng = np.random.default_rng(seed)
    y, p = draw(loss, rng, n)
    if same:
        y[:] = rng.permutation([y[0], loss.target_domain.low, loss.target_domain.high])[0] if (
            loss in ELEMENTWISE and loss.target_domain.bounded) else y[0]
    if y.dtype == float:
        y = y.astype(dtype)
    named = {"classes": 4} if loss in ROWS and y.ndim == 1 and y.dtype.kind == "i" else {}
    best = loss.minimiser(y, **named)
    value = loss(y, np.broadcast_to(best, (n, *np.shape(best))))
    assert not np.isnan(value) and value < np.inf
    assert value <= loss(y, np.broadcast_to(p[0], p.shape)) + 1e-6


def test_best_constants_at_the_ends_of_what_numbers_can_be():
    top = np.finfo(float).max
    assert le.mse.minimiser([top, top]) == le.mae.minimiser([top, top]) == le.huber.minimiser([top, top]) == top
    assert le.mae.minimiser([-top, top]) == 0
    assert le.mse.minimiser([0.1] * 3) == 0.1
    assert_allclose(le.gaussian_nll.minimiser([0, 2e200])[1], 2 * np.log(1e200))
    assert_allclose(le.gaussian_nll.minimiser([0, 2e-200])[1], 2 * np.log(1e-200))
    assert le.mape.minimiser([1e-320, 1.0, 2.0]) == 1e-320
    edge = np.nextafter(-1, 0)
    assert le.msle([edge, edge], [le.msle.minimiser([edge, edge])] * 2) == 0


# A mean is finite where the sum is not.


@pytest.mark.parametrize(("dtype", "largest"), [(np.float32, 38.5), (np.float64, 308.2)])
@pytest.mark.parametrize("loss", [loss for loss in REAL_PREDICTIONS if loss.name != "perplexity"], ids=repr)
@SOME
@given(seed=SEEDS, share=st.floats(0.4, 1), n=st.integers(2, 300), weighted=st.booleans())
def test_a_mean_of_equal_losses_is_that_loss(loss, dtype, largest, seed, share, n, weighted):
    rng = np.random.default_rng(seed)
    y, p = draw(loss, rng, 1)
    y = y.astype(dtype) if y.dtype == float else y
    size = 10 ** (share * largest)
    with np.errstate(over="ignore"):
        if isinstance(loss, (LogMeanLoss, le.CRPSGaussian)):  # a large target is their way to a large loss
            y = (np.abs(y) * size).astype(dtype)
        else:
            p = in_order(loss, (np.abs(p) * size).astype(dtype))
    assume(np.isfinite(p).all() and np.isfinite(y).all())
    value = float(loss.each(y, p)[0])
    assume(np.isfinite(value) and abs(value) < float(np.finfo(dtype).max) / 2)
    many = np.repeat(y, n, axis=0), np.repeat(p, n, axis=0)
    weight = rng.uniform(0.5, 2, n) if weighted else None
    digits = 1e-5 if dtype == np.float32 else 1e-12
    assert_allclose(loss(*many, weight=weight), value, rtol=digits)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", EVERY, ids=repr)
@SOME
@given(seed=SEEDS, exponent=st.sampled_from([-310, -300, -40, 40, 300, 307]))
def test_weights_may_have_any_scale(loss, dtype, seed, exponent):
    rng = np.random.default_rng(seed)
    inputs = [x.astype(dtype) if x.dtype == float else x for x in draw(loss, rng, 30)]
    if loss in PAIRED and predicts_rows(loss):
        inputs = [x / x.sum(axis=1, keepdims=True) for x in inputs]
    weight = rng.integers(0, 9, 30).astype(float)
    assume(weight.any())
    scaled = weight * 10.0**exponent
    value, gradient = loss.value_and_gradient(*inputs, weight=weight)
    again, scaled_gradient = loss.value_and_gradient(*inputs, weight=scaled)
    digits = 1e-3 if exponent == -310 else 1e-5 if dtype == np.float32 else 1e-12
    assert_allclose(again, value, rtol=digits, atol=1e-6 if digits > 1e-12 else 1e-14)
    for one, other in zip(np.atleast_1d(gradient[0]), np.atleast_1d(scaled_gradient[0]), strict=True):
        assert_allclose(other, one, rtol=digits, atol=1e-6 if digits > 1e-12 else 1e-14)
    if loss in BEST:  # several constants may be best, but they cost the same
        constants = (loss.minimiser(inputs[0], w) for w in (weight, scaled))
        one, other = (loss(inputs[0], np.broadcast_to(c, (30, *np.shape(c))), weight) for c in constants)
        assert_allclose(other, one, rtol=digits, atol=1e-5 if digits > 1e-12 else 1e-12)


# Close to a minimum, where large numbers cancel.


@SOME
@given(seed=SEEDS, exponent=st.floats(-12, 0), k=st.integers(2, 12), dtype=st.sampled_from([np.float32, np.float64]))
def test_the_divergence_of_close_rows_is_positive_and_keeps_its_digits(seed, exponent, k, dtype):
    rng = np.random.default_rng(seed)
    q = rng.dirichlet(np.ones(k), 20)
    p = q * np.exp(10**exponent * rng.normal(size=q.shape))
    q, p = q.astype(dtype), (p / p.sum(axis=1, keepdims=True)).astype(dtype)
    values = le.kl.each(q, p)
    for i in range(20):
        exact = sum(a * mp.log(a / b) - a + b if a else b for a, b in zip(map(mp.mpf, map(float, q[i])),
                                                                          map(mp.mpf, map(float, p[i]))))
        assert values[i] >= 0
        assert abs(float(values[i]) - exact) <= 500 * np.finfo(dtype).eps * exact


def test_the_divergence_of_a_row_from_itself_is_zero():
    rows = np.random.default_rng(0).dirichlet(np.ones(7), 1000)
    assert_array_equal(le.kl.each(rows, rows), 0)


LOG_MEANS = [le.poisson, le.gamma, le.Tweedie(power=1.2), le.tweedie, le.Tweedie(power=3.0), le.negative_binomial,
             le.NegativeBinomial(alpha=1e-6)]


@pytest.mark.parametrize("loss", LOG_MEANS, ids=repr)
@SOME
@given(z=st.floats(-15, 0), sign=st.sampled_from([-1, 1]), off=st.floats(-15, 0), exact_one=st.booleans())
def test_slopes_of_counts_keep_their_digits_close_to_the_minimum(loss, z, sign, off, exact_one):
    """The right answer to within 1e-14, and what half a rounding of the logarithm z would change it by."""
    z = sign * 10.0**z
    y = 1.0 if exact_one else float(np.exp(z) * (1 + 10.0**off))
    with mp.workdps(60):
        mean = mp.exp(mp.mpf(z))
        if loss.name == "negative_binomial":
            factor = 1 / (1 + mp.mpf(loss.alpha) * mean)
        else:
            factor = mean ** (1 - ({"poisson": 1, "gamma": 2}.get(loss.name) or mp.mpf(loss.power)))
        exact = factor * (mean - mp.mpf(y))
        allowed = 1e-14 * abs(exact) + 8 * EPS * abs(z) * factor * mean
        assert abs(mp.mpf(float(loss.derivative(y, z))) - exact) <= allowed


@SOME
@given(y=st.floats(1e-6, 1 - 1e-6), off=st.floats(-15, -1), sign=st.sampled_from([-1, 1]))
def test_the_slope_of_a_soft_target_keeps_its_digits_close_to_the_minimum(y, off, sign):
    p = y * (1 + sign * 10.0**off) if y < 0.5 else y - sign * (1 - y) * 10.0**off
    exact = (mp.mpf(p) - mp.mpf(y)) / (mp.mpf(p) * (1 - mp.mpf(p)))
    assert abs(mp.mpf(float(le.bce.derivative(y, p))) - exact) <= 1e-14 * abs(exact)


def test_large_log_means_do_not_overflow_on_the_way():
    assert_allclose(le.gamma.each(1e-300, -800.0), float(-800 + mp.mpf(1e-300) * mp.exp(800)), rtol=1e-12)
    assert le.Tweedie(power=3.0).each(1.0, -800.0) == np.inf
    assert le.Tweedie(power=3.0).derivative(1.0, -800.0) == -np.inf
    assert le.mape(1e308, -1e308) == 2


# Nothing at all is told in words.


@pytest.mark.parametrize("labels", [[], np.array([], int), np.array([], np.float32), np.zeros((2, 0), int),
                                    np.zeros((0, 3), int)])
def test_no_labels_make_no_rows(labels):
    shape = (*np.shape(labels), 3)
    assert le.one_hot(labels, 3).shape == le.smooth_labels(labels, 3, 0.1).shape == shape
    assert le.sample_weights(labels).shape == np.shape(labels)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_empty_arrays_are_refused_in_words(loss):
    inputs = [x[:0] for x in draw(loss, np.random.default_rng(0), 3)]
    calls = [lambda: loss(*inputs), lambda: loss.gradient(*inputs), lambda: loss.each(*inputs),
             lambda: loss(*inputs, weight=np.ones(0)), lambda: loss(*inputs, weight=[])]
    if loss in BEST:
        calls += [lambda: loss.minimiser(inputs[0]), lambda: loss.minimiser(np.array([], int)),
                  lambda: loss.minimiser(inputs[0], np.ones(0))]
    for call in calls:
        with pytest.raises(ValueError) as error:
            call()
        assert re.search(r"empty|at least|one row|\(0,", str(error.value))
        assert not re.search("zero-size|argm|reduction|out of bounds", str(error.value))
