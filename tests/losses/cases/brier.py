"""What the tests know about brier from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.Brier,
    symbolic=lambda: r**2,
    exact=lambda y, p: ((p - y) ** 2, 2 * (p - y)),
    forecast=lambda p: p,
    outside=[
        (lossedu.brier, [1], [-0.5], "y_pred must be probabilities.*sigmoid.*holds -0.5"),
    ],
)
