"""scikit-learn's own tests of its losses, run on the kernels of this package.

The test functions and their cases come from the scikit-learn that is installed. Before each of them, the compiled
kernel of the loss is replaced by one that asks the loss of this package.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn._loss.tests.test_loss import (  # noqa: F401  (pytest collects what is imported here)
    LOSS_INSTANCES,
    loss_instance_name,
    random_y_true_raw_prediction,
    test_gradients_hessians_numerically,
    test_loss_gradients_are_the_same,
    test_loss_intercept_only,
    test_loss_of_perfect_prediction,
    test_loss_on_specific_values,
    test_loss_same_as_C_functions,
    test_sample_weight_multiplies,
)

import lossedu as le

# The loss of this package, made of scikit-learn's kernel, and by what it is multiplied.
OURS = {
    "HalfSquaredError": (lambda kernel: le.mse, 0.5),
    "AbsoluteError": (lambda kernel: le.mae, 1),
    "PinballLoss": (lambda kernel: le.Quantile(tau=kernel.quantile), 1),
    "HuberLoss": (lambda kernel: le.Huber(delta=kernel.delta), 1),
    "HalfPoissonLoss": (lambda kernel: le.poisson, 1),
    "HalfGammaLoss": (lambda kernel: le.gamma, 1),
    "HalfTweedieLoss": (lambda kernel: tweedie(kernel.power), 1),
    "HalfBinomialLoss": (lambda kernel: le.bce_logits, 1),
    "HalfMultinomialLoss": (lambda kernel: le.cross_entropy_logits, 1),
    "ExponentialLoss": (lambda kernel: MixedExponential(), 1),
}


def tweedie(power):
    """The loss of a power of the mean; this package has no other names for its members, and none below Poisson's."""
    known = {1: le.poisson, 2: le.gamma}
    return known.get(power) or (le.Tweedie(power=power) if power > 1 else None)


class MixedExponential:
    """The exponential loss of a label between 0 and 1, as scikit-learn has it: a mixture of the labels -1 and +1."""

    def __getattr__(self, method):
        of = getattr(le.exponential, method)
        return lambda y, p: y * of(np.ones_like(p), p) + (1 - y) * of(-np.ones_like(p), p)


class Kernel:
    """What scikit-learn calls a C loss, computed by a loss of this package; whatever else it has is scikit-learn's."""

    def __init__(self, theirs, loss, factor):
        self.theirs, self.ours, self.factor = theirs, loss, factor

    def __getattr__(self, name):
        return getattr(self.theirs, name)

    def write(self, method, out, y_true, raw_prediction, sample_weight):
        labels = y_true if raw_prediction.ndim == 1 else y_true.astype(int)
        found = self.factor * getattr(self.ours, method)(labels, raw_prediction)
        if method == "curvature" and isinstance(self.ours, (le.AbsoluteError, le.Quantile)):  # boosting divides by it
            found = np.ones_like(found)
        weight = 1 if sample_weight is None else sample_weight.reshape(-1, *[1] * (found.ndim - 1))
        out[...] = found * weight

    def loss(self, y_true, raw_prediction, sample_weight, loss_out, n_threads=1):
        self.write("each", loss_out, y_true, raw_prediction, sample_weight)

    def gradient(self, y_true, raw_prediction, sample_weight, gradient_out, n_threads=1):
        self.write("derivative", gradient_out, y_true, raw_prediction, sample_weight)

    def loss_gradient(self, y_true, raw_prediction, sample_weight, loss_out, gradient_out, n_threads=1):
        self.loss(y_true, raw_prediction, sample_weight, loss_out)
        self.gradient(y_true, raw_prediction, sample_weight, gradient_out)

    def gradient_hessian(self, y_true, raw_prediction, sample_weight, gradient_out, hessian_out, n_threads=1):
        if raw_prediction.ndim == 2:  # a loss of rows has no curvature here
            self.theirs.gradient_hessian(y_true, raw_prediction, sample_weight, gradient_out, hessian_out, n_threads)
        else:
            self.write("curvature", hessian_out, y_true, raw_prediction, sample_weight)
        self.gradient(y_true, raw_prediction, sample_weight, gradient_out)


@pytest.fixture
def global_random_seed():
    """The seed that scikit-learn's tests take from a plugin of their own."""
    return 42


@pytest.fixture(autouse=True)
def our_kernel(request, monkeypatch):
    """Put the loss of this package in the place of scikit-learn's kernel; leave out what this package has not."""
    theirs = request.node.callspec.params["loss"]
    make, factor = OURS.get(type(theirs).__name__, (lambda kernel: None, 1))
    loss = make(theirs.closs)
    if loss is None:
        pytest.skip("this package has no such loss: Tweedie's family below Poisson's, and without a logarithmic link")
    monkeypatch.setattr(theirs, "closs", Kernel(theirs.closs, loss, factor))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("loss", LOSS_INSTANCES, ids=loss_instance_name)
def test_both_kernels_agree_on_their_grid(loss, weighted):
    y, p = random_y_true_raw_prediction(loss, 100)
    weight = np.linspace(0.5, 2, 100) if weighted else None
    found = {kernel: [np.empty(100), np.empty_like(p), np.empty_like(p)] for kernel in (loss.closs, loss.closs.theirs)}
    for kernel, (value, gradient, curvature) in found.items():
        kernel.gradient_hessian(y, p, weight, gradient, curvature, 1)
        kernel.loss(y, p, weight, value, 1)
    for ours, theirs in zip(*found.values(), strict=True):
        assert_allclose(ours, theirs, rtol=1e-11, atol=1e-13)
