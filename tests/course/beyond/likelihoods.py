"""The equations of the page on likelihoods, held against the loss objects."""

from math import lgamma

import numpy as np

from lossedu import gamma, gaussian_nll, mae, mse, poisson
from tests.equations.latex import evaluate, holds, sides
from tests.equations.registry import equation


def counts(rng):
    """Counts and the logarithms of forecast means."""
    return rng.poisson(3.0, size=4) + 1, rng.normal(size=4)


def surprise(y, z):
    """The loss with the term it leaves out, log(y!)."""
    return poisson.each([y], [z])[0] + lgamma(y + 1)


@equation("eq-nll")
def mean_surprise(tex, rng):
    y, z = counts(rng)
    z[:] = z[0]  # one forecast for all
    chance = {"p": lambda k: np.exp(-surprise(k, z[0]))}
    holds(tex, chance | {"L": np.mean([surprise(k, z[0]) for k in y]), "y": y, "n": len(y)})


def difference_is_constant(tex, env, loss):
    """The right side is the loss plus what does not depend on the prediction."""
    _, right = sides(tex)
    rests = [evaluate(right, env | {r"\hat{y}": p}) - loss([env["y"]], [p]) for p in (-1.0, 0.5, 2.0)]
    assert np.allclose(rests, rests[0])


@equation("eq-gaussian")
def gaussian(tex, rng):
    env = {"y": rng.normal(), r"\sigma": rng.uniform(0.5, 2)}
    holds(tex, env | {r"\hat{y}": rng.normal()}, rtol=1e-9)
    difference_is_constant(tex, env, lambda y, p: mse(y, p) / (2 * env[r"\sigma"] ** 2))


@equation("eq-laplace")
def laplace(tex, rng):
    env = {"y": rng.normal(), "b": rng.uniform(0.5, 2)}
    holds(tex, env | {r"\hat{y}": rng.normal()}, rtol=1e-9)
    difference_is_constant(tex, env, lambda y, p: mae(y, p) / env["b"])


@equation("eq-poisson-surprise")
def poisson_surprise(tex, rng):
    for y, z in zip(*counts(rng), strict=True):
        holds(tex, {"y": int(y), r"\lambda": np.exp(z)}, rtol=1e-9)
        assert np.isclose(evaluate(sides(tex)[1], {"y": int(y), r"\lambda": np.exp(z)}), surprise(y, z))


@equation("eq-poisson")
def poisson_loss(tex, rng):
    for y, z in zip(*counts(rng), strict=True):
        holds(tex, {r"\ell": lambda y, z: poisson([y], [z]), "y": y, "z": z})


@equation("eq-gamma")
def gamma_loss(tex, rng):
    for y, z in zip(*counts(rng), strict=True):
        holds(tex, {r"\ell": lambda y, z: gamma([y], [z]), "y": y, "z": z})


@equation("eq-gaussian-nll")
def sure_loss(tex, rng):
    y, m, s = rng.normal(size=3)
    holds(tex, {r"\ell": lambda y, m, s: gaussian_nll([y], [[m, s]]), "y": y, "m": m, "s": s})


@equation("eq-poisson-slope")
def poisson_slope(tex, rng):
    for y, z in zip(*counts(rng), strict=True):
        holds(tex, {r"\frac{\partial \ell}{\partial z}": poisson.derivative(y, z), "y": y, "z": z})


@equation("eq-gamma-slope")
def gamma_slope(tex, rng):
    for y, z in zip(*counts(rng), strict=True):
        holds(tex, {r"\frac{\partial \ell}{\partial z}": gamma.derivative(y, z), "y": y, "z": z}, rtol=1e-9)


@equation("eq-gaussian-nll-slopes")
def sure_slopes(tex, rng):
    y, m, s = rng.normal(size=3)
    along_m, along_s = gaussian_nll.derivative([y], [[m, s]])[0]
    slopes = {r"\frac{\partial \ell}{\partial m}": along_m, r"\frac{\partial \ell}{\partial s}": along_s}
    holds(tex, slopes | {"y": y, "m": m, "s": s}, rtol=1e-9)
