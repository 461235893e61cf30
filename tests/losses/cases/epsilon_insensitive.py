"""What the tests know about epsilon_insensitive from other sources than the package."""

import mpmath as mp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import positive, r, size


def tube(r):
    return max(abs(r) - mp.mpf(0.1), mp.mpf(0))


CASE = Case(
    lossedu.EpsilonInsensitive,
    symbolic=lambda epsilon: positive(size(r) - epsilon),
    exact=lambda r: (tube(r), mp.sign(r) * (tube(r) > 0), (abs(r), 0)),
    bad_parameters=[
        ("epsilon", -0.1, "not negative"),
    ],
    others=[lossedu.EpsilonInsensitive(epsilon=0.7)],
    by_hand=[
        (lossedu.EpsilonInsensitive(epsilon=0.5), 1.0, 3.0, 1.5, 1),
    ],
    kinks=[
        (lossedu.EpsilonInsensitive(epsilon=0.5), 2.0, 2.5),
        (lossedu.EpsilonInsensitive(epsilon=0.5), 2.0, 1.5),
    ],
)
