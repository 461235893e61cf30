"""Every gradient and curvature against centred differences, and against sympy where a formula can be differentiated."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from numpy.testing import assert_allclose

from lossedu.autodiff import Tensor
from lossedu.losses import catalogue
from tests.losses.cases import CASES
from tests.losses.cases.symbols import P, Y, p, y
from tests.losses.draws import ELEMENTWISE, JOINT, PAIRED, directions, draw, in_order

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


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_value_derivative_and_curvature_are_those_of_sympy(loss):
    formula = CASES[loss.name].symbolic(**{name: sp.Rational(str(value)) for name, value in vars(loss).items()})
    targets, predictions = draw(loss, np.random.default_rng(5), 30)
    ours = [loss.each, loss.derivative, loss.curvature]
    with mpmath.workdps(50):
        for order, function in enumerate(ours):
            exact = sp.lambdify((y, p), sp.diff(formula, p, order), "mpmath")
            wanted = [float(exact(mpmath.mpf(a), mpmath.mpf(b))) for a, b in zip(targets, predictions, strict=True)]
            assert_allclose(function(targets, predictions), wanted, rtol=1e-11, atol=1e-14, err_msg=function.__name__)


def test_sympy_knows_every_elementwise_loss():
    assert {name for name, case in CASES.items() if case.symbolic} == {loss.name for loss in ELEMENTWISE}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.of_row])
def test_value_and_gradient_of_a_row_are_those_of_sympy(name):
    loss, rng = catalogue[name], np.random.default_rng(6)
    formula = CASES[name].of_row
    for _ in range(5):
        target, guess = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3))
        guess = in_order(loss, guess[:3 - loss.extra_classes])
        points = P[:len(guess)]
        with mpmath.workdps(50):
            at = [mpmath.mpf(v) for v in (*target, *guess)]
            value = float(sp.lambdify((*Y, *points), formula, "mpmath")(*at))
            slope = [float(sp.lambdify((*Y, *points), sp.diff(formula, q), "mpmath")(*at)) for q in points]
        assert_allclose(loss(target[None], guess[None]), value, rtol=1e-11)
        assert_allclose(loss.gradient(target[None], guess[None])[0], slope, rtol=1e-11, atol=1e-14)
