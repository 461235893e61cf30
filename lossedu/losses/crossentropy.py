"""Losses of a forecast: how surprised should we be by the class that came?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu.losses.base import (
    ElementwiseLoss,
    RowLoss,
    Traits,
    check_labels,
    real_array,
    silenced,
    weighted_mean,
    weighted_sum,
)
from lossedu.losses.domain import CHANCES, INCREASING, SIMPLEX, Interval
from lossedu.losses.numerics import corrected, logit, product, ratio, sigmoid, sum_log1p, xlogy
from lossedu.losses.types import Array, DType, SumAndSlope, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

__all__ = [
    "BinaryCrossEntropy", "BinaryCrossEntropyLogits", "CrossEntropy", "CrossEntropyLogits", "CumulativeLogit", "bce",
    "bce_logits", "binary_cross_entropy", "cross_entropy", "cross_entropy_logits", "cumulative_logit", "one_hot",
    "smooth_labels",
]

# The quotient of the exponentials of two logits of at most this size is a normal number, even in float32.
SAFE = 30.0

# For each floating type the integers that its bits are read as, the sign bit alone, and the bits of ½: a sign is set
# with them in a third of the time that `copysign` takes.
BITS: dict[DType, tuple[Any, Any, Any]] = {
    np.dtype(real): (integer, real(-0.0).view(integer), real(0.5).view(integer))
    for real, integer in ((np.float32, np.int32), (np.float64, np.int64))}


class BernoulliLoss(ElementwiseLoss):
    """What both binary cross-entropies share: targets are probabilities, 0 and 1 among them."""

    target_domain = CHANCES

    def share(self, y_true: ArrayLike, weight: ArrayLike | None) -> float:
        """The (weighted) share of ones among the targets."""
        return weighted_mean(*self._sample(y_true, weight))


@dataclass(frozen=True)
class BinaryCrossEntropy(BernoulliLoss):
    """Binary cross-entropy of a probability, the surprise of the class that came, in nats.

    Targets: labels 0 and 1, or probabilities in [0, 1]. Predictions: probabilities in [0, 1]. Nothing is clipped:
    a prediction of 0 for a class that came costs infinity. Train on logits, with `BinaryCrossEntropyLogits`, to
    stay away from it.

    Raises
    ------
    ValueError
        When a target or a prediction lies outside [0, 1].

    Examples
    --------
    >>> bce = BinaryCrossEntropy()
    >>> round(bce([1, 0], [0.9, 0.2]), 6)
    0.164252
    >>> bce([1], [0.0])
    inf
    """

    name = "bce"
    formula = r"\ell(y, \hat{y}) = -\left[ y \log(\hat{y}) + (1 - y) \log(1 - \hat{y}) \right]"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=True, smooth="C∞", lipschitz=None,
                    best_constant="share of ones", likelihood="Bernoulli", proper="strictly")
    prediction_domain = Interval("probabilities between 0 and 1 (for logits use bce_logits)", 0, 1)

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        value = -(xlogy(y, p) + np.where(y == 1, 0.0, (1 - y) * np.log1p(-p)))
        # For a label one of the two ratios is 0. For a share y close to p they would cancel, and one fraction does not.
        slope = corrected(ratio(1 - y, 1 - p) - ratio(y, p), (y != 0) & (y != 1),
                          lambda y, p: (p - y) / np.abs(p) / (1 - p), y, p)
        return value, slope

    def curvature_of(self, y: Array, p: Array) -> Array:
        return ratio(y, p * p) + ratio(1 - y, (1 - p) ** 2)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the share of ones."""
        return self.share(y_true, weight)


@dataclass(frozen=True)
class BinaryCrossEntropyLogits(BernoulliLoss):
    """Binary cross-entropy of a logit z, where the probability is sigmoid(z).

    Targets: labels 0 and 1, or probabilities in [0, 1]. Predictions: logits, any real numbers.

    The same loss as `BinaryCrossEntropy`, exact for every finite logit: no probability is formed that
    could round to 0 or 1.

    Examples
    --------
    >>> bce_logits = BinaryCrossEntropyLogits()
    >>> bce_logits([1.0], [40.0])
    4.248354255291589e-18
    >>> bce_logits.gradient([1, 0], [0.0, 0.0]).tolist()
    [-0.25, 0.25]
    """

    name = "bce_logits"
    formula = r"\ell(y, z) = \max(z, 0) - y z + \log(1 + \exp(-|z|))"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=1.0,
                    best_constant="logit of the share of ones", likelihood="Bernoulli", proper="strictly")

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        # t is the decision (1 where z is positive, or is +0) less the target. For labels it is -1, 0 or 1, so nothing
        # below loses digits by cancellation.
        t: Array = np.copysign(0.5, p) + 0.5 - y
        e = np.exp(-np.abs(p))
        return product(t, p) + np.log1p(e), t - np.copysign(e / (1 + e), p)

    def sum_of(self, y: Array, p: Array, scratch: Array | None) -> SumAndSlope:
        """The same as `of` in the memory `scratch`, with signs that are set in the bits, and few logarithms."""
        if p.dtype not in BITS:
            return super().sum_of(y, p, scratch)
        integer, sign, half = BITS[p.dtype]
        q = np.empty_like(p) if scratch is None else scratch
        signs, q_bits = p.view(integer) & sign, q.view(integer)
        np.bitwise_or(p.view(integer), sign, out=q_bits)  # now q is -|z|
        e = np.exp(q)
        logarithms = sum_log1p(e, np.add(e, 1.0, out=q))
        np.divide(e, q, out=q)  # the probability of the less likely class
        np.bitwise_or(q_bits, signs, out=q_bits)
        t: Array = np.bitwise_or(signs, half, out=signs).view(p.dtype)
        t += 0.5
        t -= y
        return weighted_sum(p, t) + logarithms, 1, np.subtract(t, q, out=q)

    def _block_rows(self, p: Array) -> int:
        return super()._block_rows(p) * 3 // 2  # `sum_of` reuses memory, so a block may be longer

    def curvature_of(self, y: Array, p: Array) -> Array:
        e = np.exp(-np.abs(p))
        curvature: Array = e / (1 + e) ** 2
        return curvature

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the logit of the share of ones; infinite when one class is missing."""
        return float(logit(self.share(y_true, weight)))


def one_hot(labels: ArrayLike, classes: int, dtype: DTypeLike = float) -> Array:
    """Rows of class probabilities with a 1 at the label and 0 elsewhere.

    Parameters
    ----------
    labels : array_like of int, shape (...)
        Labels 0..classes-1.
    classes : int
        How many classes there are.
    dtype : dtype, default float
        Of the rows.

    Returns
    -------
    ndarray, shape (..., classes)

    Raises
    ------
    TypeError
        When labels are not integers.
    ValueError
        When a label is out of range.

    Examples
    --------
    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    y = np.asarray(labels)
    if y.size == 0:
        return np.zeros((*y.shape, classes), dtype)  # no labels have no rows, and an empty list has no dtype to check
    check_labels(y, classes)
    rows = np.zeros((*y.shape, classes), dtype)
    np.put_along_axis(rows, y[..., None], 1, axis=-1)
    return rows


def smooth_labels(labels: ArrayLike, classes: int, amount: float) -> Array:
    """Label smoothing: rows that keep 1 - amount for the label and share the rest among all classes [1]_.

    Parameters
    ----------
    labels : array_like of int, shape (...)
        Labels 0..classes-1.
    classes : int
        How many classes there are.
    amount : float
        From 0, one-hot, to 1, where nothing of the label is left.

    Returns
    -------
    ndarray, shape (..., classes)
        Targets for `cross_entropy_logits`.

    Raises
    ------
    ValueError
        When amount lies outside [0, 1] or a label is out of range.

    References
    ----------
    .. [1] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, Rethinking the Inception architecture for
       computer vision, CVPR 2016, pp. 2818-2826, arXiv:1512.00567.

    Examples
    --------
    >>> smooth_labels([0], 4, 0.1).round(3).tolist()
    [[0.925, 0.025, 0.025, 0.025]]
    """
    if not 0 <= amount <= 1:
        raise ValueError(f"amount must lie between 0 and 1, but is {amount}.")
    return (1 - amount) * one_hot(labels, classes) + amount / classes


class CategoricalLoss(RowLoss):
    """What both categorical cross-entropies share: the frequencies of the classes."""

    def frequencies(self, y_true: ArrayLike, weight: ArrayLike | None, classes: int | None) -> Array:
        """The (weighted) share of each class: labels 0..classes-1, or rows of class probabilities."""
        y, = silenced(weight, real_array("y_true", y_true))
        if y.size == 0:
            raise ValueError(f"y_true is empty (shape {y.shape}); a best constant needs at least one sample.")
        rows = one_hot(y, classes or int(y.max()) + 1) if y.ndim == 1 else y
        rows, _, shape, _ = self._prepare(rows, rows)
        w = None if weight is None else self._weights(weight, shape, np.dtype(float))
        share: Array = np.average(rows.astype(float), axis=0, weights=w)
        share /= share.sum()  # each row may miss the sum 1 by a rounding of its own dtype
        return share


@dataclass(frozen=True)
class CrossEntropy(CategoricalLoss):
    """Cross-entropy of rows of class probabilities, in nats.

    Targets: labels 0..k-1 of shape (...), or rows (..., k) of probabilities in [0, 1], each with the sum 1, one-hot
    among them. Predictions: rows (..., k) of probabilities in [0, 1], each with the sum 1. Nothing is clipped.

    Raises
    ------
    ValueError
        When rows do not sum to 1, labels are out of range, or shapes do not fit.

    Examples
    --------
    >>> cross_entropy = CrossEntropy()
    >>> round(cross_entropy([0, 1], [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]), 6)
    0.289909
    """

    name = "cross_entropy"
    formula = r"\ell(y, \hat{y}) = -\sum_{k=1}^{C} y_k \log(\hat{y}_k)"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="class frequencies", likelihood="categorical", proper="strictly")
    prediction_domain = SIMPLEX

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        if y.ndim == 2:
            return -xlogy(y, p).sum(axis=1), -ratio(y, p)
        rows = np.arange(len(y))
        at_label = p[rows, y]
        slope = np.zeros_like(p)
        slope[rows, y] = -1 / at_label
        return -np.log(at_label), slope

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None, classes: int | None = None) -> Array:
        """Best constant row: the class frequencies; `classes` counts those that labels may not show."""
        return self.frequencies(y_true, weight, classes)


def are_safe(z: Array) -> bool:
    """Whether the exponentials of all these logits, and their quotients, are normal numbers."""
    return bool(-SAFE < z.item(z.argmin()) and z.item(z.argmax()) < SAFE)


@cache
def _ones(n: int, dtype: DType) -> Array:
    """A product with ones is numpy's quickest sum of short rows."""
    return np.ones(n, dtype)


@dataclass(frozen=True)
class CrossEntropyLogits(CategoricalLoss):
    """Softmax cross-entropy of rows of logits z, where the class probabilities are softmax(z).

    Targets: labels 0..k-1 of shape (...), or rows (..., k) of probabilities in [0, 1], each with the sum 1, such as
    smoothed labels (`smooth_labels`). Predictions: logits of shape (..., k), any real numbers.

    Class weights and ignored labels are weights of the samples: ``weight=sample_weights(labels, class_weight)`` and
    ``weight=labels != -100``.

    Examples
    --------
    >>> cross_entropy_logits = CrossEntropyLogits()
    >>> round(cross_entropy_logits([0, 1], [[2.0, 1.0, 0.0], [0.0, 3.0, 0.0]]), 6)
    0.251264
    >>> cross_entropy_logits([0], [[0.0, -1000.0]])
    0.0
    """

    name = "cross_entropy_logits"
    formula = r"\ell(y, z) = -\sum_{k=1}^{C} y_k \log\frac{\exp(z_k)}{\sum_{j=1}^{C} \exp(z_j)}"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=2**0.5,
                    best_constant="log frequencies", likelihood="categorical", proper="strictly")

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        # The log probability of one class is log p = -log1p(rest), where rest = Σ exp(z_j - z) runs over the other
        # classes. So a row that is sure of that class keeps its digits, and so does its slope -rest/(1 + rest).
        if y.ndim == 1 and are_safe(p):
            return self.of_labels(y, p)
        y = one_hot(y, p.shape[1], p.dtype) if y.ndim == 1 else y
        rows = np.arange(len(p))
        top = p.argmax(axis=1)
        best = p[rows, top]
        shifted = p - best[:, None]
        shifted[rows, top] = np.where(np.isnan(best), best, 0)  # a logit of +inf may lead, and inf - inf is not 0
        e = np.exp(shifted)
        e[rows, top] = 0
        rest = e.sum(axis=1)
        value = np.log1p(rest) - np.where(y == 0, 0, y * shifted).sum(axis=1)
        slope = e / (1 + rest)[:, None] - y
        slope[rows, top] = 1 - y[rows, top] - rest / (1 + rest)
        return value, slope

    def _block(self, y: Array, p: Array, dtype: DType, w: Array | None, total_weight: float,
               out: Array | None) -> float:
        if w is not None or y.ndim == 2 or not are_safe(p):
            return super()._block(y, p, dtype, w, total_weight, out)
        total: float = np.add.reduce(self.of_labels(y, p.astype(dtype, copy=False), 1 / total_weight, out)[0])
        return total

    def of_labels(self, y: Array, p: Array, factor: float = 1.0, out: Array | None = None) -> ValueAndSlope:
        """Integer labels and logits whose exponentials neither overflow nor vanish: the quick and usual case.

        The slopes are multiplied by `factor`, and go to `out` if that is given.
        """
        n, classes = p.shape
        # The index of each row's label in the flattened array of all rows.
        at_label = np.arange(0, n * classes, classes) + y.astype(np.intp, copy=False)
        e = np.exp(p, out=out, order="C")
        flat = e.reshape(-1)
        own = flat[at_label]
        flat[at_label] = 0
        others = e.dot(_ones(classes, e.dtype))
        flat[at_label] = -others
        flat *= (factor / (own + others)).repeat(classes)
        return np.log1p(others / own), e

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None, classes: int | None = None) -> Array:
        """Best constant row: the log frequencies; -inf for a class that never occurs."""
        with np.errstate(divide="ignore"):
            return np.log(self.frequencies(y_true, weight, classes))


@dataclass(frozen=True)
class CumulativeLogit(RowLoss):
    """Cumulative logit loss: cross-entropy of ordered classes, such as grades from bad to good.

    Targets: labels 0..k of shape (...), or rows (..., k + 1) of probabilities in [0, 1], each with the sum 1.
    Predictions: rows (..., k) of cumulative logits, rows that do not fall. Number j of a row is the logit of the
    probability that the class is j or a lower one.

    In the proportional odds model these logits are thresholds minus the score of the sample: ``thresholds - score``,
    with the score as a column. The thresholds belong to the model and not to the loss, because they are learnt like
    any other parameter: the gradient of a threshold is the sum of its column of the gradient, and that of a score is
    minus the sum of its row. A model whose thresholds depend on the sample needs no other loss.

    Raises
    ------
    ValueError
        When a row of predictions falls, labels are out of range, or shapes do not fit.

    Notes
    -----
    A class between two equal logits has probability 0, so it costs infinity. The difference of two sigmoids is
    computed as a product, σ(b) - σ(a) = σ(b) σ(-a) (1 - exp(a - b)), in which nothing cancels.

    References
    ----------
    .. [1] P. McCullagh, Regression models for ordinal data, Journal of the Royal Statistical Society B 42(2), 1980,
       pp. 109-142, doi:10.1111/j.2517-6161.1980.tb01109.x.

    Examples
    --------
    >>> cumulative_logit = CumulativeLogit()
    >>> thresholds, score = np.array([-1.0, 1.0]), np.array([[0.0], [2.0]])
    >>> cumulative_logit.each([1, 2], thresholds - score).round(6).tolist()
    [0.771937, 0.313262]
    >>> cumulative_logit.minimiser([0, 1, 1, 2]).round(6).tolist()
    [-1.098612, 1.098612]
    """

    name = "cumulative_logit"
    formula = (r"\ell(y, z) = -y_1 \log(\sigma(z_1)) - \sum_{k=2}^{C-1} y_k \log(\sigma(z_k) - \sigma(z_{k-1})) "
               r"- y_C \log(1 - \sigma(z_{C-1}))")
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="logits of the cumulative frequencies", likelihood="categorical", proper="strictly")
    prediction_domain = INCREASING
    extra_classes = 1

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        q = one_hot(y, p.shape[1] + 1, p.dtype) if y.ndim == 1 else y
        tail = np.log1p(np.exp(-np.abs(p)))
        below, above = np.maximum(-p, 0) + tail, np.maximum(p, 0) + tail  # -log of σ(z) and of σ(-z)
        gap = np.where(p[:, 1:] == p[:, :-1], 0, p[:, 1:] - p[:, :-1])
        log_share = np.where(gap < 0.7, np.log(-np.expm1(-gap)), np.log1p(-np.exp(-gap)))  # log(1 - exp(-gap))
        costs = np.concatenate([below[:, :1], above[:, :-1] + below[:, 1:] - log_share, above[:, -1:]], axis=1)
        push, outside = 1 / np.expm1(gap), np.zeros_like(p[:, :1])  # the slope of log_share; no gap beyond the ends
        lower = sigmoid(-p) + np.concatenate([outside, push], axis=1)
        upper = sigmoid(p) + np.concatenate([push, outside], axis=1)
        left, right = product(q[:, :-1], lower), product(q[:, 1:], upper)
        # Between two classes that are both empty the larger share wins, as it does when both widen alike.
        both = np.minimum(left, right)
        slope = np.where(both < np.inf, right - left, product(q[:, 1:] - q[:, :-1], both))
        return product(q, costs).sum(axis=1), slope

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None, classes: int | None = None) -> Array:
        """Best constant row: the logits of the cumulative frequencies; `classes` counts those that labels miss."""
        share = CrossEntropy().frequencies(y_true, weight, classes)
        with np.errstate(divide="ignore"):
            logits: Array = np.log(np.cumsum(share)[:-1]) - np.log(np.cumsum(share[::-1])[-2::-1])
        return logits


bce = binary_cross_entropy = BinaryCrossEntropy()
bce_logits = BinaryCrossEntropyLogits()
cross_entropy = CrossEntropy()
cross_entropy_logits = CrossEntropyLogits()
cumulative_logit = CumulativeLogit()
