"""What the tests know about log_cosh from other sources than the package."""

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
    likelihood={"hyperbolic secant": lambda loss: stats.hypsecant.logpdf},
)
