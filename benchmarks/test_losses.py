"""How long value and gradient of a mean loss take, beside plain numpy, scikit-learn, PyTorch, JAX and two floors.

`pytest benchmarks/test_losses.py` checks that all contenders answer the same and gives each to pytest-benchmark;
`python -m benchmarks.report` runs them in turn and writes benchmarks/RESULTS.md.
"""

import benchmarks.race  # noqa: F401, I001  it sets one thread, so it comes first
from importlib.util import find_spec

import numpy as np
import pytest

import lossedu

LOSSES = ("mse", "mae", "huber", "bce_logits", "cross_entropy_logits")
SIZES = (1_000, 1_000_000)
CLASSES = 10


def inputs(loss, size):
    """Targets and predictions, `size` numbers to predict; each contender gets its own copy."""
    rng = np.random.default_rng(0)
    p = 3 * rng.normal(size=size)
    if loss == "cross_entropy_logits":
        return rng.integers(0, CLASSES, size // CLASSES), p.reshape(-1, CLASSES)
    return (rng.random(size) < 0.5) * 1.0 if loss == "bce_logits" else rng.normal(size=size), p


def ours(loss, y, p):
    function = getattr(lossedu, loss)
    return lambda: function.value_and_gradient(y, p)


def plain_numpy(loss, y, p):
    """What one writes from the formula."""
    rows = np.arange(len(y))

    def mse():
        r = p - y
        return np.mean(r**2), 2 * r / len(r)

    def mae():
        r = p - y
        return np.mean(np.abs(r)), np.sign(r) / len(r)

    def huber():
        r = p - y
        far = np.abs(r) > 1
        return np.mean(np.where(far, np.abs(r) - 0.5, r**2 / 2)), np.where(far, np.sign(r), r) / len(r)

    def bce_logits():
        value = np.mean(np.maximum(p, 0) - y * p + np.log1p(np.exp(-np.abs(p))))
        return value, (1 / (1 + np.exp(-p)) - y) / len(p)

    def cross_entropy_logits():
        shifted = p - p.max(axis=1, keepdims=True)
        e = np.exp(shifted)
        total = e.sum(axis=1, keepdims=True)
        gradient = e / total
        gradient[rows, y] -= 1
        return np.mean(np.log(total[:, 0]) - shifted[rows, y]), gradient / len(p)

    return locals()[loss]


def scikit_learn(loss, y, p):
    from sklearn._loss import loss as sk
    theirs = {"mse": sk.HalfSquaredError, "mae": sk.AbsoluteError, "huber": lambda: sk.HuberLoss(delta=1.0),
              "bce_logits": sk.HalfBinomialLoss,
              "cross_entropy_logits": lambda: sk.HalfMultinomialLoss(n_classes=CLASSES)}[loss]()
    target, factor = y.astype(float), 2 if loss == "mse" else 1

    def step():
        each, gradient = theirs.loss_gradient(target, p)
        gradient *= factor / len(each)
        return factor * each.mean(), gradient

    return step


def pytorch(loss, y, p):
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(1)
    theirs = {"mse": F.mse_loss, "mae": F.l1_loss, "huber": F.huber_loss,
              "bce_logits": F.binary_cross_entropy_with_logits, "cross_entropy_logits": F.cross_entropy}[loss]
    target, prediction = torch.from_numpy(y), torch.from_numpy(p).requires_grad_()

    def step():
        prediction.grad = None
        value = theirs(prediction, target)
        value.backward()
        return value.item(), prediction.grad

    return step


def jax_jit(loss, y, p):
    import jax
    import jax.numpy as jnp
    jax.config.update("jax_enable_x64", True)
    theirs = {"mse": lambda p, y: jnp.mean((p - y) ** 2),
              "mae": lambda p, y: jnp.mean(jnp.abs(p - y)),
              "huber": lambda p, y: jnp.mean(jnp.where(jnp.abs(p - y) > 1, jnp.abs(p - y) - 0.5, (p - y) ** 2 / 2)),
              "bce_logits": lambda p, y: jnp.mean(jnp.maximum(p, 0) - y * p + jnp.log1p(jnp.exp(-jnp.abs(p)))),
              "cross_entropy_logits": lambda p, y: jnp.mean(
                  jax.nn.logsumexp(p, axis=1) - jnp.take_along_axis(p, y[:, None], axis=1)[:, 0])}[loss]
    compiled = jax.jit(jax.value_and_grad(theirs))
    target, prediction = jnp.asarray(y), jnp.asarray(p)

    def step():
        value, gradient = compiled(prediction, target)
        gradient.block_until_ready()
        return float(value), gradient

    return step


def copy_floor(loss, y, p):
    """Copying the predictions once into memory that is already there."""
    room = np.empty_like(p)
    return lambda: np.copyto(room, p)


def fresh_copy_floor(loss, y, p):
    """Copying the predictions once into new memory, which every answer above has to ask for too."""
    return lambda: p.copy()


def exp_floor(loss, y, p):
    """One exponential of every prediction, into memory that is already there."""
    room = np.empty_like(p)
    return lambda: np.exp(p, out=room)


CONTENDERS = {"lossedu": ours, "plain numpy": plain_numpy, "scikit-learn": scikit_learn, "PyTorch": pytorch,
              "JAX jit": jax_jit}
FLOORS = {"copy": copy_floor, "copy, new memory": fresh_copy_floor, "np.exp": exp_floor}
NEEDS = {"scikit-learn": "sklearn", "PyTorch": "torch", "JAX jit": "jax"}


def missing(contender):
    """The package that a contender needs and that isn't installed, if any."""
    package = NEEDS.get(contender)
    return package if package and find_spec(package) is None else None


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("contender", CONTENDERS)
def test_value_and_gradient(benchmark, contender, size, loss):
    if missing(contender):
        pytest.skip(f"{missing(contender)} is not installed")
    benchmark.group = f"{loss}, {size}"
    expected, slope = ours(loss, *inputs(loss, size))()
    value, gradient = benchmark(CONTENDERS[contender](loss, *inputs(loss, size)))
    assert value == pytest.approx(expected, rel=1e-10)
    assert np.allclose(np.asarray(gradient), slope, rtol=1e-8, atol=1e-18)
