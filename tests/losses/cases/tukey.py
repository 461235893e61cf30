"""What the tests know about tukey from other sources than the package."""

import mpmath as mp
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r, size


def tukey(r):
    c = mp.mpf(4.685)
    inside = 1 - (r / c) ** 2 if abs(r) <= c else mp.mpf(0)
    return c**2 / 6 * (1 - inside**3), r * inside**2


CASE = Case(
    lossedu.Tukey,
    symbolic=lambda c: sp.Piecewise((c**2 / 6 * (1 - (1 - (r / c) ** 2) ** 3), size(r) <= c), (c**2 / 6, True)),
    exact=tukey,
    bad_parameters=[
        ("c", -2.0, "positive"),
    ],
    others=[lossedu.Tukey(c=1.5)],
    by_hand=[
        (lossedu.Tukey(c=2.0), 0.0, 1.0, 2 / 3 * (1 - 27 / 64), 9 / 16),
        (lossedu.Tukey(c=2.0), 0.0, 5.0, 2 / 3, 0),
    ],
)
