"""What the tests know about exponential from other sources than the package."""

from math import log

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
    by_hand=[
        (lossedu.exponential, -1.0, log(3), 3, 3),
    ],
    forecast=lambda s: expit(2 * s),
)
