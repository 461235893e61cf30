"""The engine against PyTorch and JAX: every operation, a network on digits, and every optimiser, step by step."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lossedu import autodiff, cross_entropy_logits, nn, optim
from lossedu.autodiff import Tensor, affine, concatenate, maximum

rng = np.random.default_rng(0)
ROW, COLUMN, MATRIX, STACK = (rng.normal(size=shape) for shape in [(4,), (3, 1), (3, 4), (2, 3, 4)])
ROWS = np.array([0, 2, 0, 0])


def in_torch(torch):
    nnf = torch.nn.functional
    return {
        "maximum": torch.maximum, "abs": torch.abs, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt,
        "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu,
        "gelu": lambda a: nnf.gelu(a, approximate="tanh"),
        "softmax": lambda a: torch.softmax(a, -1), "log_softmax": lambda a: torch.log_softmax(a, -1),
        "sum": torch.sum, "mean": torch.mean, "max": torch.amax, "concatenate": torch.cat,
        "reshape": lambda a, shape: a.reshape(shape), "T": lambda a: a.permute(*range(a.ndim)[::-1]),
        "affine": lambda x, w, b: torch.addmm(b, x, w),
    }


def in_jax(jax):
    jnp = jax.numpy
    return {
        "maximum": jnp.maximum, "abs": jnp.abs, "exp": jnp.exp, "log": jnp.log, "sqrt": jnp.sqrt, "tanh": jnp.tanh,
        "sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu, "gelu": lambda a: jax.nn.gelu(a, approximate=True),
        "softmax": jax.nn.softmax, "log_softmax": jax.nn.log_softmax,
        "sum": jnp.sum, "mean": jnp.mean, "max": jnp.max, "concatenate": jnp.concatenate,
        "reshape": jnp.reshape, "T": jnp.transpose, "affine": lambda x, w, b: x @ w + b,
    }


OURS = {
    "maximum": maximum, "abs": abs, "exp": autodiff.exp, "log": autodiff.log, "sqrt": autodiff.sqrt,
    "tanh": autodiff.tanh, "sigmoid": autodiff.sigmoid, "relu": autodiff.relu, "gelu": autodiff.gelu,
    "softmax": autodiff.softmax, "log_softmax": autodiff.log_softmax,
    "sum": lambda a, *axis: a.sum(*axis), "mean": lambda a, *axis: a.mean(*axis), "max": lambda a, *axis: a.max(*axis),
    "concatenate": concatenate, "reshape": lambda a, shape: a.reshape(*shape), "T": lambda a: a.T, "affine": affine,
}

# The same text runs in each library: `f` holds the functions, `a`, `b`, `c` the operands, all of them variable.
PROGRAMS = {
    "add": (lambda f, a, b: a + b, MATRIX, ROW),
    "add outer": (lambda f, a, b: a + b, COLUMN, ROW),
    "subtract": (lambda f, a, b: a - b, STACK, COLUMN),
    "multiply": (lambda f, a, b: a * b, COLUMN, STACK),
    "divide": (lambda f, a, b: a / b, MATRIX, COLUMN),
    "numbers": (lambda f, a: 2 - a * 3 + 1 / (a + 10) - (-a) / 2, MATRIX),
    "maximum": (lambda f, a, b: f["maximum"](a, b), MATRIX, ROW),
    "maximum at a tie": (lambda f, a, b: f["maximum"](a, b), MATRIX, MATRIX.copy()),
    "power": (lambda f, a: a**3 + a**-1 + f["abs"](a) ** 0.5, MATRIX),
    **{name: (lambda f, a, name=name: f[name](a), MATRIX)
       for name in ("abs", "exp", "tanh", "sigmoid", "relu", "gelu", "softmax", "log_softmax")},
    "log, sqrt": (lambda f, a: f["log"](f["abs"](a)) + f["sqrt"](f["abs"](a)), MATRIX),
    **{f"{name} {axis}": (lambda f, a, name=name, axis=axis: f[name](a, *axis), STACK)
       for name in ("sum", "mean", "max") for axis in [(), (0,), (-1,), ((0, 2),)]},
    "max at a tie": (lambda f, a: f["max"](a), np.array([1.0, 3.0, 3.0])),
    "reshape, T": (lambda f, a: f["T"](f["reshape"](a, (4, 6))), STACK),
    "index": (lambda f, a: a[1:, ::2] * a[0, 1] + a[ROWS][1:3, :2], MATRIX),
    "concatenate": (lambda f, a, b: f["concatenate"]([a, b, a], 1), MATRIX, COLUMN),
    **{f"matmul {a.shape} {b.shape}": (lambda f, a, b: a @ b, a, b)
       for a, b in [(MATRIX, MATRIX.T), (ROW, ROW + 1), (MATRIX, ROW), (ROW, MATRIX.T), (STACK, MATRIX.T), (STACK, ROW),
                    (STACK, STACK[:1].swapaxes(1, 2).copy())]},
    "affine": (lambda f, a, b, c: f["affine"](a, b, c), MATRIX, MATRIX.T.copy(), MATRIX[:, 0].copy()),
}


def ours(program, arrays, weights):
    tensors = [Tensor(array) for array in arrays]
    result = program(OURS, *tensors)
    (result * weights(result.data)).sum().backward()
    return result.data, [tensor.grad for tensor in tensors]


def weights(values):
    return np.cos(np.arange(values.size)).reshape(values.shape)


def check(program, arrays, theirs):
    value, gradients = ours(program, arrays, weights)
    np.testing.assert_allclose(value, theirs[0], rtol=1e-13, atol=1e-14)
    for gradient, expected in zip(gradients, theirs[1], strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", PROGRAMS)
def test_operation_against_torch(name):
    torch = pytest.importorskip("torch")
    program, *arrays = PROGRAMS[name]
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    result = program(in_torch(torch), *tensors)
    value = result.detach().numpy()
    (result * torch.tensor(weights(value))).sum().backward()
    check(program, arrays, (value, [tensor.grad.numpy() for tensor in tensors]))


@pytest.fixture(scope="module")
def jax():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    return jax


@pytest.mark.parametrize("name", PROGRAMS)
def test_operation_against_jax(name, jax):
    program, *arrays = PROGRAMS[name]
    operands = [jax.numpy.asarray(array) for array in arrays]
    functions = in_jax(jax)
    value = np.asarray(program(functions, *operands))
    gradient = jax.grad(lambda *a: (program(functions, *a) * weights(value)).sum(), tuple(range(len(arrays))))
    gradients = gradient(*operands)
    check(program, arrays, (value, [np.asarray(gradient) for gradient in gradients]))


# One epoch of digits from the same weights in the same order: 57 steps

X, Y = load_digits(return_X_y=True)
X = X / 16
BATCHES = np.array_split(np.random.default_rng(1).permutation(len(X)), 57)
RATE = 0.2


def network():
    rng = np.random.default_rng(0)
    return nn.Sequential(nn.Linear(64, 32, rng), nn.ReLU(), nn.Linear(32, 10, rng))


@pytest.fixture(scope="module")
def trained():
    """Losses, and weights at the start and the end, of our epoch."""
    model = network()
    start = [parameter.data for parameter in model.parameters().values()]
    descent, losses = optim.SGD(model.parameters(), RATE), []
    for batch in BATCHES:
        loss = cross_entropy_logits(Y[batch], model(X[batch]))
        loss.backward()
        descent.step()
        losses.append(float(loss))
    assert losses[-1] < 0.5 * losses[0]
    return losses, start, [parameter.data for parameter in model.parameters().values()]


def test_epoch_against_torch(trained):
    torch = pytest.importorskip("torch")
    losses, start, end = trained
    w1, b1, w2, b2 = parameters = [torch.tensor(array, requires_grad=True) for array in start]
    descent = torch.optim.SGD(parameters, RATE)
    for batch, expected in zip(BATCHES, losses, strict=True):
        descent.zero_grad()
        logits = torch.relu(torch.tensor(X[batch]) @ w1 + b1) @ w2 + b2
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(Y[batch]))
        loss.backward()
        descent.step()
        assert loss.item() == pytest.approx(expected, rel=1e-10)
    for parameter, expected in zip(parameters, end, strict=True):
        np.testing.assert_allclose(parameter.detach().numpy(), expected, rtol=1e-10, atol=1e-12)


def test_epoch_against_jax(trained, jax):
    losses, parameters, end = trained
    jnp = jax.numpy

    def loss_of(parameters, x, y):
        w1, b1, w2, b2 = parameters
        scores = jax.nn.log_softmax(jax.nn.relu(x @ w1 + b1) @ w2 + b2)
        return -jnp.take_along_axis(scores, y[:, None], 1).mean()

    step = jax.jit(jax.value_and_grad(loss_of))
    for batch, expected in zip(BATCHES, losses, strict=True):
        loss, gradients = step(parameters, X[batch], Y[batch])
        parameters = [parameter - RATE * gradient for parameter, gradient in zip(parameters, gradients, strict=True)]
        assert float(loss) == pytest.approx(expected, rel=1e-10)
    for parameter, expected in zip(parameters, end, strict=True):
        np.testing.assert_allclose(np.asarray(parameter), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("mine", "name", "options"), [
    (optim.SGD, "SGD", {}), (optim.Momentum, "SGD", {"momentum": 0.9}),
    (optim.Nesterov, "SGD", {"momentum": 0.9, "nesterov": True}), (optim.AdaGrad, "Adagrad", {}),
    (optim.RMSProp, "RMSprop", {}), (optim.Adam, "Adam", {}), (optim.AdamW, "AdamW", {}),
])
def test_optimiser_against_torch(mine, name, options):
    torch = pytest.importorskip("torch")
    draw = np.random.default_rng(2)
    start = draw.normal(size=(5, 3))
    w, w_torch = Tensor(start), torch.tensor(start, requires_grad=True)
    ours, theirs = mine([w], 0.05), getattr(torch.optim, name)([w_torch], 0.05, **options)
    for _ in range(100):
        gradient = draw.normal(size=start.shape) * 10 ** draw.uniform(-3, 3)
        w.grad, w_torch.grad = gradient, torch.tensor(gradient)
        ours.step()
        theirs.step()
        np.testing.assert_allclose(w.data, w_torch.detach().numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("schedule", "theirs"), [
    (optim.step_decay(0.8, every=3, factor=0.5), lambda s, o: s.StepLR(o, 3, 0.5)),
    (optim.exponential_decay(0.8, 0.9), lambda s, o: s.ExponentialLR(o, 0.9)),
    (optim.cosine(0.8, steps=20), lambda s, o: s.CosineAnnealingLR(o, 20)),
])
def test_schedule_against_torch(schedule, theirs):
    torch = pytest.importorskip("torch")
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.8)
    scheduler = theirs(torch.optim.lr_scheduler, optimiser)
    for step in range(21):
        assert schedule(step) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-12, abs=1e-12)
        optimiser.step()
        scheduler.step()
