"""Losses of an order: which of the things in a list should stand above which?

One list is one row: the targets say how relevant each thing is, and a prediction is a score for each. Only the order of
the scores is used in the end, and `ndcg` measures how good it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import BLOCK, MarginLoss, Traits
from lossedu.losses.crossentropy import CrossEntropyLogits
from lossedu.losses.domain import RELEVANCES, nan_message
from lossedu.losses.margin import Hinge, Logistic
from lossedu.losses.types import Array, ValueAndSlope
from lossedu.losses.vector import VectorLoss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "ListwiseSoftmax", "PairwiseHinge", "PairwiseLogistic", "listwise_softmax", "ndcg", "pairwise_hinge",
    "pairwise_logistic",
]


class PairwiseLoss(VectorLoss):
    """A loss of a margin, averaged over the pairs of a row in which one thing is more relevant than the other."""

    target_domain = RELEVANCES
    of_difference: MarginLoss

    def _block_rows(self, p: Array) -> int:
        pairs: int = p.shape[1]**2
        return max(1, BLOCK // pairs)

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        value, slope = self.of_difference.of_margin(p[:, :, None] - p[:, None, :])
        better = y[:, :, None] > y[:, None, :]
        pairs = np.where(better, 1, 0).sum(axis=2).sum(axis=1).astype(p.dtype)
        slope = np.where(better, slope, 0) / pairs[:, None, None]
        # A thing is the better one of some pairs and the worse one of others.
        return np.where(better, value, 0).sum(axis=2).sum(axis=1) / pairs, slope.sum(axis=2) - slope.sum(axis=1)


@dataclass(frozen=True)
class PairwiseLogistic(PairwiseLoss):
    """Pairwise logistic loss: of each two things, the more relevant one should have the higher score.

    Targets: rows (..., d) of relevances in [0, ∞), not all equal. Predictions: rows (..., d) of scores, any real
    numbers.

    Raises
    ------
    ValueError
        When a relevance is negative or not finite, the relevances of a row are all equal, or the shapes differ.

    Notes
    -----
    The logistic loss of the difference of two scores, averaged over all pairs of a row whose relevances differ; how
    much they differ makes no difference. Known as RankNet. All pairs of a row are formed, so a row of d needs memory
    for d² numbers. To judge a ranking use `ndcg`.

    References
    ----------
    .. [1] C. Burges, T. Shaked, E. Renshaw, A. Lazier, M. Deeds, N. Hamilton and G. Hullender, Learning to rank using
       gradient descent, International Conference on Machine Learning, 2005, pp. 89-96, doi:10.1145/1102351.1102363.

    Examples
    --------
    >>> pairwise_logistic = PairwiseLogistic()
    >>> round(pairwise_logistic([[2, 0, 1]], [[3.0, 1.0, 2.0]]), 6)
    0.25115
    >>> pairwise_logistic.gradient([[1, 0]], [[0.0, 0.0]]).tolist()
    [[-0.5, 0.5]]
    """

    name = "pairwise_logistic"
    formula = (r"\ell(y, z) = \frac{\sum_{i=1}^{d} \sum_{j=1}^{d} \mathbb{1}[y_i > y_j] \log(1 + \exp(z_j - z_i))}"
               r"{\sum_{i=1}^{d} \sum_{j=1}^{d} \mathbb{1}[y_i > y_j]}")
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=2**0.5,
                    best_constant="none: a constant puts nothing in order")
    of_difference = Logistic()


@dataclass(frozen=True)
class PairwiseHinge(PairwiseLoss):
    """Pairwise hinge loss: of each two things, the more relevant one should lead by at least 1.

    Targets and predictions: as those of `PairwiseLogistic`.

    Raises
    ------
    ValueError
        When a relevance is negative or not finite, the relevances of a row are all equal, or the shapes differ.

    Notes
    -----
    The hinge loss of the difference of two scores, averaged over all pairs of a row whose relevances differ. Known as
    RankSVM. A pair with a lead of just 1 has a kink; the subgradient of least size, 0, is returned. To judge a
    ranking use `ndcg`.

    References
    ----------
    .. [1] T. Joachims, Optimizing search engines using clickthrough data, International Conference on Knowledge
       Discovery and Data Mining, 2002, pp. 133-142, doi:10.1145/775047.775067.

    Examples
    --------
    >>> pairwise_hinge = PairwiseHinge()
    >>> pairwise_hinge([[2, 0, 1]], [[3.0, 1.0, 2.5]])
    0.16666666666666666
    >>> pairwise_hinge.gradient([[1, 0]], [[0.0, 0.0]]).tolist()
    [[-1.0, 1.0]]
    """

    name = "pairwise_hinge"
    formula = (r"\ell(y, z) = \frac{\sum_{i=1}^{d} \sum_{j=1}^{d} \mathbb{1}[y_i > y_j] \max(0, 1 - (z_i - z_j))}"
               r"{\sum_{i=1}^{d} \sum_{j=1}^{d} \mathbb{1}[y_i > y_j]}")
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=2**0.5,
                    best_constant="none: a constant puts nothing in order")
    of_difference = Hinge()


@dataclass(frozen=True)
class ListwiseSoftmax(VectorLoss):
    """Listwise softmax loss: if one thing of the list were chosen by its score, how surprising were a relevant one?

    Targets and predictions: as those of `PairwiseLogistic`.

    Raises
    ------
    ValueError
        When a relevance is negative or not finite, the relevances of a row are all equal, or the shapes differ.

    Notes
    -----
    The softmax cross-entropy of the scores, with the relevances divided by their sum as class probabilities. The paper
    on ListNet [1]_ takes the softmax of the relevances instead of their share of the sum; for that, pass it as the
    target. To judge a ranking use `ndcg`.

    References
    ----------
    .. [1] Z. Cao, T. Qin, T.-Y. Liu, M.-F. Tsai and H. Li, Learning to rank: from pairwise approach to listwise
       approach, International Conference on Machine Learning, 2007, pp. 129-136, doi:10.1145/1273496.1273513.

    Examples
    --------
    >>> listwise_softmax = ListwiseSoftmax()
    >>> round(listwise_softmax([[3, 0, 1]], [[0.0, 0.0, 0.0]]), 6)
    1.098612
    >>> listwise_softmax.gradient([[3, 0, 1]], [[0.0, 0.0, 0.0]]).round(4).tolist()
    [[-0.4167, 0.3333, 0.0833]]
    """

    name = "listwise_softmax"
    formula = (r"\ell(y, z) = -\frac{\sum_{k=1}^{d} y_k \log\frac{\exp(z_k)}{\sum_{j=1}^{d} \exp(z_j)}}"
               r"{\sum_{k=1}^{d} y_k}")
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=2**0.5,
                    best_constant="none: a constant puts nothing in order")
    target_domain = RELEVANCES

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        shares = y / np.max(y, axis=1, keepdims=True)  # so that their sum does not overflow
        return CrossEntropyLogits().of_rows(shares / shares.sum(axis=1, keepdims=True), p)


def ndcg(y_true: ArrayLike, y_pred: ArrayLike, top: int | None = None) -> float:
    """Normalised discounted cumulative gain: how good is the order that the scores give, from 0 to 1 [1]_?

    It is a metric and no loss: a larger one is better, and it has no useful slope.

    Parameters
    ----------
    y_true : array_like, shape (..., d)
        Relevances, not negative and not all equal in a row; a gain of 2^r - 1 for a relevance r is made beforehand.
    y_pred : array_like, shape (..., d)
        Scores. Things of equal score share the places that they take.
    top : int, optional
        How many places count; all of them unless given.

    Returns
    -------
    float
        The mean over the rows of Σ y/log2(1 + place), divided by the same sum in the best order.

    Raises
    ------
    ValueError
        When the shapes differ, a relevance is negative, the relevances of a row are all equal, or a score is NaN.

    References
    ----------
    .. [1] K. Järvelin and J. Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM Transactions on
       Information Systems 20(4), 2002, pp. 422-446, doi:10.1145/582415.582418.

    Examples
    --------
    >>> ndcg([3, 0, 1], [2.0, 0.0, 1.0])
    1.0
    >>> round(ndcg([3, 0, 1], [0.0, 2.0, 1.0]), 6)
    0.586883
    """
    y, p, _, _ = listwise_softmax._prepare(y_true, y_pred)
    if np.isnan(p).any():
        raise ValueError(nan_message("y_pred", p))
    if top is not None and top < 1:
        raise ValueError(f"top must be at least 1, but is {top}.")
    discounts = 1 / np.log2(np.arange(2, p.shape[1] + 2))
    if top is not None:
        discounts[top:] = 0
    total = np.append(0, np.cumsum(discounts))
    quality = []
    for relevance, scores in zip(y.astype(float), p):
        _, group, size = np.unique(-scores, return_inverse=True, return_counts=True)
        last = np.cumsum(size)
        shared = (total[last] - total[last - size]) / size  # the mean discount of the places of each score
        best = np.sort(relevance)[::-1] @ discounts
        quality.append(relevance @ shared[group.reshape(-1)] / best)
    return float(np.mean(quality))


pairwise_logistic = PairwiseLogistic()
pairwise_hinge = PairwiseHinge()
listwise_softmax = ListwiseSoftmax()
