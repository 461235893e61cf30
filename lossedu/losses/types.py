"""The types that the signatures of all losses are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[Any]"
DType: TypeAlias = "np.dtype[Any]"
Shape: TypeAlias = tuple[int, ...]
ValueAndSlope: TypeAlias = tuple[Array, Array]  # of every sample
SumAndSlope: TypeAlias = tuple[float, float, Array]  # a sum of values, and two factors whose product is the slopes
Prepared: TypeAlias = tuple[Array, Array, Shape, DType]  # checked targets and predictions, samples in one line


class Recording(Protocol):
    """A prediction that records what is computed with it, such as a `Tensor`: it takes a loss as one step."""

    def __loss__(self: T, loss: Any, y_true: ArrayLike, weight: ArrayLike | None) -> T:
        """Return the average loss of this prediction, recorded."""

    def __joint_loss__(self: T, loss: Any, inputs: tuple[ArrayLike | T, ...], weight: ArrayLike | None) -> T:
        """Return the average of a loss that has this one among its inputs, recorded."""


T = TypeVar("T", bound=Recording)
