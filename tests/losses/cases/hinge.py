"""What the tests know about hinge from other sources than the package."""

import mpmath as mp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, positive, y

CASE = Case(
    lossedu.Hinge,
    symbolic=lambda: positive(1 - y * p),
    exact=lambda a: (max(1 - a, 0), -mp.mpf(a < 1)),
    outside=[
        (lossedu.hinge, [0, 1], [1.0, 1.0], r"y_true must hold the labels -1 and \+1, but holds 0; .*2 \* y_true - 1"),
    ],
    by_hand=[
        (lossedu.hinge, -1.0, 2.5, 3.5, 1),
        (lossedu.hinge, 1.0, 0.25, 0.75, -1),
    ],
    kinks=[
        (lossedu.hinge, 1.0, 1.0),
        (lossedu.hinge, -1.0, -1.0),
    ],
    decides=True,
)
