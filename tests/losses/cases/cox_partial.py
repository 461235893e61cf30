"""What the tests know about cox_partial from other sources than the package."""

from math import log

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.CoxPartial,
    outside=[
        (lossedu.cox_partial, [[1.0, 0.0]], [[0.0, 0.0]], "y_true must not hold 0"),
    ],
    by_hand=[
        (lossedu.cox_partial, [[1.0, -2.0, 3.0]], [[log(2), 0.0, 0.0]], log(2), [[-1 / 2, 1 / 4, 1 / 4]]),
        (lossedu.cox_partial, [[-1.0, 2.0, 2.0]], [[5.0, 0.0, log(3)]], log(4) + log(4 / 3), [[0, -1 / 2, 1 / 2]]),
    ],
)
