"""What the tests know about exponential from other sources than the package."""

import mpmath as mp
import sympy as sp
from scipy.special import expit, logit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.constants import share
from tests.losses.cases.symbols import p, y

CASE = Case(
    lossedu.Exponential,
    symbolic=lambda: sp.exp(-y * p),
    exact=lambda a: (mp.exp(-a), -mp.exp(-a)),
    forecast=lambda s: expit(2 * s),
    best_constant={"half the logit of the share of +1": lambda loss, y, w: logit(share(y, w)) / 2},
)
