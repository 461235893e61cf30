"""What the tests know about mae from other sources than the package."""

import mpmath as mp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r, size

CASE = Case(
    lossedu.AbsoluteError,
    symbolic=lambda: size(r),
    exact=lambda r: (abs(r), mp.sign(r)),
    likelihood={"Laplace": lambda loss: stats.laplace.logpdf},
)
