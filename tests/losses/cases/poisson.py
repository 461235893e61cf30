"""What the tests know about poisson from other sources than the package."""

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Poisson,
    symbolic=lambda: sp.exp(p) - y * p,
    exact=lambda y, z: (mp.exp(z) - y * z, mp.exp(z) - y, (mp.exp(z) + y * abs(z), mp.exp(z) + y)),
    likelihood={"Poisson": lambda loss: lambda y, z: stats.poisson.logpmf(y, np.exp(z))},
    outside=[
        (lossedu.poisson, [-1], [0.0], "y_true must be counts or rates, 0 or more, but holds -1"),
    ],
)
