"""What the tests know about cross_entropy_logits from other sources than the package."""

import sympy as sp
from scipy.special import softmax

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import categorical
from tests.losses.cases.symbols import P, Y, total

CASE = Case(
    lossedu.CrossEntropyLogits,
    of_row=-sum(a * (b - sp.log(total)) for a, b in zip(Y, P, strict=True)),
    likelihood={"categorical": lambda loss: lambda y, z: categorical(y, softmax(z, axis=1))},
    forecast=lambda rows: softmax(rows, axis=1),
    outside=[
        (lossedu.cross_entropy_logits, [-1], [[0.5, 0.5]], "y_true holds the label -1"),
    ],
)
