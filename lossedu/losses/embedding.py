"""Losses of embeddings: are things that belong together close, and others far apart?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import (
    BLOCK,
    ElementwiseLoss,
    Loss,
    Traits,
    float_dtype,
    parameter,
    real_array,
    silenced,
    weighted_mean,
)
from lossedu.losses.crossentropy import CrossEntropyLogits
from lossedu.losses.domain import DIRECTIONS, FINITE, POSITIVE_NUMBER, Interval, nan_message
from lossedu.losses.joint import Gradients, JointLoss, ValueAndBackward
from lossedu.losses.margin import Logistic
from lossedu.losses.numerics import product
from lossedu.losses.types import Array, DType, Prepared, Shape, ValueAndSlope
from lossedu.losses.vector import VectorLoss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Contrastive", "CosineDistance", "InfoNCE", "SigmoidPair", "SupervisedContrastive", "Triplet", "contrastive",
    "cosine", "cosine_distance", "info_nce", "sigmoid_pair", "supervised_contrastive", "triplet",
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


class BatchLoss(JointLoss):
    """A loss of queries and keys of shape (n, d), in which each query is compared with the keys of the whole batch.

    A pair of weight 0 is left out of the batch, so it may be anything: no query is compared with its key.
    """

    inputs = ("queries", "keys")
    axes = 1
    temperature: float

    def of_table(self, similarities: Array) -> ValueAndSlope:
        """The loss of each query, and its slopes, from the table of dot products over the temperature."""
        raise NotImplementedError

    def of(self, queries: Array, keys: Array) -> ValueAndBackward:
        value, slope = self.of_table(queries @ keys.T / self.temperature)

        def backward(w: Array) -> Gradients:
            upstream = w[:, None] * slope / self.temperature
            return upstream @ keys, upstream.T @ queries

        return value, backward

    def _prepare(self, inputs: Sequence[ArrayLike]) -> tuple[list[Array], Shape]:
        arrays, shape = super()._prepare(inputs)
        if len(shape) != 1:
            raise ValueError(f"{self.name} compares the rows of one batch, so queries and keys need the shape (n, d), "
                             f"but have {arrays[0].ndim if not shape else len(shape) + 1} axes.")
        return arrays, shape

    def value_and_gradient(self, *inputs: ArrayLike, weight: ArrayLike | None = None) -> tuple[float, Gradients]:
        """Average loss of the pairs whose weight is not 0, and its gradients, one array for each input."""
        part = real_array("weight", True if weight is None else weight) != 0
        if part.all() or not part.any() or any(np.shape(x)[:1] != part.shape for x in inputs):
            return super().value_and_gradient(*inputs, weight=weight)  # nothing is left out, or the checks tell why
        arrays = self._arrays(inputs)
        value, gradients = super().value_and_gradient(*(a[part] for a in arrays), weight=np.asarray(weight)[part])
        whole = tuple(np.zeros(a.shape, g.dtype) for a, g in zip(arrays, gradients, strict=True))
        for of_all, of_part in zip(whole, gradients, strict=True):
            of_all[part] = of_part
        return value, whole


@dataclass(frozen=True)
class InfoNCE(BatchLoss):
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
    Similarity is the dot product; for the cosine, divide each row by its length first. A weight belongs to a query
    and its own key: a pair of weight 0 is left out of the batch, and may be anything.

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

    def of_table(self, similarities: Array) -> ValueAndSlope:
        return CrossEntropyLogits().of_rows(np.arange(len(similarities)), similarities)


@dataclass(frozen=True)
class SigmoidPair(BatchLoss):
    """Sigmoid pair loss: of each query and each key of the batch, do the two belong together, yes or no?

    Called with ``(queries, keys)``, two arrays of embeddings of shape (n, d), any real numbers; row i of one
    belongs to row i of the other. It is the logistic loss of the n×n table of dot products over the temperature plus
    the bias, with the label +1 on the diagonal and -1 elsewhere, added up over the keys.

    Parameters
    ----------
    temperature : float in (0, ∞), default 0.1
        Divides the similarities; the smaller it is, the more the closest wrong keys count.
    bias : float in (-∞, ∞), default -10.0
        Added to every similarity: how rarely a query and a key belong together, as a logit.

    Raises
    ------
    ValueError
        When temperature is not positive, bias is not finite, or the shapes are not one and the same (n, d).

    Notes
    -----
    A softmax, as in `InfoNCE`, needs all keys before it can judge one; here each pair is judged alone, so a batch may
    be computed in parts. Only one pair in n belongs together, and the bias says so from the beginning. The paper
    learns both parameters, and these are the values that it starts from. Similarity is the dot product; for the
    cosine, divide each row by its length first. A pair of weight 0 is left out of the batch, and may be anything.

    References
    ----------
    .. [1] X. Zhai, B. Mustafa, A. Kolesnikov and L. Beyer, Sigmoid loss for language image pre-training, International
       Conference on Computer Vision, 2023, arXiv:2303.15343.

    Examples
    --------
    >>> sigmoid_pair = SigmoidPair(temperature=0.1, bias=-10.0)
    >>> round(sigmoid_pair([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]), 6)
    0.693193
    >>> sigmoid_pair.gradient([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]])[0].round(4).tolist()
    [[-2.5, 0.0002], [0.0002, -2.5]]
    """

    temperature: float = parameter(0.1, POSITIVE_NUMBER)
    bias: float = parameter(-10.0, FINITE)

    name = "sigmoid_pair"
    formula = (r"\ell(q, k, i) = \log(1 + \exp(-q_i^\top k_i / \tau - b)) "
               r"+ \sum_{j=1, j \ne i}^{n} \log(1 + \exp(q_i^\top k_j / \tau + b))")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="none: both are learnt", likelihood="Bernoulli")

    def of_table(self, similarities: Array) -> ValueAndSlope:
        signs = 2 * np.eye(len(similarities), dtype=similarities.dtype) - 1
        value, slope = Logistic().of_margin(signs * (similarities + self.bias))
        return value.sum(axis=1), signs * slope


@dataclass(frozen=True)
class SupervisedContrastive(Loss):
    """Supervised contrastive loss: each thing must find all others of its label among the things of its batch.

    Targets: rows (..., n) of labels in (-∞, ∞), numbers of which only the equality counts. Predictions: embeddings of
    shape (..., n, d), real numbers in (-∞, ∞).

    One row of labels is one batch, whose embeddings are compared with each other; it has one loss, and one weight.

    Parameters
    ----------
    temperature : float in (0, ∞), default 1.0
        Divides the similarities; the smaller it is, the more the closest things of other labels count.

    Raises
    ------
    ValueError
        When temperature is not positive, a number is not finite, or the shapes are not (..., n) and (..., n, d).

    Notes
    -----
    Each thing chooses among the others of its batch, by the softmax of the similarities, as in `InfoNCE`; its loss is
    the average surprise of those that have its label, and the loss of the batch is the average over its things. A
    thing whose label nobody shares asks for nothing and costs 0, but others are still compared with it. Similarity is
    the dot product; for the cosine, divide each row by its length first. All pairs of a batch are formed, so a batch
    of n needs memory for n² numbers.

    References
    ----------
    .. [1] P. Khosla, P. Teterwak, C. Wang, A. Sarna, Y. Tian, P. Isola, A. Maschinot, C. Liu and D. Krishnan,
       Supervised contrastive learning, Advances in Neural Information Processing Systems 33, 2020, arXiv:2004.11362.

    Examples
    --------
    >>> supervised_contrastive = SupervisedContrastive(temperature=1.0)
    >>> embeddings = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    >>> round(supervised_contrastive([0, 0, 1, 1], embeddings), 6)
    0.551445
    >>> round(supervised_contrastive([0, 1, 0, 1], embeddings), 6)
    1.551445
    """

    temperature: float = parameter(1.0, POSITIVE_NUMBER)

    name = "supervised_contrastive"
    formula = (r"\ell(y, z) = -\frac{1}{n} \sum_{i=1}^{n} \frac{\sum_{j=1, j \ne i}^{n} \mathbb{1}[y_j = y_i] "
               r"\log\frac{\exp(z_i^\top z_j / \tau)}{\sum_{k=1, k \ne i}^{n} \exp(z_i^\top z_k / \tau)}}"
               r"{\max\left( 1, \sum_{j=1, j \ne i}^{n} \mathbb{1}[y_j = y_i] \right)}")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="none: a constant tells nobody from another")
    target_domain = prediction_domain = FINITE

    def _prepare(self, y_true: ArrayLike, y_pred: ArrayLike) -> Prepared:
        y, p = real_array("y_true", y_true), real_array("y_pred", y_pred)
        if p.ndim < 2 or y.shape != p.shape[:-1] or p.size == 0:
            raise ValueError(f"y_true has shape {y.shape} and y_pred has shape {p.shape}; {self.name} compares the "
                             "things of a batch, so labels need the shape (..., n) and embeddings the shape "
                             "(..., n, d), with at least one number.")
        self.target_domain.check("y_true", y)
        self.prediction_domain.check("y_pred", p)
        n, d = p.shape[-2:]
        return y.reshape(-1, n), p.reshape(-1, n, d), p.shape[:-2], float_dtype(p)

    def _block_rows(self, p: Array) -> int:
        pairs: int = p.shape[1]**2
        return max(1, BLOCK // pairs)

    def _of(self, y: Array, p: Array, dtype: DType, scratch: Array | None) -> ValueAndSlope:
        p = p.astype(dtype, copy=False)
        batches, n, _ = p.shape
        other = ~np.eye(n, dtype=bool)
        partner = (y[:, :, None] == y[:, None, :]) & other
        partners = partner.sum(axis=2)[:, :, None]
        shares = partner / np.maximum(partners, 1).astype(dtype)
        scores = np.where(other, p @ p.transpose(0, 2, 1) / self.temperature, -np.inf)
        value, slope = CrossEntropyLogits().of_rows(shares.reshape(-1, n), scores.reshape(-1, n))
        value = np.where(partners[:, :, 0] > 0, value.reshape(batches, n), 0)
        upstream = np.where(partners > 0, slope.reshape(batches, n, n), 0) / (n * self.temperature)
        # A similarity changes with both of its things.
        return value.mean(axis=1), (upstream + upstream.transpose(0, 2, 1)) @ p


cosine = cosine_distance = CosineDistance()
contrastive = Contrastive()
triplet = Triplet()
info_nce = InfoNCE()
sigmoid_pair = SigmoidPair()
supervised_contrastive = SupervisedContrastive()
