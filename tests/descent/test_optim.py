"""Optimisers and schedules against their definitions, written out here entry by entry."""

import math

import numpy as np
import pytest

from lossedu import optim
from lossedu.autodiff import Tensor, value_and_gradient
from lossedu.optim import gradient_descent

GRADIENTS = np.random.default_rng(0).normal(size=(20, 3))
GRADIENTS[5] = 0


def descent(w, g, m, t, rate):
    return w - rate * g


def momentum(w, g, m, t, rate):
    m["v"] = 0.9 * m["v"] + g
    return w - rate * m["v"]


def nesterov(w, g, m, t, rate):
    m["v"] = 0.9 * m["v"] + g
    return w - rate * (g + 0.9 * m["v"])


def adagrad(w, g, m, t, rate):
    m["s"] += g * g
    return w - rate * g / (math.sqrt(m["s"]) + 1e-10)


def rmsprop(w, g, m, t, rate):
    m["s"] = 0.99 * m["s"] + 0.01 * g * g
    return w - rate * g / (math.sqrt(m["s"]) + 1e-8)


def adam(w, g, m, t, rate):
    m["v"] = 0.9 * m["v"] + 0.1 * g
    m["s"] = 0.999 * m["s"] + 0.001 * g * g
    return w - rate * (m["v"] / (1 - 0.9**t)) / (math.sqrt(m["s"] / (1 - 0.999**t)) + 1e-8)


def adamw(w, g, m, t, rate):
    return adam(w * (1 - rate * 0.01), g, m, t, rate)


RULES = [(optim.GradientDescent, descent), (optim.SGD, descent), (optim.Momentum, momentum), (optim.Nesterov, nesterov),
         (optim.AdaGrad, adagrad), (optim.RMSProp, rmsprop), (optim.Adam, adam), (optim.AdamW, adamw)]


@pytest.mark.parametrize(("optimiser", "rule"), RULES, ids=lambda x: x.__name__)
def test_twenty_steps(optimiser, rule):
    start, rate = np.array([1.0, -2.0, 0.5]), 0.05
    w = Tensor(start)
    ours = optimiser([w], rate)
    expected, memory = start.tolist(), [{"v": 0.0, "s": 0.0} for _ in start]
    for t, gradient in enumerate(GRADIENTS, 1):
        w.grad = gradient
        ours.step()
        expected = [rule(e, g, m, t, rate) for e, g, m in zip(expected, gradient, memory, strict=True)]
        np.testing.assert_allclose(w.data, expected, rtol=1e-13, atol=1e-15)
        assert w.grad is None
    assert ours.steps == 20


@pytest.mark.parametrize(("optimiser", "rule"), RULES, ids=lambda x: x.__name__)
def test_each_reaches_the_bottom_of_a_bowl(optimiser, rule):
    bowl = value_and_gradient(lambda w: ((w - np.array([1.0, -1.0])) ** 2 * np.array([1.0, 5.0])).sum())
    *_, last = gradient_descent(bowl, [0.0, 0.0], 0.03, 2000, optimiser)
    np.testing.assert_allclose(last.parameters, [1, -1], atol=0.04)


def test_float32_stays_float32():
    w = Tensor(np.ones(2, np.float32))
    for optimiser, _ in RULES:
        rule = optimiser([w], np.float64(0.1))
        for dtype in (np.float32, np.float64):  # a gradient set by hand may be of another dtype
            w.grad = np.ones(2, dtype)
            rule.step()
            assert w.data.dtype == np.float32


def test_updated_data_are_read_only():
    w = Tensor(np.ones(2))
    w.grad = np.ones(2)
    optim.SGD([w], 0.1).step()
    with pytest.raises(ValueError, match="read-only"):
        w.data[0] = 1


def test_gradient_set_by_hand_in_another_shape():
    w = Tensor(np.ones(3), "w")
    w.grad = np.ones((1, 3))
    with pytest.raises(ValueError, match=r"w has shape \(3,\), but its gradient \(1, 3\)"):
        optim.SGD([w], 0.1).step()


def test_parameters_without_a_gradient_stay():
    used, unused = Tensor(1.0), Tensor(1.0)
    rule = optim.Adam({"used": used, "unused": unused}, 0.1)
    (used * 2).backward()
    rule.step()
    assert used.data != 1 and unused.data == 1


def test_step_without_backward():
    w = Tensor(1.0)
    rule = optim.SGD([w], 0.1)
    with pytest.raises(ValueError, match="call backward"):
        rule.step()
    (w * 2).backward()
    rule.step()
    with pytest.raises(ValueError, match="call backward"):
        rule.step()


@pytest.mark.parametrize("rate", [0, -0.1, math.nan, math.inf])
def test_learning_rate_must_be_positive(rate):
    with pytest.raises(ValueError, match="learning rate"):
        optim.SGD([Tensor(1.0)], rate)


def test_hyperparameters_are_checked():
    with pytest.raises(ValueError, match="no parameters"):
        optim.SGD([], 0.1)
    for make in (lambda w: optim.Momentum(w, 0.1, momentum=1), lambda w: optim.Adam(w, beta2=1.5),
                 lambda w: optim.RMSProp(w, decay=-0.1)):
        with pytest.raises(ValueError, match="at least 0 and less than 1"):
            make([Tensor(1.0)])


def test_schedule_is_followed():
    w = Tensor(0.0)
    rule = optim.SGD([w], optim.step_decay(1.0, every=2, factor=0.1))
    seen = []
    for _ in range(5):
        before = float(w)
        w.grad = np.array(1.0)
        rule.step()
        seen.append(before - float(w))
    np.testing.assert_allclose(seen, [1, 1, 0.1, 0.1, 0.01])


def test_cosine_with_warmup():
    schedule = optim.cosine(1.0, steps=10, warmup=2)
    assert [schedule(0), schedule(1), schedule(2), schedule(6)] == pytest.approx([0.5, 1, 1, 0.5])
    assert schedule(10) == pytest.approx(0, abs=1e-15)
    assert schedule(100) == pytest.approx(0, abs=1e-15)


def test_path():
    path = list(gradient_descent(lambda w: (float(w @ w), 2 * w), [3.0, 4.0], 0.25, 4))
    assert len(path) == 5
    assert path[0].loss == 25 and path[0].gradient_norm == 10
    np.testing.assert_array_equal(path[2].parameters, [0.75, 1.0])


def test_path_is_lazy_and_keeps_each_point():
    path = gradient_descent(lambda w: (w * w, 2 * w), 1.0, 0.5, 10**9)
    first, second = next(path), next(path)
    assert (first.parameters, second.parameters) == (1, 0)


def test_divergence_names_step_and_learning_rate():
    path = gradient_descent(lambda w: (w**4, 4 * w**3), 2.0, 1.0, 100)
    with pytest.raises(FloatingPointError, match=r"step \d+.*learning rate 1\."), np.errstate(all="ignore"):
        list(path)


def test_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"\(2,\).*\(1, 2\)"):
        list(gradient_descent(lambda w: (0.0, np.ones((1, 2))), [1.0, 2.0], 0.1, 1))


def test_backtracking():
    def bowl(w):
        return float(50 * w @ w), 100 * w

    rate = optim.backtracking(bowl, np.array([1.0, 2.0]))
    assert rate == 2.0**-6
    assert optim.backtracking(lambda w: (w * w, 2 * w), 1.0) == 0.5  # a step of 1 leads to -1: no lower, so too long
    with pytest.raises(ValueError, match="gradient_check"):
        optim.backtracking(lambda w: (bowl(w)[0], -bowl(w)[1]), np.array([1.0, 2.0]))


def test_backtracking_at_the_minimum():
    assert optim.backtracking(lambda w: (float(w @ w), 2 * w), np.zeros(2)) == 1
