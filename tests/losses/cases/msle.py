"""What the tests know about msle from other sources than the package."""

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y


def msle(y, p):
    a, b = mp.log1p(p), mp.log1p(y)
    size = abs(a) + abs(b)
    return (a - b) ** 2, 2 * (a - b) / (1 + p), (size * abs(a - b) + (size * mp.mpf(2) ** -52) ** 2,
                                                 2 * size / (1 + p))


CASE = Case(
    lossedu.SquaredLogError,
    symbolic=lambda: sp.log((1 + p) / (1 + y)) ** 2,
    exact=msle,
    likelihood={"log-normal": lambda loss: lambda y, p: stats.lognorm.logpdf(1 + y, 1, scale=1 + p)},
    best_constant={"expm1 of the mean of log1p": lambda loss, y, w: np.expm1(np.average(np.log1p(y), weights=w))},
    outside=[
        (lossedu.msle, [-1.0], [0.0], "y_true must be greater than -1.*holds -1"),
        (lossedu.msle, [0.0], [-2.0], "y_pred must be greater than -1.*holds -2"),
    ],
)
