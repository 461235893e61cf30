"""What the tests know about negative_binomial from other sources than the package."""

from math import log

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y


def exact(y, z):
    log_sum = mp.log1p(mp.exp(z)) if z < 0 else z + mp.log1p(mp.exp(-z))
    value, slope = (y + 1) * log_sum - y * z, (1 - y * mp.exp(-z)) / (1 + mp.exp(-z))
    return value, slope, ((y + 1) * log_sum + y * abs(z), (1 + y * mp.exp(-z)) / (1 + mp.exp(-z)))


CASE = Case(
    lossedu.NegativeBinomial,
    symbolic=lambda alpha: (y + 1 / alpha) * sp.log(1 + alpha * sp.exp(p)) - y * p,
    exact=exact,
    bad_parameters=[
        ("alpha", 0.0, "positive"),
    ],
    outside=[
        (lossedu.negative_binomial, [-1], [0.0], "y_true must be counts or rates, 0 or more, but holds -1"),
    ],
    others=[lossedu.NegativeBinomial(alpha=0.3)],
    by_hand=[
        (lossedu.NegativeBinomial(alpha=0.5), 3.0, log(2), 5 * log(2) - 3 * log(2), -0.5),
    ],
    likelihood=("negative binomial", lambda loss, y, z: stats.nbinom.logpmf(
        y, 1 / loss.alpha, 1 / (1 + loss.alpha * np.exp(z)))),
)
