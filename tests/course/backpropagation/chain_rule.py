"""The equations of the page on the chain rule, held against the engine."""

from lossedu.autodiff import Tensor, exp, log, sqrt
from tests.equations.latex import holds
from tests.equations.registry import equation


@equation("eq-chain-whole")
@equation("eq-chain-lines")
@equation("eq-chain-f")
@equation("eq-chain-d")
@equation("eq-chain-c")
@equation("eq-chain-b")
@equation("eq-chain-a")
@equation("eq-chain-x")
def of_the_machine(tex, rng):
    """Every value of the machine, and under a bar the slope of y in it."""
    x = Tensor(rng.uniform(0.5, 1.5))
    a = x**2
    b = exp(-a)
    c = log(1 + b)
    d = x * c
    f = d**2
    y = sqrt(1 + f)
    y.backward()
    tensors = {"x": x, "a": a, "b": b, "c": c, "d": d, "f": f, "y": y}
    values = {name: float(tensor) for name, tensor in tensors.items()}
    holds(tex, values | {rf"\bar{{{name}}}": float(tensor.grad) for name, tensor in tensors.items()}, rtol=1e-10)
