"""What the tests know about huber from other sources than the package."""

import mpmath as mp
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import least_favourable
from tests.losses.cases.symbols import r, size

CASE = Case(
    lossedu.Huber,
    symbolic=lambda delta: sp.Piecewise((r**2 / 2, size(r) <= delta), (delta * (size(r) - delta / 2), True)),
    exact=lambda r: (r**2 / 2, r) if abs(r) <= 1 else (abs(r) - mp.mpf(1) / 2, mp.sign(r)),
    likelihood={"Huber's least favourable": lambda loss: least_favourable(loss.delta)},
    bad_parameters=[
        ("delta", 0.0, "positive"),
        ("delta", -1.0, "positive"),
    ],
    others=[lossedu.Huber(delta=0.3)],
)
