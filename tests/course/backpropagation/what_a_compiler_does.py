"""The equations of the page on compilers: the recorded neuron against the engine, bytes against arrays that pass."""

import numpy as np

from lossedu.autodiff import Tensor, tanh
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-compile-neuron")
def neuron(tex, rng):
    a, y = Tensor(rng.normal(size=5)), rng.normal(size=5)
    p = tanh(a)
    ((p - y) ** 2).sum().backward()
    for i in range(1, 6):
        holds(tex, {r"\bar{a}": a.grad, "p": p.data, "y": y, "i": i}, rtol=1e-10)


class Counted(np.lib.mixins.NDArrayOperatorsMixin):
    """An array whose operations note each array that they read or write."""

    def __init__(self, array, read, written):
        self.array, self.read, self.written = array, read, written

    def __array_ufunc__(self, function, method, *inputs):
        arrays = {id(x): x.array for x in inputs if isinstance(x, Counted)}
        made = function(*(x.array if isinstance(x, Counted) else x for x in inputs))
        self.read.extend(arrays.values())
        self.written.append(made)
        return Counted(made, self.read, self.written)


@equation("eq-compile-bytes")
def bytes_that_move(tex, rng):
    read, written, n = [], [], int(rng.integers(3, 30))
    x, y = (Counted(rng.normal(size=n), read, written) for _ in range(2))
    p = np.tanh(0.5 * x + 0.1)
    _ = 2 * (p - y) * (1 - p * p)
    moved = sum(array.nbytes for array in read + written)
    assert (len(read), len(written)) == (10, 8)  # as the page prints
    holds(tex, {"B": moved, "n": n, "R": len(read), "W": len(written)})
