"""What the tests know about quantile from other sources than the package."""

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.constants import weighted_level
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.Quantile,
    symbolic=lambda tau: sp.Piecewise(((1 - tau) * r, r > 0), (-tau * r, True)),
    exact=lambda r: (abs(r) / 2, mp.sign(r) / 2),
    likelihood={"asymmetric Laplace": lambda loss: lambda y, p: stats.laplace_asymmetric.logpdf(
        y, (loss.tau / (1 - loss.tau)) ** 0.5, p)},
    best_constant={"quantile of level tau": lambda loss, y, w: weighted_level(y, w, loss.tau)},
    bad_parameters=[
        ("tau", 0.0, "between 0 and 1"),
        ("tau", 1.0, "between 0 and 1"),
        ("tau", np.nan, "between 0 and 1"),
    ],
    others=[lossedu.Quantile(tau=0.8)],
)
