"""The equations of the page on stochastic gradient descent, held against the optimiser and all possible draws."""

from itertools import product

import numpy as np

from lossedu.optim import gradient_descent, inverse_decay
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-sgd")
def step(tex, rng):
    """A batch of the samples' losses (w - a_i)^4, whose gradients are 4 (w - a_i)^3."""
    a, start, rate = rng.normal(size=(6, 3)), rng.normal(size=3), rng.uniform(0.01, 0.1)
    batch = [int(i) for i in rng.choice(6, size=4, replace=False)]

    def on_batch(w):
        return np.sum((w - a[batch]) ** 4) / 4, np.mean(4 * (w - a[batch]) ** 3, axis=0)

    before, after = gradient_descent(on_batch, start, rate, steps=1)
    symbols = {"w_t": before.parameters, "w_{t+1}": after.parameters, r"\eta": rate}
    own = {rf"\nabla \ell_{{{i}}}": (lambda w, i=i: 4 * (w - a[i]) ** 3) for i in range(6)}
    holds(summed(tex, batch), symbols | own | {"B": batch}, rtol=1e-10)


def summed(tex, batch):
    """The sum over the batch written out: a gradient with an index is the name of one function."""
    head, found, tail = tex.partition(r"\sum_{i \in B}")
    assert found, "the equation has no sum over the batch"
    return head + "(" + " + ".join(tail.replace("_i", f"_{{{i}}}") for i in batch) + ")"


@equation("eq-sgd-noise")
def noise(tex, rng):
    """The spread of the mean of b draws with replacement, over every way to draw them."""
    values, b = rng.normal(size=4), int(rng.integers(2, 6))
    means = [np.mean(drawn) for drawn in product(values, repeat=b)]
    holds(tex, {"s_b": np.std(means), "s": np.std(values), "b": b}, rtol=1e-10)


@equation("eq-sgd-decay")
def decay(tex, rng):
    rate, half, t = rng.uniform(0.1, 1), rng.uniform(1, 20), int(rng.integers(1, 50))
    holds(tex, {r"\eta_t": inverse_decay(rate, half)(t), r"\eta_0": rate, "t": t, "h": half})
