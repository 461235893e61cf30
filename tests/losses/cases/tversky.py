"""What the tests know about tversky from other sources than the package."""

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import tversky

CASE = Case(
    lossedu.Tversky,
    of_row=tversky(sp.Rational("0.3"), sp.Rational("0.7")),
    bad_parameters=[
        ("alpha", 0.0, "positive"),
        ("beta", -1.0, "positive"),
    ],
    outside=[
        (lossedu.tversky, [[0, 2]], [[0.5, 0.5]], "y_true must be memberships.*holds 2"),
    ],
    others=[lossedu.Tversky(alpha=0.9, beta=0.2)],
    by_hand=[
        (lossedu.Tversky(alpha=1.0, beta=1.0), [[1, 1, 0]], [[1.0, 0.0, 1.0]], 2 / 3, [[-1 / 3, -1 / 3, 1 / 9]]),
    ],
    decides=True,
)
