"""Record what a loss computes, so that it can be printed as JavaScript: the loss stays written once, in Python.

A `Recorded` stands where an array would stand. NumPy hands it each function that is called on it, and it notes the
function and its arguments as a `Node`, where an array would compute. Two nodes of one function and the same arguments
are one node, so what value and slope share in Python they share in the printed code, too.

What cannot be recorded is refused with a TypeError: a Python `if` that depends on a number, a function without an
entry in the table of `javascript.py`. So no loss is ever translated in part.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Nodes: TypeAlias = NDArray[Any]  # of dtype object; each entry is a Node

REFUSAL = "a page computes with formulas of single numbers, and this cannot be recorded as one"
INSTEAD = "write np.where for arrays, and relu or maximum of lossedu.autodiff for tensors"


class Node:
    """A function and its arguments; `node` makes them, and equal ones are one object.

    Attributes
    ----------
    function : str
        The name of a NumPy function, or "symbol" or "number".
    arguments : tuple
        Other nodes; of a symbol its name, and of a number the number as Python writes it.
    """

    __slots__ = ("arguments", "function")

    def __init__(self, function: str, arguments: tuple[Any, ...]) -> None:
        self.function, self.arguments = function, arguments

    @property
    def value(self) -> float | None:
        """The number that this node is, or None."""
        return float(self.arguments[0]) if self.function == "number" else None


@functools.cache
def node(function: str, *arguments: Any) -> Node:
    """Return the one node of this function and these arguments."""
    return Node(function, arguments)


def number(value: float) -> Node:
    """Return the node of a number; 0.0 and -0.0 are two numbers, as they are for a division."""
    return node("number", repr(float(value)))


def simplified(function: str, *arguments: Node) -> Node:
    """Return a node, with 0 + x, 1 · x, x ** 1 and the like left out, and x ** 2 as a product, as NumPy computes it."""
    values = [argument.value for argument in arguments]
    if function == "multiply" and 1.0 in values:
        return arguments[1 - values.index(1.0)]
    if function in ("add", "subtract") and values[1] == 0.0:
        return arguments[0]
    if function == "add" and values[0] == 0.0:
        return arguments[1]
    if function in ("divide", "power") and values[1] == 1.0:
        return arguments[0]
    if function == "square" or function == "power" and values[1] == 2.0:
        return node("multiply", arguments[0], arguments[0])
    if function == "negative" and arguments[0].function == "negative":
        return arguments[0].arguments[0]  # type: ignore[no-any-return]
    if function == "where" and arguments[1] is arguments[2]:
        return arguments[1]
    return node(function, *arguments)


def nodes_of(value: Any) -> Nodes:
    """Return numbers, nodes or what was recorded as an array of nodes."""
    if isinstance(value, Recorded):
        return value.nodes
    given = np.asarray(value)
    if given.dtype.kind not in "fiub":
        raise TypeError(f"{REFUSAL}: {value!r}")
    return np.frompyfunc(number, 1, 1)(given)[...] if given.ndim else single(number(value))


def single(one: Node) -> Nodes:
    """Return an array of no dimension that holds a node."""
    array = np.empty((), object)
    array[()] = one
    return array


def each(function: str, *arguments: Nodes) -> Nodes:
    """Record a function of single numbers at every entry."""
    made = np.frompyfunc(functools.partial(simplified, function), len(arguments), 1)(*arguments)
    return made if isinstance(made, np.ndarray) else single(made)


class Recorded(NDArrayOperatorsMixin):
    """A stand-in for an array of numbers that are not known yet.

    Parameters
    ----------
    nodes : ndarray of Node
        How each entry is computed. As an array can be changed in place, so can they.
    """

    dtype = np.dtype(float)
    __array_priority__ = 1000
    __hash__ = object.__hash__

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes

    def __repr__(self) -> str:
        return f"<recorded numbers of shape {self.shape}>"

    # What NumPy hands over ---------------------------------------------------------------------------------------

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{REFUSAL}: a function that wants the numbers themselves")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = (None,), **others: Any) -> Any:
        if method == "reduce":
            return self.reduce(ufunc.__name__, **others)
        if method == "__call__" and ufunc is np.matmul:
            return Recorded(product(*map(nodes_of, inputs)))
        if method != "__call__" or others:
            raise TypeError(f"{REFUSAL}: {ufunc.__name__}.{method} with {', '.join(others) or 'nothing else'}")
        return self.keep(each(ufunc.__name__, *map(nodes_of, inputs)), out[0])

    def keep(self, made: Nodes, target: Recorded | None) -> Recorded:
        """Put nodes where the caller wants them, as `out=` does."""
        if target is None:
            return Recorded(made)
        target.nodes = np.broadcast_to(made, target.shape).copy()
        return target

    def __array_function__(self, function: Any, types: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if function is np.ndim:
            return self.ndim
        if function is np.where:
            return Recorded(each("where", *map(nodes_of, given)))
        if function in (np.ones_like, np.zeros_like, np.full_like):
            fill = {np.ones_like: 1.0, np.zeros_like: 0.0}.get(function, given[-1])
            return Recorded(np.broadcast_to(nodes_of(fill), given[0].shape).copy())
        if function in (np.stack, np.concatenate):
            return Recorded(function([nodes_of(part) for part in given[0]], *given[1:], **named))
        if function in (np.sum, np.max, np.min, np.mean, np.clip, np.any, np.all, np.argmax):
            return getattr(given[0], function.__name__.removeprefix("a"))(*given[1:], **named)
        raise TypeError(f"{REFUSAL}: numpy.{function.__name__}")

    # What an array can do ----------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """As of an array."""
        return self.nodes.shape

    @property
    def ndim(self) -> int:
        """As of an array."""
        return self.nodes.ndim

    @property
    def size(self) -> int:
        """As of an array."""
        return self.nodes.size

    @property
    def T(self) -> Recorded:  # noqa: N802
        """As of an array."""
        return Recorded(self.nodes.T)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Recorded]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        raise TypeError(f"{REFUSAL}: a Python `if` or `and` that depends on a number; {INSTEAD}")

    def item(self) -> Any:
        """Refuse: a page computes for every number, so there is not one to ask for."""
        raise TypeError(f"{REFUSAL}: a question for the number itself, such as `if x` or `float(x)`; {INSTEAD}")

    def astype(self, *_: Any, **__: Any) -> Recorded:
        """Return the same, as every number of a page is a float64."""
        return self

    def copy(self) -> Recorded:
        """As of an array."""
        return Recorded(self.nodes.copy())

    def reshape(self, *shape: Any) -> Recorded:
        """As of an array."""
        return Recorded(self.nodes.reshape(*shape))

    def reduce(self, function: str, axis: int | None = None, keepdims: bool = False, **others: Any) -> Recorded:
        """Record a sum, a maximum or the like along an axis, from the first entry to the last."""
        if any(other is not None for other in others.values()):
            raise TypeError(f"{REFUSAL}: {function}.reduce with {', '.join(others)}")
        both = np.frompyfunc(functools.partial(simplified, function), 2, 1)
        axes = tuple(range(self.ndim)) if axis is None else axis
        flat = self.nodes.reshape(-1) if axis is None and not keepdims else self.nodes
        made = both.reduce(flat, axis=0 if flat is not self.nodes else axes, keepdims=keepdims)
        return Recorded(made if isinstance(made, np.ndarray) else single(made))

    def sum(self, axis: int | None = None, keepdims: bool = False) -> Recorded:
        """As of an array."""
        return self.reduce("add", axis, keepdims)

    def max(self, axis: int | None = None, keepdims: bool = False) -> Recorded:
        """As of an array."""
        return self.reduce("maximum", axis, keepdims)

    def min(self, axis: int | None = None, keepdims: bool = False) -> Recorded:
        """As of an array."""
        return self.reduce("minimum", axis, keepdims)

    def any(self, axis: int | None = None, keepdims: bool = False) -> Recorded:
        """As of an array."""
        return self.reduce("logical_or", axis, keepdims)

    def all(self, axis: int | None = None, keepdims: bool = False) -> Recorded:
        """As of an array."""
        return self.reduce("logical_and", axis, keepdims)

    def mean(self, axis: int | None = None, keepdims: bool = False) -> Recorded:
        """As of an array."""
        count = self.size if axis is None else self.shape[axis]
        return self.sum(axis, keepdims) / count  # type: ignore[no-any-return]

    def clip(self, low: Any, high: Any) -> Recorded:
        """As of an array."""
        return Recorded(each("minimum", each("maximum", self.nodes, nodes_of(low)), nodes_of(high)))

    def dot(self, other: Any) -> Recorded:
        """Of two vectors, as of arrays."""
        return (self * other).sum()  # type: ignore[no-any-return]

    def argmax(self, axis: int) -> Recorded:
        """The place of the first largest entry, a number that is not known yet; it may be an index."""
        rows = np.moveaxis(self.nodes, axis, -1)
        place = np.empty(rows.shape[:-1], object)
        for i in np.ndindex(place.shape):
            place[i] = place_of_largest(list(rows[i]))
        return Recorded(place)

    # Entries: an index may itself be recorded, in the form array[rows, place] with one place for each row -----------

    def __getitem__(self, index: Any) -> Recorded:
        if self.by_place(index):
            rows, place = index
            return Recorded(np.array([self.at(i, place.nodes[i]) for i in rows], object))
        made = self.nodes[index]
        return Recorded(made if isinstance(made, np.ndarray) else single(made))

    def __setitem__(self, index: Any, value: Any) -> None:
        if not self.by_place(index):
            self.nodes[index] = nodes_of(value)
            return
        rows, place = index
        values = np.broadcast_to(nodes_of(value), rows.shape)
        for i in rows:
            for j in range(self.shape[1]):
                here = node("equal", place.nodes[i], number(j))
                self.nodes[i, j] = simplified("where", here, values[i], self.nodes[i, j])

    @staticmethod
    def by_place(index: Any) -> bool:
        """Whether an index is a pair whose second part is recorded."""
        return isinstance(index, tuple) and len(index) == 2 and isinstance(index[1], Recorded)

    def at(self, row: int, place: Node) -> Node:
        """The entry of a row at a recorded place."""
        found: Node = self.nodes[row, -1]
        for j in reversed(range(self.shape[1] - 1)):
            found = simplified("where", node("equal", place, number(j)), self.nodes[row, j], found)
        return found


def product(a: Nodes, b: Nodes) -> Nodes:
    """Record the product of matrices or vectors."""
    rows, columns = np.atleast_2d(a), b[:, None] if b.ndim == 1 else b
    if a.ndim > 2 or b.ndim > 2 or rows.shape[1] != len(columns):
        raise TypeError(f"{REFUSAL}: a product of arrays of the shapes {a.shape} and {b.shape}")
    made = np.empty((len(rows), columns.shape[1]), object)
    for i, j in np.ndindex(made.shape):
        terms = [simplified("multiply", x, y) for x, y in zip(rows[i], columns[:, j])]
        made[i, j] = functools.reduce(functools.partial(simplified, "add"), terms)
    return made.reshape(a.shape[:-1] + b.shape[1:] if b.ndim > 1 else a.shape[:-1])


def place_of_largest(row: list[Node]) -> Node:
    """Record the place of the first largest entry: from the last entry back, each may take the lead."""
    place, largest = number(len(row) - 1), row[-1]
    for j in reversed(range(len(row) - 1)):
        place = simplified("where", node("greater_equal", row[j], largest), number(j), place)
        largest = node("maximum", row[j], largest)
    return place


def symbol(name: str) -> Recorded:
    """Return a number that is known by its name alone, of shape ()."""
    return Recorded(single(node("symbol", name)))


def symbols(*names: str) -> Recorded:
    """Return a row of such numbers, of shape (1, k)."""
    row = np.empty((1, len(names)), object)
    row[0] = [node("symbol", name) for name in names]
    return Recorded(row)
