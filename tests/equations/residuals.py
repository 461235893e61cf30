"""Losses of a residual with parameters, held against their printed formulas sample by sample."""

from tests.equations.latex import holds
from tests.equations.registry import equation


def spread(rng):
    """Targets, and predictions that miss them by little and by much to both sides."""
    targets = rng.normal(size=8)
    return targets, targets + rng.uniform(0.1, 1, 8) * [0.3, -0.3, 1, -1, 4, -4, 9, -9]


def residual_equation(label, loss, **parameters):
    r"""The equation of ℓ(y, ŷ) or of ∂ℓ/∂ŷ; parameters are given by the names of their symbols: delta is \delta."""
    symbols = {name if len(name) == 1 else rf"\{name}": value for name, value in parameters.items()}

    @equation(label)
    def check(tex, rng):
        for y, p in zip(*spread(rng), strict=True):
            env = {r"\ell": loss.each, r"\frac{\partial \ell}{\partial \hat{y}}": loss.derivative(y, p)}
            holds(tex, env | symbols | {"y": y, r"\hat{y}": p}, rtol=1e-9)
