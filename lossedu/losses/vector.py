"""What the losses that compare two vectors share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossedu.losses.base import RowLoss, float_dtype, real_array
from lossedu.losses.types import Prepared

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class VectorLoss(RowLoss):
    """A loss that compares two vectors: targets and predictions are rows of one shape (..., d), one loss a row."""

    def _prepare(self, y_true: ArrayLike, y_pred: ArrayLike) -> Prepared:
        y, p = real_array("y_true", y_true), real_array("y_pred", y_pred)
        if y.shape != p.shape or p.ndim == 0 or p.size == 0:
            raise ValueError(f"y_true has shape {y.shape} and y_pred has shape {p.shape}; {self.name} compares their "
                             "rows, so both need the same shape (..., d), with at least one row of one number.")
        self.target_domain.check("y_true", y)
        self.prediction_domain.check("y_pred", p)
        d, dtype = p.shape[-1], float_dtype(y, p)
        return y.reshape(-1, d).astype(dtype, copy=False), p.reshape(-1, d), p.shape[:-1], dtype
