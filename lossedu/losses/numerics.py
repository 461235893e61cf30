"""Elementary functions in the forms that keep every digit: exp never overflows, log never sees a rounded 1 - p."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lossedu.losses.types import Array


def sigmoid(z: Array) -> Array:
    """Logistic function 1/(1 + exp(-z)), exact in both tails.

    Examples
    --------
    >>> float(sigmoid(np.array(0.0)))
    0.5
    """
    e = np.exp(-np.abs(z))
    probability: Array = np.where(z >= 0, 1.0, e) / (1 + e)
    return probability


def logit(p: Array | float) -> Array:
    """Log-odds log(p/(1 - p)), the inverse of `sigmoid`; -inf at 0 and +inf at 1.

    Examples
    --------
    >>> round(float(logit(0.9)), 4)
    2.1972
    """
    with np.errstate(divide="ignore"):
        log_odds: Array = np.log(p) - np.log1p(-np.asarray(p))
    return log_odds


def softmax(z: Array) -> Array:
    """Class probabilities of rows of logits, shape (..., k): exp(z) divided by its row sum.

    Examples
    --------
    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    probabilities: Array = e / e.sum(axis=-1, keepdims=True)
    return probabilities


def log_softmax(z: Array) -> Array:
    """Logarithm of `softmax`, without ever forming a probability that could round to zero.

    Examples
    --------
    >>> log_softmax(np.array([0.0, -1000.0])).tolist()
    [0.0, -1000.0]
    """
    shifted = z - np.max(z, axis=-1, keepdims=True)  # first, for z - logsumexp(z) drops the logarithm beside a large z
    logarithms: Array = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
    return logarithms


def logsumexp(z: Array) -> Array:
    """log Σ exp(z) over the last axis; adding b to every entry adds b to the result.

    Examples
    --------
    >>> round(float(logsumexp(np.array([1000.0, 1000.0]))), 4)
    1000.6931
    """
    top = np.max(z, axis=-1, keepdims=True)
    total: Array = top[..., 0] + np.log(np.sum(np.exp(z - top), axis=-1))
    return total


def corrected(values: Array, where: Array, exact: Callable[..., Array], *inputs: Array) -> Array:
    """`values`, and exact(*inputs) where a condition holds: as a rule for few entries, so only those are computed.

    `values` must be an array that nobody else uses, because the entries are written into it. What is recorded for a
    page (`lossedu.explore`) is no array; there the condition becomes a part of the formula.

    Examples
    --------
    >>> x = np.array([1e-20, 1.0])
    >>> corrected(np.log(1 + x), x < 0.1, np.log1p, x).tolist()
    [1e-20, 0.6931471805599453]
    """
    if not isinstance(values, np.ndarray):
        return np.where(where, exact(*inputs), values)
    if where.any():
        whole = (x if x.shape == values.shape else np.broadcast_to(x, values.shape) for x in inputs)
        values[where] = exact(*(x[where] for x in whole))
    return values


def polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """A polynomial by Horner's rule; the coefficient of the highest power comes first."""
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


# The rational approximations of erf(x)/x in x² below 1, and of exp(x²) erfc(x) from 1 to 8, in Moshier's library.
ERF_ABOVE = (9.60497373987051638749, 90.0260197203842689217, 2232.00534594684319226, 7003.32514112805075473,
             55592.3013010394962768)
ERF_BELOW = (1.0, 33.5617141647503099647, 521.357949780152679795, 4594.32382970980127987, 22629.0000613890934246,
             49267.3942608635921086)
ERFC_ABOVE = (2.46196981473530512524e-10, 0.564189564831068821977, 7.46321056442269912687, 48.6371970985681366614,
              196.520832956077098242, 526.445194995477358631, 934.528527171957607540, 1027.55188689515710272,
              557.535335369399327526)
ERFC_BELOW = (1.0, 13.2281951154744992508, 86.7072140885989742329, 354.937778887819891062, 975.708501743205489753,
              1823.90916687909736289, 2246.33760818710981792, 1656.66309194161350182, 557.535340817727675546)


def erf(x: Array) -> Array:
    """Error function: the probability that a Gaussian of variance ½ lies between -x and x, with the sign of x [1]_.

    References
    ----------
    .. [1] S. L. Moshier, Methods and Programs for Mathematical Functions, Ellis Horwood, 1989.

    Examples
    --------
    >>> erf(np.array([0.0, 1.0, -np.inf])).round(6).tolist()
    [0.0, 0.842701, -1.0]
    """
    near, far = np.clip(x, -1, 1), np.clip(np.abs(x), 1, 8)  # at 8 it is 1 to the last digit
    inside = near * polynomial(ERF_ABOVE, near * near) / polynomial(ERF_BELOW, near * near)
    rest = np.exp(-far * far) * polynomial(ERFC_ABOVE, far) / polynomial(ERFC_BELOW, far)
    return np.where(np.abs(x) < 1, inside, np.copysign(1 - rest, x))


def product(x: Array, y: Array) -> Array:
    """x·y, with 0·∞ = 0: the limit wherever the factor 0 stays 0 as the other grows.

    Examples
    --------
    >>> product(np.array([0.0, 2.0]), np.array([np.inf, 3.0])).tolist()
    [0.0, 6.0]
    """
    with np.errstate(invalid="ignore"):
        xy = x * y
        return corrected(xy, np.isnan(xy), lambda x, y: np.where((x == 0) | (y == 0), 0.0, x * y), x, y)


def xlogy(x: Array, y: Array) -> Array:
    """x·log(y), with 0·log(0) = 0: a class that never occurs costs nothing.

    Examples
    --------
    >>> xlogy(np.array([0.0, 1.0]), np.array([0.0, 0.0])).tolist()
    [0.0, -inf]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x == 0, 0.0, x * np.log(y))


def ratio(x: Array, y: Array) -> Array:
    """x/y for y from 0 on, with 0/0 = 0: the derivative of `xlogy` in y. A zero with a minus, -0.0, counts as 0.

    Examples
    --------
    >>> ratio(np.array([0.0, 1.0]), np.array([0.0, 0.5])).tolist()
    [0.0, 2.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x == 0, 0.0, x / np.abs(y))


def divergence(q: Array, p: Array) -> Array:
    """q·log(q/p) - q + p of numbers from 0 on: never negative, 0 where p = q, and with all its digits close to it [1]_.

    With v = (q - p)/(q + p) it is (q - p)v + 2q(v³/3 + v⁵/5 + ...), because log(q/p) = 2(v + v³/3 + ...). For small v
    the series is exact, while the logarithm would cancel with q - p.

    References
    ----------
    .. [1] C. Loader, Fast and accurate computation of binomial probabilities, 2000.

    Examples
    --------
    >>> round(1e18 * float(divergence(np.array(0.5), np.array(0.5 + 1e-9))), 6)  # close by, it is (q - p)²/(2q)
    1.0
    >>> divergence(np.array([0.0, 0.5, 0.5]), np.array([0.25, 0.5, 0.0])).tolist()
    [0.25, 0.0, inf]
    """
    def close(q: Array, p: Array, v: Array) -> Array:
        v2 = v * v
        series = v2 / 17
        for odd in (15, 13, 11, 9, 7, 5, 3):
            series = (series + 1 / odd) * v2
        nearly: Array = (q - p) * v + 2 * q * v * series
        return nearly

    v = ratio(q - p, q + p)
    return corrected(xlogy(q, q) - xlogy(q, p) - q + p, np.abs(v) < 0.1, close, q, p, v)


def sum_log1p(e: Array, u: Array) -> float:
    """Σ log(1 + e) of numbers e from 0 to 1, given u = 1 + e too, with few logarithms and all digits of the small ones.

    One logarithm of a product of 64 numbers u stands for 64 logarithms. Each u has lost what is smaller than a rounding
    of 1, which is nothing beside an average of 1/32 or more. If the average is smaller, we use instead that
    (1 + a)(1 + b) = 1 + (a + b + ab): two numbers become one without their 1, so each round halves the logarithms.

    Examples
    --------
    >>> e = np.full(8192, 1e-20)
    >>> round(float(sum_log1p(e, 1 + e)), 25)
    8.192e-17
    """
    if len(e) > 4096 and len(e) % 64 == 0:
        total = float(np.add.reduce(np.log(np.multiply.reduce(u.reshape(64, -1)))))
        if total > len(e) / 32:
            return total
    while len(e) > 4096 and len(e) % 2 == 0:
        a, b = e[:len(e) // 2], e[len(e) // 2:]
        e = a * b
        e += a
        e += b
    return float(np.add.reduce(np.log1p(e)))
