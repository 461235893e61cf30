"""Losses of a residual: how far is a number from the number it should be?"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import (
    DistanceLoss,
    ElementwiseLoss,
    Traits,
    bisect_slope,
    defined,
    dot,
    parameter,
    weighted_mean,
    without_warnings,
)
from lossedu.losses.domain import ABOVE_MINUS_ONE, DIVISORS, LEVEL, NOT_NEGATIVE, POSITIVE_NUMBER
from lossedu.losses.numerics import corrected, product
from lossedu.losses.types import Array, SumAndSlope, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "AbsoluteError", "Cauchy", "EpsilonInsensitive", "Huber", "LogCosh", "PercentageError", "PseudoHuber",
    "Quantile", "SquaredEpsilonInsensitive", "SquaredError", "SquaredLogError", "Tukey", "absolute_error", "cauchy",
    "epsilon_insensitive", "huber", "log_cosh", "mae", "mape", "mse", "msle", "percentage_error", "pinball",
    "pseudo_huber", "quantile", "squared_epsilon_insensitive", "squared_error", "squared_log_error", "tukey",
]

# Beside this number 1 is nothing, in every precision: 1 + LARGE rounds to LARGE.
LARGE = 1e20


@dataclass(frozen=True)
class SquaredError(DistanceLoss):
    """Squared residual; its average is the mean squared error, MSE.

    Targets and predictions: any real numbers, of one shape.

    Notes
    -----
    Without ½: the derivative is 2r. The average is over all entries. Far-off targets dominate it, since
    twice the residual costs four times as much [1]_.

    References
    ----------
    .. [1] C. F. Gauss, Theoria motus corporum coelestium, 1809, section 179.

    Examples
    --------
    >>> mse = SquaredError()
    >>> mse([1.0, 2.0, 4.0], [1.0, 3.0, 2.0])
    1.6666666666666667
    >>> mse.gradient([1.0, 2.0, 4.0], [1.0, 3.0, 2.0]).round(4).tolist()
    [0.0, 0.6667, -1.3333]
    """

    name = "mse"
    formula = r"\ell(y, \hat{y}) = (y - \hat{y})^2"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=True, smooth="C∞", lipschitz=None,
                    best_constant="mean", likelihood="Gaussian")

    def of_residual(self, r: Array) -> ValueAndSlope:
        return r * r, 2 * r

    def sum_of_residuals(self, r: Array) -> SumAndSlope:
        return dot(r, r), 2, r  # the residual itself is the only array needed

    def curvature_of_residual(self, r: Array) -> Array:
        return np.full_like(r, 2)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the (weighted) mean."""
        return weighted_mean(*self._sample(y_true, weight))


@dataclass(frozen=True)
class AbsoluteError(DistanceLoss):
    """Absolute residual; its average is the mean absolute error, MAE.

    Targets and predictions: any real numbers, of one shape.

    Notes
    -----
    At r = 0 there is a kink: every slope from -1 to 1 is a subgradient, and the one of least size, 0, is returned.
    The best constant is a median; where a whole interval is best, its middle is returned.

    Examples
    --------
    >>> mae = AbsoluteError()
    >>> mae([1.0, 2.0, 4.0], [1.0, 3.0, 2.0])
    1.0
    >>> mae.derivative([1.0, 2.0, 4.0], [1.0, 3.0, 2.0]).tolist()
    [0.0, 1.0, -1.0]
    """

    name = "mae"
    formula = r"\ell(y, \hat{y}) = |y - \hat{y}|"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=1.0,
                    best_constant="median", likelihood="Laplace")

    def of_residual(self, r: Array) -> ValueAndSlope:
        return np.abs(r), np.sign(r)

    def sum_of_residuals(self, r: Array) -> SumAndSlope:
        sign = np.sign(r)
        return dot(sign, r), 1, sign

    def curvature_of_residual(self, r: Array) -> Array:
        return np.zeros_like(r)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the (weighted) median."""
        return weighted_quantile(*self._sample(y_true, weight), 0.5)


@dataclass(frozen=True)
class Huber(DistanceLoss):
    """Squared near zero, absolute far out: the slope of an outlier is delta and no more.

    Targets and predictions: any real numbers, of one shape.

    Parameters
    ----------
    delta : float in (0, ∞), default 1.0
        Where the parabola hands over to the straight line, in the units of the residual.

    Raises
    ------
    ValueError
        When delta is not a positive, finite number.

    Notes
    -----
    With the clipped residual c = clip(r, -delta, delta) the loss is c(r - c/2) and its derivative is c [1]_.

    References
    ----------
    .. [1] P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35(1),
       1964, pp. 73-101, doi:10.1214/aoms/1177703732.

    Examples
    --------
    >>> huber = Huber(delta=1.0)
    >>> huber.each([0.0, 0.0], [0.5, 3.0]).tolist()
    [0.125, 2.5]
    >>> huber.derivative([0.0, 0.0], [0.5, 3.0]).tolist()
    [0.5, 1.0]
    """

    delta: float = parameter(1.0, POSITIVE_NUMBER)

    name = "huber"
    formula = (r"\ell(y, \hat{y}) = \begin{cases} \frac{1}{2} (y - \hat{y})^2 & \text{if } |y - \hat{y}| \le \delta \\ "
               r"\delta \left( |y - \hat{y}| - \frac{1}{2} \delta \right) & \text{otherwise} \end{cases}")

    @property
    def traits(self) -> Traits:
        return Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C1",
                      lipschitz=float(self.delta), best_constant="M-estimate", likelihood="Huber's least favourable")

    def of_residual(self, r: Array) -> ValueAndSlope:
        c = r.clip(-self.delta, self.delta)
        return c * (r - c / 2), c

    def sum_of_residuals(self, r: Array) -> SumAndSlope:
        c = r.clip(-self.delta, self.delta)
        factor = -0.5 * c
        factor += r  # now it is r - c/2, computed without another array
        return dot(c, factor), 1, c

    def curvature_of_residual(self, r: Array) -> Array:
        return np.where(np.abs(r) <= self.delta, np.ones_like(r), np.zeros_like(r))


@dataclass(frozen=True)
class PseudoHuber(DistanceLoss):
    """Huber's idea without a seam: a hyperbola, quadratic near zero and of slope delta far out.

    Targets and predictions: any real numbers, of one shape.

    Parameters
    ----------
    delta : float in (0, ∞), default 1.0
        The steepest slope, in the units of the residual.

    Raises
    ------
    ValueError
        When delta is not a positive, finite number.

    References
    ----------
    .. [1] P. Charbonnier, L. Blanc-Féraud, G. Aubert and M. Barlaud, Deterministic edge-preserving
       regularization in computed imaging, IEEE Transactions on Image Processing 6(2), 1997, pp. 298-311,
       doi:10.1109/83.551699.

    Examples
    --------
    >>> pseudo_huber = PseudoHuber(delta=4.0)
    >>> pseudo_huber([1.0], [4.0])
    4.0
    >>> pseudo_huber.derivative([1.0], [4.0]).tolist()
    [2.4]
    """

    delta: float = parameter(1.0, POSITIVE_NUMBER)

    name = "pseudo_huber"
    formula = (r"\ell(y, \hat{y}) = \delta^2 \left( \sqrt{1 + \left( \frac{y - \hat{y}}{\delta} \right)^2} - 1 \right)")

    @property
    def traits(self) -> Traits:
        return Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞",
                      lipschitz=float(self.delta), best_constant="M-estimate")

    def of_residual(self, r: Array) -> ValueAndSlope:
        # Far out the slope is ±delta, whether it is computed at r or at the end of this interval; at r = ∞ it is ∞/∞.
        c = r.clip(-LARGE * self.delta, LARGE * self.delta)
        root = np.hypot(1, c / self.delta)
        # For small u, sqrt(1 + u²) - 1 would lose digits by cancellation; u²/(sqrt(1 + u²) + 1) is the same number.
        return r * (c / (1 + root)), c / root

    def curvature_of_residual(self, r: Array) -> Array:
        return (1 / np.hypot(1, r / self.delta)) ** 3


@dataclass(frozen=True)
class LogCosh(DistanceLoss):
    """Logarithm of cosh(r): nearly r²/2 close to zero, nearly |r| - log 2 far out, smooth all the way.

    Targets and predictions: any real numbers, of one shape.

    Notes
    -----
    Strictly but not strongly convex: its curvature 1/cosh(r)² dies away in the tails.

    References
    ----------
    .. [1] P. J. Green, Bayesian reconstructions from emission tomography data using a modified EM algorithm,
       IEEE Transactions on Medical Imaging 9(1), 1990, pp. 84-93, doi:10.1109/42.52985.

    Examples
    --------
    >>> log_cosh = LogCosh()
    >>> round(log_cosh([0.0, 0.0], [1.0, -3.0]), 6)
    1.371555
    >>> log_cosh([0.0], [2.0 ** -30]) == 2.0 ** -61
    True
    """

    name = "log_cosh"
    formula = r"\ell(y, \hat{y}) = \log(\cosh(\hat{y} - y))"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=1.0,
                    best_constant="M-estimate", likelihood="hyperbolic secant")

    def of_residual(self, r: Array) -> ValueAndSlope:
        size = np.abs(r)
        near = 0.5 * np.log1p(np.sinh(np.minimum(size, 1)) ** 2)
        far = size + np.log1p(np.exp(-2 * size)) - log(2)
        return np.where(size < 1, near, far), np.tanh(r)

    def curvature_of_residual(self, r: Array) -> Array:
        e = np.exp(-2 * np.abs(r))
        curvature: Array = 4 * e / (1 + e) ** 2
        return curvature


@dataclass(frozen=True)
class Quantile(DistanceLoss):
    """Quantile or pinball loss: too low costs tau a unit, too high costs 1 - tau.

    Targets and predictions: any real numbers, of one shape.

    Parameters
    ----------
    tau : float in (0, 1), default 0.5
        The level of the quantile to predict.

    Raises
    ------
    ValueError
        When tau is not inside (0, 1).

    Notes
    -----
    At r = 0 there is a kink with subgradients from -tau to 1 - tau; the one of least size, 0, is returned.
    Half the absolute error is the case tau = 0.5.

    References
    ----------
    .. [1] R. Koenker and G. Bassett, Regression quantiles, Econometrica 46(1), 1978, pp. 33-50,
       doi:10.2307/1913643.

    Examples
    --------
    >>> quantile = Quantile(tau=0.9)
    >>> quantile.each([10.0, 10.0], [8.0, 12.0]).round(4).tolist()
    [1.8, 0.2]
    >>> quantile.minimiser([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    10.0
    """

    tau: float = parameter(0.5, LEVEL)

    name = "quantile"
    formula = r"\ell(y, \hat{y}) = \max(\tau (y - \hat{y}), (\tau - 1) (y - \hat{y}))"

    @property
    def traits(self) -> Traits:
        return Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink",
                      lipschitz=float(max(self.tau, 1 - self.tau)), best_constant="quantile of level tau",
                      likelihood="asymmetric Laplace")

    def of_residual(self, r: Array) -> ValueAndSlope:
        rate = np.where(r > 0, 1 - self.tau, self.tau).astype(r.dtype)
        return rate * np.abs(r), rate * np.sign(r)

    def curvature_of_residual(self, r: Array) -> Array:
        return np.zeros_like(r)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the (weighted) quantile of level tau; the middle, where an interval is best."""
        return weighted_quantile(*self._sample(y_true, weight), self.tau)


@dataclass(frozen=True)
class EpsilonInsensitive(DistanceLoss):
    """Absolute error beyond a tube: misses smaller than epsilon cost nothing.

    Targets and predictions: any real numbers, of one shape.

    Parameters
    ----------
    epsilon : float in [0, ∞), default 0.1
        Half the width of the free tube, in the units of the residual.

    Raises
    ------
    ValueError
        When epsilon is negative or not finite.

    Notes
    -----
    At |r| = epsilon there is a kink; the subgradient of least size, 0, is returned. A whole set of constants
    may be best; `minimiser` returns one of them.

    References
    ----------
    .. [1] A. J. Smola and B. Schölkopf, A tutorial on support vector regression, Statistics and Computing
       14(3), 2004, pp. 199-222, doi:10.1023/B:STCO.0000035301.49549.88.

    Examples
    --------
    >>> epsilon_insensitive = EpsilonInsensitive(epsilon=0.5)
    >>> epsilon_insensitive.each([1.0, 1.0], [1.5, 3.0]).tolist()
    [0.0, 1.5]
    >>> epsilon_insensitive.derivative([1.0, 1.0], [1.5, 3.0]).tolist()
    [0.0, 1.0]
    """

    epsilon: float = parameter(0.1, NOT_NEGATIVE)

    name = "epsilon_insensitive"
    formula = r"\ell(y, \hat{y}) = \max(0, |y - \hat{y}| - \varepsilon)"

    @property
    def traits(self) -> Traits:
        return Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=1.0,
                      best_constant="a set of constants")

    def of_residual(self, r: Array) -> ValueAndSlope:
        return np.maximum(np.abs(r) - self.epsilon, 0), np.sign(r) * (np.abs(r) > self.epsilon)

    def curvature_of_residual(self, r: Array) -> Array:
        return np.zeros_like(r)


@dataclass(frozen=True)
class SquaredEpsilonInsensitive(EpsilonInsensitive):
    """Squared error beyond a tube: misses smaller than epsilon cost nothing, and nothing jumps at its wall.

    Targets and predictions: any real numbers, of one shape.

    Parameters
    ----------
    epsilon : float in [0, ∞), default 0.1
        Half the width of the free tube, in the units of the residual.

    Raises
    ------
    ValueError
        When epsilon is negative or not finite.

    References
    ----------
    .. [1] A. J. Smola and B. Schölkopf, A tutorial on support vector regression, Statistics and Computing
       14(3), 2004, pp. 199-222, doi:10.1023/B:STCO.0000035301.49549.88.

    Examples
    --------
    >>> squared_epsilon_insensitive = SquaredEpsilonInsensitive(epsilon=0.5)
    >>> squared_epsilon_insensitive.each([1.0, 1.0], [1.5, 3.0]).tolist()
    [0.0, 2.25]
    >>> squared_epsilon_insensitive.derivative([1.0, 1.0], [1.5, 3.0]).tolist()
    [0.0, 3.0]
    """

    name = "squared_epsilon_insensitive"
    formula = r"\ell(y, \hat{y}) = \left( \max(0, |y - \hat{y}| - \varepsilon) \right)^2"

    @property
    def traits(self) -> Traits:
        no_tube = self.epsilon == 0  # without a tube this is the squared error
        return Traits(convex=True, strictly_convex=no_tube, strongly_convex=no_tube, smooth="C∞" if no_tube else "C1",
                      lipschitz=None, best_constant="mean" if no_tube else "a set of constants")

    def of_residual(self, r: Array) -> ValueAndSlope:
        excess = np.maximum(np.abs(r) - self.epsilon, 0)
        return excess * excess, 2 * np.copysign(excess, r)

    def curvature_of_residual(self, r: Array) -> Array:
        # At the edge of the tube the slope has a corner, and the curvature of the inside, 0, is returned. A tube of no
        # width has no edge.
        return np.where((np.abs(r) > self.epsilon) | (self.epsilon == 0), 2 * np.ones_like(r), 0)


@dataclass(frozen=True)
class SquaredLogError(ElementwiseLoss):
    """Squared difference of log(1 + value): a factor too high costs what the same factor too low costs.

    Its average is the mean squared logarithmic error, MSLE. Targets and predictions: numbers in (-1, ∞), of one
    shape; mostly counts and prices.

    Raises
    ------
    ValueError
        When a target or a prediction is -1 or less.

    Notes
    -----
    Not convex in the prediction: far above the target the slope grows small.

    Examples
    --------
    >>> msle = SquaredLogError()
    >>> round(msle([0.0, 9.0], [1.0, 19.0]), 6)
    0.480453
    >>> round(msle.minimiser([1, 2, 4, 10]), 3)
    3.262
    """

    name = "msle"
    formula = r"\ell(y, \hat{y}) = \left( \log(1 + \hat{y}) - \log(1 + y) \right)^2"
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="expm1 of the mean of log1p", likelihood="log-normal")
    target_domain = prediction_domain = ABOVE_MINUS_ONE

    def difference(self, y: Array, p: Array) -> Array:
        """log(1 + p) - log(1 + y), with all its digits when p is close to y."""
        relative = (p - y) / (1 + y)
        return np.where(np.abs(relative) < 0.5, np.log1p(relative), np.log1p(p) - np.log1p(y))

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        d = self.difference(y, p)
        return d * d, product(2 * d, 1 / (1 + p))

    def curvature_of(self, y: Array, p: Array) -> Array:
        return product(2 * (1 - self.difference(y, p)), 1 / (1 + p) ** 2)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the geometric mean of 1 + y, less 1."""
        y, w = self._sample(y_true, weight)
        return float(np.clip(np.expm1(weighted_mean(np.log1p(y), w)), y.min(), y.max()))


@dataclass(frozen=True)
class PercentageError(ElementwiseLoss):
    """Absolute error as a fraction of the target; its average is the mean absolute percentage error, MAPE.

    Targets: any real numbers other than 0. Predictions: any real numbers, of the same shape. A result of 0.25
    means 25 percent.

    Raises
    ------
    ValueError
        When a target is 0.

    Notes
    -----
    It is the absolute error with weights 1/|y|, so its best constant is a weighted median that leans to the
    small targets [1]_. At r = 0 there is a kink; the subgradient of least size, 0, is returned.

    References
    ----------
    .. [1] A. de Myttenaere, B. Golden, B. Le Grand and F. Rossi, Mean absolute percentage error for regression
       models, Neurocomputing 192, 2016, pp. 38-48, doi:10.1016/j.neucom.2015.12.114.

    Examples
    --------
    >>> mape = PercentageError()
    >>> mape([1.0, 4.0], [2.0, 3.0])
    0.625
    >>> mape.minimiser([1, 2, 4, 10])
    1.0
    """

    name = "mape"
    formula = r"\ell(y, \hat{y}) = \frac{|y - \hat{y}|}{|y|}"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="kink", lipschitz=None,
                    best_constant="median with weights 1/abs(y)")
    target_domain = DIVISORS

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        r, size = p - y, np.abs(y)
        # Where the residual overflows or the target is infinite, |p/y - 1| is the same number.
        value = corrected(np.abs(r) / size, np.isinf(r), lambda y, p: np.abs(p / y - 1), y, p)
        return value, np.sign(r) / size

    def curvature_of(self, y: Array, p: Array) -> Array:
        return np.zeros_like(p)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the median with weights w/|y|."""
        y, w = self._sample(y_true, weight)
        return weighted_quantile(y, w * (np.abs(y).min() / np.abs(y)), 0.5)  # as w/|y|, and it cannot overflow


class RedescendingLoss(DistanceLoss):
    """What Cauchy and Tukey share: the slope of far residuals fades, and the average has several valleys."""

    @without_warnings
    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the deepest valley, found by a scan of the range of the targets and a bisection."""
        y, w = self._sample(y_true, weight)
        candidates = np.union1d(y, np.linspace(y.min(), y.max(), 1001))
        costs = [self(y, np.full_like(y, candidate), w) for candidate in candidates]
        best = int(np.argmin(costs))
        return bisect_slope(lambda c: np.dot(w, self.of_residual(c - y)[1]),
                            candidates[max(best - 1, 0)], candidates[min(best + 1, len(candidates) - 1)])


@dataclass(frozen=True)
class Cauchy(RedescendingLoss):
    """Cauchy or Lorentzian loss: beyond the scale c the slope fades, like 1/r.

    Targets and predictions: any real numbers, of one shape.

    Parameters
    ----------
    c : float in (0, ∞), default 1.0
        Where the slope is largest, in the units of the residual.

    Raises
    ------
    ValueError
        When c is not a positive, finite number.

    References
    ----------
    .. [1] P. W. Holland and R. E. Welsch, Robust regression using iteratively reweighted least-squares,
       Communications in Statistics - Theory and Methods 6(9), 1977, pp. 813-827, doi:10.1080/03610927708827533.

    Examples
    --------
    >>> cauchy = Cauchy(c=1.0)
    >>> cauchy.derivative([0.0, 0.0, 0.0], [0.5, 1.0, 3.0]).round(4).tolist()
    [0.4, 0.5, 0.3]
    >>> round(cauchy([0.0], [3.0]), 6)
    1.151293
    """

    c: float = parameter(1.0, POSITIVE_NUMBER)

    name = "cauchy"
    formula = r"\ell(y, \hat{y}) = \frac{c^2}{2} \log\left( 1 + \left( \frac{y - \hat{y}}{c} \right)^2 \right)"

    @property
    def traits(self) -> Traits:
        return Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞",
                      lipschitz=self.c / 2, best_constant="mode-like: the deepest valley", likelihood="Cauchy")

    def of_residual(self, r: Array) -> ValueAndSlope:
        size = np.abs(r) / self.c
        # This is log(1 + u²)/2 with the larger of 1 and u factored out, so that u² never overflows.
        log_root = np.log(np.maximum(size, 1)) + 0.5 * np.log1p(np.minimum(size, 1 / size) ** 2)
        # r/(1 + u²), with both divided by r: so the slope dies away at an infinite residual, and is 0 where r is 0.
        return self.c**2 * log_root, 1 / (1 / r + r / self.c / self.c)

    def curvature_of_residual(self, r: Array) -> Array:
        cosine = 1 / np.hypot(1, r / self.c)  # of the angle whose tangent is u, so that 1/(1 + u²) is its square
        curvature: Array = cosine**2 * (2 * cosine**2 - 1)
        return curvature


@dataclass(frozen=True)
class Tukey(RedescendingLoss):
    """Tukey's biweight: residuals beyond c cost a constant, so their slope is 0.

    Targets and predictions: any real numbers, of one shape.

    Parameters
    ----------
    c : float in (0, ∞), default 4.685
        Where a residual counts as an outlier, in its own units. 4.685 standard deviations keep 95 percent of the
        efficiency of the mean for Gaussian noise.

    Raises
    ------
    ValueError
        When c is not a positive, finite number.

    References
    ----------
    .. [1] A. E. Beaton and J. W. Tukey, The fitting of power series, meaning polynomials, illustrated on
       band-spectroscopic data, Technometrics 16(2), 1974, pp. 147-185, doi:10.1080/00401706.1974.10489171.

    Examples
    --------
    >>> tukey = Tukey(c=2.0)
    >>> tukey.derivative([0.0, 0.0, 0.0], [0.5, 1.0, 3.0]).round(4).tolist()
    [0.4395, 0.5625, 0.0]
    >>> round(tukey([0.0], [3.0]), 6)
    0.666667
    """

    c: float = parameter(4.685, POSITIVE_NUMBER)

    name = "tukey"
    formula = (r"\ell(y, \hat{y}) = \begin{cases} "
               r"\frac{c^2}{6} \left( 1 - \left( 1 - \left( \frac{y - \hat{y}}{c} \right)^2 \right)^3 \right) "
               r"& \text{if } |y - \hat{y}| \le c \\ \frac{c^2}{6} & \text{otherwise} \end{cases}")

    @property
    def traits(self) -> Traits:
        return Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C2",
                      lipschitz=16 * self.c / (25 * 5**0.5), best_constant="mode-like: the deepest valley")

    def of_residual(self, r: Array) -> ValueAndSlope:
        u = np.clip(r / self.c, -1, 1)
        t, rest = u * u, (1 - u) * (1 + u)
        return self.c**2 / 6 * t * (3 - 3 * t + t * t), self.c * u * rest**2

    def curvature_of_residual(self, r: Array) -> Array:
        t = np.clip(r / self.c, -1, 1) ** 2
        return (1 - t) * (1 - 5 * t)


@without_warnings
def weighted_quantile(y: Array, w: Array, level: float) -> float:
    """Where the weight below first reaches `level` of the whole; the middle, when an interval does."""
    order = np.argsort(y)
    y, below = y[order], np.cumsum(w[order])
    below = below / below[-1]
    low = np.searchsorted(below, level * (1 - 1e-12))
    high = min(int(np.searchsorted(below, level * (1 + 1e-12), side="right")), len(y) - 1)
    positive = w[order] > 0
    while not positive[high]:
        high -= 1
    return defined(float(y[low] / 2 + y[high] / 2))  # y[low] + y[high] could overflow


mse = squared_error = SquaredError()
mae = absolute_error = AbsoluteError()
huber = Huber()
pseudo_huber = PseudoHuber()
log_cosh = LogCosh()
quantile = pinball = Quantile()
epsilon_insensitive = EpsilonInsensitive()
squared_epsilon_insensitive = SquaredEpsilonInsensitive()
msle = squared_log_error = SquaredLogError()
mape = percentage_error = PercentageError()
cauchy = Cauchy()
tukey = Tukey()
