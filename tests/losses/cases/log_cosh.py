"""What the tests know about log_cosh from other sources than the package."""

from math import log

import mpmath as mp
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.LogCosh,
    symbolic=lambda: sp.log(sp.cosh(r)),
    exact=lambda r: (abs(r) + mp.log1p(mp.expm1(-2 * abs(r)) / 2), mp.tanh(r)),
    by_hand=[
        (lossedu.log_cosh, 0.0, log(3), log(5 / 3), 0.8),
    ],
    likelihood=("hyperbolic secant", lambda loss, y, p: stats.hypsecant.logpdf(y, p)),
)
