"""What the tests know about modified_huber from other sources than the package."""

import mpmath as mp
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, positive, y

CASE = Case(
    lossedu.ModifiedHuber,
    symbolic=lambda: sp.Piecewise((positive(1 - y * p) ** 2, y * p >= -1), (-4 * y * p, True)),
    exact=lambda a: (-4 * a, mp.mpf(-4)) if a < -1 else (max(1 - a, 0) ** 2, -2 * max(1 - a, 0)),
    forecast=lambda s: (1 + s) / 2,
)
