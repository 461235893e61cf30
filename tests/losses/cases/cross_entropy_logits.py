"""What the tests know about cross_entropy_logits from other sources than the package."""

from math import log

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.densities import categorical, softmax
from tests.losses.cases.symbols import P, Y, total

CASE = Case(
    lossedu.CrossEntropyLogits,
    of_row=-sum(a * (b - sp.log(total)) for a, b in zip(Y, P, strict=True)),
    outside=[
        (lossedu.cross_entropy_logits, [-1], [[0.5, 0.5]], "y_true holds the label -1"),
    ],
    by_hand=[
        (lossedu.cross_entropy_logits, [1], [[log(2), 0.0, 0.0]], log(4), [[0.5, -0.75, 0.25]]),
    ],
    likelihood=("categorical", lambda loss, y, z: categorical(y, softmax(z))),
    forecast=softmax,
)
