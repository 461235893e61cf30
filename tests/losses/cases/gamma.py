"""What the tests know about gamma from other sources than the package."""

import mpmath as mp
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Gamma,
    symbolic=lambda: p + y * sp.exp(-p),
    exact=lambda y, z: (z + y * mp.exp(-z), 1 - y * mp.exp(-z), (abs(z) + y * mp.exp(-z), 1 + y * mp.exp(-z))),
    outside=[
        (lossedu.gamma, [0.0], [0.0], "y_true must be positive, but holds 0"),
    ],
)
