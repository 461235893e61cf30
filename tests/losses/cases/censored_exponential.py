"""What the tests know about censored_exponential from other sources than the package."""

from math import log

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, size, y


def exact(y, z):
    seen, relative = y > 0, abs(y) * mp.exp(-z)
    return seen * z + relative, seen - relative, (seen * abs(z) + relative, seen + relative)


def log_density(loss, y, z):
    """Of a time whose end was seen; of a longer wait where it was not."""
    mean = np.exp(z)
    return np.where(y > 0, stats.expon.logpdf(abs(y), scale=mean), stats.expon.logsf(abs(y), scale=mean))


CASE = Case(
    lossedu.CensoredExponential,
    symbolic=lambda: size(y) * sp.exp(-p) + sp.Piecewise((p, y > 0), (0, True)),
    exact=exact,
    outside=[
        (lossedu.censored_exponential, [0.0], [0.0], "y_true must not hold 0.*see waiting_times"),
    ],
    by_hand=[
        (lossedu.censored_exponential, 2.0, log(4), log(4) + 0.5, 0.5),
        (lossedu.censored_exponential, -2.0, log(4), 0.5, -0.5),
    ],
    likelihood=("exponential", log_density),
)
