"""The equations of the page on embeddings, held against the loss objects."""

import numpy as np

from lossedu import InfoNCE, contrastive, cosine, triplet
from tests.equations.latex import holds
from tests.equations.registry import equation


def labelled_distances(rng):
    """Like and unlike pairs, on both sides of the margin."""
    return zip([1, 1, 0, 0], rng.uniform([0.2, 1.2, 0.2, 1.2], [0.8, 2.0, 0.8, 2.0]), strict=True)


@equation("eq-contrastive")
def contrastive_loss(tex, rng):
    for y, p in labelled_distances(rng):
        holds(tex, {r"\ell": lambda y, p: contrastive([y], [p]), "y": y, r"\hat{y}": p, "m": contrastive.margin})


@equation("eq-contrastive-slope")
def contrastive_slope(tex, rng):
    for y, p in labelled_distances(rng):
        slope = {r"\frac{\partial \ell}{\partial \hat{y}}": contrastive.derivative(y, p)}
        holds(tex, slope | {"y": y, r"\hat{y}": p, "m": contrastive.margin})


@equation("eq-cosine-distance")
def cosine_loss(tex, rng):
    y, p = rng.normal(size=(2, 4))
    holds(tex, {r"\ell": lambda y, p: cosine([y], [p]), "y": y, r"\hat{y}": p, "d": 4}, rtol=1e-9)


@equation("eq-cosine-distance-slope")
def cosine_slope(tex, rng):
    y, p = rng.normal(size=(2, 4))
    units = {"u": y / np.linalg.norm(y), "v": p / np.linalg.norm(p)}
    slope = {r"\frac{\partial \ell}{\partial \hat{y}}": cosine.derivative([y], [p])[0]}
    holds(tex, slope | units | {r"\hat{y}": p}, rtol=1e-9)


def triple(rng):
    """Anchor, positive and negative of a triplet that costs something."""
    anchor, positive = rng.normal(size=(2, 3))
    return {"a": anchor, "p": positive, "n": anchor + 0.1 * rng.normal(size=3)}


@equation("eq-triplet")
def triplet_loss(tex, rng):
    for away in (0, 5):
        env = triple(rng)
        env["n"] = env["n"] + away
        loss = {r"\ell": lambda *rows: triplet(*([row] for row in rows)), "m": triplet.margin, "d": 3}
        holds(tex, env | loss, rtol=1e-9)


@equation("eq-triplet-slopes")
def triplet_slopes(tex, rng):
    env = triple(rng)
    slopes = triplet.gradient(*([row] for row in env.values()))
    names = (rf"\frac{{\partial \ell}}{{\partial {name}}}" for name in env)
    holds(tex, env | {name: slope[0] for name, slope in zip(names, slopes, strict=True)}, rtol=1e-9)


@equation("eq-info-nce")
def info_nce_loss(tex, rng):
    q, k = rng.normal(size=(2, 4, 3))
    loss = InfoNCE(temperature=rng.uniform(0.5, 2))
    for i in (1, 4):
        env = {r"\ell": lambda q, k, i: loss.each(q, k)[i - 1], "q": q, "k": k, "i": i, "n": 4}
        holds(tex, env | {r"\tau": loss.temperature}, rtol=1e-9)


@equation("eq-info-nce-slope")
def info_nce_slope(tex, rng):
    """The slope of the summed loss in one query is that of its own loss."""
    q, k = rng.normal(size=(2, 4, 3))
    loss = InfoNCE(temperature=rng.uniform(0.5, 2))
    for i in (1, 4):
        share = np.exp(k @ q[i - 1] / loss.temperature)
        env = {r"\frac{\partial \ell}{\partial q}": 4 * loss.gradient(q, k)[0][i - 1], "s": share / share.sum()}
        holds(tex, env | {"k": k, "i": i, "n": 4, r"\tau": loss.temperature}, rtol=1e-9)
