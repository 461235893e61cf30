"""The equations of the page on the gradient, held against the loss and against curves whose derivatives are known."""

import numpy as np

from lossedu import mse
from lossedu.gradcheck import EPSILON, STEP
from tests.equations.latex import evaluate, holds, sides
from tests.equations.registry import equation


def line(rng):
    """Data, the two parameters of a line, and the loss as a function of them."""
    x, y = rng.normal(size=(2, 5))
    return x, y, rng.normal(size=2), lambda p: mse(y, p[0] * x + p[1])


@equation("eq-partials")
def partials(tex, rng):
    x, y, p, _ = line(rng)
    y_pred = p[0] * x + p[1]
    push = mse.gradient(y, y_pred)
    slopes = {r"\frac{\partial L}{\partial w}": push @ x, r"\frac{\partial L}{\partial b}": push.sum()}
    holds(tex, slopes | {"x": x, "y": y, r"\hat{y}": y_pred, "n": len(x)}, rtol=1e-9)


@equation("eq-directional")
def directional(tex, rng):
    """The loss is a parabola along any line, so a centred difference along u is exact."""
    x, y, p, loss = line(rng)
    u = rng.normal(size=2)
    push = mse.gradient(y, p[0] * x + p[1])
    slopes = {r"\frac{\partial L}{\partial w}": push @ x, r"\frac{\partial L}{\partial b}": push.sum()}
    holds(tex, slopes | {"s": lambda u: (loss(p + u) - loss(p - u)) / 2, "u": u}, rtol=1e-9)


def cubic(rng, degree):
    """A polynomial and its derivatives, by their names on the page."""
    curve = np.polynomial.Polynomial(rng.uniform(0.5, 2, size=degree + 1))
    curves = {name: curve.deriv(order) for order, name in enumerate(("f", "f'", "f''", "f'''"))}
    return curves | {"w": rng.normal(), "h": rng.uniform(0.5, 1)}


@equation("eq-forward-difference")
def forward_difference(tex, rng):
    """Exact for parabolas, which have nothing beyond the term shown."""
    holds(tex, cubic(rng, 2))


@equation("eq-centred-difference")
def centred_difference(tex, rng):
    """Exact for cubics, which have nothing beyond the term shown."""
    holds(tex, cubic(rng, 3))


@equation("eq-difference-error")
def difference_error(tex, rng):
    """The bend's part is that of a cubic with f''' = 1; rounding moves each value of size 1 by up to ε."""
    h = rng.uniform(0.1, 1)
    bend = ((1 + h) ** 3 / 6 - (1 - h) ** 3 / 6) / (2 * h) - 1 / 2
    epsilon = rng.uniform(0.01, 0.1)
    rounding = (epsilon - -epsilon) / (2 * h)
    holds(tex, {"E": lambda h: bend + rounding, "h": h, r"\epsilon": epsilon}, rtol=1e-9)


@equation("eq-best-step")
def best_step(tex, rng):
    """No step beside it has a smaller error; the package's own step has the same order of size."""
    _, formula = sides(tex)

    def error(h, epsilon):
        return h * h / 6 + epsilon / h

    epsilon = rng.uniform(1e-8, 1e-2)
    best = evaluate(formula, {r"\epsilon": epsilon})
    assert error(best, epsilon) < min(error(best * 0.99, epsilon), error(best * 1.01, epsilon))
    assert 1 < evaluate(formula, {r"\epsilon": EPSILON}) / STEP < 2
