"""Class weights, positive weights, several labels at once, ignored labels and masks are weights, as in scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

import lossedu as le
from lossedu.losses.domain import CHANCES, SIGNS
from lossedu.losses.numerics import sigmoid, softmax
from tests.losses.draws import ELEMENTWISE, PAIRED, draw, takes_labels

FEW = settings(max_examples=25, deadline=None)
LABELS = st.lists(st.sampled_from([0, 1, 2, 7]), min_size=1, max_size=30)
MARK = -100


@FEW
@given(labels=LABELS)
def test_balanced_weights_are_those_of_scikit_learn(labels):
    weight = le.sample_weights(labels)
    assert_allclose(weight, compute_sample_weight("balanced", labels), rtol=1e-14)
    found = np.unique(labels)
    theirs = dict(zip(found, compute_class_weight("balanced", classes=found, y=labels)))
    assert_allclose(le.sample_weights(labels, theirs), weight, rtol=1e-14)
    assert_allclose(weight.mean(), 1, rtol=1e-14)  # so it does not matter by what a library divides


@FEW
@given(labels=LABELS, place=st.integers(0, 30))
def test_an_ignored_label_weighs_nothing_and_the_others_as_if_it_were_not_there(labels, place):
    marked = np.insert(labels, min(place, len(labels)), [MARK, MARK])
    for class_weight in (None, {0: 1, 1: 5, 2: 0.5, 7: 2}):
        weight = le.sample_weights(marked, class_weight, ignored=MARK)
        assert_array_equal(weight[marked == MARK], 0)
        assert_allclose(weight[marked != MARK], le.sample_weights(labels, class_weight), rtol=1e-14)


def test_class_weights_have_any_form():
    assert_array_equal(le.sample_weights([[2, 0], [1, 1]], [1.0, 5.0, 0.5]), [[0.5, 1], [5, 5]])
    assert_array_equal(le.sample_weights([-1.0, 1.0], {-1: 2, 1: 3}), [2, 3])
    assert_array_equal(le.sample_weights([True, False], {0: 1, 1: 3}), [3, 1])
    assert le.sample_weights(1, [2, 3]) == 3


@pytest.mark.parametrize(("arguments", "error", "words"), [
    (([0, 3], [1, 2]), ValueError, r"hold 3, .*only for \[0, 1\]; give this label a weight, or pass ignored=3"),
    (([0, -1], [1, 2]), ValueError, r"hold -1"),
    (([0, 0.5],), ValueError, "whole numbers, but hold 0.5"),
    (([0, np.inf],), ValueError, "whole numbers, but hold inf"),
    (([0, np.nan],), ValueError, "labels holds NaN"),
    (([0, 1], {0: 1, 1: -1}), ValueError, "class_weight must be finite and not negative, but holds -1"),
    (([0, 1], [1, np.inf]), ValueError, "class_weight must be finite"),
    (([0, 1], "balanced"), TypeError, "class_weight must hold real numbers"),
    ((["cat", "dog"],), TypeError, "labels must hold real numbers"),
])
def test_labels_and_class_weights_that_do_not_fit(arguments, error, words):
    with pytest.raises(error, match=words):
        le.sample_weights(*arguments)


# A class weight counts as often as its samples come: for every loss of two or of several classes.

CLASSIFIERS = [loss for loss in PAIRED if loss.target_domain in (SIGNS, CHANCES) or takes_labels(loss)]


@pytest.mark.parametrize("loss", CLASSIFIERS, ids=repr)
def test_a_class_weight_counts_like_copies_of_the_class(loss):
    rng = np.random.default_rng(3)
    y, p = draw(loss, rng, 12)
    y = np.round(y).astype(int)
    copies = {-1: 2, 0: 1, 1: 3, 2: 2, 3: 5}
    times = [copies[label] for label in y]
    value, gradient = loss.value_and_gradient(y, p, weight=le.sample_weights(y, copies))
    among_copies, of_copies = loss.value_and_gradient(np.repeat(y, times, axis=0), np.repeat(p, times, axis=0))
    assert_allclose(value, among_copies, rtol=1e-12)
    first = np.cumsum([0, *times[:-1]])
    assert_allclose(gradient, np.add.reduceat(of_copies, first, axis=0), rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("loss", CLASSIFIERS, ids=repr)
@pytest.mark.parametrize("mark", [-100, -1, 99])
def test_a_label_is_left_out_by_its_weight_whatever_its_mark(loss, mark):
    y, p = draw(loss, np.random.default_rng(4), 12)
    y = np.round(y).astype(int)
    kept = np.arange(12) % 3 > 0
    marked = np.where(kept, y, mark)
    p[~kept] = np.nan
    weight = np.where(kept, 1.0, 0)
    value, gradient = loss.value_and_gradient(marked, p, weight=weight)
    assert_allclose(value, loss(y[kept], p[kept]), rtol=1e-14)
    assert not gradient[~kept].any()
    if mark == -100:
        assert_allclose(le.sample_weights(marked, {-1: 1, 0: 1, 1: 1, 2: 1, 3: 1}, ignored=mark), weight)


# Several labels at once.


@pytest.mark.parametrize("loss", [loss for loss in ELEMENTWISE if loss.target_domain in (SIGNS, CHANCES)], ids=repr)
def test_several_labels_at_once_are_as_many_samples_and_a_hole_is_no_sample(loss):
    rng = np.random.default_rng(5)
    y, p = (x.reshape(6, 4) for x in draw(loss, rng, 24))
    holes = rng.random((6, 4)) < 0.3
    weight = rng.uniform(0.5, 2, (6, 4)) * ~holes
    value, gradient = loss.value_and_gradient(np.where(holes, np.nan, y), p, weight)
    each, slope = loss.each(y, p), loss.derivative(y, p)
    assert_allclose(value, (weight * each).sum() / weight.sum(), rtol=1e-13)
    assert_allclose(gradient, weight * slope / weight.sum(), rtol=1e-13, atol=1e-16)
    with pytest.raises(ValueError, match=r"weight has shape \(6,\).*\(6, 4\).*np.broadcast_to"):
        loss(y, p, weight[:, 0])
    one_a_row = np.arange(6.0)
    repeated = np.broadcast_to(one_a_row[:, None], (6, 4))
    assert_allclose(loss(y, p, repeated), np.average(each.mean(axis=1), weights=one_a_row), rtol=1e-13)


def test_log_loss_with_class_weights_is_that_of_scikit_learn():
    rng = np.random.default_rng(6)
    y, z = rng.integers(0, 3, 200), 3 * rng.normal(size=(200, 3))
    for class_weight in (None, {0: 1, 1: 5, 2: 0.5}):
        weight = le.sample_weights(y, class_weight)
        assert_array_equal(weight, compute_sample_weight(class_weight or "balanced", y))
        theirs = log_loss(y, softmax(z), sample_weight=weight)
        assert_allclose(le.cross_entropy(y, softmax(z), weight), theirs, rtol=1e-12)
        assert_allclose(le.cross_entropy_logits(y, z, weight), theirs, rtol=1e-12)
    weight = le.sample_weights(y > 0, {0: 1, 1: 7})
    theirs = log_loss(y > 0, sigmoid(z[:, 0]), sample_weight=weight)
    assert_allclose(le.bce(y > 0, sigmoid(z[:, 0]), weight), theirs, rtol=1e-12)
    assert_allclose(le.bce_logits(y > 0, z[:, 0], weight), theirs, rtol=1e-12)


def test_class_weights_of_a_soft_target_weigh_it_and_move_it():
    """Σ w_k q_k (-log p_k) is a weighted cross-entropy of other targets, for rows and for two classes alike."""
    rng = np.random.default_rng(7)
    q, z, w = rng.dirichlet(np.ones(4), 50), rng.normal(size=(50, 4)), rng.uniform(0.2, 3, 4)
    weight = q @ w
    by_class = -(w * q * np.log(softmax(z))).sum(axis=1)
    assert_allclose(weight * le.cross_entropy_logits.each(q * w / weight[:, None], z), by_class, rtol=1e-12)
    y, s, positive = q[:, 0], z[:, 0], 3.0
    weight = positive * y + 1 - y
    by_class = -positive * y * np.log(sigmoid(s)) - (1 - y) * np.log(sigmoid(-s))
    assert_allclose(weight * le.bce_logits.each(positive * y / weight, s), by_class, rtol=1e-12)


def test_the_best_constant_follows_the_class_weights():
    y = np.array([0] * 9 + [1])
    assert_allclose(le.bce.minimiser(y, le.sample_weights(y)), 0.5)
    assert_allclose(le.cross_entropy.minimiser(y, le.sample_weights(y)), [0.5, 0.5])
    assert_allclose(le.logistic.minimiser(2 * y - 1, le.sample_weights(y, {0: 1, 1: 18})), np.log(2), rtol=1e-14)
