"""The equation and the claim of the page on what other libraries do."""

import numpy as np

from lossedu import bce
from lossedu.losses.conventions import CONVENTIONS
from tests.claims.registry import claim
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-bits")
def bits(tex, rng):
    p = rng.uniform(0.05, 0.95)
    holds(tex, {r"L_{\mathrm{bits}}": -np.log2(p), "L": bce([1], [p])})


@claim("libraries-clipped", "The limits explain all three answers to the last digit shown.",
       "A clipped loss is the same for every forecast at or below the limit, so it says what the limit is and not how "
       "bad the forecast was.")
def clipped():
    """Every forecast below its limit gets the loss of the limit, and one above it another loss."""
    [answers] = [one.answers for one in CONVENTIONS if one.question.startswith("What does a forecast of 0 cost")]
    limits = {"1e-7": 1e-7, "2.2e-16": 2.0**-52, "1.2e-7": 2.0**-23}
    found = {answer.why.split()[-1]: answer.says for answer in answers if "clipped to" in answer.why}
    assert found.keys() == limits.keys()
    for name, limit in limits.items():
        assert f"{found[name]:.4f}" == f"{bce([1.0], [limit]):.4f}"
        assert len({bce([1.0], [max(forecast, limit)]) for forecast in (0, 1e-30, limit / 2, limit)}) == 1
        assert bce([1.0], [2 * limit]) < bce([1.0], [limit])
