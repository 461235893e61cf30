"""What the tests know about cauchy from other sources than the package."""

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
    likelihood={"Cauchy": lambda loss: lambda y, p: stats.cauchy.logpdf(y, p, loss.c)},
    bad_parameters=[
        ("c", 0.0, "positive"),
    ],
    others=[lossedu.Cauchy(c=2.5)],
)
