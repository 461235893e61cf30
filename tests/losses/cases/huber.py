"""What the tests know about huber from other sources than the package."""

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r, size


def least_favourable(loss, y, p):
    near = np.minimum(np.abs(y - p), loss.delta)
    return stats.norm.logpdf(near) - loss.delta * (np.abs(y - p) - near)


CASE = Case(
    lossedu.Huber,
    symbolic=lambda delta: sp.Piecewise((r**2 / 2, size(r) <= delta), (delta * (size(r) - delta / 2), True)),
    exact=lambda r: (r**2 / 2, r) if abs(r) <= 1 else (abs(r) - mp.mpf(1) / 2, mp.sign(r)),
    bad_parameters=[
        ("delta", 0.0, "positive"),
        ("delta", -1.0, "positive"),
    ],
    others=[lossedu.Huber(delta=0.3)],
    by_hand=[
        (lossedu.Huber(delta=1.0), 3.0, 1.0, 1.5, -1),
        (lossedu.Huber(delta=1.0), 1.5, 1.0, 0.125, -0.5),
    ],
    likelihood=("Huber's least favourable", least_favourable),
)
