"""What the tests know about kl from other sources than the package."""

from math import log

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import categorical
from tests.losses.cases.symbols import P, Y

CASE = Case(
    lossedu.KLDivergence,
    of_row=sum(a * sp.log(a / b) for a, b in zip(Y, P, strict=True)),
    outside=[
        (lossedu.kl, [[0.5, 0.6]], [[0.5, 0.5]], "each row of y_true must sum to 1"),
    ],
    by_hand=[
        (lossedu.kl, [[0.5, 0.5]], [[0.75, 0.25]], log(4 / 3) / 2, [[-2 / 3, -2]]),
    ],
    likelihood=("categorical", lambda loss, y, p: categorical(y, p)),
    forecast=lambda p: p,
)
