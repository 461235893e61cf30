"""Losses of several inputs at once: none of them is the truth, and each gets a gradient of its own.

A joint loss gives the value of each sample, and a function that turns weights of the samples into the gradient of
their weighted sum with respect to every input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np

from lossedu.losses.base import Loss, Traits, check_parameters, float_dtype, real_array, silenced, weighted_sum
from lossedu.losses.domain import nan_message
from lossedu.losses.types import Array, Shape, T

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Gradients: TypeAlias = tuple[Array, ...]  # one for each input
ValueAndBackward: TypeAlias = tuple[Array, Callable[[Array], Gradients]]


class JointLoss:
    """A loss of inputs of one shape; call it with them in the order of `inputs` for the (weighted) average."""

    name: str
    formula: str
    inputs: tuple[str, ...]
    axes: int  # how many axes one sample has: 0 for a number, 1 for a vector

    @property
    def traits(self) -> Traits:
        """What a teacher would ask about this loss."""
        raise NotImplementedError

    def __post_init__(self) -> None:
        check_parameters(self)

    def of(self, *inputs: Any) -> ValueAndBackward:
        """Value of each sample, and the function that takes weights w to the gradients of Σwℓ."""
        raise NotImplementedError

    @overload
    def __call__(self, first: T, /, *others: ArrayLike | T, weight: ArrayLike | None = None) -> T: ...

    @overload
    def __call__(self, *inputs: ArrayLike, weight: ArrayLike | None = None) -> float: ...

    @overload
    def __call__(self, *inputs: ArrayLike | T, weight: ArrayLike | None = None) -> float | T: ...

    def __call__(self, *inputs: Any, weight: ArrayLike | None = None) -> Any:
        """Average loss, one float."""
        for x in inputs:
            if hasattr(x, "__joint_loss__"):  # a Tensor takes the loss as one node of its graph
                return x.__joint_loss__(self, inputs, weight)
        return self.value_and_gradient(*inputs, weight=weight)[0]

    def each(self, *inputs: ArrayLike) -> Array:
        """Loss of every sample."""
        arrays, shape = self._prepare(inputs)
        return self._values(arrays)[0].reshape(shape)[()]

    def gradient(self, *inputs: ArrayLike, weight: ArrayLike | None = None) -> Gradients:
        """Gradients of the average loss, one array for each input, in its shape."""
        return self.value_and_gradient(*inputs, weight=weight)[1]

    def value_and_gradient(self, *inputs: ArrayLike, weight: ArrayLike | None = None) -> tuple[float, Gradients]:
        """Average loss and its gradients, one array for each input, in one shared pass."""
        if weight is not None:
            inputs = silenced(weight, *self._arrays(inputs))
        arrays, shape = self._prepare(inputs)
        values, backward = self._values(arrays)
        w = np.ones_like(values) if weight is None else self._weights(weight, shape, values.dtype)
        total = float(w.sum(dtype=float))
        with np.errstate(all="ignore"):
            # The weights are divided by their sum first, so the sum overflows only where the mean does.
            value = float(weighted_sum(values.astype(float), w / total))
            gradients = backward(w / total)
        if any(np.isnan(g).any() for g in gradients):
            raise ValueError(self._undefined("the gradient of "))
        given = np.shape(inputs[0])
        return value, tuple(g.reshape(given)[()] for g in gradients)

    def _undefined(self, what: str = "") -> str:
        return (f"{what}{self.name} of these inputs is undefined: they hold infinities that cancel. "
                "Check them for overflow.")

    _weights = staticmethod(Loss._weights)  # the weights of a joint loss obey the rules of all others

    def _values(self, arrays: Sequence[Array]) -> ValueAndBackward:
        with np.errstate(all="ignore"):
            values, backward = self.of(*arrays)
        if isnan(values.sum()):
            for name, array in zip(self.inputs, arrays, strict=True):
                if np.isnan(array).any():
                    raise ValueError(nan_message(name, array))
            raise ValueError(self._undefined())
        return values, backward

    def _arrays(self, inputs: Sequence[ArrayLike]) -> list[Array]:
        """The inputs as arrays of real numbers, as many as this loss takes."""
        if len(inputs) != len(self.inputs):
            raise TypeError(f"{self.name} takes {len(self.inputs)} inputs ({', '.join(self.inputs)}), "
                            f"but got {len(inputs)}.")
        return [real_array(name, values) for name, values in zip(self.inputs, inputs, strict=True)]

    def _prepare(self, inputs: Sequence[ArrayLike]) -> tuple[list[Array], Shape]:
        arrays = self._arrays(inputs)
        shape, dtype = arrays[0].shape, float_dtype(*arrays)
        if any(a.shape != shape for a in arrays) or len(shape) < self.axes or 0 in shape:
            given = ", ".join(f"{name} {a.shape}" for name, a in zip(self.inputs, arrays, strict=True))
            sample = "one number" if self.axes == 0 else "a vector, the last axis,"
            raise ValueError(f"the inputs of {self.name} need one shape, with {sample} a sample and at least one "
                             f"sample; the shapes are {given}.")
        split = len(shape) - self.axes
        arrays = [a.reshape(-1, *shape[split:]).astype(dtype, copy=False) for a in arrays]
        return arrays, shape[:split]
