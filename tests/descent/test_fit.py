"""The training loop: it learns, repeats itself, stops when it should, and says why."""

import io
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lossedu import cross_entropy_logits, mse, nn, optim
from lossedu.autodiff import Tensor
from lossedu.fit import evaluate, fit
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


def test_nan_in_the_inputs_is_not_trained_on():
    model = nn.Linear(2, 1, seed=0)
    with pytest.raises(FloatingPointError, match="step 0"):
        fit(model, mse, np.array([[1.0, np.nan]]), np.ones((1, 1)), optim.SGD(model.parameters(), 0.1))


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
