"""Reverse-mode differentiation of array programs: record each operation, then walk back by the chain rule.

Read from top to bottom: the tensor and its operations, how an operation is recorded, the walk back, functions,
and the one place where the losses come in.

Arrays are read-only once a tensor holds them. A gradient is built from values of the forward pass, so a value that
changed in between would make it wrong without a word. Here the change itself fails, on the line that tries it, and
nothing has to be counted or compared to find it out. A parameter is updated by giving it a new array:
``w.data = w.data - learning_rate * w.grad``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from functools import partial
from itertools import count
from operator import attrgetter
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
_recording: ContextVar[bool] = ContextVar("recording", default=True)


class Tensor:
    """An array that remembers how it was computed, so that gradients can flow back.

    A tensor you make is a variable. Arrays and numbers are constants: they cost no gradient work.

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

    __slots__ = ("_data", "grad", "name", "needs_grad", "order", "parents", "pulls")
    __array_ufunc__ = None  # numpy leaves array + tensor to the tensor

    def __init__(self, data: ArrayLike, name: str = "") -> None:
        self._data = _read_only(_real(data))
        self.grad: Array | None = None
        self.name = name
        self.needs_grad = True
        self.order = next(_clock)
        self.parents: tuple[Tensor, ...] = ()
        self.pulls: tuple[Pull, ...] | None = ()

    @property
    def data(self) -> Array:
        return self._data

    @data.setter
    def data(self, value: ArrayLike) -> None:
        new = np.asarray(value, self._data.dtype)
        if new.shape != self.shape:
            raise ValueError(f"new data for {self.name or 'a tensor'} of shape {self.shape} have shape {new.shape}; "
                             "an update keeps the shape.")
        self._data = _read_only(new)

    @property
    def shape(self) -> tuple[int, ...]:
        return self._data.shape

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({np.array2string(self._data, separator=', ')}{name})"

    def __float__(self) -> float:
        return float(self._data)

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
        if np.ndim(n) or isinstance(n, Tensor):
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
        return _node("sum", self._data.sum(axis, keepdims=keepdims), (self,),
                     (lambda g: _spread(g, shape, axis, keepdims),))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Mean over an axis, several, or all."""
        total = self.sum(axis, keepdims)
        return total * (total._data.size / self._data.size)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Maximum over an axis, several, or all; equal maxima share the gradient equally."""
        largest = self._data == self._data.max(axis, keepdims=True)
        share = largest / largest.sum(axis, keepdims=True)
        return _node("max", self._data.max(axis, keepdims=keepdims), (self,),
                     (lambda g: share * _spread(g, share.shape, axis, keepdims),))

    # Entries moved about: their gradients move back.

    def reshape(self, *shape: int) -> Tensor:
        """The same entries in another shape."""
        before = self.shape
        return _node("reshape", self._data.reshape(*shape), (self,), (lambda g: g.reshape(before),))

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return _node("T", self._data.T, (self,), (lambda g: g.T,))

    def __getitem__(self, index: Any) -> Tensor:
        shape, index = self.shape, deepcopy(index)  # the caller may change an index array

        def pull(g: Array) -> Array:
            gradient = np.zeros(shape, g.dtype)
            np.add.at(gradient, index, g)  # an entry taken twice gets both gradients
            return gradient

        return _node("[ ]", self._data[index], (self,), (pull,))

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


def _tensor(x: Tensor | ArrayLike, partner: Tensor | ArrayLike | None = None) -> Tensor:
    """`x` itself if it is a tensor, else a constant; a plain number takes the dtype of its partner."""
    if isinstance(x, Tensor):
        return x
    if isinstance(x, (int, float)) and isinstance(partner, Tensor):
        x = np.array(x, partner._data.dtype)
    return _node("", _read_only(_real(x)), (), ())


def _node(name: str, value: Array, parents: tuple[Tensor, ...], pulls: tuple[Pull, ...]) -> Tensor:
    """Result of an operation; `pulls[i]` turns the gradient of the result into that of `parents[i]`.

    Pulls hold arrays, not tensors, so a parameter may get new data while graphs that used the old one live.
    """
    tensor = Tensor.__new__(Tensor)
    tensor._data = value = np.asarray(value)
    value.setflags(write=False)
    tensor.grad, tensor.name, tensor.order = None, name, next(_clock)
    tensor.needs_grad, tensor.parents, tensor.pulls = False, (), ()
    if _recording.get():
        for parent in parents:
            if parent.needs_grad:
                tensor.needs_grad, tensor.parents, tensor.pulls = True, parents, pulls
                break
    return tensor


def _map(name: str, function: Callable[[Array], Array], x: Operand, pull: Slope) -> Tensor:
    """Node of a function of one array, entry by entry."""
    x = _tensor(x)
    data, value = x._data, function(x._data)
    return _node(name, value, (x,), (lambda g: pull(g, data, value),))


def _pair(name: str, operation: Binary, a: Operand, b: Operand, pull_a: Slope, pull_b: Slope) -> Tensor:
    """Node of an operation on two arrays, entry by entry, with broadcasting."""
    a, b = _tensor(a, b), _tensor(b, a)
    x, y, value = a._data, b._data, _fit(operation, a, b)
    return _node(name, value, (a, b), (lambda g: _fold(pull_a(g, x, y), x.shape),
                                       lambda g: _fold(pull_b(g, x, y), y.shape)))


def _fit(operation: Binary, a: Tensor, b: Tensor) -> Array:
    try:
        value: Array = operation(a._data, b._data)
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
    x = a._data[None, :] if a._data.ndim == 1 else a._data
    y = b._data[:, None] if b._data.ndim == 1 else b._data
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
    ValueError
        If `loss` is not a single number, depends on no variable, or was walked before.

    Examples
    --------
    >>> x = Tensor(3.0)
    >>> backward(x * x + x)
    >>> x.grad
    array(7.)
    """
    if loss._data.size != 1:
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
    walk.sort(key=attrgetter("order"), reverse=True)  # each tensor comes after all that was computed from it
    for tensor in walk:
        tensor.grad = None
    loss.grad = np.array(1.0).reshape(loss.shape)
    for tensor in walk:
        tensor.grad = g = np.asarray(tensor.grad, tensor._data.dtype)
        if not tensor.parents:
            g.setflags(write=False)  # x + y hands one array to both x and y
            continue
        for parent, pull in zip(tensor.parents, tensor.pulls or ()):
            if parent.needs_grad:
                gradient = pull(g)
                parent.grad = gradient if parent.grad is None else parent.grad + gradient
        tensor.pulls = None


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results are constants, as predictions need.

    Examples
    --------
    >>> with no_grad():
    ...     y = Tensor(2.0) * 3
    >>> y.needs_grad
    False
    """
    token = _recording.set(False)
    try:
        yield
    finally:
        _recording.reset(token)


def is_recording() -> bool:
    """Whether operations are recorded now: yes, except under `no_grad`."""
    return _recording.get()


def value_and_gradient(f: Callable[[Tensor], Tensor]) -> Callable[[ArrayLike], tuple[float, Array]]:
    """Turn a function of a tensor into a function of an array that returns value and gradient.

    Examples
    --------
    >>> value_and_gradient(lambda x: (x ** 3).sum())([1.0, 2.0])
    (9.0, array([ 3., 12.]))
    """
    def at(x: ArrayLike) -> tuple[float, Array]:
        variable = Tensor(x)
        value = f(variable)
        backward(value)
        return float(value), np.zeros(variable.shape) if variable.grad is None else variable.grad

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
    x = _tensor(x)
    half = x * 0.5
    return half + half * tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))


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
        value = np.concatenate([part._data for part in parts], axis)
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
    rows, w, b = x._data, weight._data, bias._data
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
    if not (y_pred.needs_grad and _recording.get()):
        return _tensor(np.asarray(loss(y_true, y_pred._data, weight), y_pred._data.dtype))
    value, gradient = loss.value_and_gradient(y_true, y_pred._data, weight)
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
    value, gradients = loss.value_and_gradient(*(tensor._data for tensor in tensors), weight=weight)
    return _node(loss.name, np.asarray(value, gradients[0].dtype), tensors,
                 tuple(partial(np.multiply, gradient) for gradient in gradients))
