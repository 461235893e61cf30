"""What the tests know about perplexity from other sources than the package."""

from math import log

import numpy as np
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import P, Y, total


def geometric_mean(values, weights):
    return np.exp(np.average(np.log(values), weights=weights))


CASE = Case(
    lossedu.Perplexity,
    of_row=sp.exp(-sum(a * (b - sp.log(total)) for a, b in zip(Y, P, strict=True))),
    by_hand=[
        (lossedu.perplexity, [1], [[log(2), 0.0, 0.0]], 4, [[2, -3, 1]]),
    ],
    mean=geometric_mean,
)
