"""The equations of the page on overlap, held against the loss objects."""

from lossedu import Tversky, dice
from tests.equations.latex import holds
from tests.equations.registry import equation


def claims(rng):
    """Memberships, in part for some so that each entry counts, and probabilities."""
    return rng.uniform(0.05, 1, size=5), rng.uniform(0.05, 0.95, size=5)


@equation("eq-dice")
def dice_loss(tex, rng):
    y, p = claims(rng)
    holds(tex, {r"\ell": dice, "y": y, r"\hat{y}": p, "d": 5}, rtol=1e-9)


@equation("eq-tversky")
def tversky_loss(tex, rng):
    y, p = claims(rng)
    loss = Tversky(*rng.uniform(0.2, 0.8, size=2))
    prices = {r"\alpha": loss.alpha, r"\beta": loss.beta}
    holds(tex, prices | {r"\ell": loss, "y": y, r"\hat{y}": p, "d": 5}, rtol=1e-9)


@equation("eq-dice-slope")
def dice_slope(tex, rng):
    y, p = claims(rng)
    for k in range(1, 6):
        slope = {r"\frac{\partial \ell}{\partial \hat{y}_k}": dice.gradient(y, p), "k": k}
        holds(tex, slope | {"y": y, "I": y @ p, "S": y.sum() + p.sum()}, rtol=1e-9)


@equation("eq-jaccard")
def jaccard(tex, rng):
    y, p = claims(rng)
    holds(tex, {r"\ell_J": Tversky(1.0, 1.0)(y, p), r"\ell_D": dice(y, p)}, rtol=1e-9)
