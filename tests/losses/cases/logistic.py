"""What the tests know about logistic from other sources than the package."""

from math import log

import sympy as sp
from scipy.special import expit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import bernoulli
from tests.losses.cases.exact import sigmoid, softplus
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Logistic,
    symbolic=lambda: sp.log(1 + sp.exp(-y * p)),
    exact=lambda a: (softplus(-a), -sigmoid(-a)),
    outside=[
        (lossedu.logistic, [2], [1.0], "but holds 2"),
    ],
    by_hand=[
        (lossedu.logistic, 1.0, log(3), log(4 / 3), -0.25),
    ],
    likelihood=("Bernoulli", lambda loss, y, s: bernoulli((y + 1) / 2, expit(s))),
    forecast=expit,
)
