"""Every test has a progress file of its own, and speaks English."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOSSEDU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOSSEDU_LANG", "en")
    return tmp_path / "home"


@pytest.fixture
def made():
    """A sound exercise outside the course, and a function that makes variants of it."""
    import numpy as np

    from lossedu.exercises.exercise import Exercise

    def make(reference=None, points=1, hints=("Square, then sum.",), rtol=1e-7, formerly=(), draw=None, mistakes=None,
             keeps_inputs=False):
        def total_of_squares(r):
            """Return the sum of the squares of `r`."""
            return np.sum(r**2)

        task = Exercise(reference or total_of_squares, "toy", "Total", points, hints, rtol, formerly,
                        keeps_inputs)
        task.inputs(draw or (lambda rng: iter([(np.array([3.0]),), (rng.normal(size=4),)])))
        for sentence, function in mistakes or [("Square them.", lambda r: np.sum(r))]:
            task.mistake(sentence, function)
        return task

    return make
