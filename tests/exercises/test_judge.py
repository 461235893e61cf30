"""Verdicts: each state with its words, right answers in any form, and what is shown of a wrong one."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest

from lossedu.exercises import Formula, check
from lossedu.exercises.check import verdict_on
from lossedu.exercises.evidence import Outcome
from lossedu.exercises.judge import judge, short
from lossedu.sandboxed.codec import as_real_arrays
from lossedu.sandboxed.load import is_starter


def never(r):
    raise ZeroDivisionError("by nothing")


def memory(r):
    raise MemoryError


def leave(r):
    raise SystemExit(3)


@pytest.mark.parametrize(("answer", "state", "says"), [
    (lambda r: np.sum(r**2), "PASS", "Right on all 2 checks"),
    (lambda r: np.sum(r), "WRONG VALUE", "Square them."),
    (lambda r: 7.0, "WRONG VALUE", "no mistake I know"),
    (lambda r: r**2, "WRONG SHAPE", "an array of shape (1,), but one number"),
    (lambda r: r.sort(), "WRONG TYPE", "forget return"),
    (lambda r: "9", "WRONG TYPE", "str, but one number"),
    (lambda r: 1j, "WRONG TYPE", "complex"),
    (lambda r: (1.0, 2.0), "WRONG TYPE", "tuple"),
    (lambda r: np.nan, "NOT FINITE", "NaN or infinity"),
    (never, "RAISED", "ZeroDivisionError: by nothing"),
    (memory, "MEMORY", "more memory"),
    (leave, "CRASHED", "ended Python itself"),
])
def test_states_and_their_words(made, answer, state, says):
    verdict = verdict_on(answer, made())
    assert verdict.state == state
    assert says in str(verdict)
    assert verdict.points == (1 if state == "PASS" else 0)


@pytest.mark.parametrize("answer", [
    lambda r: np.float32(np.sum(r**2) * (1 + 3e-6)), lambda r: np.array(np.sum(r**2)), lambda r: float(np.sum(r**2)),
    lambda r: sum(x * x for x in r), lambda r: np.longdouble(np.sum(r**2)), lambda r: np.sum(r**2) * (1 + 1e-12)])
def test_right_answers_in_any_form(made, answer):
    assert verdict_on(answer, made()).passed


@pytest.mark.parametrize("answer", [lambda r: np.float32(np.sum(r**2) * 1.001), lambda r: np.sum(r**2) * (1 + 1e-5)])
def test_too_few_digits(made, answer):
    assert verdict_on(answer, made()).state == "WRONG VALUE"


def patched(r):
    np.allclose = lambda *given, **options: True
    return 7.0


class Nameless(type):
    """The type of a class that does not tell its name."""

    @property
    def __name__(cls):
        raise RuntimeError("no name")


class Unreadable(metaclass=Nameless):
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no numbers")


def test_an_object_of_a_class_without_a_name_gets_a_verdict(made):
    assert verdict_on(lambda r: Unreadable(), made()).state == "WRONG TYPE"


def test_a_vast_view_and_a_patched_numpy_get_a_verdict(made, monkeypatch):
    assert verdict_on(lambda r: np.broadcast_to(1.0, (10**6, 10**6)), made()).state == "WRONG SHAPE"
    monkeypatch.setattr(np, "allclose", np.allclose)
    assert verdict_on(patched, made()).state == "WRONG VALUE"


def balance(r):
    """Return the sum of the entries, free of rounding."""
    return math.fsum(r)


def one_by_one(r):
    """Return the sum with a rounding after each addition; Python's own ``sum`` of floats has none since 3.12."""
    total = 0.0
    for x in r.tolist():
        total += x
    return total


def test_what_rounding_leaves_of_zero_is_right_and_a_small_number_is_not(made):
    def cancelling(rng):
        yield (np.array([1.0, 0.1, -1.0, -0.1]),)
        for _ in range(3):
            r = rng.normal(size=10) * 10
            yield (rng.permutation(np.r_[r, -r]),)

    task = made(balance, draw=cancelling, mistakes=[("Add them.", lambda r: np.prod(r))])
    assert not any(task.reference(*call) for call in task.calls())
    orders = [list(order) for order in permutations(range(4))]
    left = [one_by_one(np.array([1.0, 0.1, -1.0, -0.1])[order]) for order in orders]
    assert 0 < max(map(abs, left)) < 1e-15
    for order in orders:
        assert verdict_on(lambda r, order=order: one_by_one(r[order]) + one_by_one(r[4:]), task).passed
    for other in (sum, np.sum, lambda r: one_by_one(np.sort(r)), lambda r: sum(sorted(r.tolist()))):
        assert verdict_on(other, task).passed
    for small in (1e-6, -1e-9, 1e-12):
        assert verdict_on(lambda r, small=small: np.sum(r) + small, task).state == "WRONG VALUE"


def doubled(r):
    """Return each entry twice as large."""
    return 2 * r


@pytest.mark.parametrize("answer", [lambda r: list(2 * r), lambda r: [2 * x for x in r], lambda r: tuple(2 * r)])
def test_a_list_is_as_good_as_an_array(made, answer):
    assert verdict_on(answer, made(doubled)).passed


def pair(r):
    """Return the sum and the entries."""
    return np.sum(r), r


@pytest.mark.parametrize(("answer", "state"), [
    (lambda r: (np.sum(r), r), "PASS"), (lambda r: [np.sum(r), r], "PASS"), (lambda r: (np.sum(r),), "WRONG SHAPE"),
    (lambda r: np.sum(r), "WRONG TYPE"), (lambda r: (np.sum(r), r + 1), "WRONG VALUE"),
    (lambda r: (r, np.sum(r)), "WRONG SHAPE"),
])
def test_several_values(made, answer, state):
    assert verdict_on(answer, made(pair, mistakes=[("No.", lambda r: (0.0, r))])).state == state


def rows(r):
    """Return two rows."""
    return np.stack([r, -r])


def both(r):
    """Return the entries and their opposites."""
    return r, -r


def test_rows_make_an_array_and_an_array_makes_rows(made):
    assert verdict_on(lambda r: [r, -r], made(rows)).passed
    assert verdict_on(lambda r: np.stack([r, -r]), made(both)).passed


def test_the_part_that_is_named_is_the_one_whose_form_is_wrong(made):
    zeros = made(both, draw=lambda rng: iter([(np.zeros(3),), (np.array([0.0, 1.0]),)]), mistakes=[("No.", pair)])
    assert "Part 2 of your tuple is" in str(verdict_on(lambda r: (r + 1e-17, -r[:1]), zeros))


def slope(r):
    """Return a subgradient of the absolute value."""
    return np.sign(r)


def test_any_subgradient_may_be_right(made):
    task = made(slope, draw=lambda rng: iter([(np.array([0.0, 1.0]),), (rng.normal(size=3),)]))
    other = lambda r: np.where(r >= 0, 1.0, -1.0)  # noqa: E731
    assert verdict_on(other, task).state == "WRONG VALUE"

    @task.accept
    def between(answer, r):
        return np.all(np.where(r == 0, np.abs(answer) <= 1, np.isclose(answer, np.sign(r))))

    assert verdict_on(other, task).passed
    assert verdict_on(lambda r: np.where(r >= 0, 2.0, -1.0), task).state == "WRONG VALUE"


def test_infinity_where_it_is_right(made):
    def logarithm(r):
        """Return the logarithm."""
        return np.log(r)

    task = made(logarithm, draw=lambda rng: iter([(np.array([0.0, 1.0]),)]))
    assert verdict_on(np.log, task).passed
    assert verdict_on(lambda r: np.log(r + 1e-12), task).state == "WRONG VALUE"


def test_a_changed_input_is_told_and_passes(made):
    def answer(r):
        r **= 2
        return np.sum(r)

    verdict = verdict_on(answer, made())
    assert verdict.passed and "in place" in str(verdict)


def test_a_changed_input_costs_the_points_where_the_prompt_forbids_it(made):
    def answer(r):
        right = np.sum(r**2)
        r[0] = 7
        return right

    verdict = verdict_on(answer, made(keeps_inputs=True))
    assert (verdict.state, verdict.points) == ("CHANGED INPUT", 0) and "Work on a copy" in str(verdict)
    assert verdict_on(lambda r: answer(r.copy()), made(keeps_inputs=True)).passed
    assert verdict_on(lambda r: answer(r) + 1, made(keeps_inputs=True)).state == "WRONG VALUE"


def test_the_smallest_failing_input_is_shown(made):
    task = made(draw=lambda rng: iter([(rng.normal(size=9),), (np.array([3.0]),), (np.array([1.0, 2.0]),)]))
    assert "r = [3.]" in str(verdict_on(lambda r: np.sum(r) + 1, task))


def test_digits_are_shown_where_six_show_no_difference(made):
    task = made(draw=lambda rng: iter([(np.array([1.0]),)]))
    text = str(verdict_on(lambda r: np.sum(r**2) + 1e-6, task))
    assert "returned 1.0000009999999999" in text and "expected 1" in text


def test_a_secret_verdict_shows_no_value(made):
    task = made()
    calls = task.calls(5)
    verdict = judge(task, calls, [Outcome(as_real_arrays(7.0))] * 2, secret=True)
    assert "expected" not in str(verdict) and "input:" not in str(verdict)


def test_an_error_that_a_known_mistake_makes_is_named(made):
    task = made(mistakes=[("Convert it first.", never)])
    assert verdict_on(never, task).mistake == "Convert it first."


def test_a_function_with_a_constant_is_an_attempt():
    def described(r):
        """Something."""
        return 3

    def nothing(r):
        """Something."""

    assert not is_starter(described) and not is_starter(lambda r: 0) and not is_starter(len)
    assert is_starter(nothing) and is_starter(lambda r: None)


def test_check_wants_the_function_itself():
    with pytest.raises(TypeError, match=r"write check\(f\), not check\(f\(...\)\)"):
        check(3.0)


def test_a_formula_is_an_argument_that_shows_itself():
    square = Formula("lambda w: np.square(w)")
    assert square(3) == 9 and short((square, [1.5], "x")) == "(lambda w: np.square(w), [1.5], 'x')"


def test_a_right_answer_to_a_formula(made):
    def at_two(f):
        """Return f at 2."""
        return f(2.0)

    task = made(at_two, draw=lambda rng: iter([(Formula(f"lambda w: w * {rng.normal()}"),)]),
                mistakes=[("At 2, not 1.", lambda f: f(1.0))])
    assert verdict_on(lambda f: f(2.0), task).passed
    assert "f = lambda w" in str(verdict_on(lambda f: f(1.0), task))


def test_a_gradient_by_centred_differences_passes_where_seven_digits_agree():
    def squared_error_gradient(y_true, y_pred, h=1e-5):
        steps = h * np.eye(len(y_true))
        loss = lambda p: np.mean((p - y_true) ** 2)  # noqa: E731
        return [(loss(y_pred + step) - loss(y_pred - step)) / (2 * h) for step in steps]

    assert check(squared_error_gradient).passed
    assert not check(lambda y, p: squared_error_gradient(y, p, 1e-11), "squared_error_gradient").passed
