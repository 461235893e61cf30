"""The equations of the page on a language model."""

import numpy as np

from lossedu import cross_entropy, exercises
from lossedu.losses.numerics import softmax
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-next-character")
def next_character(tex, rng):
    rows, labels = softmax(rng.normal(size=(6, 4))), rng.integers(4, size=6)
    holds(tex, {"L": cross_entropy(labels, rows), "p": rows[np.arange(6), labels], "n": 6})


@equation("eq-perplexity")
def perplexity(tex, rng):
    p = rng.uniform(0.05, 0.9, size=6)
    hesitation = exercises.find_exercise("perplexity").reference(p)
    holds(tex, {r"\mathrm{PPL}": hesitation, "L": cross_entropy(np.zeros(6, int), np.column_stack([p, 1 - p]))})


@equation("eq-temperature")
def temperature(tex, rng):
    z, T = rng.normal(size=4), rng.uniform(0.3, 2)
    p = exercises.find_exercise("tempered_probabilities").reference(z[None], T)[0]
    for k in range(1, 5):
        holds(tex, {"p": p, "z": z, "T": T, "C": 4, "k": k})
