"""Layers: shapes, names, starting weights, and files that are whole or not there."""

import numpy as np
import pytest

from lossedu import nn
from lossedu.autodiff import Tensor, no_grad


def small(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(3, 4, rng), nn.Tanh(), nn.Linear(4, 2, rng))


def test_linear_is_affine():
    layer, x = nn.Linear(3, 2, seed=0), np.arange(12.0).reshape(4, 3)
    np.testing.assert_allclose(layer(x).data, x @ layer.weight.data + layer.bias.data, rtol=1e-15)


def test_parameters_by_name():
    assert {name: p.shape for name, p in small().parameters().items()} == {
        "0.weight": (3, 4), "0.bias": (4,), "2.weight": (4, 2), "2.bias": (2,)}
    assert list(nn.Sequential(nn.Sequential(nn.Linear(1, 1, 0))).parameters()) == ["0.0.weight", "0.0.bias"]


def test_seed_fixes_the_weights_and_layers_differ():
    one, two, other = small(0).parameters(), small(0).parameters(), small(1).parameters()
    np.testing.assert_array_equal(one["0.weight"].data, two["0.weight"].data)
    assert (one["0.weight"].data != other["0.weight"].data).all()


def test_initialisers_have_their_variance():
    rng = np.random.default_rng(0)
    assert nn.he(rng, 400, 500).var() == pytest.approx(2 / 400, rel=0.02)
    weights = nn.glorot(rng, 400, 500)
    assert weights.var() == pytest.approx(2 / 900, rel=0.02)
    assert np.abs(weights).max() <= (6 / 900) ** 0.5


def test_he_keeps_the_size_of_a_signal_through_relu_layers():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 300))
    with no_grad():
        y = nn.Sequential(*[layer for _ in range(10) for layer in (nn.Linear(300, 300, rng), nn.ReLU())])(x).data
    assert 0.5 < np.mean(y**2) / np.mean(x**2) < 2


@pytest.mark.parametrize(("layer", "f"), [
    (nn.ReLU(), lambda x: np.maximum(x, 0)), (nn.Tanh(), np.tanh), (nn.Sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
    (nn.GELU(), lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))),
])
def test_activations(layer, f):
    x = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(layer(x).data, f(x), rtol=1e-14, atol=1e-15)


def test_embedding_takes_rows_and_adds_up_their_gradients():
    layer = nn.Embedding(5, 2, seed=0)
    y = layer(np.array([[1, 3], [3, 3]]))
    np.testing.assert_array_equal(y.data[1, 0], layer.weight.data[3])
    y.sum().backward()
    np.testing.assert_array_equal(layer.weight.grad[:, 0], [0, 1, 0, 3, 0])


@pytest.mark.parametrize(("tokens", "error"), [([5], ValueError), ([-1], ValueError), ([0.5], TypeError)])
def test_embedding_refuses_what_is_no_token(tokens, error):
    with pytest.raises(error, match="from 0 to 4"):
        nn.Embedding(5, 2, seed=0)(tokens)


def test_dropout_drops_in_training_only():
    layer, x = nn.Dropout(0.25, seed=0), Tensor(np.ones(100_000))
    y = layer(x).data
    assert set(np.unique(y)) == {0, 1 / 0.75}
    assert y.mean() == pytest.approx(1, abs=0.01)
    with no_grad():
        np.testing.assert_array_equal(layer(x).data, x.data)
    assert nn.Dropout(0.25, seed=0)(np.ones(4)).shape == (4,)
    with pytest.raises(ValueError, match="dropout rate"):
        nn.Dropout(1.0, seed=0)


def test_save_and_load(tmp_path):
    path = tmp_path / "model.npz"
    one, other = small(0), small(1)
    nn.save(one, path)
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]
    nn.load(other, path)
    x = np.ones((2, 3))
    np.testing.assert_array_equal(one(x).data, other(x).data)


def test_a_crash_while_saving_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    nn.save(small(0), path)
    before = path.read_bytes()

    def crash(file, **_):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", crash)
    with pytest.raises(OSError, match="disk full"):
        nn.save(small(1), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["model.npz"]


def test_load_refuses_another_model_and_changes_nothing(tmp_path):
    path, model = tmp_path / "model.npz", small(0)
    nn.save(nn.Linear(3, 4, 0), path)
    before = {name: p.data for name, p in model.parameters().items()}
    with pytest.raises(ValueError, match=r"does not fit this model.*'weight': \(3, 4\).*'0.weight': \(3, 4\)"):
        nn.load(model, path)
    assert all(p.data is before[name] for name, p in model.parameters().items())


def test_load_runs_no_pickles(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, weight=np.array([print], dtype=object), bias=np.zeros(1))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        nn.load(nn.Linear(1, 1, 0), path)
