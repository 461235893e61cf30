"""The equations of the page on new losses, held against the loss objects and the page's exercise."""

import numpy as np

from lossedu import dpo
from lossedu.course.practice.trends import clean_guess
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-dpo")
def preference(tex, rng):
    c, r, c0, r0 = rng.normal(size=4) * 5
    value = {r"\ell": lambda *inputs: dpo(*([x] for x in inputs)), r"\beta": dpo.beta}
    holds(tex, value | {"c": c, "r": r, "c_0": c0, "r_0": r0}, rtol=1e-9)


@equation("eq-noising")
def noising(tex, rng):
    x, noise, alpha = rng.normal(size=4), rng.normal(size=4), rng.uniform(0.1, 0.9)
    clean = clean_guess.reference(x, noise, alpha)
    holds(tex, {"x": x, "c": clean, "u": noise, r"\alpha": alpha}, rtol=1e-9)


@equation("eq-best-denoiser")
def denoiser(tex, rng):
    """The mean of -1 and +1, each weighted by the density of the noise that would lead to x."""
    x, alpha = rng.normal(), rng.uniform(0.1, 0.9)
    clean = np.array([-1.0, 1.0])
    weights = np.exp(-(clean_noise(x, clean, alpha) ** 2) / 2)
    holds(tex, {r"\hat{c}": np.average(clean, weights=weights), "x": x, r"\alpha": alpha}, rtol=1e-9)


def clean_noise(x, clean, alpha):
    """The noise that turns the clean value into x."""
    return (x - np.sqrt(alpha) * clean) / np.sqrt(1 - alpha)
