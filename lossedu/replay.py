"""A training step that is planned once and then replayed: the same bits as the eager engine, in less time.

The eager engine decides anew in each step what to do: it records a graph, walks back over it, and updates one parameter
after the other. A network that is a row of known layers does the same in each step. So we decide once which arrays its
results go to, and we update all parameters together, as parts of one array.

The bits are the same on processors with AVX2. OpenBLAS's kernels for Prescott, an older one, let the last bit of a
product depend on where its arrays begin in memory, and there the last digits may differ.

The plan is made from the layers, not from a run of the model, so no code of yours is left out. Whatever cannot be
planned, for example a function of your own or dropout, is left to the eager engine, and `Replay.eager` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain, pairwise
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu import nn, optim
from lossedu.autodiff import Tensor, _read_only, _real, is_recording
from lossedu.joined import Joined, same
from lossedu.losses import numerics
from lossedu.losses.base import Loss

Array: TypeAlias = NDArray[Any]

# An activation turns x into its value, given zeros of the same shape, and later finds its slope from that value.
ACTIVATIONS: dict[type, tuple[Callable[[Array, Array], object], Callable[[Array, Array], Array]]] = {
    nn.ReLU: (lambda x, zero: np.maximum(x, zero, out=x), lambda y, out: np.greater(y, 0, out=out)),
    nn.Tanh: (lambda x, zero: np.tanh(x, out=x), lambda y, out: np.subtract(1, np.multiply(y, y, out=out), out=out)),
    nn.Sigmoid: (lambda x, zero: np.copyto(x, numerics.sigmoid(x)),
                 lambda y, out: np.multiply(y, np.subtract(1, y, out=out), out=out)),
}


class Planned:
    """A linear layer and the activation after it, if there is one, with the arrays for its results on a batch."""

    def __init__(self, layer: nn.Linear, activation: Any, rows: int, gradients: dict[Tensor, Array]) -> None:
        (inputs, outputs), dtype = layer.weight.shape, layer.weight.data.dtype
        self.layer, self.activation = layer, None if activation is None else ACTIVATIONS[type(activation)]
        self.weight_gradient, self.bias_gradient = gradients[layer.weight], gradients[layer.bias]
        self.y, self.slope, self.zero = (np.zeros((rows, outputs), dtype) for _ in range(3))
        self.x_gradient, self.result = np.empty((rows, inputs), dtype), self.y.view()
        self.result.setflags(write=False)  # as the eager engine shows it to a loss

    def forward(self, x: Array) -> Array:
        self.x = x
        np.add(np.dot(x, self.layer.weight._array, out=self.y), self.layer.bias._array, out=self.y)
        if self.activation:
            self.activation[0](self.y, self.zero)
        return self.y

    def backward(self, g: Array, first: bool) -> Array:
        """Set the gradients of the parameters and return that of x, which the first layer does not need."""
        if self.activation:
            g = np.multiply(g, self.activation[1](self.y, self.slope), out=self.slope)
        np.dot(self.x.T, g, out=self.weight_gradient)
        np.add.reduce(g, out=self.bias_gradient)
        return g if first else np.dot(g, self.layer.weight._array.T, out=self.x_gradient)


class Replay:
    """A training step: called with a batch, it computes the loss, updates the parameters and returns the loss.

    Every step looks at everything anew. So layers may be exchanged, parameters may be frozen or assigned, and other
    code may train the same model in between. Only a class that is itself patched goes unnoticed.

    Parameters
    ----------
    model : callable
        Takes rows of inputs, returns predictions as a Tensor. What can be planned is a `Linear` layer, or a
        `Sequential` of `Linear` layers, each followed by `ReLU`, `Tanh`, `Sigmoid` or nothing.
    loss : Loss
        Any loss of `lossedu.losses`.
    optimiser : Optimiser
        Made from the model's parameters, which it changes.

    Attributes
    ----------
    eager : str
        Why the last step was left to the eager engine; empty if it was replayed.

    Examples
    --------
    >>> from lossedu import mse
    >>> model = nn.Linear(1, 1, seed=0)
    >>> step = Replay(model, mse, optim.SGD(model.parameters(), 0.1))
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> losses = [step(X, 3 * X + 1) for _ in range(200)]
    >>> round(float(model.weight.data[0, 0]), 3), step.eager
    (3.0, '')
    >>> step.model = nn.Sequential(model, nn.GELU())
    >>> loss = step(X, 3 * X + 1)
    >>> step.eager
    'GELU() cannot be planned; Linear, ReLU, Tanh and Sigmoid can.'
    """

    def __init__(self, model: Callable[[Any], Tensor], loss: Loss, optimiser: optim.Optimiser) -> None:
        self.model, self.loss, self.optimiser, self.eager = model, loss, optimiser, ""
        self._known: list[object] = []
        self._places: list[Iterable[object]] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.loss, self.optimiser)  # a copy makes a plan of its own

    def __call__(self, X: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None) -> float:
        if self.predict(X) is None or isinstance(y, Tensor):  # the eager engine refuses such a y in words
            value: Any = self.loss(y, self.model(X), weight)
            value.backward()
            self.optimiser.step()
            return float(value)
        number = self.walk_back(y, weight)
        self.update()
        return number

    def predict(self, X: ArrayLike) -> Array | None:
        """Predictions for a batch, which the next one overwrites; None where the eager engine is needed."""
        if not same(self._sources(), self._known):
            self._places = []
            self._layers = in_a_row(self.model, self._places)
            self._obstacle = obstacle(self._layers, self.loss, self.optimiser)
            if not self._obstacle:
                self._joined, self._plans = Joined(self.optimiser), dict[int, list[Planned]]()
            self._known = self._sources()  # after the rest, for Ctrl-C may come before it
        self.eager = self._obstacle or self._read(X)
        if self.eager:
            return None
        x, rows = self._x, len(self._x)
        if rows not in self._plans:
            if len(self._plans) == 8:  # an epoch has two lengths of batches; many more would only take memory
                self._plans.clear()
            self._plans[rows] = [
                Planned(layer, None if type(after) is nn.Linear else after, rows, self._joined.gradients)
                for layer, after in pairwise([*self._layers, None]) if type(layer) is nn.Linear]
        self._plan = self._plans[rows]
        for planned in self._plan:
            x = planned.forward(x)
        return self._plan[-1].result

    def _sources(self) -> list[object]:
        """All that a plan is made from, as it is now."""
        optimiser = self.optimiser
        return [self.model, self.loss, optimiser, len(vars(optimiser)), *getattr(optimiser, "parameters", ()),
                *chain.from_iterable(self._places)]

    def _read(self, X: ArrayLike) -> str:
        """Read a batch and the parameters as they are now; return why they cannot be replayed, if so."""
        if not is_recording():
            return "Nothing is recorded under no_grad."
        if not all(map(attrgetter("needs_grad"), self._joined.parameters)):
            return "A parameter is frozen."
        if isinstance(X, Tensor):
            return "The inputs are a Tensor, which gets a gradient, too."
        self._x = x = _read_only(_real(X))  # the same array that the eager engine makes of it
        width, dtype = len(self._layers[0].weight._array), self._joined.gradient.dtype
        if x.shape[1:] != (width,) or x.dtype != dtype:
            return f"A batch of shape {x.shape} and {x.dtype} came, but rows of {width} numbers in {dtype} are planned."
        return self._joined.gather()

    def walk_back(self, y: ArrayLike, weight: ArrayLike | None = None, share: float | None = None) -> float:
        """Loss of the last predictions, times `share` if it is given; sets the gradients of this number."""
        prediction = self._plan[-1].result
        value, g = self.loss.value_and_gradient(y, prediction, weight)
        number = np.asarray(value, g.dtype)
        if share is not None:
            number, g = number * g.dtype.type(share), g * g.dtype.type(share)
        g = np.asarray(g, prediction.dtype)
        for planned in reversed(self._plan):
            g = planned.backward(g, first=planned is self._plan[0])
        return float(number)

    def update(self) -> None:
        """Take the step that the gradients of `walk_back` ask for."""
        self._joined.update()


def in_a_row(model: Any, places: list[Iterable[object]]) -> list[Any]:
    """The layers of a model, one after another; `places` gets what holds them and their parts, to look there again."""
    places.append(getattr(model, "__dict__", {}).values())
    if type(model) is not nn.Sequential:
        return [model]
    places.append(model.layers)
    return [part for layer in model.layers for part in in_a_row(layer, places)]


def obstacle(layers: list[Any], loss: Loss, optimiser: optim.Optimiser) -> str:
    """Why no plan can be made for these, or nothing."""
    for before, layer in pairwise([None, *layers]):
        if type(layer) is not nn.Linear and type(layer) not in ACTIVATIONS:
            return f"{layer!r} cannot be planned; Linear, ReLU, Tanh and Sigmoid can."
        if type(layer) is not nn.Linear and type(before) is not nn.Linear:
            return f"{layer!r} does not follow a Linear layer, and only such an activation can be planned."
    kind = type(optimiser)
    if kind.__module__ != optim.__name__ or any(hasattr(kind, name) for name in vars(optimiser)):
        return f"{kind.__name__} is not an optimiser of lossedu.optim as it stands there."
    if not isinstance(loss, Loss) or type(loss).__call__ is not Loss.__call__:
        return "The loss is not an average of lossedu.losses."
    linear = [layer for layer in layers if type(layer) is nn.Linear]
    parameters = [part for layer in linear for part in (layer.weight, layer.bias)]
    if len(set(map(id, parameters))) < len(parameters):
        return "A parameter is used twice."
    if not parameters or sorted(map(id, parameters)) != sorted(map(id, optimiser.parameters)):
        return "The optimiser does not update all parameters of the model and no others."
    if parameters[0].data.dtype not in (np.float32, np.float64):
        return f"The parameters are {parameters[0].data.dtype}; float32 and float64 can be planned."
    if any(layer.bias.shape != layer.weight.shape[1:] for layer in linear) or any(
            before.weight.shape[1:] != layer.weight.shape[:1] for before, layer in pairwise(linear)):
        return "The shapes of the layers do not fit together."
    return ""
