"""A replayed step does what the eager engine does, to the last bit, or leaves the step to it and says why.

Kernels for old processors round a product in another order where its arrays begin at another place in memory. There the
last bits may differ, because the replay keeps its results at places of its own.
"""

import copy
import pickle
import re
import sys
from itertools import count, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossedu
from lossedu import autodiff, nn, optim
from lossedu.fit import fit
from lossedu.replay import Replay

OPTIMISERS = {"gradient descent": lambda p: optim.SGD(p, 0.1), "momentum": lambda p: optim.Momentum(p, 0.05),
              "Nesterov": lambda p: optim.Nesterov(p, 0.05),
              "a setting in float64": lambda p: optim.Momentum(p, 0.05, np.float64(0.9)),
              "AdaGrad": optim.AdaGrad, "RMSProp": optim.RMSProp,
              "Adam": optim.Adam, "AdamW": lambda p: optim.AdamW(p, 0.01),
              "cosine": lambda p: optim.SGD(p, optim.cosine(0.2, 5, 2)),
              "step decay": lambda p: optim.Adam(p, optim.step_decay(0.1, 2)),
              "exponential decay": lambda p: optim.Momentum(p, optim.exponential_decay(0.1, 0.5)),
              "inverse decay": lambda p: optim.RMSProp(p, optim.inverse_decay(0.1, 3))}
LOSSES = {"mse": "number", "mae": "number", "huber": "number", "log_cosh": "number", "bce_logits": "chance",
          "hinge": "sign", "cross_entropy_logits": "label", "multiclass_hinge": "label", "focal": "chance"}
ACTIVATIONS = [None, nn.ReLU, nn.Tanh, nn.Sigmoid]
X, LABELS = np.random.default_rng(0).normal(size=(40, 5)), np.arange(40) % 3


class Eager:
    """The loop that a user writes, which a replay is compared with."""

    eager = ""

    def __init__(self, model, loss, optimiser):
        self.model, self.loss, self.optimiser = model, loss, optimiser

    def __call__(self, x, y, weight=None):
        value = self.loss(y, self.model(x), weight)
        value.backward()
        self.optimiser.step()
        return float(value)


def network(widths=(5, 7, 3), activations=(nn.Tanh,), dtype=float, seed=0):
    rng, layers = np.random.default_rng(seed), []
    for k, (inputs, outputs) in enumerate(zip(widths[:-1], widths[1:], strict=True)):
        layers.append(nn.Linear(inputs, outputs, rng))
        kind = activations[k] if k < len(activations) else None
        if kind:
            layers.append(kind())
    for layer in layers:
        for parameter in layer.parameters().values():
            parameter._array = autodiff.Tensor(parameter.data.astype(dtype)).data
    return nn.Sequential(nn.Sequential(*layers[:2]), *layers[2:])  # nested, which changes nothing


def bits(step):
    """Everything that a step may change, as bytes."""
    memory = [(name, np.asarray(kept).tobytes(), np.asarray(kept).dtype)
              for memory in step.optimiser.memory for name, kept in memory.items()]
    return [(p.data.tobytes(), p.data.dtype, None if p.grad is None else p.grad.tobytes())
            for p in step.optimiser.parameters], memory, step.optimiser.steps


def steps(step, count=4, rows=8):
    """Losses of a few steps on batches of different length."""
    return [step(X[k:k + rows - k % 2], LABELS[k:k + rows - k % 2]) for k in range(count)]


def pair(optimiser=optim.Adam, loss=lossedu.cross_entropy_logits, **options):
    """The same training twice: by the eager engine and by a replay."""
    models = network(**options), network(**options)
    return [kind(model, loss, optimiser(model.parameters())) for kind, model in zip((Eager, Replay), models)]


@st.composite
def trainings(draw):
    widths = [*draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)), draw(st.integers(2, 5))]
    activations = draw(st.lists(st.sampled_from(ACTIVATIONS), min_size=len(widths) - 1, max_size=len(widths) - 1))
    name, dtype = draw(st.sampled_from(sorted(LOSSES))), draw(st.sampled_from([np.float32, np.float64]))
    optimiser = OPTIMISERS[draw(st.sampled_from(sorted(OPTIMISERS)))]
    rng, batches = np.random.default_rng(draw(st.integers(0, 999))), []
    for rows in draw(st.lists(st.integers(1, 9), min_size=2, max_size=6)):
        shape = (rows, widths[-1])
        y = {"number": rng.normal(size=shape).astype(dtype), "chance": rng.integers(0, 2, shape),
             "sign": 2 * rng.integers(0, 2, shape) - 1, "label": rng.integers(0, widths[-1], rows)}[LOSSES[name]]
        weight = rng.random(y.shape) + 0.1 if draw(st.booleans()) else None
        batches.append((rng.normal(size=(rows, widths[0])).astype(dtype), y, weight))
    return getattr(lossedu, name, None) or getattr(lossedu.losses, name), widths, activations, dtype, optimiser, batches


def shifted(array, places):
    """The same numbers in an array that begins at another place."""
    moved = np.empty(array.size + places, array.dtype)[places:].reshape(array.shape)
    moved[...] = array
    return moved


def products_are_the_same_everywhere():
    rng = np.random.default_rng(0)
    for dtype, rows, inner, columns in product((np.float32, np.float64), range(1, 10), range(1, 7), range(1, 7)):
        a, b = rng.normal(size=(rows, inner)).astype(dtype), rng.normal(size=(rows, columns)).astype(dtype)
        for p, q in ((1, 0), (0, 1), (2, 3)):
            if (a.T @ b).tobytes() != (shifted(a, p).T @ shifted(b, q)).tobytes():
                return False
    return True


SAME_EVERYWHERE = products_are_the_same_everywhere()


def numbers(step):
    """All parameters, and all that the optimiser remembers, one after another."""
    kept = [np.ravel(value) for memory in step.optimiser.memory for value in memory.values()]
    return np.concatenate([*(p.data.ravel() for p in step.optimiser.parameters), *kept]).astype(float)


@settings(max_examples=150)
@given(training=trainings())
def test_the_same_bits_as_the_eager_engine(training):
    loss, widths, activations, dtype, optimiser, batches = training
    eager, replay = pair(optimiser, loss, widths=widths, activations=activations, dtype=dtype)
    for batch in batches:
        one, other = eager(*batch), replay(*batch)
        assert replay.eager == ""
        if SAME_EVERYWHERE:
            assert one == other and bits(eager) == bits(replay)
        else:
            digits = 1e5 * float(np.finfo(dtype).eps)  # what began in the last bit has grown from step to step
            assert one == pytest.approx(other, rel=digits, abs=digits)
            np.testing.assert_allclose(numbers(eager), numbers(replay), rtol=digits, atol=digits)


@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=OPTIMISERS)
def test_the_same_bits_on_wide_layers(optimiser):
    eager, replay = pair(optimiser, widths=(5, 130, 33, 3), activations=[nn.ReLU, nn.Sigmoid])
    assert steps(eager) == steps(replay) and replay.eager == ""
    assert bits(eager) == bits(replay)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=OPTIMISERS)
def test_gradients_whose_squares_overflow(optimiser, dtype):
    """The root of the running squares is found another way for such entries, and only for them."""
    eager, replay = pair(optimiser, lossedu.mae, widths=(2, 2), activations=[], dtype=dtype)
    scale = np.finfo(dtype).max ** 0.6
    for step in eager, replay:
        step.losses = []
        for _ in range(3):
            try:
                with np.errstate(all="ignore"):
                    step.losses.append(step(np.array([[scale, 1.0]], dtype), np.zeros((1, 2), dtype)))
            except (FloatingPointError, ValueError) as error:
                step.losses.append(str(error))
    assert eager.losses == replay.losses and bits(eager) == bits(replay) and replay.eager == ""


@pytest.mark.parametrize(("size", "rate", "words"), [
    (1e300, 0.1, r"^step 1: the gradient of weight holds NaN or infinity, with learning rate 0.1\."),
    (1.0, 1e300, r"^step 2: the update of weight is too large for float64, with learning rate 1e\+300\.")])
@pytest.mark.parametrize("optimiser", [optim.SGD, optim.Momentum, optim.Nesterov])
def test_a_step_out_of_the_finite_numbers_is_refused(optimiser, size, rate, words):
    eager, replay = pair(optimiser, lossedu.mse, activations=[nn.ReLU])
    for step in eager, replay:
        step.optimiser.learning_rate = lambda steps: rate if steps else 1e-300
        step(X, X[:, :3])
        with pytest.raises(FloatingPointError, match=words) as caught, np.errstate(all="ignore"):
            step(size * X, 1e10 * X[:, :3])
        step.said = str(caught.value)
    assert eager.said == replay.said and bits(eager) == bits(replay)


# What cannot be planned is left to the eager engine, in words.

class Own(optim.SGD):
    """A rule that looks at a parameter as a whole."""

    def change(self, data, gradient, memory, rate):
        return -rate * gradient / np.linalg.norm(gradient)


class Doubled(nn.ReLU):
    def __call__(self, x):
        return 2 * super().__call__(x)


def tied(step):
    layer = nn.Linear(5, 5, 0)
    step.model = nn.Sequential(layer, nn.Tanh(), layer)
    step.optimiser = optim.SGD(step.model.parameters())


def half(step):
    for parameter in step.optimiser.parameters:
        parameter._array = autodiff.Tensor(parameter.data.astype(np.float16)).data


def layer(make):
    def add(step):
        step.model.layers = (step.model.layers[0], make(), *step.model.layers[1:])
    return add


def exchange_parameter(step):
    step.model.layers[0].layers[0].weight = autodiff.Tensor(np.ones((5, 7)))


def freeze(step):
    step.model.layers[0].layers[0].bias.needs_grad = False


def patch(step):
    step.optimiser.change = lambda data, gradient, memory, rate: -0.5 * gradient


def unevenly(step):
    step.optimiser.parameters[0].grad = np.ones((5, 7))
    step.optimiser.step()


def own_model(step):
    inner = step.model
    step.model = lambda x: inner(x) * 2


def own_loss(step):
    inner = step.loss
    step.loss = lambda y, p, weight: inner(y, p, weight) * 2


OBSTACLES = {
    "another layer": (layer(nn.GELU), r"GELU\(\) cannot be planned; Linear, ReLU, Tanh and Sigmoid can"),
    "dropout": (layer(lambda: nn.Dropout(0.5, 3)), r"Dropout\(0.5\) cannot be planned"),
    "a layer of one's own": (layer(Doubled), r"Doubled\(\) cannot be planned"),
    "two activations": (layer(nn.ReLU), r"ReLU\(\) does not follow a Linear layer"),
    "a function": (own_model, "<function .* cannot be planned"),
    "a loss of one's own": (own_loss, "The loss is not an average of lossedu.losses"),
    "a rule of one's own": (lambda step: setattr(step, "optimiser", Own(step.model.parameters())),
                            "Own is not an optimiser of lossedu.optim"),
    "a patched rule": (patch, "Adam is not an optimiser of lossedu.optim as it stands there"),
    "a parameter used twice": (tied, "A parameter is used twice"),
    "a new parameter": (exchange_parameter, "does not update all parameters of the model"),
    "part of the parameters": (lambda step: setattr(step, "optimiser", optim.SGD(step.optimiser.parameters[:2])),
                               "does not update all parameters of the model"),
    "a frozen parameter": (freeze, "A parameter is frozen"),
    "float16": (half, "differ in dtype"),
    "steps with some parameters": (unevenly, "in the steps that the optimiser has made with them"),
}


@pytest.mark.parametrize("before", [0, 3], ids=["from the start", "in the middle"])
@pytest.mark.parametrize(("change", "words"), OBSTACLES.values(), ids=OBSTACLES)
def test_what_cannot_be_planned_is_named(change, words, before):
    eager, replay = pair()
    results = []
    for step in eager, replay:
        losses = steps(step, before)
        change(step)
        results.append((losses, steps(step), bits(step)))
    assert results[0] == results[1]
    assert re.search("The parameters are float16" if change is half and not before else words, replay.eager)


def test_the_plan_comes_back_when_the_obstacle_is_gone():
    eager, replay = pair()
    for step in eager, replay:
        first = step.model.layers[0].layers[0]
        step.losses = steps(step)
        first.bias.needs_grad = False
        step.losses += steps(step)
        assert step is eager or replay.eager == "A parameter is frozen."
        first.bias.needs_grad = True
        with pytest.raises(ValueError, match="under no_grad"), autodiff.no_grad():
            step(X, LABELS)
        assert step is eager or replay.eager == "Nothing is recorded under no_grad."
    assert eager.losses == replay.losses
    assert replay(X, LABELS) == eager(X, LABELS)
    # The frozen bias made fewer steps than the others, so Adam goes on with each by itself.
    assert bits(eager) == bits(replay) and "in the steps" in replay.eager


@pytest.mark.parametrize(("batch", "words"), [
    (X.astype(np.float32), "float32 came, but rows of 5 numbers in float64"), (X.astype(np.float16), "float16 came"),
    (autodiff.Tensor(X), "The inputs are a Tensor"), ((X * 10).astype(int), "^$"), (X.tolist(), "^$"),
    (np.asfortranarray(X), "^$"), (X[::-1], "^$")])
def test_batches_of_any_kind(batch, words):
    eager, replay = pair()
    for step in eager, replay:
        step.losses = [step(X, LABELS), step(batch, LABELS)]
    assert re.search(words, replay.eager)
    assert eager.losses == replay.losses and eager(X, LABELS) == replay(X, LABELS)
    assert bits(eager) == bits(replay)


@pytest.mark.parametrize(("x", "y"), [(X, LABELS + 5), (X, LABELS[:7]), (X[:, :4], LABELS), (X * np.nan, LABELS),
                                      (X[0], LABELS[0]), (X[:0], LABELS[:0]), (X, autodiff.Tensor(X)), ("a", LABELS)])
def test_input_is_refused_in_the_same_words(x, y):
    said = []
    for step in pair():
        steps(step)
        before = bits(step)
        with pytest.raises((ValueError, TypeError)) as caught:
            step(x, y)
        assert bits(step)[1:] == before[1:]
        said.append((str(caught.value), steps(step), bits(step)))
    assert said[0] == said[1]


# Other code between the steps.

def assign(step):
    step.optimiser.parameters[0].data = np.ones((5, 7))


def assign_memory(step):
    step.optimiser.memory[1]["mean"] = np.ones(7)


def by_the_eager_engine(step):
    steps(Eager(step.model, step.loss, step.optimiser))


def by_another_optimiser(step):
    steps(type(step)(step.model, step.loss, optim.Momentum(step.model.parameters())))


def other_layers(step):
    step.model.layers = (step.model.layers[0], nn.Sequential(nn.Linear(3, 3, 5)), nn.Sigmoid())
    step.model.layers[0].layers = (nn.Linear(5, 3, 1), nn.ReLU())
    step.optimiser = optim.Nesterov(step.model.parameters())


def other_settings(step):
    step.optimiser.learning_rate, step.optimiser.beta1, step.loss = 0.3, 0.5, lossedu.losses.multiclass_hinge


def a_gradient_by_hand(step):
    step.optimiser.parameters[0].grad = np.ones((5, 7))


@pytest.mark.parametrize("between", [assign, assign_memory, by_the_eager_engine, by_another_optimiser, other_layers,
                                     other_settings, a_gradient_by_hand])
def test_other_code_between_the_steps(between):
    eager, replay = pair()
    for step in eager, replay:
        step.losses = steps(step)
        between(step)
        step.losses += steps(step)
    assert eager.losses == replay.losses and bits(eager) == bits(replay) and replay.eager == ""


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda step: pickle.loads(pickle.dumps(step))])
def test_a_copy_in_the_middle_goes_its_own_way(copied):
    _, replay = pair()
    steps(replay)
    twin = copied(replay)
    before = bits(twin)
    assert bits(replay) == before
    losses = steps(replay)
    assert bits(twin) == before
    assert steps(twin) == losses and bits(twin) == bits(replay) and twin.eager == ""


def test_what_somebody_holds_stays_as_it_is():
    _, replay = pair()
    steps(replay)
    held = [p.data for p in replay.optimiser.parameters] + [m["mean"] for m in replay.optimiser.memory]
    graph = replay.loss(LABELS, replay.model(X))
    copies = [array.copy() for array in held]
    steps(replay)
    np.testing.assert_equal(held, copies)
    for parameter in replay.optimiser.parameters:
        with pytest.raises(ValueError, match="read-only"):
            parameter.data[...] = 0
    graph.backward()
    assert all(p.grad.any() for p in replay.optimiser.parameters)


@pytest.mark.parametrize("optimiser", [optim.SGD, optim.Adam])
def test_memory_is_used_again_once_nobody_holds_it(optimiser):
    """Whatever of the parameters is held at any step, a part of a part among it, keeps its numbers."""
    _, replay = pair(optimiser)
    weight, moments = replay.optimiser.parameters[0], replay.optimiser.memory[0]
    steps(replay, 20)
    used = {id(array) for array in replay._joined.earlier}
    steps(replay, 20)
    assert {id(array) for array in replay._joined.earlier} == used
    held = []
    for k in range(20):
        steps(replay, 1)
        array = [weight.data, weight.data[1:, 2], memoryview(weight.data), *moments.values()][k % (3 + len(moments))]
        held.append((array, np.array(array)))
    for array, copied in held:
        np.testing.assert_equal(np.asarray(array), copied)
    assert len(replay._joined.earlier) <= 8


@pytest.mark.parametrize("optimiser", OPTIMISERS.values(), ids=OPTIMISERS)
def test_more_parameters_than_are_updated_at_a_time(monkeypatch, optimiser):
    monkeypatch.setattr("lossedu.joined.BLOCK", 10)
    eager, replay = pair(optimiser)
    assert steps(eager) == steps(replay) and replay.eager == ""
    assert bits(eager) == bits(replay)


def test_a_loss_cannot_write_to_the_predictions():
    class Writing(type(lossedu.mse)):
        def value_and_gradient(self, y_true, y_pred, weight=None):
            y_pred[0] = 0
            return super().value_and_gradient(y_true, y_pred, weight)

    for step in pair(loss=Writing()):
        with pytest.raises(ValueError, match="read-only"):
            step(X, X[:, :3])
        assert step.eager == ""


def test_batches_of_many_lengths():
    eager, replay = pair(optim.SGD)
    for rows in [*range(1, 20), 3, 2]:
        assert eager(X[:rows], LABELS[:rows]) == replay(X[:rows], LABELS[:rows])
    assert bits(eager) == bits(replay)


@pytest.mark.parametrize("optimiser", [optim.SGD, optim.Adam])
def test_an_interruption_at_any_line_leaves_the_parameters_whole(optimiser):
    reference, _ = pair(optimiser)
    states = [bits(reference)[0]]
    steps(reference, 1)
    states.append(bits(reference)[0])
    for line in range(1, 999):
        _, replay = pair(optimiser)
        finished = finishes(replay, line)
        assert bits(replay)[0] in states
        if finished:
            break
        steps(replay)  # the training can go on
    assert 50 < line < 998


def finishes(replay, line):
    """Whether a step ends before so many lines of the package were run; if not, it is interrupted there."""
    lines = count(1)

    def trace(frame, event, argument):
        if frame.f_globals["__name__"] not in ("lossedu.replay", "lossedu.optim"):
            return None
        if event == "line" and next(lines) == line:
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        steps(replay, 1)
    except KeyboardInterrupt:
        return False
    finally:
        sys.settrace(before)
    return True


# Training with fit.

def trained(monkeypatch, replayed, optimiser=optim.Adam, loss=lossedu.cross_entropy_logits, **options):
    model, used, predict = network(), [], Replay.predict
    descent = optimiser(model.parameters())
    with monkeypatch.context() as patch:
        patch.setattr(Replay, "predict", lambda step, x: used.append(answer := predict(step, x) if replayed else None)
                      or answer)
        try:
            history = fit(model, loss, X, options.pop("y", LABELS), descent, batch_size=7, **options)
            said = vars(history)
        except FloatingPointError as error:
            said = str(error)
    assert all((answer is not None) is replayed for answer in used) and used
    return said, [parameter.data.tobytes() for parameter in model.parameters().values()], descent.steps


@pytest.mark.parametrize("options", [
    {}, {"weight": np.arange(40.0)}, {"validation": 0.3, "patience": 1, "optimiser": lambda p: optim.Adam(p, 0.5)},
    {"callback": lambda history: len(history.loss) == 2}, {"optimiser": lambda p: optim.SGD(p, 1e200)},
    {"optimiser": lambda p: optim.Momentum(p, 1e308)}, {"loss": lossedu.mse, "y": X[:, :3], "weight": np.arange(40.0)},
    {"optimiser": lambda p: optim.SGD(p, lambda step: 0.1 if step < 9 else 1e300), "validation": 0.3, "patience": 3}],
    ids=["plain", "weights", "patience", "callback", "diverges", "overflows", "weights of rows", "diverges later"])
def test_fit_is_the_same_with_and_without(monkeypatch, options):
    eager, replayed = (trained(monkeypatch, replayed, **options) for replayed in (False, True))
    assert eager == replayed


def test_fit_can_be_interrupted(monkeypatch):
    _, replay = pair(lambda p: optim.SGD(p, lambda step: 0.1 if step < 8 else stop()))

    def stop():
        raise KeyboardInterrupt

    history = fit(replay.model, replay.loss, X, LABELS, replay.optimiser, batch_size=7)
    assert history.stopped == "interrupted in epoch 1" and history.steps == replay.optimiser.steps == 8


def test_predictions_that_overflow_are_named_by_fit():
    _, replay = pair(optim.SGD, lossedu.mse, activations=[nn.ReLU])
    replay.optimiser.parameters[2].data = np.full((7, 3), 1e308)
    with pytest.raises(FloatingPointError, match="step 0: the predictions hold NaN or infinity, before any update"):
        fit(replay.model, replay.loss, 10 * np.abs(X), X[:, :3], replay.optimiser)
