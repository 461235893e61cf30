"""What the tests know about cosine from other sources than the package."""

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.constants import mean_direction
from tests.losses.cases.densities import von_mises_fisher
from tests.losses.cases.symbols import P, Y, inner

CASE = Case(
    lossedu.CosineDistance,
    of_row=1 - inner / sp.sqrt(sum(a * a for a in Y) * sum(b * b for b in P)),
    likelihood={"von Mises-Fisher": lambda loss: von_mises_fisher},
    best_constant={"mean direction": lambda loss, y, w: mean_direction(y, w)},
    outside=[
        (lossedu.cosine, [[1.0, 0.0]], [[0.0, 0.0]], "y_pred must not hold a zero vector"),
    ],
)
