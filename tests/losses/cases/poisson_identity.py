"""What the tests know about poisson_identity from other sources than the package."""

from math import inf, log

import mpmath as mp
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.PoissonIdentity,
    symbolic=lambda: p - y * sp.log(p),
    exact=lambda y, m: (m - y * mp.log(m), 1 - y / m, (m + abs(y * mp.log(m)), 1 + y / m)),
    outside=[
        (lossedu.poisson_identity, [-1], [1.0], "y_true must be counts or rates, 0 or more, but holds -1"),
        (lossedu.poisson_identity, [1], [-0.5], "y_pred must be means, 0 or more, but holds -0.5"),
    ],
    by_hand=[
        (lossedu.poisson_identity, 2.0, 4.0, 4 - 2 * log(4), 0.5),
        (lossedu.poisson_identity, 0.0, 0.0, 0, 1),
        (lossedu.poisson_identity, 1.0, 0.0, inf, -inf),
    ],
    likelihood=("Poisson", lambda loss, y, m: stats.poisson.logpmf(y, m)),
)
