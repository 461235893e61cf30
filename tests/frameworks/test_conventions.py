"""The conventions table against PyTorch, Keras, JAX and optax as they are installed."""

import pytest

from tests.losses.conventions import answers, check


@pytest.mark.parametrize("answer", answers("PyTorch"))
def test_pytorch_says_so(answer):
    torch = pytest.importorskip("torch")
    check(answer, torch=torch, F=torch.nn.functional)


@pytest.mark.parametrize("answer", answers("JAX", "optax"))
def test_jax_and_optax_say_so(answer):
    jax = pytest.importorskip("jax")
    names = {"jax": jax, "jnp": jax.numpy}
    if "optax" in answer.code:
        names["optax"] = pytest.importorskip("optax")
    check(answer, **names)


@pytest.mark.parametrize("answer", answers("Keras"))
def test_keras_says_so(answer):
    check(answer, keras=pytest.importorskip("keras"))
