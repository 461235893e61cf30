"""What the tests know about cauchy from other sources than the package."""

from math import log

import mpmath as mp
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.Cauchy,
    symbolic=lambda c: c**2 / 2 * sp.log(1 + (r / c) ** 2),
    exact=lambda r: (mp.log1p(r**2) / 2, r / (1 + r**2)),
    bad_parameters=[
        ("c", 0.0, "positive"),
    ],
    others=[lossedu.Cauchy(c=2.5)],
    by_hand=[
        (lossedu.Cauchy(c=2.0), 0.0, 2.0, 2 * log(2), 1),
    ],
    likelihood=("Cauchy", lambda loss, y, p: stats.cauchy.logpdf(y, p, loss.c)),
)
