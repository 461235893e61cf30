"""What a verdict says: which part, which shape, which line; and what an answer of any kind cannot break."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lossedu.exercises import Verdict, exercises
from lossedu.exercises.card import verdict_html
from lossedu.exercises.check import verdict_on
from lossedu.exercises.evidence import Outcome
from lossedu.exercises.judge import judge
from lossedu.grading.channel import outcome
from lossedu.sandboxed.codec import as_real_arrays, pack_answer


class Refuses:
    """An object of another library that does not turn itself into an array."""

    def __init__(self, error):
        self.error = error

    def __array__(self, *_, **__):
        raise self.error


class Mute(Exception):
    def __str__(self):
        raise ValueError("no text")


class Final(BaseException):
    pass


class Readable:
    """An array of another library."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


def right(r):
    return np.sum(r**2)


@pytest.mark.parametrize("convert", [
    lambda v: Fraction(float(v)), lambda v: Decimal(float(v)), lambda v: complex(v), lambda v: np.complex64(v),
    Readable, np.longdouble, lambda v: np.ma.masked_array(v), lambda v: np.array(v, object)])
def test_a_number_of_any_kind_is_a_number(made, convert):
    assert verdict_on(lambda r: convert(right(r)), made()).passed
    packed = pack_answer(convert(right(np.array([3.0]))))
    assert packed["shape"] == [] and "state" not in packed


@pytest.mark.parametrize("convert", [
    list, tuple, lambda v: [Fraction(float(x)) for x in v], lambda v: [Decimal(float(x)) for x in v], Readable,
    lambda v: v.astype(complex), lambda v: np.float32(v).astype(float) * (1 + 1e-9), lambda v: np.matrix(v).A1])
def test_an_array_of_any_kind_is_an_array(made, convert):
    def doubled(r):
        """Return each entry twice as large."""
        return 2 * r

    draw = lambda rng: iter([(np.array([3.0, 0.5]),), (np.round(rng.normal(size=4), 1).astype(np.float32)  # noqa: E731
                                                       .astype(float),)])
    assert verdict_on(lambda r: convert(2 * r), made(doubled, draw=draw)).passed


def test_lists_of_lists_make_a_tuple():
    affine = exercises["affine_backward"]
    assert verdict_on(lambda *call: [part.tolist() for part in affine.reference(*call)], affine).passed
    assert as_real_arrays([[1.0, 2.0], 3.0])[1] == 3.0
    assert pack_answer([[1.0, 2.0], [3.0]])["tuple"][1]["shape"] == [1]
    with pytest.raises((TypeError, ValueError)):
        as_real_arrays([["a"], [1.0, 2.0]])


@pytest.mark.parametrize(("answer", "state", "says"), [
    (lambda r: Refuses(RuntimeError("call detach first")), "WRONG TYPE", "RuntimeError: call detach first"),
    (lambda r: Refuses(SystemExit(3)), "WRONG TYPE", "Refuses"),
    (lambda r: Refuses(Final("end")), "WRONG TYPE", "Final: end"),
    (lambda r: Refuses(Mute()), "WRONG TYPE", "Mute"),
    (lambda r: [Refuses(RuntimeError("inside"))], "WRONG TYPE", "inside"),
    (lambda r: Refuses(MemoryError()), "MEMORY", "memory"),
    (lambda r: (x for x in r), "WRONG TYPE", "square brackets"),
    (lambda r: {"sum": right(r)}, "WRONG TYPE", "a dict"),
    (lambda r: {1.0}, "WRONG TYPE", "set, but one number"),
    (lambda r: 1 + 1j, "WRONG TYPE", "complex"),
    (lambda r: np.array([Refuses, None], object), "WRONG TYPE", "ndarray"),
    (lambda r: 10**400, "WRONG TYPE", "int"),
    (lambda r: np.zeros(10**6), "WRONG SHAPE", "(1000000,)"),
    (lambda r: ((((((1.0,),),),),),), "WRONG TYPE", "a tuple"),
])
def test_an_answer_of_any_kind_is_judged_in_words(made, answer, state, says):
    verdict = verdict_on(answer, made())
    assert verdict.state == state and says in str(verdict)
    assert "<p>" in verdict_html(verdict)


def raising(error):
    def answer(r):
        raise error

    return answer


@pytest.mark.parametrize(("error", "says"), [(Final("end"), "Final: end"), (Mute(), "raised Mute"),
                                             (GeneratorExit("no"), "GeneratorExit"), (StopIteration(), "StopIter")])
def test_an_error_of_any_kind_is_told_with_its_line(made, error, says):
    verdict = verdict_on(raising(error), made())
    assert verdict.state == "RAISED" and says in str(verdict) and "raise error" in str(verdict)


def test_the_line_is_the_learners_own(made):
    def answer(r):
        y = r + 1
        return np.linalg.inv(y)

    verdict = verdict_on(answer, made())
    assert "return np.linalg.inv(y)" in str(verdict)
    assert f"line {answer.__code__.co_firstlineno + 2}" in str(verdict)


def test_a_failed_import_is_told(made):
    def answer(r):
        import no_such_module_here

        return no_such_module_here.total(r)

    said = str(verdict_on(answer, made()))
    assert "No module named 'no_such_module_here'" in said and "nothing but NumPy" in said


def deep(r):
    return deep(r)


def test_recursion_is_told(made):
    assert "calls itself without end" in str(verdict_on(deep, made()))


def test_the_wrong_part_of_a_tuple_is_named_with_its_shape(made):
    def pair(r):
        """Return the sum and the entries."""
        return np.sum(r), r

    task = made(pair, draw=lambda rng: iter([(rng.normal(size=3),), (rng.normal(size=3),)]),
                mistakes=[("No.", lambda r: (0.0, r))])
    said = str(verdict_on(lambda r: (r.sum(keepdims=True), r), task))
    assert "Part 1 of your tuple is an array of shape (1,), but one number was expected." in said
    for answer in (lambda r: (r, r), lambda r: (r.sum(),), lambda r: (1.0, 2.0, 3.0), lambda r: r[:2]):
        for line in str(verdict_on(answer, task)).splitlines():
            got, _, wanted = line.partition(", but ")
            assert not wanted or not got.endswith(wanted.removesuffix(" was expected.")), line


def test_where_infinity_came_from_is_told():
    verdict = verdict_on(lambda z: np.log(np.exp(z).sum(axis=1)), exercises["log_sum_exp"])
    assert verdict.state == "NOT FINITE" and "NumPy warned" in str(verdict)


def test_a_secret_verdict_speaks_of_no_input():
    rng = np.random.default_rng(0)
    for name in sorted(exercises)[::20]:
        task = exercises[name]
        calls = task.calls(3)
        for value in (7.25, rng.normal(size=3)):
            verdict = judge(task, calls, [Outcome(as_real_arrays(value))] * len(calls), secret=True)
            assert not any(word in str(verdict).lower() for word in ("below", "this input", "smallest"))
            assert verdict.case is None


def test_how_many_checks_are_right(made):
    assert "Right on 1 of 2 checks." in str(verdict_on(lambda r: np.sum(r) * (3 if len(r) == 1 else 1), made()))


def test_nothing_is_said_twice():
    verdict = verdict_on(lambda y_true, y_pred: y_true.sort(), exercises["squared_error_mean"])
    assert str(verdict).count("forget return") == 1


def test_a_verdict_that_was_kept_before_is_still_one():
    kept = {"name": "squared_error_mean", "state": "PASS", "sentences": ("Right.",), "points": 1, "max_points": 1,
            "mistake": ""}
    assert Verdict(**kept).diagnosis == "" and Verdict(**kept).case is None


def test_a_raised_state_of_the_sandbox_is_judged_without_its_text():
    task = exercises["interval_coverage"]
    calls = task.calls(4)
    raised = outcome('{"state": "RAISED", "detail": "ValueError (a.py, line 2)"}')
    verdict = judge(task, calls, [raised] * len(calls), secret=True)
    assert verdict.state == "RAISED" and "line 2" in str(verdict) and verdict.diagnosis == ""
