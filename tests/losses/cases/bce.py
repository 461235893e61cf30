"""What the tests know about bce from other sources than the package."""

import mpmath as mp
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y


def bce(y, p):
    slope = (0 if y == 1 else (1 - y) / (1 - p)) - (0 if y == 0 else y / p)
    value = -(0 if y == 0 else y * mp.log(p)) - (0 if y == 1 else (1 - y) * mp.log1p(-p))
    return (value, slope, (0, (1 - y) / (1 - p) + y / p))


CASE = Case(
    lossedu.BinaryCrossEntropy,
    symbolic=lambda: -y * sp.log(p) - (1 - y) * sp.log(1 - p),
    exact=bce,
    likelihood={"Bernoulli": lambda loss: stats.bernoulli.logpmf},
    forecast=lambda p: p,
    outside=[
        (lossedu.bce, [1.5], [0.5], "y_true must be labels 0 and 1.*holds 1.5"),
        (lossedu.bce, [1], [2.5], "y_pred must be probabilities between 0 and 1.*bce_logits.*holds 2.5"),
    ],
)
