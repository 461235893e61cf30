"""The exercise at which a learner is: in the order of the book, kept in the progress file, shown in a notebook."""

from __future__ import annotations

import builtins
import runpy
import sys

import pytest

import lossedu
from lossedu.exercises import exercises, page
from lossedu.exercises.help import current_exercise
from lossedu.exercises.page import course_order, page_of
from tools.pages import ROOT, names

store = sys.modules["lossedu.exercises.progress"]


def pass_all(but=()):
    store.save({name: store.Entry("PASS") for name in exercises if name not in but}, store.notes())


def test_exercises_stand_in_the_order_of_the_book(monkeypatch):
    order = list(names())
    pages = [page_of(task.reference.__module__) for task in course_order()]
    assert pages == sorted(pages, key=order.index) and len(pages) == len(exercises)
    monkeypatch.setattr(page, "pages_in_order", lambda: ())
    assert len(course_order()) == len(exercises)


def test_next_is_the_first_that_is_not_passed_from_the_current_one_on():
    tasks = course_order()
    assert current_exercise() is tasks[0]
    store.stay_at(tasks[5])
    assert current_exercise() is tasks[5]
    pass_all(but=(tasks[2].name, tasks[9].name))
    assert current_exercise() is tasks[9]
    pass_all(but=(tasks[2].name,))
    assert current_exercise() is tasks[2]
    pass_all()
    assert current_exercise() is None and "every exercise" in str(lossedu.next()) and lossedu.next().code == ""


def test_a_learner_without_a_terminal_is_at_the_last_exercise_that_was_tried():
    tasks = course_order()
    store.write(tasks[7], store.Entry("RAISED"))
    assert current_exercise() is tasks[7]
    store.write(tasks[3], store.Entry("PASS"))
    store.write(tasks[7], store.Entry("PASS"))
    assert current_exercise() is tasks[8]
    store.write(tasks[-1], store.Entry("PASS"))
    assert current_exercise() is tasks[0]


def test_the_current_exercise_is_a_comment_to_older_versions(own_home):
    tasks = course_order()
    store.write(tasks[0], store.Entry("RAISED", 1))
    store.stay_at(tasks[3])
    store.write(tasks[1], store.Entry("PASS", 2))
    lines = (own_home / "progress.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        f"{name}\t{state}" for name, state in sorted([(tasks[0].name, "RAISED\t1"), (tasks[1].name, "PASS\t2")])]
    assert store.current() == tasks[3].name


def test_a_name_that_is_no_exercise_any_more_is_no_place_to_stay(own_home):
    own_home.mkdir()
    (own_home / "progress.txt").write_text("# current: long_gone\n", "utf-8")
    assert current_exercise() is course_order()[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_next_shows_title_prompt_and_starter(monkeypatch, language):
    monkeypatch.setenv("LOSSEDU_LANG", language)
    task = course_order()[0]
    shown = lossedu.next()
    space: dict[str, object] = {}
    exec(shown.code, space)
    assert callable(space[task.name]) and task.starter in shown.code and f"check({task.name})" in shown.code
    assert task.name in str(shown) and shown.code in str(shown)
    assert f"def {task.name}" in shown.html and f"<code>{task.parameters[0]}</code>" in shown.html
    assert "`" not in shown.html


def test_the_card_escapes(monkeypatch, made):
    task = made()
    task.title = "<b>bold</b>"
    monkeypatch.setitem(exercises, task.name, task)
    monkeypatch.setattr("lossedu.exercises.help.current_exercise", lambda: task)
    assert "<b>" not in lossedu.next().html


def test_no_star_takes_the_place_of_pythons_next():
    for module in ("lossedu", "lossedu.exercises"):
        space: dict[str, object] = {}
        exec(f"from {module} import *", space)
        assert space.get("next", builtins.next) is builtins.next
    assert "next" in dir(lossedu) and callable(lossedu.next)


def test_a_submission_that_asks_for_the_next_exercise_still_loads():
    names = runpy.run_path(str(ROOT / "lossedu" / "grading" / "stand_in" / "exercises.py"))
    assert all(names[name]("squared_error_mean") is None for name in ("check", "hint", "next", "progress", "solution"))


def test_hint_and_solution_without_a_name_are_those_of_the_next_exercise():
    task = course_order()[4]
    store.stay_at(task)
    shown = str(lossedu.hint())
    assert shown.startswith(f"{task.name}: Hint 1 of ") and task.hints[0] in shown
    assert lossedu.solution().code == task.solution
    pass_all()
    assert "every exercise" in str(lossedu.hint()) and "every exercise" in str(lossedu.solution())
