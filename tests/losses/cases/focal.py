"""What the tests know about focal from other sources than the package."""

import sympy as sp
from scipy import stats
from scipy.special import expit

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.exact import sigmoid, softplus
from tests.losses.cases.symbols import sigma, y


def focal(y, z):
    """Focal loss with gamma = 2, and the loss of each class as the terms that a soft label adds up."""
    def one(z):
        p, q = sigmoid(z), sigmoid(-z)
        return q**2 * softplus(-z), -(q**3) - 2 * p * q**2 * softplus(-z)
    (v1, s1), (v0, s0) = one(z), one(-z)
    return y * v1 + (1 - y) * v0, y * s1 - (1 - y) * s0, (0, abs(y * s1) + abs((1 - y) * s0))


CASE = Case(
    lossedu.Focal,
    symbolic=lambda gamma: -y * (1 - sigma) ** gamma * sp.log(sigma) - (1 - y) * sigma**gamma * sp.log(1 - sigma),
    exact=focal,
    likelihood={"Bernoulli": lambda loss: lambda y, z: stats.bernoulli.logpmf(y, expit(z))},
    forecast=expit,
    bad_parameters=[
        ("gamma", -1.0, "not negative"),
    ],
    outside=[
        (lossedu.focal, [-1], [0.5], "y_true must be labels 0 and 1.*holds -1"),
    ],
    others=[lossedu.Focal(gamma=0.0), lossedu.Focal(gamma=0.5), lossedu.Focal(gamma=5.0)],
)
