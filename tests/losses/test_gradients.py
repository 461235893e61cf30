"""Every gradient and curvature against centred differences, and against sympy where a formula can be differentiated."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from numpy.testing import assert_allclose

from lossedu.autodiff import Tensor
from tests.losses.draws import ELEMENTWISE, JOINT, PAIRED, directions, draw

STEP = 1e-5


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_gradient_of_the_mean_is_its_centred_difference(loss, weighted):
    rng = np.random.default_rng(1)
    y, p = draw(loss, rng)
    weight = rng.uniform(0.1, 2, len(y)) if weighted else None
    value, gradient = loss.value_and_gradient(y, p, weight)
    assert value == loss(y, p, weight)
    assert_allclose(loss.gradient(y, p, weight), gradient, rtol=0)
    for way in directions(loss, p.shape):
        slope = (loss(y, p + STEP * way, weight) - loss(y, p - STEP * way, weight)) / (2 * STEP)
        assert_allclose((gradient * way).sum(), slope, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_derivative_and_curvature_are_centred_differences(loss):
    y, p = draw(loss, np.random.default_rng(2), 40)
    slope = (loss.each(y, p + STEP) - loss.each(y, p - STEP)) / (2 * STEP)
    assert_allclose(loss.derivative(y, p), slope, rtol=1e-6, atol=1e-8)
    bend = (loss.derivative(y, p + STEP) - loss.derivative(y, p - STEP)) / (2 * STEP)
    assert_allclose(loss.curvature(y, p), bend, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_each_sample_has_its_own_derivative(loss):
    y, p = draw(loss, np.random.default_rng(3), 3)
    alone = [loss.gradient(y[i:i + 1], p[i:i + 1])[0] for i in range(3)]
    assert_allclose(loss.derivative(y, p), alone, rtol=1e-14)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("loss", JOINT, ids=repr)
def test_each_input_of_a_joint_loss_has_its_gradient(loss, weighted):
    rng = np.random.default_rng(4)
    inputs = draw(loss, rng)
    weight = rng.uniform(0.1, 2, len(inputs[0])) if weighted else None
    value, gradients = loss.value_and_gradient(*inputs, weight=weight)
    assert value == loss(*inputs, weight=weight)
    assert_allclose(value, np.average(loss.each(*inputs), weights=weight), rtol=1e-14)
    for place, gradient in enumerate(gradients):
        for way in directions(loss, gradient.shape):
            up, down = list(inputs), list(inputs)
            up[place], down[place] = inputs[place] + STEP * way, inputs[place] - STEP * way
            slope = (loss(*up, weight=weight) - loss(*down, weight=weight)) / (2 * STEP)
            assert_allclose((gradient * way).sum(), slope, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("loss", JOINT, ids=repr)
def test_a_joint_loss_of_tensors_is_one_node(loss):
    inputs = draw(loss, np.random.default_rng(4))
    tensors = [Tensor(x) for x in inputs]
    result = loss(*tensors[:-1], inputs[-1])  # the last input is a plain array: a constant
    assert float(result.data) == loss(*inputs)
    result.backward()
    for tensor, gradient in zip(tensors[:-1], loss.gradient(*inputs), strict=False):
        assert_allclose(tensor.grad, gradient, rtol=0)


# The same losses in sympy's words: it differentiates, at 50 digits, what each docstring says.
y, p = sp.symbols("y p", real=True)
r = p - y
sigma = 1 / (1 + sp.exp(-p))


def positive(x):
    return sp.Piecewise((x, x > 0), (0, True))  # pieces, so that no delta function appears at the kink


def size(x):
    return sp.Piecewise((x, x > 0), (-x, True))


SYMBOLIC = {
    "mse": lambda: r**2,
    "mae": lambda: size(r),
    "huber": lambda delta: sp.Piecewise((r**2 / 2, size(r) <= delta), (delta * (size(r) - delta / 2), True)),
    "pseudo_huber": lambda delta: delta**2 * (sp.sqrt(1 + (r / delta) ** 2) - 1),
    "log_cosh": lambda: sp.log(sp.cosh(r)),
    "quantile": lambda tau: sp.Piecewise(((1 - tau) * r, r > 0), (-tau * r, True)),
    "epsilon_insensitive": lambda epsilon: positive(size(r) - epsilon),
    "squared_epsilon_insensitive": lambda epsilon: positive(size(r) - epsilon) ** 2,
    "msle": lambda: sp.log((1 + p) / (1 + y)) ** 2,
    "mape": lambda: size(r / y),
    "cauchy": lambda c: c**2 / 2 * sp.log(1 + (r / c) ** 2),
    "tukey": lambda c: sp.Piecewise((c**2 / 6 * (1 - (1 - (r / c) ** 2) ** 3), size(r) <= c), (c**2 / 6, True)),
    "zero_one": lambda: sp.Piecewise((0, y * p > 0), (1, True)),
    "perceptron": lambda: positive(-y * p),
    "hinge": lambda: positive(1 - y * p),
    "squared_hinge": lambda: positive(1 - y * p) ** 2,
    "modified_huber": lambda: sp.Piecewise((positive(1 - y * p) ** 2, y * p >= -1), (-4 * y * p, True)),
    "logistic": lambda: sp.log(1 + sp.exp(-y * p)),
    "exponential": lambda: sp.exp(-y * p),
    "savage": lambda: 1 / (1 + sp.exp(y * p)) ** 2,
    "bce": lambda: -y * sp.log(p) - (1 - y) * sp.log(1 - p),
    "bce_logits": lambda: -y * sp.log(sigma) - (1 - y) * sp.log(1 - sigma),
    "brier": lambda: r**2,
    "focal": lambda gamma: -y * (1 - sigma) ** gamma * sp.log(sigma) - (1 - y) * sigma**gamma * sp.log(1 - sigma),
    "poisson": lambda: sp.exp(p) - y * p,
    "gamma": lambda: p + y * sp.exp(-p),
    "tweedie": lambda power: sp.exp((2 - power) * p) / (2 - power) + y * sp.exp((1 - power) * p) / (power - 1),
    "contrastive": lambda margin: y * p**2 + (1 - y) * positive(margin - p) ** 2,
}


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_value_derivative_and_curvature_are_those_of_sympy(loss):
    formula = SYMBOLIC[loss.name](**{name: sp.Rational(str(value)) for name, value in vars(loss).items()})
    targets, predictions = draw(loss, np.random.default_rng(5), 30)
    ours = [loss.each, loss.derivative, loss.curvature]
    with mpmath.workdps(50):
        for order, function in enumerate(ours):
            exact = sp.lambdify((y, p), sp.diff(formula, p, order), "mpmath")
            wanted = [float(exact(mpmath.mpf(a), mpmath.mpf(b))) for a, b in zip(targets, predictions, strict=True)]
            assert_allclose(function(targets, predictions), wanted, rtol=1e-11, atol=1e-14, err_msg=function.__name__)


def test_sympy_knows_every_elementwise_loss():
    assert set(SYMBOLIC) == {loss.name for loss in ELEMENTWISE}


k = 3
P = sp.symbols("p:3", real=True)
Y = sp.symbols("y:3", real=True)
total = sum(sp.exp(z) for z in P)
inner = sum(a * b for a, b in zip(Y, P, strict=True))


def tversky(alpha, beta):
    claimed = sum((1 - a) * b for a, b in zip(Y, P, strict=True))
    missed = sum(a * (1 - b) for a, b in zip(Y, P, strict=True))
    return 1 - inner / (inner + alpha * claimed + beta * missed)


ROW_FORMULAS = {
    "cross_entropy": -sum(a * sp.log(b) for a, b in zip(Y, P, strict=True)),
    "cross_entropy_logits": -sum(a * (b - sp.log(total)) for a, b in zip(Y, P, strict=True)),
    "token_cross_entropy": -sum(a * (b - sp.log(total)) for a, b in zip(Y, P, strict=True)),
    "perplexity": sp.exp(-sum(a * (b - sp.log(total)) for a, b in zip(Y, P, strict=True))),
    "kl": sum(a * sp.log(a / b) for a, b in zip(Y, P, strict=True)),
    "cosine": 1 - inner / sp.sqrt(sum(a * a for a in Y) * sum(b * b for b in P)),
    "dice": tversky(sp.Rational(1, 2), sp.Rational(1, 2)),
    "tversky": tversky(sp.Rational("0.3"), sp.Rational("0.7")),
}


@pytest.mark.parametrize("name", ROW_FORMULAS)
def test_value_and_gradient_of_a_row_are_those_of_sympy(name):
    from lossedu.losses import catalogue

    loss, rng = catalogue[name], np.random.default_rng(6)
    for _ in range(5):
        target, guess = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k))
        with mpmath.workdps(50):
            at = [mpmath.mpf(v) for v in (*target, *guess)]
            value = float(sp.lambdify((*Y, *P), ROW_FORMULAS[name], "mpmath")(*at))
            slope = [float(sp.lambdify((*Y, *P), sp.diff(ROW_FORMULAS[name], q), "mpmath")(*at)) for q in P]
        assert_allclose(loss(target[None], guess[None]), value, rtol=1e-11)
        assert_allclose(loss.gradient(target[None], guess[None])[0], slope, rtol=1e-11, atol=1e-14)
