"""What the tests know about mape from other sources than the package."""

import mpmath as mp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.constants import weighted_level
from tests.losses.cases.symbols import r, size, y

CASE = Case(
    lossedu.PercentageError,
    symbolic=lambda: size(r / y),
    exact=lambda y, p: (abs(p - y) / abs(y), mp.sign(p - y) / abs(y)),
    best_constant={"median with weights 1/abs(y)": lambda loss, y, w: weighted_level(y, w / abs(y), 0.5)},
    outside=[
        (lossedu.mape, [1.0, 0.0], [1.0, 1.0], "y_true must not hold 0.*1 of them; use mae"),
    ],
)
