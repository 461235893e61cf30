"""Losses of sequences: how surprising is each token, given those before it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import Traits
from lossedu.losses.crossentropy import CrossEntropyLogits
from lossedu.losses.types import Array, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Perplexity", "TokenCrossEntropy", "perplexity", "token_cross_entropy",
]


@dataclass(frozen=True)
class TokenCrossEntropy(CrossEntropyLogits):
    """Softmax cross-entropy of tokens, where a mask says which of them count.

    Targets: integer tokens 0..k-1 of shape (..., T), or rows (..., T, k) of probabilities in [0, 1], each with the
    sum 1. Predictions: logits of shape (..., T, k), any real numbers.

    The mask is the weight, of shape (..., T): ``token_cross_entropy(tokens, logits, weight=mask)``; where it is 0 or
    False token and logits may be anything, such as a padding of -1 and NaN.

    Raises
    ------
    ValueError
        When a token that counts is not in 0..k-1, or shapes do not fit.

    Notes
    -----
    The average is over the tokens that count, not over sequences: a long sequence counts more than a short one.

    Examples
    --------
    >>> token_cross_entropy = TokenCrossEntropy()
    >>> logits = [[[0.0, 0.0], [9.0, 0.0]]]
    >>> round(token_cross_entropy([[1, -1]], logits, weight=[[True, False]]), 6)
    0.693147
    """

    name = "token_cross_entropy"
    formula = r"\ell(y, z) = -\sum_{k=1}^{C} y_k \log\frac{\exp(z_k)}{\sum_{j=1}^{C} \exp(z_j)}"


@dataclass(frozen=True)
class Perplexity(TokenCrossEntropy):
    """Perplexity: among how many equally likely tokens does the model seem to choose?

    Targets and predictions: as those of `TokenCrossEntropy`.

    The mask is the weight, as in `TokenCrossEntropy`. The perplexity is the exponential of the average
    cross-entropy; `each` gives the exponential for every token, and their geometric mean is the perplexity.

    Raises
    ------
    ValueError
        When a token that counts is not in 0..k-1, or shapes do not fit.

    References
    ----------
    .. [1] F. Jelinek, R. L. Mercer, L. R. Bahl and J. K. Baker, Perplexity: a measure of the difficulty of speech
       recognition tasks, Journal of the Acoustical Society of America 62, 1977, p. S63, doi:10.1121/1.2016299.

    Examples
    --------
    >>> perplexity = Perplexity()
    >>> round(perplexity([[1, 0]], [[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]]), 6)
    3.0
    """

    name = "perplexity"
    formula = r"\ell(y, z) = \exp\left( -\sum_{k=1}^{C} y_k \log\frac{\exp(z_k)}{\sum_{j=1}^{C} \exp(z_j)} \right)"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="log frequencies")

    def _mean(self, y_true: ArrayLike, y_pred: ArrayLike, weight: ArrayLike | None,
              with_gradient: bool) -> tuple[float, Array | None]:
        value, gradient = super()._mean(y_true, y_pred, weight, with_gradient)
        with np.errstate(over="ignore"):
            value = float(np.exp(value))
        return value, None if gradient is None else chain_rule(value, gradient)

    def _values_and_slopes(self, y_true: ArrayLike, y_pred: ArrayLike) -> ValueAndSlope:
        values, slopes = super()._values_and_slopes(y_true, y_pred)
        with np.errstate(over="ignore"):
            values = np.exp(values)
        return values, chain_rule(values[..., None], slopes)


def chain_rule(outer: ArrayLike, inner: Array) -> Array:
    """Product of two derivatives, where a slope of 0 stays 0 however large the other has grown."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(inner == 0, 0, outer * inner)


token_cross_entropy = TokenCrossEntropy()
perplexity = Perplexity()
