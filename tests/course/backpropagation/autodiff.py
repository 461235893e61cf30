"""The equations of the page that builds the engine, held against the engine's gradients."""

import numpy as np

from lossedu.autodiff import Tensor, softmax, tanh
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-autodiff-left")
@equation("eq-autodiff-right")
def matrix_product(tex, rng):
    A, B = Tensor(rng.normal(size=(2, 3))), Tensor(rng.normal(size=(3, 4)))
    C = A @ B
    (C * rng.normal(size=(2, 4))).sum().backward()
    tensors = {"A": A, "B": B, "C": C}
    values = {name: tensor.data for name, tensor in tensors.items()}
    holds(tex, values | {rf"\bar{{{name}}}": tensor.grad for name, tensor in tensors.items()}, rtol=1e-10)


@equation("eq-autodiff-tanh")
def of_tanh(tex, rng):
    x, g = Tensor(rng.normal()), rng.normal()
    y = tanh(x)
    (y * g).backward()
    holds(tex, {r"\bar{x}": float(x.grad), r"\bar{y}": g, "y": float(y)}, rtol=1e-10)


@equation("eq-autodiff-softmax")
def of_softmax(tex, rng):
    k, g = 4, rng.normal(size=4)
    x = Tensor(rng.normal(size=k))
    y = softmax(x)
    (y * g).sum().backward()
    for i in range(1, k + 1):
        holds(tex, {r"\bar{x}": x.grad, r"\bar{y}": g, "y": np.array(y.data), "i": i, "k": k}, rtol=1e-10)
