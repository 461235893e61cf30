"""What the tests know about gamma from other sources than the package."""

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Gamma,
    symbolic=lambda: p + y * sp.exp(-p),
    exact=lambda y, z: (z + y * mp.exp(-z), 1 - y * mp.exp(-z), (abs(z) + y * mp.exp(-z), 1 + y * mp.exp(-z))),
    likelihood={"gamma": lambda loss: lambda y, z: stats.gamma.logpdf(y, 3, scale=np.exp(z) / 3)},
    outside=[
        (lossedu.gamma, [0.0], [0.0], "y_true must be positive, but holds 0"),
    ],
)
