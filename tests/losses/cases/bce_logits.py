"""What the tests know about bce_logits from other sources than the package."""

import sympy as sp
from scipy import stats
from scipy.special import expit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.exact import sigmoid, softplus
from tests.losses.cases.symbols import sigma, y


def bce_logits(y, z):
    return (y * softplus(-z) + (1 - y) * softplus(z), (1 - y) * sigmoid(z) - y * sigmoid(-z),
            (0, (1 - y) * sigmoid(z) + y * sigmoid(-z)))


CASE = Case(
    lossedu.BinaryCrossEntropyLogits,
    symbolic=lambda: -y * sp.log(sigma) - (1 - y) * sp.log(1 - sigma),
    exact=bce_logits,
    likelihood={"Bernoulli": lambda loss: lambda y, z: stats.bernoulli.logpmf(y, expit(z))},
    forecast=expit,
)
