"""What the tests know about zero_one from other sources than the package."""

import mpmath as mp
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.ZeroOne,
    symbolic=lambda: sp.Piecewise((0, y * p > 0), (1, True)),
    exact=lambda a: (mp.mpf(a <= 0), mp.mpf(0)),
    by_hand=[
        (lossedu.zero_one, 1.0, -3.0, 1, 0),
        (lossedu.zero_one, -1.0, -3.0, 0, 0),
    ],
    kinks=[
        (lossedu.zero_one, 1.0, 0.0),
    ],
    decides=True,
)
