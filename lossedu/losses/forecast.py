"""Losses of a forecast of a number: the prediction says what the number may be, as a distribution or as a sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu.losses.base import (
    BLOCK,
    RowLoss,
    Traits,
    defined,
    float_dtype,
    newton_root,
    real_array,
    silenced,
    without_warnings,
)
from lossedu.losses.domain import REAL, Interval, nan_message
from lossedu.losses.numerics import erf, product
from lossedu.losses.regression import weighted_quantile
from lossedu.losses.types import Array, Prepared, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "CRPSEnsemble", "CRPSGaussian", "crps_ensemble", "crps_gaussian",
]


class ForecastLoss(RowLoss):
    """A loss whose target is one number of shape (...), and whose prediction is a row (..., d) that describes it."""

    target_domain: Interval = REAL
    columns: int | str = 2
    row = "a mean and a log variance"

    def _prepare(self, y_true: ArrayLike, y_pred: ArrayLike) -> Prepared:
        y, p = real_array("y_true", y_true), real_array("y_pred", y_pred)
        fits = p.shape[:-1] == y.shape and p.ndim == y.ndim + 1 and self.columns in (p.shape[-1], "members")
        if not fits or p.size == 0:
            wanted = ", ".join(map(str, (*y.shape, self.columns)))
            raise ValueError(f"y_true has shape {y.shape} and y_pred has shape {p.shape}; expected y_pred of shape "
                             f"({wanted}): {self.row} for each target, and one target at least.")
        dtype = float_dtype(y, p)
        return y.reshape(-1).astype(dtype, copy=False), p.reshape(-1, p.shape[-1]), y.shape, dtype

    def _sample(self, y_true: ArrayLike, weight: ArrayLike | None, columns: int = 2) -> tuple[Array, Array | None]:
        """Checked targets in float64, and their weights."""
        y, = silenced(weight, real_array("y_true", y_true))
        y, _, shape, dtype = self._prepare(y.astype(float), np.zeros((*y.shape, columns)))
        if np.isnan(y).any():
            raise ValueError(nan_message("y_true", y))
        return y, None if weight is None else self._weights(weight, shape, dtype)


@dataclass(frozen=True)
class CRPSGaussian(ForecastLoss):
    """Continuous ranked probability score of a Gaussian forecast: an absolute error that knows how sure it is.

    Targets: any real numbers, of shape (...). Predictions: any real numbers, of shape (..., 2): the mean m and the
    logarithm s of the variance, as for `GaussianNLL`.

    Raises
    ------
    ValueError
        When y_pred is not y_true's shape with a last axis of two.

    Notes
    -----
    The score of a distribution function F at the target y is the integral of (F(x) - 1)² over x above y and of F(x)²
    over x below y. It is measured in the unit of the target, and for a forecast without spread it is the absolute
    error. It is a strictly proper score: the expected value is least when the forecast is the true distribution. An
    outlier costs its distance and not the square of it, as it does in `GaussianNLL`. Convex in the mean and the
    standard deviation together, but not in the logarithm of the variance.

    The best constant has no closed form, because it asks for the mean of the error function, and for the mean of the
    density, over all targets; of several targets neither can be solved for m and s. It is found by Newton's method. Of
    two targets it can: the variance is the square of half their distance, divided by log(2). When more than about
    seven in ten targets are one and the same number, the best forecast is this number without spread.

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery, A. H. Westveld and T. Goldman, Calibrated probabilistic forecasting using
       ensemble model output statistics and minimum CRPS estimation, Monthly Weather Review 133(5), 2005,
       pp. 1098-1118, doi:10.1175/MWR2904.1.

    Examples
    --------
    >>> crps_gaussian = CRPSGaussian()
    >>> round(crps_gaussian([1.0], [[1.0, 0.0]]), 6)
    0.233695
    >>> round(crps_gaussian([1.0], [[4.0, -100.0]]), 6)
    3.0
    >>> crps_gaussian.derivative([2.0], [[3.0, 0.0]]).round(6).tolist()
    [[0.682689, -0.040124]]
    >>> crps_gaussian.minimiser([2.0, 4.0]).round(6).tolist()  # the variance is 1/log(2)
    [3.0, 0.366513]
    """

    name = "crps_gaussian"
    formula = (r"\ell(y, m, s) = (m - y) \left[ 2 \Phi\left( (m - y) \exp(-s/2) \right) - 1 \right] "
               r"+ \exp(s/2) \left[ 2 \varphi\left( (m - y) \exp(-s/2) \right) - \frac{1}{\sqrt{\pi}} \right]")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="a mean and a log variance, without a closed form")

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        mean, log_variance = p.T
        r, deviation = mean - y, np.exp(log_variance / 2)
        u = product(r, np.exp(-log_variance / 2))  # this is the residual in standard deviations
        share = erf(u / 2**0.5)  # 2Φ(u) - 1, the slope in the mean
        spread = deviation * (np.exp(-u * u / 2) * (2 / np.pi)**0.5 - 1 / np.pi**0.5)
        return product(r, share) + spread, np.stack([share, spread / 2], axis=1)

    @without_warnings
    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> Array:
        """Best constant: a mean and a log variance; -inf where a forecast without spread is the best one."""
        y, w = self._sample(y_true, weight)
        w = np.full_like(y, 1 / len(y)) if w is None else w / w.sum()
        centre = weighted_quantile(y, w, 0.5)
        # The largest residual is brought to between ½ and 1; halves, because their difference cannot overflow.
        r = y / 2 - centre / 2
        defined(r.sum())
        exponent = np.frexp(np.abs(r).max())[1]
        mean, log_deviation = best_gaussian(np.ldexp(r, -exponent), w)
        return np.array([centre + np.ldexp(mean, exponent + 1), 2 * (log_deviation + (exponent + 1) * np.log(2))])


def best_gaussian(r: Array, w: Array) -> tuple[float, float]:
    """The mean and the logarithm of the standard deviation of the best forecast of residuals from -1 to 1, median 0.

    The score is convex in the mean m and the deviation d together. So for each d there is a best m, and the slope of
    the score in d, taken at this m, rises with d.
    """
    mean, distance = 0.0, np.abs(r)

    def parts(m: float, d: float) -> tuple[Array, Array]:
        u = np.clip((m - r) / d, -40, 40)  # farther out, the density is 0
        return u, w * np.exp(-u * u / 2) * (2 / np.pi)**0.5

    def in_mean(m: float, d: float) -> tuple[Any, Any]:
        u, density = parts(m, d)
        return w @ erf(u / 2**0.5), density.sum() / d

    def in_log_deviation(log_d: float) -> tuple[Any, Any]:
        nonlocal mean
        d = np.exp(log_d)
        mean = newton_root(lambda m: in_mean(m, d), -1.0, 1.0, mean)
        u, density = parts(mean, d)
        bend = density @ (u * u) - (density @ u)**2 / density.sum()
        return density.sum() - 1 / np.pi**0.5, bend

    nearest = np.log(distance[distance > 0].min(initial=1)) - 5
    alike = w[distance == 0].sum()
    # As the deviation goes to 0, only those at the mean have a density: at most √(2/π), which must reach 1/√π in all.
    if alike >= 0.7 and in_log_deviation(nearest)[0] >= 0:
        return 0.0, -np.inf
    log_deviation = newton_root(in_log_deviation, nearest, 2.0, -0.5)
    return mean, log_deviation


@dataclass(frozen=True)
class CRPSEnsemble(ForecastLoss):
    """Continuous ranked probability score of an ensemble: a forecast that is a sample of what may come.

    Targets: any real numbers, of shape (...). Predictions: any real numbers, of shape (..., d): the d members of the
    ensemble, in any order.

    Raises
    ------
    ValueError
        When y_pred is not y_true's shape with one more axis.

    Notes
    -----
    The average distance of the members to the target, less half the average distance of two members, a member and
    itself among the pairs: members are paid for spreading, so that they do not all crowd at the median. Of one
    member it is the absolute error. It is computed as 2/d times the sum of quantile losses, where the member of
    rank i has the level (i - ½)/d; no term is negative, so nothing cancels. The slope of a member that equals the
    target lies between those of its two sides.

    References
    ----------
    .. [1] H. Hersbach, Decomposition of the continuous ranked probability score for ensemble prediction systems,
       Weather and Forecasting 15(5), 2000, pp. 559-570, doi:10.1175/1520-0434(2000)015<0559:DOTCRP>2.0.CO;2.
    .. [2] T. Gneiting and A. E. Raftery, Strictly proper scoring rules, prediction, and estimation, Journal of the
       American Statistical Association 102(477), 2007, pp. 359-378, doi:10.1198/016214506000001437.

    Examples
    --------
    >>> crps_ensemble = CRPSEnsemble()
    >>> crps_ensemble([2.0], [[1.0, 3.0]])
    0.5
    >>> crps_ensemble([2.0], [[5.0]])
    3.0
    >>> crps_ensemble.derivative([0.0], [[1.0, 3.0]]).tolist()
    [[0.75, 0.25]]
    >>> crps_ensemble.minimiser([1.0, 2.0, 3.0, 9.0], members=2).tolist()
    [1.5, 6.0]
    """

    name = "crps_ensemble"
    formula = (r"\ell(y, x) = \frac{1}{d} \sum_{i=1}^{d} |x_i - y| "
               r"- \frac{1}{2 d^2} \sum_{i=1}^{d} \sum_{j=1}^{d} |x_i - x_j|")
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=1.0,
                    best_constant="quantiles at evenly spaced levels")
    columns = "members"
    row = "one row of members"

    def _block_rows(self, p: Array) -> int:
        pairs: int = p.shape[1]**2  # members are compared in pairs
        return max(1, BLOCK // pairs)

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        members, others = p[:, :, None], p[:, None, :]
        level = np.where(others < members, 1.0, np.where(others == members, 0.5, 0.0)).mean(axis=2).astype(p.dtype)
        r = p - y[:, None]
        value = 2 * (np.abs(r) * np.where(r > 0, 1 - level, level)).mean(axis=1)
        return value, (np.sign(r) - (2 * level - 1)) / p.shape[1]

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None, members: int = 9) -> Array:
        """Best constant ensemble: the quantiles of the targets at the levels (i - ½)/members."""
        y, w = self._sample(y_true, weight, members)
        w = np.ones_like(y) if w is None else w
        return np.array([weighted_quantile(y, w, (i + 0.5) / members) for i in range(members)])


crps_gaussian = CRPSGaussian()
crps_ensemble = CRPSEnsemble()
