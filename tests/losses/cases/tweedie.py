"""What the tests know about tweedie from other sources than the package."""

import mpmath as mp
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import compound_poisson, inverse_gaussian
from tests.losses.cases.symbols import p, y


def tweedie(y, z):
    power = mp.mpf("1.5")
    up, down = mp.exp((2 - power) * z), y * mp.exp((1 - power) * z)
    return up / (2 - power) + down / (power - 1), up - down, (0, up + down)


CASE = Case(
    lossedu.Tweedie,
    symbolic=lambda power: sp.exp((2 - power) * p) / (2 - power) + y * sp.exp((1 - power) * p) / (power - 1),
    exact=tweedie,
    likelihood={"Tweedie": lambda loss: compound_poisson(loss.power) if loss.power < 2 else inverse_gaussian},
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
)
