"""How long a training step takes: digits, 64-H-10, 32 samples, float64, beside the products it cannot do without.

Each step is given its batch as numpy arrays, as in training, where the next step has another batch. The eager engine
and the replayed step of lossedu are two engines here. An epoch of `fit` is compared with the same epoch in the other
frameworks, by SGD and by Adam.

`pytest benchmarks/test_engine.py` checks that all engines do the same work and gives each to pytest-benchmark;
`python -m benchmarks.report` runs them in turn and writes benchmarks/RESULTS.md.
"""

import benchmarks.race  # noqa: F401, I001  it sets one thread, so it comes first
from unittest.mock import patch

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lossedu import cross_entropy_logits, nn, optim
from lossedu.fit import fit
from lossedu.replay import Replay

BATCH, CLASSES, RATE = 32, 10, 0.1
ALL_X, ALL_Y = load_digits(return_X_y=True)
ALL_X = ALL_X / 16
X, Y = ALL_X[:BATCH], ALL_Y[:BATCH]
HIDDEN = (64, 512)


def start(hidden):
    rng = np.random.default_rng(0)
    return nn.he(rng, 64, hidden), np.zeros(hidden), nn.he(rng, hidden, CLASSES), np.zeros(CLASSES)


def floor(hidden):
    """The five matrix products, and nothing else."""
    w1, _, w2, _ = start(hidden)
    h = X @ w1
    z = h @ w2

    def step():
        X @ w1, h @ w2, h.T @ z, z @ w2.T, X.T @ h

    return step


def hand_written(hidden):
    """What one would write for this network alone."""
    w1, b1, w2, b2 = start(hidden)
    rows = np.arange(BATCH)

    def step():
        h = np.maximum(X @ w1 + b1, 0)
        z = h @ w2 + b2
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1)
        loss = (np.log(total) - z[rows, Y]).mean()
        gz = e / total[:, None]
        gz[rows, Y] -= 1
        gz /= BATCH
        gh = gz @ w2.T
        gh *= h > 0
        for parameter, gradient in ((w2, h.T @ gz), (b2, gz.sum(0)), (w1, X.T @ gh), (b1, gh.sum(0))):
            parameter -= RATE * gradient
        return loss

    return step


def network(hidden):
    first, second = nn.Linear(64, hidden, 0), nn.Linear(hidden, CLASSES, 0)
    first.weight.data, _, second.weight.data, _ = start(hidden)
    return nn.Sequential(first, nn.ReLU(), second)


def replayed(hidden):
    model = network(hidden)
    step = Replay(model, cross_entropy_logits, optim.SGD(model.parameters(), RATE))
    return lambda: step(X, Y)


def lossedu(hidden):
    model = network(hidden)
    descent = optim.SGD(model.parameters(), RATE)

    def step():
        loss = cross_entropy_logits(Y, model(X))
        loss.backward()
        descent.step()
        return loss

    return step


def torch(hidden):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    w1, b1, w2, b2 = parameters = [torch.tensor(array, requires_grad=True) for array in start(hidden)]
    descent = torch.optim.SGD(parameters, RATE)
    f = torch.nn.functional

    def step():
        descent.zero_grad()
        x, y = torch.from_numpy(X), torch.from_numpy(Y)
        loss = f.cross_entropy(torch.addmm(b2, torch.relu(torch.addmm(b1, x, w1)), w2), y)
        loss.backward()
        descent.step()
        return loss.item()

    return step


def jax(hidden):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def loss_of(parameters, x, y):
        w1, b1, w2, b2 = parameters
        scores = jax.nn.log_softmax(jax.nn.relu(x @ w1 + b1) @ w2 + b2)
        return -jnp.take_along_axis(scores, y[:, None], 1).mean()

    @jax.jit
    def update(parameters, x, y):
        loss, gradients = jax.value_and_grad(loss_of)(parameters, x, y)
        return loss, [parameter - RATE * gradient for parameter, gradient in zip(parameters, gradients, strict=True)]

    parameters = [jnp.asarray(array) for array in start(hidden)]

    def step():
        nonlocal parameters
        loss, parameters = update(parameters, X, Y)
        return loss.block_until_ready()

    return step


ENGINES = {"five products": floor, "NumPy by hand": hand_written, "lossedu, eager": lossedu,
           "lossedu, replayed": replayed, "PyTorch": torch, "JAX jit": jax}


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("engine", ENGINES)
def test_step(benchmark, engine, hidden):
    benchmark.group = f"digits 64-{hidden}-10"
    benchmark(ENGINES[engine](hidden))


@pytest.mark.parametrize("engine", list(ENGINES)[1:])
def test_engines_do_the_same_work(engine):
    """Fifty steps of each end at the same loss."""
    step, reference = ENGINES[engine](64), hand_written(64)
    for _ in range(50):
        loss, expected = float(step()), reference()
    assert loss == pytest.approx(expected, rel=1e-9)


# An epoch: all samples in batches, in a new order each time. Every framework gets its batches by indexing with NumPy.
# The widest network learns synthetic data, as many as the digits and of the size of the images of MNIST.

NETWORKS = ((64, 64, 10), (64, 512, 10), (64, 10), (784, 512, 256, 10))
RULES = ("SGD", "Adam")
WIDE = np.random.default_rng(0).normal(size=(2048, 784))
SAMPLES = {64: (ALL_X, ALL_Y), 784: (WIDE, (WIDE[:, :CLASSES]).argmax(axis=1))}


def data(widths):
    """Inputs, labels and the size of a batch."""
    return *SAMPLES[widths[0]], BATCH if widths[0] == 64 else 128


def batches(widths):
    x, y, size = data(widths)
    order = np.random.default_rng(0).permutation(len(x))
    return ((x[part], y[part]) for part in np.array_split(order, range(size, len(order), size)))


def weights(widths):
    rng = np.random.default_rng(0)
    return [(nn.he(rng, *shape), np.zeros(shape[1])) for shape in zip(widths[:-1], widths[1:], strict=True)]


def fit_replayed(widths, rule):
    layers = []
    for weight, bias in weights(widths):
        layers += [nn.Linear(*weight.shape, 0), nn.ReLU()]
        layers[-2].weight.data, layers[-2].bias.data = weight, bias
    model = nn.Sequential(*layers[:-1])
    descent = optim.SGD(model.parameters(), RATE) if rule == "SGD" else optim.Adam(model.parameters(), 0.001)
    x, y, size = data(widths)
    return lambda: fit(model, cross_entropy_logits, x, y, descent, epochs=1, batch_size=size).loss[0]


def fit_eager(widths, rule):
    epoch = fit_replayed(widths, rule)

    def eager():
        with patch.object(Replay, "predict", lambda step, x: None):
            return epoch()

    return eager


def torch_epoch(widths, rule, compiled=False):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    layers = [[torch.tensor(array, requires_grad=True) for array in pair] for pair in weights(widths)]
    parameters = [parameter for pair in layers for parameter in pair]
    descent = torch.optim.SGD(parameters, RATE) if rule == "SGD" else torch.optim.Adam(parameters, 0.001)
    f = torch.nn.functional

    def loss_of(x, y):
        for weight, bias in layers[:-1]:
            x = torch.relu(torch.addmm(bias, x, weight))
        return f.cross_entropy(torch.addmm(layers[-1][1], x, layers[-1][0]), y)

    of = torch.compile(loss_of, dynamic=False) if compiled else loss_of

    def epoch():
        total, n = 0.0, 0
        for x, y in batches(widths):
            descent.zero_grad()
            loss = of(torch.from_numpy(x), torch.from_numpy(y))
            loss.backward()
            descent.step()
            total, n = total + loss.item() * len(y), n + len(y)
        return total / n

    return epoch


def torch_compiled(widths, rule):
    """The same, compiled; it is left out where torch.compile finds no compiler of C++."""
    epoch = torch_epoch(widths, rule, compiled=True)
    try:
        torch_epoch(widths, rule, compiled=True)()
    except Exception as reason:
        pytest.skip(f"torch.compile: {str(reason).splitlines()[0]}")
    return epoch


def jax_epoch(widths, rule):
    jax = pytest.importorskip("jax")
    optax = pytest.importorskip("optax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    descent = optax.sgd(RATE) if rule == "SGD" else optax.adam(0.001)

    def loss_of(layers, x, y):
        for weight, bias in layers[:-1]:
            x = jax.nn.relu(x @ weight + bias)
        scores = jax.nn.log_softmax(x @ layers[-1][0] + layers[-1][1])
        return -jnp.take_along_axis(scores, y[:, None], 1).mean()

    @jax.jit
    def update(layers, state, x, y):
        loss, gradients = jax.value_and_grad(loss_of)(layers, x, y)
        changes, state = descent.update(gradients, state, layers)
        return loss, optax.apply_updates(layers, changes), state

    layers = [tuple(map(jnp.asarray, pair)) for pair in weights(widths)]
    state = descent.init(layers)

    def epoch():
        nonlocal layers, state
        total, n = 0.0, 0
        for x, y in batches(widths):
            loss, layers, state = update(layers, state, x, y)
            total, n = total + float(loss) * len(y), n + len(y)
        return total / n

    return epoch


EPOCHS = {"lossedu, eager": fit_eager, "lossedu, replayed": fit_replayed, "PyTorch": torch_epoch,
          "torch.compile": torch_compiled, "JAX jit": jax_epoch}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("widths", NETWORKS, ids=str)
@pytest.mark.parametrize("engine", EPOCHS)
def test_epoch(benchmark, engine, widths, rule):
    benchmark.group = f"an epoch of {widths}, {rule}"
    benchmark(EPOCHS[engine](widths, rule))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("widths", [(64, 64, 10), (64, 10)], ids=str)
@pytest.mark.parametrize("engine", EPOCHS)
def test_epochs_do_the_same_work(engine, widths, rule):
    """Two epochs of each end at the same loss."""
    epoch, reference = EPOCHS[engine](widths, rule), fit_eager(widths, rule)
    for _ in range(2):
        loss, expected = epoch(), reference()
    assert loss == pytest.approx(expected, rel=1e-7)
