"""The equations of the page on landscapes, held against the losses, the engine and the optimiser."""

from lossedu import mae, mse
from lossedu.autodiff import Tensor, sigmoid
from lossedu.optim import gradient_descent
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-landscape-product")
@equation("eq-landscape-slope")
def product(tex, rng):
    w1, w2 = Tensor(rng.normal()), Tensor(rng.normal())
    loss = mse([1.0], (w1 * w2).reshape(1))
    loss.backward()
    env = {"w_1": float(w1), "w_2": float(w2), "L(w_1, w_2)": float(loss)}
    holds(tex, env | {r"\frac{\partial L}{\partial w_1}": float(w1.grad)}, rtol=1e-10)


@equation("eq-landscape-convex")
def convex(tex, rng):
    """On a straight piece both sides are equal, and a loss lowered by a constant is as convex: so no misprint hides.

    The numbers are exact in binary.
    """
    u, v, a = rng.integers(1, 64, size=2) / 8, rng.integers(-64, 0, size=2) / 8, rng.integers(1, 8) / 8
    for y in (-4096.0, 4096.0):
        for lower in (0.0, 8192.0):
            for p, q in ((u[0], v[0]), (v[1], u[1])):
                holds(tex, {"f": lambda x, y=y, lower=lower: mae([y], [x]) - lower, "u": p, "v": q, "a": a})
    holds(tex, {"f": lambda x: mse([0.0], [x]), "u": u[0], "v": v[1], "a": a})


@equation("eq-landscape-escape")
def escape(tex, rng):
    curvature, rate, start, t = rng.uniform(0.5, 2), rng.uniform(0.05, 0.5), rng.normal(), int(rng.integers(2, 9))
    *_, last = gradient_descent(lambda w: (-curvature * w**2 / 2, -curvature * w), start, rate, t)
    holds(tex, {"e_t": float(last.parameters), "e_0": start, "t": t, r"\eta": rate, "c": curvature}, rtol=1e-10)


@equation("eq-landscape-plateau")
def plateau(tex, rng):
    y, z = float(rng.integers(0, 2)), Tensor(rng.normal())
    p = sigmoid(z)
    mse([y], p.reshape(1)).backward()
    slope = {r"\frac{\partial \ell}{\partial z}": float(z.grad)}
    holds(tex, slope | {"z": float(z), "y": y, r"\sigma": lambda x: float(sigmoid(x))}, rtol=1e-10)
