"""What the page on compilers says of jax.jit and torch.compile; of tf.function it is tested beside Keras."""

import numpy as np
import pytest


def test_jax_records_anew_for_new_shapes_and_types_and_refuses_a_branch_on_a_value():
    jax = pytest.importorskip("jax")
    seen = []

    @jax.jit
    def double(x):
        seen.append((x.shape, x.dtype.name))  # done while it records, and not in a replay
        return 2 * x

    for x in (np.ones(3), np.zeros(3), np.ones(4), np.ones(3, np.int32), np.ones(4)):
        np.testing.assert_array_equal(double(x), 2 * x)
    kinds = [(shape, kind.rstrip("0123456789")) for shape, kind in seen]
    assert kinds == [((3,), "float"), ((4,), "float"), ((3,), "int")]
    with pytest.raises(jax.errors.TracerBoolConversionError):
        jax.jit(lambda x: x if x > 0 else 0.1 * x)(1.0)


def test_torch_records_anew_where_a_guard_fails_and_splits_a_recording_at_a_branch():
    torch = pytest.importorskip("torch")
    recorded = []

    def backend(graph, inputs):
        recorded.append([node.target for node in graph.graph.nodes if node.op.startswith("call")])
        return graph.forward

    def leaky(x):
        a = 2 * x
        return a + 1 if a.sum() > 0 else 0.1 * a

    compiled = torch.compile(lambda x, rate: rate * x, backend=backend, dynamic=False)
    for x, rate in ((torch.ones(3), 0.1), (-torch.ones(3), 0.1), (torch.ones(4), 0.1), (torch.ones(4).double(), 0.1)):
        assert torch.equal(compiled(x, rate), rate * x)
    assert len(recorded) == 3
    recorded.clear()
    compiled = torch.compile(leaky, backend=backend)
    for x in (torch.ones(3), torch.ones(3), -torch.ones(3)):
        assert torch.equal(compiled(x), leaky(x))
    assert len(recorded) == 3  # what comes before the branch, and each of its sides when it is first taken



def test_jax_records_a_draw_and_a_setting_as_the_numbers_they_were():
    jax = pytest.importorskip("jax")
    rng, rate = np.random.default_rng(0), 0.1
    noisy, step = jax.jit(lambda g: g + rng.normal()), jax.jit(lambda g: -rate * g)
    before = float(step(1.0))
    rate = 0.01
    assert float(noisy(1.0)) == float(noisy(1.0))
    assert float(step(1.0)) == before == pytest.approx(-0.1)
