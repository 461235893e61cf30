"""What the tests know about gaussian_nll from other sources than the package."""

from math import log

import numpy as np
from scipy import stats

import lossedu
from tests.losses.cases.case import Case

CASE = Case(
    lossedu.GaussianNLL,
    outside=[
        (lossedu.gaussian_nll, [1.0], [1.0],
     r"y_true has shape \(1,\) and y_pred has shape \(1,\); expected y_pred of shape \(1, 2\)"),
    ],
    by_hand=[
        (lossedu.gaussian_nll, [2.0], [[4.0, log(4)]], log(2) + 0.5, [[0.5, 0]]),
    ],
    likelihood=("Gaussian", lambda loss, y, p: stats.norm.logpdf(y, p[:, 0], np.exp(p[:, 1] / 2))),
)
