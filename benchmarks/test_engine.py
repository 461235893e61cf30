"""How long a training step takes: digits, 64-H-10, 32 samples, float64, beside the products it cannot do without.

Each step is given its batch as numpy arrays, as in training, where the next step has another batch. The eager engine
and the replayed step of lossedu are two engines here. An epoch of `fit` is compared with the same epoch in the other
frameworks, by SGD and by Adam.

`python -m benchmarks.test_engine` runs every engine in turn, many times over, on one pinned core, and prints times and
ratios of one run; `pytest benchmarks` gives each engine to pytest-benchmark.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import sys
import time
import tracemalloc
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


def mygrad(hidden):
    mg = pytest.importorskip("mygrad")
    nnet = pytest.importorskip("mygrad.nnet")
    w1, b1, w2, b2 = parameters = [mg.tensor(array) for array in start(hidden)]

    def step():
        loss = nnet.losses.softmax_crossentropy(nnet.activations.relu(X @ w1 + b1) @ w2 + b2, Y)
        loss.backward()
        for parameter in parameters:
            parameter.data -= RATE * parameter.grad
        return loss.item()

    return step


def autograd(hidden):
    ag = pytest.importorskip("autograd")
    anp = pytest.importorskip("autograd.numpy")
    rows = np.arange(BATCH)

    def loss_of(parameters):
        w1, b1, w2, b2 = parameters
        z = anp.dot(anp.maximum(anp.dot(X, w1) + b1, 0), w2) + b2
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[rows, Y])

    value_and_gradient = ag.value_and_grad(loss_of)
    parameters = list(start(hidden))

    def step():
        loss, gradients = value_and_gradient(parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= RATE * gradient
        return loss

    return step


ENGINES = [floor, hand_written, lossedu, replayed, torch, jax, mygrad, autograd]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
def test_step(benchmark, engine, hidden):
    benchmark.group = f"digits 64-{hidden}-10"
    benchmark(engine(hidden))


@pytest.mark.parametrize("engine", ENGINES[1:], ids=lambda engine: engine.__name__)
def test_engines_do_the_same_work(engine):
    """Fifty steps of each end at the same loss."""
    step, reference = engine(64), hand_written(64)
    for _ in range(50):
        loss, expected = float(step()), reference()
    assert loss == pytest.approx(expected, rel=1e-9)


# An epoch: all digits in batches, in a new order each time. Every framework gets its batches by indexing with NumPy.


def batches(order):
    return ((ALL_X[part], ALL_Y[part]) for part in np.array_split(order, range(BATCH, len(order), BATCH)))


def fit_replayed(hidden, rule):
    model = network(hidden)
    descent = optim.SGD(model.parameters(), RATE) if rule == "SGD" else optim.Adam(model.parameters(), 0.001)
    return lambda: fit(model, cross_entropy_logits, ALL_X, ALL_Y, descent, epochs=1, batch_size=BATCH).loss[0]


def fit_eager(hidden, rule):
    epoch = fit_replayed(hidden, rule)

    def eager():
        with patch.object(Replay, "predict", lambda step, x: None):
            return epoch()

    return eager


def torch_epoch(hidden, rule):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    w1, b1, w2, b2 = parameters = [torch.tensor(array, requires_grad=True) for array in start(hidden)]
    descent = torch.optim.SGD(parameters, RATE) if rule == "SGD" else torch.optim.Adam(parameters, 0.001)
    f = torch.nn.functional

    def epoch():
        total = 0.0
        for x, y in batches(np.random.default_rng(0).permutation(len(ALL_X))):
            descent.zero_grad()
            scores = torch.addmm(b2, torch.relu(torch.addmm(b1, torch.from_numpy(x), w1)), w2)
            loss = f.cross_entropy(scores, torch.from_numpy(y))
            loss.backward()
            descent.step()
            total += loss.item() * len(y)
        return total / len(ALL_X)

    return epoch


def jax_epoch(hidden, rule):
    jax = pytest.importorskip("jax")
    optax = pytest.importorskip("optax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    descent = optax.sgd(RATE) if rule == "SGD" else optax.adam(0.001)

    def loss_of(parameters, x, y):
        w1, b1, w2, b2 = parameters
        scores = jax.nn.log_softmax(jax.nn.relu(x @ w1 + b1) @ w2 + b2)
        return -jnp.take_along_axis(scores, y[:, None], 1).mean()

    @jax.jit
    def update(parameters, state, x, y):
        loss, gradients = jax.value_and_grad(loss_of)(parameters, x, y)
        changes, state = descent.update(gradients, state, parameters)
        return loss, optax.apply_updates(parameters, changes), state

    parameters = [jnp.asarray(array) for array in start(hidden)]
    state = descent.init(parameters)

    def epoch():
        nonlocal parameters, state
        total = 0.0
        for x, y in batches(np.random.default_rng(0).permutation(len(ALL_X))):
            loss, parameters, state = update(parameters, state, x, y)
            total += float(loss) * len(y)
        return total / len(ALL_X)

    return epoch


EPOCHS = [fit_eager, fit_replayed, torch_epoch, jax_epoch]


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("engine", EPOCHS, ids=lambda engine: engine.__name__)
def test_epoch(benchmark, engine, hidden, rule):
    benchmark.group = f"an epoch of digits 64-{hidden}-10, {rule}"
    benchmark(engine(hidden, rule))


@pytest.mark.parametrize("rule", ["SGD", "Adam"])
@pytest.mark.parametrize("engine", EPOCHS, ids=lambda engine: engine.__name__)
def test_epochs_do_the_same_work(engine, rule):
    """Two epochs of each end at the same loss."""
    epoch, reference = engine(64, rule), fit_eager(64, rule)
    for _ in range(2):
        loss, expected = epoch(), reference()
    assert loss == pytest.approx(expected, rel=1e-7)


def memory(hidden):
    """Bytes of a graph after the forward pass, at the peak of the walk back, and of its activations alone."""
    model = nn.Sequential(nn.Linear(64, hidden, 0), nn.ReLU(), nn.Linear(hidden, CLASSES, 0))
    tracemalloc.start()
    loss = cross_entropy_logits(Y, model(X))
    forward = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    loss.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return forward, peak, 8 * BATCH * (64 + 2 * hidden + 2 * CLASSES)


def race(engines, arguments, rounds, repeat):
    """Processor seconds of each engine in each round, taken in turns so that all meet the same disturbances."""
    running = {}
    for engine in engines:
        try:
            running[engine.__name__] = engine(*arguments)
        except pytest.skip.Exception as reason:
            print(f"{engine.__name__}: {reason}")
    for step in running.values():
        step()  # a compiler takes its time here
    times = {name: [] for name in running}
    for _ in range(rounds):
        for name, step in running.items():
            begin = time.process_time()
            for _ in range(repeat):
                step()
            times[name].append((time.process_time() - begin) / repeat)
    return times


def table(times, reference, unit):
    """Best and median time, and the median over the rounds of the ratio to the reference in the same round."""
    scale = {"µs": 1e6, "ms": 1e3}[unit]
    print(f"{'':>14} {'best':>8} {'median':>8} {unit} {'times ' + reference:>20}")
    for name, seconds in times.items():
        ratio = np.median(np.divide(seconds, times[reference]))
        print(f"{name:>14} {scale * min(seconds):8.3g} {scale * np.median(seconds):8.3g} {'':2} {ratio:20.2f}")


def compare(rounds=300, steps=20, epochs=30):
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for hidden in HIDDEN:
        print(f"\ndigits 64-{hidden}-10, batch {BATCH}, a step")
        table(race(ENGINES, (hidden,), rounds, steps), "lossedu", "µs")
        print("graph: {:,} bytes after the forward pass, {:,} at the peak of the walk back, activations {:,}".format(
            *memory(hidden)))
        for rule in ("SGD", "Adam"):
            print(f"\ndigits 64-{hidden}-10, batch {BATCH}, an epoch of {rule}")
            table(race(EPOCHS, (hidden, rule), epochs, 1), "fit_eager", "ms")


if __name__ == "__main__":
    compare(*map(int, sys.argv[1:]))
