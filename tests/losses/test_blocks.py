"""The walk in blocks: one answer wherever a block ends, inputs left alone, little memory besides the gradient."""

import tracemalloc

import numpy as np
import pytest

from lossedu import bce_logits, cross_entropy_logits, huber, mae, mse
from lossedu.losses import base
from tests.losses.cases import CASES
from tests.losses.draws import ELEMENTWISE, PAIRED, draw, predicts_rows

FAST = {loss.name: loss for loss in (mse, mae, huber, bce_logits, cross_entropy_logits)}
BLOCK_BYTES = 256 * 1024


def large(loss, n):
    rng = np.random.default_rng(0)
    if loss is cross_entropy_logits:
        return rng.integers(0, 10, n // 10), rng.normal(size=(n // 10, 10))
    return (rng.random(n) < 0.5) * 1.0 if loss is bce_logits else rng.normal(size=n), rng.normal(size=n)


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
@pytest.mark.parametrize("weighted", [False, True])
def test_small_blocks_give_what_one_block_gives(loss, weighted, monkeypatch):
    rng = np.random.default_rng(1)
    y, p = draw(loss, rng, n=23)
    weight = rng.uniform(0, 2, 23) if weighted else None
    value, gradient = loss.value_and_gradient(y, p, weight)
    monkeypatch.setattr(base, "BLOCK", 5)
    again, walked = loss.value_and_gradient(y, p, weight)
    assert again == pytest.approx(value, rel=1e-13, abs=1e-15)
    assert np.allclose(walked, gradient, rtol=1e-13, atol=1e-16)
    assert loss(y, p, weight) == again


@pytest.mark.parametrize("loss", [loss for loss in PAIRED if CASES[loss.name].mean is np.average], ids=repr)
def test_the_mean_is_the_weighted_mean_of_the_values(loss):
    rng = np.random.default_rng(2)
    y, p = draw(loss, rng, n=23)
    weight = rng.uniform(0, 2, 23)
    values, slopes = loss.each(y, p), loss.derivative(y, p)
    assert loss(y, p) == pytest.approx(values.mean(), rel=1e-13, abs=1e-15)
    assert loss(y, p, weight) == pytest.approx(np.average(values, weights=weight), rel=1e-13, abs=1e-15)
    share = (weight / weight.sum()).reshape(-1, *[1] * (slopes.ndim - 1))
    assert np.allclose(loss.gradient(y, p), slopes / 23, rtol=1e-13, atol=1e-16)
    assert np.allclose(loss.gradient(y, p, weight), share * slopes, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("n", [base.BLOCK - 1, base.BLOCK, base.BLOCK + 1, 3 * base.BLOCK + 2])
@pytest.mark.parametrize("loss", FAST.values(), ids=FAST)
def test_no_sample_is_lost_where_blocks_meet(loss, n):
    y, p = large(loss, n)
    value, gradient = loss.value_and_gradient(y, p)
    assert value == pytest.approx(loss.each(y, p).mean(), rel=1e-13)
    assert np.allclose(gradient, loss.derivative(y, p) / len(p), rtol=1e-13, atol=0)


@pytest.mark.parametrize("loss", FAST.values(), ids=FAST)
def test_memory_besides_the_gradient_is_two_blocks(loss):
    """A million numbers are 8 MB; on top of the gradient a loss may take two blocks of 256 kB, whatever the size."""
    y, p = large(loss, 1_000_000)
    loss.value_and_gradient(y, p)
    tracemalloc.start()
    try:
        _, gradient = loss.value_and_gradient(y, p)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - gradient.nbytes <= 2 * BLOCK_BYTES, f"{(peak - gradient.nbytes) / 1024:.0f} kB of temporaries"


@pytest.mark.parametrize("loss", FAST.values(), ids=FAST)
def test_inputs_may_be_read_only_and_are_never_changed(loss):
    y, p = large(loss, 2 * base.BLOCK)
    kept = y.copy(), p.copy()
    y.flags.writeable = p.flags.writeable = False
    loss.value_and_gradient(y, p, np.ones(len(p)))
    loss.value_and_gradient(y, p)
    loss.each(y, p)
    assert (y == kept[0]).all() and (p == kept[1]).all()


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_memory_layout_makes_no_difference(loss):
    """Strided, reversed and column-wise arrays hold the same numbers, so they cost the same."""
    y, p = draw(loss, np.random.default_rng(4), n=12)
    value, gradient = loss.value_and_gradient(y, p)
    for other in (lambda a: np.repeat(a, 2, axis=0)[::2], lambda a: a[::-1].copy()[::-1], np.asfortranarray):
        again, walked = loss.value_and_gradient(other(y), other(p))
        assert again == pytest.approx(value, rel=1e-14)
        assert np.allclose(walked, gradient, rtol=1e-14, atol=0)


@pytest.mark.parametrize("loss", FAST.values(), ids=FAST)
def test_files_on_disk_are_read_in_place(loss, tmp_path):
    y, p = large(loss, base.BLOCK + 10)
    for name, array in (("y", y), ("p", p)):
        np.save(tmp_path / name, array)
    mapped = [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in "yp"]
    value, gradient = loss.value_and_gradient(*mapped)
    assert value == loss(y, p)
    assert (gradient == loss.gradient(y, p)).all()


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_scalar_vector_and_batch_say_the_same(loss):
    y, p = draw(loss, np.random.default_rng(5), n=6)
    values, slopes = loss.each(y, p), loss.derivative(y, p)
    for i in range(6):
        assert loss(float(y[i]), float(p[i])) == pytest.approx(values[i], rel=1e-13, abs=1e-15)
        assert loss.derivative(float(y[i]), float(p[i])) == pytest.approx(slopes[i], rel=1e-13, abs=1e-15)
    assert np.allclose(loss.each(y.reshape(2, 3), p.reshape(2, 3)), values.reshape(2, 3), rtol=1e-13)
    assert loss.gradient(y.reshape(2, 3), p.reshape(2, 3)).shape == (2, 3)


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_float32_in_float32_out(loss):
    y, p = draw(loss, np.random.default_rng(6), n=8)
    narrow = [a.astype(np.float32) if a.dtype == float else a for a in (y, p)]
    if predicts_rows(loss):
        narrow = [a / a.sum(axis=1, keepdims=True) for a in narrow]
    assert loss.each(*narrow).dtype == loss.gradient(*narrow).dtype == np.float32
    assert type(loss(*narrow)) is float
    assert loss(*narrow) == pytest.approx(loss(y, p), rel=1e-4, abs=1e-6)


def test_integers_become_float64_and_do_not_wrap():
    for dtype in (np.uint8, np.int64, bool):
        y, p = np.array([0, 1], dtype), np.array([1, 0], dtype)
        assert mse(y, p) == 1.0 and mse.gradient(y, p).tolist() == [1.0, -1.0]
    assert mse.each(np.array([0], np.uint8), np.array([200], np.uint8)).tolist() == [40000.0]
    assert mse(np.array([0.5], np.float32), np.array([1.0])) == 0.25
    logits = np.random.default_rng(7).normal(size=(20, 5))
    labels = np.arange(20) % 5
    for dtype in (np.uint8, np.int8, np.uint64):
        assert cross_entropy_logits(labels.astype(dtype), logits) == cross_entropy_logits(labels, logits)


def test_a_weight_of_zero_silences_even_an_infinite_loss():
    from lossedu import bce, cross_entropy
    assert bce([1, 1], [0.0, 0.5], weight=[0, 1]) == pytest.approx(np.log(2))
    assert bce.gradient([1, 1], [0.0, 0.5], weight=[0, 1]).tolist() == [0, -2]
    assert cross_entropy([0, 0], [[0.0, 1], [0.5, 0.5]], weight=[0, 1]) == pytest.approx(np.log(2))
    assert mse([0.0, 1.0], [np.nan, 1.0], weight=[0, 1]) == 0
    with pytest.raises(ValueError, match="y_pred holds NaN"):
        mse([0.0, 1.0], [np.nan, 1.0], weight=[1, 1])


@pytest.mark.parametrize("size", [1.0, 20.0, 200.0])
def test_labels_and_their_one_hot_rows_cost_the_same(size):
    """Integer labels take a shorter way than rows, and logits beyond 30 a longer one than smaller ones."""
    from lossedu import one_hot
    rng = np.random.default_rng(8)
    labels, logits = rng.integers(0, 7, 500), size * rng.normal(size=(500, 7))
    value, gradient = cross_entropy_logits.value_and_gradient(labels, logits)
    again, rows = cross_entropy_logits.value_and_gradient(one_hot(labels, 7), logits)
    assert again == pytest.approx(value, rel=1e-13)
    assert np.allclose(rows, gradient, rtol=1e-12, atol=1e-18)
