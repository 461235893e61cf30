"""What the tests know about crps_ensemble from other sources than the package."""

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.CRPSEnsemble,
    outside=[
        (lossedu.crps_ensemble, [1.0], [1.0], r"expected y_pred of shape \(1, members\): one row of members"),
    ],
    by_hand=[
        (lossedu.crps_ensemble, [0.0], [[1.0, -2.0, 6.0]], 3 - 32 / 18, [[1 / 3, -1 / 9, 1 / 9]]),
        (lossedu.crps_ensemble, [2.0], [[2.0, 2.0]], 0, [[0, 0]]),
    ],
)
