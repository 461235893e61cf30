"""Agreement with Keras on TensorFlow, value and gradient, and Keras's rows of the conventions table.

Keras has a process of its own (`make test-frameworks` starts two), since TensorFlow and PyTorch in one may crash.
"""

import numpy as np
import pytest

import lossedu
from lossedu import losses
from tests.losses.conventions import answers, check, check_release

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

RNG = np.random.default_rng(0)
N, K = 200, 5
REAL = 3 * RNG.normal(size=(N, 1)), 3 * RNG.normal(size=(N, 1))
LABELS = (RNG.random((N, 1)) < 0.4) * 1.0, 5 * RNG.normal(size=(N, 1))
SIGNS = 2 * LABELS[0] - 1, LABELS[1]
UNIT = LABELS[0], RNG.uniform(0.01, 0.99, (N, 1))
COUNTS = RNG.poisson(3.0, (N, 1)) * 1.0, RNG.uniform(0.1, 5, (N, 1))
CLASSES = RNG.integers(0, K, N), 4 * RNG.normal(size=(N, K))
SIMPLEX = RNG.dirichlet(np.ones(K), N), RNG.dirichlet(np.ones(K), N)

SAME = {
    "mse": (lossedu.mse, keras.losses.mean_squared_error, REAL),
    "mae": (lossedu.mae, keras.losses.mean_absolute_error, REAL),
    "huber": (losses.Huber(delta=0.7), lambda y, p: keras.losses.huber(y, p, delta=0.7), REAL),
    "mape is mean_absolute_percentage_error / 100": (
        lossedu.mape, lambda y, p: keras.losses.mean_absolute_percentage_error(y, p) / 100, REAL),
    "bce": (lossedu.bce, keras.losses.binary_crossentropy, UNIT),
    "bce_logits": (lossedu.bce_logits, lambda y, p: keras.losses.binary_crossentropy(y, p, from_logits=True), LABELS),
    "hinge": (lossedu.hinge, keras.losses.hinge, SIGNS),
    "squared_hinge": (lossedu.squared_hinge, keras.losses.squared_hinge, SIGNS),
    "cross_entropy_logits": (
        lossedu.cross_entropy_logits,
        lambda y, p: keras.losses.sparse_categorical_crossentropy(y, p, from_logits=True), CLASSES),
    "cross_entropy_logits, rows": (
        lossedu.cross_entropy_logits,
        lambda y, p: keras.losses.categorical_crossentropy(y, p, from_logits=True), (SIMPLEX[0], CLASSES[1])),
}


def tape(function, y, p):
    """Value of the mean and its gradient with respect to p, as numpy."""
    prediction = tf.constant(p)
    with tf.GradientTape() as record:
        record.watch(prediction)
        value = tf.reduce_mean(function(tf.constant(y), prediction))
    return float(value), record.gradient(value, prediction).numpy()


@pytest.fixture(autouse=True)
def float64():
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


@pytest.mark.parametrize("name", SAME)
def test_value_and_gradient_agree(name):
    ours, theirs, (y, p) = SAME[name]
    value, gradient = ours.value_and_gradient(y, p)
    expected, slope = tape(theirs, y, p)
    assert value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(gradient, slope, rtol=1e-9, atol=1e-15)


def test_kl_keras_clips_and_divides_inside():
    """Keras clips both sides to 1e-7, which changes the value where a probability is smaller."""
    y, p = SIMPLEX
    assert lossedu.kl(y, p) == pytest.approx(tape(keras.losses.kl_divergence, y, p)[0], rel=1e-5)
    y, p = np.array([[1.0, 0.0]]), np.array([[1e-9, 1 - 1e-9]])
    assert lossedu.kl(y, p) == pytest.approx(9 * np.log(10))
    assert tape(keras.losses.kl_divergence, y, p)[0] == pytest.approx(7 * np.log(10), rel=1e-5)


def test_log_cosh_keras_rounds_log_2_to_float32():
    """Also in float64, Keras subtracts a log 2 that it has rounded to float32; the gradient is not touched by it."""
    value, gradient = lossedu.log_cosh.value_and_gradient(*REAL)
    expected, slope = tape(keras.losses.log_cosh, *REAL)
    assert value + np.log(2) - float(np.float32(np.log(2))) == pytest.approx(expected, rel=1e-13)
    assert np.allclose(gradient, slope, rtol=1e-9, atol=1e-15)


def test_poisson_keras_takes_the_mean_and_adds_a_small_number():
    """Keras takes the mean itself and computes p - y log(p + 1e-7); here the prediction is its logarithm."""
    y, p = COUNTS
    assert lossedu.poisson(y, np.log(p)) == pytest.approx(tape(keras.losses.poisson, y, p)[0], rel=1e-6)


def test_weighted_means_keras_divides_by_n():
    (y, p), weight = REAL, RNG.uniform(0, 2, N)
    theirs = float(keras.losses.MeanSquaredError()(y, p, sample_weight=weight))
    assert weight.mean() * lossedu.mse(y, p, weight[:, None]) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("answer", answers("Keras"))
def test_keras_says_what_the_table_says(answer):
    keras.config.set_floatx("float32")
    check(answer, keras=keras)


def test_the_release_is_named():
    check_release("Keras")


@pytest.mark.parametrize(("theirs", "targets"), [
    (keras.losses.SparseCategoricalCrossentropy, CLASSES[0]), (keras.losses.CategoricalCrossentropy, SIMPLEX[0])])
def test_cross_entropy_keras_takes_probabilities_unless_told(theirs, targets):
    value, _ = tape(theirs(), targets, SIMPLEX[1])
    assert lossedu.cross_entropy(targets, SIMPLEX[1]) == pytest.approx(value, rel=1e-6)
    value, _ = tape(theirs(from_logits=True), targets, CLASSES[1])
    assert lossedu.cross_entropy_logits(targets, CLASSES[1]) == pytest.approx(value, rel=1e-12)


def test_focal_agrees():
    """Up to the 1e-7 to which Keras clips its probabilities."""
    value, _ = tape(keras.losses.BinaryFocalCrossentropy(gamma=2.0, from_logits=True), *LABELS)
    assert lossedu.focal(*LABELS) == pytest.approx(value, rel=1e-6)


def test_tf_function_records_anew_for_new_kinds_and_puts_both_sides_of_a_branch_into_the_graph():
    """As the page on compilers says."""
    seen = []

    @tf.function
    def leaky(x, rate):
        seen.append((tuple(x.shape), x.dtype.name, rate))  # done while it records, and not in a replay
        return x if tf.reduce_sum(x) > 0 else rate * x

    one, three, single = tf.ones(1, tf.float64), tf.ones(3, tf.float64), tf.ones(3)
    for x, rate in ((three, 0.1), (-three, 0.1), (one, 0.1), (single, 0.1), (three, 0.2), (-three, 0.2)):
        np.testing.assert_allclose(leaky(x, rate), x if x[0] > 0 else rate * x, rtol=1e-6)
    assert seen == [((3,), "float64", 0.1), ((1,), "float64", 0.1), ((3,), "float32", 0.1), ((3,), "float64", 0.2)]
