"""What the tests know about tweedie from other sources than the package."""

from math import log

import mpmath as mp
import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import p, y


def tweedie(y, z):
    power = mp.mpf("1.5")
    up, down = mp.exp((2 - power) * z), y * mp.exp((1 - power) * z)
    return up / (2 - power) + down / (power - 1), up - down, (0, up + down)


def series(power, y, z):
    """Log density of the compound Poisson-gamma distribution at y > 0, for powers between 1 and 2, from its series."""
    mean, n = np.exp(z)[:, None], np.arange(1, 200)
    rate = mean ** (2 - power) / (2 - power)
    jumps = stats.gamma.pdf(y[:, None], n * (2 - power) / (power - 1), scale=(power - 1) * mean ** (power - 1))
    return np.log((stats.poisson.pmf(n, rate) * jumps).sum(axis=1))


def inverse_gaussian(power, y, z):
    """Log density of Tweedie's distribution of power 3."""
    assert power == 3
    return stats.invgauss.logpdf(y, np.exp(z))


CASE = Case(
    lossedu.Tweedie,
    symbolic=lambda power: sp.exp((2 - power) * p) / (2 - power) + y * sp.exp((1 - power) * p) / (power - 1),
    exact=tweedie,
    bad_parameters=[
        ("power", 1.0, "above 1 and not 2"),
        ("power", 2.0, "above 1 and not 2"),
        ("power", 0.0, "above 1 and not 2"),
    ],
    outside=[
        (lossedu.tweedie, [-1.0], [0.0], "y_true must be amounts of 0 or more, but holds -1"),
        (lossedu.Tweedie(power=3.0), [0.0], [0.0], "y_true must be positive, but holds 0"),
    ],
    others=[lossedu.Tweedie(power=1.2), lossedu.Tweedie(power=3.0)],
    by_hand=[
        (lossedu.Tweedie(power=1.5), 2.0, log(4), 4 + 2, 2 - 1),
    ],
    likelihood=("Tweedie", lambda loss, y, z: (series if loss.power < 2 else inverse_gaussian)(loss.power, y, z)),
    farthest=200.0,  # farther out, both of its exponentials overflow
)
