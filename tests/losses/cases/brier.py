"""What the tests know about brier from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.Brier,
    symbolic=lambda: r**2,
    exact=lambda y, p: ((p - y) ** 2, 2 * (p - y)),
    outside=[
        (lossedu.brier, [1], [-0.5], "y_pred must be probabilities.*sigmoid.*holds -0.5"),
    ],
    by_hand=[
        (lossedu.brier, 1.0, 0.25, 0.5625, -1.5),
    ],
    forecast=lambda p: p,
)
