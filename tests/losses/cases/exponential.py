"""What the tests know about exponential from other sources than the package."""

import mpmath as mp
import sympy as sp
from scipy.special import expit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Exponential,
    symbolic=lambda: sp.exp(-y * p),
    exact=lambda a: (mp.exp(-a), -mp.exp(-a)),
    forecast=lambda s: expit(2 * s),
)
