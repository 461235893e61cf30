"""What the tests know about cross_entropy from other sources than the package."""

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import categorical
from tests.losses.cases.symbols import P, Y

CASE = Case(
    lossedu.CrossEntropy,
    of_row=-sum(a * sp.log(b) for a, b in zip(Y, P, strict=True)),
    likelihood={"categorical": lambda loss: categorical},
    forecast=lambda rows: rows,
    outside=[
        (lossedu.cross_entropy, [0], [[0.5, 0.6]], "each row of y_pred must sum to 1, but one sums to 1.1.*logits"),
        (lossedu.cross_entropy, [3], [[0.5, 0.5]],
         "y_true holds the label 3, but with 2 classes labels run from 0 to 1"),
    ],
)
