"""What the tests know about cumulative_logit from other sources than the package."""

from math import log

import numpy as np
import sympy as sp
from scipy.special import expit, logit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import categorical
from tests.losses.cases.symbols import P, Y


def shares(z):
    """The probability of each class: how much the cumulative probability rises from one logit to the next."""
    return np.diff(expit(z), axis=1, prepend=0, append=1)


first, second = (1 / (1 + sp.exp(-z)) for z in P[:2])

CASE = Case(
    lossedu.CumulativeLogit,
    of_row=-Y[0] * sp.log(first) - Y[1] * sp.log(second - first) - Y[2] * sp.log(1 - second),
    outside=[
        (lossedu.cumulative_logit, [0], [[2.0, 1.0]], "row of y_pred must not fall, but one holds 2 before 1"),
        (lossedu.cumulative_logit, [3], [[1.0, 2.0]], "label 3, but with 3 classes labels run from 0 to 2"),
    ],
    by_hand=[
        (lossedu.cumulative_logit, [1], [[-log(3), log(3)]], log(2), [[3 / 8, -3 / 8]]),
        (lossedu.cumulative_logit, [0], [[-log(3), log(3)]], log(4), [[-3 / 4, 0]]),
    ],
    likelihood=("categorical", lambda loss, y, z: categorical(y, shares(z))),
    forecast=shares,
    scores=lambda rows: logit(np.cumsum(rows, axis=1)[:, :-1]),
)
