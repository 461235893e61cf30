"""The equations of the page on entropy, divergence and the Brier score, held against the loss objects."""

import numpy as np

from lossedu import brier, cross_entropy, kl
from lossedu.exercises import find_exercise
from tests.equations.latex import evaluate, holds, sides
from tests.equations.losses import chances, loss_equation
from tests.equations.registry import equation

loss_equation("eq-brier", brier, chances)


def two_rows(rng):
    """Two rows of three probabilities."""
    return rng.dirichlet(np.ones(3), size=2)


def entropy(q):
    """What is left of the cross-entropy when belief and truth agree."""
    return cross_entropy([q], [q])


@equation("eq-entropy")
def the_entropy(tex, rng):
    holds(tex, {"H": entropy, "q": two_rows(rng)[0], "C": 3}, rtol=1e-9)


@equation("eq-kl")
def divergence(tex, rng):
    q, p = two_rows(rng)
    holds(tex, {r"\ell": lambda y, p: kl([y], [p]), "y": q, r"\hat{y}": p, "C": 3}, rtol=1e-9)


@equation("eq-cross-entropy-is-entropy-plus-kl")
def sum_of_two(tex, rng):
    q, p = two_rows(rng)

    def either(q, p=None):
        return entropy(q) if p is None else cross_entropy([q], [p])

    holds(tex, {"H": either, r"\mathrm{KL}(q \| p)": kl([q], [p]), "q": q, "p": p}, rtol=1e-9)


@equation("eq-kl-slope")
def slope(tex, rng):
    q, p = two_rows(rng)
    slopes = kl.derivative([q], [p])[0]
    for k in (1, 2, 3):
        holds(tex, {r"\frac{\partial \ell}{\partial \hat{y}_k}": slopes, "y": q, r"\hat{y}": p, "k": k})


@equation("eq-brier-expected")
def expected(tex, rng):
    q, p = rng.uniform(0.05, 0.95, 2)
    holds(tex, {"q": q, "p": p})
    assert np.isclose(evaluate(sides(tex)[0], {"q": q, "p": p}), brier([1, 0], [p, p], weight=[q, 1 - q]))


@equation("eq-add-one")
def add_one(tex, rng):
    counts = rng.integers(0, 5, 3)
    shares = find_exercise("add_one_shares").reference(counts)
    for k in (1, 2, 3):
        holds(tex, {"p": shares, "n_k": counts[k - 1], "k": k, "n": counts.sum(), "C": 3})
