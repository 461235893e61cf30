"""Losses for counts and scales: the negative log-likelihoods of distributions that are not the bell curve.

Poisson, negative binomial, gamma and Tweedie predict the logarithm z of a positive mean, so any real number is a
prediction. Terms that hold the target alone are left out, as they move neither the gradient nor the best prediction; so
these losses can be negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from lossedu.losses.base import ElementwiseLoss, Traits, dot, parameter, weighted_mean
from lossedu.losses.domain import POSITIVE, POSITIVE_NUMBER, Interval
from lossedu.losses.forecast import ForecastLoss
from lossedu.losses.numerics import corrected, product, ratio, xlogy
from lossedu.losses.types import Array, SumAndSlope, ValueAndSlope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "Gamma", "GaussianNLL", "NegativeBinomial", "Poisson", "PoissonIdentity", "Tweedie", "gamma", "gaussian_nll",
    "negative_binomial", "poisson", "poisson_identity", "tweedie",
]

# exp of this is infinite in every precision, so beyond it the linear term of a loss no longer matters.
FAR = 1e5
# From here on exp alone may overflow or vanish in float32; in float64 not yet.
STEEP = 80.0

COUNTS = Interval("counts or rates, 0 or more", 0)


def near(difference: Array) -> Array:
    """Where a difference of two numbers close to 1 has lost more than a digit."""
    lost: Array = np.abs(difference) < 0.1
    return lost


def scaled(y: Array, z: Array) -> Array:
    """y·exp(z), where exp(z) alone may overflow or vanish, and where a target of 0 silences an infinity."""
    def by_halves(y: Array, z: Array) -> Array:
        half = np.exp(z / 2)
        return product(product(y, half), half)

    return corrected(y * np.exp(z), np.abs(z) > STEEP, by_halves, y, z)


class LogMeanLoss(ElementwiseLoss):
    """What the losses with a logarithmic link share: the best constant is the logarithm of the mean.

    Their slope is exp(z) - y, for Tweedie's family and gamma times a power of exp(z). Where both are close to 1,
    expm1(z) and y - 1 keep the digits of their difference.
    """

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the logarithm of the (weighted) mean; -inf when every target is 0."""
        with np.errstate(divide="ignore"):
            return float(np.log(weighted_mean(*self._sample(y_true, weight))))


@dataclass(frozen=True)
class Poisson(LogMeanLoss):
    """Negative log-likelihood of a count whose mean is exp(z).

    Targets: counts or rates in [0, ∞). Predictions: any real numbers z, the logarithm of the mean.

    Raises
    ------
    ValueError
        When a target is negative.

    Notes
    -----
    The term log(y!) is left out.

    When each count was observed for a time, an area or a number of people of its own, called its exposure e, its mean
    is e times a rate. Add the logarithm of the exposure to the prediction, which is then the logarithm of the rate:
    ``poisson(y, z + log(e))``. Equivalently, take the rates y/e as targets and the exposures as weights,
    ``poisson(y / e, z, weight=e)``: the gradient is the same up to a positive factor, and so is the best constant.

    References
    ----------
    .. [1] P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd edition, Chapman and Hall, 1989.

    Examples
    --------
    >>> poisson = Poisson()
    >>> round(poisson([0, 3], [0.0, 1.0]), 6)
    0.359141
    >>> round(poisson.minimiser([0, 1, 5]), 6)
    0.693147

    One accident in 1 year and five in 2 years are 2 accidents a year:

    >>> exposure = np.array([1.0, 2.0])
    >>> round(float(np.exp(poisson.minimiser([1, 5] / exposure, weight=exposure))), 6)
    2.0
    """

    name = "poisson"
    formula = r"\ell(y, z) = \exp(z) - y z"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="log of the mean", likelihood="Poisson")
    target_domain = COUNTS

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        mean = np.exp(p)
        return mean - product(y, np.minimum(p, FAR)), self.slope(mean - y, y, p)

    def slope(self, difference: Array, y: Array, p: Array) -> Array:
        """exp(p) - y with the digits that are lost where both are close to 1."""
        return corrected(difference, near(difference), lambda lost, y, p: np.where(
            np.abs(p) < 0.5, np.expm1(p) - (y - 1), lost), difference, y, p)

    def sum_of(self, y: Array, p: Array, scratch: Array | None) -> SumAndSlope:
        """The same as `of` in the memory `scratch`, with a dot product for the sum."""
        mean = np.exp(p, out=scratch)
        total = np.add.reduce(mean) - dot(y, p)
        if not isfinite(total):  # an infinity, which `of` knows the limits of
            return super().sum_of(y, p, scratch)
        return total, 1.0, self.slope(np.subtract(mean, y, out=mean), y, p)

    def curvature_of(self, y: Array, p: Array) -> Array:
        return np.exp(p)


@dataclass(frozen=True)
class PoissonIdentity(ElementwiseLoss):
    """Negative log-likelihood of a count whose mean is the prediction itself: Poisson with the identity link.

    Targets: counts or rates in [0, ∞). Predictions: means in [0, ∞). Nothing is clipped: a mean of 0 for a count
    that came costs infinity.

    Raises
    ------
    ValueError
        When a target or a prediction is negative.

    Notes
    -----
    Effects add up here, where they multiply in `Poisson`. A linear model can leave the domain, so train on `Poisson`
    unless the sum of the effects is what you want to know. The term log(y!) is left out. Of an exposure e, predict
    the mean as e times the rate.

    References
    ----------
    .. [1] P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd edition, Chapman and Hall, 1989.

    Examples
    --------
    >>> poisson_identity = PoissonIdentity()
    >>> round(poisson_identity([0, 3], [1.0, 3.0]), 6)
    0.352082
    >>> poisson_identity.derivative([0, 3], [1.0, 2.0]).tolist()
    [1.0, -0.5]
    >>> poisson_identity.minimiser([0, 1, 5])
    2.0
    """

    name = "poisson_identity"
    formula = r"\ell(y, \hat{y}) = \hat{y} - y \log(\hat{y})"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="mean", likelihood="Poisson")
    target_domain = COUNTS
    prediction_domain = Interval("means, 0 or more", 0)

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        # An infinite mean costs infinity, because its logarithm is small beside it.
        value = np.where(p == np.inf, p - product(y, np.full_like(p, FAR)), p - xlogy(y, p))
        # Close to the target the two terms of the slope cancel, and one fraction does not.
        return value, np.where(np.abs(p - y) < p / 2, (p - y) / p, 1 - ratio(y, p))

    def curvature_of(self, y: Array, p: Array) -> Array:
        return ratio(ratio(y, p), p)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> float:
        """Best constant: the (weighted) mean."""
        return weighted_mean(*self._sample(y_true, weight))


@dataclass(frozen=True)
class NegativeBinomial(LogMeanLoss):
    """Negative log-likelihood of a count whose mean is exp(z) and whose variance is larger than its mean.

    Targets: counts or rates in [0, ∞). Predictions: any real numbers z, the logarithm of the mean.

    Parameters
    ----------
    alpha : float in (0, ∞), default 1.0
        Dispersion: the variance of a count of mean m is m + alpha m². Towards 0 the loss becomes that of Poisson.

    Raises
    ------
    ValueError
        When alpha is not positive, or a target is negative.

    Notes
    -----
    Terms of the target and alpha alone are left out, so values for two choices of alpha cannot be compared. The slope
    is that of Poisson divided by 1 + alpha exp(z): counts with a large mean, which vary most, pull less. For an
    exposure e predict z + log(e), as for `Poisson`.

    References
    ----------
    .. [1] J. F. Lawless, Negative binomial and mixed Poisson regression, Canadian Journal of Statistics 15(3), 1987,
       pp. 209-225, doi:10.2307/3314912.

    Examples
    --------
    >>> negative_binomial = NegativeBinomial(alpha=1.0)
    >>> round(negative_binomial([0, 3], [0.0, 0.0]), 6)
    1.732868
    >>> negative_binomial.derivative([0, 3], [0.0, 0.0]).tolist()
    [0.5, -1.0]
    >>> round(negative_binomial.minimiser([0, 1, 5]), 6)
    0.693147
    """

    alpha: float = parameter(1.0, POSITIVE_NUMBER)

    name = "negative_binomial"
    formula = r"\ell(y, z) = \left( y + \frac{1}{\alpha} \right) \log(1 + \alpha \exp(z)) - y z"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="log of the mean", likelihood="negative binomial")
    target_domain = COUNTS

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        alpha = np.full_like(p, self.alpha)
        u = scaled(alpha, p)  # alpha times the mean
        log_sum = np.where(np.isinf(u), p + np.log(alpha), np.log1p(u))
        log_ratio = np.where(p > 0, np.log(alpha + np.exp(-p)), log_sum - p)  # log_sum - z; both may be large
        close = Poisson().of(y, p)[1] / (1 + u)
        far = (1 - scaled(y, -p)) / (self.alpha + np.exp(-p))  # the same, divided by the mean above and below
        return log_sum / self.alpha + product(y, log_ratio), np.where(p < 0.5, close, far)

    def curvature_of(self, y: Array, p: Array) -> Array:
        below = np.where(p < 0, 1 + self.alpha * np.exp(p), self.alpha + np.exp(-p))
        curvature: Array = scaled(1 + self.alpha * y, -np.abs(p)) / (below * below)
        return curvature


@dataclass(frozen=True)
class Gamma(LogMeanLoss):
    """Negative log-likelihood of a positive amount whose spread grows with its mean exp(z).

    Targets: amounts in (0, ∞). Predictions: any real numbers z, the logarithm of the mean.

    Raises
    ------
    ValueError
        When a target is 0 or negative.

    Notes
    -----
    In units of the shape parameter, whose value does not move the best prediction.

    References
    ----------
    .. [1] P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd edition, Chapman and Hall, 1989.

    Examples
    --------
    >>> gamma = Gamma()
    >>> gamma([2.0], [0.0])
    2.0
    >>> gamma.derivative([2.0, 1.0], [0.0, 0.0]).tolist()
    [-1.0, 0.0]
    """

    name = "gamma"
    formula = r"\ell(y, z) = z + y \exp(-z)"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="log of the mean", likelihood="gamma")
    target_domain = POSITIVE

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        relative = scaled(y, -p)  # the target in units of the predicted mean
        return np.maximum(p, -FAR) + relative, self.slope(1 - relative, y, p)

    def slope(self, difference: Array, y: Array, p: Array) -> Array:
        """1 - y·exp(-p) with the digits that are lost where the target is close to the mean, and that close to 1."""
        return corrected(difference, near(difference), lambda lost, y, p: np.where(
            np.abs(p) < 0.5, np.exp(-p) * (np.expm1(p) - (y - 1)), lost), difference, y, p)

    def sum_of(self, y: Array, p: Array, scratch: Array | None) -> SumAndSlope:
        """The same as `of`, with two sums for the sum."""
        relative = scaled(y, -p)
        total = np.add.reduce(p) + np.add.reduce(relative)
        if not isfinite(total):  # an infinity, which `of` knows the limits of
            return super().sum_of(y, p, scratch)
        return total, 1.0, self.slope(np.subtract(1, relative, out=relative), y, p)

    def curvature_of(self, y: Array, p: Array) -> Array:
        return scaled(y, -p)


@dataclass(frozen=True)
class Tweedie(LogMeanLoss):
    """Negative log-likelihood of Tweedie's family, whose variance is a power of the mean exp(z).

    Targets: amounts in [0, ∞) for powers below 2 (rain: many dry days, a few large sums), amounts in (0, ∞) for powers
    above 2. Predictions: any real numbers z, the logarithm of the mean.

    Parameters
    ----------
    power : float in (1, ∞) other than 2, default 1.5
        The power of the mean in the variance. (1 is Poisson, 2 is gamma.)

    Raises
    ------
    ValueError
        When power is 2, or not above 1, or a target is outside the domain.

    Notes
    -----
    Strictly convex for powers below 2; not convex above.

    References
    ----------
    .. [1] B. Jørgensen, Exponential dispersion models, Journal of the Royal Statistical Society B 49(2), 1987,
       pp. 127-162, doi:10.1111/j.2517-6161.1987.tb01685.x.

    Examples
    --------
    >>> tweedie = Tweedie(power=1.5)
    >>> tweedie.each([0.0, 4.0], [0.0, 0.0]).tolist()
    [2.0, 10.0]
    >>> round(tweedie.minimiser([0.0, 0.0, 6.0]), 6)
    0.693147
    """

    power: float = parameter(1.5, Interval("above 1 and not 2 (for 1 use poisson, for 2 use gamma)", 1, np.inf,
                                           low_inclusive=False, high_inclusive=False, excluded=(2,)))

    name = "tweedie"
    formula = r"\ell(y, z) = \frac{\exp((2 - \rho) z)}{2 - \rho} + \frac{y \exp((1 - \rho) z)}{\rho - 1}"

    @property
    def traits(self) -> Traits:
        convex = self.power < 2
        return Traits(convex=convex, strictly_convex=convex, strongly_convex=False, smooth="C∞", lipschitz=None,
                      best_constant="log of the mean", likelihood="Tweedie")

    @property
    def target_domain(self) -> Interval:
        return Interval("amounts of 0 or more", 0) if self.power < 2 else POSITIVE

    def powers(self, y: Array, p: Array) -> tuple[Array, Array]:
        """exp((2 - ρ)z) and y·exp((1 - ρ)z), which all that follows is a sum of."""
        return np.exp((2 - self.power) * p), scaled(y, (1 - self.power) * p)

    def combined(self, a: float, b: float, y: Array, p: Array, powers: tuple[Array, Array]) -> Array:
        """a·exp((2 - ρ)z) + b·y·exp((1 - ρ)z)."""
        # Above 2 both powers grow as z falls, and may both be infinite. With the larger factored out, only it can be.
        return corrected(a * powers[0] + b * powers[1], (self.power > 2) & (p < 0),
                         lambda y, p: scaled(a * np.exp(p) + b * y, (1 - self.power) * p), y, p)

    def of(self, y: Array, p: Array) -> ValueAndSlope:
        powers = self.powers(y, p)
        value = self.combined(1 / (2 - self.power), 1 / (self.power - 1), y, p, powers)
        difference = self.combined(1, -1, y, p, powers)
        slope = corrected(difference, near(difference), lambda lost, y, p: np.where(
            np.abs(p) < 0.5, np.exp((1 - self.power) * p) * (np.expm1(p) - (y - 1)), lost), difference, y, p)
        return value, slope

    def curvature_of(self, y: Array, p: Array) -> Array:
        return self.combined(2 - self.power, self.power - 1, y, p, self.powers(y, p))


@dataclass(frozen=True)
class GaussianNLL(ForecastLoss):
    """Gaussian negative log-likelihood where the variance is predicted too: a guess that says how sure it is.

    Targets: any real numbers, of shape (...). Predictions: any real numbers, of shape (..., 2): the mean m and the
    logarithm s of the variance.

    Raises
    ------
    ValueError
        When y_pred is not y_true's shape with a last axis of two.

    Notes
    -----
    The constant log(2π)/2 is left out. Convex in the mean and in the log variance apart, not in both together.

    References
    ----------
    .. [1] D. A. Nix and A. S. Weigend, Estimating the mean and variance of the target probability distribution,
       International Conference on Neural Networks, 1994, pp. 55-60, doi:10.1109/ICNN.1994.374138.

    Examples
    --------
    >>> gaussian_nll = GaussianNLL()
    >>> gaussian_nll([1.0, 2.0], [[1.0, 0.0], [4.0, 0.0]])
    1.0
    >>> gaussian_nll.derivative([2.0], [[4.0, 0.0]]).tolist()
    [[2.0, -1.5]]
    >>> gaussian_nll.minimiser([1.0, 3.0]).tolist()
    [2.0, 0.0]
    """

    name = "gaussian_nll"
    formula = r"\ell(y, m, s) = \frac{1}{2} \left( s + (y - m)^2 \exp(-s) \right)"
    traits = Traits(convex=False, strictly_convex=False, strongly_convex=False, smooth="C∞", lipschitz=None,
                    best_constant="mean and log variance", likelihood="Gaussian")

    def of_rows(self, y: Array, p: Array) -> ValueAndSlope:
        mean, log_variance = p.T
        inverse_deviation = np.exp(-log_variance / 2)
        u = product(mean - y, inverse_deviation)  # this is the residual in standard deviations
        value = corrected((log_variance + u * u) / 2, np.isinf(u), np.abs, u)
        return value, np.stack([product(u, inverse_deviation), (1 - u) * (1 + u) / 2], axis=1)

    def minimiser(self, y_true: ArrayLike, weight: ArrayLike | None = None) -> Array:
        """Best constant: the mean and the log variance of the targets; -inf when they are all the same."""
        y, w = self._sample(y_true, weight)
        centre = weighted_mean(y, w)
        with np.errstate(divide="ignore"):
            # The exponent of the largest residual is set aside, because its square could overflow or vanish.
            exponent = np.frexp(np.abs(y - centre).max())[1]
            spread = weighted_mean(np.ldexp(y - centre, -exponent) ** 2, w)
            return np.array([centre, np.log(spread) + 2 * exponent * np.log(2)])


poisson = Poisson()
poisson_identity = PoissonIdentity()
negative_binomial = NegativeBinomial()
gamma = Gamma()
tweedie = Tweedie()
gaussian_nll = GaussianNLL()
