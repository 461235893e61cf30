"""Reverse-mode differentiation of array programs: record each operation, then walk back by the chain rule.

Read from top to bottom: the tensor and its operations, how an operation is recorded, the walk back, functions,
the one place where the losses come in, and what is written in place of NumPy's functions.

Arrays are read-only once a tensor holds them. A gradient is built from values of the forward pass, so a value that
changed in between would make it wrong without a word. Here the change itself fails, on the line that tries it, and
nothing has to be counted or compared to find it out. A parameter is updated by giving it a new array:
``w.data = w.data - learning_rate * w.grad``.

A gradient is an array, so it is a constant, and second derivatives are not supported. They would need every pull
to be recorded as well, which is a second engine; differences of the gradient give them with what is here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from functools import partial
from itertools import count
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu.losses import numerics
from lossedu.losses.base import Loss, real_array
from lossedu.losses.joint import JointLoss

Array: TypeAlias = NDArray[Any]
Operand: TypeAlias = "Tensor | ArrayLike"
Axis: TypeAlias = int | tuple[int, ...] | None
Binary: TypeAlias = np.ufunc  # of two arrays
Slope: TypeAlias = Callable[[Array, Array, Array], Array]  # an operand's gradient, from g and two values
Pull: TypeAlias = Callable[[Array], Array]  # takes the gradient of a result, returns that of an operand

_clock = count()  # numbers tensors in order of creation: no result is older than its operands
_paused: ContextVar[frozenset[object]] = ContextVar("paused", default=frozenset())  # the no_grad blocks we are in


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Tensor, Any], Any]:
    def method(self: Tensor, other: Any) -> Any:
        result = compare(self._array, other._array if isinstance(other, Tensor) else other)
        return result if np.ndim(result) else bool(result)

    return method


class Tensor:
    """An array that remembers how it was computed, so that gradients can flow back.

    A tensor you make is a variable. Arrays and numbers are constants: they cost no gradient work. So the gradient ends
    where a tensor becomes a number, at ``float(x)`` and at ``math.exp(x)``, which asks for it; write ``exp(x)`` of this
    module instead.

    Parameters
    ----------
    data : array_like
        Real numbers of any shape; copied. Integers become float64, float32 stays float32.
    name : str
        What drawings and messages call it.

    Attributes
    ----------
    data : ndarray
        The value, read-only. Assign an array of the same shape to change it.
    grad : ndarray or None
        Gradient of the number `backward` last started from; same shape, read-only. None before that.

    Raises
    ------
    TypeError
        If `data` holds no real numbers.

    Examples
    --------
    >>> w = Tensor([1.0, 2.0])
    >>> (w * w).sum().backward()
    >>> w.grad
    array([2., 4.])
    """

    __slots__ = ("_array", "grad", "name", "needs_grad", "order", "parents", "pulls")
    __pandas_priority__ = 5000  # more than a DataFrame's: pandas leaves series + tensor to the tensor

    def __init__(self, data: ArrayLike, name: str = "") -> None:
        self._array = _read_only(_real(data))
        self.grad: Array | None = None
        self.name = name
        self.needs_grad = True
        self.order = next(_clock)
        self.parents: tuple[Tensor, ...] = ()
        self.pulls: tuple[Pull, ...] | None = ()

    @property
    def data(self) -> Array:
        return self._array

    @data.setter
    def data(self, value: ArrayLike) -> None:
        if self.parents:
            raise ValueError(f"{self.name!r} was computed from other tensors; give new data to those instead.")
        new = np.asarray(_real(value), self._array.dtype)
        if new.shape != self.shape:
            raise ValueError(f"new data for {self.name or 'a tensor'} of shape {self.shape} have shape {new.shape}; "
                             "an update keeps the shape.")
        self._array = _read_only(new)

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({np.array2string(self._array, separator=', ')}{name})"

    # What Python and NumPy ask of it: each question gets the right answer, or an error that says what to write.

    def __float__(self) -> float:
        return float(_number(self, "float()"))

    def __bool__(self) -> bool:
        return bool(_number(self, "a truth value"))

    def __format__(self, spec: str) -> str:
        return format(_number(self, f"the format {spec!r}"), spec) if spec else str(self)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("a tensor that is a single number cannot be iterated over; use it as it is.")
        return (self[i] for i in range(self.shape[0]))

    __lt__, __le__, __eq__, __ne__, __gt__, __ge__ = map(_comparison, (
        operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge))
    __hash__ = object.__hash__  # in a set or a dict a tensor is itself, whatever its numbers are

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc in _OPERATORS and method == "__call__" and not options:  # array + tensor comes here
            return _OPERATORS[ufunc](_tensor(inputs[0], inputs[1]), inputs[1])
        raise _refusal(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}")

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        raise _refusal(function.__name__)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        raise TypeError("NumPy would make a plain array of a tensor, and its gradient would be lost; write a @ b for "
                        "a.dot(b), concatenate for an array of several tensors, x.data for the values alone.")

    def __getstate__(self) -> tuple[Any, ...]:
        if self.parents:
            raise TypeError(f"{self.name!r} was computed from other tensors; copy those, or its values, x.data.")
        return self._array, self.grad, self.name, self.needs_grad

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        data, grad, self.name, self.needs_grad = state
        self._array, self.grad = _read_only(data), None if grad is None else _read_only(grad)
        self.order, self.parents, self.pulls = next(_clock), (), ()  # another process had another clock

    # Two arrays, entry by entry: each operand's gradient is g times a slope. x and y are the operands' values.

    def __add__(self, other: Operand) -> Tensor:
        return _pair("+", np.add, self, other, lambda g, x, y: g, lambda g, x, y: g)

    def __sub__(self, other: Operand) -> Tensor:
        return _pair("−", np.subtract, self, other, lambda g, x, y: g, lambda g, x, y: -g)

    def __rsub__(self, other: Operand) -> Tensor:
        return _pair("−", np.subtract, other, self, lambda g, x, y: g, lambda g, x, y: -g)

    def __mul__(self, other: Operand) -> Tensor:
        return _pair("×", np.multiply, self, other, lambda g, x, y: g * y, lambda g, x, y: g * x)

    def __truediv__(self, other: Operand) -> Tensor:
        return _pair("÷", np.divide, self, other, lambda g, x, y: g / y, lambda g, x, y: -g * x / y / y)

    def __rtruediv__(self, other: Operand) -> Tensor:
        return _pair("÷", np.divide, other, self, lambda g, x, y: g / y, lambda g, x, y: -g * x / y / y)

    __radd__, __rmul__ = __add__, __mul__

    # One array, entry by entry: x is the operand's value, y the result's.

    def __neg__(self) -> Tensor:
        return _map("−", np.negative, self, lambda g, x, y: -g)

    def __abs__(self) -> Tensor:
        return _map("abs", np.abs, self, lambda g, x, y: g * np.sign(x))

    def __pow__(self, n: float) -> Tensor:
        if isinstance(n, Tensor) or np.ndim(n):
            raise TypeError(f"the exponent must be a plain number, not {n!r}; for a to the b write exp(b * log(a)).")
        return _map(f"^{n:g}", lambda x: x**n, self, lambda g, x, y: g * (n * x ** (n - 1)) if n else np.zeros_like(g))

    # Matrix products: a vector on the left counts as a row, on the right as a column.

    def __matmul__(self, other: Operand) -> Tensor:
        return _matmul(self, other)

    def __rmatmul__(self, other: Operand) -> Tensor:
        return _matmul(other, self)

    # Many entries to one: what went in gets the gradient of what came out.

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Sum over an axis, several, or all."""
        shape = self.shape
        return _node("sum", self._array.sum(axis, keepdims=keepdims), (self,),
                     (lambda g: _spread(g, shape, axis, keepdims),))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Mean over an axis, several, or all."""
        total = self.sum(axis, keepdims)
        return total * (total._array.size / self._array.size)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Maximum over an axis, several, or all; equal maxima share the gradient equally."""
        largest = self._array == self._array.max(axis, keepdims=True)
        share = largest / largest.sum(axis, keepdims=True)
        return _node("max", self._array.max(axis, keepdims=keepdims), (self,),
                     (lambda g: share * _spread(g, share.shape, axis, keepdims),))

    # Entries moved about: their gradients move back.

    def reshape(self, *shape: int) -> Tensor:
        """The same entries in another shape."""
        before = self.shape
        return _node("reshape", self._array.reshape(*shape), (self,), (lambda g: g.reshape(before),))

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return _node("T", self._array.T, (self,), (lambda g: g.T,))

    def __getitem__(self, index: Any) -> Tensor:
        value, shape, index = self._array[index], self.shape, deepcopy(index)  # the caller may change an index array

        def pull(g: Array) -> Array:
            gradient = np.zeros(shape, g.dtype)
            np.add.at(gradient, index, g)  # an entry taken twice gets both gradients
            return gradient

        return _node("[ ]", value, (self,), (pull,))

    # The way back, and the way in for losses: mse(y_true, tensor) ends up here.

    def backward(self) -> None:
        """Set `grad` of everything this number was computed from; see `lossedu.autodiff.backward`."""
        backward(self)

    def __loss__(self, loss: Loss, y_true: ArrayLike, weight: ArrayLike | None) -> Tensor:
        return loss_node(loss, y_true, self, weight)

    def __joint_loss__(self, loss: JointLoss, inputs: tuple[Operand, ...], weight: ArrayLike | None) -> Tensor:
        return joint_loss_node(loss, *inputs, weight=weight)


# How an operation is recorded.


def _real(values: ArrayLike) -> Array:
    array: Array = real_array("data", values)
    return array if array.dtype.kind == "f" else array.astype(float)


def _read_only(array: Array) -> Array:
    """The same values where nobody can write to them: a copy, unless that is so already."""
    if array.flags.writeable or array.base is not None:
        array = array.copy()
        array.setflags(write=False)
    return array


def _number(tensor: Tensor, what: str) -> Any:
    if tensor._array.size != 1:
        raise TypeError(f"{what} needs a single number, but this tensor has shape {tensor.shape}; reduce it, for "
                        "example with .mean(), or ask its values, as in (x.data > 0).all().")
    return tensor._array.item()


def _tensor(x: Tensor | ArrayLike, partner: Tensor | ArrayLike | None = None) -> Tensor:
    """`x` itself if it is a tensor, else a constant; a plain number takes the dtype of its partner."""
    if isinstance(x, Tensor):
        return x
    if isinstance(x, (int, float)) and isinstance(partner, Tensor):
        x = np.array(x, partner._array.dtype)
    return _node("", _read_only(_real(x)), (), ())


def _node(name: str, value: Array, parents: tuple[Tensor, ...], pulls: tuple[Pull, ...]) -> Tensor:
    """Result of an operation; `pulls[i]` turns the gradient of the result into that of `parents[i]`.

    Pulls hold arrays, not tensors, so a parameter may get new data while graphs that used the old one live.
    """
    tensor = Tensor.__new__(Tensor)
    tensor._array = value = np.asarray(value)
    value.setflags(write=False)
    tensor.grad, tensor.name, tensor.order = None, name, next(_clock)
    tensor.needs_grad, tensor.parents, tensor.pulls = False, (), ()
    if not _paused.get():
        for parent in parents:
            if parent.needs_grad:
                tensor.needs_grad, tensor.parents, tensor.pulls = True, parents, pulls
                break
    return tensor


def _map(name: str, function: Callable[[Array], Array], x: Operand, pull: Slope) -> Tensor:
    """Node of a function of one array, entry by entry."""
    x = _tensor(x)
    data, value = x._array, function(x._array)
    return _node(name, value, (x,), (lambda g: pull(g, data, value),))


def _pair(name: str, operation: Binary, a: Operand, b: Operand, pull_a: Slope, pull_b: Slope) -> Tensor:
    """Node of an operation on two arrays, entry by entry, with broadcasting."""
    a, b = _tensor(a, b), _tensor(b, a)
    x, y, value = a._array, b._array, _fit(operation, a, b)
    return _node(name, value, (a, b), (lambda g: _fold(pull_a(g, x, y), x.shape),
                                       lambda g: _fold(pull_b(g, x, y), y.shape)))


def _fit(operation: Binary, a: Tensor, b: Tensor) -> Array:
    try:
        value: Array = operation(a._array, b._array)
    except ValueError:
        raise ValueError(f"{operation.__name__} cannot combine shapes {a.shape} and {b.shape}; "
                         "reshape one of them.") from None
    return value


def _fold(g: Array, shape: tuple[int, ...]) -> Array:
    """Undo broadcasting: an entry that was used many times gets the sum of its gradients."""
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    stretched = [axis for axis, size in enumerate(shape, added) if size == 1]
    total: Array = g.sum((*range(added), *stretched), keepdims=True)
    return total.reshape(shape)


def _spread(g: Array, shape: tuple[int, ...], axis: Axis, keepdims: bool) -> Array:
    """Undo a reduction: every entry gets the gradient of the result it went into."""
    return np.broadcast_to(g if axis is None or keepdims else np.expand_dims(g, axis), shape)


def _matmul(a: Operand, b: Operand) -> Tensor:
    a, b = _tensor(a, b), _tensor(b, a)
    value = _fit(np.matmul, a, b)
    x = a._array[None, :] if a._array.ndim == 1 else a._array
    y = b._array[:, None] if b._array.ndim == 1 else b._array
    full = value.shape[:max(x.ndim, y.ndim) - 2] + (x.shape[-2], y.shape[-1])
    m, n = a.shape, b.shape
    return _node("@", value, (a, b), (
        lambda g: _fold(g.reshape(full) @ y.swapaxes(-1, -2), x.shape).reshape(m),
        lambda g: _fold(x.swapaxes(-1, -2) @ g.reshape(full), y.shape).reshape(n)))


# The walk back.


def backward(loss: Tensor) -> None:
    """Set `grad` of every tensor that `loss` was computed from.

    Each call starts from nothing, so gradients of an earlier call are replaced. A graph is walked once: the walk
    lets go of the arrays it needed.

    Parameters
    ----------
    loss : Tensor
        A single number.

    Raises
    ------
    TypeError
        If `loss` is no tensor: NumPy, `math` or `float` made a plain number of it.
    ValueError
        If `loss` is not a single number, depends on no variable, or was walked before.

    Examples
    --------
    >>> x = Tensor(3.0)
    >>> backward(x * x + x)
    >>> x.grad
    array(7.)
    """
    if not isinstance(loss, Tensor):
        raise TypeError(f"backward starts from a Tensor, but was given {loss!r}. float() and the functions of math and "
                        "NumPy return plain numbers without a gradient; write those of lossedu.autodiff instead.")
    if loss._array.size != 1:
        raise ValueError(f"backward starts from a single number, but this tensor has shape {loss.shape}; "
                         "reduce it first, with a loss or with .mean().")
    if not loss.needs_grad:
        raise ValueError("backward has nowhere to go: this number depends on no variable, or was computed under "
                         "no_grad(). Make the parameters Tensors; arrays are constants.")
    walk, seen = [loss], {loss}
    for tensor in walk:  # which grows meanwhile; a graph may be deeper than Python lets functions call each other
        if tensor.pulls is None:
            raise ValueError(f"the graph behind {tensor.name!r} was walked before and its arrays are gone; compute the "
                             "loss again, or add up losses that share a part and call backward once.")
        for parent in tensor.parents:
            if parent.needs_grad and parent not in seen:
                seen.add(parent)
                walk.append(parent)
    walk.sort(key=operator.attrgetter("order"), reverse=True)  # each tensor comes after all that was computed from it
    for tensor in walk:
        tensor.grad = None
    loss.grad = np.array(1.0).reshape(loss.shape)
    for tensor in walk:
        tensor.grad = g = np.asarray(tensor.grad, tensor._array.dtype)
        g.setflags(write=False)  # x + y hands one array to both x and y
        if not tensor.parents:
            continue
        for parent, pull in zip(tensor.parents, tensor.pulls or ()):
            if parent.needs_grad:
                gradient = pull(g)
                parent.grad = gradient if parent.grad is None else parent.grad + gradient
        tensor.pulls = None


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results are constants, as predictions need.

    A generator that yields inside the block pauses there, and recording stays off for the code that drives it. So
    compute inside the block, leave it, and yield afterwards.

    Examples
    --------
    >>> with no_grad():
    ...     y = Tensor(2.0) * 3
    >>> y.needs_grad
    False
    """
    block = object()
    _paused.set(_paused.get() | {block})
    try:
        yield
    finally:
        _paused.set(_paused.get() - {block})  # blocks of generators may end in any order


def is_recording() -> bool:
    """Whether operations are recorded now: yes, except under `no_grad`."""
    return not _paused.get()


def value_and_gradient(f: Callable[[Tensor], Tensor]) -> Callable[[ArrayLike], tuple[float, Array]]:
    """Turn a function of a tensor into a function of an array that returns value and gradient.

    Examples
    --------
    >>> value_and_gradient(lambda x: (x ** 3).sum())([1.0, 2.0])
    (9.0, array([ 3., 12.]))
    """
    def at(x: ArrayLike) -> tuple[float, Array]:
        if isinstance(x, Tensor):
            raise TypeError("value_and_gradient takes an array, not a Tensor, because a gradient is a constant and has "
                            "no gradient itself; for second derivatives take differences of gradients.")
        variable = Tensor(x)
        value = f(variable)
        backward(value)
        return float(value), np.zeros_like(variable.data) if variable.grad is None else variable.grad

    return at


# Functions of one array, entry by entry.


def exp(x: Tensor | ArrayLike) -> Tensor:
    """Exponential function."""
    return _map("exp", np.exp, x, lambda g, x, y: g * y)


def log(x: Tensor | ArrayLike) -> Tensor:
    """Natural logarithm."""
    return _map("log", np.log, x, lambda g, x, y: g / x)


def sqrt(x: Tensor | ArrayLike) -> Tensor:
    """Square root."""
    return _map("sqrt", np.sqrt, x, lambda g, x, y: g / (2 * y))


def tanh(x: Tensor | ArrayLike) -> Tensor:
    """Hyperbolic tangent."""
    return _map("tanh", np.tanh, x, lambda g, x, y: g * (1 - y * y))


def sigmoid(x: Tensor | ArrayLike) -> Tensor:
    """Logistic function 1 / (1 + exp(-x))."""
    return _map("sigmoid", numerics.sigmoid, x, lambda g, x, y: g * (y * (1 - y)))


def relu(x: Tensor | ArrayLike) -> Tensor:
    """The larger of x and 0; slope 0 at the kink."""
    return _map("relu", lambda x: np.maximum(x, 0.0), x, lambda g, x, y: g * (y > 0).astype(g.dtype))


def gelu(x: Tensor | ArrayLike) -> Tensor:
    """Gaussian error linear unit, in the tanh form of Hendrycks and Gimpel, arXiv:1606.08415."""
    return _map("gelu", lambda x: np.maximum(x, -10.0) * _gate(x)[1], x, _gelu_slope)


def _gate(x: Array) -> tuple[Array, Array]:
    """x between -10 and 10, and the factor of x; farther out that is 0 or 1, and x³ would overflow."""
    near = np.clip(x, -10.0, 10.0)
    return near, 0.5 + 0.5 * np.tanh((2 / np.pi) ** 0.5 * (near + 0.044715 * (near * near * near)))


def _gelu_slope(g: Array, x: Array, y: Array) -> Array:
    near, gate = _gate(x)
    slope: Array = gate + 2 * near * gate * (1 - gate) * ((2 / np.pi) ** 0.5 * (1 + 0.134145 * (near * near)))
    return g * slope


def maximum(a: Tensor | ArrayLike, b: Tensor | ArrayLike) -> Tensor:
    """The larger of a and b; where they are equal, each gets half the gradient."""
    return _pair("max", np.maximum, a, b, lambda g, x, y: g * (0.5 * (x >= y) + 0.5 * (x > y)),
                 lambda g, x, y: g * (0.5 * (y >= x) + 0.5 * (y > x)))


# Functions of rows: the scores of k classes in the last axis.


def softmax(x: Tensor | ArrayLike) -> Tensor:
    """Class probabilities of rows of logits, shape (..., k)."""
    return _map("softmax", numerics.softmax, x, lambda g, x, y: y * (g - (g * y).sum(-1, keepdims=True)))


def log_softmax(x: Tensor | ArrayLike) -> Tensor:
    """Logarithms of the class probabilities of rows of logits, shape (..., k)."""
    return _map("log_softmax", numerics.log_softmax, x, lambda g, x, y: g - np.exp(y) * g.sum(-1, keepdims=True))


# Functions of several arrays.


def concatenate(tensors: Sequence[Tensor | ArrayLike], axis: int = 0) -> Tensor:
    """Tensors one after another along an axis."""
    parts = tuple(_tensor(part) for part in tensors)
    try:
        value = np.concatenate([part._array for part in parts], axis)
    except ValueError:
        shapes = " and ".join(str(part.shape) for part in parts)
        raise ValueError(f"concatenate cannot join shapes {shapes} along axis {axis}; "
                         "the other axes must agree.") from None
    ends = np.cumsum([part.shape[axis] for part in parts])[:-1]
    return _node("concatenate", value, parts, tuple(partial(_part, i, ends, axis) for i in range(len(parts))))


def _part(i: int, ends: Array, axis: int, g: Array) -> Array:
    return np.split(g, ends, axis)[i]


def affine(x: Tensor | ArrayLike, weight: Tensor | ArrayLike, bias: Tensor | ArrayLike) -> Tensor:
    """x @ weight + bias in one node: a layer of a network.

    Parameters
    ----------
    x : (n, inputs)
    weight : (inputs, outputs)
    bias : (outputs,)

    Returns
    -------
    Tensor
        Shape (n, outputs).

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> affine([[1.0, 1.0]], Tensor([[1.0], [2.0]]), Tensor([0.5]))
    Tensor([[3.5]], name='affine')
    """
    x, weight, bias = _tensor(x), _tensor(weight), _tensor(bias)
    rows, w, b = x._array, weight._array, bias._array
    if not (rows.ndim == w.ndim == 2 and rows.shape[1:] + b.shape == w.shape):
        raise ValueError(f"affine cannot combine shapes {x.shape}, {weight.shape} and {bias.shape}; "
                         "expected (n, inputs), (inputs, outputs) and (outputs,).")
    return _node("affine", rows.dot(w) + b, (x, weight, bias),
                 (lambda g: g.dot(w.T), lambda g: rows.T.dot(g), lambda g: np.add.reduce(g)))


def loss_node(loss: Loss, y_true: ArrayLike, y_pred: Tensor, weight: ArrayLike | None = None) -> Tensor:
    """An average loss as one node, whose derivative is the loss's own closed form.

    ``loss(y_true, y_pred)`` calls this when `y_pred` is a tensor.

    Parameters
    ----------
    loss : Loss
        Any loss of `lossedu.losses`.
    y_true, weight : array_like
        Targets, and a weight for each; constants.
    y_pred : Tensor
        Predictions.

    Returns
    -------
    Tensor
        Shape ().

    Raises
    ------
    TypeError
        If `y_true` is a tensor.

    Examples
    --------
    >>> from lossedu import mse
    >>> y_pred = Tensor([1.0, 3.0])
    >>> mse([1.0, 1.0], y_pred).backward()
    >>> y_pred.grad
    array([0., 2.])
    """
    if isinstance(y_true, Tensor):
        raise TypeError(f"y_true is a Tensor, but {loss.name} is differentiated in y_pred only; pass y_true.data.")
    if not y_pred.needs_grad or _paused.get():
        return _tensor(np.asarray(loss(y_true, y_pred._array, weight), y_pred._array.dtype))
    value, gradient = loss.value_and_gradient(y_true, y_pred._array, weight)
    return _node(loss.name, np.asarray(value, gradient.dtype), (y_pred,), (lambda g: g * gradient,))


def joint_loss_node(loss: JointLoss, *inputs: Tensor | ArrayLike, weight: ArrayLike | None = None) -> Tensor:
    """An average loss of several inputs as one node; each input that is a tensor gets its gradient.

    Examples
    --------
    >>> from lossedu.losses import triplet
    >>> anchor = Tensor([[0.0, 0.0]])
    >>> joint_loss_node(triplet, anchor, [[1.0, 0.0]], [[0.0, 1.0]]).backward()
    >>> anchor.grad
    array([[-2.,  2.]])
    """
    tensors = tuple(_tensor(x) for x in inputs)
    value, gradients = loss.value_and_gradient(*(tensor._array for tensor in tensors), weight=weight)
    return _node(loss.name, np.asarray(value, gradients[0].dtype), tensors,
                 tuple(partial(np.multiply, gradient) for gradient in gradients))


# What NumPy may do with a tensor, and what to write instead of the rest.

_OPERATORS: dict[np.ufunc, Callable[[Any, Any], Any]] = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
    np.matmul: operator.matmul, np.equal: operator.eq, np.not_equal: operator.ne, np.less: operator.lt,
    np.less_equal: operator.le, np.greater: operator.gt, np.greater_equal: operator.ge}
_INSTEAD = {
    "absolute": "abs(x)", "add": "a = a + x", "add.reduce": "x.sum()", "amax": "x.max()", "dot": "a @ b",
    "min": "-(-x).max()", "minimum": "-maximum(-a, -b)", "norm": "sqrt((x * x).sum())", "shape": "x.shape",
    "power": "x ** n, or exp(n * log(x)) for other exponents", "stack": "concatenate([x.reshape(1, *x.shape), ...])",
    "transpose": "x.T", "where": "condition * a + ~condition * b, with a condition that is an array of bool"}


def _refusal(name: str) -> TypeError:
    """The error for a function of NumPy that met a tensor, by its name."""
    known = {**dict.fromkeys(vars(Tensor), f"x.{name}(...)"), **dict.fromkeys(globals(), f"lossedu.autodiff.{name}")}
    words = "it with operations of lossedu.autodiff, or give it x.data for the values alone, which are constants"
    instead = (known | _INSTEAD).get(name, words)
    return TypeError(f"NumPy's {name} would lose the gradient of a tensor; write {instead}.")
