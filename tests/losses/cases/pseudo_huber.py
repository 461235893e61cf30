"""What the tests know about pseudo_huber from other sources than the package."""

import mpmath as mp
import numpy as np
import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import r

CASE = Case(
    lossedu.PseudoHuber,
    symbolic=lambda delta: delta**2 * (sp.sqrt(1 + (r / delta) ** 2) - 1),
    exact=lambda r: (r**2 / (mp.sqrt(1 + r**2) + 1), r / mp.sqrt(1 + r**2)),
    bad_parameters=[
        ("delta", 0.0, "positive"),
        ("delta", np.nan, "positive"),
    ],
    others=[lossedu.PseudoHuber(delta=2.5)],
    by_hand=[
        (lossedu.PseudoHuber(delta=3.0), 0.0, 4.0, 6, 2.4),
    ],
)
