"""Losses of a score: is it on the right side of zero, and how clearly?

Labels are -1 and +1, the prediction is any real score s, and the loss looks at the margin a = y·s alone:
positive when the sign of the score is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import MarginLoss, RowLoss, Traits, parameter, real_array, silenced
from lossedu.losses.crossentropy import one_hot
from lossedu.losses.domain import NOT_NEGATIVE, ONE_HOT
from lossedu.losses.numerics import logit, sigmoid
from lossedu.losses.types import Array, Prepared, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Exponential", "Hinge", "Logistic", "ModifiedHuber", "MulticlassHinge", "Perceptron", "Savage", "SquaredHinge",
    "ZeroOne", "exponential", "hinge", "logistic", "modified_huber", "multiclass_hinge", "perceptron", "savage",
    "squared_hinge", "zero_one",
]


@dataclass(frozen=True)
class ZeroOne(MarginLoss):
    """One for a wrong sign, zero for a right one: what we mean by an error, and no use to a descent.

    Targets: labels -1 and +1. Predictions: scores, any real numbers; a score of 0 decides nothing and counts as wrong.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    Notes
    -----
    Flat on both sides, so the derivative is 0 everywhere; at the jump there is none, and 0 is returned.

    Examples
    --------
    >>> zero_one = ZeroOne()
    >>> zero_one([1, -1, 1, -1], [0.3, -2.0, -0.1, 4.0])
    0.5
    >>> zero_one.minimiser([1, 1, -1])
    1.0
    """

    name = "zero_one"
    formula = r"\ell(y, s) = \begin{cases} 0 & \text{if } y s > 0 \\ 1 & \text{otherwise} \end{cases}"
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="jump", lipschitz=None,
                    best_constant="mode", proper="no")

    def of_margin(self, a: Array) -> ValueAndSlope:
        return np.minimum(1 - np.sign(a), 1), np.zeros_like(a)

    def curvature_of_margin(self, a: Array) -> Array:
        return np.zeros_like(a)

    def best_score(self, q: float) -> float:
        return 1 if q >= 0.5 else -1


@dataclass(frozen=True)
class Perceptron(MarginLoss):
    """Rosenblatt's criterion: a wrong sign costs the size of the score, a right one nothing.

    Targets: labels -1 and +1. Predictions: scores, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    Notes
    -----
    At margin 0 there is a kink; the subgradient of least size, 0, is returned. The best constant is the score 0:
    this loss is content with saying nothing.

    References
    ----------
    .. [1] F. Rosenblatt, The perceptron: a probabilistic model for information storage and organization in the
       brain, Psychological Review 65(6), 1958, pp. 386-408, doi:10.1037/h0042519.

    Examples
    --------
    >>> perceptron = Perceptron()
    >>> perceptron.each([1, -1, 1], [0.5, 2.0, -1.0]).tolist()
    [0.0, 2.0, 1.0]
    >>> perceptron.derivative([1, -1, 1], [0.5, 2.0, -1.0]).tolist()
    [0.0, 1.0, -1.0]
    """

    name = "perceptron"
    formula = r"\ell(y, s) = \max(0, -y s)"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=1.0,
                    best_constant="0", proper="no")

    def of_margin(self, a: Array) -> ValueAndSlope:
        return np.maximum(-a, 0), np.sign(np.minimum(a, 0))

    def curvature_of_margin(self, a: Array) -> Array:
        return np.zeros_like(a)

    def best_score(self, q: float) -> float:
        return 0


@dataclass(frozen=True)
class Hinge(MarginLoss):
    """Hinge: right is not enough, the margin must reach 1.

    Targets: labels -1 and +1. Predictions: scores, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    Notes
    -----
    At margin 1 there is a kink; the subgradient of least size, 0, is returned.

    References
    ----------
    .. [1] C. Cortes and V. Vapnik, Support-vector networks, Machine Learning 20(3), 1995, pp. 273-297,
       doi:10.1007/BF00994018.

    Examples
    --------
    >>> hinge = Hinge()
    >>> hinge.each([1, -1, 1], [0.5, 2.0, 1.0]).tolist()
    [0.5, 3.0, 0.0]
    >>> hinge.derivative([1, -1, 1], [0.5, 2.0, 1.0]).tolist()
    [-1.0, 1.0, 0.0]
    """

    name = "hinge"
    formula = r"\ell(y, s) = \max(0, 1 - y s)"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=1.0,
                    best_constant="the more frequent label", proper="no")

    def of_margin(self, a: Array) -> ValueAndSlope:
        return np.maximum(1 - a, 0), np.sign(np.minimum(a - 1, 0))

    def curvature_of_margin(self, a: Array) -> Array:
        return np.zeros_like(a)

    def best_score(self, q: float) -> float:
        return float(np.sign(q - 0.5))


@dataclass(frozen=True)
class SquaredHinge(MarginLoss):
    """Square of the hinge: no kink at margin 1, and a steep price for clear mistakes.

    Targets: labels -1 and +1. Predictions: scores, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    References
    ----------
    .. [1] T. Zhang, Statistical behavior and consistency of classification methods based on convex risk
       minimization, Annals of Statistics 32(1), 2004, pp. 56-85, doi:10.1214/aos/1079120130.

    Examples
    --------
    >>> squared_hinge = SquaredHinge()
    >>> squared_hinge.each([1, -1, 1], [0.5, 2.0, 1.0]).tolist()
    [0.25, 9.0, 0.0]
    >>> squared_hinge.minimiser([1, 1, 1, -1])
    0.5
    """

    name = "squared_hinge"
    formula = r"\ell(y, s) = \left( \max(0, 1 - y s) \right)^2"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C1", lipschitz=None,
                    best_constant="2q - 1 for a share q of +1", proper="strictly")

    def of_margin(self, a: Array) -> ValueAndSlope:
        shortfall = np.minimum(a - 1, 0)
        return shortfall * shortfall, 2 * shortfall

    def curvature_of_margin(self, a: Array) -> Array:
        return np.where(a < 1, 2 * np.ones_like(a), 0)

    def best_score(self, q: float) -> float:
        return 2 * q - 1


@dataclass(frozen=True)
class ModifiedHuber(MarginLoss):
    """Squared hinge that goes on as a straight line below margin -1, so that outliers can't shout.

    Targets: labels -1 and +1. Predictions: scores, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    References
    ----------
    .. [1] T. Zhang, Statistical behavior and consistency of classification methods based on convex risk
       minimization, Annals of Statistics 32(1), 2004, pp. 56-85, doi:10.1214/aos/1079120130.

    Examples
    --------
    >>> modified_huber = ModifiedHuber()
    >>> modified_huber.each([1, -1, 1], [0.5, 2.0, 1.0]).tolist()
    [0.25, 8.0, 0.0]
    >>> modified_huber.derivative([1, -1, 1], [0.5, 2.0, 1.0]).tolist()
    [-1.0, 4.0, 0.0]
    """

    name = "modified_huber"
    formula = (r"\ell(y, s) = \begin{cases} \left( \max(0, 1 - y s) \right)^2 & \text{if } y s \ge -1 \\ "
               r"-4 y s & \text{otherwise} \end{cases}")
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C1", lipschitz=4.0,
                    best_constant="2q - 1 for a share q of +1", proper="strictly")

    def of_margin(self, a: Array) -> ValueAndSlope:
        shortfall = np.minimum(a - 1, 0)
        c = np.maximum(shortfall, -2)  # as in Huber's loss, a clipped distance does the work of three cases
        return c * (2 * shortfall - c), 2 * c

    def curvature_of_margin(self, a: Array) -> Array:
        return np.where(np.abs(a) < 1, 2 * np.ones_like(a), 0)

    def best_score(self, q: float) -> float:
        return 2 * q - 1


@dataclass(frozen=True)
class Logistic(MarginLoss):
    """Logistic loss: binary cross-entropy of a logit, written for labels -1 and +1.

    Targets: labels -1 and +1. Predictions: logits of the label +1, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    References
    ----------
    .. [1] J. Friedman, T. Hastie and R. Tibshirani, Additive logistic regression: a statistical view of boosting,
       Annals of Statistics 28(2), 2000, pp. 337-407, doi:10.1214/aos/1016218223.

    Examples
    --------
    >>> logistic = Logistic()
    >>> round(logistic([1, -1], [0.0, 10.0]), 6)
    5.346596
    >>> round(logistic.minimiser([1, 1, 1, -1]), 6)
    1.098612
    """

    name = "logistic"
    formula = r"\ell(y, s) = \log(1 + \exp(-y s))"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=1.0,
                    best_constant="logit of the share of +1", likelihood="Bernoulli", proper="strictly")

    def of_margin(self, a: Array) -> ValueAndSlope:
        e = np.exp(-np.abs(a))
        return np.maximum(-a, 0) + np.log1p(e), -np.where(a >= 0, e, 1) / (1 + e)

    def curvature_of_margin(self, a: Array) -> Array:
        e = np.exp(-np.abs(a))
        curvature: Array = e / (1 + e) ** 2
        return curvature

    def best_score(self, q: float) -> float:
        return float(logit(q))


@dataclass(frozen=True)
class Exponential(MarginLoss):
    """Exponential loss, the one that AdaBoost descends: mistakes cost exponentially more as they grow.

    Targets: labels -1 and +1. Predictions: scores, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    References
    ----------
    .. [1] J. Friedman, T. Hastie and R. Tibshirani, Additive logistic regression: a statistical view of boosting,
       Annals of Statistics 28(2), 2000, pp. 337-407, doi:10.1214/aos/1016218223.

    Examples
    --------
    >>> exponential = Exponential()
    >>> round(exponential([1, -1], [0.0, 2.0]), 6)
    4.194528
    >>> round(exponential.minimiser([1, 1, 1, -1]), 6)
    0.549306
    """

    name = "exponential"
    formula = r"\ell(y, s) = \exp(-y s)"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="half the logit of the share of +1", proper="strictly")

    def of_margin(self, a: Array) -> ValueAndSlope:
        e = np.exp(-a)
        return e, -e

    def curvature_of_margin(self, a: Array) -> Array:
        return np.exp(-a)

    def best_score(self, q: float) -> float:
        return float(logit(q)) / 2


@dataclass(frozen=True)
class Savage(MarginLoss):
    """Savage loss: never more than 1, so a hopeless point costs little more than a lost one.

    Targets: labels -1 and +1. Predictions: logits of the label +1, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.

    Notes
    -----
    It is the Brier score of the probability sigmoid(s). Some authors write 2s in place of s.

    References
    ----------
    .. [1] H. Masnadi-Shirazi and N. Vasconcelos, On the design of loss functions for classification: theory,
       robustness to outliers, and SavageBoost, Advances in Neural Information Processing Systems 21, 2008.

    Examples
    --------
    >>> savage = Savage()
    >>> savage.each([1, 1], [0.0, -100.0]).tolist()
    [0.25, 1.0]
    >>> savage.derivative([1, -1], [0.0, 0.0]).tolist()
    [-0.25, 0.25]
    """

    name = "savage"
    formula = r"\ell(y, s) = \frac{1}{(1 + \exp(y s))^2}"
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=8 / 27,
                    best_constant="logit of the share of +1", proper="strictly")

    def of_margin(self, a: Array) -> ValueAndSlope:
        wrong = sigmoid(-a)
        return wrong**2, -2 * wrong**2 * sigmoid(a)

    def curvature_of_margin(self, a: Array) -> Array:
        wrong = sigmoid(-a)
        curvature: Array = 2 * wrong**2 * sigmoid(a) * (2 - 3 * wrong)
        return curvature

    def best_score(self, q: float) -> float:
        return float(logit(q))


@dataclass(frozen=True)
class MulticlassHinge(RowLoss):
    """Crammer and Singer's hinge: the right class must score `margin` more than every other class.

    Targets: integer labels 0..k-1 of shape (...), or one-hot rows (..., k). Predictions: scores of shape (..., k),
    any real numbers, with k of 2 or more.

    Parameters
    ----------
    margin : float in [0, ∞), default 1.0
        By how much the right class must lead; with 0 this is the perceptron's loss for many classes.

    Raises
    ------
    ValueError
        When margin is negative, there is one class only, or a row of targets is not one-hot.

    Notes
    -----
    Where classes tie for the lead among the wrong ones, the subgradient of least size shares the push equally
    among them; where the loss is just 0, it is 0.

    References
    ----------
    .. [1] K. Crammer and Y. Singer, On the algorithmic implementation of multiclass kernel-based vector machines,
       Journal of Machine Learning Research 2, 2001, pp. 265-292.

    Examples
    --------
    >>> multiclass_hinge = MulticlassHinge()
    >>> multiclass_hinge.each([1, 0], [[10.0, 3.0], [11.0, -2.0]]).tolist()
    [8.0, 0.0]
    >>> multiclass_hinge.derivative([1, 0], [[10.0, 3.0], [11.0, -2.0]]).tolist()
    [[1.0, -1.0], [0.0, 0.0]]
    """

    margin: float = parameter(1.0, NOT_NEGATIVE)

    name = "multiclass_hinge"
    formula = r"\ell(y, z) = \max\left( 0, m + \max_{k \ne y} z_k - z_y \right)"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=2**0.5,
                    best_constant="a class with the majority leads by the margin; without one, all are equal",
                    proper="no")
    target_domain = ONE_HOT

    def _prepare(self, y_true: ArrayLike, y_pred: ArrayLike) -> Prepared:
        y, p, shape, dtype = super()._prepare(y_true, y_pred)
        if p.shape[1] < 2:
            raise ValueError(f"y_pred must score two classes or more, but its rows hold {p.shape[1]}.")
        return y.argmax(axis=1) if y.ndim == 2 else y, p, shape, dtype

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        rows = np.arange(len(p))
        others = p.copy()
        others[rows, y] = -np.inf
        best_other = others.max(axis=1)
        value = np.maximum(self.margin + best_other - p[rows, y], 0)
        slope = (others == best_other[:, None]).astype(p.dtype)
        slope /= slope.sum(axis=1, keepdims=True)
        slope[rows, y] = -1
        return value, np.where(value[:, None] > 0, slope, 0)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None, classes: int | None = None) -> Array:
        """Best constant row of scores; `classes` counts those that labels may not show."""
        y, = silenced(weight, real_array("y_true", y_true))
        if y.size == 0:
            raise ValueError(f"y_true is empty (shape {y.shape}); a best constant needs at least one sample.")
        rows = one_hot(y, classes or max(int(y.max()) + 1, 2)) if y.ndim == 1 else y
        labels, _, shape, _ = self._prepare(rows, rows)
        w = None if weight is None else self._weights(weight, shape, np.dtype(float))
        share = np.bincount(labels, w, rows.shape[1]) / (len(labels) if w is None else w.sum())
        return self.margin * (share > 0.5)


zero_one = ZeroOne()
perceptron = Perceptron()
hinge = Hinge()
squared_hinge = SquaredHinge()
modified_huber = ModifiedHuber()
logistic = Logistic()
exponential = Exponential()
savage = Savage()
multiclass_hinge = MulticlassHinge()
