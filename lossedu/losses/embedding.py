"""Losses of embeddings: are things that belong together close, and others far apart?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import ElementwiseLoss, Traits, parameter, real_array, silenced, weighted_mean
from lossedu.losses.crossentropy import CrossEntropyLogits
from lossedu.losses.domain import DIRECTIONS, POSITIVE_NUMBER, Interval, nan_message
from lossedu.losses.joint import Gradients, JointLoss, ValueAndBackward
from lossedu.losses.numerics import product
from lossedu.losses.types import Array, Shape, ValueAndSlope
from lossedu.losses.vector import VectorLoss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Contrastive", "CosineDistance", "InfoNCE", "Triplet", "contrastive", "cosine", "cosine_distance", "info_nce",
    "triplet",
]


def unit(rows: Array) -> tuple[Array, Array]:
    """Rows of length 1, and the lengths they had; scaled first, so that no square overflows."""
    each, largest = np.arange(len(rows)), np.abs(rows).argmax(axis=1)
    leader = rows[each, largest]
    top = np.abs(leader)[:, None]
    scaled = rows / top
    scaled[each, largest] = np.sign(leader)  # also of an infinite entry: next to it, the finite ones vanish
    length = np.sqrt((scaled * scaled).sum(axis=1, keepdims=True))
    return scaled / length, top * length


@dataclass(frozen=True)
class CosineDistance(VectorLoss):
    """One minus the cosine of the angle between two vectors: 0 for the same direction, 2 for the opposite one.

    Targets and predictions: vectors other than zero, rows of shape (..., d).

    Raises
    ------
    ValueError
        When a vector is zero, so that it has no direction.

    Notes
    -----
    Half the squared distance of the unit vectors, and computed as such: 1 - cos would cancel for small angles.

    Examples
    --------
    >>> cosine = CosineDistance()
    >>> cosine.each([[1.0, 0.0], [1.0, 0.0]], [[0.0, 5.0], [-2.0, 0.0]]).tolist()
    [1.0, 2.0]
    >>> cosine.derivative([[1.0, 0.0]], [[0.0, 5.0]]).tolist()
    [[-0.2, 0.0]]
    """

    name = "cosine"
    formula = (r"\ell(y, \hat{y}) = 1 - \frac{\sum_{k=1}^{d} y_k \hat{y}_k}"
               r"{\sqrt{\sum_{k=1}^{d} y_k^2} \sqrt{\sum_{k=1}^{d} \hat{y}_k^2}}")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="mean direction", likelihood="von Mises-Fisher")
    target_domain = prediction_domain = DIRECTIONS

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        target, _ = unit(y)
        prediction, length = unit(p)
        difference = prediction - target
        value = (difference * difference).sum(axis=1) / 2
        return value, (difference - value[:, None] * prediction) / length

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> Array:
        """Best constant: the (weighted) mean of the directions, at length 1."""
        y, = silenced(weight, real_array("y_true", y_true))
        y, _, shape, dtype = self._prepare(y.astype(float), y.astype(float))
        if np.isnan(y).any():
            raise ValueError(nan_message("y_true", y))
        w = None if weight is None else self._weights(weight, shape, dtype)
        centre = np.average(unit(y)[0], axis=0, weights=w)
        if not centre.any():
            raise ValueError("the directions of y_true cancel, so every constant direction is equally good.")
        direction: Array = unit(centre[None])[0][0]
        return direction


@dataclass(frozen=True)
class Contrastive(ElementwiseLoss):
    """Contrastive loss of a distance: like pairs are pulled together, unlike pairs pushed out to the margin.

    Targets: 1 for a like pair, 0 for an unlike one, or probabilities in [0, 1]. Predictions: distances in [0, ∞).

    Parameters
    ----------
    margin : float in (0, ∞), default 1.0
        The distance from which on an unlike pair costs nothing.

    Raises
    ------
    ValueError
        When margin is not positive, a target lies outside [0, 1], or a distance is negative.

    Notes
    -----
    The paper has ½ before both squares, and labels the other way round.

    References
    ----------
    .. [1] R. Hadsell, S. Chopra and Y. LeCun, Dimensionality reduction by learning an invariant mapping, Conference
       on Computer Vision and Pattern Recognition, 2006, doi:10.1109/CVPR.2006.100.

    Examples
    --------
    >>> contrastive = Contrastive(margin=1.0)
    >>> contrastive.each([1, 0, 0], [0.5, 0.5, 3.0]).tolist()
    [0.25, 0.25, 0.0]
    >>> contrastive.derivative([1, 0, 0], [0.5, 0.5, 3.0]).tolist()
    [1.0, -1.0, 0.0]
    """

    margin: float = parameter(1.0, POSITIVE_NUMBER)

    name = "contrastive"
    formula = r"\ell(y, \hat{y}) = y \hat{y}^2 + (1 - y) \left( \max(0, m - \hat{y}) \right)^2"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C1", lipschitz=None,
                    best_constant="margin times the share of unlike pairs")
    target_domain = Interval("1 for a like pair and 0 for an unlike one", 0.0, 1.0)
    prediction_domain = Interval("a distance, 0 or more", 0)

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        shortfall = np.minimum(p - self.margin, 0)
        return product(y, p * p) + (1 - y) * shortfall * shortfall, 2 * (product(y, p) + (1 - y) * shortfall)

    def curvature_of(self, y: Array, p: Array) -> Array:
        curvature: Array = 2 * (y + (1 - y) * (p < self.margin))
        return curvature

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant distance for these pairs."""
        y, w = self._sample(y_true, weight)
        return float(self.margin * weighted_mean(1 - y, w))


@dataclass(frozen=True)
class Triplet(JointLoss):
    """Triplet loss: the anchor must be closer to the positive than to the negative, by a margin.

    Called with ``(anchor, positive, negative)``, three arrays of embeddings of one shape (..., d), any real
    numbers; gives one loss a row and a gradient for each of the three.

    Parameters
    ----------
    margin : float in (0, ∞), default 1.0
        By how much the squared distances must differ.

    Raises
    ------
    ValueError
        When margin is not positive, or the three shapes differ.

    Notes
    -----
    Distances are squared. Where the loss is just 0 there is a kink; the subgradient of least size, 0, is returned.

    References
    ----------
    .. [1] F. Schroff, D. Kalenichenko and J. Philbin, FaceNet: a unified embedding for face recognition and
       clustering, Conference on Computer Vision and Pattern Recognition, 2015, arXiv:1503.03832.

    Examples
    --------
    >>> triplet = Triplet(margin=1.0)
    >>> triplet([[0.0, 0.0]], [[1.0, 0.0]], [[0.0, 1.0]])
    1.0
    >>> [g.tolist() for g in triplet.gradient([[0.0, 0.0]], [[1.0, 0.0]], [[0.0, 1.0]])]
    [[[-2.0, 2.0]], [[2.0, 0.0]], [[0.0, -2.0]]]
    """

    margin: float = parameter(1.0, POSITIVE_NUMBER)

    name = "triplet"
    formula = (r"\ell(a, p, n) = \max\left( 0, m + \sum_{k=1}^{d} (a_k - p_k)^2 "
               r"- \sum_{k=1}^{d} (a_k - n_k)^2 \right)")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=None,
                    best_constant="none: all three are learnt")
    inputs = ("anchor", "positive", "negative")
    axes = 1

    def of(self, anchor: Array, positive: Array, negative: Array) -> ValueAndBackward:
        near, far = anchor - positive, anchor - negative
        value = np.maximum(self.margin + (near * near).sum(axis=1) - (far * far).sum(axis=1), 0)

        def backward(w: Array) -> Gradients:
            scale = np.where(value > 0, 2 * w, 0)[:, None]
            return product(scale, negative - positive), product(scale, positive - anchor), product(scale, far)

        return value, backward


@dataclass(frozen=True)
class InfoNCE(JointLoss):
    """InfoNCE: each query must find its own key among the keys of the whole batch.

    Called with ``(queries, keys)``, two arrays of embeddings of shape (n, d), any real numbers; row i of one
    belongs to row i of the other. It is the softmax cross-entropy of the n×n table of dot products over the
    temperature, whose right answers are on the diagonal.

    Parameters
    ----------
    temperature : float in (0, ∞), default 1.0
        Divides the similarities; the smaller it is, the more the closest wrong keys count.

    Raises
    ------
    ValueError
        When temperature is not positive, or the shapes are not one and the same (n, d).

    Notes
    -----
    Similarity is the dot product; for the cosine, divide each row by its length first. A weight belongs to a query:
    one of weight 0 may be anything, but its key is still compared with the other queries.

    References
    ----------
    .. [1] A. van den Oord, Y. Li and O. Vinyals, Representation learning with contrastive predictive coding, 2018,
       arXiv:1807.03748.

    Examples
    --------
    >>> info_nce = InfoNCE()
    >>> round(info_nce([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]), 6)
    0.313262
    >>> info_nce.gradient([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]])[0].round(4).tolist()
    [[-0.1345, 0.1345], [0.1345, -0.1345]]
    """

    temperature: float = parameter(1.0, POSITIVE_NUMBER)

    name = "info_nce"
    formula = (r"\ell(q, k, i) = -\log\frac{\exp(q_i^\top k_i / \tau)}"
               r"{\sum_{j=1}^{n} \exp(q_i^\top k_j / \tau)}")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="none: both are learnt", likelihood="categorical")
    inputs = ("queries", "keys")
    axes = 1

    def _prepare(self, inputs: Sequence[ArrayLike]) -> tuple[list[Array], Shape]:
        arrays, shape = super()._prepare(inputs)
        if len(shape) != 1:
            raise ValueError(f"{self.name} compares the rows of one batch, so queries and keys need the shape (n, d), "
                             f"but have {arrays[0].ndim if not shape else len(shape) + 1} axes.")
        return arrays, shape

    def _silenced(self, inputs: Sequence[Array], weight: ArrayLike | None) -> tuple[Array, ...]:
        queries, keys = inputs
        return (*silenced(weight, queries), keys)

    def of(self, queries: Array, keys: Array) -> ValueAndBackward:
        similarities = queries @ keys.T / self.temperature
        value, slope = CrossEntropyLogits().of_rows(np.arange(len(similarities)), similarities)

        def backward(w: Array) -> Gradients:
            upstream = w[:, None] * slope / self.temperature
            return upstream @ keys, upstream.T @ queries

        return value, backward


cosine = cosine_distance = CosineDistance()
contrastive = Contrastive()
triplet = Triplet()
info_nce = InfoNCE()
