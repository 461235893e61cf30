"""Losses of sets: how much of what was to be found was found, and how much more was claimed?

One set is one row: an image is flattened first. Targets say which elements belong (1) and which don't (0),
predictions are probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lossedu.losses.base import Traits, parameter
from lossedu.losses.domain import POSITIVE_NUMBER, PROBABILITIES, SETS
from lossedu.losses.types import Array, ValueAndSlope
from lossedu.losses.vector import VectorLoss

__all__ = [
    "Dice", "Jaccard", "Tversky", "dice", "iou", "jaccard", "tversky",
]


@dataclass(frozen=True)
class Tversky(VectorLoss):
    """Tversky loss: the share of false alarms and misses, each with a price of its own.

    Targets: rows (..., d) of memberships 0 and 1, or probabilities in [0, 1], none of them empty. Predictions: rows of
    probabilities in [0, 1], of the same shape.

    Parameters
    ----------
    alpha : float in (0, ∞), default 0.3
        Price of a false alarm.
    beta : float in (0, ∞), default 0.7
        Price of a miss.

    Raises
    ------
    ValueError
        When a price is not positive, a number lies outside [0, 1], or a target set is empty.

    Notes
    -----
    Nothing is added to the denominator. An empty target is refused, because every claim about it would cost 1
    however small: leave such rows out, or score them with bce.

    References
    ----------
    .. [1] A. Tversky, Features of similarity, Psychological Review 84(4), 1977, pp. 327-352,
       doi:10.1037/0033-295X.84.4.327.
    .. [2] S. S. M. Salehi, D. Erdogmus and A. Gholipour, Tversky loss function for image segmentation using 3D fully
       convolutional deep networks, Machine Learning in Medical Imaging, 2017, pp. 379-387, arXiv:1706.05721.

    Examples
    --------
    >>> tversky = Tversky(alpha=0.3, beta=0.7)
    >>> round(tversky([1, 1, 0, 0], [1.0, 0.0, 1.0, 0.0]), 6)
    0.5
    >>> round(tversky([1, 1, 0, 0], [1.0, 0.0, 0.0, 0.0]), 6)
    0.411765
    """

    alpha: float = parameter(0.3, POSITIVE_NUMBER)
    beta: float = parameter(0.7, POSITIVE_NUMBER)

    name = "tversky"
    formula = (r"\ell(y, \hat{y}) = 1 - \frac{\sum_{k=1}^{d} y_k \hat{y}_k}{\sum_{k=1}^{d} y_k \hat{y}_k "
               r"+ \alpha \sum_{k=1}^{d} (1 - y_k) \hat{y}_k + \beta \sum_{k=1}^{d} y_k (1 - \hat{y}_k)}")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="no closed form", proper="no")
    target_domain = SETS
    prediction_domain = PROBABILITIES

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        intersection = (y * p).sum(axis=1)
        errors = (self.alpha * (1 - y) * p + self.beta * y * (1 - p)).sum(axis=1)
        denominator = intersection + errors
        # The loss is 1 - intersection/denominator; errors/denominator is the same number without the cancellation.
        numerator = (self.alpha * (1 - y) - self.beta * y) * intersection[:, None] - errors[:, None] * y
        return errors / denominator, numerator / (denominator * denominator)[:, None]


@dataclass(frozen=True)
class Dice(Tversky):
    """Dice loss: one minus twice the overlap over the sum of both sizes.

    Targets and predictions: as those of `Tversky`.

    Raises
    ------
    ValueError
        When a number lies outside [0, 1], or a target set is empty.

    Notes
    -----
    Tversky's loss with both prices ½. Nothing is added to the denominator. The V-Net paper squares the terms
    of the denominator [1]_; the sizes here are plain sums, which is the same for hard predictions.

    References
    ----------
    .. [1] F. Milletari, N. Navab and S.-A. Ahmadi, V-Net: fully convolutional neural networks for volumetric medical
       image segmentation, International Conference on 3D Vision, 2016, arXiv:1606.04797.

    Examples
    --------
    >>> dice = Dice()
    >>> dice([1, 1, 0, 0], [1.0, 0.0, 1.0, 0.0])
    0.5
    >>> round(dice([1, 1, 0, 0], [1.0, 1.0, 1.0, 0.0]), 6)
    0.2
    """

    alpha: float = field(default=0.5, init=False)
    beta: float = field(default=0.5, init=False)

    name = "dice"
    formula = (r"\ell(y, \hat{y}) = 1 - \frac{2 \sum_{k=1}^{d} y_k \hat{y}_k}"
               r"{\sum_{k=1}^{d} y_k + \sum_{k=1}^{d} \hat{y}_k}")


@dataclass(frozen=True)
class Jaccard(Tversky):
    """Jaccard loss: one minus the intersection over the union (IoU) of claim and truth.

    Targets and predictions: as those of `Tversky`.

    Raises
    ------
    ValueError
        When a number lies outside [0, 1], or a target set is empty.

    Notes
    -----
    Tversky's loss with both prices 1. For hard predictions a Dice loss of D is a Jaccard loss of 2D/(1 + D), so both
    put two claims about the same set in the same order; averages over several sets may differ in order. Nothing is
    added to the denominator.

    References
    ----------
    .. [1] M. A. Rahman and Y. Wang, Optimizing intersection-over-union in deep neural networks for image segmentation,
       International Symposium on Visual Computing, 2016, pp. 234-244, doi:10.1007/978-3-319-50835-1_22.

    Examples
    --------
    >>> jaccard = Jaccard()
    >>> round(jaccard([1, 1, 0, 0], [1.0, 0.0, 1.0, 0.0]), 6)
    0.666667
    >>> round(jaccard([1, 1, 0, 0], [1.0, 1.0, 1.0, 0.0]), 6)
    0.333333
    """

    alpha: float = field(default=1.0, init=False)
    beta: float = field(default=1.0, init=False)

    name = "jaccard"
    formula = (r"\ell(y, \hat{y}) = 1 - \frac{\sum_{k=1}^{d} y_k \hat{y}_k}"
               r"{\sum_{k=1}^{d} y_k + \sum_{k=1}^{d} \hat{y}_k - \sum_{k=1}^{d} y_k \hat{y}_k}")


dice = Dice()
jaccard = iou = Jaccard()
tversky = Tversky()
