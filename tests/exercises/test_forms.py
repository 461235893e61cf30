"""Exercises that ask for more than the value of a function: a bug to find, and a property to reach."""

from __future__ import annotations

import numpy as np
import pytest

from lossedu.exercises import check, exercises, find_exercise, verify
from lossedu.exercises.check import verdict_on
from lossedu.exercises.judge import Outcome, judge
from lossedu.exercises.progress import predictions, stay_at
from lossedu.sandboxed.codec import as_real_arrays
from lossedu.sandboxed.load import is_starter, load


def run(source: str):
    """The last function that a text defines."""
    space: dict = {"np": np}
    exec(source, space)
    return list(space.values())[-1]


def bug(task):
    """Give an exercise a bug to hand out."""
    @task.bug("The squares are missing.")
    def summed(r: np.ndarray) -> float:
        """Return the sum."""
        # A comment of the author's.
        total = np.sum(r)
        return total

    return task


def longer_than(n: float, most: float):
    """Return numbers between 0 and `most` whose sum is above `n`."""
    return np.full(int(n) + 2, 1.0)


def ample(made, mistakes=None):
    """An exercise that any numbers with two properties answer."""
    task = made(longer_than, draw=lambda rng: iter([(2.0, 5.0), (float(rng.uniform(3, 9)), 5.0)]),
                mistakes=mistakes or [("Too few.", lambda n, most: np.array([1.0])),
                                      ("Too large.", lambda n, most: np.array([6.0]))])

    @task.claim("No number may be above {most}; the largest is {largest}.")
    def small(answer, n, most):
        return answer.max() <= most, {"largest": answer.max()}

    @task.claim("The sum should be above {n}, but it is {reached}.")
    def above(answer, n, most):
        return answer.sum() > n, {"reached": answer.sum()}

    return task


def test_a_bug_is_handed_out_as_code_and_told_with_its_sentence(made):
    task = bug(made(mistakes=[("That is the mean.", lambda r: np.mean(r**2) / 2)]))
    assert verify(task) == []
    assert task.starter.splitlines() == [
        "def total_of_squares(r):", '    """Return the sum of the squares of `r`."""',
        "    # A comment of the author's.", "    total = np.sum(r)", "    return total"]
    untouched = verdict_on(run(task.starter), task)
    assert untouched.state == "NOT ATTEMPTED" and "as it was handed out" in str(untouched)
    edited = run(task.starter.replace("total = np.sum(r)", "total = np.sum(r) + 0"))
    assert verdict_on(edited, task).mistake == "The squares are missing."
    assert verdict_on(run(task.starter.replace("np.sum(r)", "np.sum(r**2)")), task).passed


@pytest.mark.parametrize(("text", "untouched"), [
    ("def f(x):\n    return [x + a for a in (1, 2)]", True),
    ("# a note\n\ndef f(x):  # mine\n    return [x + a for a in (1, 2)]", True),
    ("def f(x):\n    return [x - a for a in (1, 2)]", False), ("def f(x):\n    return [x + a for a in (1, 3)]", False),
    ("def f(x):\n    return [x + a for a in (1, 2.0)]", False), ("def f(x):\n    ...", True)])
def test_the_starter_is_known_by_what_it_does(text, untouched):
    handed_out = "def f(x):\n    return [x + a for a in (1, 2)]"
    assert is_starter(run(text), handed_out) is untouched


def test_a_second_copy_of_a_bug_does_not_undo_an_answer():
    handed_out = "def f(x):\n    return x"
    cells = [("1", "def f(x):\n    return 2 * x"), ("2", handed_out + "  # as it was")]
    assert load(cells, "f", 5, handed_out)[0]["f"](3) == 6
    assert load(cells, "f", 5)[0]["f"](3) == 3


def test_given_functions_stand_above_the_starter(made):
    task = made()

    @task.gives
    def rough(r: np.ndarray) -> float:
        """Return something."""
        return np.sum(r)

    assert task.cell.startswith('def rough(r):\n    """Return something."""\n    return np.sum(r)\n\n\ndef total_of_')
    assert task.cell.endswith(task.starter) and verify(task) == []


@pytest.mark.parametrize(("answer", "state", "says"), [
    (lambda n, most: np.full(9, 1.5), "PASS", "Right on all 2"), (lambda n, most: [3, 3, 4], "PASS", "Right"),
    (lambda n, most: [5.5] * 3, "WRONG VALUE", "No number may be above 5; the largest is 5.5."),
    (lambda n, most: [1.5], "WRONG VALUE", "The sum should be above 2, but it is 1.5."),
    (lambda n, most: 7.0, "WRONG SHAPE", "one number, but an array of one dimension, not empty"),
    (lambda n, most: np.ones((2, 3)), "WRONG SHAPE", "(2, 3), but an array of one dimension"),
    (lambda n, most: np.array([]), "WRONG SHAPE", "not empty"),
    (lambda n, most: [np.nan, 1.0], "NOT FINITE", "NaN"), (lambda n, most: print(), "WRONG TYPE", "forget return"),
])
def test_a_property_is_judged_and_told_in_words(made, answer, state, says):
    verdict = verdict_on(answer, ample(made))
    assert verdict.state == state and says in str(verdict)
    assert "expected" not in str(verdict) or state != "WRONG VALUE"


def test_secret_words_of_a_property_hold_no_numbers(made):
    task = ample(made)
    calls = task.calls(5)
    verdict = judge(task, calls, [Outcome(as_real_arrays([0.5]))] * 2, secret=True)
    assert verdict.sentences == ("The sum should be above …, but it is ….", "Right on 0 of 2 checks.")


def predicted():
    """Return the share of 1000 draws above 1."""
    return 0.16


def forecast(made):
    """An exercise whose answer is a number that is stated before a run tells it."""
    task = made(predicted, mistakes=[("That is both tails.", lambda: 0.32), ("That is a half.", lambda: 0.5)])

    @task.claim("The share lies between 0.1 and 0.2, and yours is {share}.")
    def close(answer):
        return 0.1 < answer < 0.2, {"share": answer}

    return task


def test_a_prediction_has_one_check_without_arguments(made):
    task = forecast(made)
    assert verify(task) == [] and task.calls(7) == [()] and task.starter.startswith("def predicted():\n")


@pytest.mark.parametrize("again", [0.4, 0.15])
def test_the_first_prediction_is_kept_beside_the_result(made, monkeypatch, again):
    task = forecast(made)
    monkeypatch.setitem(exercises, task.name, task)
    first = str(check(lambda: again, task.name))
    assert "input" not in first and "checks" not in first
    assert f"stated first, {again}, is kept. Now run" in first or "PASS (1/1)\n  Right.\n  The number" in first
    for _ in range(2):  # whatever is stated later
        second = check(lambda: 0.16, task.name)
        assert second.passed and f"The number that you stated first was {again}." in str(second)
    check(find_exercise("squared_error_mean").reference)
    stay_at(find_exercise("absolute_error_mean"))
    assert predictions() == {"predicted": again}


@pytest.mark.parametrize("answer", [lambda: None, lambda: np.nan, lambda: [1, 2], lambda: 1 / 0, lambda: "much"])
def test_what_is_no_number_is_no_prediction(made, monkeypatch, answer):
    task = forecast(made)
    monkeypatch.setitem(exercises, task.name, task)
    assert "stated first" not in str(check(answer, task.name)) and predictions() == {}


def test_a_damaged_prediction_is_left_out(made, own_home):
    own_home.mkdir()
    lines = ["# predicted: a\t1.5", "# predicted: b", "# predicted: c\tnan", "# predicted: d\tx"]
    (own_home / "progress.txt").write_text("\n".join(lines))
    assert predictions() == {"a": 1.5}


def test_sound_claims_have_no_faults(made):
    assert verify(ample(made)) == []


def test_unsound_forms_are_seen(made):
    assert any("no mistake misses its claim 'The sum" in fault for fault in verify(
        ample(made, [("Too large.", lambda n, most: np.array([6.0]))])))
    task = ample(made)
    task.claims.insert(0, ("First {n}.", lambda answer, n, most: (answer[1] < 9, {})))
    assert any("its claims cannot judge" in fault and "IndexError" in fault for fault in verify(task))
    task = ample(made)
    task.claims.append(("Thirds.", lambda answer, n, most: (len(answer) % 3 == 0, {})))
    assert any("a right answer fails" in fault and "Thirds." in fault for fault in verify(task))


def test_a_bug_that_leans_on_its_module_is_seen(made):
    task = made()

    @task.bug("It leans.")
    def leaning(r):
        """Return the sum."""
        return np.sum(helper(r))

    assert any("the bug that it hands out is not told" in fault for fault in verify(task))


def helper(r):
    return r


FORMS = ("Find the bug", "Break this answer", "Reach a property", "Transfer", "Predict", "Derive")


def of_form(form):
    """The exercises of a form, which begins their titles, and what makes them so."""
    return [task for task in exercises.values() if task.title.startswith(f"{form}: ")]


def test_every_form_is_used_on_several_pages_and_every_page_has_one():
    pages = {form: {task.chapter for task in of_form(form)} for form in FORMS}
    assert {form for form in FORMS if len(pages[form]) < 3} == set()
    assert {task.chapter for task in exercises.values()} - set().union(*pages.values()) == set()


def test_every_page_has_a_stretch_task():
    """The points say how difficult an exercise is."""
    hardest = {}
    for task in exercises.values():
        hardest[task.chapter] = max(task.points, hardest.get(task.chapter, 0))
    assert {page for page, points in hardest.items() if points < 3} == set()


def test_a_form_is_what_it_says():
    assert all(task.draft and not task.claims for task in of_form("Find the bug"))
    assert all(task.claims for form in ("Break this answer", "Reach a property") for task in of_form(form))
    assert all(task.given for task in of_form("Break this answer"))
    assert all(task.given and task.claims and not task.parameters for task in of_form("Predict"))
    assert {task.name for task in exercises.values() if task.draft} == {task.name for task in of_form("Find the bug")}
    assert {task.name for task in exercises.values() if not task.parameters} == {
        task.name for task in of_form("Predict")}
