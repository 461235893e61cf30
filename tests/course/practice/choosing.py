"""The equation of the page on choosing a loss."""

import numpy as np
import pytest

from lossedu import exercises
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-decision-threshold")
def decision_threshold(tex, rng):
    """The condition holds for exactly those probabilities at which acting is cheaper."""
    a, b = rng.uniform(0.5, 5, 2)
    for p in rng.random(20):
        said = {"p": p, "a": a, "b": b}
        if exercises.find_exercise("cheaper_to_act").reference(np.array([p]), a, b)[0]:
            holds(tex, said)
        else:
            with pytest.raises(AssertionError):
                holds(tex, said)
