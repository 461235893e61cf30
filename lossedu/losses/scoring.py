"""Scores of a forecast: other ways than cross-entropy to ask whether a probability told the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import Traits, bisect_slope, parameter
from lossedu.losses.crossentropy import BernoulliLoss, CategoricalLoss
from lossedu.losses.domain import NOT_NEGATIVE, PROBABILITIES, SIMPLEX
from lossedu.losses.numerics import divergence, logit, product, ratio, sigmoid
from lossedu.losses.types import Array, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Brier", "Focal", "KLDivergence", "brier", "focal", "kl", "kl_divergence",
]


@dataclass(frozen=True)
class Brier(BernoulliLoss):
    """Brier score: squared error of a probability, so no forecast costs more than 1.

    Targets: labels 0 and 1, or probabilities in [0, 1]. Predictions: probabilities in [0, 1].

    Raises
    ------
    ValueError
        When a target or a prediction lies outside [0, 1].

    Notes
    -----
    Brier summed over both classes, which gives twice this number [1]_. Convex in the probability, but not in
    its logit: that is the Savage loss.

    References
    ----------
    .. [1] G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78(1),
       1950, pp. 1-3, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.

    Examples
    --------
    >>> brier = Brier()
    >>> round(brier([1, 0], [0.9, 0.2]), 6)
    0.025
    >>> brier([1], [0.0])
    1.0
    """

    name = "brier"
    formula = r"\ell(y, \hat{y}) = (y - \hat{y})^2"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=True, smooth="C∞", lipschitz=2.0,
                    best_constant="share of ones", proper="strictly")
    prediction_domain = PROBABILITIES

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        r = p - y
        return r * r, 2 * r

    def curvature_of(self, y: Array, p: Array) -> Array:
        return np.full_like(p, 2)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the share of ones."""
        return self.share(y_true, weight)


@dataclass(frozen=True)
class Focal(BernoulliLoss):
    """Focal loss of a logit: cross-entropy that turns away from what is already right.

    Targets: labels 0 and 1, or probabilities in [0, 1]. Predictions: logits z, any real numbers; the probability
    is sigmoid(z).

    Parameters
    ----------
    gamma : float in [0, ∞), default 2.0
        How fast the weight (1 - p)^gamma of a right answer fades; 0 gives the binary cross-entropy.

    Raises
    ------
    ValueError
        When gamma is negative or not finite, or a target lies outside [0, 1].

    Notes
    -----
    Neither convex in the logit nor proper: the best forecast is closer to ½ than the truth [2]_.
    The weight multiplies, nothing is divided by it, so gamma < 1 has finite gradients too.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, Focal loss for dense object detection,
       International Conference on Computer Vision, 2017, arXiv:1708.02002.
    .. [2] N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul and M. Sugiyama, On focal loss for
       class-posterior probability estimation: a theoretical perspective, Conference on Computer Vision and
       Pattern Recognition, 2021, arXiv:2011.09172.

    Examples
    --------
    >>> focal = Focal(gamma=2.0)
    >>> focal.each([1, 1], [0.0, 3.0]).round(6).tolist()
    [0.173287, 0.000109]
    >>> from lossedu.losses.numerics import sigmoid
    >>> round(float(sigmoid(focal.minimiser([1] * 9 + [0]))), 3)  # the truth is 0.9
    0.694
    """

    gamma: float = parameter(2.0, NOT_NEGATIVE)

    name = "focal"
    formula = (r"\ell(y, z) = -y (1 - \sigma(z))^{\gamma} \log(\sigma(z)) "
               r"- (1 - y) \sigma(z)^{\gamma} \log(1 - \sigma(z))")

    @property
    def traits(self) -> Traits:
        plain = self.gamma == 0
        slopes = -self.of_true_class(np.linspace(-50.0, 50.0, 100_001))[1]
        return Traits(convex=plain, strictly_convex=plain, strongly_convex=False, smooth="C∞",
                      lipschitz=1.0 if plain else float(slopes.max()),
                      best_constant="logit of the share of ones" if plain else "a logit pulled towards 0",
                      likelihood="Bernoulli" if plain else None, proper="strictly" if plain else "no")

    def of_true_class(self, a: Array) -> tuple[Array, Array, Array]:
        """Value, derivative and curvature when the logit of the class that came is a."""
        p, wrong = sigmoid(a), sigmoid(-a)
        weight = wrong**self.gamma
        surprisal = np.maximum(-a, 0) + np.log1p(np.exp(-np.abs(a)))
        lost = product(p, surprisal)  # 0 far out, where p falls faster than the surprisal grows
        slope = -weight * (wrong + self.gamma * lost)
        curvature = weight * (wrong * (p * (1 + 2 * self.gamma) - self.gamma * lost) + self.gamma**2 * p * lost)
        return weight * surprisal, slope, curvature

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        one, one_slope, _ = self.of_true_class(p)
        zero, zero_slope, _ = self.of_true_class(-p)
        return product(y, one) + product(1 - y, zero), y * one_slope - (1 - y) * zero_slope

    def curvature_of(self, y: Array, p: Array) -> Array:
        curvature: Array = y * self.of_true_class(p)[2] + (1 - y) * self.of_true_class(-p)[2]
        return curvature

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant logit, between 0 and the logit of the share of ones; infinite when one class is missing."""
        q = self.share(y_true, weight)
        truth = float(logit(q))
        if np.isinf(truth):
            return truth
        return bisect_slope(lambda z: float(self.of(np.asarray(q), np.asarray(z))[1]), min(0.0, truth), max(0.0, truth))


@dataclass(frozen=True)
class KLDivergence(CategoricalLoss):
    """Kullback-Leibler divergence KL(q‖p): the nats lost by believing p where q is true.

    Targets: rows q (..., k) of probabilities in [0, 1], each with the sum 1, or integer labels 0..k-1 of shape (...).
    Predictions: rows p (..., k) of probabilities in [0, 1], each with the sum 1. Nothing is clipped: p = 0 where
    q > 0 costs infinity.

    Raises
    ------
    ValueError
        When rows do not sum to 1, labels are out of range, or shapes do not fit.

    Notes
    -----
    Cross-entropy of q and p less the entropy of q, so the gradient is that of the cross-entropy. The mean is over
    rows, not over entries. It is computed as Σ(q log(q/p) - q + p), which is the same number because both rows sum
    to 1: no term is negative, so the sum neither falls below 0 nor loses its digits where p is close to q.

    References
    ----------
    .. [1] S. Kullback and R. A. Leibler, On information and sufficiency, Annals of Mathematical Statistics 22(1),
       1951, pp. 79-86, doi:10.1214/aoms/1177729694.

    Examples
    --------
    >>> kl = KLDivergence()
    >>> round(kl([[0.5, 0.5]], [[0.9, 0.1]]), 6)
    0.510826
    >>> round(kl([[0.9, 0.1]], [[0.5, 0.5]]), 6)
    0.368064
    """

    name = "kl"
    formula = r"\ell(y, \hat{y}) = \sum_{k=1}^{C} y_k \log\frac{y_k}{\hat{y}_k}"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="average of the target rows", likelihood="categorical", proper="strictly")
    prediction_domain = SIMPLEX

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        q = np.eye(p.shape[1], dtype=p.dtype)[y] if y.ndim == 1 else y
        return divergence(q, p).sum(axis=1), -ratio(q, p)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None, classes: int | None = None) -> Array:
        """Best constant row: the average of the target rows; `classes` counts those that labels may not show."""
        return self.frequencies(y_true, weight, classes)


brier = Brier()
focal = Focal()
kl = kl_divergence = KLDivergence()
