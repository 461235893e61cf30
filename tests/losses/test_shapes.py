"""Whatever the shape, the dtype, the size or the memory of the inputs, a loss says the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

import lossedu as le
from lossedu.losses.base import BLOCK, DistanceLoss
from lossedu.losses.domain import REAL, SIGNS
from lossedu.losses.forecast import ForecastLoss
from lossedu.losses.likelihood import LogMeanLoss
from lossedu.losses.vector import VectorLoss
from tests.losses.cases import CASES
from tests.losses.draws import ELEMENTWISE, EVERY, JOINT, PAIRED, ROWS, draw, predicts_rows, takes_labels

FEW = settings(max_examples=20, deadline=None)


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
@FEW
@given(shape=array_shapes(min_dims=0, max_dims=3, max_side=4), seed=st.integers(0, 2**32))
def test_any_shape_costs_what_its_entries_cost(loss, shape, seed):
    y, p = draw(loss, np.random.default_rng(seed), int(np.prod(shape)))
    flat, batch = (y, p), (y.reshape(shape), p.reshape(shape))
    assert loss.each(*batch).shape == loss.gradient(*batch).shape == loss.curvature(*batch).shape == shape
    assert loss(*batch) == loss(*flat)
    for method in (loss.each, loss.derivative, loss.gradient, loss.curvature):
        assert_array_equal(np.ravel(method(*batch)), method(*flat))


@pytest.mark.parametrize("loss", ROWS, ids=repr)
@FEW
@given(shape=array_shapes(min_dims=0, max_dims=2, max_side=4), seed=st.integers(0, 2**32))
def test_rows_may_come_in_any_shape(loss, shape, seed):
    y, p = draw(loss, np.random.default_rng(seed), int(np.prod(shape)))
    batch = y.reshape(shape + y.shape[1:]), p.reshape(shape + p.shape[1:])
    assert loss.each(*batch).shape == shape
    assert loss.gradient(*batch).shape == shape + p.shape[1:]
    assert loss(*batch) == loss(y, p)
    assert_array_equal(loss.gradient(*batch).reshape(p.shape), loss.gradient(y, p))


@pytest.mark.parametrize("loss", [loss for loss in JOINT if not CASES[loss.name].whole_batch], ids=repr)
@pytest.mark.parametrize("shape", [(), (1,), (6,), (2, 3)])
def test_joint_losses_take_any_shape(loss, shape):
    inputs = draw(loss, np.random.default_rng(1), int(np.prod(shape)))
    batch = [x.reshape(shape + x.shape[1:]) for x in inputs]
    assert np.shape(loss.each(*batch)) == shape
    assert_array_equal(np.ravel(loss.each(*batch)), loss.each(*inputs))
    assert [g.shape for g in loss.gradient(*batch)] == [x.shape for x in batch]


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_lists_do_as_well_as_arrays(loss):
    inputs = draw(loss, np.random.default_rng(2), 3)
    assert loss(*[x.tolist() for x in inputs]) == loss(*inputs)
    assert isinstance(loss(*inputs), float)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_float32_stays_float32_and_agrees(loss):
    inputs = draw(loss, np.random.default_rng(3), 5)
    if loss in PAIRED and predicts_rows(loss):  # rounding moves the sums of rows away from 1
        inputs = [np.tile(np.float32([[0.5, 0.25, 0.125, 0.125]]), (5, 1)), np.tile(np.float32([[0.25] * 4]), (5, 1))]
    single = [x.astype(np.float32) if x.dtype == float else x for x in inputs]
    double = [x.astype(float) if x.dtype == np.float32 else x for x in single]
    assert loss.each(*single).dtype == np.float32
    gradients = loss.gradient(*single)
    assert {g.dtype for g in np.atleast_1d(gradients[0])} <= {np.dtype(np.float32)}
    assert_allclose(loss.each(*single), loss.each(*double), rtol=2e-5, atol=1e-5)
    for ours, exact in zip(gradients, loss.gradient(*double), strict=True):
        assert_allclose(ours, exact, rtol=2e-5, atol=1e-5)
    if loss in PAIRED:
        assert loss.derivative(*single).dtype == np.float32
    if loss in ELEMENTWISE:
        assert loss.curvature(*single).dtype == np.float32


def whole_numbers(loss):
    """Inputs that are whole numbers and may be stored as such; None where predictions lie between 0 and 1."""
    if loss.target_domain == SIGNS:
        return [1, -1, 1], [3, 2, -7]
    if predicts_rows(loss):
        return [[1, 0], [0, 1]], [[1, 0], [0, 1]]
    if takes_labels(loss):
        return [0, 1], [[1, 3], [2, 7]]
    if loss.target_domain.bounded:
        return [1, 0, 1], [1, 0, 1]
    if isinstance(loss, ForecastLoss):
        return [1, 2], [[3, 1], [2, 0]]
    if isinstance(loss, VectorLoss):
        return [[1, 2]], [[3, 5]]
    if isinstance(loss, le.SupervisedContrastive):
        return [0, 1, 0], [[1, 0], [2, 1], [0, 3]]
    return [1, 2, 7], [3, 5, 4]


def narrow_types(loss):
    """Types that can hold these inputs: no -1 in unsigned numbers, no fractions in labels."""
    yield from (np.int8, np.int64)
    if loss.target_domain != SIGNS:
        yield np.uint8
    if not takes_labels(loss):
        yield np.float16


@pytest.mark.parametrize(("loss", "dtype"), [(loss, dtype) for loss in PAIRED for dtype in narrow_types(loss)])
def test_whole_numbers_are_computed_as_floats(loss, dtype):
    y, p = whole_numbers(loss)
    small, wide = (np.array(y, dtype), np.array(p, dtype)), (np.array(y), np.array(p, float))
    if not takes_labels(loss):
        wide = (np.array(y, float), np.array(p, float))
    expected = np.float32 if dtype == np.float16 else np.float64
    assert loss.each(*small).dtype == loss.gradient(*small).dtype == expected
    assert_allclose(loss.each(*small), loss.each(*wide), rtol=1e-5 if dtype == np.float16 else 1e-15)
    assert_allclose(loss.gradient(*small), loss.gradient(*wide), rtol=1e-5 if dtype == np.float16 else 1e-15)


def test_bytes_do_not_wrap():
    y, p = np.array([0, 200], np.uint8), np.array([200, 0], np.uint8)
    for loss in PAIRED:
        if isinstance(loss, DistanceLoss):
            assert_array_equal(loss.each(y, p), loss.each(y.astype(float), p.astype(float)))
    assert le.mse(y, p) == 40000


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_inputs_are_read_and_never_written(loss):
    inputs = draw(loss, np.random.default_rng(4), 5)
    weight = np.array([0.0, 1, 2, 0.5, 1])
    before = [x.copy() for x in (*inputs, weight)]
    for x in (*inputs, weight):
        x.setflags(write=False)
    loss.value_and_gradient(*inputs, weight=weight)
    loss.each(*inputs)
    if loss in ELEMENTWISE:
        loss.curvature(*inputs)
    if hasattr(loss, "minimiser"):
        loss.minimiser(inputs[0], weight)
    for x, old in zip((*inputs, weight), before, strict=True):
        assert_array_equal(x, old)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_memory_may_be_strided_reversed_or_in_a_file(loss, tmp_path):
    inputs = draw(loss, np.random.default_rng(5), 6)
    value, gradient = loss.value_and_gradient(*inputs)
    strided = [np.repeat(x, 2, axis=0)[::2] for x in inputs]
    backwards = [x[::-1].copy()[::-1] for x in inputs]
    fortran = [np.asfortranarray(x) for x in inputs]
    files = []
    for place, x in enumerate(inputs):
        np.save(tmp_path / f"{place}.npy", x)
        files.append(np.load(tmp_path / f"{place}.npy", mmap_mode="r"))
    for same in (strided, backwards, fortran, files):
        other, slope = loss.value_and_gradient(*same)
        assert_allclose(other, value, rtol=1e-15)
        assert_allclose(slope, gradient, rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_more_than_a_block_is_walked_in_blocks(loss):
    y, p = draw(loss, np.random.default_rng(6), 7)
    times = 2 * BLOCK // p.size + 3
    many = np.concatenate([y] * times), np.concatenate([p] * times)
    value, gradient = loss.value_and_gradient(*many)
    assert_allclose(value, loss(y, p), rtol=1e-12)
    assert_allclose(value, CASES[loss.name].mean(loss.each(*many), weights=None), rtol=1e-12)
    assert_allclose(gradient * times, np.concatenate([loss.gradient(y, p)] * times), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
@FEW
@given(weight=arrays(float, 5, elements=st.floats(0, 10)).filter(lambda w: w.sum() > 0.1), seed=st.integers(0, 99))
def test_one_weighted_mean_everywhere(loss, weight, seed):
    inputs = draw(loss, np.random.default_rng(seed), 5)
    part = weight > 0 if CASES[loss.name].whole_batch else slice(None)  # a weight of 0 leaves a pair out of its batch
    expected = CASES[loss.name].mean(loss.each(*(x[part] for x in inputs)), weights=weight[part])
    assert_allclose(loss(*inputs, weight=weight), expected, rtol=1e-12, atol=1e-13)
    assert_allclose(loss(*inputs, weight=3 * weight), loss(*inputs, weight=weight), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("loss", [loss for loss in EVERY if not CASES[loss.name].whole_batch], ids=repr)
def test_a_weight_counts_like_a_repetition(loss):
    inputs = draw(loss, np.random.default_rng(7), 4)
    times = np.array([1, 3, 2, 1])
    repeated = [np.repeat(x, times, axis=0) for x in inputs]
    assert_allclose(loss(*inputs, weight=times), loss(*repeated), rtol=1e-12)
    if hasattr(loss, "minimiser"):
        assert_allclose(loss.minimiser(inputs[0], times), loss.minimiser(repeated[0]), rtol=1e-7, atol=1e-7)


# Losses whose predictions may be any real number. The logarithm of a mean may too, but its loss can be negative.
FAR = [loss for loss in ELEMENTWISE if loss.prediction_domain == REAL and not isinstance(loss, LogMeanLoss)]


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e-20, 1e20, 1e150, 1e300])
@pytest.mark.parametrize("loss", FAR, ids=repr)
def test_no_size_makes_nonsense(loss, size):
    """No NaN and no warning from 1e-300 to 1e300; an overflow is an infinite cost, and slopes keep their sign."""
    y = np.array([1.0, 1.0]) if not isinstance(loss, DistanceLoss) else np.zeros(2)
    p = np.array([size, -size])
    value, slope, bend = loss.each(y, p), loss.derivative(y, p), loss.curvature(y, p)
    assert (value >= 0).all() and not np.isnan(slope).any() and not np.isnan(bend).any()
    if isinstance(loss, DistanceLoss):
        assert slope[0] >= 0 >= slope[1]
    if loss.traits.lipschitz is not None:
        assert np.isfinite(slope).all() and np.abs(slope).max() <= loss.traits.lipschitz * (1 + 1e-12)


def test_robust_losses_stay_finite_far_out():
    far = np.array([1e300, -1e300])
    for loss, value in ((le.cauchy, np.log(1e300)), (le.tukey, 4.685**2 / 6), (le.pseudo_huber, 1e300),
                        (le.log_cosh, 1e300), (le.huber, 1e300)):
        assert_allclose(loss.each(np.zeros(2), far), value, rtol=1e-12)
    assert_allclose(le.cauchy.derivative(np.zeros(2), far), [1e-300, -1e-300], rtol=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e150, 1e300])
def test_cosine_at_any_length(size):
    y, p = np.array([[1.0, 0.0]]) * size, np.array([[0.0, 1.0]]) * size
    assert le.cosine(y, p) == 1
    assert_allclose(le.cosine.gradient(y, p) * size, [[-1, 0]], rtol=1e-12)
