"""Losses of waiting times, some of which had not come to their end when the study did: they are censored.

A target is one number that says both how long somebody was watched and whether the end was seen: the time itself when
it was, and minus the time when it was not. `waiting_times` makes it of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import BLOCK, Traits, real_array, weighted_mean
from lossedu.losses.crossentropy import CrossEntropyLogits
from lossedu.losses.domain import POSITIVE, TIMES
from lossedu.losses.likelihood import FAR, Gamma, LogMeanLoss, scaled
from lossedu.losses.types import Array, ValueAndSlope
from lossedu.losses.vector import VectorLoss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "CensoredExponential", "CoxPartial", "censored_exponential", "cox_partial", "waiting_times",
]


def waiting_times(time: ArrayLike, seen: ArrayLike) -> Array:
    """Targets of the losses of waiting times: the time where the end was seen, and minus the time where it was not.

    Parameters
    ----------
    time : array_like, shape (...)
        How long each was watched, a positive number.
    seen : array_like, shape (...)
        1 or True where the end was seen, 0 or False where the watching ended before.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        When a time is not positive, `seen` holds other numbers, or the shapes differ.

    Examples
    --------
    >>> waiting_times([2.0, 5.0], [True, False]).tolist()
    [2.0, -5.0]
    """
    t, s = real_array("time", time), real_array("seen", seen)
    if t.shape != s.shape:
        raise ValueError(f"time has shape {t.shape} and seen has shape {s.shape}; expected one shape.")
    if t.size:
        POSITIVE.check("time", t)
    if not ((s == 0) | (s == 1)).all():
        raise ValueError("seen must hold 1 where the end was seen and 0 where it was not.")
    t = t if t.dtype.kind == "f" else t.astype(float)  # unsigned integers have no minus
    return np.where(s == 1, t, -t)


@dataclass(frozen=True)
class CensoredExponential(LogMeanLoss):
    """Negative log-likelihood of an exponential waiting time, of which perhaps only a lower limit is known.

    Targets: waiting times as any real numbers other than 0: the time when the end was seen, minus the time when it was
    not (`waiting_times`). Predictions: any real numbers z, the logarithm of the mean waiting time.

    Raises
    ------
    ValueError
        When a target is 0.

    Notes
    -----
    A time whose end was seen costs what it costs under `Gamma`. A censored one costs the surprise of having waited so
    long at least, so it never pulls the mean down. To leave censored times out instead would make the mean too short.
    The rate is 1 over the mean, so its logarithm is -z.

    References
    ----------
    .. [1] J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data, 2nd edition, Wiley,
       2002, doi:10.1002/9781118032985.

    Examples
    --------
    >>> censored_exponential = CensoredExponential()
    >>> censored_exponential.each([2.0, -2.0], [0.0, 0.0]).tolist()
    [2.0, 2.0]
    >>> censored_exponential.derivative([2.0, -2.0], [0.0, 0.0]).tolist()
    [-1.0, -2.0]
    >>> round(float(np.exp(censored_exponential.minimiser([1.0, 2.0, -9.0]))), 6)  # 12 years, 2 ends
    6.0
    """

    name = "censored_exponential"
    formula = r"\ell(y, z) = |y| \exp(-z) + \mathbb{1}[y > 0] z"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="log of the total time over the number of ends seen", likelihood="exponential")
    target_domain = TIMES

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        time, seen = np.abs(y), y > 0
        relative = scaled(time, -p)  # the time in units of the predicted mean
        slope = np.where(seen, Gamma().slope(1 - relative, time, p), -relative)
        return np.where(seen, np.maximum(p, -FAR), 0) + relative, slope

    def curvature_of(self, y: Array, p: Array) -> Array:
        return scaled(np.abs(y), -p)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the logarithm of the total time over the number of ends seen; ∞ when none was."""
        y, w = self._sample(y_true, weight)
        with np.errstate(divide="ignore"):
            return float(np.log(weighted_mean(np.abs(y), w)) - np.log(weighted_mean((y > 0).astype(float), w)))


@dataclass(frozen=True)
class CoxPartial(VectorLoss):
    """Cox partial likelihood: of all who were still waiting when an end came, how surprising is it whose end it was?

    Targets: rows (..., d) of waiting times, any real numbers other than 0: the time when the end was seen, minus the
    time when it was not (`waiting_times`). Predictions: rows (..., d) of any real numbers, the logarithm of the hazard
    of each, up to a constant.

    One row is one group whose members are compared with each other: the whole data, a batch, or a stratum.

    Raises
    ------
    ValueError
        When a target is 0, or the shapes differ.

    Notes
    -----
    The loss of a row is a sum over its seen ends, as a log-likelihood is, and 0 when none was seen; for the average
    over ends divide by their number. Only the order of the times counts. Those who were censored belong to the group
    at risk until then. Ends at the same time are each compared with all who were waiting (Breslow's way). All pairs of
    a row are formed, so a row of d needs memory for d² numbers.

    References
    ----------
    .. [1] D. R. Cox, Regression models and life-tables, Journal of the Royal Statistical Society B 34(2), 1972,
       pp. 187-220, doi:10.1111/j.2517-6161.1972.tb00899.x.

    Examples
    --------
    >>> cox_partial = CoxPartial()
    >>> round(cox_partial([[1.0, -2.0, 3.0]], [[0.0, 0.0, 0.0]]), 6)  # one of three, then one of one
    1.098612
    >>> cox_partial.gradient([[1.0, -2.0, 3.0]], [[0.0, 0.0, 0.0]]).round(4).tolist()
    [[-0.6667, 0.3333, 0.3333]]
    """

    name = "cox_partial"
    formula = (r"\ell(y, z) = -\sum_{i=1}^{d} \mathbb{1}[y_i > 0] \log\frac{\exp(z_i)}"
               r"{\sum_{j=1}^{d} \mathbb{1}[|y_j| \ge |y_i|] \exp(z_j)}")
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="none: a constant tells nobody from another")
    target_domain = TIMES

    def _block_rows(self, p: Array) -> int:
        pairs: int = p.shape[1]**2
        return max(1, BLOCK // pairs)

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        d = p.shape[1]
        waiting = np.abs(y)[:, None, :] >= np.abs(y)[:, :, None]
        scores = np.where(waiting, p[:, None, :], -np.inf).reshape(-1, d)  # a row for each who may have had an end
        own = np.concatenate([np.eye(d)] * len(p)).astype(p.dtype) + np.zeros_like(scores)
        value, slope = CrossEntropyLogits().of_rows(own, scores)
        compared = (y > 0) & (waiting.sum(axis=2) > 1)  # whoever waits alone is no surprise
        slopes = np.where(compared[:, :, None], slope.reshape(-1, d, d), 0)
        # A score that is compared with none adds 0, unless it is NaN.
        return np.where(compared, value.reshape(-1, d), 0 * np.sign(p)).sum(axis=1), slopes.sum(axis=1)


censored_exponential = CensoredExponential()
cox_partial = CoxPartial()
