"""What the tests know about mse from other sources than the package."""

from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.SquaredError,
    symbolic=lambda: r**2,
    exact=lambda r: (r**2, 2 * r),
    likelihood={"Gaussian": lambda loss: stats.norm.logpdf},
)
