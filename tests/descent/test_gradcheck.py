"""The gradient check: right ones pass, wrong ones are named, kinks are called kinks."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lossedu import losses
from lossedu.gradcheck import ROWS, gradient_check
from tests.losses.draws import PAIRED, draw, predicts_rows


def square(x):
    return float((x**2).sum())


@pytest.mark.parametrize("loss", [loss for loss in PAIRED if not predicts_rows(loss)], ids=repr)
def test_every_loss_passes(loss):
    reports = [gradient_check(loss, *draw(loss, np.random.default_rng(seed))) for seed in range(4)]
    assert not any(report.wrong.any() for report in reports), reports
    for report in reports:  # rounding may hide a slope that happens to be close to 0, and no other
        assert report.passed or np.abs(report.gradient[report.doubt != ""]).max() < 1e-4, report


@pytest.mark.parametrize("change", [
    lambda g: -g, lambda g: g / 2, lambda g: g * 3, lambda g: g + 1e-4, lambda g: g * (1 + 1e-5), np.zeros_like,
    lambda g: g[::-1],
])
def test_wrong_gradients_fail(change):
    x = np.array([1.0, -2.0, 30.0])
    report = gradient_check(square, x, lambda x: change(2 * x))
    assert not report
    assert "wrong" in str(report)


def test_worst_entry_is_the_wrong_one():
    gradient = np.array([[2.0, 4.0], [6.001, 8.0]])
    report = gradient_check(square, [[1.0, 2.0], [3.0, 4.0]], gradient)
    assert report.worst == (1, 0)
    assert report.wrong.sum() == 1
    assert "wrong in 1 of 4 entries" in report.verdict()
    assert report.relative_error[1, 0] == pytest.approx(0.001 / 6.001, rel=1e-4)


def test_many_scales():
    for scale in 10.0 ** np.arange(-12, 13, 3):
        def f(x, scale=scale):
            return scale * float(np.exp(x).sum())

        report = gradient_check(f, [0.5, 1.0], scale * np.exp([0.5, 1.0]))
        assert report.passed and not report.kink.any(), report
        assert not gradient_check(f, [0.5, 1.0], scale * 1.001 * np.exp([0.5, 1.0]))


def test_fast_functions_and_edges_of_domains_need_shorter_steps():
    assert gradient_check(lambda x: float(1e6 * np.sin(1e3 * x)), 0.3, lambda x: 1e9 * np.cos(1e3 * x))
    report = gradient_check(losses.bce, [1.0, 0.0, 1.0], [1e-9, 1e-9, 1 - 1e-9])
    assert report.passed, report
    assert gradient_check(lambda x: float(np.sqrt(x)), 1e-8, lambda x: 0.5 / np.sqrt(x))


def test_nowhere_finite():
    with pytest.raises(ValueError, match=r"no finite values around entry \[\] = 0"):
        gradient_check(lambda x: float("nan"), 0.0, 0.0)


@pytest.mark.parametrize(("f", "gradient", "right"), [
    (np.abs, lambda x: np.sign(x), True),
    (np.abs, lambda x: np.ones_like(x), True),  # a subgradient too
    (np.abs, lambda x: 2 * np.ones_like(x), False),
    (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0, True),
    (lambda x: np.maximum(x, 0), lambda x: (x > 0) - 0.1, False),
    (lambda x: -np.abs(x), lambda x: -np.sign(x), True),
])
def test_kinks(f, gradient, right):
    report = gradient_check(lambda x: float(f(x).sum()), [0.0, 1.0], gradient)
    assert report.kink.tolist() == [True, False]
    assert not report.jump.any()
    assert (not report.wrong[0]) is right
    assert "\nKink suspected at [0]." in report.verdict()


@pytest.mark.parametrize("distance", 10.0 ** np.arange(-9, -3))
def test_a_kink_beside_the_point_does_no_harm(distance):
    for x in (distance, -distance):
        report = gradient_check(lambda x: float(abs(x)), x, np.sign)
        assert report.passed, report
        assert not gradient_check(lambda x: float(abs(x)), x, lambda x: -np.sign(x))


@pytest.mark.parametrize("f", [lambda x: x**2, lambda x: x**4, lambda x: abs(x) ** 3, np.cosh, lambda x: 1e6 * x * x])
def test_bends_are_no_kinks(f):
    report = gradient_check(lambda x: float(f(x)), 0.0, 0.0)
    assert report.passed and not report.kink.any(), report


def test_rounding_of_terms_that_cancel_is_no_kink():
    x = np.random.default_rng(0).normal(size=200)
    large = 10 * np.random.default_rng(1).normal(size=200)
    large -= large.mean()
    report = gradient_check(lambda x: float((x + large).sum() - x.sum() * 0.5), x, np.full(200, 0.5))
    assert report.passed and not report.kink.any(), report


def test_jump():
    report = gradient_check(lambda x: float((x > 0).sum()), [0.0, 1.0], np.zeros(2))
    assert report.jump.tolist() == [True, False]
    assert report.wrong.tolist() == [True, False]
    assert "\nJump suspected at [0]." in report.verdict()


# The three verdicts, drawn from functions that are flat, large, broken or computed in float32

CURVES = {
    "sin": (np.sin, np.cos),
    "square": (lambda x: x * x, lambda x: 2 * x),
    "fourth power": (lambda x: x**4, lambda x: 4 * x**3),
    "line": (lambda x: x, np.ones_like),
    "nothing": (lambda x: 0 * x, np.zeros_like),
    "abs": (np.abs, np.sign),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "corner of the slope": (lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * np.maximum(x, 0)),
    "fast": (lambda x: np.sin(1e4 * x), lambda x: 1e4 * np.cos(1e4 * x)),
    "perfect prediction": (lambda x: (0.3 * x - 0.3 * 1.7) ** 2, lambda x: 0.6 * (0.3 * x - 0.3 * 1.7)),
}
PLACES = st.sampled_from([0.0, 1.0, -1.0, 1.7, 1e-8, -1e-4, 3.0]) | st.floats(-5, 5).filter(lambda x: abs(x) > 1e-3)
POINTS = st.lists(PLACES, min_size=1, max_size=3).map(np.array)
OFFSETS = st.sampled_from([0.0, 0.0, 1.0, 100.0, 1e4, 1e8, 1e12, 1e16])
SMALL_OFFSETS = st.sampled_from([0.0, 0.7, 1.0, 100.0])
PRECISIONS = st.sampled_from([float, np.float32, np.float16, lambda value: float(np.float32(value))])
DRAWS = np.random.default_rng(0)
WRONG = {
    "other sign": lambda g: -g,
    "half": lambda g: g / 2,
    "forgotten": np.zeros_like,
    "one more": lambda g: g + 1,
    "a hundredth": lambda g: g * 1.01,
}


def judged(name, x, offset, precision, change=lambda g: g):
    assume(precision is not np.float16 or offset <= 1e4)  # where float16 ends
    curve, slope = CURVES[name]
    return gradient_check(lambda x: precision(offset + curve(x).sum()), x, change(slope(x)))


@given(st.sampled_from(sorted(CURVES)), POINTS, OFFSETS, PRECISIONS)
def test_a_right_gradient_is_never_called_wrong(name, x, offset, precision):
    report = judged(name, x, offset, precision)
    assert not report.wrong.any(), report


@given(st.sampled_from(sorted(CURVES)), POINTS, OFFSETS, PRECISIONS, st.sampled_from(sorted(WRONG)))
def test_a_wrong_gradient_is_never_called_right(name, x, offset, precision, change):
    right = CURVES[name][1](x)
    given = WRONG[change](right)
    # At a kink, and so near it that rounding hides on which side, the slopes between the two sides are right, too.
    assume(name not in ("abs", "relu") or (np.abs(x) > 1e-3).all())
    assume((np.abs(given - right) > 1e-3 * np.abs(right).max()).any())
    tolerance = 1e-1 if precision is np.float16 else 1e-4
    assume((np.abs(given - right) > 2 * tolerance * np.maximum(np.abs(given), np.abs(right))).any())
    report = judged(name, x, offset, precision, WRONG[change])
    assert not report and "is right" not in report.verdict(), report


@given(st.sampled_from(sorted(CURVES)), POINTS, SMALL_OFFSETS)
def test_a_right_gradient_in_float64_is_called_right(name, x, offset):
    slope, small = np.abs(CURVES[name][1](x)), np.abs(x) < 1e-3
    assume(((slope == 0) | (slope > 1e-4)).all())  # an offset hides smaller ones
    assume(not (name in ("abs", "relu") and (small & (x != 0)).any()))  # an offset hides which side of the kink it is
    assume(not (name == "corner of the slope" and small.any()))  # the slopes beside it tend to 0 and never are 0
    report = judged(name, x, offset, float)
    assert report, report


@given(st.sampled_from(["sin", "square", "line", "abs"]), POINTS, SMALL_OFFSETS, st.sampled_from(sorted(WRONG)))
def test_a_wrong_gradient_in_float64_is_called_wrong(name, x, offset, change):
    x = x + 0.01 * (np.abs(x) < 1e-3)
    right = CURVES[name][1](x)
    assume((np.abs(WRONG[change](right) - right) > 1e-4 * np.abs(right).max()).any())
    report = judged(name, x, offset, float, WRONG[change])
    assert report.wrong.any() and "is wrong" in report.verdict(), report


@pytest.mark.parametrize(("f", "gradient", "words"), [
    (lambda x: float(1e16 + x.sum()), [1.0], ["1e+16", "rounding", "leave out what is constant"]),
    (lambda x: np.float32(1e3 + np.sin(x).sum()), [np.cos(0.5)], ["low precision", "float64"]),
    (lambda x: float(x.sum() + DRAWS.normal()), [1.0], ["another value", "random"]),
    (lambda x: float(np.sin(1e18 * x).sum()), [1e18], ["do not settle", "a point a little beside"]),
])
def test_what_cannot_be_told_has_a_reason_and_a_way_out(f, gradient, words):
    report = gradient_check(f, [0.5], gradient)
    assert not report and not report.passed and not report.wrong.any()
    assert report.unknown.tolist() == report.lost.tolist() == [True]
    assert report.verdict().startswith("Cannot tell here in 1 of 1 entry, for example at [0], because ")
    assert all(word in report.verdict() for word in words), report.verdict()
    assert "cannot tell" in str(report) and "le-note" in report._repr_html_()


@pytest.mark.parametrize("claim", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("f", [square, lambda x: float(np.abs(x - 1).sum()), lambda x: 1.0])
def test_a_gradient_that_is_not_finite_is_wrong(f, claim):
    report = gradient_check(f, [1.0, 2.0], [0.0, claim])
    assert report.wrong[1] and report.relative_error[1] == 1


def test_a_wrong_entry_outweighs_one_that_cannot_be_told():
    report = gradient_check(lambda x: float(1e10 + 1e6 * x[0] + x[1]), [0.5, 0.5], [-1e6, 1.0])
    assert report.worst == (0,) and report.wrong.tolist() == [True, False] and report.unknown.tolist() == [False, True]
    assert "is wrong in 1 of 2 entries" in report.verdict()


def test_float32_gradient_against_float64_differences():
    x = np.array([1.0, 2.0, 3.0], np.float32)
    assert gradient_check(square, x, lambda x: 2 * x).tolerance == 1e-4
    report = gradient_check(square, x, lambda x: np.float32(2.001) * x)
    assert not report
    assert "float32" in report.verdict()
    assert np.abs(report.numeric - 2 * x.astype(float)).max() < 1e-8


def test_shapes_and_return_values():
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(1, 2\)"):
        gradient_check(square, [1.0, 2.0], [[2.0, 4.0]])
    with pytest.raises(TypeError, match="one number"):
        gradient_check(lambda x: x.tolist(), [1.0, 2.0], [2.0, 4.0])


def test_x_is_not_changed():
    x = np.array([1.0, 2.0])
    gradient_check(square, x, lambda x: 2 * x)
    np.testing.assert_array_equal(x, [1, 2])


def test_table_as_text_and_html():
    report = gradient_check(square, np.arange(20.0), lambda x: 2 * x + (x == 7))
    lines = str(report).splitlines()
    assert len(lines) == 1 + 1 + ROWS + 1
    assert lines[2].split()[0] == "[7]"
    assert lines[-1] == "... and 8 more entries"
    html = report._repr_html_()
    assert html.count("<tr>") == 1 + ROWS
    assert "le-wrong" in html and "<td>[7]</td>" in html


def test_u_curve():
    report = gradient_check(lambda x: np.exp(x).sum(), [0.5, 1.0], np.exp)
    steps, errors = report.curve()
    best = steps[np.argmin(errors)]
    assert 1e-7 < best < 1e-4
    assert errors[0] > 1e-2 and errors[-1] > 1e-2
    steps32, errors32 = report.curve(np.float32)
    assert 1e-4 < steps32[np.argmin(errors32)] < 1e-1
    assert errors32.min() > 1e3 * errors.min()
