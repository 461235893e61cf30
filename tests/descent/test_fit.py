"""The training loop: it learns, repeats itself, stops when it should, and says why."""

import io
import sys

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from lossedu import bce_logits, cross_entropy_logits, mse, nn, optim
from lossedu.autodiff import Tensor
from lossedu.fit import History, evaluate, fit
from lossedu.plot.stored import svg_of

X, y = load_digits(return_X_y=True)
X = X / 16


def digits_model(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(64, 32, rng), nn.ReLU(), nn.Linear(32, 10, rng))


def train(**options):
    model = digits_model()
    history = fit(model, cross_entropy_logits, X[:1000], y[:1000], optim.Adam(model.parameters(), 0.003), **options)
    return model, history


def test_it_learns_digits():
    model, history = train(epochs=15)
    assert history.loss[-1] < 0.1 * history.loss[0]
    accuracy = (model(X[1000:]).data.argmax(1) == y[1000:]).mean()
    assert accuracy > 0.85
    assert history.steps == 15 * 32
    assert history.stopped == "all epochs done"


def test_same_seed_same_weights():
    one, two, other = train(epochs=2, seed=4)[0], train(epochs=2, seed=4)[0], train(epochs=2, seed=5)[0]
    for name, parameter in one.parameters().items():
        np.testing.assert_array_equal(parameter.data, two.parameters()[name].data)
        assert (parameter.data != other.parameters()[name].data).any()


def test_full_batch_is_gradient_descent_by_hand():
    x, target = np.linspace(-1, 1, 7)[:, None], np.linspace(2, 5, 7)[:, None]
    model = nn.Linear(1, 1, seed=0)
    w, b = model.weight.data[0, 0], 0.0
    history = fit(model, mse, x, target, optim.GradientDescent(model.parameters(), 0.1), epochs=20, batch_size=7)
    for loss in history.loss:
        residual = w * x + b - target
        assert loss == pytest.approx((residual**2).mean(), rel=1e-12)
        w, b = w - 0.1 * 2 * (residual * x).mean(), b - 0.1 * 2 * residual.mean()
    assert float(model.weight.data[0, 0]) == pytest.approx(w, rel=1e-12)


def test_every_sample_once_an_epoch_and_last_batch_counts_by_its_size():
    seen = []

    class Watch(nn.Linear):
        def __call__(self, x):
            seen.append(x[:, 0].copy())
            return super().__call__(x)

    model = Watch(1, 1, seed=0)
    numbers = np.arange(10.0)[:, None]
    fit(model, mse, numbers, numbers, optim.SGD(model.parameters(), 1e-9), epochs=1, batch_size=4)
    assert [len(batch) for batch in seen] == [4, 4, 2]
    assert sorted(np.concatenate(seen)) == list(range(10))
    zero = nn.Linear(1, 1, seed=0, initialiser=lambda rng, m, n: np.zeros((m, n)))
    history = fit(zero, mse, numbers, numbers, optim.SGD(zero.parameters(), 1e-300), epochs=1, batch_size=4)
    assert history.loss[0] == pytest.approx((numbers**2).mean(), rel=1e-12)


def test_early_stopping_goes_back_to_the_best():
    w = Tensor([[10.0]])
    validation = (np.ones((1, 1)), np.full((1, 1), 5.0))  # best at w = 5, while training pulls to 0
    history = fit(lambda x: x @ w, mse, np.ones((4, 1)), np.zeros((4, 1)), optim.SGD([w], 0.05), epochs=500,
                  batch_size=4, validation=validation, patience=3)
    assert history.best == np.argmin(history.validation) == len(history.loss) - 4
    assert history.stopped == "no better validation loss for 3 epochs"
    assert evaluate(lambda x: x @ w, mse, *validation) == history.validation[history.best]


def test_patience_not_run_out_still_goes_back():
    w = Tensor([[10.0]])
    validation = (np.ones((1, 1)), np.full((1, 1), 5.0))
    history = fit(lambda x: x @ w, mse, np.ones((4, 1)), np.zeros((4, 1)), optim.SGD([w], 0.05), epochs=8,
                  validation=validation, patience=100)
    assert history.best < 7
    assert evaluate(lambda x: x @ w, mse, *validation) == history.validation[history.best]


@pytest.mark.parametrize("rate", [10.0, 1e150, 1e308])
def test_divergence_names_step_and_learning_rate(rate):
    model = nn.Linear(64, 10, seed=0)
    with pytest.raises(FloatingPointError, match=r"step \d+: .*learning rate 1.*smaller learning rate"):
        fit(model, mse, X, np.eye(10)[y], optim.SGD(model.parameters(), rate), epochs=20)


def test_bad_input():
    model = nn.Linear(1, 1, seed=0)
    rule = optim.SGD(model.parameters(), 0.1)
    with pytest.raises(ValueError, match="X has 3 samples and y has 2"):
        fit(model, mse, np.ones((3, 1)), np.ones((2, 1)), rule)
    with pytest.raises(ValueError, match="at least one"):
        fit(model, mse, np.ones((0, 1)), np.ones((0, 1)), rule)
    with pytest.raises(ValueError, match="patience needs validation"):
        fit(model, mse, np.ones((3, 1)), np.ones((3, 1)), rule, patience=2)
    with pytest.raises(ValueError, match=r"\(3,\).*\(3, 1\)"):
        fit(model, mse, np.ones((3, 1)), np.ones(3), rule)
    with pytest.raises(ValueError, match="batch_size"):
        fit(model, mse, np.ones((3, 1)), np.ones((3, 1)), rule, batch_size=0)


def test_history_shows_itself():
    _, history = train(epochs=3, validation=(X[1000:], y[1000:]))
    assert repr(history).startswith("History: 3 epochs, 96 steps, validation loss 0.")
    bundle = history._repr_mimebundle_()
    assert svg_of(bundle["text/html"]).count("<svg") == 1 and bundle["text/plain"] == repr(history)
    assert "3 epochs" in repr(history.plot())


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_bar_on_a_terminal_only(monkeypatch):
    for stream, drawn in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        train(epochs=2)
        assert ("epochs" in stream.getvalue()) is drawn


def test_bar_needs_no_tqdm(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    train(epochs=1)
    assert stream.getvalue() == ""


# No silent wrong number: each kind is drawn many times.

A_FEW = settings(max_examples=30)


def line(start=0.0, dtype=float):
    """The only weight of a model without an intercept, and the model."""
    w = Tensor(np.full((1, 1), start, dtype), "w")
    return w, lambda x: x @ w


def numbers(n):
    rng = np.random.default_rng(n)
    return rng.normal(size=(n, 1)), rng.normal(size=(n, 1))


# What is in the data

@A_FEW
@given(where=st.sampled_from(["X", "y", "validation X", "validation y"]), row=st.integers(0, 9),
       value=st.sampled_from([np.nan, np.inf, -np.inf]), dtype=st.sampled_from([np.float16, np.float32, np.float64]))
def test_data_that_are_no_numbers_are_named_before_training(where, value, row, dtype):
    data = {name: numbers(10)[0].astype(dtype) for name in ("X", "y", "validation X", "validation y")}
    data[where][row] = value
    w, _ = line()

    def model(x):
        raise AssertionError("the training has begun")

    holds = "NaN" if np.isnan(value) else "infinity"
    X, y, *validation = data.values()
    with pytest.raises(ValueError, match=rf"^{where} holds {holds} at index \({row}, 0\)") as caught:
        fit(model, mse, X, y, optim.SGD([w], 0.1), validation=validation)
    assert "learning rate" not in str(caught.value)


@pytest.mark.parametrize(("X", "y", "error", "message"), [
    (1.0, [1.0, 2.0], ValueError, "X has 1 samples and y has 2"), ([], [], ValueError, "at least one"),
    ([["a"]], [1.0], TypeError, "X must hold real numbers"), ([[1.0]], [None], TypeError, "y must hold real numbers"),
    (np.ma.masked_equal([[1.0], [2.0]], 2), [1.0, 2.0], TypeError, "X is a masked array")])
def test_data_that_cannot_be_trained_on(X, y, error, message):
    w, model = line()
    with pytest.raises(error, match=message):
        fit(model, mse, X, y, optim.SGD([w], 0.1))


@pytest.mark.parametrize("setting", ["epochs", "batch_size", "patience"])
@given(value=st.integers(-9, 0) | st.floats())
def test_counts_are_whole_numbers_from_one(setting, value):
    w, model = line()
    with pytest.raises(ValueError, match=f"^{setting} is .* whole number and at least 1"):
        fit(model, mse, *numbers(3), optim.SGD([w], 0.1), validation=numbers(3), **{setting: value})


# Divergence, and what looks like it

@A_FEW
@given(power=st.integers(-15, 25), start=st.integers(-9, 25))
@example(power=12, start=0)  # the squared gradient does not fit float32
@example(power=5, start=20)  # the loss does not
def test_float32_of_any_size_is_no_divergence(power, start):
    assume(2 * power + start < 36 and power + start < 36)  # so that gradients and predictions fit
    x, (w, model) = np.float32(10.0**power), line(10.0**start, np.float32)
    targets = np.zeros((2, 1), np.float32)
    history = fit(model, mse, [[x], [3 * x]], targets, optim.SGD([w], 1e-3 / float(x) ** 2), epochs=1)
    assert history.loss[0] == pytest.approx(5 * 10.0 ** (2 * (power + start)), rel=1e-5)


@A_FEW
@given(power=st.integers(-150, 150), rule=st.sampled_from([optim.Adam, optim.RMSProp, optim.AdaGrad, optim.SGD]))
@example(power=140, rule=optim.Adam)
def test_float64_of_any_size_is_no_divergence(power, rule):
    scale = 10.0**power
    w, model = line(2.0)
    rate = 0.1 / scale / scale if rule is optim.SGD else 1e-3
    history = fit(model, mse, [[scale]], [[0.0]], rule([w], rate), epochs=3)
    assert history.loss[0] == pytest.approx(4 * scale * scale)
    assert history.loss == sorted(history.loss, reverse=True)


def test_losses_whose_sum_overflows_have_an_average():
    w, model = line(1e150)
    history = fit(model, mse, np.ones((64, 1)) * 1e3, np.zeros((64, 1)), optim.SGD([w], 1e-30), epochs=1, batch_size=32)
    assert history.loss[0] == pytest.approx(1e306)


def test_a_bad_start_is_no_fault_of_the_learning_rate():
    for start in (1e300, 1e307, np.nan):  # the loss is infinite, or the predictions are
        w, model = line(start)
        with pytest.raises(FloatingPointError, match="step 0: .* before any update") as caught:
            fit(model, mse, [[1e3]], [[0.0]], optim.SGD([w], 0.1))
        assert "learning rate" not in str(caught.value)


def test_a_later_call_counts_the_steps_of_the_former_one():
    w, model = line(1.0)
    descent = optim.SGD([w], 0.001)
    fit(model, mse, *numbers(5), descent, epochs=3)
    w.data = [[1e200]]
    with pytest.raises(FloatingPointError, match="step 3: the loss is inf, with learning rate 0.001"):
        fit(model, mse, *numbers(5), descent)


# Models that give no gradient

@pytest.mark.parametrize(("returned", "kind"), [
    (lambda x, w: x @ w.data, "ndarray"), (lambda x, w: (x @ w).data, "ndarray"), (lambda x, w: None, "NoneType"),
    (lambda x, w: [x @ w], "list"), (lambda x, w: nn.Sequential()(x), "ndarray"), (lambda x, w: 1.0, "float")])
def test_a_model_that_returns_no_tensor_is_told_so(returned, kind):
    w, _ = line()
    with pytest.raises(TypeError, match=f"the model returned a {kind}, .* expected a Tensor"):
        fit(lambda x: returned(x, w), mse, *numbers(4), optim.SGD([w], 0.1))


# Weights

@A_FEW
@given(weight=st.lists(st.integers(0, 4), min_size=2, max_size=9), scale=st.sampled_from([1, 1e-300, 0.3, 1e290]),
       rule=st.sampled_from([optim.SGD, optim.Adam]))
def test_a_weight_counts_like_as_many_samples(weight, scale, rule):
    assume(any(weight))
    X, y = numbers(len(weight))
    (v, ours), (w, repeated) = line(0.5), line(0.5)
    one = fit(ours, mse, X, y, rule([v], 0.05), epochs=5, weight=np.array(weight) * scale)
    other = fit(repeated, mse, np.repeat(X, weight, 0), np.repeat(y, weight, 0), rule([w], 0.05), epochs=5,
                batch_size=99)
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-12)
    np.testing.assert_allclose(v.data, w.data, rtol=1e-12)


@A_FEW
@given(chosen=st.lists(st.booleans(), min_size=2, max_size=9), batch_size=st.integers(1, 4))
def test_a_weight_of_zero_leaves_the_sample_out_whatever_it_holds(chosen, batch_size):
    chosen = np.array(chosen)
    assume(chosen.any())
    (v, ours), (w, few) = line(0.5), line(0.5)
    X, y = numbers(len(chosen))
    other = fit(few, mse, X[chosen], y[chosen], optim.Adam([w], 0.05), epochs=3, batch_size=batch_size)
    X[~chosen], y[~chosen] = np.nan, np.inf
    one = fit(ours, mse, X, y, optim.Adam([v], 0.05), epochs=3, batch_size=batch_size, weight=chosen)
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-13)
    np.testing.assert_allclose(v.data, w.data, rtol=1e-13)
    assert one.steps == other.steps


@pytest.mark.parametrize(("loss", "targets", "shape"), [
    (mse, np.arange(6.0), (6,)), (mse, np.arange(18.0).reshape(6, 3), (6, 3)), (bce_logits, np.arange(6) % 2, (6,)),
    (cross_entropy_logits, np.arange(6) % 3, (6, 3)), (cross_entropy_logits, np.eye(3)[np.arange(6) % 3], (6, 3)),
    (cross_entropy_logits, np.arange(12).reshape(6, 2) % 4, (6, 2, 4))])
@pytest.mark.parametrize("batch_size", [1, 4, 6])
def test_batches_add_up_to_the_weighted_mean(loss, targets, shape, batch_size):
    rng = np.random.default_rng(0)
    weight = np.array([1.0, 2.0, 0.0, 0.5, 4.0, 1.0])
    scores, nudge = rng.normal(size=shape), Tensor(np.zeros(shape[1:]))
    history = fit(lambda x: x + nudge, loss, scores, targets, optim.SGD([nudge], 1e-300), epochs=1,
                  batch_size=batch_size, weight=weight)
    each = loss.each(targets, scores).reshape(6, -1).mean(1)
    assert history.loss[0] == pytest.approx(np.average(each, weights=weight), rel=1e-12)
    assert evaluate(lambda x: x, loss, scores, targets, weight=weight) == pytest.approx(history.loss[0], rel=1e-12)


@given(weight=st.lists(st.integers(1, 5), min_size=6, max_size=6))
@A_FEW
def test_steps_of_single_samples_are_as_long_as_their_weights(weight):
    X, y = numbers(6)
    w, model = line()
    fit(model, mse, X, y, optim.SGD([w], 1e-9), epochs=1, batch_size=1, weight=weight)
    slope = 2 * (np.array(weight)[:, None] * X * y).sum() / np.mean(weight)
    assert float(w.data[0, 0]) == pytest.approx(1e-9 * slope, 1e-6)


@pytest.mark.parametrize(("weight", "message"), [
    ([1.0, 2.0], r"weight has shape \(2,\); expected one weight a sample, shape \(3,\)"), (1.0, r"shape \(\)"),
    ([[1.0], [2.0], [3.0]], r"shape \(3, 1\)"), ([1.0, -1.0, 1.0], "must be finite and not negative, but holds -1"),
    ([1.0, np.nan, 1.0], "weight holds NaN"), ([1.0, np.inf, 1.0], "holds inf"), ([0, 0, 0], "is zero everywhere")])
def test_weights_that_mean_nothing(weight, message):
    w, model = line()
    with pytest.raises(ValueError, match=message):
        fit(model, mse, *numbers(3), optim.SGD([w], 0.1), weight=weight)
    with pytest.raises(ValueError, match="weight"):
        evaluate(model, mse, *numbers(3), weight=weight)


# A share for validation

class Seen:
    """A model that remembers the inputs it was trained on and those it was judged by."""

    def __init__(self):
        self.w, self.trained, self.judged = Tensor([[0.5]]), [], []

    def __call__(self, x):
        result = x @ self.w
        (self.trained if result.needs_grad else self.judged).extend(x[:, 0])
        return result


@A_FEW
@given(n=st.integers(2, 40), share=st.floats(0.01, 0.99), seeds=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_a_share_is_set_aside_and_always_the_same(n, share, seeds):
    assume(round(share * n) < n)
    X = np.arange(float(n))[:, None]
    one, two = Seen(), Seen()
    for model, seed in zip((one, two), seeds, strict=True):
        history = fit(model, mse, X, X, optim.SGD([model.w], 1e-9), epochs=2, validation=share, seed=seed, patience=5)
        assert len(history.validation) == 2
    assert len(set(one.judged)) == max(1, round(share * n)) and len(one.judged) == 2 * len(set(one.judged))
    assert set(one.judged) == set(two.judged) == set(range(n)) - set(one.trained) == set(range(n)) - set(two.trained)


def test_a_share_of_sorted_classes_holds_all_of_them():
    model = Seen()
    fit(model, mse, np.repeat(np.arange(5.0), 40)[:, None], np.zeros((200, 1)), optim.SGD([model.w], 1e-9), epochs=1,
        validation=0.2)
    assert set(model.judged) == set(range(5))


def test_weights_go_with_their_share():
    X, y = numbers(20)
    weight = np.arange(1.0, 21)
    model = Seen()
    history = fit(model, mse, X, y, optim.SGD([model.w], 1e-300), epochs=1, validation=0.3, weight=weight)
    rows = np.isin(X[:, 0], model.judged)
    each = ((0.5 * X - y) ** 2)[:, 0]
    assert history.validation[0] == pytest.approx(np.average(each[rows], weights=weight[rows]))


@pytest.mark.parametrize("bad", [0, 0.0, 1, 1.0, 0.99, -0.2, 1.5, np.nan, np.inf, True])
def test_shares_that_leave_nothing(bad):
    w, model = line()
    with pytest.raises(ValueError, match="of 3 samples; a share must lie between 0 and 1"):
        fit(model, mse, *numbers(3), optim.SGD([w], 0.1), validation=bad)


def test_validation_that_is_no_pair():
    w, model = line()
    with pytest.raises(ValueError, match="validation holds 3 parts"):
        fit(model, mse, *numbers(3), optim.SGD([w], 0.1), validation=(*numbers(3), np.ones(3)))
    with pytest.raises(ValueError, match="validation X has 3 samples and validation y has 2"):
        fit(model, mse, *numbers(3), optim.SGD([w], 0.1), validation=(numbers(3)[0], numbers(2)[1]))


# Order

@A_FEW
@given(seeds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))
def test_fits_of_one_epoch_visit_the_samples_in_the_order_of_their_seed(seeds):
    orders = []
    for seed in (*seeds, seeds[0]):
        model = Seen()
        X = np.arange(50.0)[:, None]
        fit(model, mse, X, X, optim.SGD([model.w], 1e-9), epochs=1, batch_size=7, seed=seed)
        orders.append(model.trained)
    assert orders[0] == orders[2] and sorted(orders[0]) == list(range(50))
    assert (orders[0] == orders[1]) == (seeds[0] == seeds[1])


# Looking in, and stopping

@given(call=st.integers(1, 60), patience=st.none() | st.just(50))
@A_FEW
@example(call=1, patience=None)
@example(call=2, patience=50)
def test_an_interrupted_fit_keeps_what_it_has(call, patience):
    w = Tensor([[10.0]])
    calls, states = 0, []

    def model(x):
        nonlocal calls
        calls += 1
        if calls == call:
            raise KeyboardInterrupt
        if not (x @ w).needs_grad:
            states.append(w.data)
        return x @ w

    validation = (np.ones((1, 1)), np.full((1, 1), 5.0))  # best at w = 5, while training pulls to 0
    history = fit(model, mse, np.ones((4, 1)), np.zeros((4, 1)), optim.SGD([w], 0.05), epochs=100, batch_size=2,
                  validation=validation, patience=patience)
    epochs = (call - 1) // 3
    assert history.stopped == f"interrupted in epoch {epochs}"
    assert len(history.loss) == len(history.validation) == epochs and history.steps == 2 * epochs + (call - 1) % 3
    assert "interrupted" in repr(history)
    if epochs and patience:
        np.testing.assert_array_equal(w.data, states[history.best])


def test_an_interrupted_step_changes_all_parameters_or_none(monkeypatch):
    model = nn.Linear(1, 1, seed=0)
    before = [parameter.data for parameter in model.parameters().values()]
    descent = optim.SGD(model.parameters(), 0.1)
    changes = iter([np.ones((1, 1)), KeyboardInterrupt()])

    def change(*arguments):
        if isinstance(result := next(changes), KeyboardInterrupt):
            raise result
        return result

    monkeypatch.setattr(descent, "change", change)
    history = fit(model, mse, *numbers(3), descent)
    assert history.steps == descent.steps == 0 and "no epoch finished, 0 steps; interrupted in epoch 0" in repr(history)
    for parameter, old in zip(model.parameters().values(), before, strict=True):
        np.testing.assert_array_equal(parameter.data, old)


def test_a_history_without_an_epoch_has_no_best():
    with pytest.raises(ValueError, match="no epoch was finished"):
        _ = History().best
    history = History(stopped="interrupted in epoch 0")
    assert repr(history) == "History: no epoch finished, 0 steps; interrupted in epoch 0"
    assert history._repr_mimebundle_() == {"text/plain": repr(history)}


def test_divergence_with_patience_goes_back_to_the_best():
    w, model = line(1.0)
    seen = []

    def rate(step):
        return 0.1 if step < 4 else 1e200

    with pytest.raises(FloatingPointError):
        fit(model, mse, [[1.0]], [[0.0]], optim.SGD([w], rate), validation=([[1.0]], [[0.0]]), patience=3,
            callback=lambda history: seen.append(w.data))
    np.testing.assert_array_equal(w.data, seen[3])


@pytest.mark.parametrize("true", [True, np.True_])
@pytest.mark.parametrize("last", [0, 3])
def test_a_callback_looks_in_and_stops(true, last):
    w, model = line()
    seen = []

    def look(history):
        seen.append((len(history.loss), history.steps, len(history.validation)))
        return true if len(history.loss) == last + 1 else np.False_

    history = fit(model, mse, *numbers(4), optim.SGD([w], 0.1), batch_size=2, validation=numbers(3), callback=look)
    assert seen == [(k, 2 * k, k) for k in range(1, last + 2)] and history.stopped == "the callback asked to stop"


@pytest.mark.parametrize("answer", [None, 1, "go on", np.ones(3), [], 0.0])
def test_only_true_stops(answer):
    w, model = line()
    history = fit(model, mse, *numbers(4), optim.SGD([w], 0.1), epochs=3, callback=lambda history: answer)
    assert len(history.loss) == 3 and history.stopped == "all epochs done"


def test_the_bar_shows_the_losses(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    _, history = train(epochs=2, validation=0.2)
    assert f"loss={history.loss[0]:.4g}" in stream.getvalue()
    assert f"validation={history.validation[0]:.4g}" in stream.getvalue()
