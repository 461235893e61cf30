"""What the tests know about perplexity from other sources than the package."""

import sympy as sp

import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import P, Y, total

CASE = Case(
    lossedu.Perplexity,
    of_row=sp.exp(-sum(a * (b - sp.log(total)) for a, b in zip(Y, P, strict=True))),
)
