"""The equation of the page on images."""

from lossedu import exercises
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-accuracy")
def accuracy(tex, rng):
    y, z = rng.integers(3, size=8), rng.normal(size=(8, 3))
    y[:3] = z[:3].argmax(axis=1)
    share = exercises.find_exercise("top_share").reference(y, z, 1)
    holds(tex, {"A": share, "c": z.argmax(axis=1), "y": y, "n": 8})
