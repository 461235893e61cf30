"""What the tests know about crps_gaussian from other sources than the package."""

from math import exp, log, pi, sqrt

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.CRPSGaussian,
    outside=[
        (lossedu.crps_gaussian, [1.0], [1.0],
         r"y_true has shape \(1,\) and y_pred has shape \(1,\); expected y_pred of shape \(1, 2\): a mean and"),
    ],
    by_hand=[
        (lossedu.crps_gaussian, [1.0], [[1.0, log(4)]], 2 * (sqrt(2) - 1) / sqrt(pi), [[0, (sqrt(2) - 1) / sqrt(pi)]]),
        (lossedu.crps_gaussian, [0.0], [[20.0, 0.0]], 20 - 1 / sqrt(pi), [[1, exp(-200) - 1 / sqrt(4 * pi)]]),
    ],
)
