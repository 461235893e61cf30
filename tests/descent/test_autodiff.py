"""The engine: every operation against differences of the function itself, and every way to misuse it."""

import gc
import threading

import numpy as np
import pytest

from lossedu import autodiff, losses
from lossedu.autodiff import (
    Tensor,
    affine,
    backward,
    concatenate,
    loss_node,
    maximum,
    no_grad,
    value_and_gradient,
)
from lossedu.gradcheck import gradient_check
from tests.losses.draws import JOINT, PAIRED, draw

rng = np.random.default_rng(0)
ROW, COLUMN, MATRIX, STACK = (rng.normal(size=shape) for shape in [(4,), (3, 1), (3, 4), (2, 3, 4)])

# Each of the operands in turn is the variable; the others are constants.
OPERATIONS = {
    "add": (lambda a, b: a + b, MATRIX, ROW),
    "add outer": (lambda a, b: a + b, COLUMN, ROW),
    "add stack": (lambda a, b: a + b, STACK, COLUMN),
    "subtract": (lambda a, b: a - b, MATRIX, COLUMN),
    "multiply": (lambda a, b: a * b, MATRIX, ROW),
    "multiply outer": (lambda a, b: a * b, COLUMN, ROW),
    "divide": (lambda a, b: a / b, MATRIX, ROW),
    "divide outer": (lambda a, b: a / b, COLUMN, ROW),
    "number": (lambda a: 2 - a * 3 + 1 / (a + 10) - (-a) / 2, ROW),
    "maximum": (maximum, MATRIX, ROW),
    "cube": (lambda a: a**3, MATRIX),
    "root": (lambda a: abs(a) ** 0.5, MATRIX),
    "reciprocal": (lambda a: a**-1, MATRIX),
    "power of zero": (lambda a: a**0 + a, MATRIX),
    "abs": (abs, MATRIX),
    "negative": (lambda a: -a, MATRIX),
    "exp": (autodiff.exp, MATRIX),
    "log": (lambda a: autodiff.log(abs(a)), MATRIX),
    "sqrt": (lambda a: autodiff.sqrt(abs(a)), MATRIX),
    "tanh": (autodiff.tanh, MATRIX),
    "sigmoid": (autodiff.sigmoid, MATRIX),
    "relu": (autodiff.relu, MATRIX),
    "gelu": (autodiff.gelu, MATRIX),
    "softmax": (autodiff.softmax, STACK),
    "log_softmax": (autodiff.log_softmax, STACK),
    "sum": (lambda a: a.sum(), STACK),
    "sum axis": (lambda a: a.sum(1), STACK),
    "sum axes": (lambda a: a.sum((0, 2)), STACK),
    "sum keepdims": (lambda a: a.sum(-1, keepdims=True) * a, STACK),
    "mean": (lambda a: a.mean(), STACK),
    "mean axis": (lambda a: a.mean(0), STACK),
    "max": (lambda a: a.max(), STACK),
    "max axis": (lambda a: a.max(2), STACK),
    "max keepdims": (lambda a: a.max(1, keepdims=True) - a, STACK),
    "reshape": (lambda a: a.reshape(4, 3), MATRIX),
    "transpose": (lambda a: a.T, STACK),
    "entry": (lambda a: a[1, 2], MATRIX),
    "slice": (lambda a: a[1:, ::2], MATRIX),
    "repeated rows": (lambda a: a[np.array([0, 2, 0, 0])], MATRIX),
    "pairs": (lambda a: a[[0, 1, 1], [3, 2, 2]], MATRIX),
    "mask": (lambda a: a[MATRIX > 0], MATRIX),
    "matrix @ matrix": (lambda a, b: a @ b, MATRIX, MATRIX.T),
    "vector @ vector": (lambda a, b: a @ b, ROW, 1 + ROW),
    "matrix @ vector": (lambda a, b: a @ b, MATRIX, ROW),
    "vector @ matrix": (lambda a, b: a @ b, ROW, MATRIX.T),
    "stack @ matrix": (lambda a, b: a @ b, STACK, MATRIX.T),
    "stack @ vector": (lambda a, b: a @ b, STACK, ROW),
    "vector @ stack": (lambda a, b: a @ b, MATRIX[:, 0], STACK),
    "stack @ stack": (lambda a, b: a @ b, STACK, STACK[:1].swapaxes(1, 2)),
    "affine": (affine, MATRIX, MATRIX.T, MATRIX[:, 0]),
    "concatenate": (lambda a, b: concatenate([a, b, a]), MATRIX, STACK[0]),
    "concatenate columns": (lambda a, b: concatenate([a, b], 1), MATRIX, COLUMN),
}
CASES = [pytest.param(name, i, id=f"{name} [{i}]")
         for name, (_, *arrays) in OPERATIONS.items() for i in range(len(arrays))]


def weighted_sum(result):
    """A number that depends on each entry of a result in its own way."""
    return (result * np.cos(np.arange(result.data.size)).reshape(result.shape)).sum()


@pytest.mark.parametrize(("name", "i"), CASES)
def test_operation_against_differences(name, i):
    operation, *arrays = OPERATIONS[name]

    def f(x):
        return weighted_sum(operation(*arrays[:i], x, *arrays[i + 1:]))

    gradient = value_and_gradient(f)(arrays[i])[1]
    report = gradient_check(lambda x: f(autodiff._tensor(x)), arrays[i], gradient)
    assert report.passed, report


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_with_all_operands_variable(name):
    operation, *arrays = OPERATIONS[name]
    tensors = [Tensor(array) for array in arrays]
    weighted_sum(operation(*tensors)).backward()
    for i, tensor in enumerate(tensors):
        alone = value_and_gradient(lambda x, i=i: weighted_sum(operation(*arrays[:i], x, *arrays[i + 1:])))
        np.testing.assert_allclose(tensor.grad, alone(arrays[i])[1], rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", OPERATIONS)
def test_float32_stays_float32(name):
    operation, *arrays = OPERATIONS[name]
    tensors = [Tensor(array.astype(np.float32)) for array in arrays]
    result = operation(*tensors)
    assert result.data.dtype == np.float32
    result.sum().backward()
    assert {tensor.grad.dtype for tensor in tensors} == {np.dtype(np.float32)}


@pytest.mark.parametrize("loss", PAIRED, ids=repr)
def test_every_loss_is_a_node(loss):
    y_true, y_pred = draw(loss, np.random.default_rng(1))
    tensor = Tensor(y_pred)
    value = loss(y_true, tensor)
    assert float(value) == loss(y_true, y_pred)
    assert value.parents == (tensor,)
    (3 * value).backward()
    np.testing.assert_array_equal(tensor.grad, 3 * loss.gradient(y_true, y_pred))


@pytest.mark.parametrize("loss", JOINT, ids=repr)
def test_every_joint_loss_is_a_node(loss):
    first, *others = draw(loss, np.random.default_rng(1))
    tensors = [Tensor(array) for array in others]
    value = loss(first, *tensors)
    assert float(value) == loss(first, *others)
    (3 * value).backward()
    for tensor, gradient in zip(tensors, loss.gradient(first, *others)[1:], strict=True):
        np.testing.assert_array_equal(tensor.grad, 3 * gradient)


def test_weighted_loss_node():
    y_true, y_pred, weight = np.zeros(3), Tensor([1.0, 2.0, 3.0]), [1.0, 0.0, 3.0]
    losses.mse(y_true, y_pred, weight).backward()
    np.testing.assert_array_equal(y_pred.grad, losses.mse.gradient(y_true, y_pred.data, weight))
    assert float(loss_node(losses.mse, y_true, y_pred, weight)) == losses.mse(y_true, y_pred.data, weight)


def test_target_must_not_be_a_tensor():
    with pytest.raises(TypeError, match=r"y_true is a Tensor.*y_true\.data"):
        losses.mse(Tensor([1.0]), Tensor([2.0]))


# Accumulation and order


def test_a_value_used_twice_gets_both_gradients():
    x = Tensor(3.0)
    (x * x + x).backward()
    assert x.grad == 7
    y = Tensor([1.0, 2.0])
    z = y * 2
    (z * z + z.sum() * y).sum().backward()
    np.testing.assert_array_equal(y.grad, [8 * 1 + 2 * 2 + 6 + 2 * 1, 8 * 2 + 2 * 1 + 6 + 2 * 2])


def test_diamond_waits_for_all_its_children():
    x = Tensor(2.0)
    a = x * 3
    late = a * a  # a is used here, and again much later
    for _ in range(5):
        late = late + a
    late.backward()
    assert x.grad == 2 * 9 * 2 + 5 * 3
    assert a.grad == 2 * 6 + 5


def test_operands_of_a_sum_do_not_share_a_writable_gradient():
    a, b = Tensor([1.0]), Tensor([2.0])
    ((a + b) * 3.0).sum().backward()
    assert a.grad is b.grad
    with pytest.raises(ValueError, match="read-only"):
        a.grad *= 5


def test_each_backward_starts_from_nothing():
    x = Tensor(3.0)
    for _ in range(3):
        (x * 2).backward()
        assert x.grad == 2


def test_deep_graph_needs_no_recursion():
    x = Tensor(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1e-6
    y.backward()
    assert x.grad == 1
    del y
    gc.collect()


def test_deep_graph_of_squares_is_right():
    w = Tensor(0.5)
    y = w
    for _ in range(1000):
        y = 0.5 * y + 0.25 * w
    y.backward()
    assert float(w.grad) == pytest.approx(0.5, rel=1e-12)


# Constants


def test_constants_cost_no_gradient_work(monkeypatch):
    x, w = np.ones((5, 3)), Tensor(np.ones((3, 2)))
    constant = autodiff._tensor(x)
    result = constant @ w
    called = []
    result.pulls = tuple(lambda g, i=i, pull=pull: called.append(i) or pull(g) for i, pull in enumerate(result.pulls))
    result.sum().backward()
    assert called == [1]
    assert constant.grad is None


def test_constants_make_constants():
    result = autodiff.exp(np.ones(3)) * 2 + 1
    assert isinstance(result, Tensor)
    assert not result.needs_grad
    assert result.parents == ()


def test_no_grad_records_nothing_and_ends():
    w = Tensor([1.0, 2.0])
    with no_grad():
        assert not (w * 2).needs_grad
        assert not losses.mse([0.0, 0.0], w).needs_grad
        assert not autodiff.is_recording()
    assert (w * 2).needs_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert autodiff.is_recording()


def test_no_grad_is_a_matter_of_its_own_thread():
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((Tensor(1.0) * 2).needs_grad))
        thread.start()
        thread.join()
    assert seen == [True]


def test_loss_of_a_constant_computes_no_gradient(monkeypatch):
    def refuse(*_):
        raise AssertionError("gradient work")

    monkeypatch.setattr(type(losses.mse), "value_and_gradient", refuse)
    with no_grad():
        assert float(losses.mse([1.0], Tensor([2.0]))) == 1


# Kinks: the subgradient of least size


@pytest.mark.parametrize(("f", "expected"), [
    (autodiff.relu, 0), (abs, 0), (lambda x: maximum(x, 0.0), 0.5), (lambda x: maximum(x, x), 1),
    (lambda x: concatenate([x.reshape(1), x.reshape(1)]).max(), 1),
])
def test_slope_at_a_kink(f, expected):
    assert value_and_gradient(f)(0.0)[1] == expected


def test_equal_maxima_share_the_gradient():
    x = Tensor([[1.0, 3.0, 3.0]])
    x.max(1).sum().backward()
    np.testing.assert_array_equal(x.grad, [[0, 0.5, 0.5]])


def test_sigmoid_keeps_its_digits_far_out():
    value, gradient = value_and_gradient(autodiff.sigmoid)(-700.0)
    assert value == pytest.approx(np.exp(-700.0), rel=1e-14)
    assert gradient == pytest.approx(np.exp(-700.0), rel=1e-14)


# Bad input: the message names the operation and both shapes


@pytest.mark.parametrize(("f", "words"), [
    (lambda: Tensor(np.ones((2, 3))) + np.ones((3, 2)), ["add", "(2, 3)", "(3, 2)"]),
    (lambda: np.ones(4) * Tensor(np.ones(3)), ["multiply", "(4,)", "(3,)"]),
    (lambda: Tensor(np.ones(4)) - Tensor(np.ones(3)), ["subtract", "(4,)", "(3,)"]),
    (lambda: Tensor(np.ones(4)) / Tensor(np.ones(3)), ["divide", "(4,)", "(3,)"]),
    (lambda: maximum(Tensor(np.ones(4)), np.ones(3)), ["maximum", "(4,)", "(3,)"]),
    (lambda: Tensor(np.ones((2, 3))) @ np.ones((2, 3)), ["matmul", "(2, 3)"]),
    (lambda: np.ones((2, 3)) @ Tensor(1.0), ["matmul", "(2, 3)", "()"]),
    (lambda: affine(np.ones((5, 3)), Tensor(np.ones((3, 2))), Tensor(np.ones(3))), ["affine", "(5, 3)", "(3,)"]),
    (lambda: affine(np.ones(3), Tensor(np.ones((3, 2))), Tensor(np.ones(2))), ["affine", "(3,)", "(3, 2)", "(2,)"]),
    (lambda: concatenate([Tensor(np.ones((2, 3))), np.ones((2, 4))]), ["concatenate", "(2, 3)", "(2, 4)"]),
    (lambda: Tensor(np.ones((2, 3))).reshape(4), ["(4,)"]),
    (lambda: losses.mse(np.ones(3), Tensor(np.ones((3, 1)))), ["(3,)", "(3, 1)"]),
])
def test_shapes_that_do_not_fit(f, words):
    with pytest.raises(ValueError) as caught:
        f()
    for word in words:
        assert word in str(caught.value)


def test_backward_needs_a_single_number():
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        (Tensor(np.ones(3)) * 2).backward()


def test_backward_of_a_constant():
    with no_grad():
        y = Tensor(2.0) * 3
    with pytest.raises(ValueError, match="no variable"):
        y.backward()


def test_backward_twice():
    x = Tensor(2.0)
    y = x * x
    y.backward()
    with pytest.raises(ValueError, match="walked before"):
        y.backward()


def test_backward_through_a_part_that_was_walked():
    x = Tensor(2.0)
    shared = x * x
    (shared * 2).backward()
    before = x.grad
    with pytest.raises(ValueError, match="walked before"):
        (shared * 3).backward()
    assert x.grad is before


def test_values_cannot_be_changed_in_place():
    array = np.array([1.0, 2.0])
    w = Tensor(array)
    y = w * w
    for value in (w.data, y.data, y.data[:1], w.data.T):
        with pytest.raises(ValueError, match="read-only"):
            value[0] = 5
    array[0] = 100  # the caller's own array stays theirs, and is not looked at again
    y.sum().backward()
    np.testing.assert_array_equal(w.grad, [2, 4])


def test_a_view_that_looks_read_only_is_copied():
    array = np.array([1.0, 2.0])
    view = array[:]
    view.flags.writeable = False
    w = Tensor(view)
    array[0] = 100
    np.testing.assert_array_equal(w.data, [1, 2])


def test_constants_changed_after_use_change_nothing():
    x, index = np.array([1.0, 2.0]), np.array([0, 0])
    w = Tensor([3.0, 4.0])
    y = (w * x).sum() + w[index].sum()
    x[:] = 100
    index[:] = 1
    y.backward()
    np.testing.assert_array_equal(w.grad, [1 + 2, 2])


def test_targets_changed_after_use_change_nothing():
    y_true, w = np.array([1.0, 2.0]), Tensor([3.0, 4.0])
    loss = losses.mse(y_true, w)
    y_true[:] = 100
    loss.backward()
    np.testing.assert_array_equal(w.grad, [2, 2])


def test_new_data_leave_older_graphs_right():
    w = Tensor([1.0, 2.0])
    y = (w * w).sum()
    w.data = w.data - 10
    y.backward()
    np.testing.assert_array_equal(w.grad, [2, 4])


def test_new_data_keep_shape_and_dtype():
    w = Tensor(np.ones(3, np.float32), name="w")
    w.data = np.arange(3)
    assert w.data.dtype == np.float32
    with pytest.raises(ValueError, match=r"w of shape \(3,\).*\(2,\)"):
        w.data = np.ones(2)
    given = np.ones(3, np.float32)
    w.data = given
    given[0] = 5
    assert w.data[0] == 1


@pytest.mark.parametrize("data", [["a"], [1j], None, np.array([object()])])
def test_data_must_be_real_numbers(data):
    with pytest.raises(TypeError, match="real numbers"):
        Tensor(data)


def test_integers_become_float64():
    assert Tensor(np.array([200], np.uint8)).data.dtype == np.float64
    assert float(Tensor(np.array([200], np.uint8)).sum() * 2) == 400


def test_exponent_must_be_a_number():
    for exponent in (Tensor(2.0), np.ones(2)):
        with pytest.raises(TypeError, match="plain number"):
            Tensor(np.ones(2)) ** exponent


def test_numpy_functions_refuse_tensors():
    with pytest.raises(TypeError):
        np.exp(Tensor(1.0))


def test_unused_variable_has_gradient_zero():
    value, gradient = value_and_gradient(lambda x: Tensor(1.0) * 2)([1.0, 2.0])
    assert value == 2
    np.testing.assert_array_equal(gradient, [0, 0])


def test_backward_function_and_method_agree():
    x = Tensor(2.0)
    backward(x**3)
    assert x.grad == 12
    assert repr(x * 1) == "Tensor(2., name='×')"
