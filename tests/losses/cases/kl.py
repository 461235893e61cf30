"""What the tests know about kl from other sources than the package."""

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import categorical
from tests.losses.cases.symbols import P, Y

CASE = Case(
    lossedu.KLDivergence,
    of_row=sum(a * sp.log(a / b) for a, b in zip(Y, P, strict=True)),
    likelihood={"categorical": lambda loss: categorical},
    forecast=lambda rows: rows,
    outside=[
        (lossedu.kl, [[0.5, 0.6]], [[0.5, 0.5]], "each row of y_true must sum to 1"),
    ],
)
