"""What the tests know about cosine from other sources than the package."""

import numpy as np
import sympy as sp
from scipy import stats

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import P, Y, inner


def von_mises_fisher(loss, y, p):
    def directions(rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.array([stats.vonmises_fisher(m, 1).logpdf(x) for x, m in zip(directions(y), directions(p), strict=True)])


CASE = Case(
    lossedu.CosineDistance,
    of_row=1 - inner / sp.sqrt(sum(a * a for a in Y) * sum(b * b for b in P)),
    outside=[
        (lossedu.cosine, [[1.0, 0.0]], [[0.0, 0.0]], "y_pred must not hold a zero vector"),
    ],
    by_hand=[
        (lossedu.cosine, [[1.0, 0.0]], [[3.0, 4.0]], 0.4, [[-16 / 125, 12 / 125]]),
    ],
    likelihood=("von Mises-Fisher", von_mises_fisher),
)
