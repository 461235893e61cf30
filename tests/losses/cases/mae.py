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
    by_hand=[
        (lossedu.mae, 3.0, 1.0, 2, -1),
    ],
    kinks=[
        (lossedu.mae, 2.0, 2.0),
    ],
    likelihood=("Laplace", lambda loss, y, p: stats.laplace.logpdf(y, p)),
)
