"""Optimisers and schedules against their definitions, written out here entry by entry."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from lossedu import nn, optim
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
    return w - rate * g / (m["s"] ** 0.5 + 1e-10)


def rmsprop(w, g, m, t, rate):
    m["s"] = 0.99 * m["s"] + 0.01 * g * g
    return w - rate * g / (m["s"] ** 0.5 + 1e-8)


def adam(w, g, m, t, rate):
    m["v"] = 0.9 * m["v"] + 0.1 * g
    m["s"] = 0.999 * m["s"] + 0.001 * g * g
    return w - rate * (m["v"] / (1 - 0.9**t)) / ((m["s"] / (1 - 0.999**t)) ** 0.5 + 1e-8)


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


# No silent wrong number: each kind is drawn many times.

EVERY_RULE = pytest.mark.parametrize(("optimiser", "rule"), RULES, ids=lambda x: x.__name__)
A_FEW = settings(max_examples=25)  # for each rule, and there are eight
NOT_FINITE = [math.nan, math.inf, -math.inf]


def any_size(low, high):
    """Numbers of either sign whose size is spread over powers of ten, and zero."""
    sizes = st.builds(lambda sign, digits, power: sign * digits * 10.0**power, st.sampled_from([-1, 1]),
                      st.floats(1, 9), st.integers(low, high))
    return st.just(0.0) | sizes


def walked(optimiser, gradients, start, rate, dtype=float):
    w = Tensor(np.asarray(start, dtype))
    rule = optimiser([w], rate)
    for gradient in gradients:
        w.grad = np.asarray(gradient, dtype)
        rule.step()
    assert w.data.dtype == dtype
    return w.data


def by_hand(rule, gradients, start, rate):
    """The same walk with 50 digits and no largest number."""
    with mp.workdps(50):
        w, memory = mpf(start), {"v": mpf(0), "s": mpf(0)}
        path = [w]
        for t, gradient in enumerate(gradients, 1):
            w = rule(w, mpf(gradient), memory, mpf(t), rate)
            path.append(w)
        return float(w), float(max(abs(point) for point in path))


@EVERY_RULE
@A_FEW
@given(gradients=st.lists(any_size(-200, 290), min_size=1, max_size=8))
@example(gradients=[1e200, 1.0, 1.0])
@example(gradients=[0.0, 0.0])
@example(gradients=[1e-200, 1e200, 0.0, -1e-5])
def test_gradients_of_any_finite_size(optimiser, rule, gradients):
    expected, largest = by_hand(rule, gradients, 0.5, 0.01)
    assert float(walked(optimiser, gradients, 0.5, 0.01)) == pytest.approx(expected, rel=1e-12, abs=1e-12 * largest)


@EVERY_RULE
@A_FEW
@given(gradients=st.lists(any_size(-30, 35), min_size=1, max_size=8))
@example(gradients=[1e25, 1.0])
def test_gradients_of_any_finite_size_in_float32(optimiser, rule, gradients):
    gradients = [float(np.float32(gradient)) for gradient in gradients]
    expected, largest = by_hand(rule, gradients, 0.5, 0.01)
    assert float(walked(optimiser, gradients, 0.5, 0.01, np.float32)) == pytest.approx(expected, abs=3e-6 * largest)


@EVERY_RULE
@A_FEW
@given(gradients=st.lists(any_size(-7, 2), min_size=1, max_size=8), start=st.sampled_from([0.0, 0.5, 1.0, -40.0]))
@example(gradients=[0.0, 0.0], start=1.0)
@example(gradients=[300.0, 1.0], start=1.0)
def test_float16_is_the_walk_of_more_digits_rounded(optimiser, rule, gradients, start):
    gradients = [float(np.float16(gradient)) for gradient in gradients]
    expected, largest = by_hand(rule, gradients, start, 0.01)
    rounding = 1e-3 * largest + 6e-8
    assert float(walked(optimiser, gradients, start, 0.01, np.float16)) == pytest.approx(expected, abs=rounding)


@EVERY_RULE
@pytest.mark.parametrize("kind", [np.int8, np.int64, np.float16])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_gradients_set_by_hand_in_another_dtype(optimiser, rule, kind, dtype):
    gradients = [100, -50, 0, 7]
    w = Tensor(np.array(0.5, dtype))
    ours = optimiser([w], 0.01)
    for gradient in gradients:
        w.grad = np.array(gradient, kind)
        ours.step()
    expected, largest = by_hand(rule, gradients, 0.5, 0.01)
    assert w.data.dtype == dtype and float(w) == pytest.approx(expected, abs=4 * largest * float(np.finfo(dtype).eps))


@EVERY_RULE
def test_small_steps_add_up_in_float16(optimiser, rule):
    gradients = [0.001 if rule in (descent, momentum, nesterov) else 1.0] * 1500
    expected, _ = by_hand(rule, gradients, 1.0, 1e-4)
    assert float(walked(optimiser, gradients, 1.0, 1e-4, np.float16)) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("optimiser", [optim.AdaGrad, optim.RMSProp, optim.Adam, optim.AdamW])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@A_FEW
@given(epsilon=st.sampled_from([0.0, 1e-300, 1e-60, 1e-12, 1e-8]), gradients=st.lists(any_size(-4, 2), max_size=5))
def test_an_epsilon_that_rounds_to_zero_divides_nothing_by_zero(optimiser, dtype, epsilon, gradients):
    path = walked(lambda w, rate: optimiser(w, rate, epsilon=epsilon), [0.0, *gradients, 0.0], 1.0, 0.01, dtype)
    assert np.isfinite(path) and abs(path - 1) < 1


@pytest.mark.parametrize("value", NOT_FINITE)
@EVERY_RULE
def test_a_gradient_that_is_not_finite_is_refused_and_changes_nothing(optimiser, rule, value):
    first, second = Tensor(np.ones(2), "first"), Tensor(np.ones(3), "second")
    ours = optimiser([first, second], 0.1)
    first.grad, second.grad = np.ones(2), np.array([1.0, value, 0.0])
    with pytest.raises(FloatingPointError, match="step 0: the gradient of second holds NaN or infinity"):
        ours.step()
    assert (first.data == 1).all() and (second.data == 1).all() and ours.steps == 0


@pytest.mark.parametrize(("dtype", "gradient", "rate"), [(float, 1e300, 1e20), (np.float32, 1e30, 1e20),
                                                         (np.float16, 6e4, 10.0)])
def test_an_update_that_overflows_is_refused(dtype, gradient, rate):
    with pytest.raises(FloatingPointError, match="step 1: the update of a parameter is too large .* smaller learning"):
        walked(optim.SGD, [gradient], 0.0, rate, dtype)


BAD_FRACTIONS = st.floats(max_value=-1e-300) | st.floats(min_value=1) | st.just(math.nan)
BAD_SIZES = st.floats(max_value=-1e-300) | st.sampled_from([math.nan, math.inf])
BAD_POSITIVE = BAD_SIZES | st.just(0.0)
WRONG_SETTINGS = [
    (optim.Momentum, "momentum", BAD_FRACTIONS), (optim.Nesterov, "momentum", BAD_FRACTIONS),
    (optim.AdaGrad, "epsilon", BAD_SIZES), (optim.RMSProp, "epsilon", BAD_SIZES),
    (optim.RMSProp, "decay", BAD_FRACTIONS),
    (optim.Adam, "beta1", BAD_FRACTIONS), (optim.Adam, "beta2", BAD_FRACTIONS), (optim.Adam, "epsilon", BAD_SIZES),
    (optim.AdamW, "beta1", BAD_FRACTIONS), (optim.AdamW, "weight_decay", BAD_SIZES)]


@pytest.mark.parametrize(("optimiser", "setting", "values"), WRONG_SETTINGS)
@A_FEW
@given(data=st.data())
def test_wrong_settings_are_refused_by_name(optimiser, setting, values, data):
    value = data.draw(values)
    with pytest.raises(ValueError, match=f"^{setting} is .*; it must be "):
        optimiser([Tensor(1.0)], 0.1, **{setting: value})


W = Tensor(np.ones(3), "w")


@pytest.mark.parametrize(("given", "error", "message"), [
    (Tensor(1.0), TypeError, r"parameters is a Tensor; .* \[w\]"), (Tensor(np.ones(3)), TypeError, "is a Tensor"),
    (Tensor(np.ones((2, 2))), TypeError, "is a Tensor"), (nn.Linear(2, 1, 0), TypeError, r"model.parameters\(\)"),
    (0.5, TypeError, "parameters is a float"), (None, TypeError, "NoneType"),
    (np.ones(3), TypeError, "holds a float64"), ([1.0], TypeError, "holds a float where a Tensor was expected"),
    ([W, np.ones(2)], TypeError, "holds a ndarray"), (list(nn.Linear(2, 1, 0).parameters()), TypeError, "holds a str"),
    ([nn.Linear(2, 1, 0)], TypeError, "holds a Linear"), ([[W]], TypeError, "holds a list"),
    ([W * 2], ValueError, "result of a computation"), ([W.reshape(1, 3)], ValueError, "with Tensor"),
    ({}, ValueError, "no parameters"), (iter([]), ValueError, "no parameters")])
def test_what_is_no_list_of_parameters_is_refused(given, error, message):
    for optimiser, _ in RULES:
        with pytest.raises(error, match=message):
            optimiser(given)


@given(rate=st.floats(1e-6, 1e6), steps=st.integers(1, 60), share=st.floats(0, 1))
@example(rate=0.8, steps=1, share=0.0)
@example(rate=0.8, steps=1, share=1.0)
@example(rate=0.8, steps=10, share=1.0)
def test_cosine_at_its_ends(rate, steps, share):
    warmup = round(share * steps)
    rates = [optim.cosine(rate, steps, warmup)(step) for step in range(2 * steps + 3)]
    np.testing.assert_allclose(rates[:warmup], rate * np.arange(1, warmup + 1) / max(warmup, 1))
    assert (np.diff(rates[warmup:]) <= 0).all() and rates[steps:] == [0] * (steps + 3)
    assert max(rates) == pytest.approx(rate)


@pytest.mark.parametrize("make", [lambda r: optim.step_decay(r, every=3), lambda r: optim.exponential_decay(r, 0.9),
                                  lambda r: optim.inverse_decay(r, half=7), lambda r: optim.cosine(r, steps=100)])
@given(rate=st.floats(1e-9, 1e9), step=st.integers(0, 10**9))
def test_a_decay_starts_at_the_rate_and_never_rises(make, rate, step):
    schedule = make(rate)
    assert schedule(0) == rate and rate >= schedule(step) >= schedule(step + 1) >= 0


@EVERY_RULE
def test_an_entry_moves_as_if_it_were_alone(optimiser, rule):
    """To the last bit, also beside an entry whose square overflows."""
    gradients = np.random.default_rng(0).normal(size=(4, 40))
    gradients[:, 0] = 1e200
    together = walked(optimiser, gradients, np.zeros(40), 1e-3)
    assert together[1:].tolist() == walked(optimiser, gradients[:, 1:], np.zeros(39), 1e-3).tolist()


@given(bad=BAD_POSITIVE)
def test_schedules_refuse_what_is_not_positive(bad):
    for make in (lambda: optim.step_decay(bad, 2), lambda: optim.step_decay(0.1, bad), lambda: optim.cosine(bad, 10),
                 lambda: optim.step_decay(0.1, 2, bad), lambda: optim.exponential_decay(bad, 0.5),
                 lambda: optim.exponential_decay(0.1, bad), lambda: optim.inverse_decay(bad, 2),
                 lambda: optim.inverse_decay(0.1, bad), lambda: optim.cosine(0.1, bad)):
        with pytest.raises(ValueError, match="it must be"):
            make()


@given(steps=st.integers(-5, 20), warmup=st.integers(-5, 40))
def test_cosine_refuses_steps_that_do_not_add_up(steps, warmup):
    if 0 <= warmup <= steps and steps > 0:
        optim.cosine(0.1, steps, warmup)
    else:
        with pytest.raises(ValueError, match=r"(steps|warmup) is -?\d+"):
            optim.cosine(0.1, steps, warmup)


def test_a_factor_that_grows_is_no_decay():
    for make in (optim.exponential_decay, lambda rate, factor: optim.step_decay(rate, 2, factor)):
        with pytest.raises(ValueError, match="factor is 1.5; it must be greater than 0 and at most 1"):
            make(0.1, 1.5)


@given(scale=st.integers(-290, 290), w=st.lists(st.floats(-9, 9), min_size=1, max_size=4))
def test_the_norm_on_a_path_neither_overflows_nor_vanishes(scale, w):
    gradient = np.array(w) * 10.0**scale
    (only,) = gradient_descent(lambda _: (0.0, gradient), w, 1e-300, 0)
    assert only.gradient_norm == pytest.approx(math.hypot(*gradient), rel=1e-14, abs=0)


def test_steps_of_a_path():
    assert len(list(gradient_descent(lambda w: (w * w, 2 * w), 1.0, 0.1, 0))) == 1
    with pytest.raises(ValueError, match="steps is -1"):
        list(gradient_descent(lambda w: (w * w, 2 * w), 1.0, 0.1, -1))


@pytest.mark.parametrize("loss", NOT_FINITE)
def test_a_start_that_is_not_finite_is_no_fault_of_the_learning_rate(loss):
    for walk in (lambda f: list(gradient_descent(f, 1.0, 0.1, 5)), lambda f: optim.backtracking(f, 1.0)):
        with pytest.raises(FloatingPointError, match="before any update") as caught:
            walk(lambda w: (loss, 2 * w))
        assert "learning rate" not in str(caught.value)


# Functions of one number and their slopes, each with its minimum at 0.
BOWLS = {"square": (lambda w: w * w, lambda w: 2 * w), "quartic": (lambda w: w**4, lambda w: 4 * w**3),
         "log cosh": (lambda w: np.log1p(2 * np.sinh(np.clip(w, -700, 700) / 2) ** 2), np.tanh),
         "root": (lambda w: w * w / (np.sqrt(1 + w * w) + 1), lambda w: w / np.sqrt(1 + w * w)),
         "waves": (lambda w: w * w + 0.5 * np.sin(3 * w) ** 2, lambda w: 2 * w + 1.5 * np.sin(6 * w))}


@st.composite
def descents(draw):
    """A loss a·f(|w - c|) + b with its gradient, its minimum c, a distance from there, and a first learning rate."""
    value, slope = BOWLS[draw(st.sampled_from(sorted(BOWLS)))]
    size = draw(st.integers(1, 3))
    numbers = st.floats(0.1, 3) | st.floats(-3, -0.1)
    distance = np.array(draw(st.lists(numbers, min_size=size, max_size=size)))
    centre = draw(st.sampled_from([0.0, 1.0, -7.0]))
    a, b = 10.0 ** draw(st.integers(-3, 6)), draw(st.sampled_from([0.0, 0.3, -2.0, 50.0]))
    return (lambda w: (float(a * value(w - centre).sum() + b), a * slope(w - centre)), centre, distance,
            2.0 ** draw(st.integers(-3, 6)))


@given(descent=descents(), wrong=st.floats(0.01, 100))
def test_backtracking_finds_no_rate_for_a_gradient_that_points_downhill(descent, wrong):
    f, minimum, distance, rate = descent
    with pytest.raises(ValueError, match="gradient_check"):
        optim.backtracking(lambda w: (f(w)[0], -wrong * f(w)[1]), minimum + distance, rate)


@given(descent=descents())
def test_backtracking_gives_the_first_rate_that_pays(descent):
    f, minimum, distance, first = descent
    start = minimum + distance
    loss, gradient = f(start)
    rate = optim.backtracking(f, start, first)

    def pays(eta):
        return f(start - eta * gradient)[0] <= loss - 1e-4 * eta * gradient @ gradient

    halvings = math.log2(first / rate)
    assert halvings == round(halvings) >= 0 and pays(rate)
    assert not any(pays(first / 2**k) for k in range(round(halvings)))


@given(descent=descents(), near=st.integers(4, 12))
def test_backtracking_still_answers_where_rounding_hides_the_fall(descent, near):
    f, minimum, distance, first = descent
    start = minimum + distance * 10.0**-near
    loss, gradient = f(start)
    rate = optim.backtracking(f, start, first)
    assert 0 < rate <= first and f(start - rate * gradient)[0] <= loss


@settings(max_examples=40)
@given(power=st.integers(-150, 300))
def test_backtracking_with_slopes_of_any_size(power):
    scale = 10.0**power
    rate = optim.backtracking(lambda w: (scale * w * w, 2 * scale * w), 1.0, 2.0**600)
    assert 0.5 < rate * 2 * scale < 2  # twice 1 / (2 scale) leads to -1, which pays nothing


@given(rate=BAD_POSITIVE)
def test_backtracking_refuses_a_first_rate_that_is_not_positive(rate):
    with pytest.raises(ValueError, match="learning_rate is"):
        optim.backtracking(lambda w: (w * w, 2 * w), 1.0, rate)


def test_backtracking_does_not_leave_the_numbers():
    rate = optim.backtracking(lambda w: (float(w - np.log(w)), 1 - 1 / w), 3.0, 16.0)  # not a number below 0
    assert 0 < 3 - rate * 2 / 3 < 3
    with pytest.raises(ValueError, match=r"\(\).*\(1,\)"):
        optim.backtracking(lambda w: (w * w, np.ones(1)), 1.0)
