"""What the tests know about squared_hinge from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, positive, y

CASE = Case(
    lossedu.SquaredHinge,
    symbolic=lambda: positive(1 - y * p) ** 2,
    exact=lambda a: (max(1 - a, 0) ** 2, -2 * max(1 - a, 0)),
    by_hand=[
        (lossedu.squared_hinge, 1.0, 0.25, 0.5625, -1.5),
    ],
    kinks=[
        (lossedu.squared_hinge, 1.0, 1.0),
    ],
    forecast=lambda s: (1 + s) / 2,
)
