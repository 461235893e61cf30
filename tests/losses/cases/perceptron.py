"""What the tests know about perceptron from other sources than the package."""

import mpmath as mp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, positive, y

CASE = Case(
    lossedu.Perceptron,
    symbolic=lambda: positive(-y * p),
    exact=lambda a: (max(-a, 0), -mp.mpf(a < 0)),
    by_hand=[
        (lossedu.perceptron, -1.0, 2.5, 2.5, 1),
    ],
    kinks=[
        (lossedu.perceptron, 1.0, 0.0),
    ],
    decides=True,
)
