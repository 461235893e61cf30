"""What the tests know about squared_hinge from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, positive, y

CASE = Case(
    lossedu.SquaredHinge,
    symbolic=lambda: positive(1 - y * p) ** 2,
    exact=lambda a: (max(1 - a, 0) ** 2, -2 * max(1 - a, 0)),
    forecast=lambda s: (1 + s) / 2,
)
