"""What the tests know about squared_epsilon_insensitive from other sources than the package."""

import mpmath as mp
import numpy as np

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import positive, r, size


def tube(r):
    return max(abs(r) - mp.mpf(0.1), mp.mpf(0))


CASE = Case(
    lossedu.SquaredEpsilonInsensitive,
    symbolic=lambda epsilon: positive(size(r) - epsilon) ** 2,
    exact=lambda r: (tube(r) ** 2, 2 * mp.sign(r) * tube(r), (abs(r) * tube(r), abs(r))),
    bad_parameters=[
        ("epsilon", np.inf, "not negative"),
    ],
    others=[lossedu.SquaredEpsilonInsensitive(epsilon=0.0), lossedu.SquaredEpsilonInsensitive(epsilon=0.7)],
    by_hand=[
        (lossedu.SquaredEpsilonInsensitive(epsilon=0.5), 1.0, 3.0, 2.25, 3),
    ],
)
