"""What the tests know about bce_logits from other sources than the package."""

from math import log

import sympy as sp
from scipy.special import expit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import bernoulli
from tests.losses.cases.exact import sigmoid, softplus
from tests.losses.cases.symbols import sigma, y


def bce_logits(y, z):
    return (y * softplus(-z) + (1 - y) * softplus(z), (1 - y) * sigmoid(z) - y * sigmoid(-z),
            (0, (1 - y) * sigmoid(z) + y * sigmoid(-z)))


CASE = Case(
    lossedu.BinaryCrossEntropyLogits,
    symbolic=lambda: -y * sp.log(sigma) - (1 - y) * sp.log(1 - sigma),
    exact=bce_logits,
    by_hand=[
        (lossedu.bce_logits, 0.0, log(3), log(4), 0.75),
    ],
    likelihood=("Bernoulli", lambda loss, y, z: bernoulli(y, expit(z))),
    forecast=expit,
)
