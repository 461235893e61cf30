"""What the tests know about mse from other sources than the package."""

from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.SquaredError,
    symbolic=lambda: r**2,
    exact=lambda r: (r**2, 2 * r),
    by_hand=[
        (lossedu.mse, 3.0, 1.0, 4, -4),
    ],
    likelihood=("Gaussian", lambda loss, y, p: stats.norm.logpdf(y, p)),
)
