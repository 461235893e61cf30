"""The equations of the page on the three roles of a loss."""

from lossedu import huber, mae, mse
from tests.equations.latex import holds
from tests.equations.losses import numbers
from tests.equations.registry import equation


@equation("eq-average-loss")
def average_loss(tex, rng):
    y, p = numbers(rng)
    for loss in (mse, mae, huber):
        holds(tex, {"L": loss, r"\ell": loss.each, "y": y, r"\hat{y}": p, "n": len(y)})


@equation("eq-objective")
def objective(tex, rng):
    (x, y), w, price = numbers(rng), rng.normal(), rng.uniform(0.1, 1)

    def loss(w):
        return mse(y, w * x)

    holds(tex, {"J": lambda w: loss(w) + price * w * w, "L": loss, "w": w, r"\lambda": price})
