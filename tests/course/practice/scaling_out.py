"""The equations of the page on scaling out."""

import numpy as np

from lossedu import exercises, mse
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-mean-of-gradients")
def mean_of_gradients(tex, rng):
    """The gradient in one place, and those of three shares."""
    X, y, w = rng.normal(size=(9, 3)), rng.normal(size=9), rng.normal(size=3)
    shares = [(X[s], y[s]) for s in (slice(0, 2), slice(2, 3), slice(3, 9))]
    g = np.array([a.T @ mse.gradient(b, a @ w) for a, b in shares])
    sizes = np.array([len(b) for _, b in shares])
    whole = X.T @ mse.gradient(y, X @ w)
    assert np.allclose(exercises.find_exercise("join_gradients").reference(g, sizes), whole, rtol=1e-12)
    for j in range(3):
        holds(tex, {r"\nabla L": whole[j], "g": g[:, j], "n": sizes, "N": 9, "M": 3})


@equation("eq-bytes-moved")
def bytes_moved(tex, rng):
    """Weights out and gradients back, for each worker."""
    k, workers = (int(number) for number in rng.integers(2, 20, 2))
    moved = sum(np.zeros(k).nbytes + np.zeros(k).nbytes for _ in range(workers))
    holds(tex, {"B": moved, "k": k, "M": workers})
