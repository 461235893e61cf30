"""What the tests know about quantile from other sources than the package."""

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.Quantile,
    symbolic=lambda tau: sp.Piecewise(((1 - tau) * r, r > 0), (-tau * r, True)),
    exact=lambda r: (abs(r) / 2, mp.sign(r) / 2),
    bad_parameters=[
        ("tau", 0.0, "between 0 and 1"),
        ("tau", 1.0, "between 0 and 1"),
        ("tau", np.nan, "between 0 and 1"),
    ],
    others=[lossedu.Quantile(tau=0.8)],
    by_hand=[
        (lossedu.Quantile(tau=0.9), 10.0, 8.0, 1.8, -0.9),
        (lossedu.Quantile(tau=0.9), 10.0, 12.0, 0.2, 0.1),
    ],
    kinks=[
        (lossedu.Quantile(tau=0.9), 2.0, 2.0),
    ],
    likelihood=("asymmetric Laplace", lambda loss, y, p: stats.laplace_asymmetric.logpdf(
        y, np.sqrt(loss.tau / (1 - loss.tau)), p)),
)
