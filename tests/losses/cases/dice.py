"""What the tests know about dice from other sources than the package."""

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import tversky

CASE = Case(
    lossedu.Dice,
    of_row=tversky(sp.Rational(1, 2), sp.Rational(1, 2)),
    outside=[
        (lossedu.dice, [[0, 0]], [[0.5, 0.5]], "empty set.*leave such rows out"),
        (lossedu.dice, [[0, 1]], [[0.5, 1.5]], "y_pred must be probabilities.*holds 1.5"),
    ],
    by_hand=[
        (lossedu.dice, [[1, 1, 0, 0]], [[1.0, 0.0, 1.0, 0.0]], 0.5, [[-3 / 8, -3 / 8, 1 / 8, 1 / 8]]),
    ],
    decides=True,
)
