"""What the tests know about mape from other sources than the package."""

import mpmath as mp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r, size, y

CASE = Case(
    lossedu.PercentageError,
    symbolic=lambda: size(r / y),
    exact=lambda y, p: (abs(p - y) / abs(y), mp.sign(p - y) / abs(y)),
    outside=[
        (lossedu.mape, [1.0, 0.0], [1.0, 1.0], "y_true must not hold 0.*1 of them; use mae"),
    ],
    by_hand=[
        (lossedu.mape, -4.0, -5.0, 0.25, -0.25),
    ],
    kinks=[
        (lossedu.mape, 2.0, 2.0),
    ],
)
