"""What the tests know about gaussian_nll from other sources than the package."""

import numpy as np
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.constants import mean_and_log_variance

CASE = Case(
    lossedu.GaussianNLL,
    likelihood={"Gaussian": lambda loss: lambda y, p: stats.norm.logpdf(y, p[:, 0], np.exp(p[:, 1] / 2))},
    best_constant={"mean and log variance": lambda loss, y, w: mean_and_log_variance(y, w)},
    outside=[
        (lossedu.gaussian_nll, [1.0], [1.0],
     r"y_true has shape \(1,\) and y_pred has shape \(1,\); expected y_pred of shape \(1, 2\)"),
    ],
)
