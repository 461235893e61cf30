"""The equations of the pages on backpropagation, held against the engine."""


from lossedu import bce_logits
from lossedu.autodiff import Tensor, affine, tanh
from lossedu.losses.numerics import sigmoid
from tests.equations.latex import holds
from tests.equations.registry import equation


def net(rng):
    """Every value of a two-layer net, and under a bar the gradient of its loss, by the names on the page."""
    n, inputs, hidden = 5, 2, 3
    X, y = rng.normal(size=(n, inputs)), rng.integers(0, 2, size=(n, 1))
    W, b, V, c = (Tensor(rng.normal(size=shape)) for shape in ((inputs, hidden), hidden, (hidden, 1), 1))
    A = affine(X, W, b)
    H = tanh(A)
    Z = affine(H, V, c)
    bce_logits(y, Z).backward()
    tensors = {"W": W, "b": b, "A": A, "H": H, "V": V, "c": c, "Z": Z}
    gradients = {rf"\bar{{{name}}}": tensor.grad for name, tensor in tensors.items()}
    values = {name: tensor.data for name, tensor in tensors.items()}
    return values | gradients | {"X": X, "y": y, "n": n, r"\sigma": sigmoid}


@equation("eq-net-hidden")
@equation("eq-net-tanh")
@equation("eq-net-logits")
@equation("eq-back-logits")
@equation("eq-back-v")
@equation("eq-back-h")
@equation("eq-back-a")
@equation("eq-back-w")
def of_the_net(tex, rng):
    holds(tex, net(rng), rtol=1e-10)


@equation("eq-back-c")
@equation("eq-back-b")
def of_each_unit(tex, rng):
    """The unit is called j in the first layer and k in the second, which has one."""
    env = net(rng)
    for unit in range(1, len(env["b"]) + 1):
        holds(tex, env | {"j": unit, "k": 1}, rtol=1e-10)


@equation("eq-back-twice")
def twice(tex, rng):
    h = Tensor(rng.normal())
    (h**2 + 3 * h).backward()
    holds(tex, {r"\bar{h}": float(h.grad), "h": float(h)})
