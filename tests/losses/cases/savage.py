"""What the tests know about savage from other sources than the package."""

import sympy as sp
from scipy.special import expit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.exact import sigmoid
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Savage,
    symbolic=lambda: 1 / (1 + sp.exp(y * p)) ** 2,
    exact=lambda a: (sigmoid(-a) ** 2, -2 * sigmoid(-a) ** 2 * sigmoid(a)),
    forecast=expit,
)
