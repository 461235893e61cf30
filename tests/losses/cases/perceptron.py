"""What the tests know about perceptron from other sources than the package."""

import mpmath as mp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, positive, y

CASE = Case(
    lossedu.Perceptron,
    symbolic=lambda: positive(-y * p),
    exact=lambda a: (max(-a, 0), -mp.mpf(a < 0)),
)
