"""Agreement with optax under JAX, value and gradient in float64; where it differs, the test says how, by name."""

import numpy as np
import pytest

import lossedu
from lossedu import losses, smooth_labels

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")

RNG = np.random.default_rng(0)
N, K = 200, 5
REAL = 3 * RNG.normal(size=N), 3 * RNG.normal(size=N)
LABELS = (RNG.random(N) < 0.4) * 1.0, 5 * RNG.normal(size=N)
SIGNS = 2 * LABELS[0] - 1, LABELS[1]
CLASSES = RNG.integers(0, K, N), 4 * RNG.normal(size=(N, K))
SIMPLEX = RNG.dirichlet(np.ones(K), N), RNG.dirichlet(np.ones(K), N)
VECTORS = RNG.normal(size=(N, K)), RNG.normal(size=(N, K))

SAME = {
    "mse": (lossedu.mse, lambda y, p: optax.squared_error(p, y), REAL),
    "huber": (losses.Huber(delta=0.7), lambda y, p: optax.huber_loss(p, y, delta=0.7), REAL),
    "log_cosh": (lossedu.log_cosh, lambda y, p: optax.log_cosh(p, y), REAL),
    "bce_logits": (lossedu.bce_logits, lambda y, p: optax.sigmoid_binary_cross_entropy(p, y), LABELS),
    "focal": (lossedu.focal, lambda y, p: optax.sigmoid_focal_loss(p, y, gamma=2.0), LABELS),
    "hinge": (lossedu.hinge, lambda y, p: optax.hinge_loss(p, y), SIGNS),
    "cross_entropy_logits": (
        lossedu.cross_entropy_logits, lambda y, p: optax.softmax_cross_entropy_with_integer_labels(p, y), CLASSES),
    "cross_entropy_logits, rows": (
        lossedu.cross_entropy_logits, lambda y, p: optax.softmax_cross_entropy(p, y), (SIMPLEX[0], CLASSES[1])),
    "smooth_labels": (
        lossedu.cross_entropy_logits,
        lambda y, p: optax.softmax_cross_entropy(p, optax.smooth_labels(jax.nn.one_hot(y.argmax(1), K), 0.1)),
        (smooth_labels(CLASSES[0], K, 0.1), CLASSES[1])),
    "kl is kl_divergence of the logarithm": (
        lossedu.kl, lambda y, p: optax.kl_divergence(jax.numpy.log(p), y), SIMPLEX),
    "cosine": (lossedu.cosine, lambda y, p: optax.cosine_distance(p, y), VECTORS),
}


@pytest.mark.parametrize("name", SAME)
def test_value_and_gradient_agree(name):
    ours, theirs, (y, p) = SAME[name]
    with jax.enable_x64(True):
        expected, slope = jax.value_and_grad(lambda q: theirs(jax.numpy.asarray(y), q).mean())(jax.numpy.asarray(p))
    value, gradient = ours.value_and_gradient(y, p)
    assert value == pytest.approx(float(expected), rel=1e-12)
    assert np.allclose(gradient, np.asarray(slope), rtol=1e-9, atol=1e-15)


def test_log_cosh_near_zero_optax_loses_its_digits():
    """log(cosh(r)) is r²/2 near 0; optax subtracts log 2 from a number that rounds to it."""
    with jax.enable_x64(True):
        theirs = float(optax.log_cosh(jax.numpy.asarray(1e-9), jax.numpy.asarray(0.0)))
    assert lossedu.log_cosh(0.0, 1e-9) == pytest.approx(5e-19, rel=1e-14, abs=0)
    assert theirs != pytest.approx(5e-19, rel=0.1, abs=0)


def test_a_kink_jax_takes_another_slope():
    """|r| at 0: JAX takes the slope from the right, 1; here it is 0, the subgradient of least size."""
    with jax.enable_x64(True):
        assert float(jax.grad(lambda q: jax.numpy.abs(q - 1.0))(1.0)) == 1
    assert lossedu.mae.derivative(1.0, 1.0) == 0
