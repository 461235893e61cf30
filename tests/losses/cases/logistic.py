"""What the tests know about logistic from other sources than the package."""

import sympy as sp
from scipy import stats
from scipy.special import expit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.exact import sigmoid, softplus
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Logistic,
    symbolic=lambda: sp.log(1 + sp.exp(-y * p)),
    exact=lambda a: (softplus(-a), -sigmoid(-a)),
    likelihood={"Bernoulli": lambda loss: lambda y, s: stats.bernoulli.logpmf((y + 1) / 2, expit(s))},
    forecast=expit,
    outside=[
        (lossedu.logistic, [2], [1.0], "but holds 2"),
    ],
)
