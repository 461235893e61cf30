"""The conventions table against PyTorch, JAX and optax as they are installed."""

import pytest

from tests.losses.conventions import answers, check, check_release


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


@pytest.mark.parametrize(("library", "module"), [("PyTorch", "torch"), ("JAX", "jax"), ("optax", "optax")])
def test_the_release_is_named(library, module):
    pytest.importorskip(module)
    check_release(library)
